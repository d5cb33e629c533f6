"""The real openai-whisper: scripted checkpoints for exact words, the demo voice for real listening, bad files."""

import base64
import gzip
import hashlib
import lzma
import pickle
import shutil
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from tests.transcribe.scripted_whisper import Script, write_scripted_whisper
from tests.transcribe.sounds import noise
from transcribe.errors import ModelError

pytestmark = pytest.mark.speech
whisper = pytest.importorskip("whisper", exc_type=ImportError)

from transcribe.whisper_engine import WhisperEngine, load_whisper  # noqa: E402

#: Packed speech has no long pauses, so neither has the script: a path through attention gives silence to a word.
SCRIPT: Script = [
    ("Goedemorgen,", 0.3, 1.1),
    ("waarmee", 1.2, 1.6),
    ("kan", 1.6, 1.8),
    ("ik", 1.8, 1.9),
    ("u", 1.9, 2.0),
    ("helpen?", 2.0, 2.7),
    ("Mijn", 3.0, 3.3),
    ("internet", 3.3, 4.0),
    ("doet", 4.0, 4.3),
    ("het", 4.3, 4.5),
    ("niet.", 4.5, 5.2),
]


@pytest.fixture(scope="module")
def scripted_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scripted_whisper(tmp_path_factory.mktemp("models") / "scripted.pt", SCRIPT, language="nl")


@pytest.fixture(scope="module")
def scripted(scripted_path: Path) -> WhisperEngine:
    return load_whisper(str(scripted_path), threads=1)


def test_text_and_times_are_those_of_the_script(scripted: WhisperEngine) -> None:
    words = scripted.recognise(noise(6.0, gain=0.01), language="nl")
    assert [word.text for word in words] == [text for text, _, _ in SCRIPT]
    for word, (_, start, _) in zip(words, SCRIPT, strict=True):
        assert word.start_ms == pytest.approx(start * 1000, abs=520)
        assert word.start_ms <= word.end_ms
        assert 0.5 < word.probability <= 1.0


def test_it_says_the_same_as_whispers_own_transcribe(scripted: WhisperEngine) -> None:
    sound = noise(6.0, gain=0.01)
    theirs = scripted.network.transcribe(sound, language="nl", fp16=False, condition_on_previous_text=False)
    ours = " ".join(word.text for word in scripted.recognise(sound, language="nl"))
    assert ours == theirs["text"].strip()


def test_no_sound_gives_no_words(scripted: WhisperEngine) -> None:
    assert scripted.recognise(np.zeros(0, np.float32), language="nl") == []


def test_the_name_of_a_model_is_that_of_its_file(scripted: WhisperEngine) -> None:
    assert (scripted.engine, scripted.model) == ("openai-whisper", "scripted")


def test_one_language_is_listened_for_too(scripted: WhisperEngine) -> None:
    assert scripted.detect_language(noise(1.0), among=["nl"]) == {"nl": pytest.approx(1.0)}


def test_a_packed_model_is_unpacked_once(scripted_path: Path, tmp_path: Path) -> None:
    packed = tmp_path / "small-voice.pt.xz"
    packed.write_bytes(lzma.compress(scripted_path.read_bytes(), preset=0))
    for _ in range(2):
        assert load_whisper(str(packed), cache=tmp_path / "cache").model == "small-voice"
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.read_bytes() == scripted_path.read_bytes()


def test_an_official_model_given_by_path_keeps_its_alignment_heads(scripted_path: Path) -> None:
    import torch  # noqa: PLC0415 - only where it is installed
    import whisper  # noqa: PLC0415 - only where it is installed
    from whisper.model import ModelDimensions, Whisper  # noqa: PLC0415 - only where it is installed

    dims = ModelDimensions(80, 1500, 8, 2, 4, 51_865, 448, 8, 6, 4)  # the layers and heads of "tiny", but narrow
    path = scripted_path.parent / "tiny.pt"
    torch.save({"dims": dims.__dict__, "model_state_dict": Whisper(dims).state_dict()}, path)
    wanted = Whisper(dims)
    wanted.set_alignment_heads(whisper._ALIGNMENT_HEADS["tiny"])
    heads = load_whisper(str(path)).network.alignment_heads
    assert torch.equal(heads.to_dense(), wanted.alignment_heads.to_dense())


def broken_files(folder: Path, whole: Path) -> dict[str, tuple[Path, str]]:
    """Files that are no usable model, by what is wrong, with the beginning of the sentence."""

    def written(name: str, content: bytes) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    content = whole.read_bytes()
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    return {
        "missing": (folder / "none.pt", "The Whisper model {path} does not exist."),
        "folder": (folder, "The Whisper model {path} is a folder."),
        "empty": (written("empty.pt", b""), "The Whisper model {path} is damaged or incomplete."),
        "partial": (written("part.pt", content[: len(content) // 2]), "The Whisper model {path} is damaged"),
        "pointer": (written("lfs.pt", pointer), "The Whisper model {path} is only a Git LFS pointer."),
        "other": (written("other.pt", pickle.dumps({"a": 1})), "The file {path} is no Whisper model"),
        "text": (written("text.pt", b"hello world, this is text"), "The "),
        "packed in part": (
            written("part.pt.xz", lzma.compress(content, preset=0)[:5000]),
            "The Whisper model {path} is damaged",
        ),
        "not packed": (written("not.pt.xz", content[:5000]), "The Whisper model {path} is damaged"),
    }


@pytest.mark.parametrize(
    "what", ["missing", "folder", "empty", "partial", "pointer", "other", "text", "packed in part", "not packed"]
)
def test_a_model_that_does_not_load_is_refused_in_words(tmp_path: Path, scripted_path: Path, what: str) -> None:
    path, sentence = broken_files(tmp_path, scripted_path)[what]
    with pytest.raises(ModelError) as refused:
        load_whisper(str(path))
    assert str(refused.value).startswith(sentence.format(path=path))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"no Whisper model named smal\. Choose one of .*small.*demo-voice"):
        load_whisper("smal")


def test_a_name_that_is_not_here_is_never_downloaded_but_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: pytest.fail("somebody was asked"))
    with pytest.raises(ModelError) as refused:
        load_whisper("tiny", folder=tmp_path)
    assert str(refused.value) == (
        f"The model tiny is not on this machine. Run `steekproef models fetch tiny`, or copy it to {tmp_path}."
    )


def test_an_official_model_is_loaded_from_either_folder_by_any_of_its_names(
    tmp_path: Path, scripted_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = hashlib.sha256(scripted_path.read_bytes()).hexdigest()
    address = f"http://127.0.0.1:9/{digest}/large-v3-turbo.pt"
    monkeypatch.setattr(whisper, "_MODELS", whisper._MODELS | {"turbo": address, "large-v3-turbo": address})
    # The script's network has one layer only, so one head.
    monkeypatch.setattr(whisper, "_ALIGNMENT_HEADS", whisper._ALIGNMENT_HEADS | {"large-v3-turbo": ONE_HEAD})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cache" / "whisper").mkdir(parents=True)
    shutil.copy(scripted_path, tmp_path / "cache" / "whisper" / "large-v3-turbo.pt")

    assert load_whisper("turbo", folder=tmp_path / "models").model == "turbo"

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "large-v3-turbo.pt").write_bytes(b"PK another")
    with pytest.raises(ModelError, match="not Whisper's own turbo"):
        load_whisper("turbo", folder=tmp_path / "models")


#: In the form of openai-whisper's table: a packed array that says yes of the only head.
ONE_HEAD = base64.b85encode(gzip.compress(b"\x01"))
