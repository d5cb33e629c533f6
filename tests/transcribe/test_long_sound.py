"""Recordings longer than memory: read in pieces, they give the very same as in one piece."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE, Sound, babble, chord, noise, side_by_side, silence, write
from transcribe import gate, layout, samples
from transcribe.audio import decode
from transcribe.errors import AudioError
from transcribe.events import events_of
from transcribe.samples import GatedChannel, Gathered, MixedChannel, StoredSound, blocks, whole
from transcribe.types import Span
from transcribe.vad import SileroVad

CALL = side_by_side(
    np.concatenate([babble(4.0, seed=1), silence(2.0), chord(6.0), babble(3.0, seed=2)]),
    np.concatenate([silence(4.0), babble(2.0, seed=3), silence(6.0), noise(3.0, gain=0.01)]),
)


def stored(sound: Sound) -> StoredSound:
    kept = StoredSound(len(sound))
    for at in range(0, sound.shape[1], 7001):
        kept.add(sound[:, at : at + 7001])
    kept.finish()
    return kept


@given(st.integers(1, 3), st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 400))
def test_what_is_gathered_comes_back_from_memory_and_from_a_file(
    channels: int, lengths: list[int], in_memory: int
) -> None:
    given_blocks = [np.random.default_rng(length).random((channels, length), np.float32) for length in lengths]
    gathered = Gathered(channels, in_memory=in_memory)
    for block in given_blocks:
        gathered.add(block)
    sound = gathered.sound()
    expected = np.concatenate(given_blocks, axis=1)
    assert isinstance(sound, StoredSound) is (expected.size > in_memory)
    assert np.array_equal(np.stack([whole(channel) for channel in sound]), expected)
    assert np.array_equal(sound[channels - 1][3:11], expected[channels - 1][3:11])


def test_a_file_on_disk_gives_the_same_as_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", CALL, codec="pcm_s16le")
    at_once = decode(path)
    monkeypatch.setattr(samples.Gathered.__init__, "__kwdefaults__", {"in_memory": 1000})
    in_pieces = decode(path)
    assert isinstance(in_pieces.samples, StoredSound)
    assert in_pieces.duration_ms == at_once.duration_ms
    assert np.array_equal(in_pieces.array(), at_once.array())


@pytest.mark.parametrize(
    "figure",
    [
        lambda sound: layout.likeness(sound[0], sound[1]),
        lambda sound: layout.loudest_db(sound[0]),
        lambda sound: gate.leak_db(sound, sample_rate=RATE),
        lambda sound: gate.levels_db(sound[1], sample_rate=RATE).tolist(),
        lambda sound: SileroVad().probabilities(sound[0], sample_rate=RATE).tolist(),
        lambda sound: [
            edge
            for event in events_of(sound, speech=[[Span(0, 4000)], [Span(4000, 6000)]], sample_rate=RATE)
            for edge in (event.start_ms, event.end_ms)
        ],
        lambda sound: whole(MixedChannel(sound)).tolist(),
    ],
    ids=["likeness", "loudest", "leak", "levels", "speech", "events", "mixed"],
)
def test_every_figure_is_the_same_in_small_blocks(
    figure: Callable[[object], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = figure(CALL)
    for module in ("samples", "gate", "layout", "vad"):
        monkeypatch.setattr(f"transcribe.{module}.BLOCK", 12_000)
    monkeypatch.setattr("transcribe.gate.CORRELATED", 10_000)
    monkeypatch.setattr(samples.blocks, "__kwdefaults__", {"size": 12_000})
    assert figure(stored(CALL)) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(st.integers(0, 90), st.integers(0, 90), st.integers(1, 13))
def test_a_gate_opens_hop_by_hop_wherever_it_is_read(start: int, length: int, hop: int) -> None:
    sound = np.arange(1, 81, dtype=np.float32)
    kept = np.random.default_rng(hop).random(-(-len(sound) // hop)) > 0.5
    expected = np.where(np.repeat(kept, hop)[: len(sound)], sound, 0)
    gated = GatedChannel(sound, kept, hop=hop)
    assert np.array_equal(gated[start : start + length], expected[start : start + length])
    assert np.array_equal(np.concatenate(list(blocks(gated, size=9))), expected)


def test_a_full_disk_is_said_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", CALL, codec="pcm_s16le")

    def full(_self: Gathered, _block: NDArray[np.float32]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(samples.Gathered, "add", full)
    with pytest.raises(AudioError, match="no room to unpack"):
        decode(path)
