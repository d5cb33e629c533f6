"""pyannote with shared frames gives the stock pipeline's numbers, and only where its models allow it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.random_speakers import write_random_speakers
from benchmarks.speaker_cost import spoken
from tests.transcribe.voices import RATE, call
from transcribe.errors import CancelledError
from transcribe.pyannote_engine import PyannoteDiariser, SpeakerModel, load, quiet
from transcribe.shared_frames import SharedEmbeddings, share_frames, without_overlap
from transcribe.speakers import TINY_FOLDER
from transcribe.types import Progress

SECONDS = 13


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of community-1's shapes with random weights."""
    return write_random_speakers(tmp_path_factory.mktemp("community"))


def embeddings(pipeline: Any, *, exclude_overlap: bool, hook: object = None) -> Any:
    """What ``pipeline`` makes of thirteen seconds in which now one, now two and now nobody speaks."""
    import torch  # noqa: PLC0415
    from pyannote.core import SlidingWindow, SlidingWindowFeature  # noqa: PLC0415

    samples, _ = call()
    masks = spoken(4, frames=589, speakers=3)
    masks[1], masks[2, :, 1], masks[3, :20] = 0.0, 1.0, np.nan
    chunks = SlidingWindowFeature(masks, SlidingWindow(start=0.0, duration=10.0, step=1.0))
    file = {"waveform": torch.from_numpy(samples[None, : SECONDS * RATE].copy()), "sample_rate": RATE, "uri": "test"}
    with quiet():
        return pipeline.get_embeddings(file, chunks, exclude_overlap=exclude_overlap, hook=hook)


@pytest.mark.speech
@pytest.mark.slow
def test_every_embedding_equals_the_stock_one(folder: Path) -> None:
    stock, shared = load(SpeakerModel(folder=folder)), load(SpeakerModel(folder=folder))
    assert share_frames(shared)

    for exclude_overlap in (True, False):
        wanted = embeddings(stock, exclude_overlap=exclude_overlap)
        found = embeddings(shared, exclude_overlap=exclude_overlap)

        assert found.shape == wanted.shape == (4, 3, 256)
        assert np.abs(found - wanted).max() <= 1e-4
        assert np.abs(wanted[0, 0] - wanted[2, 1]).max() > 1e-3


@pytest.mark.speech
def test_the_diariser_shares_its_frames_tells_how_far_it_is_and_can_be_stopped(folder: Path) -> None:
    diariser = PyannoteDiariser(SpeakerModel(folder=folder), threads=1)
    assert isinstance(diariser._pipeline.get_embeddings, SharedEmbeddings)  # type: ignore[attr-defined]
    told: list[tuple[int, int]] = []

    def stop(progress: Progress) -> None:
        if progress.done > 40:
            raise CancelledError("Stopped.")

    embeddings(
        diariser._pipeline, exclude_overlap=False, hook=lambda *_, total, completed: told.append((completed, total))
    )

    assert told == [(1, 3), (2, 3), (3, 3)]
    samples, _ = call()
    with pytest.raises(CancelledError):
        diariser.diarise(samples[: 12 * RATE], report=stop)


@pytest.mark.speech
def test_another_architecture_is_left_as_it_is() -> None:
    tiny = load(SpeakerModel(folder=TINY_FOLDER))

    assert not share_frames(tiny)
    assert not share_frames(object())
    assert "get_embeddings" not in vars(tiny)


weights = arrays(np.float32, (2, 8, 3), elements=st.sampled_from([0.0, 1.0]))


@given(weights, st.integers(-1, 8))
def test_a_speaker_loses_the_overlap_or_nothing(speech: np.ndarray[Any, np.dtype[np.float32]], least: int) -> None:
    kept = without_overlap(speech, least_frames=least)

    for chunk in range(2):
        alone = speech[chunk] * (speech[chunk].sum(axis=1, keepdims=True) < 2)
        for speaker in range(3):
            wanted = alone if alone[:, speaker].sum() > least else speech[chunk]
            assert np.array_equal(kept[chunk, :, speaker], wanted[:, speaker])
