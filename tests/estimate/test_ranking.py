"""A ranking says only what the data can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.estimate.figure import Figure, score_figure
from qa.estimate.intervals import Method, Peers
from qa.estimate.ranking import MOST_COMPARED, ranking

PEERS = Peers(0.85, 0.015, 4.0)


def figure(value: float, arm: float, *, n: int = 20) -> Figure:
    return Figure(value, max(0.0, value - arm), min(100.0, value + arm), n, 200, Method.BOUNDED)


def test_who_is_not_told_apart_shares_a_group() -> None:
    found = ranking({"anna": figure(92, 2), "bram": figure(91, 2), "cas": figure(70, 2), "dirk": figure(69, 2)})
    assert [[place.name for place in group] for group in found.groups] == [["anna", "bram"], ["cas", "dirk"]]
    assert [(place.first, place.last) for group in found.groups for place in group] == [(1, 2), (1, 2), (3, 4), (3, 4)]


def test_a_wide_interval_in_between_keeps_all_in_one_group() -> None:
    # The first and the third are told apart, but the second from neither: no line can be drawn.
    found = ranking({"anna": figure(92, 3), "bram": figure(82, 25), "cas": figure(72, 3)})
    assert [[place.name for place in group] for group in found.groups] == [["anna", "bram", "cas"]]
    assert [(place.first, place.last) for group in found.groups for place in group] == [(1, 2), (1, 3), (2, 3)]


def test_too_few_have_no_place() -> None:
    few = score_figure([100.0], population=40, peers=PEERS)
    found = ranking({"new": few, "anna": figure(92, 2)})
    assert found.too_few == ("new",)
    assert found.ranked == 1
    assert ranking({}).groups == ()


def test_five_calls_each_make_one_group_of_ninety_two_and_eighty_four() -> None:
    one = score_figure([92.0, 100.0, 80.0, 88.0, 100.0], population=400, peers=PEERS)
    other = score_figure([84.0, 70.0, 90.0, 96.0, 80.0], population=400, peers=PEERS)
    assert len(ranking({"anna": one, "bram": other}).groups) == 1


@given(st.lists(st.tuples(st.floats(40, 95), st.floats(0.5, 20)), min_size=1, max_size=9))
def test_groups_are_whole_ordered_and_within_their_places(drawn: list[tuple[float, float]]) -> None:
    figures = {str(place): figure(value, arm) for place, (value, arm) in enumerate(drawn)}
    found = ranking(figures)
    names = [place.name for group in found.groups for place in group]
    assert sorted(names) == sorted(figures)
    begun = 1
    for group in found.groups:
        for at, place in enumerate(group, start=begun):
            # The place it stands at is always one that the data leave open, and none lies outside its group.
            assert begun <= place.first <= at <= place.last <= begun + len(group) - 1
        begun += len(group)


def test_more_than_anybody_reads_are_refused() -> None:
    with pytest.raises(ValueError, match="At most"):
        ranking({str(place): figure(80, 5) for place in range(MOST_COMPARED + 1)})
