"""Judging a dispute: taken by somebody who did not score it, scored blind, then decided with everything in view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes.answers import answer_of, checked_answer
from qa.disputes.blind_card import blind_card
from qa.disputes.models import Decision, Dispute, DisputedCriterion, DisputeState
from qa.disputes.queries import could_have_seen, may_judge
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.hearing import told_unheard
from qa.evaluations.marks import LONGEST_COMMENT, Mark, Marks, scored
from qa.evaluations.merging import StaleError
from qa.evaluations.plain_marks import mark_of_plain, marks_of_plain, plain_marks
from qa.evaluations.service import IncompleteError, card_on_desk, check_evidence, marks_of, rescore
from qa.i18n import Text, _
from qa.revisions.models import RetractionCause
from qa.revisions.service import retract
from scorecards.answers import missing
from scorecards.definition import Card
from scorecards.errors import AnswersError
from scorecards.scoring import score


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the judge decides of one criterion; ``answer`` only where the claim is partly accepted."""

    decision: Decision | None
    reason: str
    answer: Mark = field(default_factory=Mark)


def card_to_score(dispute: Dispute) -> Card:
    """Return what the judge scores blind."""
    return blind_card(card_on_desk(dispute.evaluation), {item.criterion for item in dispute.criteria})


def take_dispute(act: Act, dispute: Dispute) -> None:
    """Become the judge of a dispute; taking one's own case again changes nothing."""
    act.require(Permission.DISPUTE_JUDGE)
    judge = act.person()
    act.session.refresh(dispute, ["state", "judge_id"], with_for_update=True)
    if dispute.judge_id == judge.id:
        return
    if dispute.judge_id is not None or dispute.state is not DisputeState.OPEN:
        raise ConflictError(_("Somebody else has taken this dispute, or it was withdrawn."))
    if not may_judge(act, dispute):
        raise ForbiddenError(_("Nobody judges a score of their own, or of work they did or scored themselves."))
    dispute.could_have_seen = could_have_seen(act, dispute, judge=judge)
    dispute.judge_id, dispute.taken_at = judge.id, act.now
    act.session.flush()
    audit.record(act, "dispute.taken", dispute)


def hand_back(act: Act, dispute: Dispute) -> None:
    """Leave the dispute to somebody else, as long as it is not scored; what was scored so far is dropped."""
    _is_judge(act, dispute)
    act.session.refresh(dispute, ["state"], with_for_update=True)
    if dispute.state is not DisputeState.OPEN:
        raise ConflictError(_("You have scored this dispute, so it is yours to decide."))
    dispute.judge_id = dispute.taken_at = dispute.blind_saved_at = None
    dispute.blind_marks, dispute.could_have_seen = {}, False
    dispute.blind_revision += 1
    act.session.flush()
    audit.record(act, "dispute.handed_back", dispute)


def save_blind(act: Act, dispute: Dispute, *, marks: Marks, revision: int) -> None:
    """Keep what the judge has scored so far."""
    _is_judge(act, dispute)
    act.session.refresh(dispute, ["state", "blind_revision"], with_for_update=True)
    if dispute.state is not DisputeState.OPEN:
        raise ConflictError(_("You have already scored this dispute."))
    if dispute.blind_revision != revision:
        raise StaleError
    card = card_to_score(dispute)
    own = {key: mark for key, mark in marks.items() if card.criterion(key) is not None}
    try:
        score(card, scored(own), complete=False)
    except AnswersError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error
    check_evidence(act, dispute.evaluation, own)
    dispute.blind_marks = plain_marks(own)
    dispute.blind_saved_at = act.now
    dispute.blind_revision += 1
    act.session.flush()


def submit_blind(act: Act, dispute: Dispute, *, marks: Marks, revision: int) -> None:
    """Close the blind score; only then the judge sees what was disputed and why."""
    save_blind(act, dispute, marks=marks, revision=revision)
    needs = missing(card_to_score(dispute), scored(marks_of_plain(dispute.blind_marks)))
    if needs:
        raise IncompleteError(needs)
    dispute.state, dispute.blind_at = DisputeState.SCORED, act.now
    act.session.flush()
    audit.record(act, "dispute.scored", dispute)


