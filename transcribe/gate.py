"""Cross-talk between the channels of a call: how much leaks, and a gate that keeps the louder side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import N_, Sentence

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


@dataclass(frozen=True, slots=True, eq=False)
class Gated:
    """A stereo recording after the gate; ``leak_db`` is the stronger of both leaks."""

    samples: NDArray[np.float32]
    leak_db: float
    warnings: tuple[Sentence, ...] = ()


def gate(samples: NDArray[np.float32], *, sample_rate: int) -> Gated:
    """Mute each of two channels while the other dominates, when the one leaks into the other.

    Levels are measured over 100 ms every 20 ms; the margin is 6 dB.
    """
    leak = leak_db(samples, sample_rate=sample_rate)
    if leak < HEARD_DB:
        return Gated(samples, leak)
    open_ = dominance(samples, sample_rate=sample_rate)
    warnings: tuple[Sentence, ...] = ()
    if leak > UNSAFE_DB:
        text = N_(
            "The channels of this recording leak into each other ({leak} dB): "
            "words may stand with the wrong party. Check the telephone system's recording settings."
        )
        warnings = (Sentence(text, {"leak": round(leak)}),)
    return Gated(np.where(open_, samples, np.float32(0.0)), leak, warnings)


def dominance(samples: NDArray[np.float32], *, sample_rate: int) -> NDArray[np.bool_]:
    """Return for every sample of both channels whether it is kept."""
    hop = round(HOP_S * sample_rate)
    levels = np.stack([levels_db(channel, sample_rate=sample_rate) for channel in samples])
    kept = levels[::-1] - levels <= DOMINANCE_DB
    return np.repeat(kept, hop, axis=1)[:, : samples.shape[1]]


def levels_db(channel: NDArray[np.float32], *, sample_rate: int) -> NDArray[np.float64]:
    """Level around every hop of 20 ms, over 100 ms, in dB of full scale; as many hops as cover the channel."""
    hop = round(HOP_S * sample_rate)
    count = -(-len(channel) // hop)
    power = np.zeros(count * hop)
    power[: len(channel)] = np.square(channel, dtype=np.float64)
    hops = power.reshape(count, hop).mean(axis=1)
    width = round(WINDOW_S / HOP_S)
    padded = np.pad(hops, width // 2)
    around = np.convolve(padded, np.ones(width) / width, mode="valid")
    return np.asarray(10 * np.log10(around[:count] + 1e-9))


def leak_db(samples: NDArray[np.float32], *, sample_rate: int) -> float:
    """Estimate how strongly one channel is heard in the other, in dB; the stronger direction counts, -120 is none.

    The leak is the peak of the cross-correlation within half a second, over the energy of the channel it comes from:
    the gain of a delayed copy, as least squares gives it. People who merely answer each other give no clear peak.
    """
    step = max(1, sample_rate // 8000)
    one, two = (np.asarray(channel[::step], np.float32) for channel in samples)
    energies = float(np.dot(one, one)), float(np.dot(two, two))
    late = min(len(one), round(LATEST_S * sample_rate / step))
    if min(energies) <= 0.0 or not late:
        return NO_LEAK_DB
    size = 1 << (2 * len(one) - 1).bit_length()
    found = np.abs(np.fft.irfft(np.fft.rfft(two, size) * np.conj(np.fft.rfft(one, size)), size))
    into_two, into_one = found[:late], np.concatenate([found[:1], found[-late + 1 :]])
    gains = [
        float(lags.max()) / energy
        for lags, energy in zip((into_two, into_one), energies, strict=True)
        if lags.max() > CLEAR_PEAK * np.median(lags)
    ]
    return max([20 * float(np.log10(gain)) for gain in gains if gain > 0.0], default=NO_LEAK_DB)
