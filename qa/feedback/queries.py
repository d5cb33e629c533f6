"""Which customers' answers an actor may see, and the newest one on each interaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.visibility import hidden_from_judge
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.purpose import about_agents
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.feedback.figures import Answered, AnswerFigures, answer_figures, csat_peers
from qa.feedback.models import CustomerAnswer
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.self_evaluations.visibility import hidden_until_scored

#: From so many agents is learnt how answers spread, the same ones every time, and so many of their latest answers each.
PEERS, ANSWERS_EACH = 30, 20
#: How far back they are looked at.
PEERS_BEFORE = timedelta(weeks=26)
#: Knuth's multiplier for numbers of 32 bits: strews the agents' numbers, so that who has been here longest is not taken first.
_STREWN, _ROOM = 2_654_435_761, 2**32


def visible_answers(act: Act) -> Select[CustomerAnswer]:
    """Supervisors see all; reviewers those of what they scored themselves, once it is in; agents those of what was released.

    What the customer said would colour a score that is still to be given: whoever has the interaction on their desk, in
    whatever role, a dispute's judge and a second reviewer included, does not see it before they submit.
    """
    asked = select(CustomerAnswer)
    if act.actor is None:
        return asked
    me = act.actor.id
    judging = select(Evaluation.interaction_id).where(Evaluation.id.in_(hidden_from_judge(me)))
    unhidden = or_(CustomerAnswer.interaction_id.is_(None), CustomerAnswer.interaction_id.not_in(judging))
    if act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return asked.where(unhidden)
    same = Evaluation.interaction_id == CustomerAnswer.interaction_id
    if act.actor.role is Role.REVIEWER:
        return asked.where(
            exists().where(same, Evaluation.reviewer_id == me, Evaluation.submitted_at.is_not(None)),
            ~exists().where(same, Evaluation.reviewer_id == me, Evaluation.state == EvaluationState.OPEN),
            unhidden,
        )
    if act.actor.role is Role.AGENT:
        return asked.where(
            exists().where(
                same,
                Evaluation.agent_id == me,
                Evaluation.state.in_(SHOWN_TO_AGENT),
                about_agents(),
                Evaluation.id.not_in(hidden_until_scored(me)),
            )
        )
    return asked.where(false())


def answers_on(act: Act, interaction_id: int) -> list[CustomerAnswer]:
    """Return the visible answers on an interaction, the newest first."""
    asked = visible_answers(act).where(CustomerAnswer.interaction_id == interaction_id)
    return list(act.session.scalars(asked.options(joinedload(CustomerAnswer.source)).order_by(*newest_first())))


def newest_first() -> tuple[ColumnElement[Any], ...]:
    """Order by when it was answered; who was asked and is silent stands last."""
    return CustomerAnswer.answered_at.desc().nulls_last(), CustomerAnswer.id.desc()


def newest_answers(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select the newest answer on each interaction that passes the conditions, as rows for ``answered``.

    One customer may have been asked twice about one interaction, which must not count for two.
    """
    place = func.row_number().over(partition_by=CustomerAnswer.interaction_id, order_by=newest_first())
    ranked = (
        select(
            CustomerAnswer.interaction_id,
            Interaction.agent_id,
            CustomerAnswer.invited,
            CustomerAnswer.answered_at,
            CustomerAnswer.csat_bp,
            CustomerAnswer.nps,
            CustomerAnswer.ces,
            CustomerAnswer.resolved,
            place.label("place"),
        )
        .join(CustomerAnswer.interaction)
        .where(*where)
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1)


def read_answered(act: Act, *where: ColumnElement[bool]) -> list[Answered]:
    """Return the newest answer on each interaction that passes the conditions."""
    return [
        Answered(
            row.interaction_id,
            row.agent_id,
            row.invited,
            row.answered_at is not None,
            row.csat_bp,
            row.nps,
            row.ces,
            row.resolved,
        )
        for row in act.session.execute(newest_answers(*where).order_by("interaction_id"))
    ]


def figures_between(
    act: Act, start: datetime, end: datetime, *, agent_id: int | None = None, team_id: int | None = None
) -> AnswerFigures:
    """Return what customers answered on interactions that began in [start, end), of an agent, a team or all."""
    where = [Interaction.started_at >= start, Interaction.started_at < end]
    if agent_id is not None:
        where.append(Interaction.agent_id == agent_id)
    if team_id is not None:
        where.append(Interaction.team_id == team_id)
    answers = _counted(act, *where)
    return answer_figures(answers, peers=csat_peers(peer_answers(act, until=end)) if answers else None)


def _counted(act: Act, *where: ColumnElement[bool]) -> list[Answered]:
    """Return the newest answers for figures alone: alike ones are counted by the database, so that few rows come."""
    newest = newest_answers(*where).subquery()
    told = (
        newest.c.invited,
        newest.c.answered_at.is_not(None),
        newest.c.csat_bp,
        newest.c.nps,
        newest.c.ces,
        newest.c.resolved,
    )
    found: list[Answered] = []
    for invited, answered, csat_bp, nps, ces, resolved, n in act.session.execute(
        select(*told, func.count()).group_by(*told).order_by(*told)
    ):
        found += [Answered(0, 0, invited, bool(answered), csat_bp, nps, ces, resolved)] * n
    return found


def peer_answers(act: Act, *, until: datetime) -> list[Answered]:
    """Return the latest satisfactions of up to ``PEERS`` agents in the half year before: a bounded number, whoever asks."""
    numbers = act.session.scalars(select(User.id).where(User.role == Role.AGENT))
    chosen = sorted(numbers, key=lambda number: number * _STREWN % _ROOM)[:PEERS]
    place = func.row_number().over(
        partition_by=Interaction.agent_id, order_by=(Interaction.started_at.desc(), CustomerAnswer.id.desc())
    )
    latest = (
        select(CustomerAnswer.interaction_id, Interaction.agent_id, CustomerAnswer.csat_bp, place.label("place"))
        .join(CustomerAnswer.interaction)
        .where(
            Interaction.agent_id.in_(chosen),
            Interaction.started_at >= until - PEERS_BEFORE,
            Interaction.started_at < until,
            CustomerAnswer.csat_bp.is_not(None),
        )
        .subquery()
    )
    rows = act.session.execute(select(latest).where(latest.c.place <= ANSWERS_EACH))
    return [
        Answered(row.interaction_id, row.agent_id, invited=True, answered=True, csat_bp=row.csat_bp) for row in rows
    ]
