"""The real faster-whisper on the demo voice, converted by our own converter."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transcribe.test_batches import assert_same, demo_windows
from transcribe.errors import ModelError

pytestmark = pytest.mark.speech
pytest.importorskip("whisper", exc_type=ImportError)
pytest.importorskip("faster_whisper", exc_type=ImportError)

from transcribe.ct2_convert import convert  # noqa: E402
from transcribe.faster_engine import FasterEngine, load_faster  # noqa: E402
from transcribe.whisper_engine import WhisperEngine, load_whisper, tokenizer_of  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "voice-ct2"
    convert("demo-voice", made)
    return made


@pytest.fixture(scope="module")
def exact(folder: Path) -> FasterEngine:
    """The same numbers as openai-whisper's on a processor."""
    return load_faster(str(folder), threads=1, device="cpu", compute_type="float32", batch=3)


def certain(voice: WhisperEngine, piece: NDArray[np.float32], *, language: str) -> bool:
    """Whether the first text is good enough, so that chance, which each library has its own of, stays out of it."""
    (decoded,) = voice.decode(voice.encode([piece]), language=language, prompt="", temperature=0.0)
    return decoded.sound


@pytest.mark.parametrize(("clip", "language"), [("parties-en.ogg", "en"), ("parties-nl.ogg", "nl")])
def test_the_same_weights_give_the_same_words_and_times(exact: FasterEngine, clip: str, language: str) -> None:
    voice = load_whisper("demo-voice", threads=1)
    pieces = [piece for piece in demo_windows(clip) if certain(voice, piece, language=language)]
    assert len(pieces) >= 10
    expected = [voice.recognise(piece, language=language) for piece in pieces]
    # The libraries add up in another order: should that ever decide, a word moves by one step of the encoder, 20 ms.
    assert_same([exact.recognise(piece, language=language) for piece in pieces], expected, step_ms=20, chance=1e-3)
    together = exact.recognise_many(pieces, language=language, report_window=lambda _done: None)
    assert_same(together, expected, step_ms=20, chance=1e-3)


@pytest.mark.parametrize(("clip", "language"), [("parties-en.ogg", "en"), ("parties-nl.ogg", "nl")])
def test_in_eight_bits_it_still_hears_the_same_words(folder: Path, clip: str, language: str) -> None:
    coarse, voice = load_faster(str(folder), threads=1, device="cpu"), load_whisper("demo-voice", threads=1)
    pieces = demo_windows(clip)[-2:]
    expected = [voice.recognise(piece, language=language) for piece in pieces]
    found = [coarse.recognise(piece, language=language) for piece in pieces]
    assert_same(found, expected, step_ms=100, chance=0.3)


def test_a_prompt_changes_nothing_in_one_engine_only(exact: FasterEngine) -> None:
    voice = load_whisper("demo-voice", threads=1)
    for piece in demo_windows("parties-nl.ogg")[:2]:
        expected = voice.recognise(piece, language="nl", prompt="Northwind Energy")
        found = exact.recognise(piece, language="nl", prompt="Northwind Energy")
        assert_same([found], [expected], step_ms=20, chance=1e-3)


def test_both_engines_agree_on_the_language(exact: FasterEngine) -> None:
    voice, piece = load_whisper("demo-voice", threads=1), demo_windows("parties-nl.ogg")[-1]
    found, expected = (engine.detect_language(piece, among=("nl", "en")) for engine in (exact, voice))
    assert found == pytest.approx(expected, abs=1e-3)
    assert found["nl"] > 0.9
    assert exact.detect_language(piece, among=("en",))["nl"] > 0.9


def test_the_engine_tells_its_name_and_that_of_its_folder(exact: FasterEngine) -> None:
    assert (exact.engine, exact.model, exact.checked) == ("faster-whisper", "voice-ct2", True)


def test_the_converted_tokenizer_cuts_text_as_whispers_own(exact: FasterEngine) -> None:
    own = tokenizer_of(load_whisper("demo-voice").network, language="nl")
    made = exact._tokenizer("nl")
    for text in ("Goedemorgen, met wie spreek ik?", " It's 12,50 – ünïcode  x", "日本語 😀\n\n", " don't WE'LL"):
        assert made.encode(text) == own.encode(text)
        assert made.decode(own.encode(text)) == text
    for name in ("sot", "eot", "sot_prev", "sot_lm", "no_speech", "no_timestamps", "timestamp_begin", "transcribe"):
        assert getattr(made, name) == getattr(own, name)
    assert tuple(made.sot_sequence) == (own.sot, own.to_language_token("nl"), own.transcribe)
    assert set(made.non_speech_tokens) == set(own.non_speech_tokens)


def test_a_model_is_found_by_its_name_in_the_folder_of_models(folder: Path) -> None:
    assert load_faster("voice-ct2", folder=folder.parent, device="cpu").model == "voice-ct2"


def spoilt(whole: Path, place: Path, what: str) -> Path:
    """A copy of a converted model in which something is wrong."""
    if what == "missing":
        return place / "none"
    if what == "file":
        (place / "model.pt").write_bytes(b"x")
        return place / "model.pt"
    copy = place / "copy"
    shutil.copytree(whole, copy)
    content = (whole / "model.bin").read_bytes()
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    changes: dict[str, tuple[str, bytes | None]] = {
        "no weights": ("model.bin", None),
        "no tokenizer": ("tokenizer.json", None),
        "partial": ("model.bin", content[: len(content) // 2]),
        "empty": ("model.bin", b""),
        "pointer": ("model.bin", pointer),
        "other kind": ("model.bin", content.replace(b"WhisperSpec", b"TransfoSpec", 1)),
        "settings": ("config.json", b"{"),
        "words": ("tokenizer.json", b"{}"),
    }
    name, changed = changes[what]
    (copy / name).unlink()
    if changed is not None:
        (copy / name).write_bytes(changed)
    return copy


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("missing", "the folder {path} does not exist"),
        ("file", "The model {path} is a file."),
        ("no weights", "{path} is no complete CTranslate2 model: model.bin is missing"),
        ("no tokenizer", "{path} is no complete CTranslate2 model: tokenizer.json is missing"),
        ("partial", "The CTranslate2 model in {path} is damaged or incomplete"),
        ("empty", "The CTranslate2 model in {path} is damaged or incomplete"),
        ("pointer", "The file {path}/model.bin is only a git-lfs pointer"),
        ("other kind", "The folder {path} holds a CTranslate2 model that is no Whisper model."),
        ("settings", "The CTranslate2 model in {path} is damaged or incomplete (config.json)"),
        ("words", "The CTranslate2 model in {path} is damaged or incomplete"),
    ],
)
def test_a_folder_that_does_not_load_is_refused_in_words(
    folder: Path, tmp_path: Path, what: str, sentence: str
) -> None:
    path = spoilt(folder, tmp_path, what)
    with pytest.raises(ModelError) as refused:
        load_faster(str(path), device="cpu")
    assert sentence.format(path=path) in str(refused.value)


def test_without_the_package_the_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faster_whisper", None)
    with pytest.raises(ModelError, match="needs the package faster_whisper, which is not installed"):
        load_faster(str(folder))


def test_a_model_is_never_written_over_another(folder: Path) -> None:
    with pytest.raises(ModelError, match="already there and not empty"):
        convert("demo-voice", folder)


def test_what_cannot_be_converted_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist"):
        convert(str(tmp_path / "none.pt"), tmp_path / "made")
    assert list(tmp_path.iterdir()) == []
