"""Kaldi's logarithmic mel filter bank, which speaker networks were trained on, without torch."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
MEL_BINS = 80
#: Frames of 25 ms every 10 ms, filled with zeros to a power of two.
FRAME_SAMPLES, HOP_SAMPLES, FFT_SAMPLES = 400, 160, 512
LOWEST_HZ = 20.0
PREEMPHASIS = 0.97
#: Networks of the Kaldi family expect samples of 16-bit size.
FULL_SCALE = 32_768.0
SMALLEST = float(np.finfo(np.float32).eps)


def filterbank(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (frames, 80) of mono 16 kHz ``samples``, each bin's mean over the frames taken off.

    Mean taken off each frame, pre-emphasis 0.97, Hamming window, power spectrum, 80 triangles from 20 Hz to 8 kHz on
    the mel scale 1127 ln(1 + f / 700), natural logarithm. Shorter samples than a frame are filled with silence.
    """
    enough = np.pad(samples, (0, max(0, FRAME_SAMPLES - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(enough * FULL_SCALE, FRAME_SAMPLES)[::HOP_SAMPLES]
    centred = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([centred[:, :1], centred[:, :-1]], axis=1)
    shaped = (centred - PREEMPHASIS * before) * np.hamming(FRAME_SAMPLES)
    power = np.square(np.abs(np.fft.rfft(shaped, FFT_SAMPLES)))
    features = np.log(np.maximum(power @ _triangles().T, SMALLEST))
    return np.asarray(features - features.mean(axis=0), dtype=np.float32)


@cache
def _triangles() -> NDArray[np.float64]:
    """The weight of every frequency of the spectrum in every bin: (80, 257)."""
    low, high = _mel(np.array([LOWEST_HZ, SAMPLE_RATE / 2]))
    edges = np.linspace(low, high, MEL_BINS + 2)[:, None]
    frequencies = _mel(np.arange(FFT_SAMPLES // 2 + 1) * SAMPLE_RATE / FFT_SAMPLES)
    rising = (frequencies - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + hertz / 700.0))
