"""How well a call was heard: its transcript held against the truth that ships with the demo's recordings."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from transcribe.measures import COLLAR_MS, by_time, edits, normalised, of_role, speaker_time, spoken
from transcribe.types import Role, Span, Transcript, Turn, Word


@dataclass(frozen=True, slots=True)
class Truth:
    """What was really said in a recording; ``channels`` by position, ``("mix",)`` where both parties share one."""

    reference: str
    language: str
    duration_ms: int
    channels: tuple[str, ...]
    turns: tuple[Turn, ...]
    holds: tuple[Span, ...]

    @property
    def stereo(self) -> bool:
        """Whether each party has a channel."""
        return len(self.channels) == 2


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts that may be added over recordings; times in milliseconds."""

    words: int = 0
    word_errors: int = 0
    #: Time that a speaker should have had, and the time that went wrong in each way.
    speech_ms: int = 0
    missed_ms: int = 0
    invented_ms: int = 0
    confused_ms: int = 0
    #: Turns of transcripts of calls with a channel for each party, and those given to the right one.
    turns: int = 0
    turns_right: int = 0
    recordings: int = 0
    languages_right: int = 0

    @property
    def word_error_rate(self) -> float | None:
        """Share of words heard wrong, left out or put in; nothing where nothing was said."""
        return self.word_errors / self.words if self.words else None

    @property
    def diarisation_error_rate(self) -> float | None:
        """Share of speaking time missed, invented or given to someone else."""
        return (self.missed_ms + self.invented_ms + self.confused_ms) / self.speech_ms if self.speech_ms else None

    def __add__(self, other: "Measures") -> "Measures":
        sums = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        return Measures(**sums)


def read_truth(path: Path) -> Truth:
    """Read ``truth/<reference>.json``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Truth(
        reference=data["reference"],
        language=data["language"],
        duration_ms=data["duration_ms"],
        channels=tuple(data["channels"]),
        turns=tuple(_turn(turn) for turn in data["turns"]),
        holds=tuple(Span(hold["start_ms"], hold["end_ms"]) for hold in data["holds"]),
    )


def _turn(turn: Mapping[str, object]) -> Turn:
    words = turn["words"]
    assert isinstance(words, list)
    role = Role(str(turn["role"]))
    spoken = tuple(Word(word["text"], word["start_ms"], word["end_ms"]) for word in words)
    return Turn(speaker=role.value, role=role, start_ms=spoken[0].start_ms, end_ms=spoken[-1].end_ms, words=spoken)


def measure(truth: Truth, transcript: Transcript) -> Measures:
    """Hold a transcript against the truth.

    Words are compared by party where each has a channel, and in order of time where both share one: who said a word
    is then the matter of the diarisation error.
    """
    sides: list[tuple[Sequence[Turn], Sequence[Turn]]] = [(truth.turns, transcript.turns)]
    if truth.stereo:
        sides = [(of_role(truth.turns, role), of_role(transcript.turns, role)) for role in (Role.AGENT, Role.CUSTOMER)]
        strays = [turn for turn in transcript.turns if turn.role not in {Role.AGENT, Role.CUSTOMER}]
        sides.append(((), strays))
    words = word_errors = 0
    for said, heard in sides:
        reference = normalised(" ".join(word.text for word in by_time(said)))
        words += len(reference)
        word_errors += edits(reference, normalised(" ".join(word.text for word in by_time(heard))))
    times = speaker_time(spoken(truth.turns), spoken(transcript.turns))
    return Measures(
        words=words,
        word_errors=word_errors,
        speech_ms=times.speech_ms,
        missed_ms=times.missed_ms,
        invented_ms=times.invented_ms,
        confused_ms=times.confused_ms,
        turns=len(transcript.turns) if truth.stereo else 0,
        turns_right=sum(_right(turn, truth=truth) for turn in transcript.turns) if truth.stereo else 0,
        recordings=1,
        languages_right=int(transcript.language == truth.language),
    )


def _right(turn: Turn, *, truth: Truth) -> bool:
    """Tell whether nobody else spoke more than the turn's own party while it lasted, and that party did speak.

    A recogniser's word times are a little off, so what was said is taken wider by the collar.
    """
    shares: Counter[Role] = Counter()
    for said in truth.turns:
        start_ms, end_ms = said.start_ms - COLLAR_MS, said.end_ms + COLLAR_MS
        shares[said.role] += max(0, min(turn.end_ms, end_ms) - max(turn.start_ms, start_ms))
    return shares[turn.role] > 0 and shares[turn.role] == max(shares.values())
