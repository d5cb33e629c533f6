"""Answers to a card: which option each one is, which criteria are asked, and what is still needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scorecards.causes import Cause
from scorecards.definition import Card, Criterion, Kind, Option
from scorecards.errors import N_, AnswersError, Sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: an option's key, a number, a text, or not applicable; ``evidence`` says whether any is bound."""

    option: str | None = None
    number: Decimal | None = None
    text: str = ""
    not_applicable: bool = False
    cause: Cause | None = None
    comment: str = ""
    evidence: bool = False

    @property
    def given(self) -> bool:
        return self.not_applicable or self.option is not None or self.number is not None or bool(self.text.strip())


Answers = Mapping[str, Answer]


class NeedKind(StrEnum):
    """What may still be needed before answers are complete."""

    ANSWER = "answer"
    COMMENT = "comment"
    EVIDENCE = "evidence"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is still needed for ``criterion`` (a key)."""

    criterion: str
    kind: NeedKind
    sentence: Sentence


_NEEDED = {
    NeedKind.ANSWER: N_("This criterion has no answer yet."),
    NeedKind.COMMENT: N_("A mark this low needs a comment."),
    NeedKind.EVIDENCE: N_("A mark this low needs evidence: the words or the stretch of audio it rests on."),
    NeedKind.CAUSE: N_("A failed criterion needs a cause."),
}


def chosen(criterion: Criterion, answer: Answer | None) -> Option | None:
    """The option an answer amounts to; None without an answer, for not applicable and for free text.

    Raises AnswersError when the answer cannot be one to this criterion.
    """
    if answer is None or not answer.given:
        return None
    if answer.not_applicable:
        if not criterion.allow_not_applicable:
            raise AnswersError(N_("This criterion cannot be answered with “not applicable”."), where=criterion.key)
        return None
    if criterion.kind is Kind.TEXT:
        if answer.option is not None or answer.number is not None:
            raise AnswersError(N_("This criterion is answered in words."), where=criterion.key)
        return None
    if criterion.kind is Kind.NUMERIC:
        return _range_of(criterion, answer)
    if answer.option is None:
        raise AnswersError(N_("This criterion is answered by choosing an option."), where=criterion.key)
    option = criterion.option(answer.option)
    if option is None:
        raise AnswersError(
            N_("“{option}” is not an option of this criterion."), where=criterion.key, option=answer.option[:60]
        )
    return option


def _range_of(criterion: Criterion, answer: Answer) -> Option:
    number = answer.number
    if number is None or not number.is_finite():
        raise AnswersError(N_("This criterion is answered with a number."), where=criterion.key)
    if criterion.maximum is not None and number > criterion.maximum:
        raise AnswersError(
            N_("The highest number possible is {number}."), where=criterion.key, number=criterion.maximum
        )
    reached = [option for option in criterion.options if option.start is not None and option.start <= number]
    if not reached:
        lowest = min((option.start for option in criterion.options if option.start is not None), default=Decimal(0))
        raise AnswersError(N_("The lowest number possible is {number}."), where=criterion.key, number=lowest)
    return max(reached, key=lambda option: option.start or Decimal(0))


def unknown_key(key: str) -> AnswersError:
    """The refusal of an answer to a criterion the card does not have."""
    return AnswersError(N_("The scorecard has no criterion “{key}”."), where=key[:60], key=key[:60])


def choices(card: Card, answers: Answers) -> dict[str, Option | None]:
    """The chosen option per criterion key; refuses answers to criteria that the card does not have."""
    known = {criterion.key: criterion for _, criterion in card.criteria()}
    for key in answers:
        if key not in known:
            raise unknown_key(key)
    return {key: chosen(criterion, answers.get(key)) for key, criterion in known.items()}


def asked(card: Card, chosen_options: Mapping[str, Option | None]) -> set[str]:
    """Keys of the criteria that are asked, given the options chosen so far, whatever the order of the card."""
    conditions = {criterion.key: criterion.condition for _, criterion in card.criteria()}
    known: dict[str, bool] = {}

    def is_asked(key: str, seen: frozenset[str]) -> bool:
        if key in known:
            return known[key]
        condition = conditions.get(key)
        if condition is None:
            known[key] = True
        elif condition.criterion in seen or condition.criterion not in conditions:
            known[key] = False
        else:
            option = chosen_options.get(condition.criterion)
            met = option is not None and option.key in condition.options
            known[key] = met and is_asked(condition.criterion, seen | {key})
        return known[key]

    return {key for key in conditions if is_asked(key, frozenset({key}))}


def missing(card: Card, answers: Answers) -> list[Need]:
    """All that is still needed before the answers can be submitted, in the order of the card."""
    options = choices(card, answers)
    open_keys = asked(card, options)
    return [
        need
        for _, criterion in card.criteria()
        if criterion.key in open_keys
        for need in needs_of(criterion, answers.get(criterion.key), option=options[criterion.key])
    ]


def needs_of(criterion: Criterion, answer: Answer | None, *, option: Option | None) -> list[Need]:
    """What is still needed for one criterion that is asked, given the option its answer amounts to."""
    return [
        Need(criterion.key, kind, Sentence(_NEEDED[kind])) for kind in _kinds_needed(criterion, answer, option=option)
    ]


def _kinds_needed(criterion: Criterion, answer: Answer | None, *, option: Option | None) -> list[NeedKind]:
    if answer is None or not answer.given:
        optional = criterion.optional or criterion.kind is Kind.TEXT
        return [] if optional else [NeedKind.ANSWER]
    if option is None:
        return []
    kinds = []
    if criterion.comment_below is not None and option.value < criterion.comment_below and not answer.comment.strip():
        kinds.append(NeedKind.COMMENT)
    if criterion.evidence_below is not None and option.value < criterion.evidence_below and not answer.evidence:
        kinds.append(NeedKind.EVIDENCE)
    if criterion.causes and option.value < criterion.fails_below and answer.cause is None:
        kinds.append(NeedKind.CAUSE)
    return kinds
