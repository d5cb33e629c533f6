"""Reading samples for figures: a fixed number of queries, whatever the company's size."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, Select, case, cast, func, null, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.cards.models import CardVersion, Scorecard
from qa.db import unindexed
from qa.disputes.visibility import unsettled_evaluations
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.insight.figures import Frame, Sample, Scored
from qa.insight.stretch import ONE_DAY, Stretch, stretch_of
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.chance_design import DesignKind
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


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose scores are read, and of which draws; none means all."""

    agent_id: int | None = None
    team_id: int | None = None
    draw_ids: tuple[int, ...] | None = None

    @property
    def interactions(self) -> tuple[ColumnElement[bool], ...]:
        return (
            *([Interaction.agent_id == self.agent_id] if self.agent_id is not None else []),
            *([Interaction.team_id == self.team_id] if self.team_id is not None else []),
        )


def read_sample(
    act: Act,
    stretch: Stretch,
    *,
    agent_id: int | None = None,
    team_id: int | None = None,
    draw_ids: Iterable[int] | None = None,
    sections: bool = True,
) -> Sample:
    """Return what was scored of random draws on interactions of the stretch; never targeted picks or mystery visits.

    Of an agent, a team or all; with ``draw_ids`` of these draws alone.

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
    whose = _Whose(agent_id, team_id, None if draw_ids is None else tuple(draw_ids))
    if agent_id is not None:
        asked = asked.where(Evaluation.agent_id == agent_id)
    if team_id is not None:
        asked = asked.where(Interaction.team_id == team_id)
    if whose.draw_ids is not None:
        asked = asked.where(DrawItem.draw_id.in_(whose.draw_ids))
    counted, disputed = told_apart(act.session.execute(asked.order_by(Evaluation.assigned_at, Evaluation.id)))
    frames = _frames(act, _held(stretch, whose), whose)
    found = _put_together(stretch, counted, frames, disputed)
    return found if team_id is None else found.of_team(team_id)


def read_whole_draws(act: Act, draw_ids: Iterable[int], *, sections: bool = True) -> Sample:
    """Return all that was scored of these draws, in a stretch that holds every one of them whole."""
    chosen = tuple(draw_ids)
    asked = scored_rows(sections=sections).where(DrawItem.draw_id.in_(chosen))
    counted, disputed = told_apart(act.session.execute(asked.order_by(Evaluation.assigned_at, Evaluation.id)))
    frames = _frames(act, held_by().where(Draw.id.in_(chosen)), _Whose())
    days = [moment.date() for frame in frames for moment in (frame.start, frame.end)] or [act.now.date()]
    return _put_together(Stretch(min(days) - ONE_DAY, max(days) + ONE_DAY, "UTC"), counted, frames, disputed)


def _put_together(
    stretch: Stretch, counted: tuple[Scored, ...], frames: tuple[Frame, ...], disputed: tuple[Scored, ...]
) -> Sample:
    shared = {(frame.draw_id, frame.agent_id, frame.stratum) for frame in frames if frame.drawn_of_all is not None}
    return Sample(stretch, _in_shared(counted, shared), frames, _in_shared(disputed, shared))


def _in_shared(scored: tuple[Scored, ...], shared: set[tuple[int, int, str]]) -> tuple[Scored, ...]:
    """Put scores back into the whole stratum where nobody wrote down how much of it is the agent's."""
    if not shared:
        return scored
    wholes = {(draw_id, cell_of(whole, agent_id)): whole for draw_id, agent_id, whole in shared}
    return tuple(replace(one, stratum=wholes.get((one.draw_id, one.stratum), one.stratum)) for one in scored)


@cache
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
            Interaction.channel,
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
        .join(CardVersion, CardVersion.id == unindexed(Evaluation.card_version_id))
        .join(CardVersion.scorecard)
        .where(*of_random_draws())
    )
    return asked


