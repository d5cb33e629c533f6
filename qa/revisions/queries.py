"""The retracted revisions of evaluations that an actor may read."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.db import KEYS_AT_ONCE
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.revisions.models import EvaluationRevision


def revisions_of(act: Act, evaluation: Evaluation) -> list[EvaluationRevision]:
    """Return what the evaluation said before, newest first; to its agent only what they could read then."""
    asked = (
        select(EvaluationRevision)
        .where(EvaluationRevision.evaluation_id == evaluation.id)
        .options(joinedload(EvaluationRevision.retracted_by))
        .order_by(EvaluationRevision.number.desc())
    )
    if act.actor is not None and act.actor.id == evaluation.agent_id:
        asked = asked.where(EvaluationRevision.released_at.is_not(None))
    return list(act.session.scalars(asked))


def get_revision(act: Act, evaluation: Evaluation, number: int) -> EvaluationRevision:
    """Return one retracted revision of an evaluation the actor may see."""
    found = next((one for one in revisions_of(act, evaluation) if one.number == number), None)
    if found is None:
        raise NotFoundError(_("There is no such revision, or you may not see it."))
    return found


def given_first(act: Act, evaluation_ids: Iterable[int]) -> dict[int, EvaluationRevision]:
    """Return what was first submitted of those evaluations that say something else by now, by their numbers."""
    ids = list(evaluation_ids)
    found: dict[int, EvaluationRevision] = {}
    for start in range(0, len(ids), KEYS_AT_ONCE):
        asked = select(EvaluationRevision).where(
            EvaluationRevision.evaluation_id.in_(ids[start : start + KEYS_AT_ONCE]), EvaluationRevision.number == 1
        )
        found |= {one.evaluation_id: one for one in act.session.scalars(asked)}
    return found


def corrected_among(act: Act, evaluation_ids: Iterable[int]) -> set[int]:
    """Return which of the evaluations were corrected at least once."""
    asked = (
        select(EvaluationRevision.evaluation_id)
        .where(EvaluationRevision.evaluation_id.in_(list(evaluation_ids)))
        .distinct()
    )
    return set(act.session.scalars(asked))


def revision_numbers(act: Act, evaluations: Iterable[Evaluation]) -> dict[int, int]:
    """Return which revision each evaluation gives now, from 1, by its number; agents count what they could read."""
    wanted = list(evaluations)
    asked = (
        select(EvaluationRevision.evaluation_id, func.count())
        .where(EvaluationRevision.evaluation_id.in_([one.id for one in wanted]))
        .group_by(EvaluationRevision.evaluation_id)
    )
    if act.actor is not None and act.actor.role is Role.AGENT:
        asked = asked.where(EvaluationRevision.released_at.is_not(None))
    retracted = dict(act.session.execute(asked).all())
    return {one.id: retracted.get(one.id, 0) + 1 for one in wanted}
