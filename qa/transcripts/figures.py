"""What the times of a stored transcript tell; for calls and for messages. Computed when asked for, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.interactions.kinds import Channel
from qa.transcripts.heard import as_heard
from qa.transcripts.models import Transcript, Turn
from transcribe.messages import Message, MessageSignals, message_signals
from transcribe.signals import Signals, signals
from transcribe.types import Role

#: From how many seconds on a pause between messages is a gap. Business hours are not known, so that a night counts.
GAP_FROM_S = {Channel.CHAT: 3 * 60, Channel.EMAIL: 24 * 3600}
GAP_FROM_S_ELSEWHERE = 3600


@dataclass(frozen=True, slots=True)
class Written:
    """The figures of a written contact; ``turns`` are the messages that they count, by their place."""

    signals: MessageSignals
    turns: tuple[Turn, ...]


def call_signals(transcript: Transcript) -> Signals | None:
    """Return the figures of a call; nothing for messages."""
    if not any(turn.start_ms is not None for turn in transcript.turns):
        return None
    heard, interaction = as_heard(transcript), transcript.interaction
    known = replace(heard, duration_ms=interaction.duration_ms or heard.duration_ms)
    return signals(known, transfers_told=interaction.transfers)


def written_signals(transcript: Transcript) -> Written | None:
    """Return the figures of a written contact; nothing where times are missing."""
    sent = sorted(
        (turn.sent_at, turn.position, turn)
        for turn in transcript.turns
        if turn.sent_at is not None and not turn.internal
    )
    if not sent:
        return None
    messages = [Message(Role(turn.role.value), sent_at, turn.text) for sent_at, _position, turn in sent]
    return Written(
        written_figures(messages, channel=transcript.interaction.channel),
        tuple(turn for _sent_at, _position, turn in sent),
    )


def written_figures(messages: Sequence[Message], *, channel: Channel) -> MessageSignals:
    """Return the figures of messages in order; what a gap is depends on the channel."""
    return message_signals(messages, gap_from_s=GAP_FROM_S.get(channel, GAP_FROM_S_ELSEWHERE))
