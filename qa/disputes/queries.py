"""Which disputes an actor may see, and the lists made of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.disputes.models import UNSETTLED, Dispute, DisputeHandover, DisputeState
from qa.disputes.visibility import hidden_from_judge, shown_to_judge, unsettled_evaluations
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.revisions.models import EvaluationRevision

_NOT_FOUND = _("There is no such dispute, or you may not see it.")


def visible_disputes(act: Act) -> Select[Dispute]:
    """Agents see their own, reviewers what they judged and what was decided of their scores, supervisors all.

    Nobody sees a dispute that they are still to score blind, nor an earlier one about the same evaluation.
    """
    asked = select(Dispute)
    if act.actor is None:
        return asked
    me = act.actor.id
    unhidden = asked.where(Dispute.evaluation_id.not_in(hidden_from_judge(me)))
    if act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return unhidden
    if act.actor.role is Role.REVIEWER:
        decided = (Dispute.reviewer_id == me) & (Dispute.state == DisputeState.SETTLED)
        return unhidden.where(or_(decided, (Dispute.judge_id == me) & Dispute.blind_at.is_not(None)))
    if act.actor.role is Role.AGENT:
        return asked.where(Dispute.agent_id == me)
    return asked.where(Dispute.id.is_(None))


def get_dispute(act: Act, dispute_id: int) -> Dispute:
    """Return a dispute the actor may see, with everything its page shows."""
    found = act.session.scalar(_whole(visible_disputes(act)).where(Dispute.id == dispute_id))
    if found is None:
        raise NotFoundError(_NOT_FOUND)
    return found


def get_case(act: Act, dispute_id: int) -> Dispute:
    """Return a dispute that the actor judges or might take; its pages tell neither score nor claim."""
    act.require(Permission.DISPUTE_JUDGE)
    asked = _whole(select(Dispute)).where(
        Dispute.id == dispute_id, or_(Dispute.judge_id == act.person().id, _may_take(act.person().id))
    )
    found = act.session.scalar(asked)
    if found is None:
        raise NotFoundError(_NOT_FOUND)
    return found


def cases_to_take(act: Act) -> list[Dispute]:
    """Return the disputes that nobody has taken and the actor may judge, oldest first."""
    asked = _listed(select(Dispute).where(_may_take(act.person().id)))
    return list(act.session.scalars(asked.order_by(Dispute.raised_at, Dispute.id)))


def own_cases(act: Act) -> list[Dispute]:
    """Return what the actor has taken and not yet decided, oldest first."""
    asked = _listed(select(Dispute).where(Dispute.judge_id == act.person().id, Dispute.state.in_(UNSETTLED)))
    return list(act.session.scalars(asked.order_by(Dispute.raised_at, Dispute.id)))


def list_disputes(act: Act, *, states: Iterable[DisputeState] | None = None, limit: int = 100) -> list[Dispute]:
    """Return the disputes the actor may see, newest first."""
    asked = _listed(visible_disputes(act))
    if states is not None:
        asked = asked.where(Dispute.state.in_(tuple(states)))
    return list(act.session.scalars(asked.order_by(Dispute.raised_at.desc(), Dispute.id.desc()).limit(limit)))


def disputes_of(act: Act, evaluation: Evaluation) -> list[Dispute]:
    """Return the disputes about an evaluation that the actor may see, oldest first."""
    asked = _whole(visible_disputes(act)).where(Dispute.evaluation_id == evaluation.id)
    return list(act.session.scalars(asked.order_by(Dispute.id)))


def disputed_computation(act: Act, dispute: Dispute) -> dict[str, Any]:
    """Return the computation of the revision that is disputed, which the evaluation may no longer give."""
    retracted = act.session.scalar(
        select(EvaluationRevision).where(
            EvaluationRevision.evaluation_id == dispute.evaluation_id, EvaluationRevision.number == dispute.against
        )
    )
    return (retracted.computation if retracted else dispute.evaluation.computation) or {}


def under_judgement(act: Act, evaluation: Evaluation) -> bool:
    """Tell whether the evaluation's score is disputed and not yet settled."""
    asked = unsettled_evaluations().where(Dispute.evaluation_id == evaluation.id)
    return act.session.scalar(asked.limit(1)) is not None


def disputed_among(act: Act, evaluation_ids: Iterable[int]) -> set[int]:
    """Return which of the evaluations have a score that is disputed now."""
    return set(act.session.scalars(unsettled_evaluations().where(Dispute.evaluation_id.in_(list(evaluation_ids)))))


def may_judge(act: Act, dispute: Dispute) -> bool:
    """Tell whether the actor may take the dispute: they neither did nor scored what it is about."""
    return (
        act.session.scalar(select(Dispute.id).where(Dispute.id == dispute.id, _may_take(act.person().id))) is not None
    )


def could_have_seen(act: Act, dispute: Dispute, *, judge: User) -> bool:
    """Tell whether the judge could have seen the score: by their role, or by having scored a dispute about it blind."""
    if judge.role in {Role.ADMIN, Role.SUPERVISOR}:
        return True
    scored = shown_to_judge(judge.id).where(Dispute.evaluation_id == dispute.evaluation_id)
    scored_before = (
        select(DisputeHandover.id)
        .join(DisputeHandover.dispute)
        .where(
            DisputeHandover.from_judge_id == judge.id,
            DisputeHandover.had_scored,
            Dispute.evaluation_id == dispute.evaluation_id,
        )
    )
    return any(act.session.scalar(asked.limit(1)) is not None for asked in (scored, scored_before))


def has_scored(user_id: int | SQLColumnExpression[int], *, of: Evaluation) -> ColumnElement[bool]:
    """Whether somebody scored the conversation of an evaluation, in whatever round."""
    own = aliased(Evaluation)
    return exists().where(own.interaction_id == of.interaction_id, own.reviewer_id == user_id)


def judge_by(act: Act, dispute: Dispute) -> datetime:
    """Return until when the dispute is to be decided."""
    return dispute.raised_at + timedelta(days=act.settings.judge_days)


def _may_take(user_id: int) -> ColumnElement[bool]:
    """Whoever scored the interaction, in whatever round, does not judge a score of it."""
    own, disputed = aliased(Evaluation), aliased(Evaluation)
    scored = (
        exists()
        .where(
            disputed.id == Dispute.evaluation_id,
            own.interaction_id == disputed.interaction_id,
            own.reviewer_id == user_id,
        )
        .correlate(Dispute)
    )
    return (
        (Dispute.state == DisputeState.OPEN)
        & Dispute.judge_id.is_(None)
        & (Dispute.reviewer_id != user_id)
        & (Dispute.agent_id != user_id)
        & ~scored
    )


def _listed(asked: Select[Dispute]) -> Select[Dispute]:
    return asked.options(
        joinedload(Dispute.evaluation).joinedload(Evaluation.interaction).joinedload(Interaction.team),
        joinedload(Dispute.agent),
        joinedload(Dispute.judge),
        selectinload(Dispute.criteria),
    )


def _whole(asked: Select[Dispute]) -> Select[Dispute]:
    return _listed(asked).options(
        joinedload(Dispute.reviewer),
        selectinload(Dispute.handovers),
        joinedload(Dispute.evaluation).joinedload(Evaluation.card_version),
        joinedload(Dispute.evaluation).joinedload(Evaluation.interaction).selectinload(Interaction.recordings),
    )
