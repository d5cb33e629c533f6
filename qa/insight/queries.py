"""Reading samples for figures: a fixed number of queries, whatever the company's size."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, Select, case, cast, func, null, select
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
from qa.sampling.designs import DesignKind
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan
from qa.sampling.period import PeriodKind, period_of
from qa.sampling.plans import period_at
from qa.sampling.record import METHODS
from qa.sampling.strata import Dimension, agent_of, part_name, whole_of

#: States in which an evaluation has a score that counts. Counting only what was released would let releasing choose the score.
COUNTED = (EvaluationState.SUBMITTED, *SHOWN_TO_AGENT)

#: By how much the clocks of a source and of this product may differ.
CLOCKS_DIFFER = timedelta(days=2)
#: No period of a plan is longer.
LONGEST_PERIOD = timedelta(days=31)
#: Up to so many strata are read by name, where their names need no quoting in a path.
FEW_STRATA = 8
#: The draws whose interactions had chances by risk, by the name of their method.
_BY_RISK = METHODS[DesignKind.RISK][0]
_PLAIN = re.compile(r"[\w=|/ -]+")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Of a draw when it was, and what its strata held as far as that was asked for."""

    start: datetime
    end: datetime
    counts: Mapping[str, Mapping[str, Any]]


def read_sample(act: Act, stretch: Stretch, *, agent_id: int | None = None, sections: bool = True) -> Sample:
    """Return what was scored of random draws on interactions of the stretch; never targeted picks or mystery visits.

    An interaction that several reviewers scored counts once, by the evaluation that was assigned first. Where that one
    is disputed, the interaction counts in no figure until the dispute is settled: it is told apart as ``disputed``.
    Without ``sections`` those are left unread, which costs most of the time where there is much.
    """
    asked = scored_rows(sections=sections).where(
        Interaction.started_at >= stretch.start,
        Interaction.started_at < stretch.end,
        # Nothing is scored before it happened; said so, because the database finds an agent's scores by when they came in.
        Evaluation.submitted_at >= stretch.start - CLOCKS_DIFFER,
    )
    if agent_id is not None:
        asked = asked.where(Evaluation.agent_id == agent_id)
    counted, disputed = told_apart(act.session.execute(asked.order_by(Evaluation.assigned_at, Evaluation.id)))
    frames = _frames(act, stretch, agent_id=agent_id)
    shared = {(frame.draw_id, frame.agent_id, frame.stratum) for frame in frames if frame.drawn_of_all is not None}
    return Sample(stretch, _in_shared(counted, shared), frames, _in_shared(disputed, shared))


def _in_shared(scored: tuple[Scored, ...], shared: set[tuple[int, int, str]]) -> tuple[Scored, ...]:
    """Put scores back into the whole stratum where nobody wrote down how much of it is the agent's."""
    if not shared:
        return scored
    wholes = {(draw_id, _cell(whole, agent_id)): whole for draw_id, agent_id, whole in shared}
    return tuple(replace(one, stratum=wholes.get((one.draw_id, one.stratum), one.stratum)) for one in scored)


def scored_rows(*, sections: bool) -> Select[*tuple[Any, ...]]:
    """Select every score of a random draw that counts, of whenever."""
    asked: Select[*tuple[Any, ...]] = (
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
            Evaluation.passed,
            Evaluation.critical_failed,
            (Evaluation.computation["sections"] if sections else null()).label("sections"),
            # Chances that differ only by how a sample was spread over time are alike by design.
            case((Draw.algorithm.startswith(_BY_RISK), DrawItem.inclusion_probability), else_=1.0).label("chance"),
            Evaluation.id.in_(unsettled_evaluations()).label("disputed"),
        )
        .join(Evaluation.draw_item)
        .join(DrawItem.draw)
        .join(Evaluation.interaction)
        .join(Evaluation.card_version)
        .join(CardVersion.scorecard)
        .where(
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(COUNTED),
            DrawItem.state == ItemState.DRAWN,
        )
    )
    return asked


def told_apart(rows: Iterable[Row[Any]]) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """Return the first score of each interaction, those that are disputed apart."""
    first: dict[int, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.item_id, row)
    return (
        tuple(_scored_of(row) for row in first.values() if not row.disputed),
        tuple(_scored_of(row) for row in first.values() if row.disputed),
    )


def _frames(act: Act, stretch: Stretch, *, agent_id: int | None) -> tuple[Frame, ...]:
    """Put the stretches of time of each agent's part of a stratum together."""
    held = list(act.session.execute(_held(stretch, agent_id=agent_id)))
    draws = _draws(act, {row.draw_id for row in held}, strata={row.stratum for row in held})
    sizes = {draw_id: cell_sizes(draw.counts) for draw_id, draw in draws.items()}
    of_all: dict[tuple[int, str], int] = defaultdict(int)
    cells: dict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
    for row in held:
        of_all[row.draw_id, whole_of(row.stratum)] += int(row.drawn)
        if agent_id is None or row.agent_id == agent_id:
            cells[row.draw_id, _cell(row.stratum, row.agent_id)].append(row)
    return tuple(
        _frame(
            rows,
            draws[draw_id],
            cell=cell,
            size=sizes[draw_id].get(cell),
            drawn_of_all=of_all[draw_id, whole_of(rows[-1].stratum)],
        )
        for (draw_id, cell), rows in cells.items()
    )


