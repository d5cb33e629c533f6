"""Scorecards and their versions; a version that was used never changes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored


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
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    scorecard: Mapped[Scorecard] = relationship(back_populates="versions")
