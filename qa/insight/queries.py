"""Reading samples for figures: a fixed number of queries, whatever the company's size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, Select, case, cast, func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.cards.models import CardVersion, Scorecard
from qa.disputes.visibility import unsettled_evaluations
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.insight.figures import Frame, Sample, Scored
from qa.insight.stretch import Stretch, stretch_of
from qa.interactions.models import Interaction
from qa.people.models import Team, User
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan
from qa.sampling.period import Period, PeriodKind, period_of

#: States in which an evaluation has a score that counts. Counting only what was released would let releasing choose the score.
COUNTED = (EvaluationState.SUBMITTED, *SHOWN_TO_AGENT)


def read_sample(act: Act, stretch: Stretch, *, agent_id: int | None = None) -> Sample:
    """Return what was scored of random draws on interactions of the stretch; never targeted picks or mystery visits.

    An interaction that several reviewers scored counts once, by the evaluation that was assigned first. Where that one
    is disputed, the interaction counts in no figure until the dispute is settled: it is told apart as ``disputed``.
    """
    asked = _scored(stretch)
    held = _held(stretch)
    if agent_id is not None:
        asked, held = asked.where(Evaluation.agent_id == agent_id), held.where(Interaction.agent_id == agent_id)
    first: dict[int, Row[Any]] = {}
    for row in act.session.execute(asked):
        first.setdefault(row.item_id, row)
    counted = tuple(_scored_of(row) for row in first.values() if not row.disputed)
    disputed = tuple(_scored_of(row) for row in first.values() if row.disputed)
    draws = {
        row.id: row
        for row in act.session.execute(
            select(Draw.id, Draw.starts_at, Draw.ends_at, Draw.counts).where(
                Draw.starts_at < stretch.end, Draw.ends_at > stretch.start
            )
        )
    }
    frames = tuple(_frame(row, draws[row.draw_id]) for row in act.session.execute(held))
    return Sample(stretch, counted, frames, disputed)


def _scored(stretch: Stretch) -> Select[Any]:
    return (
        select(
            DrawItem.id.label("item_id"),
            Evaluation.id.label("evaluation_id"),
            Evaluation.agent_id,
            Interaction.team_id,
            DrawItem.draw_id,
            DrawItem.stratum,
            Scorecard.key.label("card"),
            Interaction.started_at,
            Evaluation.quality_bp,
            Evaluation.computation["sections"].label("sections"),
            DrawItem.inclusion_probability.label("chance"),
            Evaluation.id.in_(unsettled_evaluations()).label("disputed"),
        )
        .join(Evaluation.draw_item)
        .join(Evaluation.interaction)
        .join(Evaluation.card_version)
        .join(CardVersion.scorecard)
        .where(
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(COUNTED),
            DrawItem.state == ItemState.DRAWN,
            Interaction.started_at >= stretch.start,
            Interaction.started_at < stretch.end,
        )
        .order_by(Evaluation.assigned_at, Evaluation.id)
    )


def _held(stretch: Stretch) -> Select[int, str, int, int | None, Any, Any, Any, float]:
    out = DrawItem.state == ItemState.REPLACED
    stands_for: ColumnElement[float] = cast(1.0 / DrawItem.inclusion_probability, Float)
    return (
        select(
            DrawItem.draw_id,
            DrawItem.stratum,
            Interaction.agent_id,
            func.max(Interaction.team_id).label("team_id"),
            func.sum(case((DrawItem.state == ItemState.DRAWN, 1), else_=0)).label("drawn"),
            func.sum(case((out, 1), else_=0)).label("excluded"),
            func.sum(case((out, stands_for), else_=0.0)).label("excluded_weight"),
            func.sum(stands_for).label("drawn_weight"),
        )
        .join(DrawItem.interaction)
        .join(DrawItem.draw)
        .where(Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
        .group_by(DrawItem.draw_id, DrawItem.stratum, Interaction.agent_id)
        .order_by(DrawItem.draw_id, DrawItem.stratum)
    )


def _scored_of(row: Row[Any]) -> Scored:
    sections: Mapping[str, Any] = row.sections or {}
    return Scored(
        item_id=row.item_id,
        evaluation_id=row.evaluation_id,
        agent_id=row.agent_id,
        team_id=row.team_id,
        draw_id=row.draw_id,
        stratum=row.stratum,
        card=row.card,
        started_at=row.started_at,
        quality=None if row.quality_bp is None else row.quality_bp / 100,
        sections={
            key: found["quality_bp"] / 100 for key, found in sections.items() if found.get("quality_bp") is not None
        },
        chance=row.chance,
    )


def _frame(row: Row[int, str, int, int | None, Any, Any, Any, float], draw: Row[Any]) -> Frame:
    counted = draw.counts.get(row.stratum, {}).get("eligible")
    return Frame(
        draw_id=row.draw_id,
        stratum=row.stratum,
        agent_id=row.agent_id,
        team_id=row.team_id,
        eligible=None if counted is None else int(counted),
        drawn=int(row.drawn),
        start=draw.starts_at,
        end=draw.ends_at,
        excluded=int(row.excluded),
        excluded_weight=float(row.excluded_weight),
        drawn_weight=float(row.drawn_weight),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is for one team: interactions drawn, scored, shown to their agents."""

    plan_id: int
    plan: str
    team_id: int | None
    team: str
    drawn: int
    submitted: int
    released: int


