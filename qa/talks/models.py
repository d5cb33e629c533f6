"""Coaching sessions: who takes part, what they are about, what is noted, heard and agreed in them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import Scorecard
from qa.db import Stored
from qa.evaluations.models import Evaluation
from qa.interactions.models import Interaction
from qa.people.models import User


class TalkKind(StrEnum):
    """With one agent, or with several at once."""

    ONE_TO_ONE = "one_to_one"
    GROUP = "group"


class TalkState(StrEnum):
    """A session is planned, then held or called off."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Occasion(StrEnum):
    """Why there is a session; after a low score the next one is likely higher, coached or not."""

    REGULAR = "regular"
    LOW_SCORE = "low_score"
    ASKED = "asked"
    OTHER = "other"


class ActionState(StrEnum):
    """What was agreed is still to be done, was done, or was dropped for a reason."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Talk(Stored):
    """One coaching session; no sign-in and no transaction, which others call sessions too."""

    __tablename__ = "coaching_talks"
    __table_args__ = (
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held_has_time"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_time"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_sensible"),
        Index("ix_coaching_talks_state_planned", "state", "planned_at"),
    )

    kind: Mapped[TalkKind]
    state: Mapped[TalkState] = mapped_column(default=TalkState.PLANNED)
    occasion: Mapped[Occasion]
    coach_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: The evaluation it was planned from, if it was.
    evaluation_id: Mapped[int | None] = mapped_column(ForeignKey("evaluations.id"), index=True)
    planned_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(200), default="", info={"personal": "text"})
    #: How often calendars were told something new: time, place, or that it is off.
    sequence: Mapped[int] = mapped_column(default=0)
    #: Raised by every change of the plan; a change that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    coach: Mapped[User] = relationship(foreign_keys=[coach_id])
    evaluation: Mapped[Evaluation | None] = relationship()
    agents: Mapped[list["TalkAgent"]] = relationship(
        back_populates="talk", order_by="TalkAgent.id", cascade="all, delete-orphan"
    )
    focus: Mapped[list["TalkFocus"]] = relationship(
        back_populates="talk", order_by="TalkFocus.id", cascade="all, delete-orphan"
    )
    clips: Mapped[list["Clip"]] = relationship(back_populates="talk", order_by="Clip.id")
    actions: Mapped[list["TalkAction"]] = relationship(
        back_populates="talk", order_by="TalkAction.id", cascade="all, delete-orphan"
    )


class TalkAgent(Stored):
    """An agent takes part in a session: when they have seen what is written of it, and their remarks."""

    __tablename__ = "talk_agents"
    __table_args__ = (UniqueConstraint("talk_id", "agent_id"),)

    talk_id: Mapped[int] = mapped_column(ForeignKey("coaching_talks.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: Seen, which is not agreed.
    seen_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(default="", info={"personal": "text"})
    #: Raised by every save; a save that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=0)

    talk: Mapped[Talk] = relationship(back_populates="agents")
    agent: Mapped[User] = relationship()


class TalkFocus(Stored):
    """A criterion that a session is about."""

    __tablename__ = "talk_focuses"
    __table_args__ = (UniqueConstraint("talk_id", "scorecard_id", "criterion"),)

    talk_id: Mapped[int] = mapped_column(ForeignKey("coaching_talks.id", ondelete="CASCADE"), index=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(60), index=True)

    talk: Mapped[Talk] = relationship(back_populates="focus")
    scorecard: Mapped[Scorecard] = relationship()


class TalkEffect(Stored):
    """What followed a held session for one agent on one criterion, as it was last worked out; see `qa.talks.keeping`."""

    __tablename__ = "talk_effects"
    __table_args__ = (UniqueConstraint("talk_id", "agent_id", "scorecard_id", "criterion"),)

    talk_id: Mapped[int] = mapped_column(ForeignKey("coaching_talks.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(60))
    #: The scores before and after, and what is left of the change beside colleagues; see `qa.talks.worked`.
    before: Mapped[list[Any]]
    after: Mapped[list[Any]]
    effect: Mapped[dict[str, Any]]
    #: By what it is known that something changed since.
    state: Mapped[str] = mapped_column(String(64))
    #: When it was last found to stand so.
    counted_at: Mapped[datetime]


class TalkNote(Stored):
    """What somebody wrote about a session: for themselves alone, or for all who take part."""

    __tablename__ = "talk_notes"
    __table_args__ = (UniqueConstraint("talk_id", "writer_id", "shared"),)

    talk_id: Mapped[int] = mapped_column(ForeignKey("coaching_talks.id", ondelete="CASCADE"), index=True)
    writer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    shared: Mapped[bool]
    text: Mapped[str] = mapped_column(info={"personal": "text"})
    saved_at: Mapped[datetime]
    #: Raised by every save; a save that names an older number is refused.
    revision: Mapped[int] = mapped_column(default=1)

    writer: Mapped[User] = relationship()


class TalkAction(Stored):
    """What somebody is to do, until when; dropped, it says why."""

    __tablename__ = "talk_actions"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint("(scorecard_id IS NULL) = (criterion IS NULL)", name="criterion_of_a_card"),
        Index("ix_talk_actions_owner_state", "owner_id", "state", "due_on"),
    )

    talk_id: Mapped[int] = mapped_column(ForeignKey("coaching_talks.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(String(1000), info={"personal": "text"})
    due_on: Mapped[date]
    #: The criterion it is for, where it is for one of the session's.
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecards.id"))
    criterion: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[ActionState] = mapped_column(default=ActionState.OPEN)
    agreed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Why it was dropped.
    reason: Mapped[str] = mapped_column(String(1000), default="", info={"personal": "text"})

    talk: Mapped[Talk] = relationship(back_populates="actions")
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    scorecard: Mapped[Scorecard | None] = relationship()


class Clip(Stored):
    """A stretch of a conversation to hear or read together: milliseconds of sound, or messages by their places."""

    __tablename__ = "talk_clips"
    __table_args__ = (
        CheckConstraint("(start_ms IS NULL) = (end_ms IS NULL)", name="span_whole"),
        CheckConstraint("(first_turn IS NULL) = (last_turn IS NULL)", name="turns_whole"),
        CheckConstraint("(start_ms IS NULL) <> (first_turn IS NULL)", name="sound_or_messages"),
        CheckConstraint("start_ms IS NULL OR (start_ms >= 0 AND start_ms < end_ms)", name="span_forward"),
        CheckConstraint("first_turn IS NULL OR (first_turn >= 0 AND first_turn <= last_turn)", name="turns_forward"),
        CheckConstraint("allowed_at IS NULL OR example", name="only_examples_are_allowed"),
    )

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    #: Empty while it waits for a session.
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("coaching_talks.id", ondelete="SET NULL"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    first_turn: Mapped[int | None]
    last_turn: Mapped[int | None]
    #: What to listen for.
    remark: Mapped[str] = mapped_column(String(500), default="", info={"personal": "text"})
    #: Meant as a good example for the team.
    example: Mapped[bool] = mapped_column(default=False)
    #: When its agent allowed the team to hear it; until then nobody of the team does.
    allowed_at: Mapped[datetime | None]

    talk: Mapped[Talk | None] = relationship(back_populates="clips")
    interaction: Mapped[Interaction] = relationship()
    made_by: Mapped[User] = relationship()
