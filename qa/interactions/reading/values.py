"""The values every reader returns: conversations, facts of recordings, and problems with their place."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from qa.i18n import Text, _
from qa.interactions.kinds import AuthorRole, Channel, Direction


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message as its source gives it; ``text`` is whole, ``position`` counts from 0 in its conversation."""

    position: int
    author_role: AuthorRole
    author_name: str
    #: Aware UTC; empty where the source gives no time.
    sent_at: datetime | None
    text: str
    internal: bool = False
    external_id: str = ""
    #: Names of attached files; the files themselves are not read.
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingConversation:
    """One written contact; ``reference`` is its own in its source, ``agent_reference`` the source's name of the agent."""

    reference: str
    channel: Channel
    agent_reference: str
    #: Aware UTC.
    started_at: datetime
    messages: tuple[IncomingMessage, ...]
    #: A language tag such as ``nl``; empty where the source does not say.
    language: str = ""
    queue: str = ""
    subject: str = ""
    #: Where it begins in its file, from 1; empty where lines mean nothing.
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """Where a recording belongs in its conversation, as far as it was told; nothing told is a recording by itself."""

    #: Milliseconds after the start of the conversation.
    offset_ms: int | None = None
    #: Which part, from 1, and of how many.
    number: int | None = None
    total: int | None = None
    #: Channel of a recording that holds one party only, and that party where its name was told.
    side: int | None = None
    party: AuthorRole | None = None


@dataclass(frozen=True, slots=True)
class IncomingRecordingFacts:
    """What is known of a recording besides its sound; ``file`` is its path relative to the folder that was read."""

    reference: str
    file: str
    agent_reference: str
    #: Aware UTC.
    started_at: datetime
    direction: Direction = Direction.UNKNOWN
    queue: str = ""
    language: str = ""
    customer_reference: str = ""
    #: How often the call was put through, as far as it says.
    transfers: int = 0
    place: PartFacts = field(default_factory=PartFacts)
    #: The line of the table that told it, from 1; empty where it was told otherwise.
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, where, and what to do about it; ``line`` counts from 1, empty for the whole file."""

    file: str
    line: int | None
    sentence: Text

    @property
    def text(self) -> Text:
        """The sentence with its place in front."""
        if self.line is None:
            return _("{file}: {sentence}", file=self.file, sentence=self.sentence)
        return _("{file}, line {line}: {sentence}", file=self.file, line=str(self.line), sentence=self.sentence)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Item]):
    """What was read, and what was not; a problem never stops the rest."""

    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()


def storable(text: str) -> str:
    """Return the text with what no database keeps, NUL and half surrogates, as the replacement character."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)
