"""Peaks of a recording for the waveform on its page."""

import numpy as np
from numpy.typing import NDArray

#: The height of full scale.
FULL = 100


class PeakMeter:
    """Notes the peaks of sound that comes in blocks, ``per_second`` of them for each channel."""

    def __init__(self, channels: int, *, sample_rate: int, per_second: int = 10) -> None:
        self._rate, self._per_second = sample_rate, per_second
        self._heights: list[list[float]] = [[] for _channel in range(channels)]
        self._length = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next block, of shape (channels, length)."""
        if not block.shape[1]:
            return
        end = self._length + block.shape[1]
        first, last = self._peak_at(self._length), self._peak_at(end - 1)
        starts = np.arange(first, last + 1) * self._rate // self._per_second - self._length
        found = np.maximum.reduceat(np.abs(block), np.maximum(starts, 0), axis=1)
        for heights, new in zip(self._heights, found.tolist(), strict=True):
            if len(heights) > first:
                heights[first] = max(heights[first], new.pop(0))
            heights.extend(new)
        self._length = end

    def _peak_at(self, sample: int) -> int:
        return -(-(sample + 1) * self._per_second // self._rate) - 1

    def peaks(self) -> list[list[int]]:
        """Return the peaks of each channel so far, 0 to 100; the last may stand for less time than the others."""
        return [[round(min(height, 1.0) * FULL) for height in heights] for heights in self._heights]
