"""What a transcript is measured by: word errors, times of speakers, and when somebody really speaks."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from transcribe.types import Role, SpeakerSpan, Turn, Word

#: Time left out on either side of a change of speaker, as is usual for telephone speech.
COLLAR_MS = 250
#: A pause up to this length belongs to the speech around it.
_BREATH_MS = 600
_WORD = re.compile(r"\w+(?:'\w+)*")


@dataclass(frozen=True, slots=True)
class SpeakerTime:
    """Milliseconds of speech by who had them."""

    speech_ms: int
    missed_ms: int
    invented_ms: int
    confused_ms: int


def normalised(text: str) -> list[str]:
    """Return the words in lower case, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("_", " "))


def edits(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Return the fewest words changed, left out or put in that make the one out of the other (Levenshtein, 1966)."""
    return edit_row(reference, heard)[-1]


def edit_row(reference: Sequence[str], heard: Sequence[str]) -> list[int]:
    """Return the edits from ``reference`` to each beginning of ``heard``, from none of it to all."""
    row = list(range(len(heard) + 1))
    for count, said in enumerate(reference, start=1):
        corner, row[0] = row[0], count
        for place, word in enumerate(heard, start=1):
            corner, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, corner + (said != word))
    return row


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


def of_role(turns: Sequence[Turn], role: Role) -> list[Turn]:
    """The turns of one party."""
    return [turn for turn in turns if turn.role is role]


def by_time(turns: Sequence[Turn]) -> list[Word]:
    """The words of all turns in the order they begin."""
    return sorted((word for turn in turns for word in turn.words), key=lambda word: word.start_ms)
