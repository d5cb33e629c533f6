"""What is heard besides conversation."""

import numpy as np

from tests.transcribe.sounds import RATE, babble, chord, noise, side_by_side, silence, tone
from transcribe.events import events_of, united
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


def test_ring_back_before_the_call_is_a_tone_and_no_hold() -> None:
    ringing = np.concatenate([tone(1), silence(4), tone(1), silence(4), tone(1), silence(2)])
    call = np.concatenate([ringing, babble(4, seed=1)])
    found = kinds(agent=call, spoken=[Span(13_000, 17_000)])
    assert [start for kind, start, _ in found if kind == "tone"] == [0, 5, 10]
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


def test_an_empty_recording_has_no_events() -> None:
    assert events_of(np.zeros((1, 10), np.float32), speech=[[]], sample_rate=RATE) == ()


def test_stretches_that_touch_are_one() -> None:
    assert united([Span(5, 9), Span(0, 3), Span(3, 4), Span(8, 12)]) == [Span(0, 4), Span(5, 12)]
