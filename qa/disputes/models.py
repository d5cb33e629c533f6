"""Disputes, and the criteria each of them is about."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.people.models import User


class DisputeState(StrEnum):
    """Waiting for its judge's own score, scored blind, decided, or taken back by the agent."""

    OPEN = "open"
    SCORED = "scored"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What the judge decides of a criterion, and of the dispute as a whole."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


#: States in which the score is disputed.
UNSETTLED = (DisputeState.OPEN, DisputeState.SCORED)


class Dispute(Stored):
    """One agent's disagreement with one revision of an evaluation of their work."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("(state IN ('scored', 'settled')) = (blind_at IS NOT NULL)", name="scored_has_time"),
        CheckConstraint("(state IN ('settled', 'withdrawn')) = (settled_at IS NOT NULL)", name="settled_has_time"),
        CheckConstraint("(state = 'settled') = (outcome IS NOT NULL)", name="settled_has_outcome"),
        CheckConstraint("state IN ('open', 'withdrawn') OR judge_id IS NOT NULL", name="scored_by_a_judge"),
        CheckConstraint("(judge_id IS NULL) = (taken_at IS NULL)", name="taken_has_time"),
        CheckConstraint("judge_id IS NULL OR judge_id <> agent_id", name="never_judged_by_the_agent"),
        CheckConstraint("judge_id IS NULL OR judge_id <> reviewer_id", name="never_judged_by_the_reviewer"),
        Index(
            "uq_disputes_one_unsettled",
            "evaluation_id",
            unique=True,
            sqlite_where=text("state IN ('open', 'scored')"),
            postgresql_where=text("state IN ('open', 'scored')"),
        ),
        Index("ix_disputes_judge_state", "judge_id", "state"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), index=True)
    #: The number of the revision that is disputed; see `qa.revisions`.
    against: Mapped[int]
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: Who gave the disputed score.
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.OPEN)
    raised_at: Mapped[datetime]
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime | None]
    #: Whether the judge's role, or an earlier dispute, let them see the score before they took this one.
    could_have_seen: Mapped[bool] = mapped_column(default=False)
    #: The judge's own marks on the disputed criteria, given without seeing score or claim.
    blind_marks: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"personal": "text"})
    #: Raised by every save of the blind score; a save that names an older number is refused.
    blind_revision: Mapped[int] = mapped_column(default=0)
    blind_saved_at: Mapped[datetime | None]
    blind_at: Mapped[datetime | None]
    outcome: Mapped[Decision | None]
    settled_at: Mapped[datetime | None]

    evaluation: Mapped[Evaluation] = relationship()
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id])
    judge: Mapped[User | None] = relationship(foreign_keys=[judge_id])
    criteria: Mapped[list["DisputedCriterion"]] = relationship(
        back_populates="dispute", order_by="DisputedCriterion.id", cascade="all, delete-orphan"
    )
    handovers: Mapped[list["DisputeHandover"]] = relationship(
        back_populates="dispute", order_by="DisputeHandover.id", cascade="all, delete-orphan"
    )


class DisputedCriterion(Stored):
    """One criterion of a dispute: what stood there, what the agent claims, and what was decided."""

    __tablename__ = "disputed_criteria"
    __table_args__ = (UniqueConstraint("dispute_id", "criterion"),)

    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column(String(60))
    #: The mark as it stood when it was disputed.
    stood: Mapped[dict[str, Any]] = mapped_column(info={"personal": "text"})
    #: The mark the agent claims, with the evidence for it; its comment is the reason.
    claim: Mapped[dict[str, Any]] = mapped_column(info={"personal": "text"})
    decision: Mapped[Decision | None]
    decision_reason: Mapped[str] = mapped_column(default="", info={"personal": "text"})

    dispute: Mapped[Dispute] = relationship(back_populates="criteria")


class DisputeHandover(Stored):
    """A dispute was taken from its judge and given to another."""

    __tablename__ = "dispute_handovers"
    __table_args__ = (CheckConstraint("from_judge_id <> to_judge_id", name="given_to_another"),)

    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"), index=True)
    from_judge_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_judge_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
    #: Whether the judge had scored it blind already, and so has seen score and claim.
    had_scored: Mapped[bool]
    reason: Mapped[str] = mapped_column(info={"personal": "text"})

    dispute: Mapped[Dispute] = relationship(back_populates="handovers")
    from_judge: Mapped[User] = relationship(foreign_keys=[from_judge_id])
    to_judge: Mapped[User] = relationship(foreign_keys=[to_judge_id])
    given_by: Mapped[User] = relationship(foreign_keys=[given_by_id])
