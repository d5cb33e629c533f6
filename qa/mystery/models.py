"""Mystery-shopper programmes, their scenarios, and the visits."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import CardVersion, Scorecard
from qa.db import Stored
from qa.interactions.models import Interaction
from qa.people.models import User


class VisitState(StrEnum):
    """A visit is planned, being filled in, handed in, and evaluated."""

    PLANNED = "planned"
    STARTED = "started"
    SUBMITTED = "submitted"
    EVALUATED = "evaluated"


class AttachmentKind(StrEnum):
    """What a shopper may hand in with a visit."""

    RECORDING = "recording"
    PHOTO = "photo"


class Programme(Stored):
    """A series of mystery visits with one purpose and one card."""

    __tablename__ = "programmes"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    scorecard: Mapped[Scorecard] = relationship()
    scenarios: Mapped[list["Scenario"]] = relationship(back_populates="programme", order_by="Scenario.id")


class Scenario(Stored):
    """Who the shopper is, what they ask, and what good handling looks like."""

    __tablename__ = "scenarios"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    persona: Mapped[str]
    question: Mapped[str]
    expected: Mapped[str]

    programme: Mapped[Programme] = relationship(back_populates="scenarios")


class Visit(Stored):
    """One visit of one shopper; handed in, it becomes an interaction that is evaluated."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('submitted', 'evaluated')) = (submitted_at IS NOT NULL)", name="submitted_has_time"
        ),
        CheckConstraint("(state IN ('submitted', 'evaluated')) = (interaction_id IS NOT NULL)", name="submitted_joins"),
        CheckConstraint("ended_at IS NULL OR started_at IS NULL OR started_at <= ended_at", name="visit_forward"),
    )

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenarios.id"), index=True)
    shopper_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: Who is visited.
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    location: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[VisitState] = mapped_column(default=VisitState.PLANNED)
    planned_for: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    card_version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id"))
    #: {criterion: {"option": …, "number": …, "text": …, "not_applicable": …, "comment": …}} as the shopper filled it in.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"personal": "text"})
    notes: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: The highest revision any piece was saved with, and the revision of each piece ("answer:<criterion>", "notes", "times").
    revision: Mapped[int] = mapped_column(default=0)
    revisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), unique=True)

    scenario: Mapped[Scenario] = relationship()
    shopper: Mapped[User] = relationship(foreign_keys=[shopper_id])
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
    card_version: Mapped[CardVersion] = relationship()
    interaction: Mapped[Interaction | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="visit", order_by="Attachment.id", cascade="all, delete-orphan"
    )


class Attachment(Stored):
    """A photo or a recording that a shopper handed in."""

    __tablename__ = "attachments"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AttachmentKind]
    file_name: Mapped[str] = mapped_column(String(300), info={"personal": "text"})
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    blob_key: Mapped[str] = mapped_column(String(200))

    visit: Mapped[Visit] = relationship(back_populates="attachments")
