"""A call as sound: the lines of a script on a telephone line, with the truth about who said which word when."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks.demo_material.calls import Said, Script, customer_sex, script
from benchmarks.demo_material.plan import CallPlan, Condition, plan
from benchmarks.demo_voice import telephone
from benchmarks.demo_voice.synthesis import SAMPLE_RATE, SpokenWord, Voice, speak

Samples = npt.NDArray[np.float32]

RATE = telephone.RATE
_SHORTEST_SECONDS, _LONG_SECONDS = 62.0, 140.0
_NOISE_DB, _QUIET_LINE_DB, _LEAK_DB = 26.0, 40.0, 25.0
#: The chords of the hold music, in hertz: A minor, F, C, G.
_CHORDS = ((220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (261.6, 329.6, 392.0), (196.0, 246.9, 293.7))


@dataclass(frozen=True, slots=True)
class TrueTurn:
    """A turn as it was made; words keep their punctuation, times are milliseconds of the recording."""

    role: str
    start_ms: int
    end_ms: int
    text: str
    words: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A finished call: ``channels`` (channels, time) at 8 kHz in the order of its source, one row where it is mono."""

    plan: CallPlan
    seed: int
    channels: Samples
    turns: tuple[TrueTurn, ...]
    holds: tuple[tuple[int, int], ...]

    @property
    def duration_ms(self) -> int:
        """Milliseconds."""
        return int(self.channels.shape[1]) * 1000 // RATE


def make_call(call: CallPlan, *, seed: int) -> Call:
    """Make a call of at least 62 seconds (140 where the plan says long); the same seed gives the same call."""
    least = _LONG_SECONDS if Condition.LONG in call.conditions else _SHORTEST_SECONDS
    for longer in range(6):
        made = _Composer(call, seed=seed).compose(script(call, seed=seed, longer=longer))
        if made.duration_ms >= least * 1000:
            break
    return made


class _Composer:
    """Puts one call together from left to right."""

    def __init__(self, call: CallPlan, *, seed: int) -> None:
        self.call, self.seed = call, seed
        self.rng = random.Random(f"{seed} {call.reference} sound")
        self.generator = np.random.default_rng(self.rng.randrange(2**32))
        self.voices = self._voices()
        self.placed: list[tuple[str, int, Samples]] = []
        self.turns: list[TrueTurn] = []
        self.holds: list[tuple[int, int]] = []

    def compose(self, lines: Script) -> Call:
        clock = self.rng.uniform(0.4, 1.2)
        before: Said | None = None
        for line in lines:
            # Music begins where the last word ended; speech after a pause.
            clock = self._say(line, at=clock + self._pause(line, before=before)) if line else self._hold(clock)
            before = line
        count = int((clock + self.rng.uniform(0.4, 0.9)) * RATE)
        return Call(self.call, self.seed, self._line(count), tuple(self.turns), tuple(self.holds))

    def _voices(self) -> Mapping[str, Voice]:
        agent = self.call.agent
        sex = customer_sex(agent)
        name = self.rng.choice(plan().customers[self.call.language][sex])
        pitch = self.rng.randint(34, 44) if sex == "man" else self.rng.randint(56, 66)
        return {
            "agent": Voice(agent.voice, rate=agent.rate, pitch=agent.pitch),
            "customer": Voice(name, rate=self.rng.randint(160, 178), pitch=pitch),
        }

    def _pause(self, line: Said, *, before: Said | None) -> float:
        """Seconds between the end of what was said last and this; below zero where people talk over each other."""
        if before is None or before.role == line.role:
            return self.rng.uniform(0.3, 0.7)
        if Condition.OVERLAP in self.call.conditions and self.rng.random() < 0.4:
            return -self.rng.uniform(0.25, 0.6)
        return self.rng.uniform(0.25, 0.9)

    def _say(self, line: Said, *, at: float) -> float:
        speech = speak(line.sentences, voice=self.voices[line.role])
        samples = telephone.narrow(speech.samples, rate=SAMPLE_RATE)
        words = [replace(word, start=word.start + at, end=word.end + at) for word in speech.words]
        self.placed.append((line.role, int(at * RATE), samples))
        self.turns.append(_turn(line, words=words))
        return words[-1].end

    def _hold(self, clock: float) -> float:
        start, seconds = clock + 0.8, self.rng.uniform(8, 12)
        self.placed.append(("agent", int(start * RATE), _music(seconds)))
        self.holds.append((round(start * 1000), round((start + seconds) * 1000)))
        return start + seconds + 0.4

    def _line(self, count: int) -> Samples:
        both = np.zeros((2, count), np.float32)
        loudness = {"agent": self.rng.uniform(0.09, 0.13), "customer": self.rng.uniform(0.06, 0.11)}
        for role, start, samples in self.placed:
            piece = samples[: count - start]
            gain = loudness[role] / max(telephone.level(samples), 1e-6)
            both[("agent", "customer").index(role), start : start + len(piece)] += gain * piece
        if Condition.LEAK in self.call.conditions:
            both = telephone.leaked(both, under_db=_LEAK_DB)
        order = self.call.source.channels
        rows = both[[("agent", "customer").index(role) for role in order]] if order else both.sum(axis=0, keepdims=True)
        under_db = _NOISE_DB if Condition.NOISE in self.call.conditions else _QUIET_LINE_DB
        noisy = [telephone.noisy(row, under_db=under_db, generator=self.generator) for row in rows]
        return np.stack([telephone.companded(row) for row in noisy])


def _turn(line: Said, *, words: list[SpokenWord]) -> TrueTurn:
    timed = tuple((word.text, round(word.start * 1000), round(word.end * 1000)) for word in words)
    return TrueTurn(line.role, timed[0][1], timed[-1][2], " ".join(line.sentences), timed)


def _music(seconds: float) -> Samples:
    """Hold music: chords that swell and fade into each other, with a slow melody above."""
    time = np.arange(int(seconds * RATE)) / RATE
    music = np.zeros_like(time)
    chord_seconds = 3.0
    for number in range(int(seconds / chord_seconds) + 1):
        since = time - number * chord_seconds
        swell = np.clip(1 - np.abs(since / chord_seconds - 0.5) / 0.75, 0, 1)
        for place, hertz in enumerate(
            (*_CHORDS[number % len(_CHORDS)], 2 * _CHORDS[number % len(_CHORDS)][number % 3])
        ):
            for part in (1, 2, 4):
                music += swell * np.sin(2 * np.pi * part * hertz * time + place) / part
    edges = np.minimum(1, np.minimum(time, time[::-1]) / 0.5)
    return telephone.narrow((0.05 * music * edges).astype(np.float32), rate=RATE)
