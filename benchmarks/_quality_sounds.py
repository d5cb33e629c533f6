"""Ten minutes in which nobody speaks: hold music, noise, tones and silence, as a telephone line carries them."""

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter, resample_poly

from benchmarks.demo_voice import telephone
from transcribe.audio import SPEECH_RATE

Samples = npt.NDArray[np.float32]

#: Seconds of each piece; twelve of them make ten minutes.
PIECE_SECONDS = 50
_SCALE = (220.0, 247.0, 262.0, 294.0, 330.0, 349.0, 392.0, 440.0, 494.0, 523.0)
_CHORDS = ((220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (261.6, 329.6, 392.0), (196.0, 246.9, 293.7))


def non_speech() -> dict[str, Samples]:
    """Twelve pieces of fifty seconds at 16 kHz, by name."""
    dice = np.random.default_rng(7)
    pieces = {
        "chords": _chords(),
        "melody": _melody(dice),
        "swinging": _melody(dice, vibrato=6.0),
        "drums": _drums(dice),
        "white noise": _hiss(dice, gain=0.05, colour=0.0),
        "room": _hiss(dice, gain=0.02, colour=0.9),
        "hum": _hiss(dice, gain=0.003, colour=0.0) + 0.05 * _sine(350.0),
        "babbling noise": _hiss(dice, gain=0.08, colour=0.7) * _swell(dice),
        "silence": np.zeros(PIECE_SECONDS * telephone.RATE),
        "almost silence": _hiss(dice, gain=0.0005, colour=0.0),
        "ring-back": 0.2 * _sine(425.0) * _on_and_off(1.0, 4.0),
        "keys": 0.15 * (_sine(770.0) + _sine(1336.0)) * _on_and_off(0.15, 0.35),
    }
    return {name: _on_the_line(piece) for name, piece in pieces.items()}


def _on_the_line(piece: npt.NDArray[np.float64]) -> Samples:
    narrow = telephone.companded(telephone.narrow(piece.astype(np.float32), rate=telephone.RATE))
    return np.asarray(resample_poly(narrow, SPEECH_RATE // telephone.RATE, 1), np.float32)


def _time() -> npt.NDArray[np.float64]:
    return np.arange(PIECE_SECONDS * telephone.RATE) / telephone.RATE


def _sine(hertz: float) -> npt.NDArray[np.float64]:
    return np.sin(2 * np.pi * hertz * _time())


def _on_and_off(on: float, off: float) -> npt.NDArray[np.float64]:
    return (_time() % (on + off) < on).astype(np.float64)


def _chords() -> npt.NDArray[np.float64]:
    bar = (_time() / 2).astype(int) % len(_CHORDS)
    music = np.zeros_like(_time())
    for number, chord in enumerate(_CHORDS):
        for hertz in chord:
            music += (bar == number) * (_sine(hertz) + 0.5 * _sine(2 * hertz) + 0.25 * _sine(4 * hertz))
    return 0.04 * music


def _melody(dice: np.random.Generator, *, vibrato: float = 0.0) -> npt.NDArray[np.float64]:
    """Notes of a third of a second with overtones that die away; ``vibrato`` in Hz of wavering."""
    length = telephone.RATE // 3
    music = np.zeros(PIECE_SECONDS * telephone.RATE)
    time = np.arange(length) / telephone.RATE
    for first in range(0, len(music) - length, length):
        hertz = float(dice.choice(_SCALE))
        phase = 2 * np.pi * hertz * time + (0.5 * np.sin(2 * np.pi * vibrato * time) if vibrato else 0.0)
        note = sum(np.sin(part * phase) / part for part in (1, 2, 3, 5))
        music[first : first + length] += np.exp(-3 * time) * note
    return 0.1 * music


def _drums(dice: np.random.Generator) -> npt.NDArray[np.float64]:
    beat = np.exp(-((_time() * 2) % 1.0) * 12)
    return 0.15 * beat * dice.standard_normal(len(beat)) + 0.3 * _chords()


def _hiss(dice: np.random.Generator, *, gain: float, colour: float) -> npt.NDArray[np.float64]:
    """Noise; ``colour`` from 0, white, towards 1, low."""
    noise = dice.standard_normal(PIECE_SECONDS * telephone.RATE)
    if colour:
        noise = lfilter([1.0], [1.0, -colour], noise) * (1 - colour**2) ** 0.5
    return gain * np.asarray(noise)


def _swell(dice: np.random.Generator) -> npt.NDArray[np.float64]:
    """Loudness that changes five times a second, as that of syllables does."""
    steps = dice.random(PIECE_SECONDS * 5) ** 2
    return np.repeat(steps, telephone.RATE // 5)
