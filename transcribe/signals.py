"""What the times of a conversation tell: shares, rates, silences, interruptions, waiting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from transcribe.types import EventKind, Role, Span, Transcript, Turn

#: A shorter pause belongs to the rhythm of talking.
SILENCE_MS = 2000
#: A new turn of the same speaker within this pause continues a monologue.
MONOLOGUE_PAUSE_MS = 2000
#: Speech beneath the other's for less than this is a nod, not an interruption.
INTERRUPTION_MS = 300
#: Fewer spoken milliseconds give no rate worth showing.
RATE_MINIMUM_MS = 5000


@dataclass(frozen=True, slots=True)
class Signals:
    """Figures of one conversation by role; a figure that cannot be had is left out or None."""

    duration_ms: int
    talk_ms: dict[Role, int]
    talk_share: dict[Role, float]
    words_per_minute: dict[Role, float]
    longest_monologue_ms: dict[Role, int]
    interruptions: dict[Role, int]
    overlap_ms: int
    silence_ms: int
    longest_silence_ms: int
    hold_ms: int
    first_answer_ms: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """When a chat message was sent, and by whom."""

    role: Role
    sent_at: datetime


def signals(transcript: Transcript) -> Signals:
    """Every figure of a recorded call."""
    turns = sorted(transcript.turns, key=lambda turn: turn.start_ms)
    silent = silences(turns, duration_ms=transcript.duration_ms, without=hold_spans(transcript))
    return Signals(
        duration_ms=transcript.duration_ms,
        talk_ms=talk_ms(turns),
        talk_share=talk_share(turns),
        words_per_minute=words_per_minute(turns),
        longest_monologue_ms=longest_monologue_ms(turns),
        interruptions=interruptions(turns),
        overlap_ms=overlap_ms(turns),
        silence_ms=sum(span.end_ms - span.start_ms for span in silent),
        longest_silence_ms=max((span.end_ms - span.start_ms for span in silent), default=0),
        hold_ms=hold_ms(transcript),
        first_answer_ms=first_answer_ms(turns),
    )


def talk_ms(turns: Sequence[Turn]) -> dict[Role, int]:
    """Milliseconds in which each role talks: the length of the union of its turns."""
    return {role: _length(_of(turns, role)) for role in _roles(turns)}


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


def silences(turns: Sequence[Turn], *, duration_ms: int, without: Iterable[Span] = ()) -> list[Span]:
    """Stretches of two seconds or more between first and last word, and after it, in which nobody talks.

    Gaps in the union of all turns and of ``without`` (hold is counted on its own). What comes before the first
    word is the wait of ``first_answer_ms``, not silence.
    """
    if not turns:
        return []
    taken = _union([*(Span(turn.start_ms, turn.end_ms) for turn in turns), *without])
    first_ms = min(turn.start_ms for turn in turns)
    ends = [*taken, Span(max(duration_ms, taken[-1].end_ms), duration_ms)]
    gaps = [Span(before.end_ms, after.start_ms) for before, after in pairwise(ends)]
    return [gap for gap in gaps if gap.start_ms >= first_ms and gap.end_ms - gap.start_ms >= SILENCE_MS]


def longest_monologue_ms(turns: Sequence[Turn]) -> dict[Role, int]:
    """The longest stretch in which one role talks and nobody else begins, pauses up to two seconds included.

    From the first turn's start to the last one's end over consecutive turns of the role.
    """
    longest: dict[Role, int] = {}
    begun_ms = 0
    previous: Turn | None = None
    for turn in sorted(turns, key=lambda turn: turn.start_ms):
        continued = (
            previous is not None
            and previous.role is turn.role
            and turn.start_ms - previous.end_ms <= MONOLOGUE_PAUSE_MS
        )
        if not continued:
            begun_ms = turn.start_ms
        longest[turn.role] = max(longest.get(turn.role, 0), turn.end_ms - begun_ms)
        previous = turn
    return longest


def interruptions(turns: Sequence[Turn]) -> dict[Role, int]:
    """How often each role begins while another role is talking and both go on for 0.3 s or more.

    Counted for who begins: turn b interrupts turn a when a.start < b.start < a.end, the roles differ and
    min(a.end, b.end) − b.start ≥ 300 ms; once for each b.
    """
    counts = dict.fromkeys(_roles(turns), 0)
    for later in turns:
        if any(
            earlier.role is not later.role
            and earlier.start_ms < later.start_ms
            and min(earlier.end_ms, later.end_ms) - later.start_ms >= INTERRUPTION_MS
            for earlier in turns
        ):
            counts[later.role] += 1
    return counts


def overlap_ms(turns: Sequence[Turn]) -> int:
    """Milliseconds in which two roles or more talk at once: Σ talk by role − length of the union of all turns, for two."""
    roles = [_of(turns, role) for role in _roles(turns)]
    moments = sorted({moment for spans in roles for span in spans for moment in (span.start_ms, span.end_ms)})
    return sum(
        end_ms - start_ms
        for start_ms, end_ms in pairwise(moments)
        if sum(any(span.start_ms <= start_ms and span.end_ms >= end_ms for span in spans) for spans in roles) > 1
    )


def hold_spans(transcript: Transcript) -> list[Span]:
    """The stretches on hold, whichever channel they were found in, joined where they touch."""
    return _union(Span(event.start_ms, event.end_ms) for event in transcript.events if event.kind is EventKind.HOLD)


def hold_ms(transcript: Transcript) -> int:
    """Milliseconds on hold: the length of the union of the hold events."""
    return _length(hold_spans(transcript))


def first_answer_ms(turns: Sequence[Turn]) -> int | None:
    """Milliseconds from the start of the recording to the agent's first word; None where no turn is the agent's."""
    return min((turn.start_ms for turn in turns if turn.role is Role.AGENT), default=None)


def response_times_s(messages: Sequence[Message], *, to: Role = Role.CUSTOMER, by: Role = Role.AGENT) -> list[float]:
    """Seconds from the first unanswered message of ``to`` to the next message of ``by``, in order.

    Several messages in a row wait from the first of them; messages nobody answered and messages of other roles do not
    count. The first item is the time to first answer.
    """
    waits: list[float] = []
    asked_at: datetime | None = None
    for message in sorted(messages, key=lambda message: message.sent_at):
        if message.role is to and asked_at is None:
            asked_at = message.sent_at
        elif message.role is by and asked_at is not None:
            waits.append((message.sent_at - asked_at).total_seconds())
            asked_at = None
    return waits


def _roles(turns: Iterable[Turn]) -> list[Role]:
    return list(dict.fromkeys(turn.role for turn in turns))


def _of(turns: Iterable[Turn], role: Role) -> list[Span]:
    return _union(Span(turn.start_ms, turn.end_ms) for turn in turns if turn.role is role)


def _union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start_ms):
        if joined and span.start_ms <= joined[-1].end_ms:
            joined[-1] = Span(joined[-1].start_ms, max(joined[-1].end_ms, span.end_ms))
        elif span.end_ms > span.start_ms:
            joined.append(span)
    return joined


def _length(spans: Iterable[Span]) -> int:
    return sum(span.end_ms - span.start_ms for span in spans)
