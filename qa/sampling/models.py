"""Plans, draws, the items drawn, and who reviews under a plan."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.cards.models import Scorecard
from qa.db import Stored
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.division import Allocation
from qa.sampling.period import Anchor, PeriodKind
from qa.sampling.strata import Dimension


class Purpose(StrEnum):
    """What the figures of a plan may be used for; agents are told."""

    DEVELOPMENT = "development"
    APPRAISAL = "appraisal"
    PROGRAMME = "programme"


class DrawState(StrEnum):
    """A draw is promised, made, and opened to everyone's check."""

    COMMITTED = "committed"
    DRAWN = "drawn"
    REVEALED = "revealed"


class ItemState(StrEnum):
    """Drawn items stay visible whatever becomes of them."""

    DRAWN = "drawn"
    REPLACED = "replaced"


class ReplaceReason(StrEnum):
    """Why a drawn interaction cannot be reviewed; there are no others."""

    NOT_THIS_AGENT = "not_this_agent"
    NO_AUDIO = "no_audio"
    PRIVATE_CALL = "private_call"
    ERASED = "erased"
    LANGUAGE = "language"
    UNPLAYABLE = "unplayable"


class Plan(Stored):
    """What is drawn, how many for each agent, how often, and by which card it is scored."""

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint("per_agent BETWEEN 1 AND 1000", name="per_agent_sensible"),
        CheckConstraint("min_duration_ms IS NULL OR min_duration_ms >= 0", name="min_duration_not_negative"),
        CheckConstraint("double_percent BETWEEN 0 AND 100", name="double_percent_sensible"),
        CheckConstraint("since_minute BETWEEN 0 AND 1439", name="since_minute_in_day"),
        CheckConstraint("until_minute BETWEEN 1 AND 1440", name="until_minute_in_day"),
        CheckConstraint("anchor_nth BETWEEN 1 AND 5", name="anchor_nth_sensible"),
        CheckConstraint(
            "(anchor_nth IS NULL) = (anchor_weekday IS NULL) AND (anchor_nth IS NULL OR period = 'month')",
            name="anchor_whole",
        ),
        CheckConstraint("share_bp BETWEEN 1 AND 10000", name="share_sensible"),
        CheckConstraint("total BETWEEN 1 AND 100000", name="total_sensible"),
        CheckConstraint("budget_minutes BETWEEN 1 AND 1000000", name="budget_sensible"),
        CheckConstraint("minimum BETWEEN 1 AND 1000", name="minimum_sensible"),
        CheckConstraint("parts BETWEEN 1 AND 31", name="parts_sensible"),
        CheckConstraint("rolling_bp BETWEEN 1 AND 10000", name="rolling_sensible"),
        CheckConstraint("min_csat BETWEEN 0 AND 100", name="min_csat_in_scale"),
        CheckConstraint("max_csat BETWEEN 0 AND 100", name="max_csat_in_scale"),
    )

    name: Mapped[str] = mapped_column(String(200), unique=True)
    purpose: Mapped[Purpose] = mapped_column(default=Purpose.DEVELOPMENT)
    period: Mapped[PeriodKind]
    time_zone: Mapped[str] = mapped_column(String(64))
    #: The weekday on which months begin that are not the calendar's: which one of the month (5 is the last), 0 for Monday.
    anchor_nth: Mapped[int | None]
    anchor_weekday: Mapped[int | None]
    #: How many of each stratum, where the allocation says that.
    per_agent: Mapped[int]
    #: How many of a hundred drawn interactions a second reviewer scores as well, without knowing that it is the second time.
    double_percent: Mapped[int] = mapped_column(default=10)
    #: Whether what is submitted waits for a review meeting, also where the setting would show it at once.
    held_for_meeting: Mapped[bool] = mapped_column(default=False)
    #: Whether reviewers take what is drawn from a pool, in its order, instead of being handed it.
    pooled: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Empty lists mean "all".
    channels: Mapped[list[Any]]
    team_ids: Mapped[list[Any]]
    min_duration_ms: Mapped[int | None]
    max_duration_ms: Mapped[int | None]
    agent_ids: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    queues: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    directions: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    source_ids: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    #: 0 is Monday; with the two minutes after midnight, by the clock of the plan's time zone.
    weekdays: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    since_minute: Mapped[int | None]
    until_minute: Mapped[int | None]
    with_transcript: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Only what a customer rated so, in per cent of the scale; with either, what nobody rated takes no part.
    min_csat: Mapped[int | None]
    max_csat: Mapped[int | None]
    #: Whether what somebody scored or has on the desk already is left out.
    not_evaluated: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Whether what is under legal hold is left out.
    not_held: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What draws are divided by, see `qa.sampling.strata`.
    strata: Mapped[list[Any]] = mapped_column(default=lambda: [Dimension.AGENT.value], server_default='["agent"]')
    #: How the number is divided over the strata, with a number for each way of doing it.
    allocation: Mapped[Allocation] = mapped_column(default=Allocation.EACH, server_default=Allocation.EACH.value)
    share_bp: Mapped[int] = mapped_column(default=500, server_default="500")
    total: Mapped[int] = mapped_column(default=100, server_default="100")
    budget_minutes: Mapped[int] = mapped_column(default=600, server_default="600")
    minimum: Mapped[int] = mapped_column(default=1, server_default="1")
    #: Equal stretches of time over which every stratum is spread; 1 is no spreading.
    parts: Mapped[int] = mapped_column(default=1, server_default="1")
    #: Part of a stratum's name from which what others lack is filled; empty to take all there is and say so.
    fill: Mapped[str] = mapped_column(String(200), default="", server_default="")
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    #: Points by which factors make an interaction more likely to be drawn, {factor: points}; empty for equal chances.
    risk_points: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    #: Hundredths of a per cent of all interactions that a rolling draw takes in; empty where the draw is no rolling one.
    rolling_bp: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    scorecard: Mapped[Scorecard] = relationship()
    reviewers: Mapped[list["PlanReviewer"]] = relationship(back_populates="plan", cascade="all, delete-orphan")
    draws: Mapped[list["Draw"]] = relationship(back_populates="plan", order_by="Draw.starts_at")

    @property
    def anchor(self) -> Anchor | None:
        """The weekday on which its months begin, where that is not the first of the month."""
        if self.anchor_nth is None or self.anchor_weekday is None:
            return None
        return Anchor(self.anchor_nth, self.anchor_weekday)


