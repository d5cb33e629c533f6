"""Agreement as it may be shown: coefficients with intervals, and what so few items can carry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scorecards.agreement import (
    Floats,
    Level,
    Ratings,
    cohen_kappa,
    fleiss_kappa,
    gwet,
    krippendorff_alpha,
    once,
    percent_agreement,
    ratings,
)
from scorecards.errors import N_, AgreementError, Sentence
from scorecards.intraclass import FORMS, intraclass

#: Below this number of items rated twice no coefficient is shown, below the second it is called provisional: with 10
#: items, intervals that promise 95 % hold in little more than half of the cases.
FEWEST_ITEMS = 20
FIRM_ITEMS = 40
#: From this share of one category on, chance-corrected coefficients say little about the raters.
SKEWED = 0.9
RESAMPLES = 1000
_CELLS = 2_000_000


class Standing(StrEnum):
    """How far the figures may be relied upon."""

    TOO_FEW = "too_few"
    PROVISIONAL = "provisional"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its interval (95 % unless asked otherwise); all None where it cannot be given."""

    value: float | None
    low: float | None
    high: float | None
    n_items: int


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Everything that can be said about a table of ratings; ``n_items`` counts items rated at least twice."""

    level: Level
    n_items: int
    n_raters: int
    standing: Standing
    estimates: dict[str, Estimate]
    warnings: tuple[Sentence, ...]


Coefficient = Callable[[Ratings, Floats], Floats]


def agreement_report(
    table: Floats,
    *,
    level: Level,
    categories: Floats | None = None,
    guard: bool = True,
    confidence: float = 0.95,
    seed: int = 20_250_101,
) -> AgreementReport:
    """All coefficients of a table (items × raters, NaN missing) that fit its level, with their intervals.

    Intraclass correlations have F intervals; the others percentile bootstrap intervals over items, the same for the
    same ``seed``. With ``guard`` only percentage agreement is given below 20 items. Raises AgreementError.
    """
    rated = ratings(table, categories=categories)
    standing = _standing(rated.n_items)
    shown = standing is not Standing.TOO_FEW or not guard
    estimates: dict[str, Estimate] = {}
    for name, coefficient in _coefficients(rated, level):
        hidden = name != "percent_agreement" and not shown
        estimates[name] = (
            _empty(rated.n_items) if hidden else _estimate(rated, coefficient, confidence=confidence, seed=seed)
        )
    estimates |= _correlations(rated, level, shown=shown, confidence=confidence)
    return AgreementReport(
        level=level,
        n_items=rated.n_items,
        n_raters=rated.n_raters,
        standing=standing,
        estimates=estimates,
        warnings=tuple(_warnings(rated, standing)),
    )


def _coefficients(rated: Ratings, level: Level) -> Iterator[tuple[str, Coefficient]]:
    yield "percent_agreement", percent_agreement
    yield "krippendorff_alpha", lambda some, times: krippendorff_alpha(some, times, level=level)
    yield "gwet_ac1", gwet
    yield "fleiss_kappa", fleiss_kappa
    if rated.n_raters == 2:
        yield "cohen_kappa", cohen_kappa
    if level is not Level.NOMINAL:
        yield "gwet_ac2", lambda some, times: gwet(some, times, level=level)
        if rated.n_raters == 2:
            yield "cohen_weighted_kappa", lambda some, times: cohen_kappa(some, times, level=level)


def _standing(n_items: int) -> Standing:
    if n_items < FEWEST_ITEMS:
        return Standing.TOO_FEW
    return Standing.PROVISIONAL if n_items < FIRM_ITEMS else Standing.FIRM


def _empty(n_items: int) -> Estimate:
    return Estimate(None, None, None, n_items)


def _estimate(rated: Ratings, coefficient: Coefficient, *, confidence: float, seed: int) -> Estimate:
    value = float(coefficient(rated, once(rated))[0])
    if np.isnan(value):
        return _empty(rated.n_items)
    found = np.concatenate([coefficient(rated, times) for times in _resamples(len(rated.table), seed)])
    found = found[~np.isnan(found)]
    if rated.n_items < 2 or not len(found):
        return Estimate(value, None, None, rated.n_items)
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(value, float(low), float(high), rated.n_items)


def _resamples(n_items: int, seed: int) -> Iterator[Floats]:
    """How often each item occurs in each resample of the items, some resamples at a time."""
    random = np.random.default_rng(seed)
    at_once = max(1, min(RESAMPLES, _CELLS // n_items))
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        drawn = random.integers(0, n_items, size=(rows, n_items)) + n_items * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n_items)
        yield counts.reshape(rows, n_items).astype(np.float64)


def _correlations(rated: Ratings, level: Level, *, shown: bool, confidence: float) -> dict[str, Estimate]:
    if level is Level.NOMINAL:
        return {}
    complete = int((~np.isnan(rated.table).any(axis=1)).sum())
    if not shown:
        return dict.fromkeys(FORMS, _empty(complete))
    try:
        found = intraclass(rated.table, confidence=confidence)
    except AgreementError:
        return dict.fromkeys(FORMS, _empty(complete))
    return {
        name: _empty(complete) if np.isnan(one.value) else Estimate(one.value, one.low, one.high, complete)
        for name, one in found.items()
    }


def _warnings(rated: Ratings, standing: Standing) -> Iterator[Sentence]:
    if standing is Standing.TOO_FEW:
        yield Sentence(
            N_("Only {n} items were rated by two raters; coefficients are given from {fewest}."),
            {"n": rated.n_items, "fewest": FEWEST_ITEMS},
        )
    if standing is Standing.PROVISIONAL:
        yield Sentence(
            N_("Provisional: {n} items were rated by two raters; from {firm} the figures are firm."),
            {"n": rated.n_items, "firm": FIRM_ITEMS},
        )
    totals = rated.counts.sum(axis=0)
    if len(np.flatnonzero(totals)) == 1:
        yield Sentence(N_("All ratings are the same, so agreement beyond chance cannot be told."))
    elif float(totals.max()) / float(totals.sum()) >= SKEWED:
        yield Sentence(
            N_(
                "Nearly all ratings are the same ({percent}%): kappa and alpha fall although raters agree. Look at AC1."
            ),
            {"percent": int(100 * float(totals.max()) / float(totals.sum()))},
        )
