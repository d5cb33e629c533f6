"""The one place where a conversation is put together and checked, whatever its format."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, storable


def build_conversation(
    messages: Sequence[IncomingMessage],
    *,
    reference: str,
    channel: Channel,
    agent_reference: str = "",
    started_at: datetime | None = None,
    language: str = "",
    queue: str = "",
    subject: str = "",
) -> IncomingConversation:
    """Return the conversation with its messages numbered from 0 in the order given.

    The start is the first time there is; the agent is the first agent who wrote something others may read.
    Raises ``InvalidError`` where there is no reference, no text, no time or no agent.
    """
    if not reference.strip():
        raise InvalidError(
            _("This conversation has no reference. Give each conversation its own, such as a ticket number.")
        )
    if not any(message.text.strip() or message.attachments for message in messages):
        raise InvalidError(
            _("This conversation has no messages with text. Check which column or field holds the text.")
        )
    times = [message.sent_at for message in messages if message.sent_at is not None]
    start = started_at or (min(times) if times else None)
    if start is None:
        raise InvalidError(
            _("No message of this conversation has a time. Export it with times, or add when the conversation started.")
        )
    agent = agent_reference.strip() or _first_agent(messages)
    if not agent:
        raise InvalidError(
            _(
                "No agent is named in this conversation. Add the agent's name or staff number, or say which author is the agent."
            )
        )
    return IncomingConversation(
        reference=storable(reference.strip()),
        channel=channel,
        agent_reference=storable(agent),
        started_at=start,
        language=storable(language.strip()),
        queue=storable(queue.strip()),
        subject=storable(subject.strip()),
        messages=tuple(_cleaned(message, position=position) for position, message in enumerate(messages)),
    )


def in_order_of_time(messages: Sequence[IncomingMessage]) -> list[IncomingMessage]:
    """Return the messages by time, or as they stand where one has no time; equal times keep their order."""
    if any(message.sent_at is None for message in messages):
        return list(messages)
    return sorted(messages, key=lambda message: message.sent_at.timestamp() if message.sent_at else 0.0)


def _first_agent(messages: Sequence[IncomingMessage]) -> str:
    written = [
        message for message in messages if message.author_role is AuthorRole.AGENT and message.author_name.strip()
    ]
    spoken_to_customer = [message for message in written if not message.internal]
    return next((message.author_name.strip() for message in (spoken_to_customer or written)), "")


def _cleaned(message: IncomingMessage, *, position: int) -> IncomingMessage:
    return replace(
        message,
        position=position,
        author_name=storable(message.author_name),
        text=storable(message.text),
        external_id=storable(message.external_id),
        attachments=tuple(storable(name) for name in message.attachments),
    )
