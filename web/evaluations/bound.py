"""Evidence as pages show it: what was quoted, and whether the words there still read so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from qa.evaluations.marks import EvidenceGiven
from web.evaluations.lines import Line, TurnLine


@dataclass(frozen=True, slots=True)
class BoundEvidence:
    """A place in the conversation with the words that were chosen.

    ``sent_at``: when a message was sent, where its line is at hand; ``corrected``: other words stand there now; ``heard``: whether it was played, where that is known.
    """

    turn: int | None
    start_ms: int | None
    end_ms: int | None
    quote: str
    corrected: bool = False
    heard: bool | None = None
    sent_at: datetime | None = None


#: Whether a piece of evidence was played, where that is known.
Heard = Callable[[EvidenceGiven], bool | None]


def not_known(_item: EvidenceGiven) -> None:
    """Where nothing is known of what was played."""


def bound(
    items: Iterable[EvidenceGiven], *, lines: tuple[Line, ...] = (), heard: Heard = not_known
) -> tuple[BoundEvidence, ...]:
    """Return evidence to be shown; what points into an earlier transcript cannot be compared and is left as it is."""
    return tuple(_bound(item, lines, heard=heard) for item in items)


def _bound(item: EvidenceGiven, lines: tuple[Line, ...], *, heard: Heard) -> BoundEvidence:
    turns = [line for line in lines if isinstance(line, TurnLine) and line.heard_id == item.turn_id]
    return BoundEvidence(
        item.turn_id,
        item.start_ms,
        item.end_ms,
        item.quote,
        corrected=_corrected(item, turns),
        heard=heard(item),
        sent_at=turns[0].sent_at if turns else None,
    )


def _corrected(item: EvidenceGiven, turns: list[TurnLine]) -> bool:
    if item.turn_id is None or not turns or not item.quote.strip():
        return False
    first, last = item.first_word or 0, item.last_word if item.last_word is not None else float("inf")
    now = [word.text for turn in turns for word in turn.words if word.first <= last and word.last >= first]
    return " ".join(item.quote.split()) not in " ".join(" ".join(now).split())
