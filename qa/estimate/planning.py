"""How many interactions to review: for a score to a margin, for a difference to be seen, and what a given number can tell.

The interval is the one that pages show (`qa.estimate.intervals.bounded`), as it will come out when scores lie as expected.
Whether a difference is seen is Student's test of two means (noncentral t, as in J. Cohen, Statistical Power Analysis for
the Behavioral Sciences, 1988, chapter 2), with the finite-population correction W. G. Cochran gives (Sampling Techniques,
1977, section 4.7): of what was reviewed nothing is uncertain.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats

from qa.estimate.intervals import LEVEL, PRIOR_DEGREES, Interval, Method, bounded_around, t_quantile

#: The chance that a difference that is there is seen, as is usual.
POWER = 0.8
#: More for one agent nobody reviews.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Spread:
    """How an agent's scores are expected to lie: their mean and standard deviation, on the scale from 0 to 100.

    ``learnt`` tells that past scores show it; otherwise it was stated. Raises ``ValueError`` for what no scores between
    0 and 100 can have: with a given mean they lie farthest apart when all are 0 or 100.
    """

    mean: float
    deviation: float
    learnt: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.mean < 100.0 or not 0.0 < self.deviation <= largest_deviation(self.mean) + 1e-9:
            raise ValueError(f"No scores have mean {self.mean} and standard deviation {self.deviation}.")


def largest_deviation(mean: float) -> float:
    """The largest standard deviation that scores from 0 to 100 with this mean can have."""
    return math.sqrt(mean * (100.0 - mean))


def expected_interval(spread: Spread, n: int, *, population: int | None = None, level: float = LEVEL) -> Interval:
    """The interval that n scores with exactly this spread get, peers known."""
    if population is not None and n >= population:
        return Interval(spread.mean, spread.mean, Method.COMPLETE, level)
    return bounded_around(
        spread.mean,
        standard_error=spread.deviation * math.sqrt(_unseen(n, population) / n),
        degrees=PRIOR_DEGREES + n - 1,
        n=n,
        level=level,
    )


def margin(spread: Spread, n: int, *, population: int | None = None, level: float = LEVEL) -> float:
    """Half the width of that interval, in points; near 100 its arms are not equally long."""
    return expected_interval(spread, n, population=population, level=level).width / 2


def needed_for_margin(
    spread: Spread, wanted: float, *, population: int | None = None, level: float = LEVEL
) -> int | None:
    """The fewest scores of which half the interval is at most ``wanted`` points; none where more than ``MOST`` are."""
    return _fewest(lambda n: margin(spread, n, population=population, level=level) <= wanted, 1, population)


def power(spread: Spread, gap: float, n: int, *, population: int | None = None, level: float = LEVEL) -> float:
    """The chance that a difference of ``gap`` points between two means of n scores each is seen, at this level.

    ``population`` holds for each of the two. With one score each nothing is seen.
    """
    if population is not None and n >= population:
        return 1.0
    if n < 2:
        return 0.0
    degrees = 2 * (n - 1)
    critical = t_quantile(degrees, level=level)
    apart = abs(gap) / (spread.deviation * math.sqrt(2 * _unseen(n, population) / n))
    # The far tail from the other side: there the distribution function loses its way.
    return float(stats.nct.sf(critical, degrees, apart) + stats.nct.sf(critical, degrees, -apart))


def needed_for_difference(
    spread: Spread, gap: float, *, population: int | None = None, wanted: float = POWER, level: float = LEVEL
) -> int | None:
    """The fewest scores on each side with which ``gap`` points are seen with that power; none where more than ``MOST`` are."""
    return _fewest(lambda n: power(spread, gap, n, population=population, level=level) >= wanted, 2, population)


def smallest_difference(
    spread: Spread, n: int, *, population: int | None = None, wanted: float = POWER, level: float = LEVEL
) -> float | None:
    """The smallest difference, in points, that n scores on each side show with that power; none where 100 is too small."""
    if population is not None and n >= population:
        return 0.0
    if power(spread, 100.0, n, population=population, level=level) < wanted:
        return None
    low, high = 0.0, 100.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        if power(spread, middle, n, population=population, level=level) >= wanted:
            high = middle
        else:
            low = middle
    return high


def _fewest(enough: Callable[[int], bool], first: int, population: int | None) -> int | None:
    """The smallest number from ``first`` on that is enough; more is never worse."""
    most = MOST if population is None else min(MOST, max(first, population))
    if not enough(most):
        return None
    low, high = first, most
    while low < high:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _unseen(n: int, population: int | None) -> float:
    return 1.0 if population is None else 1.0 - n / population
