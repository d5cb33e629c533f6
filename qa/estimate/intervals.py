"""Intervals: between which values the truth lies, and with what method.

Which one is used when:

- a share of yes or no (passes, criteria met): `wilson`; `clopper_pearson` where a guarantee is wanted, it is wider;
- the mean of scores between bounds: `bounded`, the product's own choice, see there;
- the mean of values without bounds (handling time): `t_interval`;
- the Net Promoter Score: `qa.estimate.recommending`.

The textbook t interval is not used for scores: on the capped, skewed scores of this trade it covers the truth only in
74-93 % of the samples of three to eight, where 95 % is promised; `python -m benchmarks coverage` measures both.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scipy import special

LEVEL = 0.95

#: Degrees of freedom that the variance of the peers counts for beside an agent's own.
PRIOR_DEGREES = 10.0
#: Fewer scores of peers than this say too little about their spread to be used.
FEWEST_PEER_SCORES = 30


class Method(StrEnum):
    WILSON = "wilson"
    CLOPPER_PEARSON = "clopper-pearson"
    T = "t"
    BOUNDED = "bounded"
    SQUARE_AND_ADD = "square-and-add"
    ADJUSTED_WALD = "adjusted-wald"
    #: Every interaction was reviewed, so nothing is uncertain.
    COMPLETE = "complete"
    #: Nothing can be said.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Interval:
    """Low and high end, in the unit of what was measured."""

    low: float
    high: float
    method: Method
    level: float = LEVEL

    @property
    def width(self) -> float:
        return self.high - self.low

    def holds(self, value: float) -> bool:
        """Whether the value lies within, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Peers:
    """How the scores of comparable agents spread, on a scale from 0 to 1."""

    mean: float
    #: Pooled variance of the scores of one agent around that agent's own mean.
    variance: float
    #: Fourth moment over the square of the second, around the mean of all; 3 for the normal distribution.
    kurtosis: float


def peers_of(groups: Iterable[Sequence[float]], *, lowest: float = 0.0, highest: float = 100.0) -> Peers | None:
    """Learn the spread from the scores of each peer; None when there is too little to learn from."""
    scaled = [[_to_unit(value, lowest=lowest, highest=highest) for value in group] for group in groups]
    values = [value for group in scaled for value in group]
    degrees = sum(len(group) - 1 for group in scaled if group)
    if len(values) < FEWEST_PEER_SCORES or degrees < PRIOR_DEGREES:
        return None
    mean = math.fsum(values) / len(values)
    within = math.fsum(_squares(group) for group in scaled if len(group) > 1) / degrees
    if within == 0.0:
        return None
    second = math.fsum((value - mean) ** 2 for value in values) / len(values)
    fourth = math.fsum((value - mean) ** 4 for value in values) / len(values)
    return Peers(mean, within, fourth / second**2)


def wilson(successes: float, *, n: int, population: int | None = None, level: float = LEVEL) -> Interval:
    """Wilson's score interval for a share, as a fraction of 1; E. B. Wilson, JASA 22 (1927).

    With a population the finite-population correction makes the sample count for more.
    """
    _check(n, population=population)
    if n == population:
        return Interval(successes / n, successes / n, Method.COMPLETE, level)
    slack = float(special.ndtri((1 + level) / 2)) ** 2 * _correction(n, population) / n
    low, high = _score_ends(successes / n, slack=slack)
    return Interval(low, high, Method.WILSON, level)


def clopper_pearson(successes: int, *, n: int, level: float = LEVEL) -> Interval:
    """The exact interval for a share, as a fraction of 1; never covers less than promised, often more.

    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).
    """
    _check(n, population=None)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(special.betaincinv(successes + 1, n - successes, 1 - tail))
    return Interval(low, high, Method.CLOPPER_PEARSON, level)


def t_interval(values: Sequence[float], *, population: int | None = None, level: float = LEVEL) -> Interval:
    """Student's interval for a mean, with finite-population correction; needs two values or more."""
    n = len(values)
    _check(n, population=population)
    mean = math.fsum(values) / n
    if n == population:
        return Interval(mean, mean, Method.COMPLETE, level)
    if n < 2:
        return Interval(-math.inf, math.inf, Method.NONE, level)
    error = math.sqrt(_squares(values) / (n - 1) * _correction(n, population) / n)
    half = t_quantile(n - 1, level=level) * error
    return Interval(mean - half, mean + half, Method.T, level)


