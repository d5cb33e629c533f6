"""Two voices made of numbers, for tests that tell speakers apart: no words, but a pitch and a timbre each."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfiltfilt

from transcribe.types import SpeakerSpan

RATE = 16_000


def voice(seconds: float, *, pitch_hz: float, formants_hz: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """A buzz of pulses through resonances, syllable by syllable: no words, but a pitch and a timbre."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = pitch_hz * (1 + 0.08 * np.sin(2 * np.pi * 0.7 * time + rng.uniform(0, 6)))
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0)
    sound = pulses + 0.01 * rng.standard_normal(len(time))
    for formant_hz in formants_hz:
        radius, angle = np.exp(-np.pi * 90 / RATE), 2 * np.pi * formant_hz / RATE
        sound = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], sound)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    shaped = sound * syllables
    return np.asarray(0.3 * shaped / np.abs(shaped).max(), dtype=np.float32)


def call() -> tuple[NDArray[np.float32], list[SpeakerSpan]]:
    """Forty seconds of a low and a high voice in turn, in the band of a telephone, with a little noise."""
    samples = np.zeros(41 * RATE, np.float32)
    spans: list[SpeakerSpan] = []
    for number in range(10):
        start = (number * 4 + 1) * RATE
        low = number % 2 == 0
        said = voice(
            3.2,
            pitch_hz=95 if low else 210,
            formants_hz=(500, 1_200, 2_300) if low else (750, 1_900, 3_000),
            seed=number,
        )
        samples[start : start + len(said)] += said
        spans.append(SpeakerSpan(start * 1000 // RATE, (start + len(said)) * 1000 // RATE, "low" if low else "high"))
    return telephone(samples), spans


def telephone(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """A little noise, and the band of a telephone."""
    noisy = samples + 0.001 * np.random.default_rng(99).standard_normal(len(samples)).astype(np.float32)
    band = sosfiltfilt(butter(4, [300, 3_400], "bandpass", fs=RATE, output="sos"), noisy)
    return np.asarray(band, dtype=np.float32)
