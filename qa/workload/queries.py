"""Every reviewer's desk as supervisors see it: what waits, since when, and who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import GRANTS, Permission
from qa.errors import NotFoundError
from qa.evaluations.effort import review_minutes
from qa.evaluations.listing import TERM
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import visible_evaluations
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.people.models import User, UserState
from qa.workload.absence import away_now
from qa.workload.loads import LOOKED_BACK
from qa.workload.models import EvaluationHandover, HandoverCause, ReviewerAbsence

_SCORING_ROLES = tuple(role for role, granted in GRANTS.items() if Permission.EVALUATION_SCORE in granted)


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for one reviewer; second scores are in no number here, so that nobody can tell them."""

    reviewer: User
    n: int
    minutes: int
    overdue: int
    oldest_at: datetime | None
    #: How often in a year something they had taken was taken by another since they did not save.
    expired: int
    away: ReviewerAbsence | None


def desks(act: Act) -> list[Desk]:
    """Return the desk of everybody who can review, or for whom something waits, by name."""
    act.require(Permission.PLAN_MANAGE)
    waiting = _waiting_by_reviewer(act)
    asked = select(User).where(
        or_((User.state == UserState.ACTIVE) & User.role.in_(_SCORING_ROLES), User.id.in_(list(waiting)))
    )
    people = list(act.session.scalars(asked.order_by(func.lower(User.name), User.id)))
    away, expired = away_now(act, people), _expired(act)
    return [
        _desk(act, user, waiting.get(user.id, []), expired=expired.get(user.id, 0), away=away.get(user.id))
        for user in people
    ]


def desk_of(act: Act, user: User) -> Desk:
    """Return one reviewer's desk."""
    act.require(Permission.PLAN_MANAGE)
    found = waiting_of(act, user)
    return _desk(act, user, found, expired=_expired(act).get(user.id, 0), away=away_now(act, [user]).get(user.id))


def waiting_of(act: Act, user: User) -> list[Evaluation]:
    """Return what waits for the reviewer, oldest first, as far as the actor may see it."""
    return list(act.session.scalars(_waiting(act).where(Evaluation.reviewer_id == user.id)))


def get_reviewer(act: Act, user_id: int) -> User:
    """Return somebody who can review, or for whom something waits."""
    act.require(Permission.PLAN_MANAGE)
    found = act.session.get(User, user_id)
    known = found is not None and (found.role in _SCORING_ROLES or bool(waiting_of(act, found)))
    if found is None or not known:
        raise NotFoundError(_("There is no such reviewer."))
    return found


def get_absence(act: Act, absence_id: int) -> ReviewerAbsence:
    """Return an absence."""
    act.require(Permission.PLAN_MANAGE)
    found = act.session.get(ReviewerAbsence, absence_id)
    if found is None:
        raise NotFoundError(_("There is no such absence."))
    return found


def _desk(act: Act, user: User, found: Sequence[Evaluation], *, expired: int, away: ReviewerAbsence | None) -> Desk:
    return Desk(
        user,
        len(found),
        review_minutes(one.interaction for one in found),
        sum(one.assigned_at + TERM < act.now for one in found),
        min((one.assigned_at for one in found), default=None),
        expired,
        away,
    )


def _waiting_by_reviewer(act: Act) -> dict[int, list[Evaluation]]:
    found: dict[int, list[Evaluation]] = {}
    for evaluation in act.session.scalars(_waiting(act)):
        found.setdefault(evaluation.reviewer_id, []).append(evaluation)
    return found


def _waiting(act: Act) -> Select[Evaluation]:
    return (
        visible_evaluations(act)
        .where(
            Evaluation.state == EvaluationState.OPEN,
            or_(Evaluation.claimed_until.is_(None), Evaluation.claimed_until > act.now),
        )
        .options(joinedload(Evaluation.interaction).joinedload(Interaction.agent))
        .order_by(Evaluation.assigned_at, Evaluation.id)
    )


def _expired(act: Act) -> dict[int, int]:
    asked = (
        select(EvaluationHandover.from_reviewer_id, func.count())
        .join(EvaluationHandover.evaluation)
        .where(
            EvaluationHandover.cause == HandoverCause.EXPIRED,
            EvaluationHandover.given_at >= act.now - LOOKED_BACK,
            Evaluation.probe.is_(None),
        )
        .group_by(EvaluationHandover.from_reviewer_id)
    )
    return dict(act.session.execute(asked).all())
