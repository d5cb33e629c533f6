"""Gives each word to the speaker who is heard during it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from transcribe.types import Doubt, Span, SpeakerSpan, Word

Stretch = TypeVar("Stretch", Span, SpeakerSpan)

UNKNOWN = "unknown"
#: A word outside every turn goes to the nearest one, if that is no further away than this.
NEAREST_MS = 1000
#: Who is heard during less of a word than this share may not be the one who says it.
SURE_SHARE = 0.5


def assign(words: Sequence[Word], spans: Sequence[SpeakerSpan]) -> list[tuple[str, Word]]:
    """Pair each word, in the order given, with its speaker.

    That is the speaker whose exclusive turns overlap the word longest, else the one whose turn is nearest within a
    second, else ``unknown`` with ``Doubt.NO_SPEAKER``. A word touched by overlapped speech gets ``Doubt.OVERLAP``, one
    during less than half of which its speaker is heard ``Doubt.UNSURE_SPEAKER``.
    Assigning word by word instead of sentence by sentence is what keeps short replies with those who gave them.
    """
    turns = exclusive(spans)
    overlaps = overlapped(spans)
    return [
        _assigned(word, near=_near(word, turns), doubtful=any(shared_ms(word, span) for span in _near(word, overlaps)))
        for word in words
    ]


def exclusive(spans: Sequence[SpeakerSpan]) -> list[SpeakerSpan]:
    """Give every moment to one speaker: covered stretches are left out, and who begins later takes over.

    The earlier speaker resumes when the later one stops. Turns that touch and have one speaker are one turn.
    """
    own = [span for span in spans if not span.covered and span.end_ms > span.start_ms]
    turns: list[SpeakerSpan] = []
    for start_ms, end_ms, active in _moments(own):
        speaker = max(active, key=lambda span: span.start_ms).speaker
        if turns and turns[-1].end_ms == start_ms and turns[-1].speaker == speaker:
            turns[-1] = replace(turns[-1], end_ms=end_ms)
        else:
            turns.append(SpeakerSpan(start_ms, end_ms, speaker))
    return turns


def overlapped(spans: Sequence[SpeakerSpan]) -> list[Span]:
    """The stretches in which two speakers or more talk at once, sorted."""
    found: list[Span] = []
    for start_ms, end_ms, active in _moments(spans):
        if len({span.speaker for span in active}) < 2:
            continue
        if found and found[-1].end_ms == start_ms:
            found[-1] = Span(found[-1].start_ms, end_ms)
        else:
            found.append(Span(start_ms, end_ms))
    return found


def shared_ms(first: Span | SpeakerSpan | Word, second: Span | SpeakerSpan | Word) -> int:
    """Milliseconds that two stretches have in common."""
    return max(0, min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms))


def _moments(spans: Sequence[SpeakerSpan]) -> Iterator[tuple[int, int, list[SpeakerSpan]]]:
    """Each stretch during which nobody begins or stops and somebody speaks, with the spans it lies in, by start."""
    coming = sorted(spans, key=lambda span: span.start_ms)
    active: list[SpeakerSpan] = []
    begun = 0
    for start_ms, end_ms in pairwise(sorted({moment for span in spans for moment in (span.start_ms, span.end_ms)})):
        while begun < len(coming) and coming[begun].start_ms <= start_ms:
            active.append(coming[begun])
            begun += 1
        active = [span for span in active if span.end_ms > start_ms]
        if active:
            yield start_ms, end_ms, active


def _near(word: Word, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
    """Of sorted ``stretches`` that do not overlap, those that ``word`` touches, with one before and one after."""
    first = bisect_right(stretches, word.start_ms, key=lambda stretch: stretch.end_ms)
    last = bisect_left(stretches, word.end_ms, lo=first, key=lambda stretch: stretch.start_ms)
    return stretches[max(0, first - 1) : last + 1]


def _assigned(word: Word, *, near: Sequence[SpeakerSpan], doubtful: bool) -> tuple[str, Word]:
    doubts = set(word.doubts)
    if doubtful:
        doubts.add(Doubt.OVERLAP)
    speaker = _speaker(word, turns=near)
    if speaker is None:
        doubts.add(Doubt.NO_SPEAKER)
    elif sum(shared_ms(word, turn) for turn in near if turn.speaker == speaker) < SURE_SHARE * _length_ms(word):
        doubts.add(Doubt.UNSURE_SPEAKER)
    return speaker or UNKNOWN, replace(word, doubts=frozenset(doubts))


def _speaker(word: Word, *, turns: Sequence[SpeakerSpan]) -> str | None:
    shares: dict[str, int] = {}
    for turn in turns:
        share = shared_ms(word, turn)
        if share:
            shares[turn.speaker] = shares.get(turn.speaker, 0) + share
    if shares:
        return max(shares, key=lambda speaker: shares[speaker])
    nearest = min(turns, key=lambda turn: _distance_ms(word, turn), default=None)
    if nearest is None or _distance_ms(word, nearest) > NEAREST_MS:
        return None
    return nearest.speaker


def _length_ms(word: Word) -> int:
    return word.end_ms - word.start_ms


def _distance_ms(word: Word, turn: SpeakerSpan) -> int:
    return max(0, turn.start_ms - word.end_ms, word.start_ms - turn.end_ms)
