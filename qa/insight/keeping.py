"""Keeping draws and days counted: whatever changed since the last time is counted anew."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, delete, func, insert, or_, select

from qa.act import Act
from qa.db import unindexed
from qa.disputes.models import UNSETTLED, Dispute
from qa.estimate.intervals import Peers
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.feedback.figures import csat_peers
from qa.feedback.models import CustomerAnswer
from qa.feedback.queries import peer_answers
from qa.insight.contacts import Contacts, counted_answers, counted_contacts, counts_in
from qa.insight.counting import Group, Part, counts_to_plain, subjects_to_plain
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS, ContactCount, ContactDay, DrawPiece, DrawSums
from qa.insight.queries import COUNTED
from qa.insight.stretch import ONE_DAY, Stretch
from qa.interactions.models import Interaction
from qa.revisions.models import EvaluationRevision
from qa.sampling.models import DrawItem, ItemState


def changed_draws(act: Act) -> dict[int, str]:
    """Return the draws that are not counted as they stand, by number, each with what its state is known by."""
    kept = dict(
        act.session.execute(
            select(DrawSums.draw_id, DrawSums.state).where(DrawSums.team == ALL_TEAMS, DrawSums.channel == ALL_CHANNELS)
        ).all()
    )
    return {draw_id: state for draw_id, state in states_of_draws(act).items() if kept.get(draw_id) != state}


def states_of_draws(act: Act, draw_ids: Collection[int] | None = None) -> dict[int, str]:
    """Tell each draw's state by what its items and scores add up to: cheap to ask, and different after any change.

    Of all draws, or with ``draw_ids`` of these alone.
    """
    items = (
        select(
            DrawItem.draw_id,
            func.count(DrawItem.id),
            func.sum(case((DrawItem.state == ItemState.REPLACED, 1), else_=0)),
        )
        .group_by(DrawItem.draw_id)
        .order_by(DrawItem.draw_id)
    )
    scores = (
        select(
            DrawItem.draw_id,
            func.count(Evaluation.id),
            func.sum(case((Evaluation.state.in_(COUNTED), 1), else_=0)),
            func.sum(case((Evaluation.state.in_(SHOWN_TO_AGENT), 1), else_=0)),
            func.sum(Evaluation.quality_bp),
            func.sum(case((Evaluation.passed.is_(True), 1), else_=0)),
            func.sum(case((Evaluation.critical_failed.is_(True), 1), else_=0)),
        )
        .join(Evaluation.draw_item)
        .where(unindexed(Evaluation.kind) == EvaluationKind.RANDOM)
        .group_by(DrawItem.draw_id)
    )
    disputes = (
        select(DrawItem.draw_id, func.count(Dispute.id), func.sum(Dispute.evaluation_id))
        .join(Dispute.evaluation)
        .join(Evaluation.draw_item)
        .where(Dispute.state.in_(UNSETTLED))
        .group_by(DrawItem.draw_id)
    )
    revisions = (
        select(DrawItem.draw_id, func.count(EvaluationRevision.id))
        .join(EvaluationRevision.evaluation)
        .join(Evaluation.draw_item)
        .group_by(DrawItem.draw_id)
    )
    found: dict[int, list[str]] = {}
    for name, asked in (("i", items), ("e", scores), ("d", disputes), ("r", revisions)):
        some = asked if draw_ids is None else asked.where(DrawItem.draw_id.in_(draw_ids))
        for draw_id, *numbers in act.session.execute(some):
            found.setdefault(draw_id, []).append(name + ",".join(str(int(number or 0)) for number in numbers))
    return {draw_id: " ".join(parts) for draw_id, parts in found.items()}


def unchanged_draws(act: Act, kept: Mapping[int, str | None]) -> set[int]:
    """Return which of these draws, each with the state it was counted in, are still in it."""
    states = states_of_draws(act, kept.keys())
    return {draw_id for draw_id, state in kept.items() if state is not None and states.get(draw_id) == state}


def keep_draw(act: Act, draw_id: int, parts: dict[Group, Part], *, state: str) -> None:
    """Keep what was counted of a draw in the place of what was kept before."""
    for kept in (DrawSums, DrawPiece):
        act.session.execute(delete(kept).where(kept.draw_id == draw_id))
    rows = [
        {
            "draw_id": draw_id,
            "team": team,
            "channel": channel,
            "drawn": part.counts.drawn,
            "sums": counts_to_plain(part),
            "criteria": subjects_to_plain(part.criteria),
            "state": state,
            "counted_at": act.now,
            "agents": part.agents,
        }
        for (_draw, team, channel), part in parts.items()
    ]
    pieces = [
        {
            "draw_id": draw_id,
            "team": team,
            "starts_at": piece.clip[0],
            "ends_at": piece.clip[1],
            "share": piece.share,
            "agents": piece.agents,
        }
        for (_draw, team, _channel), part in parts.items()
        for piece in part.pieces
    ]
    for kept, found in ((DrawSums, rows), (DrawPiece, pieces)):
        if found:
            act.session.execute(insert(kept), found)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of contacts as they were counted: rows for ``ContactDay``, of all days or of these, and up to where."""

    rows: list[dict[str, Any]]
    only: tuple[date, ...] | None
    until: datetime
    newest: int
    peers: Peers | None


