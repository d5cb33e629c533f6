"""An earlier revision of an evaluation, kept as it was when it was retracted."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.people.models import User


class RetractionCause(StrEnum):
    """Why a revision no longer counts."""

    CORRECTION = "correction"
    DISPUTE = "dispute"


class EvaluationRevision(Stored):
    """Answers, evidence and computation that an evaluation no longer gives; the present ones stand in the evaluation."""

    __tablename__ = "evaluation_revisions"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
        CheckConstraint("scored_at <= retracted_at", name="retracted_after_scored"),
        CheckConstraint("quality_bp IS NULL OR quality_bp BETWEEN 0 AND 10000", name="quality_in_range"),
        CheckConstraint("final_bp IS NULL OR final_bp BETWEEN 0 AND 10000", name="final_in_range"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), index=True)
    #: 1 is what was first submitted.
    number: Mapped[int]
    #: The marks by criterion, with comments, causes and evidence.
    answers: Mapped[dict[str, Any]] = mapped_column(info={"personal": "text"})
    summary: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    agent_comment: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: Hundredths of a per cent, 0-10000; empty when every criterion was not applicable.
    quality_bp: Mapped[int | None]
    final_bp: Mapped[int | None]
    passed: Mapped[bool | None]
    critical_failed: Mapped[bool]
    computation: Mapped[dict[str, Any] | None]
    scored_at: Mapped[datetime]
    #: Empty where the agent never read it.
    released_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime]
    retracted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    cause: Mapped[RetractionCause]
    reason: Mapped[str] = mapped_column(info={"personal": "text"})

    evaluation: Mapped[Evaluation] = relationship()
    retracted_by: Mapped[User] = relationship()
