"""Other vendors' ways of making one figure of the same marks, for comparison and migration.

None of them looks at critical failures; free text, bonuses and what does not apply stay out of all four.
Points are the option's own where the card gives them; otherwise yes/no is worth up to 1 point and a scale of n
options 1 to n points, from its lowest to its highest value.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.answers import Answers, asked, choices
from scorecards.definition import Card, Criterion, Kind, Option, Section
from scorecards.errors import N_, CardError
from scorecards.scoring import basis_points, score
from scorecards.words import Words


class Rule(StrEnum):
    """Names of the rules; ``explicit`` is the product's own, by the value of every option."""

    EXPLICIT = "explicit"
    MIN_MAX_WEIGHTED = "min-max weighted"
    WEIGHTED_POINTS = "weighted points"
    BY_SECTION = "by section"
    PLAIN_POINTS = "plain points"


RULE_LABELS = {
    Rule.EXPLICIT: Words("Explicit values (Steekproef)", "Vaste waarden (Steekproef)"),
    Rule.MIN_MAX_WEIGHTED: Words("Min-max, by criterion weight", "Min-max, naar gewicht van het criterium"),
    Rule.WEIGHTED_POINTS: Words("Points times section weight", "Punten maal gewicht van het onderdeel"),
    Rule.BY_SECTION: Words("Mean per section, by section weight", "Gemiddelde per onderdeel, naar gewicht"),
    Rule.PLAIN_POINTS: Words("Plain points", "Kale punten"),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """One rated criterion in points."""

    section: Section
    criterion: Criterion
    points: Fraction
    lowest: Fraction
    highest: Fraction


def percentage_by(card: Card, answers: Answers, *, rule: Rule) -> Fraction | None:
    """The exact percentage that ``rule`` makes of the answers; None when nothing was rated.

    Raises AnswersError as scoring does, and CardError when a criterion has no points the rule could use.
    """
    if rule is Rule.EXPLICIT:
        return score(card, answers, complete=False).quality
    marks = _marks(card, answers)
    if not marks:
        return None
    if rule is Rule.MIN_MAX_WEIGHTED:
        return _ratio(
            sum((_min_max(mark) * Fraction(mark.criterion.weight) for mark in marks), Fraction(0)),
            sum((Fraction(mark.criterion.weight) for mark in marks), Fraction(0)),
        )
    if rule is Rule.WEIGHTED_POINTS:
        return _ratio(
            sum((mark.points * Fraction(mark.section.weight) for mark in marks), Fraction(0)),
            sum((mark.highest * Fraction(mark.section.weight) for mark in marks), Fraction(0)),
        )
    if rule is Rule.PLAIN_POINTS:
        return _ratio(
            sum((mark.points for mark in marks), Fraction(0)), sum((mark.highest for mark in marks), Fraction(0))
        )
    return _by_section(card, marks)


def percentage_bp(card: Card, answers: Answers, *, rule: Rule) -> int | None:
    """As ``percentage_by``, rounded half up to hundredths of a per cent."""
    percentage = percentage_by(card, answers, rule=rule)
    return None if percentage is None else basis_points(percentage)


def _marks(card: Card, answers: Answers) -> list[_Mark]:
    options = choices(card, answers)
    open_keys = asked(card, options)
    marks = []
    for section, criterion in card.criteria():
        option = options[criterion.key]
        if option is not None and criterion.scored and criterion.key in open_keys:
            all_points = [points_of(criterion, other) for other in criterion.options]
            marks.append(
                _Mark(section, criterion, points_of(criterion, option), lowest=min(all_points), highest=max(all_points))
            )
    return marks


def points_of(criterion: Criterion, option: Option) -> Fraction:
    """The points of an option, its own or those of its kind."""
    if option.points is not None:
        return Fraction(option.points)
    if criterion.kind in {Kind.NUMERIC, Kind.CHOICE}:
        raise CardError(N_("This rule needs points for every option of a number or choice."), where=criterion.key)
    rank = sorted(other.value for other in criterion.options).index(option.value)
    return Fraction(rank if criterion.kind is Kind.YES_NO else rank + 1)


def _min_max(mark: _Mark) -> Fraction:
    spread = mark.highest - mark.lowest
    return (mark.points - mark.lowest) / spread if spread else Fraction(0)


def _by_section(card: Card, marks: list[_Mark]) -> Fraction | None:
    total, weight = Fraction(0), Fraction(0)
    for section in card.sections:
        shares = [mark.points / mark.highest for mark in marks if mark.section.key == section.key and mark.highest]
        if shares:
            total += Fraction(section.weight) * sum(shares, Fraction(0)) / len(shares)
            weight += Fraction(section.weight)
    return _ratio(total, weight)


def _ratio(earned: Fraction, possible: Fraction) -> Fraction | None:
    return 100 * earned / possible if possible else None
