"""The one form in which a score reaches a page, a report or the API: never without its n and its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.estimate.exclusions import Exclusions
from qa.estimate.intervals import LEVEL, Interval, Method, Peers, bounded, bounded_around, wilson
from qa.estimate.means import Estimate
from qa.i18n import Text, _

#: Below this many reviewed interactions no number is shown: with four, one bad call moves the mean by a quarter of
#: its distance, and readers take a number for the truth however wide the interval beside it is.
GUARD = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean score or share, in points or per cent from 0 to 100, with everything that says how sure it is.

    A Net Promoter Score runs from -100 to 100.
    """

    #: Empty when nothing was reviewed.
    value: float | None
    low: float | None
    high: float | None
    #: Interactions reviewed.
    n: int
    #: Interactions it speaks for; None when that is not known.
    population: int | None
    method: Method
    #: The draws it rests on.
    draw_ids: tuple[int, ...] = ()
    guard: int = GUARD
    level: float = LEVEL
    #: How far interactions that were drawn and set aside could have moved it; None where there are none.
    exclusions: Exclusions | None = None

    def __post_init__(self) -> None:
        ends = (self.value, self.low, self.high)
        if (self.n == 0) != all(end is None for end in ends) or (self.n > 0 and None in ends):
            raise ValueError("A figure has a value and both ends, or nothing was reviewed.")

    @property
    def N(self) -> int | None:  # noqa: N802 - the statistician's letter, as it stands on the page
        return self.population

    @property
    def too_few(self) -> bool:
        """Whether nothing should be read from it; a complete count is never too few."""
        return self.n == 0 or (self.n < self.guard and self.method is not Method.COMPLETE)

    @property
    def shown(self) -> float | None:
        """The value where it may be shown, else None."""
        return None if self.too_few else self.value

    @property
    def margin(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def said(self) -> Text:
        """The figure in one sentence, as it stands where there is no room for a picture."""
        if self.n == 0:
            return _("nothing reviewed yet")
        if self.too_few or self.value is None or self.low is None or self.high is None:
            return _("too few to say (n = {n})", n=self.n)
        if self.method is Method.COMPLETE:
            return _("{value} (all {n} reviewed)", value=_point(self.value), n=self.n)
        return _(
            "{value} (between {low} and {high}, n = {n})",
            value=_point(self.value),
            low=_point(self.low),
            high=_point(self.high),
            n=self.n,
        )


class Verdict(StrEnum):
    """Whether a difference is larger than chance makes it."""

    YES = "yes"
    NO = "no"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second, with its interval."""

    value: float | None
    low: float | None
    high: float | None
    verdict: Verdict

    @property
    def said(self) -> Text:
        """What may be concluded, in one sentence."""
        if self.verdict is Verdict.CANNOT_SAY or self.value is None or self.low is None or self.high is None:
            return _("Too few were reviewed to compare.")
        ends = {"low": _point(self.low), "high": _point(self.high)}
        if self.verdict is Verdict.NO:
            return _("No difference that chance could not make (between {low} and {high} points).", **ends)
        if self.value > 0:
            return _(
                "Higher by {by} points, more than chance (between {low} and {high}).", by=_point(self.value), **ends
            )
        return _("Lower by {by} points, more than chance (between {low} and {high}).", by=_point(-self.value), **ends)


def score_figure(
    values: Sequence[float],
    *,
    population: int | None = None,
    peers: Peers | None = None,
    draw_ids: Sequence[int] = (),
    guard: int = GUARD,
) -> Figure:
    """The mean of scores from 0 to 100, drawn with equal chances."""
    if not values:
        return _nothing(population, draw_ids=draw_ids, guard=guard)
    interval = bounded(values, peers=peers, population=population)
    mean = math.fsum(values) / len(values)
    return _figure(mean, interval, n=len(values), population=population, draw_ids=draw_ids, guard=guard)


def share_figure(
    successes: int, *, n: int, population: int | None = None, draw_ids: Sequence[int] = (), guard: int = GUARD
) -> Figure:
    """A share in per cent, such as interactions that passed."""
    if n == 0:
        return _nothing(population, draw_ids=draw_ids, guard=guard)
    share = wilson(successes, n=n, population=population)
    interval = Interval(100 * share.low, 100 * share.high, share.method, share.level)
    return _figure(100 * successes / n, interval, n=n, population=population, draw_ids=draw_ids, guard=guard)


def design_figure(estimate: Estimate, *, draw_ids: Sequence[int] = (), guard: int = GUARD) -> Figure:
    """A mean score that comes from a design, such as a stratified one."""
    interval = bounded_around(
        estimate.mean, standard_error=estimate.standard_error, degrees=estimate.degrees, n=estimate.n
    )
    population = round(estimate.population)
    return _figure(estimate.mean, interval, n=estimate.n, population=population, draw_ids=draw_ids, guard=guard)


def difference(first: Figure, second: Figure) -> Difference:
    """First minus second, of independent samples, and whether it is larger than chance.

    The interval is put together from the two intervals by squaring and adding the arms that face each other, which
    keeps their lopsidedness: R. G. Newcombe, Statistics in Medicine 17 (1998); G. Y. Zou and A. Donner, ibid. 27 (2008).
    """
    if first.value is None or first.low is None or first.high is None:
        return Difference(None, None, None, Verdict.CANNOT_SAY)
    if second.value is None or second.low is None or second.high is None:
        return Difference(None, None, None, Verdict.CANNOT_SAY)
    gap = first.value - second.value
    low = gap - math.hypot(first.value - first.low, second.high - second.value)
    high = gap + math.hypot(first.high - first.value, second.value - second.low)
    if first.too_few or second.too_few:
        return Difference(gap, low, high, Verdict.CANNOT_SAY)
    return Difference(gap, low, high, Verdict.YES if low > 0 or high < 0 else Verdict.NO)


def _point(value: float) -> float:
    # One decimal is more than any sample of this trade can carry.
    return round(value, 1)


def _nothing(population: int | None, *, draw_ids: Sequence[int], guard: int) -> Figure:
    return Figure(None, None, None, 0, population, Method.NONE, tuple(draw_ids), guard)


def _figure(
    value: float, interval: Interval, *, n: int, population: int | None, draw_ids: Sequence[int], guard: int
) -> Figure:
    return Figure(
        value, interval.low, interval.high, n, population, interval.method, tuple(draw_ids), guard, interval.level
    )
