"""Speakers by an ONNX embedding: a small network of the test's own, run by the real onnxruntime."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tiny_speakers.make import discriminant
from benchmarks.tiny_speakers.measure import annotation
from tests.transcribe.onnx_bytes import statistics, write_embedding
from tests.transcribe.voices import RATE, call, telephone, voice
from transcribe.clustering import COMPARED, grouped
from transcribe.errors import CancelledError, ModelError
from transcribe.filterbank import MEL_BINS, filterbank
from transcribe.models_table import ModelKind, present
from transcribe.onnx_speakers import EMBEDDING_FILE, OnnxDiariser, cut_up
from transcribe.pyannote_engine import COMMUNITY_MODEL
from transcribe.speakers import choose_diariser
from transcribe.types import Progress, Span, SpeakerSpan

HIDDEN, DIMENSIONS, VOICES = 256, 12, 40


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose projection was fitted in closed form on forty made-up voices, none of them a test's."""
    dice = np.random.default_rng(5)
    mixing = (dice.standard_normal((MEL_BINS, HIDDEN)) / np.sqrt(MEL_BINS)).astype(np.float32)
    kept, speakers = [], []
    for number in range(VOICES):
        low = number % 2 == 0
        formants = (500, 1_200, 2_300) if low else (750, 1_900, 3_000)
        said = voice(
            8,
            pitch_hz=dice.uniform(80, 130) if low else dice.uniform(170, 250),
            formants_hz=tuple(round(formant * dice.uniform(0.85, 1.15)) for formant in formants),
            seed=1_000 + number,
        )
        heard = telephone(said)
        for start in dice.integers(0, len(heard) - 24_000, 10):
            kept.append(statistics(filterbank(heard[start : start + 24_000]), mixing=mixing)[:-1])
            speakers.append(number)
    seen = np.array(kept)
    directions = discriminant(seen, speakers=np.array(speakers), dimensions=DIMENSIONS)
    projection = np.concatenate([directions, (-seen.mean(0) @ directions)[None]]).astype(np.float32)
    folder = tmp_path_factory.mktemp("models")
    return write_embedding(folder / EMBEDDING_FILE, mixing=mixing, projection=projection)


def error_rate(truth: list[SpeakerSpan], found: list[SpeakerSpan]) -> float:
    """Diarisation error without any collar."""
    from pyannote.core import Segment, Timeline  # noqa: PLC0415 - slow to import
    from pyannote.metrics.diarization import DiarizationErrorRate  # noqa: PLC0415

    whole = Timeline([Segment(0, truth[-1].end_ms / 1000)])
    return float(DiarizationErrorRate()(annotation(truth), annotation(found), uem=whole))


def test_two_clearly_different_voices_are_told_apart(embedding: Path) -> None:
    samples, truth = call()

    found = OnnxDiariser(embedding).diarise(samples, speech=[Span(span.start_ms, span.end_ms) for span in truth])

    assert error_rate(truth, found) <= 0.05


def test_a_change_of_voice_inside_one_stretch_of_speech_is_found(embedding: Path) -> None:
    samples, spaced = call()
    said = np.concatenate([samples[span.start_ms * 16 : span.end_ms * 16] for span in spaced])
    truth = [SpeakerSpan(3_200 * number, 3_200 * (number + 1), span.speaker) for number, span in enumerate(spaced)]

    found = OnnxDiariser(embedding).diarise(said, speech=[Span(0, 32_000)])

    # Every turn is found; where it begins is known to about half a stretch.
    assert error_rate(truth, found) <= 0.20
    assert len(found) == len(truth)
    assert len({span.speaker for span in found}) == 2


def test_one_voice_stays_one_speaker(embedding: Path) -> None:
    said = telephone(voice(20, pitch_hz=120, formants_hz=(500, 1_200, 2_300), seed=3))

    assert OnnxDiariser(embedding).diarise(said) == [SpeakerSpan(0, 20_000, "SPEAKER_00")]


def test_no_speech_has_no_speakers_and_progress_can_stop_the_work(embedding: Path) -> None:
    diariser = OnnxDiariser(embedding)
    steps: list[Progress] = []

    def stop(progress: Progress) -> None:
        raise CancelledError("Stopped.")

    assert diariser.diarise(np.zeros(RATE, np.float32), speech=[]) == []
    assert diariser.diarise(np.zeros(0, np.float32)) == []
    diariser.diarise(np.zeros(4 * RATE, np.float32), report=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (100, 100)
    with pytest.raises(CancelledError):
        diariser.diarise(np.zeros(4 * RATE, np.float32), report=stop)


spans = st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 9_000)), max_size=6).map(
    lambda pairs: [
        Span(start, start + length)
        for number, (gap, length) in enumerate(pairs)
        for start in [sum(sum(pair) for pair in pairs[:number]) + gap]
    ]
)


