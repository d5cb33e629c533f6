"""What the times of a call tell: shares, rates, interruptions, silences, hold, transfers; no figure is guessed.

Nothing is inferred from the sound of a voice: laughter, shouting and moods are no part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transcribe.interruptions import Interruption, interruptions
from transcribe.manners import is_nod
from transcribe.pauses import Silence, silences
from transcribe.spans import length_ms, united, within, without_ms
from transcribe.transfers import Transfer, transfers
from transcribe.types import EventKind, Layout, Role, Span, Transcript, Turn

#: A new turn of the same speaker within this pause continues a monologue.
MONOLOGUE_PAUSE_MS = 2000
#: Fewer spoken milliseconds give no rate worth showing.
RATE_MINIMUM_MS = 5000
#: Layouts that give each moment to one speaker, so that nobody is known to talk while another does.
ONE_AT_A_TIME = frozenset({Layout.MONO, Layout.FAKE_STEREO, Layout.ONE_SILENT_CHANNEL, Layout.MANY})


@dataclass(frozen=True, slots=True)
class Signals:
    """Figures of one call by role; a figure that cannot be had is left out or None."""

    duration_ms: int
    conversation_ms: int
    talk_ms: dict[Role, int]
    talk_share: dict[Role, float]
    words_per_minute: dict[Role, float]
    longest_monologue: dict[Role, Span]
    listening_ms: dict[Role, int]
    listening_share: dict[Role, float]
    interruptions: tuple[Interruption, ...] | None
    overlap_ms: int | None
    silences: tuple[Silence, ...]
    holds: tuple[Span, ...]
    transfers: tuple[Transfer, ...]
    unrecorded_ms: int
    first_answer_ms: int | None

    @property
    def silence_ms(self) -> int:
        """Milliseconds of silence, each of three seconds or more."""
        return sum(silence.length_ms for silence in self.silences)

    @property
    def dead_air(self) -> tuple[Silence, ...]:
        """The silences of ten seconds or more before the farewell."""
        return tuple(silence for silence in self.silences if silence.is_dead_air)

    @property
    def hold_ms(self) -> int:
        """Milliseconds on hold: the length of the union of the hold events."""
        return length_ms(self.holds)


def signals(transcript: Transcript, *, transfers_told: int = 0) -> Signals:
    """Every figure of a recorded call; ``transfers_told`` is how many transfers its metadata names."""
    turns = sorted(transcript.turns, key=lambda turn: turn.start_ms)
    holds, unrecorded = hold_spans(transcript), unrecorded_spans(transcript)
    conversation = conversation_ms(turns, without=[*holds, *unrecorded])
    listened = listening_ms(turns)
    at_once = transcript.layout not in ONE_AT_A_TIME
    return Signals(
        duration_ms=transcript.duration_ms,
        conversation_ms=conversation,
        talk_ms=talk_ms(turns),
        talk_share=talk_share(turns),
        words_per_minute=words_per_minute(turns),
        longest_monologue=longest_monologue(turns),
        listening_ms=listened,
        listening_share={role: heard / conversation for role, heard in listened.items()} if conversation else {},
        interruptions=tuple(interruptions(turns)) if at_once else None,
        overlap_ms=overlap_ms(turns) if at_once else None,
        silences=tuple(silences(turns, without=[*holds, *unrecorded])),
        holds=tuple(holds),
        transfers=tuple(transfers(turns, transcript.events, told=transfers_told, holds=holds)),
        unrecorded_ms=length_ms(unrecorded),
        first_answer_ms=first_answer_ms(turns, without=unrecorded),
    )


def talk_ms(turns: Sequence[Turn]) -> dict[Role, int]:
    """Milliseconds in which each role talks: the length of the union of its turns."""
    return {role: length_ms(_of(turns, role)) for role in _roles(turns)}


def talk_share(turns: Sequence[Turn]) -> dict[Role, float]:
    """Each role's part of all talk, 0 to 1: its talk ÷ Σ talk of all roles. Overlap counts for both."""
    talk = talk_ms(turns)
    total = sum(talk.values())
    return {role: spoken / total for role, spoken in talk.items()} if total else {}


