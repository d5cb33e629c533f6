"""Where models run: what is asked for and cannot be had, and the arithmetic of a GPU, tried on the processor."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from transcribe.audio import SPEECH_RATE, decode
from transcribe.devices import CPU, CUDA, NO_GPU, UNKNOWN, ct2_device, torch_device
from transcribe.engines import Choice, check_choice
from transcribe.errors import ModelError
from transcribe.whisper_engine import WhisperEngine, load_whisper

CLIPS = Path(__file__).parent / "clips"


@pytest.mark.parametrize("chosen", [torch_device, ct2_device])
def test_without_a_gpu_auto_is_the_processor(chosen: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    assert chosen("auto") == chosen(CPU) == CPU
    with pytest.raises(ModelError) as caught:
        chosen(CUDA)
    assert caught.value.msgid == NO_GPU


@pytest.mark.parametrize("chosen", [torch_device, ct2_device])
def test_with_a_gpu_auto_takes_it(chosen: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    assert chosen("auto") == chosen(CUDA) == CUDA
    assert chosen(CPU) == CPU


def test_an_unknown_device_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(ModelError) as caught:
        check_choice(Choice("openai-whisper", "demo-voice", device="gpu"))
    assert caught.value.msgid == UNKNOWN
    assert caught.value.params["name"] == "gpu"


def test_half_precision_runs_through_the_whole_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = decode(CLIPS / "parties-en.ogg").samples[0]
    pieces = [sound[: 12 * SPEECH_RATE], sound[12 * SPEECH_RATE : 24 * SPEECH_RATE]]

    def heard(engine: WhisperEngine) -> tuple[str, list[list[tuple[str, int]]]]:
        likely = engine.detect_language(pieces[0], among=["en", "nl"])
        words = engine.recognise_many(pieces, language="en", report_window=lambda _done: None)
        return max(likely, key=lambda name: likely[name]), [
            [(word.text, word.start_ms) for word in piece] for piece in words
        ]

    engine = load_whisper("demo-voice", threads=1)
    whole = heard(engine)
    monkeypatch.setattr(WhisperEngine, "_dtype", torch.float16)
    half = heard(load_whisper("demo-voice", threads=1))
    assert half[0] == whole[0] == "en"
    assert sum(len(piece) for piece in half[1]) > 10
    assert [[text for text, _ in piece] for piece in half[1]] == [[text for text, _ in piece] for piece in whole[1]]
    gaps = [abs(one - two) for mine, own in zip(half[1], whole[1], strict=True)
            for (_, one), (_, two) in zip(mine, own, strict=True)]  # fmt: skip
    assert max(gaps) <= 100
