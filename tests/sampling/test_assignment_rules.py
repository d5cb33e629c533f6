"""Assignment: even, at random where even says nothing, and never one's own."""

import json
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.sampling.assign import (
    Assigned,
    Item,
    Reviewer,
    assign,
    is_connected,
    join_groups,
    pick_double_scored,
    separate_groups,
)
from qa.sampling.sharing import plain_facts, plain_given, redo

SEED = bytes(range(32))


def items_of(agents: int, *, each: int) -> list[Item]:
    return [Item(f"call-{agent}-{number}", f"agent-{agent}") for agent in range(agents) for number in range(each)]


def loads(assigned: list[Assigned]) -> Counter[str]:
    return Counter(one.reviewer for one in assigned)


def test_everybody_gets_as_much_as_everybody_else_give_or_take_one() -> None:
    found = loads(assign(items_of(11, each=5), [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")], seed=SEED))
    assert sorted(found.values()) == [18, 18, 19]


def test_goals_are_reached_first_and_the_rest_goes_to_whoever_has_none() -> None:
    reviewers = [Reviewer("twelve", goal=12), Reviewer("six", goal=6), Reviewer("any")]
    assert loads(assign(items_of(6, each=5), reviewers, seed=SEED)) == {"twelve": 12, "six": 6, "any": 12}
    # What was given of the period before counts towards the goal.
    reviewers = [Reviewer("twelve", goal=12, given=9), Reviewer("any")]
    assert loads(assign(items_of(6, each=5), reviewers, seed=SEED)) == {"twelve": 3, "any": 27}


def test_goals_that_do_not_add_up_are_passed_or_missed_in_proportion() -> None:
    reviewers = [Reviewer("two", goal=2), Reviewer("one", goal=1)]
    assert loads(assign(items_of(6, each=5), reviewers, seed=SEED)) == {"two": 20, "one": 10}
    reviewers = [Reviewer("forty", goal=40), Reviewer("twenty", goal=20)]
    assert loads(assign(items_of(6, each=5), reviewers, seed=SEED)) == {"forty": 20, "twenty": 10}


def test_a_goal_of_nothing_is_nothing() -> None:
    assert loads(assign(items_of(1, each=4), [Reviewer("here"), Reviewer("away", goal=0)], seed=SEED)) == {"here": 4}


def test_minutes_that_wait_already_count() -> None:
    reviewers = [Reviewer("free"), Reviewer("busy", load=40)]
    items = [Item(f"call-{number}", f"agent-{number % 5}", minutes=10) for number in range(10)]
    assert loads(assign(items, reviewers, seed=SEED)) == {"free": 7, "busy": 3}


def test_long_and_short_interactions_are_shared_by_minutes_and_not_by_number() -> None:
    items = [
        *(Item(f"long-{number}", f"agent-{number}", minutes=60) for number in range(2)),
        *(Item(f"short-{number}", f"agent-{number % 4}", minutes=5) for number in range(24)),
    ]
    found = assign(items, [Reviewer("r1"), Reviewer("r2")], seed=SEED)
    minutes = Counter[str]()
    for one in found:
        minutes[one.reviewer] += one.item.minutes
    assert sum(minutes.values()) == 240
    assert abs(minutes["r1"] - minutes["r2"]) <= 60


work = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=40)


@given(work, st.integers(2, 5), st.binary(min_size=32, max_size=32))
def test_nobody_has_more_than_twice_the_longest_item_above_another(
    work: list[tuple[int, int]], reviewers: int, seed: bytes
) -> None:
    items = [Item(f"call-{number}", f"agent-{agent}", minutes) for number, (agent, minutes) in enumerate(work)]
    people = [Reviewer(f"r{number}") for number in range(reviewers)]
    # Without exchanges that connect reviewers; each of these moves an item's difference once more.
    every = {(one.key, f"agent-{agent}"): 1 for one in people for agent in range(6)}
    minutes = Counter({one.key: 0 for one in people})
    for one in assign(items, people, seed=seed, met=every):
        minutes[one.reviewer] += one.item.minutes
    assert max(minutes.values()) - min(minutes.values()) <= 2 * max(item.minutes for item in items)


@given(work, st.lists(st.integers(0, 5), max_size=40), st.binary(min_size=32, max_size=32))
def test_who_is_barred_gets_nothing_and_what_all_are_barred_from_waits(
    work: list[tuple[int, int]], barred: list[int], seed: bytes
) -> None:
    names = [f"r{number}" for number in range(3)]
    items = [
        Item(
            f"call-{number}",
            f"agent-{agent}",
            minutes,
            frozenset(names[: barred[number] if number < len(barred) else 0]),
        )
        for number, (agent, minutes) in enumerate(work)
    ]
    found = assign(items, [Reviewer(name) for name in names], seed=seed)
    assert all(one.reviewer not in one.item.barred for one in found)
    assert {one.item.key for one in found} == {item.key for item in items if len(item.barred) < 3}


@given(work, st.integers(1, 4), st.binary(min_size=32, max_size=32))
def test_the_same_seed_and_facts_give_the_same_assignment_again(
    work: list[tuple[int, int]], reviewers: int, seed: bytes
) -> None:
    items = [Item(f"call-{number}", f"agent-{agent}", minutes) for number, (agent, minutes) in enumerate(work)]
    people = [Reviewer(f"r{number}", goal=number or None, load=7 * number) for number in range(reviewers)]
    met = {("r0", "agent-1"): 2, ("r1", "agent-0"): 1}
    facts = json.loads(json.dumps(plain_facts(items, people, met=met)))
    assert redo(facts, seed=seed) == plain_given(assign(items, people, seed=seed, met=met))


@given(st.integers(1, 6), st.integers(1, 5), st.integers(2, 5), st.binary(min_size=32, max_size=32))
def test_nobody_reviews_their_own(agents: int, each: int, reviewers: int, seed: bytes) -> None:
    team = [Reviewer(f"agent-{number}") for number in range(reviewers)]
    given_out = assign(items_of(agents, each=each), team, seed=seed)
    assert len(given_out) == agents * each
    assert all(one.reviewer != one.item.agent for one in given_out)


def test_nobody_to_review_is_said() -> None:
    with pytest.raises(InvalidError, match="only reviewer is that same person"):
        assign([Item("x", "anna")], [Reviewer("anna")], seed=SEED)
    with pytest.raises(InvalidError, match="no reviewer present"):
        assign([Item("x", "anna")], [Reviewer("bram", goal=0)], seed=SEED)
    assert assign([], [], seed=SEED) == []


def test_every_agent_meets_several_reviewers_and_all_hang_together() -> None:
    given_out = assign(items_of(12, each=5), [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")], seed=SEED)
    for agent in range(12):
        assert len({one.reviewer for one in given_out if one.item.agent == f"agent-{agent}"}) == 3
    assert is_connected(given_out)


def test_who_met_an_agent_least_goes_first() -> None:
    met = {("r1", "agent-0"): 3, ("r2", "agent-0"): 1}
    given_out = assign(items_of(1, each=1), [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")], seed=SEED, met=met)
    assert [one.reviewer for one in given_out] == ["r3"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_lists_does_not_matter(shuffle: random.Random) -> None:
    items, reviewers = items_of(5, each=3), [Reviewer("r1"), Reviewer("r2"), Reviewer("agent-1")]
    first = assign(items, reviewers, seed=SEED)
    shuffle.shuffle(items)
    shuffle.shuffle(reviewers)
    assert assign(items, reviewers, seed=SEED) == first


def test_another_seed_spreads_the_remainder_differently() -> None:
    reviewers = [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")]
    lucky = {assign(items_of(1, each=1), reviewers, seed=bytes([number]) * 32)[0].reviewer for number in range(40)}
    assert lucky == {"r1", "r2", "r3"}


def test_over_the_periods_every_agent_meets_every_reviewer() -> None:
    reviewers = [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")]
    met = Counter[tuple[str, str]]()
    for period in range(3):
        for one in assign(items_of(9, each=1), reviewers, seed=bytes([period]) * 32, met=met):
            met[one.reviewer, one.item.agent] += 1
    assert len(met) == 27
    assert set(met.values()) == {1}


@given(st.integers(2, 6), st.integers(2, 4), st.binary(min_size=32, max_size=32))
def test_reviewers_hang_together_wherever_agents_have_several_items(agents: int, each: int, seed: bytes) -> None:
    people = [Reviewer(f"r{number}") for number in range(3)]
    items = [
        Item(f"call-{agent}-{number}", f"agent-{agent}", minutes=1 + 9 * (agent % 2))
        for agent in range(agents)
        for number in range(each)
    ]
    found = assign(items, people, seed=seed)
    if agents * (each - 1) >= 2:
        assert is_connected(found)


def test_items_are_exchanged_where_that_connects_reviewers() -> None:
    given_out = [
        Assigned(Item("a1", "anna"), "r1"),
        Assigned(Item("a2", "anna"), "r1"),
        Assigned(Item("b1", "bram", barred=frozenset({"r1"})), "r2"),
        Assigned(Item("b2", "bram"), "r2"),
        Assigned(Item("c1", "r1"), "r2"),
    ]
    assert not is_connected(given_out)
    joined = join_groups(given_out, met={}, seed=SEED)
    assert is_connected(joined)
    assert loads(joined) == loads(given_out)
    assert next(one.reviewer for one in joined if one.item.key == "b1") == "r2"
    assert next(one.reviewer for one in joined if one.item.key == "c1") == "r2"


def test_one_item_each_cannot_connect_but_earlier_periods_do() -> None:
    people = [Reviewer("r1"), Reviewer("r2")]
    found = assign(items_of(2, each=1), people, seed=SEED)
    assert not is_connected(found)
    met = {(one.reviewer, one.item.agent): 1 for one in found}
    again = assign(items_of(2, each=1), people, seed=SEED, met=met)
    assert is_connected(again, met=met)
    assert {(one.reviewer, one.item.agent) for one in again}.isdisjoint(met)


def test_groups_that_share_nothing_are_named() -> None:
    assert separate_groups([("r1", "a"), ("r1", "b"), ("r2", "c")]) == [
        frozenset({"reviewer:r1", "agent:a", "agent:b"}),
        frozenset({"reviewer:r2", "agent:c"}),
    ]


def test_a_tenth_is_scored_twice_by_somebody_else() -> None:
    reviewers = [Reviewer("r1"), Reviewer("r2"), Reviewer("agent-3")]
    given_out = assign(items_of(10, each=5), reviewers, seed=SEED)
    picks = pick_double_scored(given_out, reviewers, seed=SEED, share=Fraction(1, 10))
    assert len(picks) == 5
    assert all(pick.second not in (pick.first, pick.item.agent) for pick in picks)
    assert len({frozenset((pick.first, pick.second)) for pick in picks}) == 3


def test_a_tenth_of_many_small_intakes_is_scored_twice_too() -> None:
    reviewers = [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")]
    picked = 0
    for day in range(500):
        taken_in = [Assigned(Item(f"{4 * day + number}", "anna"), "r1") for number in range(4)]
        picks = pick_double_scored(taken_in, reviewers, seed=SEED, share=Fraction(1, 10))
        assert len(picks) in {0, 1}
        assert picks == pick_double_scored(taken_in[::-1], reviewers, seed=SEED, share=Fraction(1, 10))
        picked += len(picks)
    # 200 of 2,000 are meant, give or take three times the spread of 500 such days.
    assert 165 <= picked <= 235


def test_a_second_score_goes_to_nobody_who_has_the_interaction() -> None:
    given_out = [Assigned(Item(f"call-{number}", "anna", barred=frozenset({"r1", "r2"})), "r1") for number in range(10)]
    picks = pick_double_scored(
        given_out, [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")], seed=SEED, share=Fraction(1)
    )
    assert {pick.second for pick in picks} == {"r3"}


def test_one_reviewer_alone_scores_nothing_twice() -> None:
    given_out = assign(items_of(2, each=5), [Reviewer("r1")], seed=SEED)
    assert pick_double_scored(given_out, [Reviewer("r1")], seed=SEED, share=Fraction(1, 2)) == []
    with pytest.raises(InvalidError, match="between 0 and 100"):
        pick_double_scored(given_out, [Reviewer("r1")], seed=SEED, share=Fraction(3, 2))
