"""How well a call was heard: its transcript held against the truth that ships with the demo's recordings."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from transcribe.types import Role, Span, SpeakerSpan, Transcript, Turn, Word

#: Time left out on either side of a change of speaker, as is usual for telephone speech.
COLLAR_MS = 250
#: A pause up to this length belongs to the speech around it.
_BREATH_MS = 600
_WORD = re.compile(r"\w+(?:'\w+)*")


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


@dataclass(frozen=True, slots=True)
class SpeakerTime:
    """Milliseconds of speech by who had them."""

    speech_ms: int
    missed_ms: int
    invented_ms: int
    confused_ms: int


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
        sides = [(_of(truth.turns, role), _of(transcript.turns, role)) for role in (Role.AGENT, Role.CUSTOMER)]
        strays = [turn for turn in transcript.turns if turn.role not in {Role.AGENT, Role.CUSTOMER}]
        sides.append(((), strays))
    words = word_errors = 0
    for said, heard in sides:
        reference = normalised(" ".join(word.text for word in _by_time(said)))
        words += len(reference)
        word_errors += edits(reference, normalised(" ".join(word.text for word in _by_time(heard))))
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


def normalised(text: str) -> list[str]:
    """Return the words in lower case, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("_", " "))


def edits(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Return the fewest words changed, left out or put in that make the one out of the other (Levenshtein, 1966)."""
    row = list(range(len(heard) + 1))
    for count, said in enumerate(reference, start=1):
        corner, row[0] = row[0], count
        for place, word in enumerate(heard, start=1):
            corner, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, corner + (said != word))
    return row[-1]


def spoken(turns: Iterable[Turn]) -> list[SpeakerSpan]:
    """Return when each speaker really speaks: words with less than a breath between them are one stretch."""
    spans: dict[str, list[SpeakerSpan]] = {}
    for turn in turns:
        found = spans.setdefault(turn.speaker, [])
        for word in turn.words:
            if found and word.start_ms - found[-1].end_ms <= _BREATH_MS:
                last = found.pop()
                found.append(SpeakerSpan(last.start_ms, max(last.end_ms, word.end_ms), turn.speaker))
            else:
                found.append(SpeakerSpan(word.start_ms, word.end_ms, turn.speaker))
    return sorted((span for found in spans.values() for span in found), key=lambda span: span.start_ms)


def speaker_time(
    reference: Sequence[SpeakerSpan],
    found: Sequence[SpeakerSpan],
    *,
    collar_ms: int = COLLAR_MS,
) -> SpeakerTime:
    """Compare who speaks when, whatever the speakers are called.

    The diarisation error of NIST's Rich Transcription evaluations: ``collar_ms`` on either side of every boundary of
    the reference is left out, overlapped speech counts for each speaker, and the names are matched one to one so that
    the least goes wrong.
    """
    pieces = _pieces(reference, found, collar_ms=collar_ms)
    names = _matched(pieces)
    speech = missed = invented = confused = 0
    for length, said, heard in pieces:
        right = sum((Counter(said) & Counter(names.get(name, "") for name in heard)).values())
        speech += length * len(said)
        missed += length * max(0, len(said) - len(heard))
        invented += length * max(0, len(heard) - len(said))
        confused += length * (min(len(said), len(heard)) - right)
    return SpeakerTime(speech, missed, invented, confused)


_Piece = tuple[int, list[str], list[str]]


def _pieces(reference: Sequence[SpeakerSpan], found: Sequence[SpeakerSpan], *, collar_ms: int) -> list[_Piece]:
    """Cut time where anyone begins or stops; give the length and who speaks, without the collars."""
    collars = [
        (edge - collar_ms, edge + collar_ms) for span in reference for edge in (span.start_ms, span.end_ms) if collar_ms
    ]
    edges = {edge for span in (*reference, *found) for edge in (span.start_ms, span.end_ms)}
    cuts = sorted(edges.union(*collars)) if collars else sorted(edges)
    pieces: list[_Piece] = []
    for start, end in pairwise(cuts):
        if any(low <= start and end <= high for low, high in collars):
            continue
        said = [span.speaker for span in reference if span.start_ms <= start and end <= span.end_ms]
        heard = [span.speaker for span in found if span.start_ms <= start and end <= span.end_ms]
        if said or heard:
            pieces.append((end - start, said, heard))
    return pieces


def _matched(pieces: Sequence[_Piece]) -> dict[str, str]:
    """Return for each found speaker the one of the reference it shares most time with, one to one."""
    together: Counter[tuple[str, str]] = Counter()
    for length, said, heard in pieces:
        for name in said:
            for other in heard:
                together[name, other] += length
    names = sorted({name for name, _ in together})
    others = sorted({other for _, other in together})
    shared = np.array([[together[name, other] for other in others] for name in names])
    if not shared.size:
        return {}
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return {others[column]: names[row] for row, column in zip(rows, columns, strict=True) if shared[row, column]}


def _right(turn: Turn, *, truth: Truth) -> bool:
    """Tell whether nobody else spoke more than the turn's own party while it lasted, and that party did speak.

    A recogniser's word times are a little off, so what was said is taken wider by the collar.
    """
    shares: Counter[Role] = Counter()
    for said in truth.turns:
        start_ms, end_ms = said.start_ms - COLLAR_MS, said.end_ms + COLLAR_MS
        shares[said.role] += max(0, min(turn.end_ms, end_ms) - max(turn.start_ms, start_ms))
    return shares[turn.role] > 0 and shares[turn.role] == max(shares.values())


def _of(turns: Sequence[Turn], role: Role) -> list[Turn]:
    return [turn for turn in turns if turn.role is role]


def _by_time(turns: Sequence[Turn]) -> list[Word]:
    return sorted((word for turn in turns for word in turn.words), key=lambda word: word.start_ms)
