"""Agreement figures against the published worked examples, an independent library, and plain sense."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as oracle_fleiss

from scorecards.agreement import (
    Floats,
    Level,
    cohen_kappa,
    fleiss_kappa,
    gwet,
    krippendorff_alpha,
    once,
    percent_agreement,
    ratings,
    weights,
)
from scorecards.agreement_report import Standing, agreement_report
from scorecards.errors import AgreementError
from scorecards.intraclass import intraclass

NAN = float("nan")
#: Krippendorff 2011, section C: four observers, twelve units.
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
#: Shrout and Fleiss 1979, table 2: six targets, four judges.
FOUR_JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def of_table(cells: list[list[int]]) -> Floats:
    """Two raters' ratings with the given cross table."""
    pairs = [(i, j) for i, row in enumerate(cells) for j, times in enumerate(row) for _ in range(times)]
    return np.array(pairs, dtype=np.float64)


@pytest.mark.parametrize(
    ("level", "alpha"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849), (Level.RATIO, 0.797)],
)
def test_alpha_of_four_observers_is_as_published(level: Level, alpha: float) -> None:
    rated = ratings(FOUR_OBSERVERS)
    assert krippendorff_alpha(rated, once(rated), level=level)[0] == pytest.approx(alpha, abs=0.0005)


def test_gwet_and_fleiss_of_four_raters_are_as_published() -> None:
    rated = ratings(FOUR_OBSERVERS)
    assert percent_agreement(rated, once(rated))[0] == pytest.approx(0.81818, abs=0.00001)
    assert gwet(rated, once(rated))[0] == pytest.approx(0.77544, abs=0.00001)
    assert fleiss_kappa(rated, once(rated))[0] == pytest.approx(0.76117, abs=0.00001)


def test_gwets_paradox_kappa_falls_below_zero_where_raters_agree() -> None:
    rated = ratings(of_table([[118, 5], [2, 0]]))
    assert percent_agreement(rated, once(rated))[0] == pytest.approx(0.944)
    assert cohen_kappa(rated, once(rated))[0] == pytest.approx(-0.0234, abs=0.0001)
    assert gwet(rated, once(rated))[0] == pytest.approx(0.9408, abs=0.0001)


def test_intraclass_correlations_of_four_judges_are_as_published() -> None:
    found = intraclass(FOUR_JUDGES)
    values = {name: round(one.value, 2) for name, one in found.items()}
    assert values == {
        "icc_1_1": 0.17,
        "icc_2_1": 0.29,
        "icc_3_1": 0.71,
        "icc_1_k": 0.44,
        "icc_2_k": 0.62,
        "icc_3_k": 0.91,
    }
    # The intervals of the same table as R's psych and irr packages print them.
    limits = {name: (round(one.low, 2), round(one.high, 2)) for name, one in found.items()}
    assert limits["icc_1_1"] == (-0.13, 0.72)
    assert limits["icc_2_1"] == (0.02, 0.76)
    assert limits["icc_3_1"] == (0.34, 0.95)
    assert limits["icc_3_k"] == (0.68, 0.99)


two_raters = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=40)


@given(two_raters)
def test_cohens_kappa_is_that_of_an_independent_library(pairs: list[tuple[int, int]]) -> None:
    table = np.array(pairs, dtype=np.float64)
    scale = np.arange(1.0, 6.0)
    cross = np.zeros((5, 5))
    for first, second in pairs:
        cross[first - 1, second - 1] += 1
    rated = ratings(table, categories=scale)
    for level, kind in ((Level.NOMINAL, None), (Level.ORDINAL, "linear"), (Level.INTERVAL, "quadratic")):
        mine = cohen_kappa(rated, once(rated), level=level)[0]
        if not np.isnan(mine):
            assert mine == pytest.approx(cohens_kappa(cross, wt=kind, return_results=False))


@given(st.lists(st.lists(st.integers(1, 4), min_size=3, max_size=3), min_size=3, max_size=30))
def test_fleiss_kappa_is_that_of_an_independent_library(rows: list[list[int]]) -> None:
    rated = ratings(np.array(rows, dtype=np.float64))
    mine = fleiss_kappa(rated, once(rated))[0]
    if not np.isnan(mine):
        assert mine == pytest.approx(oracle_fleiss(aggregate_raters(np.array(rows))[0]))


