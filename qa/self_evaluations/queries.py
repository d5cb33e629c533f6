"""The self-evaluations an actor may open or read."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.self_evaluations.models import SelfEvaluation, SelfState


def own_self_evaluation(act: Act, evaluation_id: int) -> SelfEvaluation:
    """Return what the actor was asked to score of their own work."""
    found = act.session.scalar(
        select(SelfEvaluation)
        .where(SelfEvaluation.evaluation_id == evaluation_id, SelfEvaluation.agent_id == act.person().id)
        .options(
            joinedload(SelfEvaluation.evaluation).joinedload(Evaluation.card_version),
            joinedload(SelfEvaluation.evaluation)
            .joinedload(Evaluation.interaction)
            .selectinload(Interaction.recordings),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such evaluation, or you may not see it."))
    return found


def asked_self_evaluations(act: Act) -> list[SelfEvaluation]:
    """Return what the actor is still to score of their own work, oldest first."""
    asked = (
        select(SelfEvaluation)
        .where(SelfEvaluation.agent_id == act.person().id, SelfEvaluation.state == SelfState.OPEN)
        .options(joinedload(SelfEvaluation.evaluation).joinedload(Evaluation.interaction))
        .order_by(SelfEvaluation.asked_at, SelfEvaluation.id)
    )
    return list(act.session.scalars(asked))


def self_evaluation_of(act: Act, evaluation: Evaluation) -> SelfEvaluation | None:
    """Return the self-evaluation that belongs to an evaluation, with whatever state it has."""
    return act.session.scalar(select(SelfEvaluation).where(SelfEvaluation.evaluation_id == evaluation.id))


def readable_beside(act: Act, evaluation: Evaluation) -> SelfEvaluation | None:
    """Return the agent's own score where both are in, so that neither was written with the other in view."""
    found = self_evaluation_of(act, evaluation)
    if found is None or found.state is not SelfState.SUBMITTED or evaluation.submitted_at is None:
        return None
    return found
