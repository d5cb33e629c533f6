"""Answers as JSON: ``{"greeting": "yes", "waiting": 4.5, "transfer": null, "tone": {"option": "2", "comment": "…"}}``.

A word is an option's key, a number a number, null means not applicable, and an object names the parts of an answer.
"""

import json
from decimal import Decimal

from scorecards.answers import Answer, Answers
from scorecards.causes import Cause
from scorecards.errors import N_, AnswersError

MAXIMUM_CHARACTERS = 1_000_000
_WORDS = ("option", "text", "comment")
_SWITCHES = ("not_applicable", "evidence")
_PARTS = {*_WORDS, *_SWITCHES, "number", "cause"}


def read_answers(text: str) -> dict[str, Answer]:
    """The answers per criterion key; raises AnswersError whose ``where`` is the key that cannot be read."""
    if len(text) > MAXIMUM_CHARACTERS:
        raise AnswersError(N_("The file is larger than {number} characters."), number=MAXIMUM_CHARACTERS)
    try:
        plain = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise AnswersError(N_("The file is not valid JSON: see line {line}."), line=error.lineno) from error
    except RecursionError as error:
        raise AnswersError(N_("Here a list of names with values is expected.")) from error
    if not isinstance(plain, dict):
        raise AnswersError(N_("Here a list of names with values is expected."))
    return {key: _answer(key, value) for key, value in plain.items()}


def write_answers(answers: Answers) -> str:
    """The answers as JSON, in full; ``read_answers`` gives equal answers back."""
    return json.dumps({key: _plain(answer) for key, answer in answers.items()}, ensure_ascii=False, indent=1)


def _refuse_constant(name: str) -> Decimal:
    raise AnswersError(N_("“{name}” is no number."), name=name)


def _answer(key: str, value: object) -> Answer:
    if value is None:
        return Answer(not_applicable=True)
    if isinstance(value, str):
        return Answer(option=value)
    if isinstance(value, Decimal):
        return Answer(number=value)
    if not isinstance(value, dict):
        raise AnswersError(N_("Here a list of names with values is expected."), where=key[:60])
    unknown = sorted(set(value) - _PARTS)
    if unknown:
        raise AnswersError(N_("“{name}” is not known here."), where=key[:60], name=unknown[0][:60])
    for name, part in value.items():
        if name in _WORDS and not isinstance(part, str):
            raise AnswersError(N_("Here a text is expected."), where=f"{key[:60]}.{name}")
        if name in _SWITCHES and not isinstance(part, bool):
            raise AnswersError(N_("Here true or false is expected."), where=f"{key[:60]}.{name}")
    number, cause = value.get("number"), value.get("cause")
    return Answer(
        option=value.get("option"),
        number=_number(key, number),
        text=value.get("text", ""),
        not_applicable=value.get("not_applicable", False),
        cause=_cause(key, cause),
        comment=value.get("comment", ""),
        evidence=value.get("evidence", False),
    )


def _number(key: str, value: object) -> Decimal | None:
    """A number, also where it stands between quotes, as ``write_answers`` keeps its digits."""
    if value is None or isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError as error:
        raise AnswersError(N_("Here a number is expected."), where=f"{key[:60]}.number") from error


def _cause(key: str, value: object) -> Cause | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in set(Cause):
        raise AnswersError(
            N_("“{name}” is none of: {choices}."),
            where=f"{key[:60]}.cause",
            name=str(value)[:60],
            choices=", ".join(Cause),
        )
    return Cause(value)


def _plain(answer: Answer) -> dict[str, object]:
    parts: dict[str, object] = {
        "option": answer.option,
        "number": None if answer.number is None else str(answer.number),
        "cause": None if answer.cause is None else answer.cause.value,
        "text": answer.text,
        "comment": answer.comment,
        "not_applicable": answer.not_applicable,
        "evidence": answer.evidence,
    }
    return {name: part for name, part in parts.items() if part}
