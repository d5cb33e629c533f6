"""How two things that were seen of the same interactions hang together: rank correlations, and an effect of two groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from qa.estimate.intervals import LEVEL

#: Below this many pairs no coefficient is shown.
FEWEST_PAIRS = 20


class Measure(StrEnum):
    """Which number says how two things hang together."""

    SPEARMAN = "spearman"
    KENDALL = "kendall"
    #: The chance that one of the first group lies higher than one of the second, ties counted half.
    SUPERIORITY = "superiority"


@dataclass(frozen=True, slots=True)
class Association:
    """A coefficient with its interval and the p-value of “nothing”; of correlations from -1 to 1, of superiority from 0 to 1."""

    measure: Measure
    value: float
    low: float
    high: float
    chance: float
    n: int
    level: float = LEVEL


def spearman(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Association | None:
    """Spearman's rank correlation; none where one of the two never varies, or with fewer than five pairs.

    The interval is Fisher's with variance (1+r²/2)/(n-3): D. G. Bonett and T. A. Wright, Psychometrika 65 (2000).
    """
    n = _checked(first, second)
    if n < 5 or _constant(first) or _constant(second):
        return None
    found = stats.spearmanr(first, second)
    value = float(found.statistic)
    error = math.sqrt((1 + value**2 / 2) / (n - 3))
    low, high = _fisher(value, error=error, level=level)
    return Association(Measure.SPEARMAN, value, low, high, float(found.pvalue), n, level)


def kendall(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Association | None:
    """Kendall's tau-b, which counts ties; none where one of the two never varies, or with fewer than five pairs.

    The interval is Fisher's, with the jackknife's standard error, to which ties belong (B. Efron and C. Stein, Annals of
    Statistics 9, 1981). Where the order agrees wholly the jackknife sees no error; the variance is then that of
    D. G. Bonett and T. A. Wright, Psychometrika 65 (2000), 0.437/(n-4). Costs n·log n in
    time, and the product of how many different values both have.
    """
    n = _checked(first, second)
    if n < 5 or _constant(first) or _constant(second):
        return None
    found = stats.kendalltau(first, second)
    value = float(found.statistic)
    error = _tau_error(np.asarray(first, float), np.asarray(second, float))
    error = error / (1 - value**2) if error > 0.0 and abs(value) < 1.0 else math.sqrt(0.437 / (n - 4))
    low, high = _fisher(value, error=error, level=level)
    return Association(Measure.KENDALL, value, low, high, float(found.pvalue), n, level)


def superiority(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Association | None:
    """The Mann-Whitney effect: the chance that one of the first group lies above one of the second, ties counted half.

    The p-value is that of the Mann-Whitney test. The interval is method 5 of R. G. Newcombe, Statistics in Medicine 25
    (2006): |θ - U/mn| = z·√(θ(1-θ)(1 + (m̄-1)((1-θ)/(2-θ) + θ/(1+θ)))/mn), m̄ the mean of both sizes, solved for θ, so
    that it stays within 0 and 1 and has a width also where the groups do not overlap. None where a group is empty.
    """
    m, n = len(first), len(second)
    if m == 0 or n == 0:
        return None
    if _constant([*first, *second]):
        value, chance = 0.5, 1.0
    else:
        found = stats.mannwhitneyu(first, second, alternative="two-sided")
        value, chance = float(found.statistic) / (m * n), float(found.pvalue)
    quantile = float(special.ndtri((1 + level) / 2))
    low = _newcombe_end(value, m=m, n=n, quantile=quantile, towards=0.0)
    high = _newcombe_end(value, m=m, n=n, quantile=quantile, towards=1.0)
    return Association(Measure.SUPERIORITY, value, low, high, chance, m + n, level)


def newcombe_error(value: float, *, m: int, n: int) -> float:
    """The standard error of the Mann-Whitney effect at a value, after Hanley and McNeil's exponential model."""
    middle = (m + n) / 2
    inner = 1 + (middle - 1) * ((1 - value) / (2 - value) + value / (1 + value))
    return math.sqrt(value * (1 - value) * inner / (m * n))


def _newcombe_end(value: float, *, m: int, n: int, quantile: float, towards: float) -> float:
    """Where the distance to the value is as many standard errors as the quantile, on the way to an end of the scale."""
    near, far = value, towards
    for _step in range(60):
        middle = (near + far) / 2
        inside = abs(middle - value) <= quantile * newcombe_error(middle, m=m, n=n)
        near, far = (middle, far) if inside else (near, middle)
    return near


def _checked(first: Sequence[float], second: Sequence[float]) -> int:
    if len(first) != len(second):
        raise ValueError("Both must be equally many.")
    return len(first)


def _constant(values: Sequence[float]) -> bool:
    return min(values) == max(values)


def _fisher(value: float, *, error: float, level: float) -> tuple[float, float]:
    """Both ends on the scale of Fisher's z; a correlation of 1 or -1 is taken as nearly so, since its z is infinite."""
    arm = float(special.ndtri((1 + level) / 2)) * error
    middle = math.atanh(min(max(value, -0.999), 0.999))
    return min(value, math.tanh(middle - arm)), max(value, math.tanh(middle + arm))


def _tau_error(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Standard error of tau-b by the jackknife over pairs."""
    n = len(first)
    _values, row, rows = np.unique(first, return_inverse=True, return_counts=True)
    _values, column, columns = np.unique(second, return_inverse=True, return_counts=True)
    x, y = (n - rows[row]).astype(float), (n - columns[column]).astype(float)
    few = len(rows) < len(columns)
    together = _agreement(column, columns, row, rows) if few else _agreement(row, rows, column, columns)
    # Without pair i the sums over all couples of pairs lose twice what stands in its row.
    below = np.sqrt((x.sum() - 2 * x) * (y.sum() - 2 * y))
    # Where only this pair varied nothing is left to hang together.
    left = np.divide(together.sum() - 2 * together, below, out=np.zeros(n), where=below > 0.0)
    return math.sqrt((n - 1) / n * float(((left - left.mean()) ** 2).sum()))


def _agreement(
    row: NDArray[np.int64], rows: NDArray[np.int64], column: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Of each pair, with how many others it agrees in order less with how many it disagrees.

    Given are the rank of each pair's two values and how many pairs share each rank; goes over the columns one by one.
    """
    found = np.zeros(len(row))
    everything = _below_less_above(rows)
    passed = np.zeros(len(rows), dtype=np.int64)
    in_order, ends = np.argsort(column, kind="stable"), np.cumsum(columns)
    for end, size in zip(ends, columns, strict=True):
        members = in_order[end - size : end]
        own = _below_less_above(np.bincount(row[members], minlength=len(rows)))
        found[members] = (2 * passed + own - everything)[row[members]]
        passed += own
    return found


def _below_less_above(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each rank, how many pairs lie below it less how many lie above."""
    upto = np.cumsum(counts)
    found: NDArray[np.int64] = 2 * upto - counts - upto[-1]
    return found
