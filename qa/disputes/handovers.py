"""A dispute that is stuck with its judge is given to another one, with a reason."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import GRANTS, Permission, Role
from qa.disputes.models import UNSETTLED, Dispute, DisputeHandover, DisputeState
from qa.disputes.queries import could_have_seen, has_scored
from qa.errors import ConflictError, InvalidError
from qa.evaluations.marks import LONGEST_COMMENT
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.people.models import User, UserState

_JUDGES = tuple(role for role, granted in GRANTS.items() if Permission.DISPUTE_JUDGE in granted)


def possible_judges(act: Act, dispute: Dispute) -> list[User]:
    """Return who could judge instead of who does: active, and neither doer nor scorer of the conversation.

    Reviewers stand first, since others could have seen the score; then by name.
    """
    asked = select(User).where(
        User.state == UserState.ACTIVE,
        User.role.in_(_JUDGES),
        User.id.not_in([one for one in (dispute.agent_id, dispute.reviewer_id, dispute.judge_id) if one is not None]),
        ~has_scored(User.id, of=dispute.evaluation),
    )
    found = act.session.scalars(asked.order_by(User.name, User.id))
    return sorted(found, key=lambda one: one.role is not Role.REVIEWER)


def give_to(act: Act, dispute: Dispute, *, judge_id: int, from_judge_id: int, reason: str) -> None:
    """Take the dispute from its judge and give it to another, who begins anew; sent twice it is given once.

    ``from_judge_id`` is the judge whom the page showed: who has taken the dispute since keeps it.
    """
    act.require(Permission.DISPUTE_ASSIGN)
    act.session.refresh(dispute, ["state", "judge_id", "blind_revision"], with_for_update=True)
    if dispute.judge_id == judge_id and _given(act, dispute, to=judge_id, source=from_judge_id):
        return
    if dispute.state not in UNSETTLED or dispute.judge_id is None or dispute.judge_id != from_judge_id:
        raise ConflictError(_("This dispute was settled, withdrawn or given to somebody else meanwhile."))
    judge = next((one for one in possible_judges(act, dispute) if one.id == judge_id), None)
    if judge is None:
        raise InvalidError(_("Choose somebody who neither did nor scored this conversation."), field="judge")
    if not reason.strip():
        raise InvalidError(_("Say why; both judges read it."), field="reason")
    if len(reason) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="reason")
    scored = dispute.state is DisputeState.SCORED
    handover = DisputeHandover(
        dispute_id=dispute.id,
        from_judge_id=from_judge_id,
        to_judge_id=judge.id,
        given_by_id=act.person().id,
        given_at=act.now,
        had_scored=scored,
        reason=reason.strip(),
    )
    act.session.add(handover)
    dispute.state, dispute.blind_at, dispute.blind_saved_at, dispute.blind_marks = DisputeState.OPEN, None, None, {}
    dispute.blind_revision += 1
    dispute.could_have_seen = could_have_seen(act, dispute, judge=judge)
    dispute.judge_id, dispute.taken_at = judge.id, act.now
    act.session.flush()
    act.session.expire(dispute, ["judge", "handovers"])
    audit.record(
        act, "dispute.given", dispute, from_judge=from_judge_id, to_judge=judge.id, scored=scored, handover=handover.id
    )


def taken_from(act: Act) -> list[DisputeHandover]:
    """Return what was taken from the actor and is not decided yet, the last first."""
    asked = (
        select(DisputeHandover)
        .join(DisputeHandover.dispute)
        .where(
            DisputeHandover.from_judge_id == act.person().id,
            Dispute.state.in_(UNSETTLED),
            Dispute.judge_id != act.person().id,
        )
        .options(
            joinedload(DisputeHandover.dispute)
            .joinedload(Dispute.evaluation)
            .joinedload(Evaluation.interaction)
            .joinedload(Interaction.team),
            joinedload(DisputeHandover.given_by),
        )
    )
    return list(act.session.scalars(asked.order_by(DisputeHandover.given_at.desc(), DisputeHandover.id.desc())))


def _given(act: Act, dispute: Dispute, *, to: int, source: int) -> bool:
    found: ColumnElement[bool] = exists().where(
        DisputeHandover.dispute_id == dispute.id,
        DisputeHandover.to_judge_id == to,
        DisputeHandover.from_judge_id == source,
    )
    return bool(act.session.scalar(select(found)))
