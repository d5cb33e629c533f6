"""What past scores on a scorecard tell a planner: how far one agent's scores lie apart, and how much each agent handles."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard
from qa.disputes.visibility import unsettled_evaluations
from qa.estimate.intervals import FEWEST_PEER_SCORES, PRIOR_DEGREES
from qa.estimate.planning import Spread
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.purpose import of_kind
from qa.insight.queries import COUNTED, cell_sizes
from qa.insight.stretch import Stretch
from qa.interactions.models import Interaction
from qa.sampling.models import Draw, DrawItem, ItemState, Plan
from qa.sampling.strata import agent_of

#: How far back is looked.
DAYS = 365


@dataclass(frozen=True, slots=True)
class Past:
    """The spread within agents, none where too little was scored; of how many scores and agents; usual N of an agent."""

    spread: Spread | None
    n: int
    agents: int
    population: int | None


def past_of(act: Act, *, card: str) -> Past:
    """Learn from the random samples of the last year that were scored on the card with this key.

    The spread is the variance within agents, pooled over them by their degrees of freedom.
    """
    act.require(Permission.PLAN_MANAGE)
    zone = act.settings.time_zone
    today = act.now.astimezone(ZoneInfo(zone)).date()
    stretch = Stretch(today - timedelta(days=DAYS - 1), today, zone)
    found = _moments(act, stretch, card=card)
    n = sum(number for number, _total, _squares in found)
    return Past(_spread(found, n), n, len(found), _usual_population(act, stretch, card=card))


def _moments(act: Act, stretch: Stretch, *, card: str) -> list[tuple[int, int, int]]:
    """Each agent's number of scores, their sum and that of their squares, in hundredths of a point."""
    score = Evaluation.quality_bp
    asked = (
        select(func.count(score), func.sum(score), func.sum(score * score))
        .join(Evaluation.draw_item)
        .join(Evaluation.interaction)
        .join(Evaluation.card_version)
        .join(CardVersion.scorecard)
        .where(
            Scorecard.key == card,
            of_kind(EvaluationKind.RANDOM),
            Evaluation.state.in_(COUNTED),
            score.is_not(None),
            Evaluation.id.not_in(unsettled_evaluations()),
            DrawItem.state == ItemState.DRAWN,
            Interaction.started_at >= stretch.start,
            Interaction.started_at < stretch.end,
        )
        .group_by(Evaluation.agent_id)
    )
    return [(number, int(total or 0), int(squares or 0)) for number, total, squares in act.session.execute(asked)]


def _spread(found: list[tuple[int, int, int]], n: int) -> Spread | None:
    degrees = n - len(found)
    if n < FEWEST_PEER_SCORES or degrees < PRIOR_DEGREES:
        return None
    mean = sum(total for _number, total, _squares in found) / n
    # In whole numbers, so that nothing is lost in the difference of large squares.
    within = math.fsum((number * squares - total * total) / number for number, total, squares in found) / degrees
    if not within or not 0 < mean < 10_000:
        return None
    return Spread(mean / 100, math.sqrt(within) / 100, learnt=True)


def _usual_population(act: Act, stretch: Stretch, *, card: str) -> int | None:
    """The middle of what one agent's part of a frame held, over the draws of plans with the card."""
    counted = act.session.scalars(
        select(Draw.counts)
        .join(Draw.plan)
        .join(Plan.scorecard)
        .where(Scorecard.key == card, Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
    )
    sizes: list[int] = []
    for counts in counted:
        of_agents: Counter[int | None] = Counter()
        for cell, size in cell_sizes(counts).items():
            of_agents[agent_of(cell)] += size
        sizes += [size for size in of_agents.values() if size]
    return round(median(sizes)) if sizes else None