def of_random_draws() -> tuple[ColumnElement[bool], ...]:
    """Say of evaluations, joined with what was drawn, that they are of random draws and count."""
    return (
        unindexed(Evaluation.kind) == EvaluationKind.RANDOM,
        unindexed(Evaluation.state).in_(COUNTED),
        DrawItem.state == ItemState.DRAWN,
    )


def told_apart(rows: Iterable[Row[Any]]) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """Return the first score of each interaction, those that are disputed apart."""
    first: dict[int, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.item_id, row)
    return (
        tuple(_scored_of(row) for row in first.values() if not row.disputed),
        tuple(_scored_of(row) for row in first.values() if row.disputed),
    )


def _frames(act: Act, asked: Select[*tuple[Any, ...]], whose: _Whose) -> tuple[Frame, ...]:
    """Put the stretches of time of each agent's part of a stratum together."""
    held = list(act.session.execute(asked))
    draws = _draws(act, {row.draw_id for row in held}, strata={row.stratum for row in held})
    sizes = {draw_id: cell_sizes(draw.counts) for draw_id, draw in draws.items()}
    of_all: dict[tuple[int, str], int] = defaultdict(int)
    cells: dict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
    for row in held:
        of_all[row.draw_id, whole_of(row.stratum)] += int(row.drawn)
        if whose.agent_id in (None, row.agent_id):
            cells[row.draw_id, cell_of(row.stratum, row.agent_id)].append(row)
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


def cell_of(stratum: str, agent_id: int) -> str:
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
                cell = cell_of(stratum, int(number))
                found[cell] = found.get(cell, 0) + int(size)
    return found


@cache
def held_by() -> Select[*tuple[Any, ...]]:
    """Select what all draws hold, by stratum and agent."""
    out = DrawItem.state == ItemState.REPLACED
    stands_for: ColumnElement[float] = cast(1.0 / DrawItem.inclusion_probability, Float)
    found: Select[*tuple[Any, ...]] = (
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
        .group_by(DrawItem.draw_id, DrawItem.stratum, Interaction.agent_id)
        .order_by(DrawItem.draw_id, DrawItem.stratum)
    )
    return found


def _held(stretch: Stretch, whose: _Whose) -> Select[*tuple[Any, ...]]:
    """Select what the draws of a stretch hold: of an agent's or a team's strata also what is others'."""
    asked = held_by().where(Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
    if whose.draw_ids is not None:
        asked = asked.where(Draw.id.in_(whose.draw_ids))
    if not whose.interactions:
        return asked
    own = (
        select(DrawItem.draw_id, DrawItem.stratum)
        .join(DrawItem.interaction)
        .join(DrawItem.draw)
        .where(
            *whose.interactions,
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
        stratum=cell_of(row.stratum, row.agent_id),
        card=row.card,
        started_at=row.started_at,
        quality=None if row.quality_bp is None else row.quality_bp / 100,
        sections={
            key: found["quality_bp"] / 100 for key, found in sections.items() if found.get("quality_bp") is not None
        },
        passed=row.passed,
        critical_failed=row.critical_failed,
        chance=row.chance,
        channel=row.channel.value,
    )


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
        .where(Draw.state != DrawState.COMMITTED, Draw.starts_at <= act.now)
        .order_by(Draw.starts_at.desc(), Draw.id.desc())
        .limit(1)
    )
    if agent_id is None:
        # Asked of one draw after the other, of which the newest mostly has a score.
        scored = select(DrawItem.id).join(Evaluation, Evaluation.draw_item_id == DrawItem.id)
        asked = asked.where(
            scored.where(DrawItem.draw_id == Draw.id, Evaluation.state.in_(COUNTED)).correlate(Draw).exists()
        )
    else:
        asked = (
            asked.join(Draw.items)
            .join(Evaluation, Evaluation.draw_item_id == DrawItem.id)
            .where(Evaluation.state.in_(COUNTED), Evaluation.agent_id == agent_id)
        )
    found = act.session.execute(asked).first()
    if found is None:
        return stretch_of(period_of(act.now, kind=PeriodKind.WEEK, zone=zone))
    return stretch_of(period_at(found.Plan, found.starts_at))
