"""An open evaluation goes to another reviewer, with a reason; what was begun is set aside and told, never passed on."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import GRANTS, Permission
from qa.errors import ConflictError, InvalidError
from qa.evaluations.marks import LONGEST_COMMENT, write_mark
from qa.evaluations.models import Answer, Evaluation, EvaluationState
from qa.evaluations.plain_marks import marks_of_plain, plain_marks
from qa.evaluations.service import marks_of
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.people.models import User, UserState
from qa.workload.absence import present
from qa.workload.models import EvaluationHandover, HandoverCause

#: So long the work list tells what was given to another.
TOLD_FOR = timedelta(days=14)

_SCORING_ROLES = tuple(role for role, granted in GRANTS.items() if Permission.EVALUATION_SCORE in granted)


@dataclass(frozen=True, slots=True)
class Told:
    """What a reviewer's work list tells of evaluations that changed hands."""

    #: No longer theirs, the last first.
    taken: tuple[EvaluationHandover, ...]
    #: Theirs now and still open, by the number of the evaluation.
    given: dict[int, EvaluationHandover]


def possible_reviewers(act: Act, evaluation: Evaluation) -> list[User]:
    """Return who could score instead of who has it, by name: present, not the agent, and new to the interaction."""
    other = aliased(Evaluation)
    asked = select(User).where(
        User.state == UserState.ACTIVE,
        User.role.in_(_SCORING_ROLES),
        User.id != evaluation.agent_id,
        ~exists().where(other.interaction_id == evaluation.interaction_id, other.reviewer_id == User.id),
    )
    found = act.session.scalars(asked.order_by(func.lower(User.name), User.id))
    # Who had it once and gave it up may have it back, with what they had begun.
    return present(act, found)


def give_to(act: Act, evaluation: Evaluation, *, reviewer_id: int, from_reviewer_id: int, reason: str) -> None:
    """Take an open evaluation from its reviewer and give it to another, who begins anew; sent twice it is given once.

    ``from_reviewer_id`` is the reviewer whom the page showed: what somebody else has by now stays with them.
    """
    act.require(Permission.PLAN_MANAGE)
    _lock(act, evaluation)
    if evaluation.reviewer_id == reviewer_id != from_reviewer_id:
        return
    if evaluation.probe is not None or evaluation.state is not EvaluationState.OPEN:
        raise ConflictError(_("This evaluation was already submitted."))
    if evaluation.reviewer_id != from_reviewer_id:
        raise ConflictError(_("This evaluation was given to somebody else meanwhile."))
    if not reason.strip():
        raise InvalidError(_("Say why; both reviewers read it."), field="reason")
    if len(reason) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="reason")
    reviewer = next((user for user in possible_reviewers(act, evaluation) if user.id == reviewer_id), None)
    if reviewer is None:
        raise InvalidError(
            _("Choose a reviewer who is present, and who neither did nor scored this conversation."), field="reviewer"
        )
    pass_on(act, evaluation, to=reviewer, cause=HandoverCause.GIVEN, reason=reason.strip())


def pass_on(
    act: Act, evaluation: Evaluation, *, to: User, cause: HandoverCause, reason: str = ""
) -> EvaluationHandover:
    """Set the draft aside and let another reviewer begin, with their own earlier draft where they had one.

    The caller has checked that ``to`` may have it, and holds the evaluation's row.
    """
    handover = EvaluationHandover(
        evaluation_id=evaluation.id,
        from_reviewer_id=evaluation.reviewer_id,
        to_reviewer_id=to.id,
        cause=cause,
        given_by_id=act.actor.id if act.actor and cause is not HandoverCause.EXPIRED else None,
        given_at=act.now,
        reason=reason,
        marks=plain_marks(marks_of(evaluation)),
        summary=evaluation.summary,
        played=evaluation.played,
        started_at=evaluation.started_at,
        saved_at=evaluation.saved_at,
    )
    before = _own_draft(act, evaluation, to)
    evaluation.answers.clear()
    act.session.add(handover)
    act.session.flush()
    evaluation.reviewer_id, evaluation.assigned_at = to.id, act.now
    evaluation.revision += 1
    # Handed out from now on, so that no lock runs out on it; whoever takes it from a pool locks it anew.
    evaluation.claimed_until = None
    _put_back(evaluation, before)
    act.session.flush()
    act.session.expire(evaluation, ["reviewer"])
    audit.record(
        act,
        "evaluation.reassigned",
        evaluation,
        from_reviewer=handover.from_reviewer_id,
        to_reviewer=to.id,
        cause=cause.value,
        handover=handover.id,
        begun=handover.started_at is not None,
    )
    return handover


