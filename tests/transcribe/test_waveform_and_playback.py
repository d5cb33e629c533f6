"""What a browser draws and plays."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE, gsm_wave, noise, side_by_side, silence, tone, write
from transcribe.audio import Audio, decode, probe
from transcribe.playback import browser_plays, to_opus, write_wav
from transcribe.waveform import PeakMeter


def peaks(samples: NDArray[np.float32], *, per_second: int, block: int = 5000) -> list[list[int]]:
    meter = PeakMeter(len(samples), sample_rate=RATE, per_second=per_second)
    for at in range(0, samples.shape[1], block):
        meter.add(samples[:, at : at + block])
    return meter.peaks()


def test_peaks_show_who_speaks_when() -> None:
    agent = np.concatenate([tone(1.0, gain=0.5), silence(1.0)])
    customer = np.concatenate([silence(1.0), tone(1.0, gain=1.0)])
    drawn = peaks(side_by_side(agent, customer), per_second=4)
    assert drawn == [[50, 50, 50, 50, 0, 0, 0, 0], [0, 0, 0, 0, 100, 100, 100, 100]]


@pytest.mark.parametrize(("length", "count"), [(0, 0), (1, 1), (1600, 1), (1601, 2), (16_000, 10), (16_801, 11)])
def test_every_moment_has_its_peak(length: int, count: int) -> None:
    drawn = peaks(np.full((1, length), 0.25, np.float32), per_second=10)
    assert drawn == [[25] * count]


@given(st.integers(1, 4000), st.integers(1, 900), st.integers(1, 44))
def test_peaks_are_the_same_however_the_sound_comes(length: int, block: int, per_second: int) -> None:
    sound = noise(4000 / RATE)[None, :length]
    starts = [index * RATE // per_second for index in range(-(-length * per_second // RATE))]
    expected = [
        round(float(np.abs(sound[0, start:end]).max()) * 100)
        for start, end in zip(starts, [*starts[1:], length], strict=True)
    ]
    assert peaks(sound, per_second=per_second, block=block) == [expected]


@pytest.mark.parametrize(
    ("codec", "form", "rate", "plays"),
    [
        ("pcm_s16le", "wav", 8000, True),
        ("libmp3lame", "mp3", 16_000, True),
        ("libopus", "ogg", 48_000, True),
        ("flac", "flac", 16_000, True),
        ("aac", "ipod", 16_000, True),
        ("pcm_mulaw", "wav", 8000, False),
        ("pcm_alaw", "wav", 8000, False),
        ("adpcm_ms", "wav", 8000, False),
    ],
)
def test_it_is_known_what_browsers_play(tmp_path: Path, codec: str, form: str, rate: int, plays: bool) -> None:
    path = write(tmp_path / "call", noise(1.0, rate=rate)[None], codec=codec, form=form, rate=rate)
    assert browser_plays(probe(path)) is plays


def test_a_telephone_recording_is_converted_to_the_sample_with_its_channels_apart(tmp_path: Path) -> None:
    agent = np.concatenate([tone(1.2, rate=8000), silence(1.3, rate=8000)])
    customer = np.concatenate([silence(1.3, rate=8000), tone(1.2345, hertz=700, rate=8000)])
    path = write(tmp_path / "call.wav", side_by_side(agent, customer), codec="pcm_mulaw", rate=8000)
    out = tmp_path / "call.ogg"
    assert to_opus(path, out).duration_ms == decode(path).duration_ms
    assert browser_plays(probe(out))
    converted, original = decode(out, sample_rate=48_000).array(), decode(path, sample_rate=48_000).array()
    assert converted.shape == original.shape
    energy = np.square(converted[:, 4800:48_000]).sum(axis=1)
    assert energy[1] < energy[0] / 1000
    for one, other in zip(converted, original, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.95


def test_gsm_becomes_playable(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(gsm_wave(seconds=2.0))
    assert to_opus(path, tmp_path / "call.ogg").duration_ms == 2000
    assert browser_plays(probe(tmp_path / "call.ogg"))


def test_pcm_is_written_to_the_sample(tmp_path: Path) -> None:
    samples = side_by_side(noise(1.0003), noise(1.0003, seed=1))
    write_wav(Audio(samples, RATE), tmp_path / "out.wav")
    again = decode(tmp_path / "out.wav").array()
    assert again.shape == samples.shape
    assert np.abs(again - samples).max() < 1e-4
