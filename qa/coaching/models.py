"""Coaching reports: the content as it was, and the PDF made of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.i18n import Language
from qa.people.models import User


class ReportState(StrEnum):
    """A report is being made, can be read, was seen by the agent, could not be made, or lost its file by an erasure."""

    MAKING = "making"
    READY = "ready"
    SEEN = "seen"
    FAILED = "failed"
    ERASED = "erased"


class CoachingReport(Stored):
    """One agent's report over one period, in the reader's language."""

    __tablename__ = "coaching_reports"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="period_forward"),
        CheckConstraint("(state IN ('ready', 'seen')) = (blob_key IS NOT NULL)", name="ready_has_file"),
        CheckConstraint("(state = 'seen') = (seen_at IS NOT NULL)", name="seen_has_time"),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    language: Mapped[Language]
    state: Mapped[ReportState] = mapped_column(default=ReportState.MAKING)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    blob_key: Mapped[str | None] = mapped_column(String(200))
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    #: Figures of the report without names or texts, for lists.
    facts: Mapped[dict[str, Any] | None]

    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