def bounded(
    values: Sequence[float],
    *,
    peers: Peers | None = None,
    population: int | None = None,
    level: float = LEVEL,
    lowest: float = 0.0,
    highest: float = 100.0,
) -> Interval:
    """The interval for a mean of scores between bounds, in the unit of the scores.

    Wilson's interval, where a score counts for as much as its spread allows: the variance of a score is taken as
    φ·μ(1-μ), and (m-μ)² ≤ t²·φ·μ(1-μ)·(1-n/N)/n is solved for μ. Few scores tell little about their own spread, and
    less the heavier their tails: one zero among eighteen makes it. So φ comes from the variance of the agent pooled
    with that of the peers, where the peers count for ten degrees of freedom and the agent for 2σ⁴/Var(s²), the degrees
    of freedom that a variance from scores of that kurtosis is worth (the textbook n-1 only for normal scores). Without
    peers φ is 1, as for yes and no: the widest that scores between bounds can need.
    """
    n = len(values)
    _check(n, population=population)
    scaled = [_to_unit(value, lowest=lowest, highest=highest) for value in values]
    mean = math.fsum(scaled) / n
    span = highest - lowest
    if n == population:
        seen = math.fsum(values) / n
        return Interval(seen, seen, Method.COMPLETE, level)
    factor = 1.0 if peers is None else spread(scaled, mean=mean, peers=peers)
    quantile = t_quantile(PRIOR_DEGREES + n - 1, level=level)
    low, high = _score_ends(mean, slack=quantile**2 * factor * _correction(n, population) / n)
    return Interval(lowest + span * low, lowest + span * high, Method.BOUNDED, level)


def bounded_around(
    mean: float,
    *,
    standard_error: float,
    degrees: float,
    n: int,
    level: float = LEVEL,
    lowest: float = 0.0,
    highest: float = 100.0,
) -> Interval:
    """The same interval around an estimate from a design, such as a stratified mean, from its standard error.

    Infinite degrees of freedom mean that everything was seen. Where all n scores are equal the standard error says
    nothing about the scores that were not seen; they then count as yes and no do.
    """
    unit = _to_unit(mean, lowest=lowest, highest=highest)
    span = highest - lowest
    spread = (standard_error / span) ** 2 / (unit * (1 - unit)) if 0.0 < unit < 1.0 else 0.0
    return bounded_by_design(mean, slack=spread or 1 / n, degrees=degrees, level=level, lowest=lowest, highest=highest)


def bounded_by_design(
    mean: float,
    *,
    slack: float,
    degrees: float,
    level: float = LEVEL,
    lowest: float = 0.0,
    highest: float = 100.0,
) -> Interval:
    """The same interval from the variance of the mean as a share of what one yes or no with that mean would have.

    For n scores of one stratum that share is φ·(1-n/N)/n of `bounded`; unlike a standard error it says something at the
    ends of the scale too. Infinite degrees of freedom mean that everything was seen.
    """
    if degrees == math.inf:
        return Interval(mean, mean, Method.COMPLETE, level)
    unit = _to_unit(mean, lowest=lowest, highest=highest)
    span = highest - lowest
    low, high = _score_ends(unit, slack=t_quantile(degrees, level=level) ** 2 * slack)
    return Interval(lowest + span * low, lowest + span * high, Method.BOUNDED, level)


@lru_cache(maxsize=4096)
def t_quantile(degrees: float, *, level: float = LEVEL) -> float:
    """How many standard errors reach to either side at this level, by Student's distribution."""
    return float(special.stdtrit(degrees, (1 + level) / 2))


def own_degrees(n: int, *, kurtosis: float) -> float:
    """What the variance of n scores is worth in degrees of freedom: 2σ⁴/Var(s²), at most n-1.

    Var(s²) = σ⁴·(κ/n - (n-3)/(n(n-1))), the textbook variance of a sample variance (Cramér 1946, § 27.4).
    """
    if n < 2:
        return 0.0
    return min(2.0 / (kurtosis / n - (n - 3) / (n * (n - 1))), n - 1.0)


def spread(scaled: Sequence[float], *, mean: float, peers: Peers) -> float:
    """φ of `bounded`, of scores from 0 to 1: their variance as a share of what yes and no with that mean would have."""
    n = len(scaled)
    variance = _squares(scaled) / (n - 1) if n > 1 else 0.0
    return spread_by_variance(variance, n=n, mean=mean, peers=peers)


def spread_by_variance(variance: float, *, n: int, mean: float, peers: Peers) -> float:
    """The same from the sample variance of n scores from 0 to 1, and their mean."""
    own = own_degrees(n, kurtosis=peers.kurtosis)
    pooled = (PRIOR_DEGREES * peers.variance + own * variance) / (PRIOR_DEGREES + own)
    centre = (PRIOR_DEGREES * peers.mean + own * mean) / (PRIOR_DEGREES + own)
    return min(pooled / (centre * (1 - centre)), 1.0)


def _score_ends(mean: float, *, slack: float) -> tuple[float, float]:
    """Solve (mean-μ)² ≤ slack·μ(1-μ) for μ."""
    middle = (mean + slack / 2) / (1 + slack)
    half = math.sqrt(slack * (mean * (1 - mean) + slack / 4)) / (1 + slack)
    # Rounding must not put the mean outside its own interval.
    return max(0.0, min(middle - half, mean)), min(1.0, max(middle + half, mean))


def _to_unit(value: float, *, lowest: float, highest: float) -> float:
    if not lowest <= value <= highest:
        raise ValueError(f"A score of {value} lies outside {lowest} to {highest}.")
    return (value - lowest) / (highest - lowest)


def _squares(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values)


def _correction(n: int, population: int | None) -> float:
    return 1.0 if population is None else 1.0 - n / population


def _check(n: int, *, population: int | None) -> None:
    if n < 1:
        raise ValueError("An interval needs at least one value.")
    if population is not None and n > population:
        raise ValueError(f"A sample of {n} cannot come from a population of {population}.")
