"""Rounds of the pulse: what is asked, who was asked, and, apart from that, what was answered."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.db import BIG_INTEGER, Stored


class PulseRound(Stored):
    """A few statements put to employees from one day to another, both included."""

    __tablename__ = "pulse_rounds"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_forward"),
        CheckConstraint("closed_on IS NULL OR closed_on >= first_day", name="closed_after_it_began"),
    )

    first_day: Mapped[date] = mapped_column(index=True)
    last_day: Mapped[date]
    #: The day it was closed by hand, before its last one was over.
    closed_on: Mapped[date | None]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: Whether reviewers are asked as well as agents.
    reviewers: Mapped[bool]
    #: Whether something may be written in one's own words.
    words: Mapped[bool]

    statements: Mapped[list["PulseStatement"]] = relationship(
        back_populates="round", order_by="PulseStatement.position", cascade="all, delete-orphan"
    )


class PulseStatement(Stored):
    """What is asked, in both languages where the company wrote it; a shipped one is known by its key alone."""

    __tablename__ = "pulse_statements"
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_rounds.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    text_en: Mapped[str] = mapped_column(String(300), default="")
    text_nl: Mapped[str] = mapped_column(String(300), default="")

    round: Mapped[PulseRound] = relationship(back_populates="statements")


class PulseInvitation(Stored):
    """Somebody is asked, and whether they answered: not what, and not when."""

    __tablename__ = "pulse_invitations"
    __table_args__ = (UniqueConstraint("round_id", "user_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_rounds.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: The team whose answers theirs belong to, when the round was opened; empty where that had too few people.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    answered: Mapped[bool] = mapped_column(default=False)


class PulseAnswer(Stored):
    """What one of those who were asked chose, by the key of each statement. Its number is drawn anew with every answer."""

    __tablename__ = "pulse_answers"

    id: Mapped[int] = mapped_column(BIG_INTEGER, primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_rounds.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    values: Mapped[dict[str, Any]]


class PulseWords(Stored):
    """What somebody wrote in a round: of no team, and beside nothing else that they answered."""

    __tablename__ = "pulse_words"

    id: Mapped[int] = mapped_column(BIG_INTEGER, primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_rounds.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(1000), info={"personal": "text"})
