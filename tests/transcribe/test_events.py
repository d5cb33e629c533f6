"""What is heard besides conversation."""

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, babble, chord, dialled, noise, side_by_side, silence, tone
from transcribe.events import events_of
from transcribe.types import EventKind, Span


def kinds(*, agent: np.ndarray[tuple[int], np.dtype[np.float32]], spoken: list[Span]) -> list[tuple[str, int, int]]:
    """What is told of a call whose customer says nothing, in seconds."""
    found = events_of(side_by_side(agent, silence(1)), speech=[spoken, []], sample_rate=RATE)
    return [(event.kind.value, round(event.start_ms / 1000), round(event.end_ms / 1000)) for event in found]


def test_music_after_the_first_words_is_a_hold() -> None:
    call = np.concatenate([babble(4, seed=1), chord(20), babble(4, seed=2)])
    found = kinds(agent=call, spoken=[Span(0, 4000), Span(24_000, 28_000)])
    assert ("hold", 4, 24) in found
    assert ("music", 4, 24) in found


def test_ring_back_before_the_call_is_named_and_no_hold() -> None:
    ringing = np.concatenate([tone(1), silence(4), tone(1), silence(4), tone(1), silence(2)])
    call = np.concatenate([ringing, babble(4, seed=1)])
    found = kinds(agent=call, spoken=[Span(13_000, 17_000)])
    assert [start for kind, start, _ in found if kind == "ring_back"] == [0, 5, 10]
    assert not any(kind == "hold" for kind, _, _ in found)


def test_a_pause_without_music_is_silence_and_no_hold() -> None:
    call = np.concatenate([babble(4, seed=1), silence(12), babble(4, seed=2)])
    assert kinds(agent=call, spoken=[Span(0, 4000), Span(16_000, 20_000)]) == [("silence", 4, 16)]


def test_a_humming_line_is_noise() -> None:
    call = np.concatenate([babble(4, seed=1), noise(6, gain=0.05), babble(4, seed=2)])
    assert kinds(agent=call, spoken=[Span(0, 4000), Span(10_000, 14_000)]) == [("noise", 4, 10)]


def test_music_on_the_agents_side_is_a_hold_although_the_customer_mutters() -> None:
    call = side_by_side(
        np.concatenate([babble(4, seed=1), chord(20), babble(4, seed=2)]),
        np.concatenate([silence(12), babble(2, seed=3), silence(14)]),
    )
    found = events_of(call, speech=[[Span(0, 4000), Span(24_000, 28_000)], [Span(12_000, 14_000)]], sample_rate=RATE)
    (hold,) = [event for event in found if event.kind is EventKind.HOLD]
    assert (round(hold.start_ms, -3), round(hold.end_ms, -3)) == (4000, 24_000)


def test_keys_that_are_pressed_are_one_stretch() -> None:
    call = np.concatenate([babble(4, seed=1), silence(1), dialled("0612345678*#"), silence(1), babble(4, seed=2)])
    found = kinds(agent=call, spoken=[Span(0, 4_000), Span(8_400, 12_400)])
    assert found == [("dtmf", 5, 7)]


@pytest.mark.parametrize("key", "1234567890*#")
def test_every_key_is_known(key: str) -> None:
    found = kinds(agent=np.concatenate([silence(1), dialled(key), silence(1)]), spoken=[])
    assert [kind for kind, _, _ in found] == ["dtmf"]


@pytest.mark.parametrize("hertz", [1000.0, 1400.0, 2000.0])
def test_the_beep_of_a_recorder_is_a_beep(hertz: float) -> None:
    call = np.concatenate([babble(4, seed=1), silence(1), tone(0.4, hertz=hertz), silence(1), babble(4, seed=2)])
    assert [kind for kind, _, _ in kinds(agent=call, spoken=[Span(0, 4_000), Span(6_400, 10_400)])] == ["beep"]


def test_a_busy_tone_is_no_ringing() -> None:
    call = np.concatenate([part for _ in range(6) for part in (tone(0.5), silence(0.5))])
    assert {kind for kind, _, _ in kinds(agent=call, spoken=[])} == {"tone"}


def test_ringing_in_the_middle_of_a_call_is_a_transfer_and_so_a_hold() -> None:
    ringing = np.concatenate([part for _ in range(6) for part in (tone(1), silence(4))])
    call = np.concatenate([babble(4, seed=1), ringing, babble(4, seed=2)])
    found = kinds(agent=call, spoken=[Span(0, 4_000), Span(34_000, 38_000)])
    assert ("hold", 4, 30) in found


def holds_of(
    agent: np.ndarray[tuple[int], np.dtype[np.float32]],
    customer: np.ndarray[tuple[int], np.dtype[np.float32]],
    *,
    speech: list[list[Span]],
    known: int | None = 0,
) -> list[tuple[int, int]]:
    """When the customer is on hold, in seconds."""
    found = events_of(side_by_side(agent, customer), speech=speech, sample_rate=RATE, agent=known)
    return [
        (round(event.start_ms / 1000), round(event.end_ms / 1000)) for event in found if event.kind is EventKind.HOLD
    ]


def test_an_announcement_between_two_pieces_of_music_belongs_to_the_hold() -> None:
    agent = np.concatenate([babble(4, seed=1), chord(10), babble(8, seed=2), chord(10), babble(4, seed=3)])
    spoken = [Span(0, 4_000), Span(14_000, 22_000), Span(32_000, 36_000)]
    assert holds_of(agent, noise(36, gain=0.002), speech=[spoken, []]) == [(4, 32)]
    answered = [Span(16_000, 18_000)]
    assert holds_of(agent, noise(36, gain=0.002), speech=[spoken, answered]) == [(4, 14), (22, 32)]


def test_a_muted_agent_puts_the_customer_on_hold_without_music() -> None:
    room = noise(4, gain=0.002)
    agent = np.concatenate([babble(4, seed=1) + room, silence(25), babble(4, seed=2) + room])
    spoken = [[Span(0, 4_000), Span(29_000, 33_000)], [Span(12_000, 13_000)]]
    assert holds_of(agent, noise(33, gain=0.002), speech=spoken) == [(4, 29)]
    talking = [spoken[0], [Span(8_000, 20_000)]]
    assert holds_of(agent, noise(33, gain=0.002), speech=talking) == []
    assert holds_of(agent, noise(33, gain=0.002), speech=spoken, known=None) == []


def test_an_agent_who_types_in_a_room_keeps_nobody_on_hold() -> None:
    agent = np.concatenate([babble(4, seed=1), noise(25, gain=0.002), babble(4, seed=2)])
    spoken = [[Span(0, 4_000), Span(29_000, 33_000)], []]
    assert holds_of(agent, noise(33, gain=0.002), speech=spoken) == []


def test_a_radio_at_the_customers_is_no_hold() -> None:
    agent = np.concatenate([babble(4, seed=1), noise(20, gain=0.002), babble(4, seed=2)])
    spoken = [[Span(0, 4_000), Span(24_000, 28_000)], []]
    assert holds_of(agent, chord(28), speech=spoken) == []


def test_an_empty_recording_has_no_events() -> None:
    assert events_of(np.zeros((1, 10), np.float32), speech=[[]], sample_rate=RATE) == ()
