"""What sharing embedding frames saves, on models of community-1's true shapes with random weights.

The same pipeline diarises 30 seconds of one to three voices twice, as pyannote ships it and with its frames shared, on
one thread; segmentation and clustering are counted in both. pyannote takes 32 chunks and speakers at a time, as the
settings of community-1 say; with shared frames one chunk at a time is fastest, and part of what is saved. Figures: CPU-seconds of each, in all and of the embeddings
alone, their ratios, and the greatest difference between any two embeddings.
"""

import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.random_speakers import write_random_speakers
from transcribe.pyannote_engine import quiet
from transcribe.shared_frames import share_frames

RATE = 16_000
SECONDS = 30


def sound() -> NDArray[np.float32]:
    """Noise with the rhythm of syllables; what is said matters neither for the cost nor for the comparison."""
    dice = np.random.default_rng(7)
    loudness = np.repeat(dice.random(SECONDS * 5) ** 2, RATE // 5)
    return (0.2 * loudness * dice.standard_normal(len(loudness))).astype(np.float32)


def spoken(chunks: int, *, frames: int, speakers: int) -> NDArray[np.float32]:
    """Turns (chunks, frames, speakers) of a conversation: mostly one speaker at a time, sometimes two or none.

    A random segmentation network hears everybody or nobody all the time, which no recording does.
    """
    dice = np.random.default_rng(11)
    found = np.zeros((chunks, frames, speakers), np.float32)
    for chunk in found:
        edges = np.sort(dice.integers(0, frames, 6))
        for start, end in pairwise(edges.tolist()):
            for speaker in dice.choice(speakers, size=dice.choice([0, 1, 1, 1, 2]), replace=False):
                chunk[start:end, speaker] = 1.0
    return found


def measure(pipeline: Any, samples: NDArray[np.float32]) -> tuple[float, float, NDArray[np.float32]]:
    """CPU-seconds of the whole and of the embeddings, and the embeddings (chunks, speakers, dimension)."""
    import torch  # noqa: PLC0415

    embed, segment = pipeline.get_embeddings, pipeline.get_segmentations
    kept: dict[str, Any] = {}

    def embeddings(*given: object, **options: object) -> NDArray[np.float32]:
        begun = time.process_time()
        kept["embeddings"] = embed(*given, **options)
        kept["seconds"] = time.process_time() - begun
        found: NDArray[np.float32] = kept["embeddings"]
        return found

    def segmentations(*given: object, **options: object) -> object:
        found = segment(*given, **options)
        found.data = spoken(len(found.data), frames=found.data.shape[1], speakers=found.data.shape[2])
        return found

    pipeline.get_embeddings, pipeline.get_segmentations = embeddings, segmentations
    begun = time.process_time()
    with quiet():
        pipeline(
            {"waveform": torch.from_numpy(samples[None]), "sample_rate": RATE, "uri": "measured"},
            min_speakers=1,
            max_speakers=2,
        )
    whole = time.process_time() - begun
    return whole, kept["seconds"], kept["embeddings"]


def run() -> dict[str, float]:
    """Both ways, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        write_random_speakers(Path(folder))
        import torch  # noqa: PLC0415
        from pyannote.audio import Pipeline  # noqa: PLC0415

        torch.set_num_threads(1)
        with quiet():
            stock, shared = Pipeline.from_pretrained(folder), Pipeline.from_pretrained(folder)
        if not share_frames(shared):
            raise RuntimeError("The models of community-1's shapes do not share their frames.")
        samples = sound()
        stock_whole, stock_part, wanted = measure(stock, samples)
        shared_whole, shared_part, found = measure(shared, samples)
    return {
        "seconds_of_sound": SECONDS,
        "stock_cpu_s": round(stock_whole, 2),
        "shared_cpu_s": round(shared_whole, 2),
        "shared_over_stock": round(shared_whole / stock_whole, 3),
        "stock_embeddings_cpu_s": round(stock_part, 2),
        "shared_embeddings_cpu_s": round(shared_part, 2),
        "shared_over_stock_embeddings": round(shared_part / stock_part, 3),
        "greatest_difference": float(np.abs(wanted - found).max()),
        "embeddings_compared": float(wanted.shape[0] * wanted.shape[1]),
    }
