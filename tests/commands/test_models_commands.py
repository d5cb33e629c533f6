"""The commands that list, fetch and check models, and the one that measures the machine."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.transcribe.file_server import serving
from transcribe.speakers import TINY_FOLDER
from web.entry import main

CLIP = Path(__file__).parent.parent / "transcribe" / "clips" / "parties-nl.ogg"
COMMUNITY = "pyannote/speaker-diarization-community-1"
CONTENT = b"PK a model" * 1000
Run = Callable[..., Result]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a data folder of its own, on a machine without models of anybody else."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data")}

    def run(*words: str | Path, **more: str) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env=environment | more)

    return run


def table(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let openai-whisper's own table say that `base` is ``CONTENT`` and lies at ``address``."""
    whisper = pytest.importorskip("whisper", exc_type=ImportError)
    place = f"{address}/{hashlib.sha256(CONTENT).hexdigest()}/base.pt"
    monkeypatch.setattr(whisper, "_MODELS", whisper._MODELS | {"base": place})


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_list_names_every_model_in_lines_of_100_columns(run: Run, language: str) -> None:
    told = run("models", "list", STEEKPROEF_LANGUAGE=language, STEEKPROEF_ASR_MODEL="turbo").stdout
    for part in (
        "steekproef models fetch large-v3-turbo", "steekproef models fetch tiny", COMMUNITY, "CC-BY-4.0", "demo-voice",
        "speaker-embedding.onnx --from FILE", "tiny-speakers", "silero-vad", "MIT",
    ):  # fmt: skip
        assert part in told or part.replace("large-v3-turbo", "turbo") in told, part
    # A path may be as long as it is.
    assert max(len(line) for line in told.splitlines() if "/" not in line.replace(COMMUNITY, "")) <= 100


def test_what_the_settings_need_comes_first_with_its_command(run: Run, models: Path) -> None:
    told = json.loads(
        run("models", "list", "--json", STEEKPROEF_ASR_MODEL="turbo", STEEKPROEF_SPEAKER_MODEL=COMMUNITY).stdout
    )["models"]

    needed = [(one["name"], one["present"], one["fetch"]) for one in told if one["configured"]]
    assert needed[:2] == [
        ("turbo", False, "steekproef models fetch turbo"),
        (COMMUNITY, False, f"steekproef models fetch {COMMUNITY}"),
    ]
    assert 1.6e9 < told[0]["size_bytes"] < 1.64e9
    names = [one["name"] for one in told]
    assert len(names) == len(set(names))
    assert "large-v3-turbo" not in names
    assert not [one for one in told if one["present"] and (one["fetch"] or len(one["sha256"]) != 64)]


@pytest.mark.speech
def test_a_model_is_fetched_checked_listed_and_not_fetched_twice(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(CONTENT) as served:
        table(monkeypatch, served.address)
        for _ in range(2):
            found = run("models", "fetch", "all-needed", STEEKPROEF_ASR_MODEL="base")
            assert found.exit_code == 0, found.output
        assert len(served.asked) == 1
        again = run("models", "fetch", "base", STEEKPROEF_LANGUAGE="nl")
        assert f"Het model base staat hier: {models / 'base.pt'}" in again.stdout
        assert len(served.asked) == 1
    assert run("models", "verify", STEEKPROEF_ASR_MODEL="base").exit_code == 0
    (models / "base.pt").write_bytes(b"PK changed")
    wrong = run("models", "verify")
    assert wrong.exit_code == 1
    assert "not Whisper's own base" in wrong.stderr


@pytest.mark.speech
@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_ends_the_command_with_its_sentence(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with serving(CONTENT) as served:
        table(monkeypatch, served.address)
        served.statuses = [status]
        found = run("models", "fetch", "base")
    assert found.exit_code == 1
    assert f"({status})" in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.speech
def test_a_mirror_or_a_stick_stands_in_for_the_makers(
    run: Run, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(monkeypatch, "http://127.0.0.1:9")
    with serving(CONTENT) as served:
        assert run("models", "fetch", "base", "--from", f"{served.address}/speech").exit_code == 0
    assert (models / "base.pt").read_bytes() == CONTENT
    (models / "base.pt").unlink()
    stick = tmp_path / "stick"
    stick.mkdir()
    assert "no file" in run("models", "fetch", "base", "--from", stick).stderr
    (stick / "base.pt").write_bytes(CONTENT[1:])
    assert "thrown away" in run("models", "fetch", "base", "--from", stick).stderr
    (stick / "base.pt").write_bytes(CONTENT)
    shutil.copytree(TINY_FOLDER, stick / "speaker-diarization-community-1")
    settings = {"STEEKPROEF_ASR_MODEL": "base", "STEEKPROEF_SPEAKER_MODEL": COMMUNITY}
    assert run("models", "fetch", "all-needed", "--from", stick, **settings).exit_code == 0
    needed = [
        one for one in json.loads(run("models", "list", "--json", **settings).stdout)["models"] if one["configured"]
    ]
    assert [one["present"] for one in needed] == [True] * 3
    assert run("models", "verify", **settings).exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["demo-voice"], "comes with the product"),
        (["smal"], "no model smal to fetch"),
        (["speaker-embedding.onnx"], "no address of its own"),
        (["small", "--from", "ftp://models"], "no address that models"),
        (["someone/voices", "--from", "/nowhere"], "no model someone/voices in /nowhere"),
    ],
)
def test_what_cannot_be_fetched_is_said(run: Run, words: list[str], sentence: str) -> None:
    found = run("models", "fetch", *words)
    assert found.exit_code == 1
    assert sentence in found.stderr


@pytest.mark.speech
def test_a_model_that_is_not_here_stops_a_transcription_with_what_to_do(run: Run) -> None:
    found = run("transcribe", CLIP, STEEKPROEF_ASR_MODEL="small", STEEKPROEF_LANGUAGE="nl")
    assert found.exit_code == 1
    assert "Voer `steekproef models fetch small` uit" in found.stderr


@pytest.mark.speech
@pytest.mark.slow
def test_the_doctor_measures_the_machine_and_recommends(run: Run) -> None:
    told = json.loads(run("doctor", "--measure", "--json").stdout)["measured"]

    assert told["machine"]["cores"] >= 1
    assert {one["model"] for one in told["options"]} >= {"tiny", "base"}
    assert [one for one in told["options"] if one["measured"]]
    assert all(one["real_time_factor"] > 0 and one["hours_of_calls_a_night"] > 0 for one in told["options"])
    assert set(told["recommended"]) == {
        "STEEKPROEF_ASR_ENGINE", "STEEKPROEF_ASR_MODEL", "STEEKPROEF_SPEECH_DEVICE", "STEEKPROEF_SPEECH_THREADS",
        "STEEKPROEF_WORKER_THREADS",
    }  # fmt: skip
