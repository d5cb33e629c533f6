"""Silences of a call with their places: who spoke last, whether it was announced, which of them are dead air."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transcribe.manners import FAREWELLS, PATIENCE, is_nod, says
from transcribe.spans import gaps
from transcribe.types import Role, Span, Turn

#: Shorter pauses belong to the rhythm of talking. Amazon Connect's non-talk time begins at three seconds too, and a
#: turn here may hold pauses that are no longer.
SILENCE_MS = 3_000
#: From when a silence is dead air; ten seconds is what call centres commonly allow.
DEAD_AIR_MS = 10_000
#: Who asked for patience this shortly before has announced the silence.
ANNOUNCED_WITHIN_MS = 10_000
#: Among so many turns at the end a farewell closes the call.
LAST_TURNS = 6


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch in which nobody talks: ``after`` spoke last, ``announced`` says that the agent had asked for patience.

    ``closed`` means that farewell had been said.
    """

    start_ms: int
    end_ms: int
    after: Role
    announced: bool = False
    closed: bool = False

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms

    @property
    def is_dead_air(self) -> bool:
        """Whether it lasts ten seconds or more and the call was not yet closed."""
        return self.length_ms >= DEAD_AIR_MS and not self.closed

    @property
    def agent_is_awaited(self) -> bool:
        """Whether the customer spoke last and was not asked to wait: it was the agent's turn to say something."""
        return self.after is Role.CUSTOMER and not self.announced


def silences(turns: Sequence[Turn], *, without: Iterable[Span] = ()) -> list[Silence]:
    """Stretches of three seconds or more between the first and the last word in which nobody talks.

    They are the gaps in the union of all turns and of ``without``: holds, and time that was not recorded. What comes
    before the first word is the wait of ``first_answer_ms``; what comes after the last one is counted nowhere.
    """
    if not turns:
        return []
    spoken = [Span(turn.start_ms, turn.end_ms) for turn in turns]
    first_ms, last_ms = min(span.start_ms for span in spoken), max(span.end_ms for span in spoken)
    closed_ms = _closed_ms(turns)
    taking = [turn for turn in turns if not (is_nod(turn) and _beneath(turn, turns))]
    return [
        Silence(
            gap.start_ms,
            gap.end_ms,
            after=_last_speaker(taking, at_ms=gap.start_ms),
            announced=_announced(turns, at_ms=gap.start_ms),
            closed=closed_ms is not None and gap.start_ms >= closed_ms,
        )
        for gap in gaps([*spoken, *without])
        if first_ms <= gap.start_ms and gap.end_ms <= last_ms and gap.end_ms - gap.start_ms >= SILENCE_MS
    ]


def _last_speaker(turns: Sequence[Turn], *, at_ms: int) -> Role:
    """Who spoke last before a moment."""
    return max((turn for turn in turns if turn.end_ms <= at_ms), key=lambda turn: turn.end_ms).role


def _beneath(turn: Turn, others: Iterable[Turn]) -> bool:
    """Whether a turn begins beneath somebody else's words: a nod there takes no turn."""
    return any(other.role is not turn.role and other.start_ms < turn.start_ms < other.end_ms for other in others)


def _announced(turns: Iterable[Turn], *, at_ms: int) -> bool:
    return any(
        turn.role is Role.AGENT and 0 <= at_ms - turn.end_ms <= ANNOUNCED_WITHIN_MS and says(turn.text, PATIENCE)
        for turn in turns
    )


def _closed_ms(turns: Sequence[Turn]) -> int | None:
    """When the agent has said farewell, if that is among the last turns."""
    last = sorted(turns, key=lambda turn: turn.start_ms)[-LAST_TURNS:]
    return min((turn.end_ms for turn in last if turn.role is Role.AGENT and says(turn.text, FAREWELLS)), default=None)