def decide(act: Act, dispute: Dispute, *, rulings: Mapping[str, Ruling]) -> Decision:
    """Settle a dispute: every criterion with a reason; what is accepted makes a new revision of the evaluation."""
    _is_judge(act, dispute)
    act.session.refresh(dispute, ["state"], with_for_update=True)
    if dispute.state is DisputeState.SETTLED:
        raise ConflictError(_("This dispute is settled already."))
    if dispute.state is not DisputeState.SCORED:
        raise ConflictError(_("Score the disputed criteria first, without seeing the score that is disputed."))
    card = card_of(dispute.evaluation.card_version)
    granted = {item.criterion: _granted(card, item, rulings.get(item.criterion)) for item in dispute.criteria}
    for item in dispute.criteria:
        ruling = rulings[item.criterion]
        item.decision, item.decision_reason = ruling.decision, ruling.reason.strip()
    outcome = outcome_of([rulings[item.criterion].decision for item in dispute.criteria])
    # Settled before the correction is made, which an unsettled dispute would refuse.
    dispute.state, dispute.settled_at, dispute.outcome = DisputeState.SETTLED, act.now, outcome
    act.session.flush()
    audit.record(act, "dispute.settled", dispute, outcome=outcome.value)
    changed = {key: mark for key, mark in granted.items() if mark is not None}
    if changed:
        _revise(act, dispute, changed)
    return outcome


def outcome_of(decisions: Sequence[Decision | None]) -> Decision:
    """Accepted or rejected where every criterion was, else partly accepted."""
    found = set(decisions)
    if found == {Decision.ACCEPTED}:
        return Decision.ACCEPTED
    return Decision.REJECTED if found == {Decision.REJECTED} else Decision.PARTLY


def _revise(act: Act, dispute: Dispute, changed: Marks) -> None:
    """Make the new revision; a criterion that the change brings up was not scored and counts as not asked."""
    evaluation = dispute.evaluation
    before = marks_of(evaluation)
    reasons = [item.decision_reason for item in dispute.criteria if item.criterion in changed]
    retract(act, evaluation, reason="\n".join(reasons), cause=RetractionCause.DISPUTE)
    # What the judge decided was heard by the judge.
    unheard = told_unheard(evaluation.computation) - set(changed)
    marks = {**before, **changed}
    rescore(act, evaluation, marks=marks, summary=evaluation.summary, unheard=unheard, complete=False)


def _granted(card: Card, item: DisputedCriterion, ruling: Ruling | None) -> Mark | None:
    """Return the mark that takes the place of the disputed one; nothing where the claim is rejected."""
    key = item.criterion
    if ruling is None or ruling.decision is None:
        raise InvalidError(_("Decide on this criterion."), field=f"decision-{key}")
    if not ruling.reason.strip():
        raise InvalidError(_("Say why; the agent reads it."), field=f"reason-{key}")
    if len(ruling.reason) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field=f"reason-{key}")
    if ruling.decision is Decision.REJECTED:
        return None
    stood, claim = mark_of_plain(item.stood), mark_of_plain(item.claim)
    blind = marks_of_plain(item.dispute.blind_marks).get(key, Mark())
    answer = claim
    if ruling.decision is Decision.PARTLY:
        criterion = card.criterion(key)
        if criterion is not None:
            checked_answer(criterion, ruling.answer, field=f"answer-{key}")
        if answer_of(ruling.answer) in {answer_of(stood), answer_of(claim)}:
            raise InvalidError(
                _("Partly accepting gives another answer than the one that stood and the one that was claimed."),
                field=f"answer-{key}",
            )
        answer = ruling.answer
    return replace(
        answer,
        cause=blind.cause or stood.cause,
        comment=ruling.reason.strip(),
        evidence=tuple(dict.fromkeys((*claim.evidence, *blind.evidence))) or stood.evidence,
    )


def _is_judge(act: Act, dispute: Dispute) -> None:
    act.require(Permission.DISPUTE_JUDGE)
    if dispute.judge_id != act.person().id:
        raise ForbiddenError(_("Take this dispute first; somebody else may be judging it."))