@given(two_raters)
def test_full_agreement_is_one_whatever_the_coefficient(pairs: list[tuple[int, int]]) -> None:
    table = np.array([(first, first) for first, _ in pairs], dtype=np.float64)
    rated = ratings(table)
    assert percent_agreement(rated, once(rated))[0] == pytest.approx(1)
    for level in Level:
        for found in (krippendorff_alpha, gwet, fleiss_kappa, cohen_kappa):
            value = found(rated, once(rated), level=level)[0]
            assert np.isnan(value) or value == pytest.approx(1)


@given(two_raters, st.randoms(use_true_random=False))
def test_counting_an_item_twice_is_the_same_as_its_standing_there_twice(
    pairs: list[tuple[int, int]], random: np.random.Generator
) -> None:
    times = np.array([random.choice([0, 1, 2]) for _ in pairs])
    if times.sum() < 2:
        return
    table = np.array(pairs, dtype=np.float64)
    scale = np.unique(table)
    rated, repeated = ratings(table), ratings(np.repeat(table, times, axis=0), categories=scale)
    for level in Level:
        for found in (krippendorff_alpha, gwet, fleiss_kappa, cohen_kappa):
            resampled = found(rated, times[None, :].astype(float), level=level)[0]
            assert resampled == pytest.approx(found(repeated, once(repeated), level=level)[0], nan_ok=True)


def test_ordinal_agreement_weighs_how_far_marks_are_apart() -> None:
    found = weights(np.arange(1.0, 5.0), level=Level.ORDINAL)
    assert found[0] == pytest.approx([1, 5 / 6, 1 / 2, 0])
    near = ratings(of_table([[5, 2, 0], [0, 5, 2], [0, 0, 5]]))
    far = ratings(of_table([[5, 0, 2], [0, 5, 0], [2, 0, 5]]))
    assert gwet(near, once(near), level=Level.ORDINAL)[0] > gwet(far, once(far), level=Level.ORDINAL)[0]


def agreeing(n_items: int, *, raters: int = 3) -> Floats:
    random = np.random.default_rng(1)
    truth = random.integers(1, 6, size=n_items)
    return np.asarray(np.clip(truth[:, None] + random.integers(-1, 2, size=(n_items, raters)), 1, 5), dtype=float)


def test_fewer_than_twenty_items_give_no_coefficient() -> None:
    report = agreement_report(agreeing(19), level=Level.ORDINAL)
    assert report.standing is Standing.TOO_FEW
    assert report.estimates["krippendorff_alpha"].value is None
    assert report.estimates["icc_2_1"].value is None
    assert report.estimates["percent_agreement"].value is not None
    assert "Only 19 items" in str(report.warnings[0])
    assert agreement_report(agreeing(19), level=Level.ORDINAL, guard=False).estimates["gwet_ac1"].value is not None


@pytest.mark.parametrize(
    ("n_items", "standing"), [(20, Standing.PROVISIONAL), (39, Standing.PROVISIONAL), (40, Standing.FIRM)]
)
def test_enough_items_give_intervals_around_the_figures(n_items: int, standing: Standing) -> None:
    report = agreement_report(agreeing(n_items, raters=2), level=Level.ORDINAL)
    assert report.standing is standing
    assert set(report.estimates) >= {"cohen_kappa", "cohen_weighted_kappa", "gwet_ac2", "icc_1_1", "icc_3_k"}
    for estimate in report.estimates.values():
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= estimate.value <= estimate.high


def test_skewed_marks_come_with_a_warning_and_equal_marks_without_a_figure() -> None:
    skewed = agreement_report(of_table([[118, 5], [2, 0]]), level=Level.NOMINAL)
    assert "Look at AC1" in str(skewed.warnings[-1])
    same = agreement_report(np.ones((50, 2)), level=Level.NOMINAL)
    assert same.estimates["krippendorff_alpha"].value is None
    assert "All ratings are the same" in str(same.warnings[-1])


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (np.ones((5, 1)), "two raters"),
        (np.array([[1, NAN], [NAN, 2]]), "No item"),
        (np.array([[1, np.inf]]), "must be a number"),
    ],
)
def test_a_table_that_tells_nothing_is_refused(table: Floats, sentence: str) -> None:
    with pytest.raises(AgreementError, match=sentence):
        ratings(table)


def test_a_hundred_raters_of_ten_thousand_items_are_quick() -> None:
    random = np.random.default_rng(2)
    table = random.integers(1, 6, size=(10_000, 100)).astype(float)
    started = perf_counter()
    rated = ratings(table)
    alpha = krippendorff_alpha(rated, once(rated), level=Level.ORDINAL)[0]
    assert abs(alpha) < 0.01
    assert perf_counter() - started < 10
