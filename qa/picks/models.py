"""Picks: interactions chosen on purpose, by whom, for what, and the reasons for each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import CardVersion
from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.models import Purpose


class PickReason(StrEnum):
    """What made an interaction worth picking."""

    SILENCE = "silence"
    HOLD = "hold"
    WAIT = "wait"
    PHRASE = "phrase"
    CHOICE = "choice"
    LOW_CSAT = "low_csat"


class Pick(Stored):
    """Interactions that were picked together."""

    __tablename__ = "picks"
    __table_args__ = (CheckConstraint("purpose <> 'appraisal'", name="never_for_appraisal"),)

    picked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    picked_at: Mapped[datetime]
    purpose: Mapped[Purpose]
    card_version_id: Mapped[int] = mapped_column(ForeignKey("card_versions.id"))
    #: Why, in the words of who picked; agents and reviewers read it once the evaluation is submitted.
    note: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: 256 bits as hex that decided who reviews what where nothing else did.
    seed: Mapped[str] = mapped_column(String(64))
    #: Numbers of the reviewers that it was shared among.
    reviewer_ids: Mapped[list[Any]]

    picked_by: Mapped[User | None] = relationship()
    card_version: Mapped[CardVersion] = relationship()
    items: Mapped[list["PickedItem"]] = relationship(
        back_populates="pick", order_by="PickedItem.id", cascade="all, delete-orphan"
    )


class PickedItem(Stored):
    """One picked interaction with its evaluation."""

    __tablename__ = "picked_items"
    __table_args__ = (UniqueConstraint("pick_id", "interaction_id"),)

    pick_id: Mapped[int] = mapped_column(ForeignKey("picks.id", ondelete="CASCADE"), index=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[PickReason]
    #: The milliseconds of the longest silence, hold or wait.
    length_ms: Mapped[int | None]
    #: The words that were looked for.
    phrase: Mapped[str] = mapped_column(String(200), default="", info={"personal": "text"})

    pick: Mapped[Pick] = relationship(back_populates="items")
    interaction: Mapped[Interaction] = relationship()
    evaluation: Mapped[Evaluation] = relationship()
