"""Which interactions an actor may see."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.visibility import judged_by
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.self_evaluations.visibility import asked_of


def visible_interactions(act: Act) -> Select[Interaction]:
    """Supervisors see all, reviewers what they review or judge, agents their own.

    An agent's own is what an evaluation of was released, or what they were asked to score themselves.
    """
    asked = select(Interaction)
    if act.actor is None or act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return asked
    if act.actor.role is Role.REVIEWER:
        return asked.where(
            exists().where(
                Evaluation.interaction_id == Interaction.id,
                or_(Evaluation.reviewer_id == act.actor.id, Evaluation.id.in_(judged_by(act.actor.id))),
            )
        )
    if act.actor.role is Role.AGENT:
        return asked.where(
            Interaction.agent_id == act.actor.id,
            exists().where(
                Evaluation.interaction_id == Interaction.id,
                Evaluation.agent_id == act.actor.id,
                or_(
                    Evaluation.state.in_((EvaluationState.RELEASED, EvaluationState.SEEN)),
                    Evaluation.id.in_(asked_of(act.actor.id)),
                ),
            ),
        )
    return asked.where(Interaction.id.is_(None))


def get_interaction(act: Act, interaction_id: int) -> Interaction:
    """Return an interaction the actor may see, with its recordings, agent, team and source."""
    found = act.session.scalar(
        visible_interactions(act)
        .where(Interaction.id == interaction_id)
        .options(
            selectinload(Interaction.recordings),
            joinedload(Interaction.agent),
            joinedload(Interaction.team),
            joinedload(Interaction.source),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such interaction, or you may not see it."))
    return found
