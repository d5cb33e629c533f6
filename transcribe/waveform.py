"""Peaks of a recording for the waveform on its page."""

import numpy as np
from numpy.typing import NDArray

#: The height of full scale.
FULL = 100


def peaks(samples: NDArray[np.float32], *, sample_rate: int, per_second: int = 10) -> list[list[int]]:
    """Return for each channel of ``samples`` its peaks, 0 to 100, ``per_second`` of them; the last may be shorter."""
    length = samples.shape[1]
    if not length:
        return [[] for _ in samples]
    count = max(1, -(-length * per_second // sample_rate))
    starts = np.minimum(np.arange(count) * sample_rate // per_second, length - 1)
    heights = np.maximum.reduceat(np.abs(samples), starts, axis=1)
    scaled = np.rint(np.minimum(heights, 1.0) * FULL).astype(int)
    return [[int(height) for height in channel] for channel in scaled]
