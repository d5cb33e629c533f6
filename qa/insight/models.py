"""What dashboards keep counted, so that they cost the same in a company of any size; each row can be counted anew at any time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qa.db import BIG_INTEGER, Stored

#: Every team, every channel.
ALL_TEAMS, ALL_CHANNELS = 0, ""


class DrawSums(Stored):
    """Sums over what was scored of one draw, of one team or all and one channel or all; see `qa.insight.sums`."""

    __tablename__ = "draw_sums"
    __table_args__ = (UniqueConstraint("draw_id", "team", "channel"),)

    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    #: The team's number; 0 for all of them.
    team: Mapped[int] = mapped_column(default=0)
    #: Empty for all of them.
    channel: Mapped[str] = mapped_column(String(40), default="")
    #: Interactions that were drawn, replaced ones left out.
    drawn: Mapped[int]
    #: The whole score and the sections.
    sums: Mapped[dict[str, Any]]
    #: The criteria, which few pages read.
    criteria: Mapped[dict[str, Any]]
    #: By what it is known that something changed since.
    state: Mapped[str] = mapped_column(String(200))
    counted_at: Mapped[datetime]
    #: What the draw says of each agent, over all channels together; see `qa.insight.shares`. Empty where it is not kept: of a
    #: channel, and where an interaction began outside the period that it was drawn for.
    agents: Mapped[dict[str, Any] | None]


class DrawPiece(Stored):
    """What a week or a month holds of a draw that lies only partly in it, of one team or all; see `qa.insight.pieces`."""

    __tablename__ = "draw_pieces"
    __table_args__ = (UniqueConstraint("draw_id", "team", "starts_at", "ends_at"),)

    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    #: The team's number; 0 for all of them.
    team: Mapped[int]
    #: What of the draw's period lies in the week or month.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: Empty where nothing was drawn of it.
    share: Mapped[list[Any] | None]
    agents: Mapped[dict[str, Any]]


class ContactDay(Stored):
    """The interactions that began on one local day of the company, of one team or all and one channel or all.

    How many there were, how long they took, and what customers answered.
    """

    __tablename__ = "contact_days"
    __table_args__ = (
        UniqueConstraint("team", "channel", "day"),
        CheckConstraint("timed <= contacts", name="timed_among_contacts"),
    )

    day: Mapped[date]
    #: The team's number; 0 for all of them.
    team: Mapped[int]
    #: Empty for all of them.
    channel: Mapped[str] = mapped_column(String(40))
    contacts: Mapped[int]
    #: Spoken ones of which the length is known, and their milliseconds.
    timed: Mapped[int]
    total_ms: Mapped[int] = mapped_column(BIG_INTEGER)
    #: Customers who were asked, those of them who answered, and those who answered unasked; the newest answer on each.
    invited: Mapped[int]
    answered: Mapped[int]
    unasked: Mapped[int]
    #: Satisfactions, with their sum and the sum of their squares in hundredths of a per cent.
    rated: Mapped[int]
    csat_sum: Mapped[int] = mapped_column(BIG_INTEGER)
    csat_squares: Mapped[int] = mapped_column(BIG_INTEGER)
    #: Answers to the question of the Net Promoter Score.
    recommending: Mapped[int]
    promoters: Mapped[int]
    detractors: Mapped[int]
    #: Those who said whether it was solved, and those who said yes.
    judged: Mapped[int]
    solved: Mapped[int]


class ContactCount(Stored):
    """Up to where the days of contacts were counted; one row at most."""

    __tablename__ = "contact_counts"

    #: The first moment that is not in any day that was counted.
    until: Mapped[datetime]
    #: The newest interaction there was.
    newest: Mapped[int] = mapped_column(BIG_INTEGER)
    #: How satisfaction spreads among peers: mean, variance and kurtosis, on a scale from 0 to 1; empty where too little is known.
    peers: Mapped[list[Any] | None]
    counted_at: Mapped[datetime]


class PeerSpread(Stored):
    """How scores of one agent spread among peers at the end of a period; see `qa.insight.spreads`."""

    __tablename__ = "peer_spreads"

    #: The first moment after the period.
    until: Mapped[datetime] = mapped_column(unique=True)
    spreads: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class CardValidity(Stored):
    """What the scores of a card say of customers, as it was last worked out; see `qa.insight.validity_kept`."""

    __tablename__ = "card_validities"

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"), unique=True)
    #: Scores that it rests on.
    scored: Mapped[int]
    found: Mapped[dict[str, Any]]
    #: By what it is known that something changed since.
    state: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime]
