"""Gives each word to the speaker who is heard during it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from transcribe.types import Doubt, Span, SpeakerSpan, Word

UNKNOWN = "unknown"
#: A word outside every turn goes to the nearest one, if that is no further away than this.
NEAREST_MS = 1000


def assign(words: Sequence[Word], spans: Sequence[SpeakerSpan]) -> list[tuple[str, Word]]:
    """Pair each word, in the order given, with its speaker.

    That is the speaker whose exclusive turns overlap the word longest, else the one whose turn is nearest within a
    second, else ``unknown`` with ``Doubt.NO_SPEAKER``. A word touched by overlapped speech gets ``Doubt.OVERLAP``.
    Assigning word by word instead of sentence by sentence is what keeps short replies with those who gave them.
    """
    turns = exclusive(spans)
    overlaps = overlapped(spans)
    return [_assigned(word, turns=turns, overlaps=overlaps) for word in words]


def exclusive(spans: Sequence[SpeakerSpan]) -> list[SpeakerSpan]:
    """Give every moment to one speaker: covered stretches are left out, and who begins later takes over.

    The earlier speaker resumes when the later one stops. Turns that touch and have one speaker are one turn.
    """
    own = [span for span in spans if not span.covered and span.end_ms > span.start_ms]
    moments = sorted({moment for span in own for moment in (span.start_ms, span.end_ms)})
    turns: list[SpeakerSpan] = []
    for start_ms, end_ms in pairwise(moments):
        active = [span for span in own if span.start_ms <= start_ms and span.end_ms >= end_ms]
        if not active:
            continue
        speaker = max(active, key=lambda span: span.start_ms).speaker
        if turns and turns[-1].end_ms == start_ms and turns[-1].speaker == speaker:
            turns[-1] = replace(turns[-1], end_ms=end_ms)
        else:
            turns.append(SpeakerSpan(start_ms, end_ms, speaker))
    return turns


def overlapped(spans: Sequence[SpeakerSpan]) -> list[Span]:
    """The stretches in which two speakers or more talk at once, sorted."""
    moments = sorted({moment for span in spans for moment in (span.start_ms, span.end_ms)})
    found: list[Span] = []
    for start_ms, end_ms in pairwise(moments):
        speakers = {span.speaker for span in spans if span.start_ms <= start_ms and span.end_ms >= end_ms}
        if len(speakers) < 2:
            continue
        if found and found[-1].end_ms == start_ms:
            found[-1] = Span(found[-1].start_ms, end_ms)
        else:
            found.append(Span(start_ms, end_ms))
    return found


def shared_ms(first: Span | SpeakerSpan | Word, second: Span | SpeakerSpan | Word) -> int:
    """Milliseconds that two stretches have in common."""
    return max(0, min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms))


def _assigned(word: Word, *, turns: Sequence[SpeakerSpan], overlaps: Sequence[Span]) -> tuple[str, Word]:
    doubts = set(word.doubts)
    if any(shared_ms(word, overlap) for overlap in overlaps):
        doubts.add(Doubt.OVERLAP)
    speaker = _speaker(word, turns=turns)
    if speaker is None:
        doubts.add(Doubt.NO_SPEAKER)
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


def _distance_ms(word: Word, turn: SpeakerSpan) -> int:
    return max(0, turn.start_ms - word.end_ms, word.start_ms - turn.end_ms)
