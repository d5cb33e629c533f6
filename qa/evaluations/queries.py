"""Which evaluations an actor may see, and the lists made of them."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration.lock import ended
from qa.disputes.visibility import hidden_from_judge, shown_to_judge
from qa.errors import NotFoundError
from qa.evaluations.models import Answer, Evaluation, EvaluationState
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.self_evaluations.visibility import hidden_until_scored
from qa.transcripts.models import Transcript, Turn

#: What an agent may see of the evaluations of their work.
SHOWN_TO_AGENT = (EvaluationState.RELEASED, EvaluationState.SEEN)


def visible_evaluations(act: Act) -> Select[Evaluation]:
    """Supervisors see all that count, reviewers those they make or have judged, agents those of their own work once released.

    Whoever is to judge a dispute, or to score their own work, does not see the evaluation before that score is in.
    """
    asked = select(Evaluation)
    if act.actor is None:
        return asked.where(Evaluation.probe.is_(None))
    me = act.actor.id
    unhidden = asked.where(Evaluation.id.not_in(hidden_from_judge(me)))
    if act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return unhidden.where(Evaluation.probe.is_(None))
    if act.actor.role is Role.REVIEWER:
        return unhidden.where(or_(Evaluation.reviewer_id == me, Evaluation.id.in_(shown_to_judge(me))))
    if act.actor.role is Role.AGENT:
        return asked.where(
            Evaluation.agent_id == me,
            Evaluation.state.in_(SHOWN_TO_AGENT),
            Evaluation.id.not_in(hidden_until_scored(me)),
        )
    return asked.where(Evaluation.id.is_(None))


def get_evaluation(act: Act, evaluation_id: int) -> Evaluation:
    """Return an evaluation the actor may see, with everything its page shows."""
    found = act.session.scalar(
        visible_evaluations(act)
        .where(Evaluation.id == evaluation_id)
        .options(
            joinedload(Evaluation.interaction).selectinload(Interaction.recordings),
            joinedload(Evaluation.interaction).joinedload(Interaction.agent),
            joinedload(Evaluation.card_version),
            joinedload(Evaluation.reviewer),
            joinedload(Evaluation.agent),
            joinedload(Evaluation.draw_item),
            selectinload(Evaluation.answers).selectinload(Answer.evidence),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such evaluation, or you may not see it."))
    return found


def work_list(act: Act) -> list[Evaluation]:
    """Return what waits for the reviewer, oldest first, in the order of its assignment."""
    asked = (
        select(Evaluation)
        .where(
            Evaluation.reviewer_id == act.person().id,
            Evaluation.state == EvaluationState.OPEN,
            # What ran out is back in its pool.
            or_(Evaluation.claimed_until.is_(None), Evaluation.claimed_until > act.now),
            Evaluation.id.not_in(ended(act)),
        )
        .options(
            joinedload(Evaluation.interaction).joinedload(Interaction.agent),
            joinedload(Evaluation.card_version),
            selectinload(Evaluation.answers),
        )
        .order_by(Evaluation.assigned_at, Evaluation.id)
    )
    return list(act.session.scalars(asked))


def newest_transcript(act: Act, interaction_id: int, *, turns: bool = True) -> Transcript | None:
    """Return the transcript that counts, with its turns; without ``turns`` they come when they are looked at."""
    asked = select(Transcript).where(Transcript.interaction_id == interaction_id)
    if turns:
        asked = asked.options(selectinload(Transcript.turns))
    return act.session.scalar(asked.order_by(Transcript.number.desc()).limit(1))


def first_turns(act: Act, transcript: Transcript, *, most: int) -> list[Turn]:
    """Return the first so many turns of a transcript, without reading the others."""
    asked = select(Turn).where(Turn.transcript_id == transcript.id).order_by(Turn.position).limit(most)
    return list(act.session.scalars(asked))


def count_by_state(act: Act) -> dict[EvaluationState, int]:
    """Return how many evaluations of the actor's stand in each state."""
    visible = visible_evaluations(act).subquery()
    rows = act.session.execute(select(visible.c.state, func.count()).group_by(visible.c.state))
    found = {EvaluationState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in EvaluationState}


def handed_in(act: Act, agent_id: int) -> list[Evaluation]:
    """Return the evaluations of an agent's work that the actor may see, newest first."""
    asked = (
        visible_evaluations(act)
        .where(Evaluation.agent_id == agent_id, Evaluation.submitted_at.is_not(None))
        .options(
            joinedload(Evaluation.interaction),
            joinedload(Evaluation.card_version),
            selectinload(Evaluation.answers).selectinload(Answer.evidence),
        )
        .order_by(Evaluation.submitted_at.desc(), Evaluation.id.desc())
    )
    return list(act.session.scalars(asked))
