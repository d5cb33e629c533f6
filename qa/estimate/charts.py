"""Control charts: whether a series changed, or only moved as it always does.

The rules are the four zone rules of the Western Electric Statistical Quality Control Handbook (1956), which are rules 1, 5, 6
and (with eight points where he takes nine) 2 of L. S. Nelson, Journal of Quality Technology 16 (1984), and for single values
the limit of the moving range. Nelson's other rules (trends, alternation, points that hug the middle) are left out: each
rule more is one more chance of a false alarm.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from qa.i18n import Text, _

#: Mean of the range of two normal values over their standard deviation, and the upper limit of a range of two over its
#: mean; D. C. Montgomery, Introduction to Statistical Quality Control, appendix VI: d2 and D4 for samples of two.
D2 = 1.128
D4 = 3.267
#: Fewer points than this draw limits that mean little; the rule of eight on one side could not fire either.
FEWEST_POINTS = 8


class Rule(StrEnum):
    """The signals of a chart."""

    BEYOND_LIMITS = "beyond_limits"
    TWO_OF_THREE = "two_of_three"
    FOUR_OF_FIVE = "four_of_five"
    EIGHT_ON_ONE_SIDE = "eight_on_one_side"
    RANGE = "range"

    @property
    def label(self) -> Text:
        return {
            Rule.BEYOND_LIMITS: _("one point beyond the limits"),
            Rule.TWO_OF_THREE: _("two of three points in the outer third, on one side"),
            Rule.FOUR_OF_FIVE: _("four of five points beyond the inner third, on one side"),
            Rule.EIGHT_ON_ONE_SIDE: _("eight points in a row on one side of the middle"),
            Rule.RANGE: _("a jump between two points larger than usual"),
        }[self]


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that fired, at the point (counted from 0) that completed it."""

    rule: Rule
    point: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Middle line and limits; one limit per point, because the number behind each point may differ."""

    values: tuple[float, ...]
    middle: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    signals: tuple[Signal, ...]
    #: Laney's σz: by how much the limits are wider than chance alone needs; 1 where that is not asked.
    excess: float = 1.0

    def fired(self, point: int) -> tuple[Rule, ...]:
        """Return the rules that fired at a point, counted from 0; negative ones count from the end."""
        at = point % len(self.values)
        return tuple(signal.rule for signal in self.signals if signal.point == at)


def individuals_chart(values: Sequence[float], *, bounds: tuple[float, float] = (-math.inf, math.inf)) -> Chart:
    """XmR chart of single values in the order of time, limits at 3 times the mean moving range over 1.128.

    Needs two values or more. Limits are cut off at the bounds, beyond which no value can lie.
    """
    if len(values) < 2:
        raise ValueError("A chart needs two values or more.")
    middle = math.fsum(values) / len(values)
    moves = [abs(after - before) for before, after in pairwise(values)]
    usual = math.fsum(moves) / len(moves)
    sigmas = [usual / D2] * len(values)
    ranges = [Signal(Rule.RANGE, place) for place, move in enumerate(moves, start=1) if move > D4 * usual]
    return _chart(values, middle=middle, sigmas=sigmas, extra=ranges, bounds=bounds)


def share_chart(successes: Sequence[int], sizes: Sequence[int]) -> Chart:
    """Laney's p' chart of shares of big counts, as fractions of 1: wider where the weeks differ by more than chance.

    D. B. Laney, “Improved control charts for attributes”, Quality Engineering 14 (2002).
    """
    middle = sum(successes) / sum(sizes)
    shares = [found / size for found, size in zip(successes, sizes, strict=True)]
    sigmas = [math.sqrt(middle * (1 - middle) / size) for size in sizes]
    return _laney(shares, middle=middle, sigmas=sigmas, bounds=(0.0, 1.0))


def rate_chart(counts: Sequence[int], sizes: Sequence[float]) -> Chart:
    """Laney's u' chart of counts per unit, such as complaints per thousand calls."""
    middle = sum(counts) / math.fsum(sizes)
    rates = [found / size for found, size in zip(counts, sizes, strict=True)]
    sigmas = [math.sqrt(middle / size) for size in sizes]
    return _laney(rates, middle=middle, sigmas=sigmas, bounds=(0.0, math.inf))


def _laney(values: Sequence[float], *, middle: float, sigmas: Sequence[float], bounds: tuple[float, float]) -> Chart:
    if len(values) < 2:
        raise ValueError("A chart needs two values or more.")
    scores = [(value - middle) / sigma if sigma else 0.0 for value, sigma in zip(values, sigmas, strict=True)]
    moves = [abs(after - before) for before, after in pairwise(scores)]
    # Below 1 the correction would narrow the limits under what chance alone needs.
    excess = max(1.0, math.fsum(moves) / len(moves) / D2)
    wider = [excess * sigma for sigma in sigmas]
    return replace(_chart(values, middle=middle, sigmas=wider, extra=[], bounds=bounds), excess=excess)


def _chart(
    values: Sequence[float],
    *,
    middle: float,
    sigmas: Sequence[float],
    extra: Sequence[Signal],
    bounds: tuple[float, float],
) -> Chart:
    scores = [(value - middle) / sigma if sigma else 0.0 for value, sigma in zip(values, sigmas, strict=True)]
    lowest, highest = bounds
    return Chart(
        tuple(values),
        middle,
        tuple(max(lowest, middle - 3 * sigma) for sigma in sigmas),
        tuple(min(highest, middle + 3 * sigma) for sigma in sigmas),
        tuple(sorted([*_signals(scores), *extra], key=lambda signal: (signal.point, signal.rule))),
    )


def _signals(scores: Sequence[float]) -> list[Signal]:
    found: list[Signal] = []
    for point, score in enumerate(scores):
        if abs(score) > 3:
            found.append(Signal(Rule.BEYOND_LIMITS, point))
        for rule, span, needed, beyond in (
            (Rule.TWO_OF_THREE, 3, 2, 2.0),
            (Rule.FOUR_OF_FIVE, 5, 4, 1.0),
            (Rule.EIGHT_ON_ONE_SIDE, 8, 8, 0.0),
        ):
            recent = scores[max(0, point - span + 1) : point + 1]
            mirrored = [-one for one in recent]
            if any(_completes(side, needed=needed, beyond=beyond) for side in (recent, mirrored)):
                found.append(Signal(rule, point))
    return found


def _completes(recent: Sequence[float], *, needed: int, beyond: float) -> bool:
    """Whether the last point lies beyond and makes up the number needed."""
    return recent[-1] > beyond and sum(one > beyond for one in recent) >= needed