def due_days(act: Act) -> Days | None:
    """Count every day before today where a day has ended since the last time; else those on which customers answered since."""
    kept = act.session.scalar(select(ContactCount))
    zone = act.settings.time_zone
    today = _local(act.now, zone)
    if kept is None or _local(kept.counted_at, zone) < today:
        return count_days(act)
    since = or_(CustomerAnswer.received_at > kept.counted_at, CustomerAnswer.changed_at > kept.counted_at)
    moments = act.session.scalars(
        select(Interaction.started_at)
        .join(CustomerAnswer, CustomerAnswer.interaction_id == Interaction.id)
        .where(since, Interaction.started_at < kept.until)
    )
    days = sorted({_local(moment, zone) for moment in moments})
    if not days:
        return None
    rows = [row for day in days for row in _day(act, Stretch(day, day, zone), newest=kept.newest)]
    return Days(rows, tuple(days), kept.until, kept.newest, csat_peers(peer_answers(act, until=act.now)))


def count_days(act: Act) -> Days:
    """Count the contacts of every local day before today."""
    zone = act.settings.time_zone
    today = Stretch(_local(act.now, zone), _local(act.now, zone), zone)
    newest = act.session.scalar(select(func.max(Interaction.id))) or 0
    first = act.session.scalar(select(func.min(Interaction.started_at)))
    rows: list[dict[str, Any]] = []
    day = _local(first, zone) if first is not None else today.first
    while day < today.first:
        rows += _day(act, Stretch(day, day, zone), newest=newest)
        day += ONE_DAY
    return Days(rows, None, today.start, newest, csat_peers(peer_answers(act, until=act.now)))


def _day(act: Act, day: Stretch, *, newest: int) -> list[dict[str, Any]]:
    by: list[ColumnElement[Any]] = [Interaction.team_id.label("team"), Interaction.channel.label("over")]
    where = (Interaction.started_at >= day.start, Interaction.started_at < day.end, Interaction.id <= newest)
    found: dict[tuple[int, str], Contacts] = defaultdict(Contacts)
    for asked in (counted_contacts(by, where), counted_answers(by, where)):
        for row in act.session.execute(asked):
            for team in {ALL_TEAMS, row.team or ALL_TEAMS}:
                for channel in (ALL_CHANNELS, row.over.value):
                    found[team, channel] = found[team, channel].plus(counts_in(row))
    return [
        {"day": day.first, "team": team, "channel": channel, **asdict(one)} for (team, channel), one in found.items()
    ]


def keep_days(act: Act, days: Days) -> None:
    """Keep the days in the place of those that were kept before: lengths, teams and answers may have changed since."""
    outdated = delete(ContactDay)
    if days.only is not None:
        outdated = outdated.where(ContactDay.day.in_(days.only))
    act.session.execute(outdated)
    act.session.execute(delete(ContactCount))
    for start in range(0, len(days.rows), _ROWS_AT_ONCE):
        act.session.execute(insert(ContactDay), days.rows[start : start + _ROWS_AT_ONCE])
    peers = [days.peers.mean, days.peers.variance, days.peers.kurtosis] if days.peers is not None else None
    act.session.add(ContactCount(until=days.until, newest=days.newest, peers=peers, counted_at=act.now))
    act.session.flush()


_ROWS_AT_ONCE = 2_000


def _local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
