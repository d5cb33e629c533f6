"""What the times of a written conversation tell: answers, gaps, messages in a row; business hours are not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from transcribe.manners import PATIENCE, says
from transcribe.types import Role

#: Who takes part in the conversation; what bots and systems write lets nobody wait and answers nobody.
PARTIES = frozenset({Role.AGENT, Role.CUSTOMER})


@dataclass(frozen=True, slots=True)
class Message:
    """When a message was sent, by whom, and its text."""

    role: Role
    sent_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the agent: which message it is, counted from 0, and the seconds the customer waited for it."""

    message: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause in a conversation: which message ends it, its seconds, and who let it pass."""

    message: int
    seconds: float
    let_pass_by: Role


@dataclass(frozen=True, slots=True)
class MessageSignals:
    """Figures of one written conversation; a figure that cannot be had is None."""

    messages: dict[Role, int]
    most_in_a_row: dict[Role, int]
    answers: tuple[Answer, ...]
    gaps: tuple[Gap, ...]
    gap_from_s: float
    #: How many messages of the customer stand at the end without an answer.
    unanswered: int

    @property
    def first(self) -> Answer | None:
        """The first answer; the time in a queue or with a bot is in it."""
        return self.answers[0] if self.answers else None

    @property
    def longest(self) -> Answer | None:
        """The answer that the customer waited longest for."""
        return max(self.answers, key=lambda answer: answer.seconds, default=None)

    @property
    def median_s(self) -> float | None:
        """Seconds within which half of the answers came."""
        return median(answer.seconds for answer in self.answers) if self.answers else None

    @property
    def median_later_s(self) -> float | None:
        """The same of all answers but the first: what an agent who has the conversation takes."""
        later = [answer.seconds for answer in self.answers[1:]]
        return median(later) if later else None


def message_signals(messages: Sequence[Message], *, gap_from_s: float) -> MessageSignals:
    """Every figure of a written conversation, whose messages are in order; a gap lasts ``gap_from_s`` or longer."""
    own = [message for message in messages if message.role in PARTIES]
    last = next((at for at in range(len(own), 0, -1) if own[at - 1].role is not Role.CUSTOMER), 0)
    return MessageSignals(
        messages={role: sum(message.role is role for message in own) for role in _roles(own)},
        most_in_a_row=most_in_a_row(own),
        answers=tuple(answers(messages)),
        gaps=tuple(gaps(messages, gap_from_s=gap_from_s)),
        gap_from_s=gap_from_s,
        unanswered=len(own) - last,
    )


def answers(messages: Sequence[Message]) -> list[Answer]:
    """The agent's answers, with the seconds from the customer's first unanswered message to the agent's next one.

    Several messages in a row wait from the first of them; messages nobody answered do not count, nor those of bots and
    systems. The first item is the time to first answer.
    """
    found: list[Answer] = []
    asked_at: datetime | None = None
    for number, message in enumerate(messages):
        if message.role is Role.CUSTOMER and asked_at is None:
            asked_at = message.sent_at
        elif message.role is Role.AGENT and asked_at is not None:
            found.append(Answer(number, _seconds(asked_at, message.sent_at)))
            asked_at = None
    return found


def gaps(messages: Sequence[Message], *, gap_from_s: float) -> list[Gap]:
    """Pauses of ``gap_from_s`` or longer between two messages of the parties, one after the other.

    The agent let it pass when the customer wrote last, or when the agent had asked for patience; else the customer did.
    """
    found: list[Gap] = []
    last: Message | None = None
    for number, message in enumerate(messages):
        if message.role not in PARTIES:
            continue
        if last is not None and _seconds(last.sent_at, message.sent_at) >= gap_from_s:
            awaited = last.role is Role.CUSTOMER or says(last.text, PATIENCE)
            seconds = _seconds(last.sent_at, message.sent_at)
            found.append(Gap(number, seconds, let_pass_by=Role.AGENT if awaited else Role.CUSTOMER))
        last = message
    return found


def most_in_a_row(messages: Sequence[Message]) -> dict[Role, int]:
    """The most messages that each role wrote before somebody else did."""
    most: dict[Role, int] = {}
    row, role = 0, None
    for message in messages:
        row = row + 1 if message.role is role else 1
        role = message.role
        most[role] = max(most.get(role, 0), row)
    return most


def _roles(messages: Sequence[Message]) -> list[Role]:
    return list(dict.fromkeys(message.role for message in messages))


def _seconds(first: datetime, last: datetime) -> float:
    """Seconds between two moments; a source whose messages are out of order gives none below nought."""
    return max(0.0, (last - first).total_seconds())
