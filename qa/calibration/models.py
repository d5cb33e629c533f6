"""Scores of the same interaction that are compared, and calibration sessions with what their meeting decided."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import CardVersion
from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.interactions.models import Interaction
from qa.people.models import User


class Outcome(StrEnum):
    """What a meeting decides to do about a criterion."""

    NONE = "none"
    WORDING = "wording"
    TRAINING = "training"


class ScorePair(Stored):
    """The score that counts and the second one of the same interaction, on the same version of a card."""

    __tablename__ = "score_pairs"
    __table_args__ = (CheckConstraint("first_id <> second_id", name="two_scores"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), unique=True)

    first: Mapped[Evaluation] = relationship(foreign_keys=[first_id])
    second: Mapped[Evaluation] = relationship(foreign_keys=[second_id])


class CalibrationSession(Stored):
    """Interactions that several reviewers score apart from each other, and talk about afterwards."""

    __tablename__ = "calibration_sessions"
    __table_args__ = (
        CheckConstraint("locks_at > created_at", name="locks_later"),
        CheckConstraint("closed_at IS NULL OR closed_at >= created_at", name="closed_later"),
    )

    name: Mapped[str] = mapped_column(String(200))
    card_version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: From then on nobody scores any more, and the scores are open to those who were invited.
    locks_at: Mapped[datetime]
    #: When the meeting was ended.
    closed_at: Mapped[datetime | None]

    card_version: Mapped[CardVersion] = relationship()
    items: Mapped[list["CalibrationItem"]] = relationship(
        back_populates="session", order_by="CalibrationItem.position", cascade="all, delete-orphan"
    )
    reviewers: Mapped[list["CalibrationReviewer"]] = relationship(
        back_populates="session", order_by="CalibrationReviewer.id", cascade="all, delete-orphan"
    )


class CalibrationItem(Stored):
    """One interaction of a session."""

    __tablename__ = "calibration_items"
    __table_args__ = (UniqueConstraint("session_id", "interaction_id"), UniqueConstraint("session_id", "position"))

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_sessions.id", ondelete="CASCADE"))
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    position: Mapped[int]

    session: Mapped[CalibrationSession] = relationship(back_populates="items")
    interaction: Mapped[Interaction] = relationship()
    scores: Mapped[list["CalibrationScore"]] = relationship(
        back_populates="item", order_by="CalibrationScore.id", cascade="all, delete-orphan"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="item", order_by="Decision.id", cascade="all, delete-orphan"
    )


class CalibrationReviewer(Stored):
    """Somebody who was invited."""

    __tablename__ = "calibration_reviewers"
    __table_args__ = (UniqueConstraint("session_id", "user_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

    session: Mapped[CalibrationSession] = relationship(back_populates="reviewers")
    user: Mapped[User] = relationship()


class CalibrationScore(Stored):
    """The evaluation of one reviewer for one item."""

    __tablename__ = "calibration_scores"

    item_id: Mapped[int] = mapped_column(ForeignKey("calibration_items.id", ondelete="CASCADE"), index=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), unique=True)

    item: Mapped[CalibrationItem] = relationship(back_populates="scores")
    evaluation: Mapped[Evaluation] = relationship()


class Decision(Stored):
    """What the meeting made of one criterion: the answer all can live with, and what follows from it."""

    __tablename__ = "calibration_decisions"
    __table_args__ = (
        UniqueConstraint("item_id", "criterion"),
        CheckConstraint("(outcome = 'none') = (owner_id IS NULL)", name="outcome_has_owner"),
        CheckConstraint("(outcome = 'none') = (due_on IS NULL)", name="outcome_has_date"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("calibration_items.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(60))
    #: The key of an option, a number, or the word for not applicable; empty when no consensus was reached.
    consensus: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.NONE)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date | None]
    decided_at: Mapped[datetime]

    item: Mapped[CalibrationItem] = relationship(back_populates="decisions")
    owner: Mapped[User | None] = relationship()
