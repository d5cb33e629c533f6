"""What waits on each reviewer's desk, and how often they met each agent."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select, true

from qa.act import Act
from qa.calibration.lock import ended
from qa.evaluations.effort import MINUTE_MS, SCORING_MS, listening_ms
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import of_kind

#: How far back it is looked who met whom; the same as for severity, which rests on it.
LOOKED_BACK = timedelta(days=365)


def on_desk(act: Act) -> ColumnElement[bool]:
    """Hold for evaluations that wait on their reviewer's desk: open, not back in a pool, their calibration not over."""
    return (
        (Evaluation.state == EvaluationState.OPEN)
        & or_(Evaluation.claimed_until.is_(None), Evaluation.claimed_until > act.now)
        & Evaluation.id.not_in(ended(act))
    )


def minutes_waiting(act: Act, reviewer_ids: Collection[int], *, unseen: bool = True) -> dict[int, int]:
    """Return the minutes of review on each desk, rounded up; with ``unseen`` second scores and calibrations count too."""
    total = func.sum(SCORING_MS + func.coalesce(listening_ms(), 0))
    asked = (
        select(Evaluation.reviewer_id, total)
        .join(Evaluation.interaction)
        .where(Evaluation.reviewer_id.in_(reviewer_ids), on_desk(act), true() if unseen else Evaluation.probe.is_(None))
        .group_by(Evaluation.reviewer_id)
    )
    found = {reviewer_id: -(-int(ms or 0) // MINUTE_MS) for reviewer_id, ms in act.session.execute(asked)}
    return {reviewer_id: found.get(reviewer_id, 0) for reviewer_id in reviewer_ids}


def meetings(
    act: Act, reviewer_ids: Collection[int], *, agent_ids: Collection[int] | None = None
) -> dict[tuple[str, str], int]:
    """Return how many drawn interactions of each agent each reviewer was given in the last year, by any plan."""
    asked = (
        select(Evaluation.reviewer_id, Evaluation.agent_id, func.count())
        .where(
            of_kind(EvaluationKind.RANDOM),
            Evaluation.reviewer_id.in_(reviewer_ids),
            Evaluation.assigned_at >= act.now - LOOKED_BACK,
        )
        .group_by(Evaluation.reviewer_id, Evaluation.agent_id)
    )
    wanted = None if agent_ids is None else set(agent_ids)
    return {
        (str(reviewer_id), str(agent_id)): number
        for reviewer_id, agent_id, number in act.session.execute(asked)
        if wanted is None or agent_id in wanted
    }


def who_has(act: Act, interaction_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who has each interaction on the desk, or had it, for whatever reason."""
    asked = select(Evaluation.interaction_id, Evaluation.reviewer_id).where(
        Evaluation.interaction_id.in_(interaction_ids)
    )
    found: dict[int, set[int]] = {}
    for interaction_id, reviewer_id in act.session.execute(asked):
        found.setdefault(interaction_id, set()).add(reviewer_id)
    return found
