"""How well reviewers agree: percentage agreement and chance-corrected coefficients, as values of a table of ratings.

Rows are items, columns are raters, NaN is a missing rating. Each coefficient takes multiplicities of the items as
well, one row of them per resample, so that a whole bootstrap is a few matrix products.

Sources: Cohen 1960 and 1968; Fleiss 1971, in the form for unequal numbers of raters of Gwet, Handbook of Inter-Rater
Reliability, 4th ed. 2014, which is the source of AC1 and AC2 too; Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scorecards.errors import N_, AgreementError

Floats = NDArray[np.float64]


class Level(StrEnum):
    """What the differences between ratings mean."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """A table of ratings and how often each item got each category.

    ``table`` is items × raters with NaN for missing; ``categories`` are sorted; ``counts`` is items × categories.
    """

    table: Floats
    categories: Floats
    counts: Floats

    @property
    def per_item(self) -> Floats:
        return np.asarray(self.counts.sum(axis=1))

    @property
    def n_items(self) -> int:
        """Items that at least two raters have rated; only these tell anything of agreement."""
        return int((self.per_item >= 2).sum())

    @property
    def n_raters(self) -> int:
        return int(self.table.shape[1])


def ratings(table: Floats, *, categories: Floats | None = None) -> Ratings:
    """Prepare a table (items × raters); ``categories`` adds those of the scale that nobody used.

    Raises AgreementError when there are not two raters, no item is rated twice, or a rating is infinite.
    """
    table = np.asarray(table, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise AgreementError(N_("Agreement needs the ratings of at least two raters."))
    known = ~np.isnan(table)
    if np.isinf(table).any():
        raise AgreementError(N_("A rating must be a number."))
    used = np.unique(table[known])
    scale = used if categories is None else np.union1d(used, categories)
    places = np.searchsorted(scale, table[known])
    rows = np.broadcast_to(np.arange(len(table))[:, None], table.shape)[known]
    flat = np.bincount(rows * len(scale) + places, minlength=len(table) * len(scale))
    found = Ratings(table, scale, flat.reshape(len(table), len(scale)).astype(np.float64))
    if found.n_items == 0:
        raise AgreementError(N_("No item was rated by two raters."))
    return found


def once(rated: Ratings) -> Floats:
    """Multiplicities of the sample itself: one row in which every item counts once."""
    return np.ones((1, len(rated.table)))


def weights(categories: Floats, *, level: Level) -> Floats:
    """How much two categories agree, 1 for equal ones, by Gwet's ordinal, quadratic and ratio weights."""
    size = len(categories)
    rank = np.arange(size)
    apart = np.abs(rank[:, None] - rank[None, :])
    if level is Level.NOMINAL or size < 2:
        return np.asarray((apart == 0).astype(np.float64))
    if level is Level.ORDINAL:
        return np.asarray(1 - apart * (apart + 1) / (size * (size - 1)))
    distance = _distances(categories, level=level)
    spread = float(distance.max())
    return 1 - distance / spread if spread else np.ones((size, size))


def percent_agreement(rated: Ratings, multiplicities: Floats, *, level: Level = Level.NOMINAL) -> Floats:
    """Mean share of agreeing pairs of raters per item, 0 to 1; partly agreeing pairs count partly above nominal."""
    return _observed(rated, multiplicities, weights(rated.categories, level=level))


def gwet(rated: Ratings, multiplicities: Floats, *, level: Level = Level.NOMINAL) -> Floats:
    """Gwet's AC1 at the nominal level, AC2 above it."""
    agreeing = weights(rated.categories, level=level)
    size = len(rated.categories)
    shares = _shares(rated, multiplicities)
    if size < 2:
        return np.full(len(multiplicities), np.nan)
    chance = agreeing.sum() / (size * (size - 1)) * (shares * (1 - shares)).sum(axis=1)
    return _corrected(_observed(rated, multiplicities, agreeing), chance)


def fleiss_kappa(rated: Ratings, multiplicities: Floats, *, level: Level = Level.NOMINAL) -> Floats:
    """Fleiss' kappa, weighted above the nominal level; items may have different numbers of raters."""
    agreeing = weights(rated.categories, level=level)
    shares = _shares(rated, multiplicities)
    chance = ((shares @ agreeing) * shares).sum(axis=1)
    return _corrected(_observed(rated, multiplicities, agreeing), chance)


