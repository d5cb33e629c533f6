"""Asking an agent to score their own conversation, and the agent doing so."""

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.marks import LONGEST_COMMENT, Marks, scored
from qa.evaluations.merging import StaleError
from qa.evaluations.models import Evaluation
from qa.evaluations.plain_marks import marks_of_plain, plain_marks
from qa.evaluations.purpose import is_about_agent
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import IncompleteError, check_evidence
from qa.i18n import Text, _
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.self_evaluations.queries import self_evaluation_of
from scorecards.answers import NeedKind, missing
from scorecards.errors import AnswersError
from scorecards.scoring import score


def ask_self_evaluation(act: Act, evaluation: Evaluation) -> SelfEvaluation:
    """Ask the agent to score the interaction on the same card; asking again changes nothing."""
    act.require(Permission.EVALUATION_RELEASE)
    act.session.refresh(evaluation, ["state"], with_for_update=True)
    there = self_evaluation_of(act, evaluation)
    if there is not None:
        return there
    if not is_about_agent(evaluation):
        raise ConflictError(_("An agent cannot be asked to score this kind of evaluation."))
    if evaluation.state in SHOWN_TO_AGENT:
        raise ConflictError(
            _("The agent can read this evaluation already, so an own score would not be their own any more.")
        )
    made = SelfEvaluation(
        evaluation_id=evaluation.id, agent_id=evaluation.agent_id, asked_at=act.now, asked_by_id=act.person().id
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "self_evaluation.asked", made, evaluation=evaluation.id)
    return made


def save_self_evaluation(act: Act, own: SelfEvaluation, *, marks: Marks, summary: str, revision: int) -> None:
    """Keep what the agent has scored so far."""
    _is_open(act, own)
    if own.revision != revision:
        raise StaleError
    if len(summary) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="summary")
    try:
        score(card_of(own.evaluation.card_version), scored(marks), complete=False)
    except AnswersError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error
    check_evidence(act, own.evaluation, marks)
    own.marks, own.summary, own.saved_at = plain_marks(marks), summary.strip(), act.now
    own.revision += 1
    act.session.flush()


def submit_self_evaluation(act: Act, own: SelfEvaluation, *, marks: Marks, summary: str, revision: int) -> None:
    """Hand the own score in; answers are needed, comments and evidence are welcome but nobody's duty."""
    save_self_evaluation(act, own, marks=marks, summary=summary, revision=revision)
    card, given = card_of(own.evaluation.card_version), scored(marks_of_plain(own.marks))
    needs = [need for need in missing(card, given) if need.kind is NeedKind.ANSWER]
    if needs:
        raise IncompleteError(needs)
    own.state, own.closed_at = SelfState.SUBMITTED, act.now
    own.final_bp = score(card, given, complete=False).final_bp
    act.session.flush()
    audit.record(act, "self_evaluation.submitted", own)


def decline_self_evaluation(act: Act, own: SelfEvaluation) -> None:
    """Leave the own score aside; what was typed is dropped, and the reviewer's can be read once it is released."""
    _is_open(act, own)
    own.state, own.closed_at = SelfState.DECLINED, act.now
    own.marks, own.summary = {}, ""
    act.session.flush()
    audit.record(act, "self_evaluation.declined", own)


def _is_open(act: Act, own: SelfEvaluation) -> None:
    if own.agent_id != act.person().id:
        raise ForbiddenError(_("This evaluation is of somebody else's work."))
    act.session.refresh(own, ["state", "revision"], with_for_update=True)
    if own.state is not SelfState.OPEN:
        raise ConflictError(_("You have handed in your own score, or left it aside."))
