"""Speakers by pyannote: what the real pipeline answers, and what a user is told when a model cannot be had."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from transcribe.errors import ModelError
from transcribe.pyannote_engine import COMMUNITY_MODEL, joined
from transcribe.pyannote_refusals import check_folder, check_token
from transcribe.speakers import TINY_FOLDER, choose_diariser, speaker_source
from transcribe.types import SpeakerSpan

WEIGHTS = "segmentation/pytorch_model.bin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY_FOLDER, tmp_path / "voices"))


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_config(folder: Path) -> None:
    (folder / "config.yaml").unlink()


def lose_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def leave_pointer(folder: Path) -> None:
    (folder / WEIGHTS).write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", encoding="ascii"
    )


def cut_short(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")


def write_nonsense(folder: Path) -> None:
    (folder / "config.yaml").write_text("- a list\n", encoding="ascii")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lose, "does not exist"),
        (lose_config, "no config.yaml"),
        (lose_weights, f"{WEIGHTS} is missing"),
        (leave_pointer, "git-lfs pointer"),
        (cut_short, "empty, cut short or no model"),
        (write_nonsense, "does not describe a pyannote pipeline"),
    ],
)
def test_a_damaged_folder_is_named_before_anything_is_loaded(
    folder: Path, damage: Callable[[Path], None], told: str
) -> None:
    damage(folder)

    with pytest.raises(ModelError, match=told) as refused:
        check_folder(folder)

    assert str(folder) in str(refused.value)


def test_the_shipped_folder_is_whole() -> None:
    check_folder(TINY_FOLDER)


def test_a_token_that_pyannote_would_drop_is_refused() -> None:
    check_token(None)
    check_token("hf_abc")

    with pytest.raises(ModelError, match="hf_"):
        check_token("abc")


def test_exclusive_turns_come_back_with_who_is_beneath_them() -> None:
    exclusive = [SpeakerSpan(0, 2_000, "A"), SpeakerSpan(2_000, 4_000, "B"), SpeakerSpan(5_000, 6_000, "A")]
    everybody = [SpeakerSpan(0, 2_500, "A"), SpeakerSpan(1_500, 4_000, "B"), SpeakerSpan(5_000, 6_000, "A")]

    assert joined(exclusive=exclusive, everybody=everybody) == [
        SpeakerSpan(0, 2_000, "A"),
        SpeakerSpan(1_500, 2_000, "B", covered=True),
        SpeakerSpan(2_000, 2_500, "A", covered=True),
        SpeakerSpan(2_000, 4_000, "B"),
        SpeakerSpan(5_000, 6_000, "A"),
    ]


def test_a_model_is_looked_for_where_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()

    assert speaker_source("tiny-speakers").folder == TINY_FOLDER
    assert speaker_source("own", models=tmp_path).folder == tmp_path / "own"
    assert speaker_source(str(tmp_path / "own")).folder == tmp_path / "own"
    assert speaker_source("./mistyped").folder == Path("mistyped")
    assert speaker_source(COMMUNITY_MODEL, models=tmp_path, token="hf_x").folder is None


@pytest.mark.parametrize("name", ["none", ""])
def test_no_model_means_no_speakers_and_a_warning_that_says_so(name: str) -> None:
    choice = choose_diariser(name)

    assert choice.diariser is None
    assert "could not be told apart" in str(choice.warnings[0])


def test_a_model_that_does_not_load_leaves_the_words_and_says_why(tmp_path: Path) -> None:
    choice = choose_diariser(str(tmp_path / "lost"))

    assert choice.diariser is None
    assert [str(warning).split(" ", 2)[:2] for warning in choice.warnings] == [["The", "speakers"], ["The", "speaker"]]
    assert "does not exist" in str(choice.warnings[1])


@pytest.mark.speech
def test_telemetry_is_off_before_pyannote_is_imported() -> None:
    code = (
        "from transcribe.pyannote_engine import prepare_pyannote; prepare_pyannote()\n"
        "from pyannote.audio.telemetry.metrics import is_metrics_enabled\n"
        "from huggingface_hub.constants import HF_HUB_DISABLE_TELEMETRY\n"
        "print(is_metrics_enabled(), HF_HUB_DISABLE_TELEMETRY)"
    )
    environment = os.environ | {"PYANNOTE_METRICS_ENABLED": "1"}

    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert told.split() == ["False", "True"]


@pytest.mark.speech
def test_a_torchaudio_that_does_not_fit_is_imported_without_its_compiled_part() -> None:
    code = (
        "import sys, types, importlib\n"
        "class Broken:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'torchaudio._extension': raise OSError('undefined symbol')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "from transcribe.torchaudio_shim import ensure_torchaudio\n"
        "first, again = ensure_torchaudio(), ensure_torchaudio()\n"
        "import torch, torchaudio\n"
        "print(first, again, torchaudio.functional.resample(torch.ones(1, 80), 8000, 16000).shape[1])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.split() == ["pure-python", "pure-python", "160"]


@pytest.mark.speech
def test_a_model_in_the_cache_is_loaded_without_asking_anybody(tmp_path: Path) -> None:
    commit = "0" * 40
    kept = tmp_path / "hub" / "models--someone--voices"
    shutil.copytree(TINY_FOLDER, kept / "snapshots" / commit)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(commit, encoding="ascii")

    choice = choose_diariser("someone/voices", models=tmp_path)

    assert choice.diariser is not None
    assert choice.diariser.name == "pyannote:someone/voices"
    assert choice.warnings == ()


@pytest.mark.speech
def test_a_checkpoint_of_nonsense_is_told_and_not_raised(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"PK nonsense")

    assert "could not be read" in str(choose_diariser(str(folder)).warnings[1])
