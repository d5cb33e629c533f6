"""What a reviewer gives for one criterion, and its forms as a stored answer and as a scored one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qa.errors import InvalidError
from qa.evaluations.models import Answer, Evidence
from qa.i18n import _
from scorecards.answers import Answer as ScoredAnswer
from scorecards.causes import Cause

LONGEST_COMMENT = 5_000
LONGEST_QUOTE = 5_000


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """Words of a turn (numbers of its first and last word) or a stretch of sound in milliseconds."""

    turn_id: int | None = None
    first_word: int | None = None
    last_word: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The answer to one criterion with everything bound to it."""

    option: str | None = None
    number: str | None = None
    text: str = ""
    not_applicable: bool = False
    cause: str | None = None
    comment: str = ""
    evidence: tuple[EvidenceGiven, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing at all was given."""
        return self == Mark()


Marks = Mapping[str, Mark]


def mark_of(answer: Answer) -> Mark:
    """Return the mark a stored answer holds."""
    return Mark(
        option=answer.option,
        number=answer.number,
        text=answer.text or "",
        not_applicable=answer.not_applicable,
        cause=answer.cause,
        comment=answer.comment,
        evidence=tuple(
            EvidenceGiven(item.turn_id, item.first_word, item.last_word, item.start_ms, item.end_ms, item.quote)
            for item in answer.evidence
        ),
    )


def write_mark(answer: Answer, mark: Mark) -> None:
    """Write the mark into a stored answer; texts that are too long are refused."""
    if len(mark.comment) > LONGEST_COMMENT or len(mark.text) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT))
    answer.option = None if mark.not_applicable else mark.option
    answer.number, answer.text = mark.number, mark.text or None
    answer.not_applicable = mark.not_applicable
    answer.cause, answer.comment = mark.cause, mark.comment
    answer.evidence = [
        Evidence(
            turn_id=item.turn_id,
            first_word=item.first_word,
            last_word=item.last_word,
            start_ms=item.start_ms,
            end_ms=item.end_ms,
            quote=item.quote[:LONGEST_QUOTE],
        )
        for item in mark.evidence
    ]


def scored(marks: Marks) -> dict[str, ScoredAnswer]:
    """Return the marks as the scorecard ring scores them."""
    return {key: _scored(mark) for key, mark in marks.items()}


def _scored(mark: Mark) -> ScoredAnswer:
    return ScoredAnswer(
        option=None if mark.not_applicable else mark.option,
        number=_number(mark.number),
        text=mark.text,
        not_applicable=mark.not_applicable,
        cause=Cause(mark.cause) if mark.cause in set(Cause) else None,
        comment=mark.comment,
        evidence=bool(mark.evidence),
    )


def _number(typed: str | None) -> Decimal | None:
    """Read a number with a decimal comma or point."""
    if typed is None or not typed.strip():
        return None
    try:
        return Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        raise InvalidError(_("{value} is not a number.", value=typed[:40])) from None
