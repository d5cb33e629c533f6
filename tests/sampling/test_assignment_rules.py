"""Assignment: even, at random where even says nothing, and never one's own."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.sampling.assign import Assigned, Item, Reviewer, assign, is_connected, pick_double_scored, separate_groups

SEED = bytes(range(32))


def items_of(agents: int, *, each: int) -> list[Item]:
    return [Item(f"call-{agent}-{number}", f"agent-{agent}") for agent in range(agents) for number in range(each)]


def loads(assigned: list[Assigned]) -> Counter[str]:
    return Counter(one.reviewer for one in assigned)


def test_everybody_gets_as_much_as_everybody_else_give_or_take_one() -> None:
    found = loads(assign(items_of(11, each=5), [Reviewer("r1"), Reviewer("r2"), Reviewer("r3")], seed=SEED))
    assert sorted(found.values()) == [18, 18, 19]


def test_goals_and_what_is_on_the_desk_already_count() -> None:
    reviewers = [Reviewer("full", goal=2), Reviewer("half", goal=1), Reviewer("busy", goal=1, load=10)]
    assert loads(assign(items_of(6, each=5), reviewers, seed=SEED)) == {"full": 20, "half": 10}
    assert loads(assign(items_of(1, each=4), [Reviewer("here"), Reviewer("away", goal=0)], seed=SEED)) == {"here": 4}


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


def test_one_reviewer_alone_scores_nothing_twice() -> None:
    given_out = assign(items_of(2, each=5), [Reviewer("r1")], seed=SEED)
    assert pick_double_scored(given_out, [Reviewer("r1")], seed=SEED, share=Fraction(1, 2)) == []
    with pytest.raises(InvalidError, match="between 0 and 100"):
        pick_double_scored(given_out, [Reviewer("r1")], seed=SEED, share=Fraction(3, 2))
