"""Correcting an evaluation that was submitted: a new revision, with the old one kept as retracted."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.calibration.queries import compared
from qa.disputes.queries import under_judgement
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.erased import must_have_texts
from qa.evaluations.hearing import add_played
from qa.evaluations.marks import LONGEST_COMMENT, Marks
from qa.evaluations.merging import StaleError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.plain_marks import plain_marks
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import marks_of, rescore
from qa.i18n import _
from qa.revisions.models import EvaluationRevision, RetractionCause
from scorecards.scoring import Result
from transcribe.types import Span


def correct_evaluation(
    act: Act,
    evaluation: Evaluation,
    *,
    marks: Marks,
    summary: str,
    reason: str,
    revision: int,
    played: Iterable[Span] = (),
    unheard: Collection[str] = (),
) -> Result:
    """Give other answers than were submitted; ``revision`` is the one the page was opened with, ``reason`` is read by the agent.

    ``played`` is what was played for the correction, ``unheard`` are the critical failures confirmed without.
    """
    if evaluation.reviewer_id != act.person().id:
        raise ForbiddenError(_("Only the reviewer of this evaluation can correct it."))
    act.session.refresh(evaluation, ["revision", "state", "played"], with_for_update=True)
    if evaluation.state is EvaluationState.OPEN:
        raise ConflictError(_("This evaluation was not submitted yet, so there is nothing to correct."))
    if evaluation.revision != revision:
        raise StaleError
    if under_judgement(act, evaluation):
        raise ConflictError(_("This evaluation is disputed. It can be corrected again once the dispute is settled."))
    if compared(act, evaluation):
        raise ConflictError(
            _("The scores of this calibration lie side by side by now, so yours stays as you submitted it.")
        )
    must_have_texts(evaluation)
    said = checked_reason(reason)
    if plain_marks(marks) == plain_marks(marks_of(evaluation)) and summary.strip() == evaluation.summary:
        raise InvalidError(_("Nothing was changed, so there is nothing to correct."))
    retract(act, evaluation, reason=said, cause=RetractionCause.CORRECTION)
    add_played(evaluation, played)
    return rescore(act, evaluation, marks=marks, summary=summary, unheard=unheard)


def retract(act: Act, evaluation: Evaluation, *, reason: str, cause: RetractionCause) -> EvaluationRevision:
    """Keep what the evaluation says now as retracted; what the agent had seen becomes new to them again."""
    number, scored_at = _latest(act, evaluation)
    kept = EvaluationRevision(
        evaluation_id=evaluation.id,
        number=number,
        answers=plain_marks(marks_of(evaluation)),
        summary=evaluation.summary,
        agent_comment=evaluation.agent_comment,
        quality_bp=evaluation.quality_bp,
        final_bp=evaluation.final_bp,
        passed=evaluation.passed,
        critical_failed=evaluation.critical_failed,
        computation=evaluation.computation,
        scored_at=scored_at,
        released_at=evaluation.released_at,
        seen_at=evaluation.seen_at,
        retracted_at=act.now,
        retracted_by_id=act.person().id,
        cause=cause,
        reason=reason,
    )
    act.session.add(kept)
    if evaluation.state in SHOWN_TO_AGENT:
        # The agent's words were about the old answers and stay with them.
        evaluation.state, evaluation.seen_at, evaluation.agent_comment = EvaluationState.RELEASED, None, ""
        evaluation.released_at = act.now
    act.session.flush()
    audit.record(act, "evaluation.retracted", evaluation, number=number, cause=cause.value)
    return kept


def checked_reason(reason: str) -> str:
    """Return the reason without spaces around it; one that is missing or too long is refused."""
    said = reason.strip()
    if not said:
        raise InvalidError(_("Say why it is corrected; the agent reads it."), field="reason")
    if len(said) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="reason")
    return said


def _latest(act: Act, evaluation: Evaluation) -> tuple[int, datetime]:
    """Return the number of the revision that counts now, and since when it does."""
    found = act.session.execute(
        select(func.max(EvaluationRevision.number), func.max(EvaluationRevision.retracted_at)).where(
            EvaluationRevision.evaluation_id == evaluation.id
        )
    ).one()
    since = found[1] or evaluation.submitted_at or act.now
    return (found[0] or 0) + 1, since
