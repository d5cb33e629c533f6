"""How far scores lay apart within each stratum before, for the allocations that go by it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import func, select

from qa.act import Act
from qa.cards.models import CardVersion
from qa.disputes.visibility import unsettled_evaluations
from qa.estimate.intervals import FEWEST_PEER_SCORES, PRIOR_DEGREES
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.purpose import of_kind
from qa.interactions.models import Interaction
from qa.sampling.allocation import Cell
from qa.sampling.division import Allocation, Division
from qa.sampling.frame import COLUMNS
from qa.sampling.models import DrawItem, ItemState
from qa.sampling.period import Period
from qa.sampling.strata import stratum_name

#: How far before the period is looked.
LOOK_BACK = timedelta(days=365)

#: Number of scores, their sum and that of their squares, in hundredths of a point.
Moments = tuple[int, int, int]


def with_past(
    act: Act, cells: Mapping[str, Cell], *, design: Division, scorecard_id: int, period: Period
) -> dict[str, Cell]:
    """Add to each stratum how far its scores lay apart in the year before the period; nothing where that is not known.

    Only drawn interactions that were scored on the same card count, and no score that is disputed.
    """
    if design.allocation not in (Allocation.NEYMAN, Allocation.BUDGET):
        return dict(cells)
    found = variances(_moments(act, design=design, scorecard_id=scorecard_id, period=period), strata=cells)
    return {name: replace(cell, variance=found.get(name)) for name, cell in cells.items()}


def variances(moments: Iterable[tuple[str, Moments]], *, strata: Collection[str]) -> dict[str, int]:
    """Return the variance of each stratum, in hundredths of a point squared; empty where too little was scored.

    A few scores tell little of their own spread, so that each variance is pooled with that of all strata, which counts
    for ten degrees of freedom as it does in the intervals (`qa.estimate.intervals`); one that was never scored gets it whole.
    """
    found = dict(moments)
    degrees = sum(n - 1 for n, _total, _squares in found.values())
    if sum(n for n, _total, _squares in found.values()) < FEWEST_PEER_SCORES or degrees < PRIOR_DEGREES:
        return {}
    apart = {name: squares - Fraction(total * total, n) for name, (n, total, squares) in found.items()}
    pooled = sum(apart.values(), Fraction(0)) / degrees
    prior = int(PRIOR_DEGREES)
    return {
        name: round((prior * pooled + apart.get(name, 0)) / (prior + (found[name][0] - 1 if name in found else 0)))
        for name in strata
    }


def _moments(act: Act, *, design: Division, scorecard_id: int, period: Period) -> list[tuple[str, Moments]]:
    score = Evaluation.quality_bp
    divided = [COLUMNS[one] for one in design.strata]
    asked = (
        select(func.count(score), func.sum(score), func.sum(score * score), *divided)
        .join(Evaluation.draw_item)
        .join(Evaluation.interaction)
        .join(Evaluation.card_version)
        .where(
            CardVersion.scorecard_id == scorecard_id,
            of_kind(EvaluationKind.RANDOM),
            Evaluation.submitted_at.is_not(None),
            score.is_not(None),
            Evaluation.id.not_in(unsettled_evaluations()),
            DrawItem.state == ItemState.DRAWN,
            Interaction.started_at >= period.start - LOOK_BACK,
            Interaction.started_at < period.start,
        )
        .group_by(*divided)
    )
    return [
        (stratum_name(tuple(zip(design.strata, values, strict=True))), (int(n), int(total or 0), int(squares or 0)))
        for n, total, squares, *values in act.session.execute(asked)
        if n
    ]
