"""Raising a dispute and taking it back: the agent's side."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes.answers import answer_of, checked_answer
from qa.disputes.models import Dispute, DisputedCriterion, DisputeState
from qa.disputes.queries import under_judgement
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations import erased
from qa.evaluations.marks import LONGEST_COMMENT, Mark
from qa.evaluations.models import Evaluation
from qa.evaluations.plain_marks import plain_mark
from qa.evaluations.purpose import is_about_agent
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import check_evidence, marks_of
from qa.i18n import Text, _, ngettext_
from qa.revisions.models import EvaluationRevision
from scorecards.definition import Kind


def raise_dispute(act: Act, evaluation: Evaluation, *, claims: Mapping[str, Mark], revision: int) -> Dispute:
    """Dispute criteria of an evaluation: each claim is the answer it should have, with the reason as its comment.

    ``revision`` is the evaluation's as the page was opened with: what was corrected since is no longer there to dispute.
    """
    act.require(Permission.DISPUTE_RAISE)
    act.session.refresh(evaluation, ["revision", "state", "released_at"], with_for_update=True)
    refusal = why_not(act, evaluation)
    if refusal is not None:
        raise ConflictError(refusal)
    if evaluation.revision != revision:
        raise ConflictError(
            _("This evaluation was corrected after you opened it. Read what it says now; what you typed was kept here.")
        )
    if not claims:
        raise InvalidError(_("Choose at least one criterion that you disagree with."))
    criteria = [_disputed(act, evaluation, key=key, claim=claim) for key, claim in claims.items()]
    check_evidence(act, evaluation, dict(claims))
    made = Dispute(
        evaluation_id=evaluation.id,
        against=revision_number(act, evaluation),
        agent_id=evaluation.agent_id,
        reviewer_id=evaluation.reviewer_id,
        raised_at=act.now,
        criteria=criteria,
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "dispute.raised", made, evaluation=evaluation.id, criteria=len(criteria))
    return made


def withdraw_dispute(act: Act, dispute: Dispute) -> None:
    """Take a dispute back, as long as nobody has scored it."""
    if dispute.agent_id != act.person().id:
        raise ForbiddenError(_("Only who raised a dispute can withdraw it."))
    act.session.refresh(dispute, ["state"], with_for_update=True)
    if dispute.state is not DisputeState.OPEN:
        raise ConflictError(_("This dispute is being decided or was settled; it can no longer be withdrawn."))
    dispute.state, dispute.settled_at = DisputeState.WITHDRAWN, act.now
    audit.record(act, "dispute.withdrawn", dispute)


def why_not(act: Act, evaluation: Evaluation) -> Text | None:
    """Say why the actor cannot dispute this evaluation now; nothing where they can."""
    if act.person().id != evaluation.agent_id:
        return _("Only the agent whose work it is can dispute an evaluation.")
    if not is_about_agent(evaluation):
        return _("A visit counts in no score, so there is nothing to dispute.")
    if evaluation.state not in SHOWN_TO_AGENT:
        return _("This evaluation was not released to you yet.")
    if evaluation.erased_at is not None:
        return erased.SENTENCE
    if under_judgement(act, evaluation):
        return _("You have disputed this evaluation already. It is being judged.")
    if act.now > dispute_until(act, evaluation):
        return ngettext_(
            "An evaluation can be disputed within {n} day of its release. That time has passed; talk to your supervisor.",
            "An evaluation can be disputed within {n} days of its release. That time has passed; talk to your supervisor.",
            n=act.settings.dispute_days,
        )
    if _count(act, evaluation) >= act.settings.dispute_limit:
        return ngettext_(
            "An evaluation can be disputed {n} time, and this one was.",
            "An evaluation can be disputed {n} times, and this one was.",
            n=act.settings.dispute_limit,
        )
    return None


def dispute_until(act: Act, evaluation: Evaluation) -> datetime:
    """Return until when an evaluation that was released can be disputed; a correction begins the term anew."""
    return (evaluation.released_at or act.now) + timedelta(days=act.settings.dispute_days)


def revision_number(act: Act, evaluation: Evaluation) -> int:
    """Return the number of the revision that counts now; 1 is what was first submitted."""
    asked = select(func.count()).where(EvaluationRevision.evaluation_id == evaluation.id)
    return (act.session.scalar(asked) or 0) + 1


def _disputed(act: Act, evaluation: Evaluation, *, key: str, claim: Mark) -> DisputedCriterion:
    criterion = card_of(evaluation.card_version).criterion(key)
    if criterion is None or criterion.kind is Kind.TEXT:
        raise InvalidError(_("This criterion has no score, so there is nothing to dispute."))
    stood = marks_of(evaluation).get(key) or Mark()
    checked_answer(criterion, claim, field=f"answer-{key}")
    if answer_of(claim) == answer_of(stood):
        raise InvalidError(
            _("This is the answer that was given. Choose what it should have been."), field=f"answer-{key}"
        )
    if not claim.comment.strip():
        raise InvalidError(_("Say why; the judge reads it."), field=f"comment-{key}")
    if len(claim.comment) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field=f"comment-{key}")
    if _count(act, evaluation, criterion=key) >= act.settings.dispute_criterion_limit:
        raise InvalidError(
            ngettext_(
                "A criterion can be disputed {n} time, and this one was.",
                "A criterion can be disputed {n} times, and this one was.",
                n=act.settings.dispute_criterion_limit,
            ),
            field=f"answer-{key}",
        )
    return DisputedCriterion(criterion=key, stood=plain_mark(stood), claim=plain_mark(claim))


def _count(act: Act, evaluation: Evaluation, *, criterion: str | None = None) -> int:
    """Count the disputes of the evaluation that were not withdrawn, or those about one criterion."""
    asked = select(func.count(Dispute.id)).where(
        Dispute.evaluation_id == evaluation.id, Dispute.state != DisputeState.WITHDRAWN
    )
    if criterion is not None:
        asked = asked.join(Dispute.criteria).where(DisputedCriterion.criterion == criterion)
    return act.session.scalar(asked) or 0
