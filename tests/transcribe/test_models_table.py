"""Which models are here, and whether they are whole."""

import shutil
from pathlib import Path

import pytest

from transcribe import models_table
from transcribe.models_table import ModelFact, ModelKind, present, shipped_sums, verify
from transcribe.speakers import TINY_FOLDER


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))


def listed(asr: str = "demo-voice", speakers: str = "tiny-speakers", models: Path | None = None) -> list[ModelFact]:
    return present(asr_model=asr, speaker_model=speakers, models=models, digests=False)


def test_the_shipped_models_are_present_and_are_those_that_were_shipped() -> None:
    facts = present(asr_model="demo-voice", speaker_model="tiny-speakers")

    assert [fact.kind for fact in facts[:2]] == [ModelKind.ASR, ModelKind.DIARISATION]
    for fact in facts[:2]:
        assert fact.present
        assert verify(fact) is None
        assert len(fact.sha256) == 64
        assert fact.size_bytes > 30_000
        assert fact.licence == "Apache-2.0"


def test_every_shipped_file_has_its_sum() -> None:
    folder = models_table.SUMS.parent
    files = {
        path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md" and path != models_table.SUMS
    }

    assert set(shipped_sums()) == files


@pytest.mark.speech
def test_the_speech_detector_is_listed() -> None:
    assert [fact.present for fact in listed() if fact.kind is ModelKind.VAD] == [True]


def test_what_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    facts = listed("large-v3-turbo", "pyannote/speaker-diarization-community-1", tmp_path)

    assert [fact.present for fact in facts[:2]] == [False, False]
    assert "models fetch large-v3-turbo" in str(facts[0].problem)
    assert facts[1].licence == "CC-BY-4.0"
    assert verify(facts[0]) == facts[0].problem


def test_the_shipped_models_are_listed_after_the_configured_ones(tmp_path: Path) -> None:
    facts = listed("small", "none", tmp_path)

    assert [(fact.name, fact.configured) for fact in facts if fact.kind is not ModelKind.VAD] == [
        ("small", True),
        ("demo-voice", False),
        ("tiny-speakers", False),
    ]


def test_a_model_that_lies_in_the_folder_is_found_and_counted(tmp_path: Path) -> None:
    (tmp_path / "small.pt").write_bytes(b"PK" + b"x" * 98)
    shutil.copytree(TINY_FOLDER, tmp_path / "own")

    facts = {fact.name: fact for fact in listed("small", "none", tmp_path)}

    assert facts["small"].size_bytes == 100
    assert facts["small"].path == tmp_path / "small.pt"
    assert facts["own"].present
    assert not facts["own"].configured


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (b"version https://git-lfs.github.com/spec/v1\n", "git-lfs pointer")]
)
def test_a_file_that_is_no_model_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "small.pt").write_bytes(content)

    assert told in str(listed("small", "none", tmp_path)[0].problem)


def test_a_shipped_file_that_was_changed_or_lost_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(models_table.SUMS.parent, folder)
    sums = folder / "SHA256SUMS"
    fact = ModelFact("tiny-speakers", ModelKind.DIARISATION, "", configured=True, path=folder / "tiny-speakers")
    config = folder / "tiny-speakers" / "config.yaml"

    assert verify(fact, sums=sums) is None
    config.write_text("changed", encoding="ascii")
    assert "SHA-256 differs" in str(verify(fact, sums=sums))
    config.unlink()
    assert "is missing" in str(verify(fact, sums=sums))


def test_a_hub_model_in_the_cache_is_found(tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--someone--voices" / "snapshots" / "abc"
    shutil.copytree(TINY_FOLDER, snapshot)

    facts = listed("demo-voice", "someone/voices", tmp_path)

    assert (facts[1].name, facts[1].path, facts[1].problem) == ("someone/voices", snapshot, None)
