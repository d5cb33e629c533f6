"""The form of a card: its fields, and what was posted as the marks the service takes."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from qa.errors import InvalidError
from qa.evaluations.marks import LONGEST_COMMENT, EvidenceGiven, Mark, Marks
from qa.evaluations.merging import Draft, prints
from qa.i18n import Language, _
from scorecards.definition import Card, Criterion, Kind
from web.evaluations.lines import TurnLine
from web.evaluations.turn_choices import turn_named
from web.forms import DayField, PageForm, at_most, choices, label

#: Stands for "not applicable" among the options; no option's key can hold a slash.
NOT_APPLICABLE = "n/a"
MOST_EVIDENCE = 50
#: What the database's integers hold: of a place or time, and of a number of a row.
_HIGHEST = 2**31 - 1
_HIGHEST_ID = 2**63 - 1
#: Room for the prints of a thousand criteria with the longest keys.
_LONGEST_BASE = 100_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,6})?")


class CommentForm(PageForm):
    """What an agent says on marking an evaluation as seen."""

    comment = TextAreaField(label(_("Your comment")), [at_most(LONGEST_COMMENT)])
    revision = HiddenField()


class FilterForm(PageForm):
    """Which evaluations a list shows."""

    state = SelectField(label(_("State")), validate_choice=False)
    team = SelectField(label(_("Team")), validate_choice=False)
    agent = SelectField(label(_("Agent")), validate_choice=False)
    reviewer = SelectField(label(_("Reviewer")), validate_choice=False)
    since = DayField(label(_("From")))
    until = DayField(label(_("Until")))


def picks(criterion: Criterion) -> bool:
    """Tell whether the criterion is answered by choosing an option."""
    return criterion.kind not in {Kind.NUMERIC, Kind.TEXT}


def evaluation_form(
    card: Card, sent: "MultiDict[str, str] | None", *, marks: Marks, summary: str, revision: int, language: Language
) -> PageForm:
    """Return the form of a card, filled with what was sent, else with the marks."""
    fields: dict[str, Any] = {
        "summary": TextAreaField(label(_("Summary for the agent")), [at_most(LONGEST_COMMENT)], filters=[_clean]),
        "revision": HiddenField(),
        "base": HiddenField(),
    }
    data: dict[str, object] = {
        "summary": summary,
        "revision": str(revision),
        "base": json.dumps(prints(Draft(marks, summary))),
    }
    for _section, criterion in card.criteria():
        fields |= _fields(criterion, language=language)
        data |= data_of(criterion, marks.get(criterion.key) or Mark())
    made = cast("type[PageForm]", type("EvaluationForm", (PageForm,), fields))
    # A field that was not sent is empty: a choice that nobody made is not sent at all.
    return made(sent, data=data if sent is None else None)


def settle_evidence(form: PageForm, sent: Mapping[str, str], *, turns: Callable[[], Mapping[int, TurnLine]]) -> None:
    """Do what the page does without a script: add each chosen turn as evidence, take out what was to be removed."""
    key, _colon, place = sent.get("remove-evidence", "").rpartition(":")
    removed = f"evidence-{key}"
    if removed in form and place.isdecimal():
        kept = evidence_of(form[removed].data)
        form[removed].data = evidence_text(item for at, item in enumerate(kept) if at != int(place[:9]))
    for field in form:
        if not field.name.startswith("turn-") or not field.data:
            continue
        turn = turn_named(field.data, turns())
        if turn is None:
            raise InvalidError(_("The evidence is not part of this interaction."))
        bound = form[f"evidence-{field.name.removeprefix('turn-')}"]
        first, last = (turn.words[0].first, turn.words[-1].last) if turn.words else (0, 0)
        given = EvidenceGiven(turn.heard_id, first, last, turn.start_ms, turn.end_ms, turn.text)
        there = evidence_of(bound.data)
        if given not in there:
            bound.data = evidence_text((*there, given))
        field.data = ""


def marks_of_form(form: PageForm, card: Card) -> dict[str, Mark]:
    """Return the marks that the form holds; raises ``InvalidError`` for evidence that cannot be read."""
    return {criterion.key: _mark(form, criterion) for _section, criterion in card.criteria()}


def data_of(criterion: Criterion, mark: Mark) -> dict[str, object]:
    """Return what the fields of a criterion hold for a mark, by their names."""
    key = criterion.key
    if picks(criterion):
        answer = NOT_APPLICABLE if mark.not_applicable else mark.option
    else:
        answer = mark.number if criterion.kind is Kind.NUMERIC else mark.text
    own_box = criterion.allow_not_applicable and not picks(criterion)
    return {
        f"answer-{key}": answer,
        **({f"na-{key}": mark.not_applicable} if own_box else {}),
        f"comment-{key}": mark.comment,
        f"cause-{key}": mark.cause or "",
        f"evidence-{key}": evidence_text(mark.evidence),
        f"turn-{key}": "",
        f"template-{key}": "",
    }


def revision_of(form: PageForm) -> int:
    """Return the revision the page was opened with; what is no number is older than any."""
    typed = str(form["revision"].data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def base_of(form: PageForm) -> dict[str, str] | None:
    """Return the prints that the page was opened with; none where they were not sent or make no sense."""
    try:
        plain = json.loads(str(form["base"].data or "")[:_LONGEST_BASE])
    except (ValueError, RecursionError):
        return None
    return {str(key): str(value) for key, value in plain.items()} if isinstance(plain, dict) else None


def evidence_of(text: str | None) -> tuple[EvidenceGiven, ...]:
    """Read the evidence of one criterion from its hidden field."""
    if not text:
        return ()
    unreadable = InvalidError(_("The evidence could not be read. Bind it once more."))
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise unreadable from error
    if not isinstance(plain, list) or len(plain) > MOST_EVIDENCE:
        raise unreadable
    try:
        return tuple(_evidence(item) for item in plain)
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable from error


def evidence_text(items: Iterable[EvidenceGiven]) -> str:
    """Write evidence into its hidden field."""
    plain = [
        {
            "turn": item.turn_id,
            "first_word": item.first_word,
            "last_word": item.last_word,
            "start_ms": item.start_ms,
            "end_ms": item.end_ms,
            "quote": item.quote,
        }
        for item in items
    ]
    return json.dumps(plain, ensure_ascii=False) if plain else ""


def _fields(criterion: Criterion, *, language: Language) -> dict[str, Field]:
    key, name = criterion.key, criterion.name.in_(language.value)
    answer: Any
    if picks(criterion):
        answer = RadioField(name, validate_choice=False, choices=[])
    elif criterion.kind is Kind.NUMERIC:
        unit = criterion.unit.in_(language.value) or " "
        given = {"inputmode": "decimal", "autocomplete": "off", "placeholder": unit}
        answer = StringField(name, [_is_number], render_kw=given)
    else:
        answer = TextAreaField(name, [at_most(LONGEST_COMMENT)], filters=[_clean], render_kw={"rows": 2})
    causes = [("", "–"), *((cause.value, cause.label.in_(language.value)) for cause in criterion.causes)]
    fields: dict[str, Any] = {
        f"answer-{key}": answer,
        f"comment-{key}": TextAreaField(
            label(_("Comment on {criterion}", criterion=name)), [at_most(LONGEST_COMMENT)], filters=[_clean]
        ),
        f"cause-{key}": SelectField(label(_("Cause")), choices=choices(causes), validate_choice=False),
        f"evidence-{key}": HiddenField(),
        f"turn-{key}": StringField(),
        f"template-{key}": StringField(),
    }
    if criterion.allow_not_applicable and not picks(criterion):
        fields[f"na-{key}"] = BooleanField(label(_("Not applicable")))
    return fields


def _mark(form: PageForm, criterion: Criterion) -> Mark:
    key = criterion.key
    answer = str(form[f"answer-{key}"].data or "").strip()
    not_applicable = (
        answer == NOT_APPLICABLE if picks(criterion) else bool(f"na-{key}" in form and form[f"na-{key}"].data)
    )
    given = answer if not not_applicable else ""
    cause = form[f"cause-{key}"].data
    return Mark(
        option=(given or None) if picks(criterion) else None,
        number=(given or None) if criterion.kind is Kind.NUMERIC else None,
        text=given if criterion.kind is Kind.TEXT else "",
        not_applicable=not_applicable,
        cause=cause if cause in criterion.causes else None,
        comment=(form[f"comment-{key}"].data or "").strip(),
        evidence=evidence_of(form[f"evidence-{key}"].data),
    )


def _evidence(plain: dict[str, Any]) -> EvidenceGiven:
    numbers = {name: plain[name] for name in ("turn", "first_word", "last_word", "start_ms", "end_ms")}
    for name, number in numbers.items():
        highest = _HIGHEST_ID if name == "turn" else _HIGHEST
        if number is not None and (type(number) is not int or not 0 <= number <= highest):
            raise ValueError
    return EvidenceGiven(
        turn_id=numbers["turn"],
        first_word=numbers["first_word"],
        last_word=numbers["last_word"],
        start_ms=numbers["start_ms"],
        end_ms=numbers["end_ms"],
        quote=_clean(str(plain["quote"])) or "",
    )


def _clean(text: str | None) -> str | None:
    """Take out what no database keeps: NUL and halves of characters."""
    return None if text is None else text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _is_number(form: BaseForm, field: Field) -> None:
    del form
    if field.data and not _NUMBER.fullmatch(field.data.strip()) and field.data.strip() != NOT_APPLICABLE:
        raise ValidationError(label(_("{value} is not a number.", value=field.data[:40])))
