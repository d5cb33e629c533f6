"""How the parties lie in the channels of a recording."""

import numpy as np
from numpy.typing import NDArray

from transcribe.types import Layout

#: Two channels more alike than this are one signal written twice.
SAME_SIGNAL = 0.95
#: The loudest moments of a channel that nobody speaks on stay under this, in dB of full scale.
SILENT_DB = -55.0


def layout_of(samples: NDArray[np.float32]) -> Layout:
    """Tell the layout of decoded ``samples`` of shape (channels, length)."""
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


def likeness(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Absolute correlation of two channels, 0 to 1; two silent channels are alike."""
    one, two = first - first.mean(), second - second.mean()
    energy = float(np.dot(one, one)) * float(np.dot(two, two))
    if energy <= 0.0:
        return 1.0 if not one.any() and not two.any() else 0.0
    return abs(float(np.dot(one, two))) / float(np.sqrt(energy))


def loudest_db(channel: NDArray[np.float32], *, frame: int = 320) -> float:
    """Level that the loudest hundredth of the frames of ``frame`` samples reaches, in dB of full scale."""
    whole = channel[: len(channel) // frame * frame].reshape(-1, frame) if len(channel) >= frame else channel[None]
    if not whole.size:
        return -120.0
    power = np.square(whole).mean(axis=1)
    return float(10 * np.log10(np.quantile(power, 0.99) + 1e-12))


def mixed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """One channel made of all, as loud as before."""
    return np.asarray(samples.mean(axis=0), dtype=np.float32)
