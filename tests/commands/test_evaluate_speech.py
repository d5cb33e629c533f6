"""`steekproef evaluate-speech`: figures of a folder, and a clear word where there are none."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.transcribe.test_evaluation import HEARD
from transcribe.formats import own_json, rttm
from web.entry import main

CLIPS = Path(__file__).parents[1] / "transcribe" / "clips"


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command with a data folder of its own."""

    def run(*arguments: object) -> Result:
        environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data")}
        return CliRunner().invoke(main, ["evaluate-speech", *map(str, arguments)], env=environment)

    return run


def test_a_folder_without_pairs_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"")
    (tmp_path / "other.txt").write_text("hallo", encoding="utf-8")
    found = run(tmp_path)
    assert found.exit_code == 1
    assert "has a reference of the same name" in found.output


@pytest.mark.speech
def test_ready_transcripts_are_measured(run: Run, tmp_path: Path) -> None:
    for name in ("whisper", "jiwer", "pyannote.metrics"):
        pytest.importorskip(name, exc_type=ImportError)
    truth, heard = tmp_path / "truth", tmp_path / "heard"
    for folder in (truth, heard):
        folder.mkdir()
    for name in ("one", "two"):
        (truth / f"{name}.rttm").write_text(rttm.write(HEARD), encoding="utf-8")
        (truth / f"{name}.txt").write_text("goedemorgen met Noor mijn meter doet het niet", encoding="utf-8")
        (heard / f"{name}.json").write_text(own_json.write(HEARD), encoding="utf-8")
    (truth / "three.rttm").write_text("nothing", encoding="utf-8")
    (heard / "three.json").write_text(own_json.write(HEARD), encoding="utf-8")

    shown, exact = run(truth, "--hypotheses", heard), run(truth, "--hypotheses", heard, "--json")

    assert (shown.exit_code, exact.exit_code) == (0, 0)
    assert "three: three.rttm holds no line" in shown.output
    figures = json.loads(exact.stdout)
    assert [one["file"] for one in figures["files"]] == ["one", "two"]
    assert figures["total"]["wer"]["rate"] == pytest.approx(4 / 8)
    assert (figures["total"]["wer"]["n"], figures["total"]["wer"]["files"]) == (16, 2)
    assert figures["total"]["der"]["rate"] == 0
    assert set(figures["languages"]) == {"nl"}
    assert "word_starts" not in figures["total"]
    assert "WER" in shown.stdout
    assert "n=16, 2" in shown.stdout


@pytest.mark.speech
def test_recordings_are_heard_and_measured(run: Run, tmp_path: Path) -> None:
    for name in ("whisper", "jiwer", "pyannote.metrics"):
        pytest.importorskip(name, exc_type=ImportError)
    shutil.copy(CLIPS / "parties-nl.ogg", tmp_path / "call.ogg")
    (tmp_path / "call.txt").write_text(
        "[00:00:00.000] agent: Goedemorgen, waarmee kan ik u van dienst zijn.", encoding="utf-8"
    )
    found = run(tmp_path, "--json")
    assert found.exit_code == 0, found.output
    total = json.loads(found.stdout)["total"]
    assert total["wer"]["n"] == 8
    assert total["wer"]["low"] is None
