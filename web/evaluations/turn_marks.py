"""Which turns of a call are to be read with care: it is not sure who speaks, or two speak at once."""

from collections.abc import Sequence
from enum import StrEnum

from qa.transcripts.models import Turn
from transcribe.types import Doubt

#: From this part of its words on a doubt is that of the turn.
MOST = 0.5
#: Turns that run into each other for less are how people talk.
AT_ONCE_MS = 1_000
WHO_SPEAKS = frozenset({Doubt.NO_SPEAKER, Doubt.UNSURE_SPEAKER})


class TurnMark(StrEnum):
    """What a reader is told of a whole turn."""

    SPEAKER = "speaker"
    AT_ONCE = "at_once"


def turn_marks(turns: Sequence[Turn]) -> dict[int, frozenset[TurnMark]]:
    """Return the marks of turns by their position; turns without any are left out.

    The speaker is unsure where half of the words or more may be somebody else's, unless a person named the speaker or
    that is so of every turn: then a warning above the transcript says it once. At once is a turn with half of its
    words in overlapped speech, or one that runs a second or more into another speaker's.
    """
    spoken = [turn for turn in turns if turn.start_ms is not None]
    unsure = {turn.position for turn in spoken if not turn.role_by_hand and _most(turn, WHO_SPEAKS)}
    at_once = {turn.position for turn in spoken if _most(turn, frozenset({Doubt.OVERLAP}))} | _over_each_other(spoken)
    if len(unsure) == len(spoken):
        unsure = set()
    return {
        place: frozenset(
            mark for mark, places in ((TurnMark.SPEAKER, unsure), (TurnMark.AT_ONCE, at_once)) if place in places
        )
        for place in unsure | at_once
    }


def told_by(marks: frozenset[TurnMark]) -> frozenset[Doubt]:
    """Return the doubts that the marks of a turn tell of, so that its words need not."""
    told: frozenset[Doubt] = frozenset()
    if TurnMark.SPEAKER in marks:
        told |= WHO_SPEAKS
    if TurnMark.AT_ONCE in marks:
        told |= {Doubt.OVERLAP}
    return told


def _most(turn: Turn, doubts: frozenset[Doubt]) -> bool:
    doubted = sum(not doubts.isdisjoint(word[4]) for word in turn.words)
    return bool(turn.words) and doubted >= MOST * len(turn.words)


def _over_each_other(turns: Sequence[Turn]) -> set[int]:
    """The turns that run into another speaker's, and those they run into."""
    found: set[int] = set()
    talking: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.start_ms or 0):
        start_ms, end_ms = turn.start_ms or 0, turn.end_ms or 0
        talking = [earlier for earlier in talking if (earlier.end_ms or 0) - start_ms >= AT_ONCE_MS]
        for earlier in talking:
            if earlier.author != turn.author and end_ms - start_ms >= AT_ONCE_MS:
                found |= {earlier.position, turn.position}
        talking.append(turn)
    return found
