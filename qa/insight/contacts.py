"""How many contacts there were, how long they took, and what customers answered about them, by period, team and channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from qa.act import Act
from qa.estimate.figure import Figure, score_figure, share_figure
from qa.estimate.intervals import LEVEL, PRIOR_DEGREES, Method, Peers, bounded_by_design, spread_by_variance
from qa.estimate.recommending import DETRACTOR, PROMOTER, promoter_interval
from qa.feedback.figures import csat_peers
from qa.feedback.models import CustomerAnswer
from qa.feedback.queries import newest_answers, peer_answers
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, ContactCount, ContactDay
from qa.insight.stretch import ONE_DAY, Stretch
from qa.interactions.kinds import SPOKEN, Channel
from qa.interactions.models import Interaction


@dataclass(frozen=True, slots=True)
class Contacts:
    """What was counted of a period; see ``ContactDay`` for each number."""

    contacts: int = 0
    timed: int = 0
    total_ms: int = 0
    invited: int = 0
    answered: int = 0
    unasked: int = 0
    rated: int = 0
    csat_sum: int = 0
    csat_squares: int = 0
    recommending: int = 0
    promoters: int = 0
    detractors: int = 0
    judged: int = 0
    solved: int = 0

    @property
    def mean_ms(self) -> int | None:
        """The mean length in milliseconds of spoken ones whose length is known; none where there is none."""
        return round(self.total_ms / self.timed) if self.timed else None

    @property
    def asked(self) -> int:
        """The customers that figures of answers speak for."""
        return self.invited + self.unasked

    @property
    def response(self) -> Figure:
        """The share of those asked who answered, in per cent: a count, without chance."""
        return share_figure(self.answered, n=self.invited, population=self.invited)

    @property
    def nps(self) -> Figure:
        """The Net Promoter Score, -100 to 100."""
        n = self.recommending
        if not n:
            return Figure(None, None, None, 0, self.asked, Method.NONE)
        found = promoter_interval(self.promoters, self.detractors, n=n)
        value = 100 * (self.promoters - self.detractors) / n
        return Figure(value, found.low, found.high, n, self.asked, found.method)

    @property
    def resolved(self) -> Figure:
        """Of the customers who said whether it was solved, the share who said yes, in per cent."""
        return replace(share_figure(self.solved, n=self.judged), population=self.asked)

    def csat(self, peers: Peers | None) -> Figure:
        """Return the mean satisfaction, 0 to 100, as `qa.feedback.figures` finds it from the answers themselves."""
        n = self.rated
        if not n:
            return replace(score_figure([]), population=self.asked)
        mean = self.csat_sum / n / 10_000
        variance = max(0.0, (self.csat_squares / 10_000**2 - n * mean * mean) / (n - 1)) if n > 1 else 0.0
        factor = 1.0 if peers is None else spread_by_variance(variance, n=n, mean=mean, peers=peers)
        found = bounded_by_design(100 * mean, slack=factor / n, degrees=PRIOR_DEGREES + n - 1)
        return Figure(100 * mean, found.low, found.high, n, self.asked, found.method, level=LEVEL)

    def plus(self, other: "Contacts") -> "Contacts":
        """Return both together."""
        return Contacts(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Contacts))


@dataclass(frozen=True, slots=True)
class Counted:
    """The contacts of each stretch, how satisfaction spreads among peers, and when the days were counted; none where now."""

    stretches: tuple[Contacts, ...]
    peers: Peers | None
    counted_at: datetime | None


def contacts_of(
    act: Act, stretches: Sequence[Stretch], *, team_id: int | None = None, channel: Channel | None = None
) -> Counted:
    """Count the contacts of each stretch in a fixed number of queries; the stretches follow each other.

    Days that were counted are read as they were kept; what began since, or came in since, is counted now.
    """
    kept = act.session.scalar(select(ContactCount))
    start, end = stretches[0].start, stretches[-1].end
    since = max(kept.until, start) if kept is not None else start
    found = _kept(act, stretches, team_id=team_id, channel=channel)
    where = [
        *([_looked_at(Interaction.team_id) == team_id] if team_id is not None else []),
        *([_looked_at(Interaction.channel) == channel] if channel is not None else []),
    ]
    begun = (Interaction.started_at >= since, Interaction.started_at < end)
    come = (
        Interaction.id > (kept.newest if kept is not None else 0),
        _looked_at(Interaction.started_at) >= start,
        _looked_at(Interaction.started_at) < min(since, end),
    )
    place = _place(Interaction.started_at, [one.end for one in stretches])
    for inside in (begun, come):
        conditions = (*where, *inside)
        for asked in (counted_contacts([place], conditions), counted_answers([place], conditions)):
            for row in act.session.execute(asked):
                found[row.place] = found[row.place].plus(counts_in(row))
    if kept is None:
        return Counted(tuple(found), csat_peers(peer_answers(act, until=end)), None)
    return Counted(tuple(found), Peers(*kept.peers) if kept.peers else None, kept.counted_at)


def counted_contacts(
    by: Sequence[ColumnElement[Any]], where: Iterable[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """Select what is counted of interactions, told apart by these columns."""
    # A thread of messages is mostly waiting: what it took from first to last is nobody's handling time.
    spoken_ms = case((Interaction.channel.in_(SPOKEN), Interaction.duration_ms))
    return (
        select(
            *by,
            func.count(Interaction.id).label("contacts"),
            func.count(spoken_ms).label("timed"),
            func.sum(spoken_ms).label("total_ms"),
        )
        .where(*where)
        .group_by(*by)
    )


def counted_answers(by: Sequence[ColumnElement[Any]], where: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Select what is counted of the newest answer on each interaction, told apart by these columns of interactions."""
    conditions = tuple(where)
    few = CustomerAnswer.interaction_id.in_(select(Interaction.id).where(*conditions))
    one = newest_answers(few, *conditions).subquery().c

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    return (
        select(
            *by,
            number(one.invited).label("invited"),
            number(one.invited & one.answered_at.is_not(None)).label("answered"),
            number(~one.invited & one.answered_at.is_not(None)).label("unasked"),
            func.count(one.csat_bp).label("rated"),
            func.sum(one.csat_bp).label("csat_sum"),
            func.sum(cast(one.csat_bp, BigInteger) * one.csat_bp).label("csat_squares"),
            func.count(one.nps).label("recommending"),
            number(one.nps >= PROMOTER).label("promoters"),
            number(one.nps <= DETRACTOR).label("detractors"),
            func.count(one.resolved).label("judged"),
            number(one.resolved).label("solved"),
        )
        .select_from(Interaction)
        .join(one.interaction_id.table, one.interaction_id == Interaction.id)
        .group_by(*by)
    )


