"""What a plan's page tells of who reviews: goals, absences, the pool, and whether reviewers can be compared."""

from dataclasses import dataclass

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import Text
from qa.people.models import User
from qa.sampling.handed import groups_of, told_groups
from qa.sampling.handout import nobody_there
from qa.sampling.models import Plan
from qa.sampling.pool import in_pool
from qa.workload.absence import away_now
from qa.workload.models import ReviewerAbsence


@dataclass(frozen=True, slots=True)
class Hands:
    """The plan's reviewers with goal and absence; ``groups`` says that they cannot be compared, ``nobody`` that none is there."""

    reviewers: tuple[tuple[User, int | None, ReviewerAbsence | None], ...]
    groups: Text | None
    nobody: Text | None
    pooled: bool
    in_pool: int


def hands_of(act: Act, plan: Plan) -> Hands | None:
    """Return what managers of plans see; nothing for others."""
    if not act.may(Permission.PLAN_MANAGE):
        return None
    away = away_now(act, [one.user for one in plan.reviewers])
    people = sorted(plan.reviewers, key=lambda one: (one.user.name.casefold(), one.user_id))
    return Hands(
        tuple((one.user, one.goal, away.get(one.user_id)) for one in people),
        told_groups(groups_of(act, plan)),
        nobody_there(act, plan),
        plan.pooled,
        in_pool(act, plan) if plan.pooled else 0,
    )
