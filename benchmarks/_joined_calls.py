"""Calls that change language, made of the demo's recordings: parts one after the other, or a party of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa.demo
from qa.demo.truth import Truth, read_truth
from transcribe.audio import SPEECH_RATE, Audio, decode
from transcribe.types import ChannelRoles, Role, Turn

MATERIAL = Path(qa.demo.__file__).parent / "material"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a recording, agent first where it is stereo, and what is said in it."""

    samples: NDArray[np.float32]
    language: str
    turns: tuple[Turn, ...]

    @property
    def duration_ms(self) -> int:
        """Length of the piece."""
        return int(self.samples.shape[1]) * 1000 // SPEECH_RATE


@dataclass(frozen=True, slots=True)
class Joined:
    """A call made of parts, its truth, and the moments at which one part follows on another, with their languages."""

    audio: Audio
    truth: Truth
    joins: tuple[tuple[int, str, str], ...]
    #: What each party speaks throughout, where the parties differ in it.
    languages: Mapping[Role, str] = field(default_factory=dict)

    @property
    def roles(self) -> ChannelRoles:
        """Who is on which channel."""
        return ChannelRoles(tuple(Role(name) for name in self.truth.channels) if self.truth.stereo else ())


def recordings() -> dict[str, Path]:
    """The demo's recordings by reference."""
    files = [path for path in sorted((MATERIAL / "recordings").rglob("*")) if path.suffix not in {"", ".csv"}]
    return {path.stem: path for path in files}


def truth_of(reference: str) -> Truth:
    """What is really said in a recording of the demo."""
    return read_truth(MATERIAL / "truth" / "recordings" / f"{reference}.json")


def part_of(reference: str, *, seconds: float) -> Part:
    """A recording up to a pause of both parties, the first one after so many seconds."""
    truth = truth_of(reference)
    samples = decode(recordings()[reference]).array()
    if truth.channels == (Role.CUSTOMER, Role.AGENT):
        samples = samples[::-1]
    turns = sorted(truth.turns, key=lambda turn: turn.start_ms)
    ends = list(accumulate((turn.end_ms for turn in turns), max))
    pauses = [(end + after.start_ms) // 2 for end, after in zip(ends, turns[1:], strict=False) if after.start_ms > end]
    cut_ms = next((pause for pause in pauses if pause >= seconds * 1000), truth.duration_ms)
    said = tuple(turn for turn in turns if turn.end_ms <= cut_ms)
    return Part(np.ascontiguousarray(samples[:, : cut_ms * SPEECH_RATE // 1000]), truth.language, said)


def one_after_another(parts: Sequence[Part], *, mono: bool = False) -> Joined:
    """The parts as one call; ``mono`` mixes the channels."""
    starts = [0, *accumulate(part.duration_ms for part in parts)]
    samples = np.concatenate([part.samples for part in parts], axis=1)
    turns = tuple(later(turn, by_ms=start) for start, part in zip(starts, parts, strict=False) for turn in part.turns)
    joins = tuple(
        (start, before.language, after.language)
        for start, (before, after) in zip(starts[1:], pairwise(parts), strict=False)
    )
    return _call(samples.mean(axis=0, keepdims=True) if mono else samples, turns, joins=joins)


def a_party_of_each(agent: Part, customer: Part) -> Joined:
    """The agent of one call and the customer of another, at the same time."""
    length = min(agent.samples.shape[1], customer.samples.shape[1])
    samples = np.stack([agent.samples[0, :length], customer.samples[1, :length]])
    turns = tuple(
        turn
        for part, role in ((agent, Role.AGENT), (customer, Role.CUSTOMER))
        for turn in part.turns
        if turn.role is role and turn.end_ms <= length * 1000 // SPEECH_RATE
    )
    call = _call(samples, turns, joins=())
    return replace(call, languages={Role.AGENT: agent.language, Role.CUSTOMER: customer.language})


def _call(samples: NDArray[np.float32], turns: tuple[Turn, ...], *, joins: tuple[tuple[int, str, str], ...]) -> Joined:
    duration_ms = samples.shape[1] * 1000 // SPEECH_RATE
    channels = ("agent", "customer") if len(samples) == 2 else ("mix",)
    truth = Truth("joined", "", duration_ms, channels, turns, ())
    return Joined(Audio(samples, SPEECH_RATE), truth, joins)


def later(turn: Turn, *, by_ms: int) -> Turn:
    """Move a turn and its words in time."""
    words = tuple(replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in turn.words)
    return replace(turn, start_ms=turn.start_ms + by_ms, end_ms=turn.end_ms + by_ms, words=words)
