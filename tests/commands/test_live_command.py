"""`transcribe --live`: raw sound from standard input, words while it comes, the transcript in the end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.house.messages import ROOT
from transcribe.audio import decode
from web.entry import main

CLIP = Path(__file__).parents[1] / "transcribe" / "clips" / "parties-en.ogg"


def raw(*, seconds: float) -> bytes:
    """The beginning of a clip as a telephone system sends it."""
    sound = decode(CLIP, sample_rate=8_000).array()[:, : round(seconds * 8_000)]
    return (sound.T * 32_767).astype("<i2").tobytes()


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {"STEEKPROEF_DATA_DIR": str(folder), "STEEKPROEF_SPEECH_THREADS": "1", **more}


def listened(folder: Path, *words: str, sound: bytes = b"", language: str = "en") -> Result:
    return CliRunner().invoke(
        main, ["transcribe", "--live", *words], input=sound, env=environment(folder, STEEKPROEF_LANGUAGE=language)
    )


@pytest.mark.speech
def test_words_come_as_lines_and_then_the_transcript(tmp_path: Path) -> None:
    output = tmp_path / "call.json"
    found = listened(
        tmp_path, "--language", "en", "--lines", "json", "--format", "json", "-o", str(output), sound=raw(seconds=5)
    )
    assert found.exit_code == 0, found.output
    said = [json.loads(line) for line in found.stdout.splitlines()]
    whole = json.loads(output.read_text(encoding="utf-8"))
    assert [word["text"] for word in said] == [word["text"] for turn in whole["turns"] for word in turn["words"]]
    assert {word["role"] for word in said} == {"agent"}


@pytest.mark.parametrize(
    ("words", "language", "sentence"),
    [
        (("call.wav",), "en", "With --live sound comes from standard input."),
        (("call.wav",), "nl", "Met --live komt het geluid van de standaardinvoer."),
        (("--channels", "0"), "en", "Live sound has 1 to 8 channels, not 0."),
        (("--channels", "agent,nobody"), "en", "The channel nobody is not one of"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    tmp_path: Path, words: tuple[str, ...], language: str, sentence: str
) -> None:
    found = listened(tmp_path, *words, language=language)
    assert found.exit_code == 1
    assert sentence in found.output


def test_without_live_a_file_must_be_named(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["transcribe"], env=environment(tmp_path))
    assert found.exit_code == 1
    assert "Name at least one recording" in found.output


@pytest.mark.speech
@pytest.mark.slow
def test_an_interrupt_ends_it_with_what_there_is(tmp_path: Path) -> None:
    code = "import sys; from web.entry import main; main(sys.argv[1:])"
    words = ["transcribe", "--live", "--language", "en", "--channels", "2", "--format", "vtt"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, **environment(tmp_path)},
    ) as running:  # fmt: skip
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(raw(seconds=5) + np.zeros(8_000 * 2 * 3, "<i2").tobytes())
        running.stdin.flush()
        first = running.stdout.readline()
        running.send_signal(signal.SIGINT)
        rest, told = running.stdout.read(), running.stderr.read()
    assert running.returncode == 0, told
    assert first.startswith(b"[00:00:0")
    assert b"WEBVTT" in rest
    assert b"Stopping: what was heard is written down." in told