def cohen_kappa(rated: Ratings, multiplicities: Floats, *, level: Level = Level.NOMINAL) -> Floats:
    """Cohen's kappa of exactly two raters over the items both rated.

    Weights are linear in the rank at the ordinal level and quadratic in the value above it. Raises AgreementError for
    another number of raters.
    """
    if rated.n_raters != 2:
        raise AgreementError(N_("Cohen’s kappa is for two raters; there are {number}."), number=rated.n_raters)
    size = len(rated.categories)
    both = ~np.isnan(rated.table).any(axis=1)
    first = np.eye(size)[np.searchsorted(rated.categories, rated.table[both, 0])]
    second = np.eye(size)[np.searchsorted(rated.categories, rated.table[both, 1])]
    rank = np.arange(size, dtype=np.float64)
    agreeing = (
        1 - np.abs(rank[:, None] - rank[None, :]) / max(size - 1, 1)
        if level is Level.ORDINAL
        else weights(rated.categories, level=level)
    )
    kept = multiplicities[:, both]
    total = kept.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = kept @ ((first @ agreeing) * second).sum(axis=1) / total
        chance = (((kept @ first) @ agreeing) * (kept @ second)).sum(axis=1) / total**2
    return _corrected(observed, chance)


def krippendorff_alpha(rated: Ratings, multiplicities: Floats, *, level: Level) -> Floats:
    """Krippendorff's alpha for any number of raters, with missing ratings."""
    paired = rated.per_item >= 2
    counts = rated.counts[paired]
    kept = multiplicities[:, paired]
    totals = kept @ counts
    size = totals.sum(axis=1)
    per_pair = 1 / (counts.sum(axis=1) - 1)
    if level is Level.ORDINAL:
        observed = np.empty(len(kept))
        expected = np.empty(len(kept))
        for number, (row, total) in enumerate(zip(kept, totals, strict=True)):
            distance = _rank_distances(total)
            coincidences = counts.T @ (counts * (row * per_pair)[:, None])
            observed[number] = (coincidences * distance).sum()
            expected[number] = total @ distance @ total
    else:
        distance = _distances(rated.categories, level=level)
        observed = kept @ (((counts @ distance) * counts).sum(axis=1) * per_pair)
        expected = ((totals @ distance) * totals).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (size - 1) * observed / expected, np.nan))


def _distances(categories: Floats, *, level: Level) -> Floats:
    """Squared distances between categories; zero on the diagonal."""
    difference = categories[:, None] - categories[None, :]
    if level is Level.NOMINAL:
        return np.asarray((difference != 0).astype(np.float64))
    if level is Level.INTERVAL:
        return np.asarray(difference**2)
    if level is Level.ORDINAL:
        return _rank_distances(np.ones(len(categories)))
    if (categories < 0).any():
        raise AgreementError(N_("The ratio level needs ratings of 0 or more."))
    total = categories[:, None] + categories[None, :]
    return np.asarray((difference / np.where(total == 0, 1, total)) ** 2)


def _rank_distances(totals: Floats) -> Floats:
    """Krippendorff's ordinal metric: the ratings that lie between two categories, the two themselves by half."""
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def _observed(rated: Ratings, multiplicities: Floats, agreeing: Floats) -> Floats:
    per_item = rated.per_item
    paired = per_item >= 2
    counts, number = rated.counts[paired], per_item[paired]
    shares = (counts * (counts @ agreeing - 1)).sum(axis=1) / (number * (number - 1))
    kept = multiplicities[:, paired]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(kept @ shares / kept.sum(axis=1))


def _shares(rated: Ratings, multiplicities: Floats) -> Floats:
    """Mean share of each category over all items that have a rating."""
    per_item = rated.per_item
    seen = per_item >= 1
    kept = multiplicities[:, seen]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(kept @ (rated.counts[seen] / per_item[seen, None]) / kept.sum(axis=1, keepdims=True))


def _corrected(observed: Floats, chance: Floats) -> Floats:
    """Agreement beyond chance; NaN where chance alone explains everything."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(chance < 1 - 1e-12, (observed - chance) / (1 - chance), np.nan))
