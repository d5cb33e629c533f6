"""How many people `transcribe` looks for in a mono recording."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.entry import main

MONO = Path(__file__).parents[2] / "qa" / "demo" / "material" / "recordings" / "mobile" / "en-0010.wav"


def transcribed(folder: Path, *words: str) -> Result:
    """Transcribe a mono call of the demo to RTTM."""
    environment = {"STEEKPROEF_DATA_DIR": str(folder), "STEEKPROEF_SPEECH_THREADS": "1"}
    return CliRunner().invoke(
        main, ["transcribe", str(MONO), "--language", "en", "--format", "rttm", *words], env=environment
    )


@pytest.mark.speech
@pytest.mark.slow
@pytest.mark.parametrize(("words", "speakers"), [((), 2), (("--max-speakers", "1"), 1)])
def test_there_are_two_at_most_unless_told_otherwise(tmp_path: Path, words: tuple[str, ...], speakers: int) -> None:
    found = transcribed(tmp_path, *words)

    assert found.exit_code == 0, found.output
    assert len(set(re.findall(r"^SPEAKER(?: \S+){6} (\S+)", found.stdout, flags=re.MULTILINE))) == speakers


def test_figures_are_only_written_as_json(tmp_path: Path) -> None:
    found = transcribed(tmp_path, "--signals")

    assert found.exit_code == 1
    assert "--format json --signals" in found.stderr


def test_nobody_is_no_number_of_speakers(tmp_path: Path) -> None:
    assert transcribed(tmp_path, "--max-speakers", "0").exit_code == 2
