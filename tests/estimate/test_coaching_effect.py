"""Difference in differences against a published example, its coverage by simulation, and regression to the mean."""

import math

import numpy as np
import pytest

from qa.estimate.coaching_effect import (
    Contacts,
    Effect,
    Outcome,
    Sides,
    Silence,
    effect_of,
    together,
)

SEED = 20_261_118


def contacts(values: "np.ndarray | list[float]") -> Contacts:
    return Contacts(tuple(float(value) for value in values))


def sides(before: list[float], after: list[float]) -> Sides:
    return Sides(contacts(before), contacts(after))


def agent(
    random: np.random.Generator,
    *,
    n: int = 8,
    level: float | None = None,
    change: float = 0.0,
    between: float = 6.0,
    ups_and_downs: float = 3.0,
    within: float = 18.0,
) -> Sides:
    """Return an agent of a company whose agents differ, have ups and downs, and are heard on few contacts."""
    own = 70 + between * random.standard_normal() if level is None else level
    later = own + change + ups_and_downs * random.standard_normal()
    return sides(list(own + within * random.standard_normal(n)), list(later + within * random.standard_normal(n)))


def around(mean: float) -> list[float]:
    """Return a few scores with this mean."""
    return [mean - 2, mean - 1, mean, mean + 1, mean + 2]


def test_four_means_are_those_of_card_and_krueger() -> None:
    """Full-time equivalents in New Jersey and Pennsylvania before and after the minimum wage rose, table 3: +2.76."""
    own = sides(around(20.44), around(21.03))
    found = effect_of(own, [sides(around(23.33), around(21.17)) for _ in range(6)])
    assert isinstance(found, Effect)
    # The published figures are rounded: 0.59 and -2.16 make 2.75, printed as 2.76 from the unrounded ones.
    assert found.value == pytest.approx(2.76, abs=0.011)


def test_the_effect_is_the_difference_in_differences() -> None:
    own = sides([50, 60, 50, 60, 55], [70, 80, 70, 80, 75])
    peers = [sides([60, 70], [65, 75]) for _ in range(6)]
    found = effect_of(own, peers)
    assert isinstance(found, Effect)
    assert found.own_change == pytest.approx(20)
    assert found.peers_change == pytest.approx(5)
    assert found.value == pytest.approx(15)
    assert found.low < 15 < found.high
    assert found.regression == 0.0


def test_the_standard_error_by_hand() -> None:
    """Colleagues who all changed alike: no ups and downs of their own, s² over the agents, 1/Σw for the colleagues."""
    own = sides([50, 60, 50, 60, 55], [70, 80, 70, 80, 75])
    peers = [sides([60, 70], [65, 75]) for _ in range(6)]
    squares = 2 * 100 + 12 * 50
    within = squares / (2 * 4 + 12 * 1)
    expected = math.sqrt(within * (2 / 5) + within * (2 / 2) / 6)
    found = effect_of(own, peers)
    assert isinstance(found, Effect)
    assert found.standard_error == pytest.approx(expected)


def test_a_contact_counts_for_as_many_as_its_chance_says() -> None:
    found = Contacts((100.0, 0.0), (0.5, 0.25))
    assert found.mean == pytest.approx(100 * 2 / 6)
    assert found.effective == pytest.approx(36 / 20)


@pytest.mark.parametrize(
    ("own", "peers", "why"),
    [
        (sides([50] * 4, [60] * 9), 9, Silence.FEW_BEFORE),
        (sides([50] * 9, [60] * 4), 9, Silence.FEW_AFTER),
        (sides([50, 60, 50, 60, 55], [60, 70, 60, 70, 65]), 5, Silence.FEW_PEERS),
        (sides([50] * 5, [60] * 5), 9, Silence.NO_SPREAD),
    ],
)
def test_nothing_is_said_of_too_little(own: Sides, peers: int, why: Silence) -> None:
    flat = [sides([60, 60], [60, 60])] * peers
    lively = [sides([50, 70], [55, 65])] * peers
    assert effect_of(own, flat if why is Silence.NO_SPREAD else lively) is why


@pytest.mark.parametrize("change", [0.0, 12.0])
def test_the_interval_covers_what_coaching_did_about_as_often_as_it_says(change: float) -> None:
    random = np.random.default_rng(SEED)
    runs, covered = 1_500, 0
    for _ in range(runs):
        found = effect_of(agent(random, change=change), [agent(random) for _ in range(9)])
        assert isinstance(found, Effect)
        covered += found.low <= change <= found.high
    assert 0.93 <= covered / runs <= 0.985


def test_chance_alone_is_seldom_called_an_effect_even_where_agents_have_ups_and_downs() -> None:
    random = np.random.default_rng(SEED + 1)
    runs, called = 1_000, 0
    for _ in range(runs):
        own, peers = agent(random, ups_and_downs=10), [agent(random, ups_and_downs=10) for _ in range(9)]
        found = effect_of(own, peers)
        assert isinstance(found, Effect)
        called += found.outcome is not Outcome.CHANCE
    assert called / runs < 0.07


def test_who_was_picked_for_a_low_score_rises_by_chance_and_that_part_is_taken_off() -> None:
    random = np.random.default_rng(SEED + 2)
    plain: list[float] = []
    mended: list[float] = []
    for _ in range(600):
        company = sorted((agent(random) for _ in range(10)), key=lambda one: one.before.mean)
        lowest, others = company[0], company[1:]
        for picked_low, kept in ((False, plain), (True, mended)):
            found = effect_of(lowest, others, picked_low=picked_low)
            assert isinstance(found, Effect)
            kept.append(found.value)
    assert np.mean(plain) > 4, "nobody was coached, and yet the lowest rose"
    assert abs(float(np.mean(mended))) < 0.35 * float(np.mean(plain))


def test_nothing_is_taken_off_from_who_was_not_below_the_others() -> None:
    own = sides([90, 95, 85, 90, 92], [95, 90, 95, 97, 92])
    peers = [sides([60, 70], [65, 75]) for _ in range(6)]
    found = effect_of(own, peers, picked_low=True)
    assert isinstance(found, Effect)
    assert found.regression == 0.0


def effect(value: float, error: float) -> Effect:
    return Effect(value, value - 2 * error, value + 2 * error, error, value, 0.0, 9, 0.0, None)


def test_over_agents_a_mean_is_told_from_three_on() -> None:
    found = together({"empathy": [effect(10, 3), effect(14, 3), effect(12, 3)], "greeting": [effect(30, 1)] * 2})
    assert found["greeting"] is None
    mean = found["empathy"]
    assert mean is not None
    assert mean.value == pytest.approx(12)
    assert mean.agents == 3
    assert mean.outcome is Outcome.HIGHER


def test_of_many_criteria_without_effect_hardly_any_is_called_one() -> None:
    random = np.random.default_rng(SEED + 3)
    found_any = 0
    for _ in range(300):
        families = {str(at): [effect(5 * random.standard_normal(), 5.0) for _ in range(5)] for at in range(12)}
        found_any += any(one and one.outcome is not Outcome.CHANCE for one in together(families).values())
    assert found_any / 300 < 0.08
