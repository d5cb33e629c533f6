"""The score of a contact as a value: its lines, its sections, what critical criteria did, and the outcome."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scorecards.causes import Cause
from scorecards.definition import Effect
from scorecards.words import NO_WORDS, Words

NOTHING = Fraction(0)


class LineState(StrEnum):
    """What became of a criterion in the computation."""

    RATED = "rated"
    BONUS = "bonus"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"
    UNANSWERED = "unanswered"
    TEXT = "text"


def basis_points(percentage: Fraction) -> int:
    """Hundredths of a per cent, rounded half up: 66.665 % is 6667."""
    return (200 * percentage.numerator + percentage.denominator) // (2 * percentage.denominator)


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion in the computation.

    ``applied`` is the share of the whole card that this answer carries (0 to 1, after redistribution) and
    ``contribution`` what it adds to the quality score, in percentage points.
    """

    section: str
    criterion: str
    state: LineState
    weight: Decimal
    option: str | None = None
    label: Words = NO_WORDS
    number: Decimal | None = None
    value: Decimal | None = None
    applied: Fraction = NOTHING
    contribution: Fraction = NOTHING
    failed: bool = False
    effect: Effect = Effect.NONE
    cause: Cause | None = None

    @property
    def applied_bp(self) -> int:
        return basis_points(self.applied * 100)

    @property
    def contribution_bp(self) -> int:
        return basis_points(self.contribution)


@dataclass(frozen=True, slots=True)
class SectionResult:
    """One section: ``quality`` (per cent) is None when nothing in it was rated; ``applied`` is its share of the card."""

    key: str
    weight: Decimal
    applied: Fraction
    quality: Fraction | None
    threshold_bp: int | None
    zeroed: bool
    passed: bool | None

    @property
    def quality_bp(self) -> int | None:
        return None if self.quality is None else basis_points(self.quality)

    @property
    def final_bp(self) -> int | None:
        return 0 if self.zeroed else self.quality_bp

    @property
    def applied_bp(self) -> int:
        return basis_points(self.applied * 100)


@dataclass(frozen=True, slots=True)
class CriticalFailure:
    """A failed critical criterion and what that did."""

    section: str
    criterion: str
    effect: Effect
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The score of one contact; ``quality`` and ``final`` are exact percentages, None when nothing was rated.

    ``passed`` is None when no rule could be applied. ``complete`` is false for a draft that lacks answers.
    """

    quality: Fraction | None
    sections: tuple[SectionResult, ...]
    critical: tuple[CriticalFailure, ...]
    bonus: Fraction
    final: Fraction | None
    passed: bool | None
    band: str | None
    lines: tuple[Line, ...]
    complete: bool

    @property
    def quality_bp(self) -> int | None:
        return None if self.quality is None else basis_points(self.quality)

    @property
    def final_bp(self) -> int | None:
        return None if self.final is None else basis_points(self.final)

    @property
    def bonus_bp(self) -> int:
        return basis_points(self.bonus)

    def section(self, key: str) -> SectionResult:
        return next(section for section in self.sections if section.key == key)
