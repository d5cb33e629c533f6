"""Silences: which there are, who spoke last, which were announced, which are dead air; worked by hand."""

import pytest

from tests.transcribe.said import agent, call, customer
from transcribe.pauses import Silence, silences
from transcribe.signals import signals
from transcribe.types import AudioEvent, EventKind, Role, Span, Turn


def only(*turns: Turn) -> Silence:
    (found,) = silences(turns)
    return found


def test_three_seconds_are_a_silence_and_ten_are_dead_air() -> None:
    assert silences([agent(0, 1_000), customer(3_999, 5_000)]) == []
    assert not only(agent(0, 1_000), customer(10_999, 12_000)).is_dead_air
    assert only(agent(0, 1_000), customer(11_000, 12_000)).is_dead_air


def test_neither_before_the_first_word_nor_after_the_last_one_is_silence() -> None:
    assert signals(call(agent(20_000, 30_000))).silences == ()


def test_hold_is_no_silence_but_what_lies_around_it_is() -> None:
    found = silences([agent(0, 1_000), agent(40_000, 41_000)], without=[Span(5_000, 38_000)])

    assert [(silence.start_ms, silence.end_ms) for silence in found] == [(1_000, 5_000)]


def test_hold_at_the_end_makes_no_silence_after_the_last_word() -> None:
    assert silences([agent(0, 1_000)], without=[Span(30_000, 40_000)]) == []


@pytest.mark.parametrize(
    ("said", "awaited"),
    [
        pytest.param([agent(0, 4_000), customer(4_000, 8_000)], True, id="the customer asked"),
        pytest.param([customer(0, 4_000), agent(4_000, 8_000)], False, id="the agent asked"),
        pytest.param(
            [customer(0, 4_000), agent(4_000, 6_000, "One moment, please."), customer(6_000, 7_000, "Sure.")],
            False,
            id="the agent asked for patience and the customer agreed",
        ),
        pytest.param(
            [agent(0, 2_000, "Een momentje, ik kijk het na."), customer(2_000, 12_001)], True, id="that was long ago"
        ),
        pytest.param(
            [customer(0, 1_000, "one moment"), customer(2_000, 3_000)], True, id="the customer asked for patience"
        ),
        pytest.param([customer(0, 4_000), agent(3_500, 4_000, "mm-hm")], True, id="a nod takes no turn"),
        pytest.param([customer(0, 4_000), agent(4_200, 4_800, "yes")], False, id="an answer in one word is an answer"),
    ],
)
def test_the_agent_is_awaited_where_the_customer_spoke_last_and_was_not_asked_to_wait(
    said: list[Turn], awaited: bool
) -> None:
    assert only(*said, agent(60_000, 61_000)).agent_is_awaited is awaited


def test_after_the_farewell_there_is_no_dead_air() -> None:
    said = [customer(0, 4_000), agent(4_000, 6_000, "Have a nice day, goodbye!"), customer(30_000, 31_000)]

    assert silences(said) == [Silence(6_000, 30_000, after=Role.AGENT, closed=True)]
    assert not only(*said).is_dead_air


def test_a_farewell_long_before_the_end_closes_nothing() -> None:
    later = [customer(30_000 + 2_000 * number, 31_000 + 2_000 * number) for number in range(6)]

    assert only(agent(0, 1_000, "Goodbye"), *later).is_dead_air


def test_ringing_in_the_middle_that_is_a_hold_is_no_silence() -> None:
    held = (AudioEvent(EventKind.RING_BACK, 11_000, 29_000), AudioEvent(EventKind.HOLD, 11_000, 29_000))

    assert signals(call(agent(0, 10_000), agent(30_000, 40_000), events=held)).silences == ()
