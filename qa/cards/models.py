"""Scorecards and their versions; the meaning of a version that was published never changes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.people.models import User


class VersionState(StrEnum):
    """A version is written, used, and at last no longer offered."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Scorecard(Stored):
    """A scorecard through all its versions."""

    __tablename__ = "scorecards"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    versions: Mapped[list["CardVersion"]] = relationship(back_populates="scorecard", order_by="CardVersion.number")


class CardVersion(Stored):
    """One version: the whole definition as YAML, with the digest of its meaning."""

    __tablename__ = "card_versions"
    __table_args__ = (
        UniqueConstraint("scorecard_id", "number"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_has_time"),
    )

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"), index=True)
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    definition: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    #: Raised by every save of a draft; a save that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=0)
    #: The place of what stands among the kept states of a draft.
    step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    scorecard: Mapped[Scorecard] = relationship(back_populates="versions")
    wordings: Mapped[list["CardWording"]] = relationship(back_populates="version", order_by="CardWording.id")


class DraftStep(Stored):
    """One of the last states of a draft; see `qa.cards.history`."""

    __tablename__ = "card_draft_steps"
    __table_args__ = (UniqueConstraint("version_id", "place"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id", ondelete="CASCADE"))
    #: Counts the saves; what comes after the draft's own step was undone.
    place: Mapped[int]
    #: The draft's revision while this state stood last.
    revision: Mapped[int]
    definition: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))


class CardWording(Stored):
    """What a published version said before its wording or order was changed in place."""

    __tablename__ = "card_wordings"

    version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id"), index=True)
    definition: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    replaced_at: Mapped[datetime]
    #: Empty when the product itself acted.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    version: Mapped[CardVersion] = relationship(back_populates="wordings")
    replaced_by: Mapped[User | None] = relationship()
