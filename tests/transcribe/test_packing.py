"""Windows of speech: nothing is lost, nothing is too long, every moment finds its way back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.sounds import noise, silence
from transcribe.packing import GAP_MS, LIMIT_MS, cut, pack, split_at_quiet
from transcribe.types import Span


@st.composite
def speech(draw: st.DrawFn) -> list[Span]:
    spans, end = [], 0
    for pause, length in draw(st.lists(st.tuples(st.integers(1, 60_000), st.integers(1, 90_000)), max_size=20)):
        spans.append(Span(end + pause, end + pause + length))
        end += pause + length
    return spans


@given(speech())
def test_all_speech_is_packed_once_and_in_order(spans: list[Span]) -> None:
    parts = [piece.source for window in pack(spans) for piece in window.pieces]
    joined: list[Span] = []
    for part in parts:
        if joined and joined[-1].end_ms == part.start_ms:
            joined[-1] = Span(joined[-1].start_ms, part.end_ms)
        else:
            joined.append(part)
    assert joined == spans


@given(speech())
def test_no_window_is_too_long_and_every_stretch_has_its_gap(spans: list[Span]) -> None:
    for window in pack(spans):
        assert window.duration_ms <= LIMIT_MS
        ends = [0, *(piece.end_ms for piece in window.pieces)]
        assert [piece.at_ms for piece in window.pieces] == [end + GAP_MS for end in ends[:-1]]


@given(speech(), st.data())
def test_every_moment_of_speech_maps_back_to_itself(spans: list[Span], data: st.DataObject) -> None:
    for window in pack(spans):
        piece = data.draw(st.sampled_from(window.pieces))
        start = data.draw(st.integers(piece.at_ms, piece.end_ms - 1))
        end = data.draw(st.integers(start + 1, piece.end_ms))
        shift = piece.source.start_ms - piece.at_ms
        assert window.source(Span(start, end)) == Span(start + shift, end + shift)
        assert window.distance_ms(Span(start, end)) == 0


@given(speech(), st.integers(0, 40_000), st.integers(0, 5_000))
def test_any_time_lands_on_speech(spans: list[Span], start: int, length: int) -> None:
    for window in pack(spans):
        found = window.source(Span(start, start + length))
        assert any(
            piece.source.start_ms <= found.start_ms <= found.end_ms <= piece.source.end_ms for piece in window.pieces
        )


def test_the_sound_lies_where_the_pieces_say() -> None:
    sound = noise(10.0)
    (window,) = pack([Span(1000, 2000), Span(5000, 5500)])
    packed = cut(sound, window, sample_rate=16_000)
    assert len(packed) == (300 + 1000 + 300 + 500) * 16
    assert not packed[: 300 * 16].any()
    assert np.array_equal(packed[300 * 16 : 1300 * 16], sound[1000 * 16 : 2000 * 16])
    assert np.array_equal(packed[1600 * 16 :], sound[5000 * 16 : 5500 * 16])


def test_a_monologue_is_cut_where_it_is_quiet() -> None:
    sound = np.concatenate([noise(24.0), silence(0.4), noise(20.0)])
    parts = split_at_quiet([Span(0, 44_400)], sound, sample_rate=16_000)
    assert len(parts) == 2
    assert parts[0].end_ms == parts[1].start_ms
    assert 24_000 <= parts[0].end_ms <= 24_400
