"""Rank correlations and the Mann-Whitney effect, against published examples, oracles and chance itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from qa.estimate.association import kendall, newcombe_error, spearman, superiority

#: The example of R's statpsych package for the interval of Bonett and Wright: .8699639, from .5840951 to .9638297.
HOURS = [21.0, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
GRADES = [67.0, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
#: The example of the same package for the Mann-Whitney effect: .86875.
HIGH = [9.4, 10.3, 58.3, 106.0, 31.0, 46.2, 12.0, 19.0, 135.0, 159.0]
LOW = [14.6, 5.1, 8.1, 22.7, 6.4, 4.4, 19.0, 3.2]

answers = st.lists(st.integers(1, 5), min_size=6, max_size=40)


def test_spearmans_correlation_has_the_published_interval() -> None:
    found = spearman(HOURS, GRADES)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.8699639, 0.5840951, 0.9638297), abs=5e-7)
    assert found.n == 15


def test_the_mann_whitney_effect_has_the_published_value() -> None:
    found = superiority(HIGH, LOW)
    assert found is not None
    assert found.value == pytest.approx(0.86875) == rank_compare_2indep(HIGH, LOW).prob1
    assert found.low < 0.86875 < found.high < 1.0


def test_the_error_of_the_effect_is_that_of_the_published_example() -> None:
    # J. A. Hanley and B. J. McNeil, Radiology 143 (1982): 51 abnormal and 58 normal images, area .893, error .032.
    assert newcombe_error(0.893, m=51, n=58) == pytest.approx(0.032, abs=5e-4)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), min_size=6, max_size=40))
def test_correlations_agree_with_scipy(pairs: list[tuple[int, int]]) -> None:
    first, second = [float(one) for one, _ in pairs], [float(other) for _, other in pairs]
    tau, rho = kendall(first, second), spearman(first, second)
    if min(first) == max(first) or min(second) == max(second):
        assert tau is rho is None
        return
    assert tau is not None
    assert rho is not None
    assert tau.value == pytest.approx(stats.kendalltau(first, second).statistic)
    assert rho.value == pytest.approx(stats.spearmanr(first, second).statistic)
    for found in (tau, rho):
        assert -1.0 <= found.low <= found.value <= found.high <= 1.0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=6, max_size=25))
def test_kendalls_error_is_what_leaving_out_each_pair_tells(pairs: list[tuple[int, int]]) -> None:
    first, second = [float(one) for one, _ in pairs], [float(other) for _, other in pairs]
    n, found = len(pairs), kendall(first, second)
    if found is None or abs(found.value) == 1.0:
        return
    places = range(n)
    left = np.array(
        [_tau([first[i] for i in places if i != out], [second[i] for i in places if i != out]) for out in places]
    )
    error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    if error > 1e-9:
        arm = stats.norm.ppf(0.975) * error / (1 - found.value**2)
        assert found.low == pytest.approx(np.tanh(np.arctanh(found.value) - arm))
        assert found.high == pytest.approx(np.tanh(np.arctanh(found.value) + arm))


def _tau(first: list[float], second: list[float]) -> float:
    """Kendall's tau-b by going over all couples."""
    couples = [(i, j) for i in range(len(first)) for j in range(i)]
    one = np.array([np.sign(first[i] - first[j]) for i, j in couples])
    other = np.array([np.sign(second[i] - second[j]) for i, j in couples])
    below = np.sqrt(np.abs(one).sum() * np.abs(other).sum())
    return float((one * other).sum() / below) if below else 0.0


@given(answers, answers)
def test_the_effect_counts_pairs_and_turns_round(one: list[int], other: list[int]) -> None:
    first, second = [float(score) for score in one], [float(score) for score in other]
    there, back = superiority(first, second), superiority(second, first)
    assert there is not None
    assert back is not None
    pairs = [(x > y) + (x == y) / 2 for x in first for y in second]
    assert there.value == pytest.approx(sum(pairs) / len(pairs))
    assert (there.low, there.high) == pytest.approx((1 - back.high, 1 - back.low))
    assert 0.0 <= there.low <= there.value <= there.high <= 1.0


def test_groups_that_do_not_overlap_still_leave_room_for_doubt() -> None:
    found = superiority([80.0, 90.0, 100.0, 85.0, 95.0], [10.0, 20.0, 30.0, 40.0, 50.0])
    assert found is not None
    assert found.value == found.high == 1.0
    assert 0.5 < found.low < 0.8


@pytest.mark.parametrize(("strength", "n"), [(0.0, 40), (0.5, 40), (0.5, 150), (0.9, 150)])
def test_intervals_hold_the_truth_on_capped_scores_and_five_stars(strength: float, n: int) -> None:
    dice = np.random.default_rng(17)

    def pairs(size: int) -> tuple[list[float], list[float]]:
        common = dice.normal(size=size)
        score = strength * common + dice.normal(size=size)
        stars = np.clip(np.round(4 + strength * common + 0.7 * dice.normal(size=size)), 1, 5)
        return np.minimum(100.0, 10 * np.round(9 + 1.5 * score)).tolist(), stars.tolist()

    many = pairs(200_000)
    truths = {spearman: stats.spearmanr(*many).statistic, kendall: stats.kendalltau(*many).statistic}
    for measure, truth in truths.items():
        drawn = [measure(*pairs(n)) for _ in range(300)]
        held = sum(found is not None and found.low <= truth <= found.high for found in drawn)
        assert 0.91 <= held / 300 <= 0.99


def test_the_effects_interval_holds_the_truth_on_capped_scores() -> None:
    dice = np.random.default_rng(23)
    better, worse = ([0.02, 0.08, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.25, 0.15])
    levels = np.array([0.0, 50, 75, 90, 100])
    above = np.tril(np.ones((5, 5)), -1) + 0.5 * np.eye(5)
    truth = float(np.array(better) @ above @ np.array(worse))
    held = 0
    for _ in range(600):
        found = superiority(dice.choice(levels, 40, p=better).tolist(), dice.choice(levels, 15, p=worse).tolist())
        assert found is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 600 <= 0.99


def test_what_never_varies_hangs_together_with_nothing() -> None:
    assert spearman([100.0] * 30, HOURS * 2) is None
    assert kendall(HOURS * 2, [5.0] * 30) is None
    assert spearman([1.0, 2.0], [1.0, 2.0]) is None
    assert superiority([], [1.0]) is None
    equal = superiority([80.0] * 5, [80.0] * 6)
    assert equal is not None
    assert (equal.value, equal.chance) == (0.5, 1.0)
    assert equal.low < 0.5 < equal.high
    with pytest.raises(ValueError, match="equally many"):
        spearman([1.0], [])
