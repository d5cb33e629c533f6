"""What the times of a stored transcript tell: shares, rates, waiting; for calls and for messages."""

from dataclasses import dataclass, replace
from statistics import median

from qa.transcripts.heard import as_heard
from qa.transcripts.models import Transcript
from transcribe.signals import Message, Signals, response_times_s, signals
from transcribe.types import Role


@dataclass(frozen=True, slots=True)
class Waits:
    """How long customers waited for an answer in a written contact, in seconds."""

    first_s: float
    longest_s: float
    median_s: float


def call_signals(transcript: Transcript, *, duration_ms: int | None) -> Signals | None:
    """Return the figures of a call; nothing for messages."""
    if not any(turn.start_ms is not None for turn in transcript.turns):
        return None
    heard = as_heard(transcript)
    return signals(replace(heard, duration_ms=duration_ms or heard.duration_ms))


def message_waits(transcript: Transcript) -> Waits | None:
    """Return how long answers took; nothing where no customer was answered or times are missing."""
    messages = [
        Message(Role(turn.role.value), turn.sent_at)
        for turn in transcript.turns
        if turn.sent_at is not None and not turn.internal
    ]
    waits = response_times_s(messages)
    return Waits(waits[0], max(waits), median(waits)) if waits else None
