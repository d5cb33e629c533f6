"""The command that transcribes several files as one conversation."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.transcribe.scripted_whisper import write_scripted_whisper
from tests.transcribe.sounds import write
from transcribe.audio import decode
from web.entry import main

CLIP = Path(__file__).parent.parent / "transcribe" / "clips" / "parties-en.ogg"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``transcribe`` in a data folder of its own."""
    environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data"), "STEEKPROEF_ASR_LANGUAGES": "en"}

    def run(*words: str | Path, **more: str) -> Result:
        return CliRunner().invoke(main, ["transcribe", *(str(word) for word in words)], env=environment | more)

    return run


@pytest.mark.speech
def test_a_pair_and_a_later_part_are_one_conversation(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    model = write_scripted_whisper(tmp_path / "scripted.pt", [("good", 0.1, 0.3), ("morning", 0.4, 0.8)], language="en")
    array = decode(CLIP).array()[:, : 8 * 16_000]
    sides = [write(tmp_path / f"call-{name}.wav", array[at : at + 1]) for at, name in enumerate(("in", "out"))]
    later = write(tmp_path / "later.wav", array)
    found = run("--pair", *sides, later, "--offset", "1:00", "--format", "json", STEEKPROEF_ASR_MODEL=str(model))
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["duration_ms"] == 68_000
    assert [(one["start_ms"], one["end_ms"]) for one in told["events"] if one["kind"] == "unrecorded"] == [
        (8000, 60_000)
    ]
    assert {turn["role"] for turn in told["turns"]} == {"agent", "customer"}
    assert {turn["start_ms"] // 60_000 for turn in told["turns"]} == {0, 1}


def test_what_does_not_fit_is_a_sentence(run: Run, tmp_path: Path) -> None:
    assert "Name at least one recording" in run().stderr
    one = write(tmp_path / "one.wav", decode(CLIP).array()[:, :16_000])
    assert "There are 2 offsets for 1 files" in run(one, "--offset", "0", "--offset", "5").stderr
    wrong = run(one, "--offset", "soon")
    assert (wrong.exit_code, "offset “soon” cannot be read" in wrong.stderr) == (1, True)