def words_per_minute(turns: Sequence[Turn]) -> dict[Role, float]:
    """Speech rate of each role: words ÷ minutes of its talk (pauses between turns left out).

    A role that talks for less than five seconds has no rate.
    """
    talk = talk_ms(turns)
    counts = {role: sum(len(turn.words) for turn in turns if turn.role is role) for role in talk}
    return {role: counts[role] * 60_000 / spoken for role, spoken in talk.items() if spoken >= RATE_MINIMUM_MS}


def conversation_ms(turns: Sequence[Turn], *, without: Iterable[Span] = ()) -> int:
    """Milliseconds from the first to the last word, ``without`` (hold, unrecorded time) left out where nobody talks."""
    if not turns:
        return 0
    spoken = [Span(turn.start_ms, turn.end_ms) for turn in turns]
    first_ms, last_ms = min(span.start_ms for span in spoken), max(span.end_ms for span in spoken)
    return last_ms - first_ms - without_ms(within(without, start_ms=first_ms, end_ms=last_ms), spoken)


def listening_ms(turns: Sequence[Turn]) -> dict[Role, int]:
    """Milliseconds in which each role listens: another role talks and it says nothing, or no more than a nod.

    The length of the union of the others' turns outside of its own turns that are no nods. Its share is of
    ``conversation_ms``.
    """
    return {
        role: without_ms(
            (Span(turn.start_ms, turn.end_ms) for turn in turns if turn.role is not role),
            _of([turn for turn in turns if not is_nod(turn)], role),
        )
        for role in _roles(turns)
    }


def longest_monologue(turns: Sequence[Turn]) -> dict[Role, Span]:
    """The longest stretch in which one role talks and nobody else takes a turn, pauses up to two seconds included.

    From the first turn's start to the last one's end over consecutive turns of the role; another's nod beneath its
    words does not end it. The customer's is the longest the agent listened at a stretch.
    """
    longest: dict[Role, Span] = {}
    begun: Span | None = None
    role: Role | None = None
    for turn in sorted(turns, key=lambda turn: turn.start_ms):
        if begun is not None and turn.role is not role and turn.start_ms < begun.end_ms and is_nod(turn):
            continue
        continued = begun is not None and turn.role is role and turn.start_ms - begun.end_ms <= MONOLOGUE_PAUSE_MS
        begun = Span(begun.start_ms, max(begun.end_ms, turn.end_ms)) if continued and begun else _span(turn)
        role = turn.role
        if role not in longest or length_ms([begun]) > length_ms([longest[role]]):
            longest[role] = begun
    return longest


def overlap_ms(turns: Sequence[Turn]) -> int:
    """Milliseconds in which two roles or more talk at once: Σ talk by role − length of the union of all turns, for two."""
    changes = sorted(
        change
        for role in _roles(turns)
        for span in _of(turns, role)
        for change in ((span.start_ms, 1), (span.end_ms, -1))
    )
    talking = overlap = 0
    for (at_ms, change), (next_ms, _next) in pairwise(changes):
        talking += change
        overlap += next_ms - at_ms if talking > 1 else 0
    return overlap


def hold_spans(transcript: Transcript) -> list[Span]:
    """The stretches on hold, whichever channel they were found in, joined where they touch."""
    return _events(transcript, EventKind.HOLD)


def unrecorded_spans(transcript: Transcript) -> list[Span]:
    """The stretches of a call that nobody recorded, which are neither silence nor hold."""
    return _events(transcript, EventKind.UNRECORDED)


def first_answer_ms(turns: Sequence[Turn], *, without: Iterable[Span] = ()) -> int | None:
    """Milliseconds from the start of the recording to the agent's first word; None where no turn is the agent's.

    What lies in ``without`` before that word does not count.
    """
    first = min((turn.start_ms for turn in turns if turn.role is Role.AGENT), default=None)
    return None if first is None else first - length_ms(within(without, start_ms=0, end_ms=first))


def _events(transcript: Transcript, kind: EventKind) -> list[Span]:
    return united(Span(event.start_ms, event.end_ms) for event in transcript.events if event.kind is kind)


def _roles(turns: Iterable[Turn]) -> list[Role]:
    return list(dict.fromkeys(turn.role for turn in turns))


def _of(turns: Iterable[Turn], role: Role) -> list[Span]:
    return united(_span(turn) for turn in turns if turn.role is role)


def _span(turn: Turn) -> Span:
    return Span(turn.start_ms, turn.end_ms)
