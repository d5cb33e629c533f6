"""Small recordings for tests that do not listen: a tone in each channel."""

import wave
from pathlib import Path

import numpy as np

RATE = 8000


def write_call(path: Path, *, hertz: float = 300.0, seconds: float = 2.0) -> Path:
    """Write a stereo telephone recording that differs by its pitch, and return its path."""
    at = np.arange(int(seconds * RATE)) / RATE
    left = np.sin(2 * np.pi * hertz * at)
    both = np.stack([left, np.roll(left, 17)], axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((both * 8000).astype("<i2").tobytes())
    return path
