"""Who begins to speak while another party is talking, and who then keeps the floor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcribe.manners import is_nod
from transcribe.types import Role, Turn

#: Speech beneath the other's for less than this tells nothing: words are timed to about a fifth of a second.
INTERRUPTION_MS = 300
#: Who is interrupted and stops within this time has given way.
YIELD_MS = 2_000
#: Who goes on within this time had not given way.
RESUME_MS = 1_000


@dataclass(frozen=True, slots=True)
class Interruption:
    """``by`` begins at ``start_ms`` while ``of`` is talking; both talk until ``end_ms``."""

    start_ms: int
    end_ms: int
    by: Role
    of: Role
    took_the_floor: bool


def interruptions(turns: Sequence[Turn]) -> list[Interruption]:
    """Every time a party begins while another one is talking and both go on for 0.3 s or more.

    Turn b interrupts turn a when a.start < b.start < a.end, the roles differ and min(a.end, b.end) − b.start ≥ 300 ms;
    once for each b, of the a that began last. No interruption is a nod (up to three words of listening, such as
    "mm-hm" or "ja"), nor who goes on within a second after having been interrupted.

    It took the floor when a stops first, within two seconds (a.end < b.end and a.end − b.start ≤ 2 s), and does not go
    on within a second while b still talks. Who keeps the floor is what studies of turn-taking call the success of an
    interruption (Beattie 1981; Roger, Bull and Smith 1988). Times cannot tell whether a had as good as finished.
    """
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    found = []
    for later, talking in _with_who_talks(ordered):
        cut = [turn for turn in talking if turn.role is not later.role and _both_ms(turn, later) >= INTERRUPTION_MS]
        if not cut or is_nod(later) or _goes_on(later, ordered):
            continue
        of = cut[-1]
        found.append(
            Interruption(
                later.start_ms,
                min(of.end_ms, later.end_ms),
                by=later.role,
                of=of.role,
                took_the_floor=_gives_way(of, by=later, ordered=ordered),
            )
        )
    return found


def _with_who_talks(ordered: Sequence[Turn]) -> Iterator[tuple[Turn, list[Turn]]]:
    """Each turn with those that began before it and are not yet over, by their start."""
    talking: list[Turn] = []
    for turn in ordered:
        talking = [earlier for earlier in talking if earlier.end_ms > turn.start_ms]
        yield turn, [earlier for earlier in talking if earlier.start_ms < turn.start_ms]
        talking.append(turn)


def _both_ms(earlier: Turn, later: Turn) -> int:
    return min(earlier.end_ms, later.end_ms) - later.start_ms


def _goes_on(turn: Turn, ordered: Sequence[Turn]) -> bool:
    """Whether the party was itself talking within the last second, when the other one came in."""
    return any(
        own.role is turn.role
        and 0 <= turn.start_ms - own.end_ms <= RESUME_MS
        and any(
            other.role is not own.role and own.start_ms < other.start_ms and _both_ms(own, other) >= INTERRUPTION_MS
            for other in _near(ordered, own)
        )
        for own in _near(ordered, turn)
    )


def _gives_way(interrupted: Turn, *, by: Turn, ordered: Sequence[Turn]) -> bool:
    stops = interrupted.end_ms < by.end_ms and interrupted.end_ms - by.start_ms <= YIELD_MS
    return stops and not any(
        turn.role is interrupted.role
        and 0 <= turn.start_ms - interrupted.end_ms <= RESUME_MS
        and turn.start_ms < by.end_ms
        and not is_nod(turn)
        for turn in _near(ordered, by)
    )


def _near(ordered: Sequence[Turn], turn: Turn) -> list[Turn]:
    """The turns that are over no earlier than a second before this one, and begin no later than a second after it."""
    return [
        other
        for other in ordered
        if other is not turn and other.end_ms >= turn.start_ms - RESUME_MS and other.start_ms <= turn.end_ms + RESUME_MS
    ]
