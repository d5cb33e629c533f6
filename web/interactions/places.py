"""A second of a conversation that an address asks for, such as the one behind the code on a printed report."""

from dataclasses import dataclass

from qa.transcripts.models import Transcript

#: Longer numbers are no second of a recording.
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class OpenedAt:
    """Where the page opens, in milliseconds, and the turn that is said then, where there is one."""

    start_ms: int
    turn_id: int | None


def opened_at(typed: str, transcript: Transcript | None) -> OpenedAt | None:
    """Return the place for what stands behind ``at=`` in the address, in seconds; none where that is no second."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
        return None
    start_ms = 1000 * int(typed)
    turns = [turn for turn in transcript.turns if turn.start_ms is not None] if transcript else []
    # A turn that begins within the second asked for is the one that is meant.
    begun = [turn for turn in turns if (turn.start_ms or 0) < start_ms + 1000]
    said = max(begun, key=lambda turn: (turn.start_ms or 0, turn.position), default=None)
    return OpenedAt(start_ms, said.id if said else None)
