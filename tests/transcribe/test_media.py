"""Decoding in a process of its own: the same result, and nothing that breaks there breaks here."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, babble, side_by_side, silence, tone, write
from transcribe import media
from transcribe.audio import Limits, decode
from transcribe.errors import AudioError, CancelledError
from transcribe.media import decode_apart, to_opus_apart
from transcribe.playback import to_opus
from transcribe.types import Span


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """A short stereo call."""
    sound = side_by_side(babble(3.0, seed=1), np.concatenate([silence(1.0), tone(2.0)]))
    return write(tmp_path / "call.wav", sound, codec="pcm_mulaw")


def test_it_gives_what_decoding_here_gives(call: Path) -> None:
    apart, here = decode_apart(call), decode(call)
    assert apart.sample_rate == here.sample_rate == RATE
    assert np.array_equal(apart.array(), here.array())


def test_a_long_recording_stays_in_its_file(call: Path) -> None:
    apart = decode_apart(call, in_memory=10)
    assert not isinstance(apart.samples, np.ndarray)
    assert np.array_equal(apart.array(), decode(call).array())


def test_the_playable_file_is_the_same_too(call: Path, tmp_path: Path) -> None:
    silent = [Span(500, 900)]
    here = to_opus(call, tmp_path / "here.ogg", silent=silent)
    assert to_opus_apart(call, tmp_path / "apart.ogg", silent=silent) == here
    assert np.array_equal(decode(tmp_path / "apart.ogg").array(), decode(tmp_path / "here.ogg").array())


def test_a_recording_that_breaks_off_says_so(call: Path) -> None:
    call.write_bytes(call.read_bytes()[: len(call.read_bytes()) // 3])
    assert decode_apart(call).warnings == decode(call).warnings != ()


def test_a_refusal_is_the_same_sentence(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"%PDF-1.7 nothing to hear")
    with pytest.raises(AudioError, match=r"The file call.wav is a PDF document"):
        decode_apart(path)
    with pytest.raises(AudioError, match="longer than 0 minutes"):
        decode_apart(write(path, babble(2.0, seed=3)[None]), limits=Limits(duration_ms=500))


def ended_by(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    """Let the process end by a signal as soon as it was told what to do."""
    real = subprocess.Popen

    def ending(*args: Any, **more: Any) -> "subprocess.Popen[bytes]":
        child: subprocess.Popen[bytes] = real(*args, **more)
        os.kill(child.pid, number)
        return child

    monkeypatch.setattr(subprocess, "Popen", ending)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_decoder_that_breaks_down_is_a_sentence(
    call: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    ended_by(monkeypatch, number)
    with pytest.raises(AudioError, match="the decoder broke down on it"):
        decode_apart(call)


def test_too_little_memory_is_a_sentence(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MEMORY_BYTES", 30 * 1024**2)
    with pytest.raises(AudioError, match="the decoder broke down on it"):
        decode_apart(call)


def test_it_stops_when_nobody_wants_it_any_more(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended_by(monkeypatch, signal.SIGSTOP)
    monkeypatch.setattr(media, "LOOK_SECONDS", 0.05)

    def unwanted() -> None:
        message = "stop"
        raise CancelledError(message)

    began = time.monotonic()
    with pytest.raises(CancelledError):
        decode_apart(call, wanted=unwanted)
    assert time.monotonic() - began < 30


def test_endless_work_is_stopped(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended_by(monkeypatch, signal.SIGSTOP)
    monkeypatch.setattr(media, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(media, "LEAST_SECONDS", 0)
    with pytest.raises(AudioError, match="took too long and was stopped"):
        decode_apart(call, limits=Limits(duration_ms=4000))
