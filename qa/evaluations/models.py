"""Evaluations, their answers and the evidence behind each answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import CardVersion
from qa.db import Stored
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.models import DrawItem


class EvaluationState(StrEnum):
    """Assigned or draft, handed in, shown to the agent, seen by the agent."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RELEASED = "released"
    SEEN = "seen"


class EvaluationKind(StrEnum):
    """Why the interaction is evaluated; only random ones count in estimates."""

    RANDOM = "random"
    TARGETED = "targeted"
    MYSTERY = "mystery"


class Probe(StrEnum):
    """A score made to learn about the scoring itself: by a second reviewer, by the first one again, or for a calibration.

    It is never drawn, so that its kind keeps it out of every figure about agents; its reviewer alone finds it in lists.
    """

    SECOND = "second"
    REPEAT = "repeat"
    CALIBRATION = "calibration"


class Evaluation(Stored):
    """One reviewer's judgement of one interaction under one version of a card."""

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="submitted_has_time"),
        CheckConstraint("(state IN ('released', 'seen')) = (released_at IS NOT NULL)", name="released_has_time"),
        CheckConstraint("(state = 'seen') = (seen_at IS NOT NULL)", name="seen_has_time"),
        CheckConstraint("(kind = 'random') = (draw_item_id IS NOT NULL)", name="random_was_drawn"),
        CheckConstraint("quality_bp IS NULL OR quality_bp BETWEEN 0 AND 10000", name="quality_in_range"),
        CheckConstraint("final_bp IS NULL OR final_bp BETWEEN 0 AND 10000", name="final_in_range"),
        CheckConstraint("reviewer_id <> agent_id", name="never_own"),
        CheckConstraint("probe IS NULL OR kind = 'targeted'", name="probe_not_drawn"),
        CheckConstraint("probe IS NULL OR state IN ('open', 'submitted')", name="probe_not_released"),
        UniqueConstraint("interaction_id", "reviewer_id", "kind"),
        Index("ix_evaluations_reviewer_state", "reviewer_id", "state"),
        Index("ix_evaluations_agent_state", "agent_id", "state"),
        # Counts what waits, which is little beside what is done.
        Index("ix_evaluations_state", "state", "kind", "probe"),
        Index(
            "ix_evaluations_probe",
            "probe",
            "card_version_id",
            sqlite_where=text("probe IS NOT NULL"),
            postgresql_where=text("probe IS NOT NULL"),
        ),
        Index("ix_evaluations_reviewer_submitted", "reviewer_id", "submitted_at", "kind", "probe"),
        Index(
            "uq_evaluations_one_claim",
            "draw_item_id",
            unique=True,
            sqlite_where=text("claimed_until IS NOT NULL"),
            postgresql_where=text("claimed_until IS NOT NULL"),
        ),
        # Finds what is past its term among all that was erased before.
        Index(
            "ix_evaluations_texts_kept",
            "submitted_at",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
        # Finds an agent's latest scores, and which of them count, without looking at the rows.
        Index("ix_evaluations_agent_submitted", "agent_id", "submitted_at", "kind", "state"),
    )

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    draw_item_id: Mapped[int | None] = mapped_column(ForeignKey("draw_items.id"), index=True)
    kind: Mapped[EvaluationKind]
    #: Empty for everything that counts.
    probe: Mapped[Probe | None]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    card_version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id"), index=True)
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.OPEN)
    #: Raised by every save; a save that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=0)
    assigned_at: Mapped[datetime]
    #: Until when what was taken from a pool is its reviewer's; each save moves it on. Empty where it was handed out.
    claimed_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    #: Hundredths of a per cent, 0-10000; empty when every criterion was not applicable.
    quality_bp: Mapped[int | None]
    final_bp: Mapped[int | None]
    passed: Mapped[bool | None]
    critical_failed: Mapped[bool] = mapped_column(default=False)
    #: The whole computation as it was made at submission: sections, lines, applied weights.
    computation: Mapped[dict[str, Any] | None]
    #: [[start_ms, end_ms]] of the recording that the reviewer played; empty where that was not kept yet.
    played: Mapped[list[Any] | None] = mapped_column(default=list)
    #: When what was written in and around it was erased; its figures stay.
    erased_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: What the agent answered when acknowledging.
    agent_comment: Mapped[str] = mapped_column(default="", info={"personal": "text"})

    interaction: Mapped[Interaction] = relationship()
    draw_item: Mapped[DrawItem | None] = relationship()
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id])
    agent: Mapped[User] = relationship(foreign_keys=[agent_id])
    card_version: Mapped[CardVersion] = relationship()
    answers: Mapped[list["Answer"]] = relationship(
        back_populates="evaluation", order_by="Answer.id", cascade="all, delete-orphan"
    )


class Answer(Stored):
    """The answer to one criterion: an option, a number, a text, or not applicable."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "criterion"),
        CheckConstraint("NOT (not_applicable AND option IS NOT NULL)", name="one_kind_of_answer"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column(String(60))
    option: Mapped[str | None] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(info={"personal": "text"})
    not_applicable: Mapped[bool] = mapped_column(default=False)
    cause: Mapped[str | None] = mapped_column(String(60))
    comment: Mapped[str] = mapped_column(default="", info={"personal": "text"})

    evaluation: Mapped[Evaluation] = relationship(back_populates="answers")
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="answer", order_by="Evidence.id", cascade="all, delete-orphan"
    )


class Evidence(Stored):
    """What an answer rests on: words of one turn, or a stretch of sound."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("first_word IS NULL OR first_word <= last_word", name="words_forward"),
        CheckConstraint("start_ms IS NULL OR start_ms <= end_ms", name="span_forward"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"))
    first_word: Mapped[int | None]
    last_word: Mapped[int | None]
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    #: The words as they stood when they were chosen.
    quote: Mapped[str] = mapped_column(default="", info={"personal": "text"})

    answer: Mapped[Answer] = relationship(back_populates="evidence")
