"""Cross-talk between the channels of a call: how much leaks, and a gate that keeps the louder side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import N_, Sentence
from transcribe.samples import BLOCK, Channel, Channels, GatedChannel, blocks

HOP_S = 0.02
WINDOW_S = 0.10
#: A channel is muted where the other is louder by more than this.
DOMINANCE_DB = 6.0
#: A leak under this is never heard as speech: the gate stays open, so that people who talk at once both stay.
HEARD_DB = -45.0
#: A leak over this cannot be told from a quiet speaker.
UNSAFE_DB = -12.0
#: Echoes later than this are not looked for.
LATEST_S = 0.5
#: A copy shows as one peak; without any, the correlation at all delays is of much the same size.
CLEAR_PEAK = 12.0
NO_LEAK_DB = -120.0
#: Samples that are correlated at once.
CORRELATED = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class Gated:
    """A stereo recording after the gate; ``leak_db`` is the stronger of both leaks."""

    samples: Sequence[Channel]
    leak_db: float
    warnings: tuple[Sentence, ...] = ()

    @property
    def leaks(self) -> bool:
        """Whether one channel can be heard in the other."""
        return self.leak_db >= HEARD_DB


def gate(samples: Channels, *, sample_rate: int) -> Gated:
    """Mute each of two channels while the other dominates, when the one leaks into the other.

    Levels are measured over 100 ms every 20 ms; the margin is 6 dB.
    """
    leak = leak_db(samples, sample_rate=sample_rate)
    if leak < HEARD_DB:
        return Gated(list(samples), leak)
    kept = dominance(samples, sample_rate=sample_rate)
    warnings: tuple[Sentence, ...] = ()
    if leak > UNSAFE_DB:
        text = N_(
            "The channels of this recording leak into each other ({leak} dB): "
            "words may stand with the wrong party. Check the telephone system's recording settings."
        )
        warnings = (Sentence(text, {"leak": round(leak)}),)
    hop = round(HOP_S * sample_rate)
    return Gated(
        [GatedChannel(channel, open_, hop=hop) for channel, open_ in zip(samples, kept, strict=True)], leak, warnings
    )


def dominance(samples: Channels, *, sample_rate: int) -> NDArray[np.bool_]:
    """Return for every hop of both channels whether it is kept, of shape (2, hops)."""
    levels = np.stack([levels_db(channel, sample_rate=sample_rate) for channel in samples])
    return np.asarray(levels[::-1] - levels <= DOMINANCE_DB)


def levels_db(channel: Channel, *, sample_rate: int) -> NDArray[np.float64]:
    """Level around every hop of 20 ms, over 100 ms, in dB of full scale; as many hops as cover the channel."""
    hop = round(HOP_S * sample_rate)
    parts = [np.zeros(0)]
    for block in blocks(channel, size=BLOCK // hop * hop):
        power = np.zeros(-(-len(block) // hop) * hop)
        power[: len(block)] = np.square(block, dtype=np.float64)
        parts.append(power.reshape(-1, hop).mean(axis=1))
    hops = np.concatenate(parts)
    width = round(WINDOW_S / HOP_S)
    padded = np.pad(hops, width // 2)
    around = np.convolve(padded, np.ones(width) / width, mode="valid")
    return np.asarray(10 * np.log10(around[: len(hops)] + 1e-9))


def leak_db(samples: Channels, *, sample_rate: int) -> float:
    """Estimate how strongly one channel is heard in the other, in dB; the stronger direction counts, -120 is none.

    The leak is the peak of the cross-correlation within half a second, over the energy of the channel it comes from:
    the gain of a delayed copy, as least squares gives it. People who merely answer each other give no clear peak.
    """
    step = max(1, sample_rate // 8000)
    one, two = samples
    late = min(-(-len(one) // step), round(LATEST_S * sample_rate / step))
    found = []
    for source, copy in ((one, two), (two, one)):
        energy = sum(float(np.dot(block[::step], block[::step])) for block in blocks(source, size=BLOCK // step * step))
        if energy <= 0.0 or not late:
            return NO_LEAK_DB
        found.append((_correlation(source, copy, late=late, step=step), energy))
    return stronger_db(found)


def stronger_db(found: Sequence[tuple[NDArray[np.float64], float]]) -> float:
    """The stronger leak of both directions, from the correlation at every delay and the energy of its source."""
    gains = []
    for correlation, energy in found:
        lags = np.abs(correlation)
        if energy > 0.0 and lags.max() > CLEAR_PEAK * np.median(lags) and lags.max() > 0.0:
            gains.append(float(lags.max()) / energy)
    return max((20 * float(np.log10(gain)) for gain in gains), default=NO_LEAK_DB)


def _correlation(source: Channel, copy: Channel, *, late: int, step: int) -> NDArray[np.float64]:
    """Correlate every ``step``-th sample of ``source`` with those of ``copy`` that follow within ``late`` of them."""
    length = -(-len(source) // step)
    found = np.zeros(late)
    for start in range(0, length, CORRELATED):
        end = min(start + CORRELATED, length)
        here = np.asarray(source[start * step : end * step], np.float64)[::step]
        after = np.asarray(copy[start * step : (end + late - 1) * step], np.float64)[::step]
        found += correlated(here, after, late=late)
    return found


def correlated(here: NDArray[np.float64], after: NDArray[np.float64], *, late: int) -> NDArray[np.float64]:
    """Correlate ``here`` with ``after``, which begins at the same moment, at delays under ``late``."""
    size = 1 << (len(here) + late - 1).bit_length()
    return np.asarray(np.fft.irfft(np.fft.rfft(after, size) * np.conj(np.fft.rfft(here, size)), size)[:late])