def _looked_at(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return the column so that rows are not found by its index: what is asked besides leaves fewer of them."""
    return func.coalesce(column, column, type_=column.type)


def counts_in(row: Row[Any]) -> Contacts:
    """Return what a row of one of these selects counted."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by names
    return Contacts(**{name: int(found[name] or 0) for name in NAMES if name in found})


def _kept(act: Act, stretches: Sequence[Stretch], *, team_id: int | None, channel: Channel | None) -> list[Contacts]:
    place = _place(ContactDay.day, [one.last + ONE_DAY for one in stretches])
    asked = (
        select(place, *(func.sum(getattr(ContactDay, name)).label(name) for name in NAMES))
        .where(
            ContactDay.team == (team_id or ALL_TEAMS),
            ContactDay.channel == (channel.value if channel is not None else ALL_CHANNELS),
            ContactDay.day >= stretches[0].first,
            ContactDay.day <= stretches[-1].last,
        )
        .group_by(place)
    )
    found = [Contacts()] * len(stretches)
    for row in act.session.execute(asked):
        found[row.place] = counts_in(row)
    return found


def _place(moment: Any, ends: Sequence[Any]) -> ColumnElement[int]:
    """Tell in which of the stretches with these ends a moment lies, the first is 0."""
    return case(*((moment < end, place) for place, end in enumerate(ends)), else_=len(ends) - 1).label("place")
