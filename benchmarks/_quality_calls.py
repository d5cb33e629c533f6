"""Two-party telephone calls for the quality of speech: sentences that the demo voice was never taught, with truth."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from benchmarks.demo_voice import telephone
from benchmarks.demo_voice.grammar import grammar, held_out
from benchmarks.demo_voice.synthesis import SAMPLE_RATE, speak
from benchmarks.demo_voice.training_data import voice_of_turn
from transcribe.audio import SPEECH_RATE, Audio
from transcribe.types import Role, Turn, Word

Samples = npt.NDArray[np.float32]

TURNS = 16
#: How late the other party's channel hears a voice, in seconds, and how far the line's hiss lies under speech.
LEAK_DELAY, NOISE_DB = 0.02, 35.0
#: Share of the turns that begin before the last one ends.
OVERLAP = 0.1


@dataclass(frozen=True, slots=True)
class QualityCall:
    """Both parties on channels of their own (2, time) at 8 kHz, before the line, and what they said."""

    channels: Samples
    turns: tuple[Turn, ...]
    seed: int


def make_call(language: str, *, seed: int) -> QualityCall:
    """A call of sixteen turns in one language, in voices drawn as for training; the same seed gives the same call."""
    rng = random.Random(f"quality {language} {seed}")
    voices = [voice_of_turn(language, rng=rng) for _party in range(2)]
    clock = rng.uniform(0.4, 1.2)
    placed: list[tuple[int, int, Samples]] = []
    turns: list[Turn] = []
    for number in range(TURNS):
        party = number % 2
        speech = speak(tuple(_sentences(language, rng=rng)), voice=voices[party])
        early = number > 0 and rng.random() < OVERLAP
        start = max(0.0, clock - rng.uniform(0.3, 0.8) if early else clock + rng.choice((0.2, 0.4, 0.8, 1.5)))
        samples = telephone.narrow(speech.samples, rate=SAMPLE_RATE)
        placed.append((party, int(start * telephone.RATE), samples))
        words = tuple(
            Word(word.text, round((word.start + start) * 1000), round((word.end + start) * 1000))
            for word in speech.words
        )
        role = (Role.AGENT, Role.CUSTOMER)[party]
        turns.append(Turn(role.value, role, words[0].start_ms, words[-1].end_ms, words))
        clock = words[-1].end_ms / 1000
    channels = np.zeros((2, int((clock + 0.8) * telephone.RATE)), np.float32)
    gains = [rng.uniform(0.07, 0.12) for _ in voices]
    for party, first, samples in placed:
        piece = samples[: channels.shape[1] - first]
        channels[party, first : first + len(piece)] += gains[party] / max(telephone.level(samples), 1e-6) * piece
    return QualityCall(channels, tuple(turns), seed)


def on_the_line(call: QualityCall, *, leak_db: float | None = None) -> Audio:
    """The call as it is recorded, at 16 kHz: ``leak_db`` (below zero) is how much softer the other party is heard."""
    channels = call.channels
    if leak_db is not None:
        late = np.roll(channels[::-1], int(LEAK_DELAY * telephone.RATE), axis=1)
        channels = channels + np.float32(10 ** (leak_db / 20)) * late
    generator = np.random.default_rng(call.seed)
    rows = [telephone.companded(telephone.noisy(row, under_db=NOISE_DB, generator=generator)) for row in channels]
    samples = resample_poly(np.stack(rows), SPEECH_RATE // telephone.RATE, 1, axis=1)
    return Audio(np.asarray(samples, np.float32), SPEECH_RATE, ())


def _sentences(language: str, *, rng: random.Random) -> list[str]:
    """One or two whole sentences that are held out of the demo voice's training."""
    found: list[str] = []
    count = rng.choice((1, 1, 2))
    while len(found) < count:
        text = grammar(language).sentence(rng)
        if held_out(text):
            found.append(text)
    return found