@given(spans)
def test_stretches_cover_the_speech_once_and_lie_in_the_recording(speech: list[Span]) -> None:
    length_ms = speech[-1].end_ms if speech else 0

    found = cut_up(speech, length_ms=length_ms)

    assert sum(item.own.end_ms - item.own.start_ms for item in found) == sum(
        span.end_ms - span.start_ms for span in speech
    )
    assert all(first.own.end_ms <= second.own.start_ms for first, second in pairwise(found))
    for item in found:
        assert any(span.start_ms <= item.own.start_ms and item.own.end_ms <= span.end_ms for span in speech)
        assert 0 <= item.heard.start_ms <= item.own.start_ms < item.own.end_ms <= item.heard.end_ms <= length_ms


def test_groups_are_numbered_as_they_come_and_never_more_than_allowed() -> None:
    corners = np.array([(0, 0, 1), (1, 0, 0), (0.3, 1, 0)], np.float32)[[0, 0, 1, 2, 0]]

    assert grouped(corners, distance=0.5, max_groups=3).tolist() == [0, 0, 1, 2, 0]
    assert grouped(corners, distance=0.5, max_groups=2).tolist() == [0, 0, 1, 1, 0]
    assert grouped(corners, distance=1.5, max_groups=3).tolist() == [0] * 5
    assert grouped(corners[:1], distance=0.5, max_groups=2).tolist() == [0]
    assert grouped(corners[:0], distance=0.5, max_groups=2).tolist() == []


def test_more_stretches_than_can_be_compared_are_grouped_all_the_same() -> None:
    many = np.eye(2, dtype=np.float32)[np.arange(2 * COMPARED + 7) // 100 % 2]

    labels = grouped(many, distance=0.5, max_groups=2)

    assert np.array_equal(labels, np.arange(len(many)) // 100 % 2)


@pytest.mark.speech
def test_the_filter_bank_is_kaldis() -> None:
    from transcribe.torchaudio_shim import ensure_torchaudio  # noqa: PLC0415

    ensure_torchaudio()
    import torch  # noqa: PLC0415
    from torchaudio.compliance.kaldi import fbank  # noqa: PLC0415

    samples, _ = call()
    kaldi = fbank(
        torch.from_numpy(samples[None] * 32_768), num_mel_bins=80, sample_frequency=16_000, window_type="hamming",
        dither=0.0,
    ).numpy()  # fmt: skip

    assert np.abs(filterbank(samples) - (kaldi - kaldi.mean(axis=0))).max() < 0.01
    assert filterbank(np.zeros(10, np.float32)).shape == (1, 80)


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_pointer(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\n", encoding="ascii")


def write_other(path: Path) -> None:
    write_embedding(path, mixing=np.zeros((40, 4), np.float32), projection=np.zeros((45, 3), np.float32))


def leave_out(path: Path) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (write_nothing, "could not be read"),
        (write_pointer, "git-lfs pointer"),
        (write_other, "no speaker embedding"),
        (leave_out, "does not exist"),
    ],
)
def test_a_file_that_is_no_embedding_is_named(tmp_path: Path, write: object, told: str) -> None:
    path = tmp_path / "voices.onnx"
    assert callable(write)
    write(path)

    with pytest.raises(ModelError, match=told):
        OnnxDiariser(path)
    assert told in str(choose_diariser(str(path)).warnings[1])


def test_the_embedding_is_taken_where_it_is_asked_for(embedding: Path) -> None:
    for name in (str(embedding), EMBEDDING_FILE):
        choice = choose_diariser(name, models=embedding.parent)
        assert choice.diariser is not None
        assert (choice.diariser.name, choice.warnings) == ("onnx:speaker-embedding", ())


def test_the_embedding_steps_in_for_a_model_that_cannot_be_used(embedding: Path) -> None:
    choice = choose_diariser("./lost", models=embedding.parent)

    assert choice.diariser is not None
    assert choice.diariser.name == "onnx:speaker-embedding"
    assert EMBEDDING_FILE in str(choice.warnings[0])
    assert "does not exist" in str(choice.warnings[1])
    assert choose_diariser("none", models=embedding.parent).diariser is None


def test_the_list_of_models_shows_the_embedding(embedding: Path) -> None:
    def listed(speaker_model: str) -> list[tuple[str, bool, bool]]:
        facts = present(asr_model="demo-voice", speaker_model=speaker_model, models=embedding.parent, digests=False)
        return [
            (fact.name, fact.configured, fact.present)
            for fact in facts
            if fact.kind is ModelKind.DIARISATION and fact.name.startswith("speaker-embedding")
        ]

    assert listed(EMBEDDING_FILE) == [("speaker-embedding", True, True)]
    assert listed(COMMUNITY_MODEL) == [("speaker-embedding", False, True)]
