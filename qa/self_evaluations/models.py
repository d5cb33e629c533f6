"""An agent's own score of an interaction that is evaluated; in a table of its own, so that no figure can count it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.people.models import User


class SelfState(StrEnum):
    """Asked for or begun, handed in, or left aside by the agent."""

    OPEN = "open"
    SUBMITTED = "submitted"
    DECLINED = "declined"


class SelfEvaluation(Stored):
    """The agent's marks on the card of the evaluation; blind to the reviewer's, as the reviewer is to these."""

    __tablename__ = "self_evaluations"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint("final_bp IS NULL OR final_bp BETWEEN 0 AND 10000", name="final_in_range"),
        CheckConstraint("state = 'submitted' OR final_bp IS NULL", name="scored_when_submitted"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[SelfState] = mapped_column(default=SelfState.OPEN)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: Raised by every save; a save that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"personal": "text"})
    summary: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: Hundredths of a per cent, 0-10000; for the page that shows both scores, and nothing else.
    final_bp: Mapped[int | None]

    evaluation: Mapped[Evaluation] = relationship()
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
