"""Absences of reviewers, evaluations that were given to another with the draft set aside, and how draws were handed out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.people.models import User
from qa.sampling.models import Draw


class HandoverCause(StrEnum):
    """Why somebody else goes on: a supervisor gave it, its reviewer is absent, or nothing was saved for too long."""

    GIVEN = "given"
    ABSENT = "absent"
    EXPIRED = "expired"


class ReviewerAbsence(Stored):
    """Days on which a reviewer is handed out nothing; why they are away is not kept."""

    __tablename__ = "reviewer_absences"
    __table_args__ = (CheckConstraint("last_on IS NULL OR first_on <= last_on", name="absence_forward"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    first_on: Mapped[date]
    #: The last day away; empty while nobody knows it.
    last_on: Mapped[date | None]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class EvaluationHandover(Stored):
    """An open evaluation went from one reviewer to another; what the first had begun is kept here, apart."""

    __tablename__ = "evaluation_handovers"
    __table_args__ = (CheckConstraint("from_reviewer_id <> to_reviewer_id", name="given_to_another"),)

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), index=True)
    from_reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    cause: Mapped[HandoverCause]
    #: Empty where nobody decided it: a lock that ran out.
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: The first reviewer's draft, by criterion, as `qa.evaluations.plain_marks` writes it.
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"personal": "text"})
    summary: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    played: Mapped[list[Any] | None]
    #: When they began and saved last; empty where they had not begun.
    started_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]

    evaluation: Mapped[Evaluation] = relationship()
    from_reviewer: Mapped[User] = relationship(foreign_keys=[from_reviewer_id])
    to_reviewer: Mapped[User] = relationship(foreign_keys=[to_reviewer_id])
    given_by: Mapped[User | None] = relationship(foreign_keys=[given_by_id])


class Handout(Stored):
    """One sharing out of a draw's interactions: the facts it rests on and what came of it, so that it can be redone."""

    __tablename__ = "handouts"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    #: As `qa.sampling.sharing` writes them: numbers of people and items, goals, minutes, earlier meetings.
    facts: Mapped[dict[str, Any]]
    #: [[number of the item, number of the reviewer], …] in the order of the assignment.
    given: Mapped[list[Any]]

    draw: Mapped[Draw] = relationship()
