"""What a browser draws and plays."""

from pathlib import Path

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, gsm_wave, noise, side_by_side, silence, tone, write
from transcribe.audio import Audio, decode, probe
from transcribe.playback import browser_plays, to_opus, write_wav
from transcribe.waveform import peaks


def test_peaks_show_who_speaks_when() -> None:
    agent = np.concatenate([tone(1.0, gain=0.5), silence(1.0)])
    customer = np.concatenate([silence(1.0), tone(1.0, gain=1.0)])
    drawn = peaks(side_by_side(agent, customer), sample_rate=RATE, per_second=4)
    assert drawn == [[50, 50, 50, 50, 0, 0, 0, 0], [0, 0, 0, 0, 100, 100, 100, 100]]


@pytest.mark.parametrize(("length", "count"), [(0, 0), (1, 1), (1600, 1), (1601, 2), (16_000, 10), (16_801, 11)])
def test_every_moment_has_its_peak(length: int, count: int) -> None:
    drawn = peaks(np.full((1, length), 0.25, np.float32), sample_rate=RATE, per_second=10)
    assert drawn == [[25] * count]


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
    assert to_opus(path, out) == decode(path).duration_ms
    assert browser_plays(probe(out))
    converted, original = decode(out, sample_rate=48_000), decode(path, sample_rate=48_000)
    assert converted.samples.shape == original.samples.shape
    energy = np.square(converted.samples[:, 4800:48_000]).sum(axis=1)
    assert energy[1] < energy[0] / 1000
    for one, other in zip(converted.samples, original.samples, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.95


def test_gsm_becomes_playable(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(gsm_wave(seconds=2.0))
    assert to_opus(path, tmp_path / "call.ogg") == 2000
    assert browser_plays(probe(tmp_path / "call.ogg"))


def test_pcm_is_written_to_the_sample(tmp_path: Path) -> None:
    audio = Audio(side_by_side(noise(1.0003), noise(1.0003, seed=1)), RATE)
    write_wav(audio, tmp_path / "out.wav")
    again = decode(tmp_path / "out.wav")
    assert again.samples.shape == audio.samples.shape
    assert np.abs(again.samples - audio.samples).max() < 1e-4