class PlanReviewer(Stored):
    """Somebody who reviews what a plan draws."""

    __tablename__ = "plan_reviewers"
    __table_args__ = (
        UniqueConstraint("plan_id", "user_id"),
        CheckConstraint("goal BETWEEN 1 AND 10000", name="goal_positive"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: How many reviews a period this person is to do; empty for an even part of what there is.
    goal: Mapped[int | None]

    plan: Mapped[Plan] = relationship(back_populates="reviewers")
    user: Mapped[User] = relationship()


class Draw(Stored):
    """One period of a plan: commitment before, items and proof after."""

    __tablename__ = "draws"
    __table_args__ = (
        UniqueConstraint("plan_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="period_forward"),
        CheckConstraint("(state = 'revealed') = (revealed_at IS NOT NULL)", name="revealed_has_time"),
        CheckConstraint("(state = 'committed') = (drawn_at IS NULL)", name="drawn_has_time"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    state: Mapped[DrawState] = mapped_column(default=DrawState.COMMITTED)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: 256 bits as hex; shown to nobody before it is revealed.
    seed: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    #: 256 bits as hex that hide the interactions' keys in what is published; shown to nobody, ever.
    salt: Mapped[str] = mapped_column(String(64))
    salt_commitment: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    algorithm: Mapped[str] = mapped_column(String(60), default="")
    #: Whether interactions are taken in as days pass; so from the moment the first day was looked at.
    rolls: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: The plan as it was when drawn, or when a rolling draw began, as canonical JSON text.
    canonical_plan: Mapped[str] = mapped_column(default="")
    frame_digest: Mapped[str] = mapped_column(String(64), default="")
    frame_size: Mapped[int] = mapped_column(default=0)
    #: The frame itself lies in storage under this key.
    frame_key: Mapped[str | None] = mapped_column(String(200))
    #: {stratum: {"eligible": N, "wanted": n, "drawn": at most n, "digest": of its tokens}}; where the stratum does not name
    #: an agent also "agents": {number: how many of the N}, and where chances differ "weights": {w: N of w}.
    counts: Mapped[dict[str, Any]]

    plan: Mapped[Plan] = relationship(back_populates="draws")
    items: Mapped[list["DrawItem"]] = relationship(
        back_populates="draw", order_by="DrawItem.stratum, DrawItem.position"
    )

    @property
    def shown_seed(self) -> str:
        """The seed as anybody may see it: empty until it is revealed."""
        return self.seed if self.state is DrawState.REVEALED else ""

    @property
    def is_under_way(self) -> bool:
        """Whether it is a rolling draw that still takes interactions in."""
        return self.rolls and self.state is DrawState.COMMITTED

    @property
    def is_weighted(self) -> bool:
        """Whether the interactions of a stratum had unequal chances."""
        return any("weights" in count for count in self.counts.values())

    @property
    def promised_late(self) -> bool:
        """Whether the commitment was made when the period had already begun, so that it promises less."""
        return self.committed_at > self.starts_at


class DrawItem(Stored):
    """One drawn interaction, with its chance of being drawn."""

    __tablename__ = "draw_items"
    __table_args__ = (
        UniqueConstraint("draw_id", "interaction_id"),
        UniqueConstraint("draw_id", "stratum", "position"),
        CheckConstraint("(state = 'replaced') = (reason IS NOT NULL)", name="replaced_has_reason"),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", name="replaced_has_time"),
    )

    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"), index=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    #: Place in the order of its stratum; places above the wanted number took the place of a replaced one.
    position: Mapped[int]
    stratum: Mapped[str] = mapped_column(String(200))
    #: The permanent random number: an integer below 2**53 as text, since JSON numbers would lose digits.
    u: Mapped[str] = mapped_column(String(20))
    inclusion_probability: Mapped[float]
    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAWN)
    reason: Mapped[ReplaceReason | None]
    replaced_at: Mapped[datetime | None]
    #: Who gave the reason; empty when the product itself did.
    replaced_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The item that took its place; empty when the stratum had no other interaction left.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("draw_items.id"))

    draw: Mapped[Draw] = relationship(back_populates="items")
    interaction: Mapped[Interaction] = relationship()
    replaced_by_user: Mapped[User | None] = relationship(foreign_keys=[replaced_by_user_id])
    successor: Mapped["DrawItem | None"] = relationship(foreign_keys=[replaced_by_id], remote_side="DrawItem.id")
