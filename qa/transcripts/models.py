"""Transcripts and their turns: spoken words with times, or written messages with theirs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.kinds import AuthorRole
from qa.interactions.models import Interaction


class Transcript(Stored):
    """One reading of an interaction; a later one stands beside the earlier ones, the newest counts."""

    __tablename__ = "transcripts"
    __table_args__ = (UniqueConstraint("interaction_id", "number"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(2))
    #: Empty for messages, which need no recogniser.
    engine: Mapped[str] = mapped_column(String(40), default="")
    model: Mapped[str] = mapped_column(String(200), default="")
    diariser: Mapped[str] = mapped_column(String(60), default="")
    layout: Mapped[str] = mapped_column(String(30), default="")
    #: Lazy texts as JSON; they name files.
    warnings: Mapped[list[Any]] = mapped_column(info={"personal": "text"})
    #: [{kind, start_ms, end_ms, channel}]
    events: Mapped[list[Any]]
    #: Words that were left out, with why: [{text, start_ms, end_ms, reason, channel}]
    removed: Mapped[list[Any]] = mapped_column(default=list, server_default="[]", info={"personal": "text"})
    created_at: Mapped[datetime]

    interaction: Mapped[Interaction] = relationship()
    turns: Mapped[list["Turn"]] = relationship(
        back_populates="transcript", order_by="Turn.position", cascade="all, delete-orphan"
    )


class Turn(Stored):
    """What one party says or writes at a stretch."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("transcript_id", "position"),
        CheckConstraint("(start_ms IS NULL) = (end_ms IS NULL)", name="span_whole"),
        CheckConstraint("start_ms IS NULL OR start_ms <= end_ms", name="span_forward"),
    )

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    role: Mapped[AuthorRole]
    #: Somebody said who this is; a later transcription keeps it.
    role_by_hand: Mapped[bool] = mapped_column(default=False)
    #: Name of a message's author as the platform gave it, or the diariser's label of a speaker.
    author: Mapped[str] = mapped_column(String(200), default="", info={"personal": "name"})
    text: Mapped[str] = mapped_column(info={"personal": "text"})
    #: Empty where it is that of the transcript.
    language: Mapped[str | None] = mapped_column(String(2))
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    sent_at: Mapped[datetime | None]
    #: A note among colleagues, which the customer never saw.
    internal: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str] = mapped_column(String(200), default="")
    #: Names of files sent with a message; the files themselves are not kept.
    attachments: Mapped[list[Any]] = mapped_column(default=list, info={"personal": "text"})
    #: [[text, start_ms, end_ms, probability, [doubts]]] for spoken turns.
    words: Mapped[list[Any]] = mapped_column(default=list, info={"personal": "text"})
    #: What was heard, {role, role_by_hand, author, start_ms, end_ms, words}, where edits changed the turn.
    heard: Mapped[dict[str, Any] | None] = mapped_column(info={"personal": "text"})
    #: The turn that this one was cut off by an edit; its words are counted in that one.
    heard_turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"), index=True)
    #: [[first, last]] for each word: the heard words under it; empty where each stands for itself.
    places: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    #: What was heard where other words stand now: [[word, how many words, heard]].
    replaced: Mapped[list[Any]] = mapped_column(default=list, server_default="[]", info={"personal": "text"})

    transcript: Mapped[Transcript] = relationship(back_populates="turns")
