"""How the parties lie in the channels of a recording."""

import numpy as np
from numpy.typing import NDArray

from transcribe.samples import BLOCK, Channel, Channels, blocks
from transcribe.types import Layout

#: Two channels more alike than this are one signal written twice.
SAME_SIGNAL = 0.95
#: The loudest moments of a channel that nobody speaks on stay under this, in dB of full scale.
SILENT_DB = -55.0
#: Mean square of a channel that holds nothing but rounding.
NOTHING = 1e-14


def layout_of(samples: Channels) -> Layout:
    """Tell the layout of a decoded recording."""
    if len(samples) == 1:
        return Layout.MONO
    if len(samples) > 2:
        return Layout.MANY
    silent = [loudest_db(channel) < SILENT_DB for channel in samples]
    if any(silent) and not all(silent):
        return Layout.ONE_SILENT_CHANNEL
    if likeness(samples[0], samples[1]) > SAME_SIGNAL:
        return Layout.FAKE_STEREO
    return Layout.STEREO


def likeness(first: Channel, second: Channel) -> float:
    """Absolute correlation of two channels, 0 to 1; two silent channels are alike."""
    met = Likeness()
    for one, two in zip(blocks(first), blocks(second), strict=True):
        met.add(one, two)
    return met.value


class Likeness:
    """Absolute correlation of two channels, piece by piece."""

    def __init__(self) -> None:
        self._sums = np.zeros(5)
        self._count = 0

    def add(self, one: NDArray[np.float32], two: NDArray[np.float32]) -> None:
        """Take the next, equally long, piece of both channels."""
        wide, other = one.astype(np.float64), two.astype(np.float64)
        self._sums += [wide.sum(), other.sum(), np.dot(wide, wide), np.dot(other, other), np.dot(wide, other)]
        self._count += len(one)

    @property
    def value(self) -> float:
        """The likeness so far, 0 to 1."""
        sums, count = self._sums, max(1, self._count)
        one_energy, two_energy = sums[2] - sums[0] ** 2 / count, sums[3] - sums[1] ** 2 / count
        least = NOTHING * count
        if one_energy <= least or two_energy <= least:
            return 1.0 if one_energy <= least and two_energy <= least else 0.0
        return float(abs(sums[4] - sums[0] * sums[1] / count) / np.sqrt(one_energy * two_energy))


def loudest_db(channel: Channel, *, frame: int = 320) -> float:
    """Level that the loudest hundredth of the frames of ``frame`` samples reaches, in dB of full scale."""
    if len(channel) < frame:
        power = np.square(channel[0 : len(channel)]).mean(keepdims=True) if len(channel) else np.zeros(1)
    else:
        parts = []
        for block in blocks(channel, size=BLOCK // frame * frame):
            frames = block[: len(block) // frame * frame].reshape(-1, frame)
            parts.append(np.square(frames).mean(axis=1))
        power = np.concatenate(parts)
    return float(10 * np.log10(np.quantile(power, 0.99) + 1e-12))