def _frame(rows: Sequence[Row[Any]], draw: _Counted, *, cell: str, size: int | None, drawn_of_all: int) -> Frame:
    """Return the frame of an agent's part of a stratum; where its size was not written down, the whole stratum's."""
    known, last = size is not None, rows[-1]
    return Frame(
        draw_id=last.draw_id,
        stratum=cell if known else whole_of(last.stratum),
        agent_id=last.agent_id,
        team_id=last.team_id,
        eligible=size if known else draw.counts.get(whole_of(last.stratum), {}).get("eligible"),
        drawn=sum(int(row.drawn) for row in rows),
        start=draw.start,
        end=draw.end,
        drawn_of_all=None if known else drawn_of_all,
        excluded=sum(int(row.excluded) for row in rows),
        excluded_weight=math.fsum(row.excluded_weight for row in rows),
        drawn_weight=math.fsum(row.drawn_weight for row in rows),
    )


def _cell(stratum: str, agent_id: int) -> str:
    """Name an agent's part of a stratum: within it everything that was drawn had the same chance, however many it was."""
    whole = whole_of(stratum)
    return whole if agent_of(whole) is not None else f"{whole}|{part_name(Dimension.AGENT, agent_id)}"


def cell_sizes(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return how much each agent's part of each stratum held, stretches of time together."""
    found: dict[str, int] = {}
    for stratum, count in counts.items():
        agent_id = agent_of(stratum)
        parts = count.get("agents", {}) if agent_id is None else {str(agent_id): count.get("eligible")}
        for number, size in parts.items():
            if size is not None:
                cell = _cell(stratum, int(number))
                found[cell] = found.get(cell, 0) + int(size)
    return found


def _held(stretch: Stretch, *, agent_id: int | None) -> Select[*tuple[Any, ...]]:
    """Select what the draws hold, by stratum and agent: of one agent's strata also what is others'."""
    out = DrawItem.state == ItemState.REPLACED
    stands_for: ColumnElement[float] = cast(1.0 / DrawItem.inclusion_probability, Float)
    asked: Select[*tuple[Any, ...]] = (
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
    if agent_id is None:
        return asked
    own = (
        select(DrawItem.draw_id, DrawItem.stratum)
        .join(DrawItem.interaction)
        .join(DrawItem.draw)
        .where(
            Interaction.agent_id == agent_id,
            Interaction.started_at >= stretch.start - LONGEST_PERIOD,
            Interaction.started_at < stretch.end + LONGEST_PERIOD,
            Draw.starts_at < stretch.end,
            Draw.ends_at > stretch.start,
        )
        .distinct()
        .subquery()
    )
    return asked.join(own, (own.c.draw_id == DrawItem.draw_id) & (own.c.stratum == DrawItem.stratum))


def _draws(act: Act, draw_ids: set[int], *, strata: set[str]) -> dict[int, _Counted]:
    """Read the draws; of few strata these alone are read out of counts that may hold thousands.

    A stretch of time of which nothing was drawn is part of its stratum too, so that one in stretches is read whole.
    """
    asked = Draw.id.in_(draw_ids)
    in_stretches = any(whole_of(name) != name for name in strata)
    if in_stretches or len(strata) > FEW_STRATA or not all(_PLAIN.fullmatch(name) for name in strata):
        whole = select(Draw.id, Draw.starts_at, Draw.ends_at, Draw.counts).where(asked)
        return {row.id: _Counted(row.starts_at, row.ends_at, row.counts) for row in act.session.execute(whole)}
    names = sorted(strata)
    some = select(Draw.id, Draw.starts_at, Draw.ends_at, *(Draw.counts[name] for name in names)).where(asked)
    return {
        row[0]: _Counted(row[1], row[2], {name: count for name, count in zip(names, row[3:], strict=True) if count})
        for row in act.session.execute(some)
    }


def _scored_of(row: Row[Any]) -> Scored:
    sections: Mapping[str, Any] = row.sections or {}
    return Scored(
        item_id=row.item_id,
        evaluation_id=row.evaluation_id,
        agent_id=row.agent_id,
        team_id=row.team_id,
        draw_id=row.draw_id,
        stratum=_cell(row.stratum, row.agent_id),
        card=row.card,
        started_at=row.started_at,
        quality=None if row.quality_bp is None else row.quality_bp / 100,
        sections={
            key: found["quality_bp"] / 100 for key, found in sections.items() if found.get("quality_bp") is not None
        },
        passed=row.passed,
        critical_failed=row.critical_failed,
        chance=row.chance,
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
        select(Draw.starts_at, Plan)
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
    return stretch_of(period_at(found.Plan, found.starts_at))