def told_to(act: Act) -> Told:
    """Return what changed hands from and to the actor lately."""
    me = act.person().id
    asked = (
        select(EvaluationHandover)
        .join(EvaluationHandover.evaluation)
        .options(
            joinedload(EvaluationHandover.evaluation).joinedload(Evaluation.interaction).joinedload(Interaction.agent),
            joinedload(EvaluationHandover.given_by),
        )
        .order_by(EvaluationHandover.id.desc())
    )
    taken = asked.where(
        EvaluationHandover.from_reviewer_id == me,
        Evaluation.reviewer_id != me,
        EvaluationHandover.given_at > act.now - TOLD_FOR,
        _last_from(me),
    )
    given = asked.where(
        EvaluationHandover.to_reviewer_id == me,
        EvaluationHandover.cause != HandoverCause.EXPIRED,
        Evaluation.reviewer_id == me,
        Evaluation.state == EvaluationState.OPEN,
    )
    newest: dict[int, EvaluationHandover] = {}
    for one in act.session.scalars(given):
        newest.setdefault(one.evaluation_id, one)
    return Told(tuple(act.session.scalars(taken)), newest)


def handovers_of(act: Act, evaluation: Evaluation) -> list[EvaluationHandover]:
    """Return how the evaluation went from hand to hand, the first first; for supervisors."""
    act.require(Permission.PLAN_MANAGE)
    asked = (
        select(EvaluationHandover)
        .where(EvaluationHandover.evaluation_id == evaluation.id)
        .options(
            joinedload(EvaluationHandover.from_reviewer),
            joinedload(EvaluationHandover.to_reviewer),
            joinedload(EvaluationHandover.given_by),
        )
    )
    return list(act.session.scalars(asked.order_by(EvaluationHandover.id)))


def gone_from(act: Act, evaluation_id: int) -> Text | None:
    """Say that an evaluation was the actor's and is another's now; nothing where it never was or still is theirs."""
    me = act.person().id
    asked = (
        select(EvaluationHandover)
        .join(EvaluationHandover.evaluation)
        .where(
            EvaluationHandover.evaluation_id == evaluation_id,
            EvaluationHandover.from_reviewer_id == me,
            Evaluation.reviewer_id != me,
        )
        .order_by(EvaluationHandover.id.desc())
        .limit(1)
    )
    found = act.session.scalar(asked)
    if found is None:
        return None
    if found.cause is HandoverCause.EXPIRED:
        return _(
            "Nothing was saved here for so long that another reviewer has taken it. "
            "What you had saved is kept, and comes back if the interaction does."
        )
    return _(
        "This evaluation was given to another reviewer. "
        "What you had saved is kept, and comes back if the evaluation does."
    )


def _last_from(user_id: int) -> ColumnElement[bool]:
    """Hold for the last time that each evaluation was taken from somebody."""
    later = aliased(EvaluationHandover)
    return ~exists().where(
        later.evaluation_id == EvaluationHandover.evaluation_id,
        later.from_reviewer_id == user_id,
        later.id > EvaluationHandover.id,
    )


def _lock(act: Act, evaluation: Evaluation) -> None:
    act.session.refresh(
        evaluation, ["reviewer_id", "state", "revision", "claimed_until", "saved_at"], with_for_update=True
    )


def _own_draft(act: Act, evaluation: Evaluation, reviewer: User) -> EvaluationHandover | None:
    asked = select(EvaluationHandover).where(
        EvaluationHandover.evaluation_id == evaluation.id, EvaluationHandover.from_reviewer_id == reviewer.id
    )
    return act.session.scalar(asked.order_by(EvaluationHandover.id.desc()).limit(1))


def _put_back(evaluation: Evaluation, before: EvaluationHandover | None) -> None:
    evaluation.summary = before.summary if before else ""
    evaluation.played = before.played if before else []
    evaluation.started_at = before.started_at if before else None
    evaluation.saved_at = before.saved_at if before else None
    for criterion, mark in marks_of_plain(before.marks if before else {}).items():
        answer = Answer(criterion=criterion)
        write_mark(answer, mark)
        evaluation.answers.append(answer)
