"""Partial pooling: the published example, the oracle of statsmodels, and what any pooling must do."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from qa.estimate.pooling import FEWEST_AGENTS, common_of, pooled

#: B. Efron and C. Morris, “Stein's paradox in statistics” (1977): hits of eighteen players in their first 45 times at bat
#: in 1970. Each is shrunk to .265 by the factor .212, so that .400 becomes .294 and .156 becomes .242.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]

spreads = st.lists(
    st.tuples(st.floats(20, 95), st.floats(0.5, 80)), min_size=FEWEST_AGENTS, max_size=20, unique_by=lambda one: one[0]
)


def test_the_published_example_of_steins_paradox() -> None:
    averages = [hits / 45 for hits in HITS]
    middle = math.fsum(averages) / len(averages)
    variance = middle * (1 - middle) / 45
    common = common_of(averages, [variance] * 18)
    assert common is not None
    assert common.centre == pytest.approx(0.265, abs=5e-4)
    best, worst = (pooled(one, variance=variance, common=common) for one in (averages[0], averages[-1]))
    assert best.own_share == worst.own_share == pytest.approx(0.212, abs=5e-4)
    assert (best.value, worst.value) == pytest.approx((0.294, 0.242), abs=5e-4)


@given(spreads)
def test_the_variance_between_agents_explains_how_far_their_means_lie_apart(agents: list[tuple[float, float]]) -> None:
    values, variances = [one for one, _ in agents], [one for _, one in agents]
    common = common_of(values, variances)
    assert common is not None
    weighted = sum((y - common.centre) ** 2 / (v + common.between) for y, v in agents)
    if common.between > 0:
        assert weighted == pytest.approx(len(agents) - 1, rel=1e-6)
    else:
        assert weighted <= len(agents) - 1 + 1e-9


def test_the_variance_between_agents_agrees_with_statsmodels() -> None:
    values, variances = (
        [71.0, 78.0, 84.0, 90.0, 66.0, 81.0, 88.0, 74.0],
        [20.0, 12.0, 31.0, 9.0, 25.0, 14.0, 18.0, 22.0],
    )
    common = common_of(values, variances)
    assert common is not None
    oracle = combine_effects(np.array(values), np.array(variances), method_re="iterated", use_t=False)
    assert common.between == pytest.approx(float(oracle.tau2), rel=1e-4)
    assert common.centre == pytest.approx(float(oracle.mean_effect_re), rel=1e-6)


@given(spreads)
def test_what_is_pooled_lies_between_the_own_mean_and_that_of_all(agents: list[tuple[float, float]]) -> None:
    common = common_of([one for one, _ in agents], [one for _, one in agents])
    assert common is not None
    for value, variance in agents:
        found = pooled(value, variance=variance, common=common)
        assert min(value, common.centre) - 1e-9 <= found.value <= max(value, common.centre) + 1e-9
        assert found.low <= found.value <= found.high
        assert 0.0 <= found.own_share <= 1.0


def test_more_scores_keep_more_of_the_own_mean() -> None:
    common = common_of([70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 78.0, 83.0], [20.0] * 8)
    assert common is not None
    few, many = (pooled(70.0, variance=variance, common=common) for variance in (40.0, 2.0))
    assert few.own_share < many.own_share
    assert few.value > many.value


def test_agents_who_differ_by_chance_alone_are_all_alike() -> None:
    common = common_of([80.0, 81.0, 79.0, 80.5, 79.5, 80.0], [25.0] * 6)
    assert common is not None
    assert common.between == 0.0
    # Even then two fifths stay the agent's own: from six means the variance between agents is hardly known.
    assert pooled(79.0, variance=25.0, common=common).own_share == pytest.approx(2 / 5)


def test_pooling_comes_nearer_to_the_truth_and_its_interval_holds_it_as_often_as_it_says() -> None:
    dice = random.Random(11)
    own, together, held = 0.0, 0.0, 0
    rounds, agents = 200, 20
    for _ in range(rounds):
        levels = [dice.gauss(80, 4) for _ in range(agents)]
        means = [dice.gauss(level, 6) for level in levels]
        common = common_of(means, [36.0] * agents)
        assert common is not None
        for level, mean in zip(levels, means, strict=True):
            found = pooled(mean, variance=36.0, common=common)
            own += (mean - level) ** 2
            together += (found.value - level) ** 2
            held += found.low <= level <= found.high
    assert together < 0.5 * own
    assert 0.93 <= held / (rounds * agents) <= 0.98


def test_too_few_agents_tell_nothing_and_no_variance_is_refused() -> None:
    assert common_of([80.0] * 5, [4.0] * 5) is None
    with pytest.raises(ValueError, match="above 0"):
        common_of([80.0] * 6, [0.0] * 6)
    with pytest.raises(ValueError, match="above 0"):
        common_of([80.0], [])
    common = common_of([70.0, 75.0, 80.0, 85.0, 90.0, 95.0], [20.0] * 6)
    assert common is not None
    with pytest.raises(ValueError, match="above 0"):
        pooled(80.0, variance=0.0, common=common)
