"""Intraclass correlations of a full table of ratings, with their F intervals.

Sources: Shrout and Fleiss, Psychological Bulletin 86 (1979) 420-428; McGraw and Wong, Psychological Methods 1 (1996)
30-46 for the intervals.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from scorecards.errors import N_, AgreementError

#: (1,·) raters differ per item; (2,·) the same raters, who stand for others; (3,·) these raters only.
#: (·,1) one rater's mark; (·,k) the mean of all.
FORMS = ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")


@dataclass(frozen=True, slots=True)
class Correlation:
    """One intraclass correlation with its interval; NaN where all ratings are the same."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the two-way table of ``n`` items by ``k`` raters."""

    n: int
    k: int
    items: float
    raters: float
    error: float
    within: float


def intraclass(table: NDArray[np.float64], *, confidence: float = 0.95) -> dict[str, Correlation]:
    """All six forms over the items that every rater has rated.

    Raises AgreementError when fewer than two such items or two raters are left.
    """
    table = np.asarray(table, dtype=np.float64)
    full = table[~np.isnan(table).any(axis=1)]
    if full.ndim != 2 or len(full) < 2 or full.shape[1] < 2:
        raise AgreementError(N_("An intraclass correlation needs two items that all raters have rated."))
    squares = _squares(full)
    if squares.within <= 0 and squares.items <= 0:
        nothing = Correlation(np.nan, np.nan, np.nan)
        return dict.fromkeys(FORMS, nothing)
    tail = (1 - confidence) / 2
    single = {
        "icc_1_1": _one_way(squares, tail=tail),
        "icc_2_1": _two_way_agreement(squares, tail=tail),
        "icc_3_1": _two_way_consistency(squares, tail=tail),
    }
    means = {f"{name[:-1]}k": _mean_of(form, squares.k) for name, form in single.items()}
    return single | means


def _squares(full: NDArray[np.float64]) -> _Squares:
    n, k = full.shape
    grand = full.mean()
    by_item, by_rater = full.mean(axis=1), full.mean(axis=0)
    items = k * float(((by_item - grand) ** 2).sum()) / (n - 1)
    raters = n * float(((by_rater - grand) ** 2).sum()) / (k - 1)
    error = float(((full - by_item[:, None] - by_rater[None, :] + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    within = float(((full - by_item[:, None]) ** 2).sum()) / (n * (k - 1))
    return _Squares(n, k, items=items, raters=raters, error=error, within=within)


def _one_way(s: _Squares, *, tail: float) -> Correlation:
    return _by_ratio(s, noise=s.within, freedom=s.n * (s.k - 1), tail=tail)


def _two_way_consistency(s: _Squares, *, tail: float) -> Correlation:
    return _by_ratio(s, noise=s.error, freedom=(s.n - 1) * (s.k - 1), tail=tail)


def _by_ratio(s: _Squares, *, noise: float, freedom: int, tail: float) -> Correlation:
    if noise <= 0:
        return Correlation(1.0, 1.0, 1.0)
    ratio = s.items / noise
    low = ratio / fdtri(s.n - 1, freedom, 1 - tail)
    high = ratio * fdtri(freedom, s.n - 1, 1 - tail)
    value, low, high = ((one - 1) / (one + s.k - 1) for one in (ratio, low, high))
    return Correlation(float(value), float(low), float(high))


def _two_way_agreement(s: _Squares, *, tail: float) -> Correlation:
    spread = s.items + (s.k - 1) * s.error + s.k * (s.raters - s.error) / s.n
    value = (s.items - s.error) / spread
    if s.error <= 0 and s.raters <= 0:
        return Correlation(1.0, 1.0, 1.0)
    # Satterthwaite's degrees of freedom of the mixture of rater and error variance.
    a = s.k * value / (s.n * (1 - value)) if value < 1 else np.inf
    b = 1 + s.k * value * (s.n - 1) / (s.n * (1 - value)) if value < 1 else np.inf
    mixed = a * s.raters + b * s.error
    freedom = mixed**2 / ((a * s.raters) ** 2 / (s.k - 1) + (b * s.error) ** 2 / ((s.n - 1) * (s.k - 1)))
    upper, lower = fdtri(s.n - 1, freedom, 1 - tail), fdtri(freedom, s.n - 1, 1 - tail)
    noise = s.k * s.raters + (s.k * s.n - s.k - s.n) * s.error
    low = s.n * (s.items - upper * s.error) / (upper * noise + s.n * s.items)
    high = s.n * (lower * s.items - s.error) / (noise + s.n * lower * s.items)
    return Correlation(float(value), float(low), float(high))


def _mean_of(form: Correlation, k: int) -> Correlation:
    """Spearman and Brown's step from one rater to the mean of ``k``; the k-forms follow from it exactly."""
    value, low, high = (k * one / (1 + (k - 1) * one) for one in (form.value, form.low, form.high))
    return Correlation(value, low, high)
