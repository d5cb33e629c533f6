"""How many to review: against published tables, against the intervals that pages show, and against chance itself."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qa.estimate.intervals import Method, Peers, bounded
from qa.estimate.planning import (
    Spread,
    expected_interval,
    largest_deviation,
    margin,
    needed_for_difference,
    needed_for_margin,
    power,
    smallest_difference,
)

SPREADS = st.builds(
    lambda mean, share: Spread(mean, share * largest_deviation(mean)), st.floats(5, 95), st.floats(0.05, 1.0)
)
TEN = Spread(80.0, 10.0)


@pytest.mark.parametrize(("effect", "each"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_the_sizes_of_cohens_small_medium_and_large_effect(effect: float, each: int) -> None:
    assert needed_for_difference(TEN, effect * TEN.deviation) == each


def test_cochrans_correction_makes_a_sample_of_a_small_population_count_for_more() -> None:
    # Half of a population of 200 leaves half of the variance: as good as twice the sample from an endless one.
    halved = power(TEN, 3.0, 100, population=200)
    degrees = 2 * 99
    apart = 3.0 / (10 * math.sqrt(2 / 200))
    critical = stats.t.ppf(0.975, degrees)
    assert halved == pytest.approx(stats.nct.sf(critical, degrees, apart) + stats.nct.cdf(-critical, degrees, apart))


def test_the_expected_interval_is_the_one_that_scores_with_that_spread_get() -> None:
    values = [60.0, 100.0, 75.0, 95.0, 70.0, 80.0]
    mean, variance = float(np.mean(values)), float(np.var(values, ddof=1))
    peers = Peers(mean / 100, variance / 1e4, 3.0)
    shown = bounded(values, peers=peers, population=40)
    planned = expected_interval(Spread(mean, math.sqrt(variance)), len(values), population=40)
    assert (planned.low, planned.high) == pytest.approx((shown.low, shown.high))


@given(SPREADS, st.integers(2, 400), st.one_of(st.none(), st.integers(2, 500)))
def test_more_scores_never_tell_less(spread: Spread, n: int, population: int | None) -> None:
    if population is not None and n >= population:
        assert margin(spread, n, population=population) == 0.0
        assert smallest_difference(spread, n, population=population) == 0.0
        return
    assert margin(spread, n + 1, population=population) <= margin(spread, n, population=population) + 1e-9
    assert power(spread, 5.0, n + 1, population=population) >= power(spread, 5.0, n, population=population) - 1e-9


@given(SPREADS, st.floats(0.5, 40), st.one_of(st.none(), st.integers(1, 2000)))
def test_the_number_found_is_enough_and_one_fewer_is_not(spread: Spread, wanted: float, population: int | None) -> None:
    found = needed_for_margin(spread, wanted, population=population)
    assert found is not None
    assert population is None or found <= population
    assert margin(spread, found, population=population) <= wanted
    assert found == 1 or margin(spread, found - 1, population=population) > wanted


@given(SPREADS, st.integers(3, 200))
def test_what_a_number_can_tell_is_what_needs_that_number(spread: Spread, n: int) -> None:
    gap = smallest_difference(spread, n)
    assert gap is None or needed_for_difference(spread, gap + 1e-4) in {n, n - 1}


def test_chance_agrees_with_the_power_that_is_promised() -> None:
    draws = np.random.default_rng(4).normal(80, 10, (20_000, 2, 20))
    draws[:, 1] += 9.0
    _, chances = stats.ttest_ind(draws[:, 0], draws[:, 1], axis=1)
    assert np.mean(chances < 0.05) == pytest.approx(power(TEN, 9.0, 20), abs=0.01)


def test_all_of_it_leaves_nothing_uncertain_and_one_of_each_shows_no_difference() -> None:
    assert expected_interval(TEN, 12, population=12).method is Method.COMPLETE
    assert power(TEN, 0.1, 12, population=12) == 1.0
    assert power(TEN, 50.0, 1) == 0.0
    assert smallest_difference(TEN, 1) is None
    assert needed_for_difference(TEN, 0.001) is None


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 5.0), (100.0, 5.0), (90.0, 30.1), (50.0, 0.0), (50.0, -1.0)])
def test_a_spread_that_no_scores_can_have_is_refused(mean: float, deviation: float) -> None:
    with pytest.raises(ValueError, match="No scores have"):
        Spread(mean, deviation)
