"""What was picked: the list for supervisors, and the reasons beside an evaluation once it is submitted."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.paging import Page, page_of
from qa.people.models import User
from qa.picks.models import Pick, PickedItem


@dataclass(frozen=True, slots=True)
class HowFar:
    """How many interactions were picked together, and how many are scored."""

    n: int
    scored: int


def picks(act: Act, *, page: int = 1) -> Page[Pick]:
    """Return what was picked, the newest first."""
    act.require(Permission.PLAN_MANAGE)
    asked = select(Pick).options(joinedload(Pick.picked_by), selectinload(Pick.items))
    return page_of(act, asked.order_by(Pick.id.desc()), number=page)


def how_far(act: Act, found: list[Pick]) -> dict[int, HowFar]:
    """Return how far each is, by its number."""
    scored = func.sum(case((Evaluation.submitted_at.is_not(None), 1), else_=0))
    asked = (
        select(PickedItem.pick_id, func.count(), scored)
        .join(PickedItem.evaluation)
        .where(PickedItem.pick_id.in_([one.id for one in found]))
        .group_by(PickedItem.pick_id)
    )
    counted = {number: HowFar(n, int(done or 0)) for number, n, done in act.session.execute(asked)}
    return {one.id: counted.get(one.id, HowFar(0, 0)) for one in found}


def get_pick(act: Act, pick_id: int) -> Pick:
    """Return what was picked together, with everything its page shows."""
    act.require(Permission.PLAN_MANAGE)
    found = act.session.scalar(
        select(Pick)
        .where(Pick.id == pick_id)
        .options(
            joinedload(Pick.picked_by),
            selectinload(Pick.items).joinedload(PickedItem.interaction).joinedload(Interaction.agent),
            selectinload(Pick.items).joinedload(PickedItem.evaluation).joinedload(Evaluation.reviewer),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such pick."))
    return found


def reviewers_of(act: Act, found: Pick) -> list[User]:
    """Return among whom it was shared, by name."""
    asked = select(User).where(User.id.in_(found.reviewer_ids))
    return list(act.session.scalars(asked.order_by(func.lower(User.name), User.id)))


def reason_of(act: Act, evaluation: Evaluation) -> PickedItem | None:
    """Return why the evaluation's interaction was picked; nothing for what was drawn, and nothing before it is submitted."""
    if evaluation.state is EvaluationState.OPEN and not act.may(Permission.PLAN_MANAGE):
        return None
    asked = (
        select(PickedItem)
        .where(PickedItem.evaluation_id == evaluation.id)
        .options(joinedload(PickedItem.pick).joinedload(Pick.picked_by))
    )
    return act.session.scalar(asked)
