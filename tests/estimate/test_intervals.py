"""Intervals against published tables, statsmodels, and what any interval must do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from qa.estimate.intervals import (
    Method,
    Peers,
    bounded,
    bounded_around,
    clopper_pearson,
    own_degrees,
    peers_of,
    t_interval,
    wilson,
)

scores = st.lists(st.floats(0, 100), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # The trade's own numbers: 4 passes of 5 and 17 of 20; and R. G. Newcombe (1998), table I, method 3.
    [
        (4, 5, 0.3755, 0.9638),
        (17, 20, 0.6396, 0.9476),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_ends(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n=n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # R. G. Newcombe (1998), table I, method 5.
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_clopper_pearson_gives_the_published_ends(successes: int, n: int, low: float, high: float) -> None:
    interval = clopper_pearson(successes, n=n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_agree_with_statsmodels(counted: tuple[int, int]) -> None:
    successes, n = counted
    for mine, name in ((wilson(successes, n=n), "wilson"), (clopper_pearson(successes, n=n), "beta")):
        assert (mine.low, mine.high) == pytest.approx(proportion_confint(successes, n, method=name), abs=1e-9)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_t_agrees_with_statsmodels(values: list[float]) -> None:
    interval = t_interval(values)
    assert (interval.low, interval.high) == pytest.approx(DescrStatsW(values).tconfint_mean(), abs=1e-6)


@given(scores, st.integers(0, 400))
def test_a_score_interval_holds_its_mean_and_stays_on_the_scale(values: list[float], unseen: int) -> None:
    peers = Peers(0.85, 0.03, 9.0)
    interval = bounded(values, peers=peers, population=len(values) + unseen)
    mean = math.fsum(values) / len(values)
    assert 0.0 <= interval.low <= mean + 1e-9
    assert mean - 1e-9 <= interval.high <= 100.0
    assert (interval.method is Method.COMPLETE) == (unseen == 0)


@given(scores)
def test_without_peers_a_score_interval_is_the_widest(values: list[float]) -> None:
    peers = Peers(0.85, 0.03, 9.0)
    assert bounded(values).width >= bounded(values, peers=peers).width - 1e-9


@given(scores)
def test_the_scale_may_have_other_ends(values: list[float]) -> None:
    points = bounded(values)
    tenths = bounded([1 + 9 * value / 100 for value in values], lowest=1.0, highest=10.0)
    assert tenths.low == pytest.approx(1 + 9 * points.low / 100, abs=1e-6)
    assert tenths.high == pytest.approx(1 + 9 * points.high / 100, abs=1e-6)


def test_perfect_scores_leave_room_for_what_was_not_seen() -> None:
    peers = Peers(0.9, 0.02, 6.0)
    few = bounded([100.0] * 3, peers=peers, population=400)
    many = bounded([100.0] * 50, peers=peers, population=400)
    assert few.high == many.high == 100.0
    assert few.low < many.low < 100.0


def test_everything_reviewed_leaves_nothing_uncertain() -> None:
    interval = bounded([80.0, 90.0], population=2)
    assert (interval.low, interval.high, interval.method) == (85.0, 85.0, Method.COMPLETE)
    assert t_interval([80.0, 90.0], population=2).width == 0.0
    assert wilson(1, n=2, population=2).method is Method.COMPLETE


def test_one_value_has_no_t_interval() -> None:
    assert t_interval([80.0]).width == math.inf


def test_peers_are_learned_from_enough_scores_only() -> None:
    assert peers_of([[80.0, 90.0]] * 5) is None
    assert peers_of([[80.0] * 5, [90.0] * 30]) is None
    peers = peers_of([[80.0, 100.0]] * 20)
    assert peers is not None
    assert (peers.mean, peers.variance, peers.kurtosis) == pytest.approx((0.9, 0.02, 1.0))


def test_heavy_tails_make_a_variance_worth_less() -> None:
    assert own_degrees(20, kurtosis=3.0) == pytest.approx(19.0)
    assert own_degrees(20, kurtosis=9.0) < 7
    assert own_degrees(1, kurtosis=3.0) == 0.0


def test_an_estimate_at_the_top_of_the_scale_still_has_an_interval() -> None:
    interval = bounded_around(100.0, standard_error=0.0, degrees=8, n=10)
    assert 60 < interval.low < 75
    assert bounded_around(100.0, standard_error=0.0, degrees=math.inf, n=10).width == 0.0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        bounded([])
    with pytest.raises(ValueError, match="population of 1"):
        bounded([1.0, 2.0], population=1)
    with pytest.raises(ValueError, match="lies outside"):
        bounded([101.0])
