"""The job table: what is to be done, by whom it is being done, how far it has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qa.db import Stored


class JobState(StrEnum):
    """A job waits, runs, and ends in one of three ways."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Stored):
    """One piece of long work; (kind, key) is unique, so that asking twice is asking once."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("progress_done <= progress_total", name="progress_within_total"),
        CheckConstraint("(state = 'running') = (token IS NOT NULL)", name="running_has_token"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    #: Numbers of rows only; what they mean is read when the job runs.
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: Who holds the job; every write of its holder names it, so that a holder that was given up changes nothing.
    token: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    #: Lazy texts as JSON: what the job is doing, and why it failed.
    step: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]


class Tick(Stored):
    """Periodic work that was started: the first scheduler to write the row does it."""

    __tablename__ = "ticks"
    __table_args__ = (UniqueConstraint("name", "due"),)

    name: Mapped[str] = mapped_column(String(60))
    due: Mapped[datetime]
