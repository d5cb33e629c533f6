"""Edits of a transcript: what was changed, where, by whom and when."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.interactions.kinds import AuthorRole
from qa.people.models import User
from qa.transcripts.models import Transcript


class EditKind(StrEnum):
    """What an edit changes."""

    WORDS = "words"
    SPEAKER = "speaker"
    SWAP = "swap"


class EditEnding(StrEnum):
    """Why an edit no longer holds."""

    TAKEN_BACK = "taken_back"
    #: A later transcription reads so by itself.
    HEARD = "heard"


class TranscriptEdit(Stored):
    """One change of a transcript; what is done in one go shares a number. The heard words themselves never change."""

    __tablename__ = "transcript_edits"
    __table_args__ = (
        CheckConstraint("(first_word IS NULL) = (last_word IS NULL)", name="place_whole"),
        CheckConstraint("first_word IS NULL OR (first_word >= 0 AND first_word <= last_word)", name="place_forward"),
        CheckConstraint("kind <> 'swap' OR first_word IS NULL", name="swap_is_everywhere"),
        CheckConstraint("kind = 'swap' OR unplaced = (first_word IS NULL)", name="placed_has_place"),
        CheckConstraint("(kind = 'speaker') = (role IS NOT NULL)", name="speaker_has_role"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending_has_time"),
    )

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    #: 1, 2, … in each transcript.
    number: Mapped[int]
    kind: Mapped[EditKind]
    #: Heard words, counted through the whole transcript from 0; empty for a swap, and where no place was found.
    first_word: Mapped[int | None]
    last_word: Mapped[int | None]
    #: A later transcription has no such place; somebody has to look.
    unplaced: Mapped[bool] = mapped_column(default=False)
    role: Mapped[AuthorRole | None]
    #: The words that stand there now; none where nothing was said.
    words: Mapped[list[Any]] = mapped_column(default=list, info={"personal": "text"})
    #: What was read there when the edit was made.
    instead_of: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: A later edit that changes these words too; taken back, this one holds again.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("transcript_edits.id"))
    ending: Mapped[EditEnding | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    transcript: Mapped[Transcript] = relationship()
    made_by: Mapped[User | None] = relationship(foreign_keys=made_by_id)
    ended_by: Mapped[User | None] = relationship(foreign_keys=ended_by_id)
