"""How severe reviewers are, from what they scored of the same agents, with second scores among it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.agreement import both_in
from qa.calibration.models import ScorePair
from qa.cards.models import CardVersion
from qa.disputes.visibility import unsettled_evaluations
from qa.estimate.figure import Figure, score_figure
from qa.evaluations.models import Evaluation, EvaluationKind, Probe
from qa.i18n import Text
from qa.people.models import User
from qa.revisions.models import EvaluationRevision
from qa.sampling.models import DrawItem
from scorecards.errors import SeverityError
from scorecards.severity import Adjustment, Judgement, Severity, severities

#: How far back scores are looked at: severity changes with training, so that older ones say little.
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """One reviewer's severity."""

    reviewer: User
    severity: Severity


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's mean as it was scored, and beside it what the average reviewer would have made of it."""

    agent: User
    figure: Figure
    adjustment: Adjustment


@dataclass(frozen=True, slots=True)
class SeverityPage:
    """What may be shown of one card; ``refused`` says why there is nothing."""

    refused: Text | None
    n_scores: int
    spread: float
    reviewers: tuple[ReviewerRow, ...]
    agents: tuple[AgentRow, ...]
    left_out: tuple[User, ...]


def severity_of(act: Act, scorecard_id: int) -> SeverityPage:
    """Estimate the severity of everybody who scored by the card in the last year.

    Supervisors see all; a reviewer sees their own alone, and no agents.
    """
    act.require(Permission.SEVERITY_SEE)
    judgements, drawn = _judgements(act, scorecard_id)
    try:
        found = severities(judgements)
    except SeverityError as error:
        return SeverityPage(Text(error.msgid, error.params), len(judgements), 0.0, (), (), ())
    all_of_them = act.may(Permission.AGREEMENT_SEE)
    own = str(act.actor.id) if act.actor else ""
    ids = {int(one.reviewer) for one in judgements} | {int(one.agent) for one in judgements}
    people = {user.id: user for user in act.session.scalars(select(User).where(User.id.in_(ids)))}
    reviewers = [
        ReviewerRow(people[int(one.reviewer)], one) for one in found.reviewers if all_of_them or one.reviewer == own
    ]
    left_out = [people[int(one)] for one in found.left_out if all_of_them or one == own]
    agents = (
        [_agent_row(people[int(one.agent)], one, judgements, draw_ids=drawn[one.agent]) for one in found.agents]
        if all_of_them
        else []
    )
    return SeverityPage(
        None,
        found.n_scores,
        found.spread,
        tuple(sorted(reviewers, key=lambda one: one.reviewer.name.casefold())),
        tuple(sorted(agents, key=lambda one: one.agent.name.casefold())),
        tuple(left_out),
    )


def _agent_row(agent: User, adjustment: Adjustment, judgements: list[Judgement], *, draw_ids: set[int]) -> AgentRow:
    own = [one.points for one in judgements if one.counts and one.agent == adjustment.agent]
    return AgentRow(agent, score_figure(own, draw_ids=sorted(draw_ids)), adjustment)


def _judgements(act: Act, scorecard_id: int) -> tuple[list[Judgement], dict[str, set[int]]]:
    """Read the scores as their reviewers first gave them, and which draws each agent's come from.

    What a judge made of one says nothing about its reviewer.
    """
    seconds = select(ScorePair.second_id).where(both_in())
    given_bp = case((EvaluationRevision.id.is_not(None), EvaluationRevision.quality_bp), else_=Evaluation.quality_bp)
    asked = (
        select(
            Evaluation.agent_id,
            Evaluation.reviewer_id,
            Evaluation.interaction_id,
            Evaluation.card_version_id,
            given_bp.label("quality_bp"),
            Evaluation.probe,
            DrawItem.draw_id,
        )
        .join(Evaluation.card_version)
        .outerjoin(Evaluation.draw_item)
        .outerjoin(
            EvaluationRevision, (EvaluationRevision.evaluation_id == Evaluation.id) & (EvaluationRevision.number == 1)
        )
        .where(
            CardVersion.scorecard_id == scorecard_id,
            given_bp.is_not(None),
            Evaluation.id.not_in(unsettled_evaluations()),
            Evaluation.submitted_at >= act.now - LOOKED_BACK,
            (Evaluation.kind == EvaluationKind.RANDOM)
            | ((Evaluation.probe == Probe.SECOND) & Evaluation.id.in_(seconds)),
        )
        .order_by(Evaluation.id)
    )
    rows = act.session.execute(asked).all()
    drawn: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        drawn[str(row.agent_id)] |= set() if row.draw_id is None else {row.draw_id}
    judgements = [
        Judgement(
            str(row.agent_id),
            str(row.reviewer_id),
            str(row.interaction_id),
            str(row.card_version_id),
            row.quality_bp / 100,
            counts=row.probe is None,
        )
        for row in rows
    ]
    return judgements, drawn