def plan_progress(act: Act, stretch: Stretch, *, team_id: int | None = None) -> list[Progress]:
    """Return how far each plan is in the stretch, by team; evaluations by a second reviewer are not counted twice."""
    best = (
        select(
            Evaluation.draw_item_id,
            func.max(case((Evaluation.state.in_(COUNTED), 1), else_=0)).label("submitted"),
            func.max(case((Evaluation.state.in_(SHOWN_TO_AGENT), 1), else_=0)).label("released"),
        )
        .where(Evaluation.kind == EvaluationKind.RANDOM)
        .group_by(Evaluation.draw_item_id)
        .subquery()
    )
    asked = (
        select(
            Plan.id,
            Plan.name,
            Interaction.team_id,
            Team.name.label("team"),
            func.count(DrawItem.id).label("drawn"),
            func.coalesce(func.sum(best.c.submitted), 0).label("submitted"),
            func.coalesce(func.sum(best.c.released), 0).label("released"),
        )
        .select_from(DrawItem)
        .join(DrawItem.draw)
        .join(Draw.plan)
        .join(DrawItem.interaction)
        .outerjoin(Team, Team.id == Interaction.team_id)
        .outerjoin(best, best.c.draw_item_id == DrawItem.id)
        .where(DrawItem.state == ItemState.DRAWN, Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
        .group_by(Plan.id, Plan.name, Interaction.team_id, Team.name)
        .order_by(Team.name, Plan.name)
    )
    if team_id is not None:
        asked = asked.where(Interaction.team_id == team_id)
    return [
        Progress(row.id, row.name, row.team_id, row.team or "", row.drawn, int(row.submitted), int(row.released))
        for row in act.session.execute(asked)
    ]


def agents_of(act: Act, agent_ids: set[int], *, team_id: int | None = None) -> list[User]:
    """Return the named agents, by name, whether or not they have left."""
    asked = (
        select(User)
        .where(User.id.in_(agent_ids))
        .options(joinedload(User.team))
        .order_by(func.lower(User.name), User.id)
    )
    if team_id is not None:
        asked = asked.where(User.team_id == team_id)
    return list(act.session.scalars(asked))


def newest_stretch(act: Act, *, zone: str, agent_id: int | None = None) -> Stretch:
    """Return the period of the newest draw of which something was scored, else the week of today."""
    asked = (
        select(Draw.starts_at, Plan.period, Plan.time_zone)
        .join(Draw.plan)
        .join(Draw.items)
        .join(Evaluation, Evaluation.draw_item_id == DrawItem.id)
        .where(Draw.state != DrawState.COMMITTED, Evaluation.state.in_(COUNTED), Draw.starts_at <= act.now)
        .order_by(Draw.starts_at.desc(), Draw.id.desc())
        .limit(1)
    )
    if agent_id is not None:
        asked = asked.where(Evaluation.agent_id == agent_id)
    found = act.session.execute(asked).first()
    if found is None:
        return stretch_of(period_of(act.now, kind=PeriodKind.WEEK, zone=zone))
    return stretch_of(_period(found.starts_at, found.period, found.time_zone))


def _period(moment: datetime, kind: PeriodKind, zone: str) -> Period:
    return period_of(moment, kind=kind, zone=zone)
