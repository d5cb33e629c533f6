"""Looking at files in a helper process: the same answer, many files with one helper, and nothing that breaks there breaks here."""

import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.transcribe.sounds import babble, write
from transcribe import probing
from transcribe.audio import Limits, probe
from transcribe.errors import AudioError
from transcribe.probing import probe_apart


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """A short call."""
    return write(tmp_path / "call.wav", babble(1.0, seed=1)[None], codec="pcm_mulaw")


def helper() -> int:
    """The process number of the helper that there is."""
    assert probing._helper is not None
    return probing._helper.child.pid


def test_it_says_what_looking_here_says_and_keeps_its_helper(call: Path) -> None:
    assert asdict(probe_apart(call)) == asdict(probe(call))
    first = helper()
    assert probe_apart(call, name="gesprek.wav").codec == "pcm_mulaw"
    assert helper() == first


def test_refusals_are_the_same_sentences(call: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="at most 0 MB"):
        probe_apart(call, limits=Limits(size_bytes=10))
    letter = tmp_path / "brief.pdf"
    letter.write_bytes(b"%PDF-1.7")
    with pytest.raises(AudioError, match=r"The file brief\.pdf is a PDF document"):
        probe_apart(letter)
    with pytest.raises(AudioError, match="does not exist"):
        probe_apart(tmp_path / "gone\nwith a line.wav")


def test_a_helper_that_ended_is_replaced(call: Path) -> None:
    probe_apart(call)
    os.kill(helper(), signal.SIGKILL)
    assert probe_apart(call).channels == 1


def test_a_helper_that_breaks_down_on_a_file_is_a_sentence(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probing._drop()
    began = probing._Helper.__init__

    def broken(self: probing._Helper) -> None:
        began(self)
        os.kill(self.child.pid, signal.SIGSEGV)
        self.child.wait()

    with monkeypatch.context() as patched:
        patched.setattr(probing._Helper, "__init__", broken)
        with pytest.raises(AudioError, match="the decoder broke down on it"):
            probe_apart(call)
    assert probe_apart(call).channels == 1


def test_a_look_without_end_is_stopped_and_the_next_one_goes_on(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe_apart(call)
    os.kill(helper(), signal.SIGSTOP)
    began = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(probing, "SECONDS", 0.2)
        with pytest.raises(AudioError, match="took too long"):
            probe_apart(call)
    assert time.monotonic() - began < 15
    assert probe_apart(call).channels == 1


def test_the_helper_of_another_process_is_not_touched(call: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe_apart(call)
    theirs = probing._helper
    assert theirs is not None
    monkeypatch.setattr(theirs, "owner", -1)
    assert probe_apart(call).channels == 1
    assert theirs.child.poll() is None
    monkeypatch.undo()
    theirs.end()
