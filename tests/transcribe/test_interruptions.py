"""Who interrupts, who does not, and who keeps the floor; worked by hand."""

import pytest

from tests.transcribe.said import agent, customer, turn
from transcribe.interruptions import Interruption, interruptions
from transcribe.types import Role, Turn


def test_who_makes_the_other_stop_takes_the_floor() -> None:
    assert interruptions([agent(0, 5_000), customer(4_000, 9_000)]) == [
        Interruption(4_000, 5_000, by=Role.CUSTOMER, of=Role.AGENT, took_the_floor=True)
    ]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([agent(0, 9_000), customer(4_000, 6_000)], id="the other talks longer"),
        pytest.param([agent(0, 6_001), customer(4_000, 9_000)], id="the other stops after more than two seconds"),
        pytest.param([agent(0, 5_000), customer(4_000, 9_000), agent(6_000, 8_000)], id="the other goes on"),
    ],
)
def test_who_stops_first_or_late_did_not_take_the_floor(said: list[Turn]) -> None:
    (found,) = interruptions(said)

    assert (found.by, found.took_the_floor) == (Role.CUSTOMER, False)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([], id="nobody"),
        pytest.param([agent(0, 5_000)], id="one party"),
        pytest.param([agent(0, 5_000), agent(4_000, 9_000)], id="the same party"),
        pytest.param([agent(0, 5_000), customer(5_000, 9_000)], id="one after the other"),
        pytest.param([agent(0, 5_000), customer(4_701, 9_000)], id="0.299 s at the end"),
        pytest.param([agent(0, 5_000), customer(2_000, 2_299)], id="0.299 s in the middle"),
        pytest.param([agent(0, 5_000), customer(2_000, 2_800, "Mm-hm, ja.")], id="a nod"),
        pytest.param([agent(0, 5_000), customer(0, 5_000)], id="both begin at once"),
    ],
)
def test_what_is_no_interruption(said: list[Turn]) -> None:
    assert interruptions(said) == []


def test_four_words_of_assent_are_more_than_a_nod() -> None:
    assert len(interruptions([agent(0, 5_000), customer(2_000, 3_000, "ja ja ja ja")])) == 1


def test_who_was_interrupted_and_goes_on_interrupts_nobody() -> None:
    found = interruptions([agent(0, 5_000), customer(4_000, 9_000), agent(5_600, 8_000)])

    assert [one.by for one in found] == [Role.CUSTOMER]


def test_who_comes_back_later_interrupts_again() -> None:
    found = interruptions([agent(0, 5_000), customer(4_000, 9_000), agent(6_500, 8_000)])

    assert [one.by for one in found] == [Role.CUSTOMER, Role.AGENT]


def test_of_three_the_one_who_began_last_is_interrupted_once() -> None:
    found = interruptions([agent(0, 9_000), customer(2_000, 8_000), turn(Role.UNKNOWN, 3_000, 7_000)])

    assert [(one.by, one.of) for one in found] == [(Role.CUSTOMER, Role.AGENT), (Role.UNKNOWN, Role.CUSTOMER)]
