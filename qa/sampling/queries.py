"""What an actor may see of plans and draws, and how far they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.sampling import order, proof
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, PlanReviewer
from qa.sampling.strata import agent_of, together, whole_of
from qa.sampling.told import stratum_names

#: Up to this many interactions every one of them is shown in the picture; above it only the drawn ones.
PICTURED = 20_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draw is; counts of items."""

    drawn: int = 0
    submitted: int = 0
    replaced: int = 0

    @property
    def open(self) -> int:
        """Items that still wait for their evaluation."""
        return self.drawn - self.submitted


class Shown(StrEnum):
    """Which items of a draw a list shows."""

    DRAWN = "drawn"
    OPEN = "open"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its evaluation, if it has one."""

    item: DrawItem
    evaluation: Evaluation | None


class Place(StrEnum):
    """What became of an interaction of the frame."""

    REST = "rest"
    DRAWN = "drawn"
    REPLACED = "replaced"
    STEPPED_IN = "stepped_in"


@dataclass(frozen=True, slots=True)
class StratumView:
    """One stratum of a draw as the actor may see it."""

    stratum: str
    #: Empty where the actor may not know whose it is.
    name: str
    mine: bool
    eligible: int
    wanted: int
    drawn: int
    replaced: int
    #: Every interaction at its permanent number (0 up to 1), with its place; empty where the actor sees counts only.
    marks: tuple[tuple[float, Place], ...]

    @property
    def chance(self) -> float:
        """How likely each interaction of the stratum was to be drawn, in per cent."""
        return 100 * min(1.0, self.wanted / self.eligible) if self.eligible else 0.0


def visible_plans(act: Act) -> Select[Plan]:
    """Everyone who may see draws sees every plan: how samples are taken is no secret."""
    asked = select(Plan).options(joinedload(Plan.scorecard))
    return asked if act.may(Permission.DRAW_SEE) else asked.where(Plan.id.is_(None))


def visible_items(act: Act) -> Select[DrawItem]:
    """Supervisors see every item, reviewers those on their desk, others none: what is drawn is no news in advance."""
    asked = select(DrawItem).join(Draw)
    if act.may(Permission.PLAN_MANAGE):
        return asked
    own = select(Evaluation.draw_item_id).where(Evaluation.reviewer_id == act.person().id)
    return asked.where(DrawItem.id.in_(own))


def plans(act: Act) -> list[Plan]:
    """Return the plans, those that still draw first, by name."""
    asked = visible_plans(act).options(
        selectinload(Plan.draws), selectinload(Plan.reviewers).joinedload(PlanReviewer.user)
    )
    return list(act.session.scalars(asked.order_by(Plan.active.desc(), func.lower(Plan.name))))


def get_plan(act: Act, plan_id: int) -> Plan:
    """Return a plan the actor may see."""
    found = act.session.scalar(visible_plans(act).where(Plan.id == plan_id))
    if found is None:
        raise NotFoundError(_("There is no such sampling plan."))
    return found


def plan_by_name(act: Act, name: str) -> Plan | None:
    """Return the plan of that name, or of that number."""
    same: list[object] = [func.lower(Plan.name) == name.strip().lower()]
    if name.isdecimal():
        same.append(Plan.id == int(name))
    return act.session.scalar(visible_plans(act).where(or_(*same)).order_by(Plan.id).limit(1))  # type: ignore[arg-type]


def get_draw(act: Act, draw_id: int) -> Draw:
    """Return a draw of a plan the actor may see."""
    seen = visible_plans(act).with_only_columns(Plan.id)
    asked = select(Draw).where(Draw.id == draw_id, Draw.plan_id.in_(seen)).options(joinedload(Draw.plan))
    found = act.session.scalar(asked)
    if found is None:
        raise NotFoundError(_("There is no such draw."))
    return found


def get_item(act: Act, item_id: int) -> DrawItem:
    """Return a drawn item the actor may see."""
    found = act.session.scalar(visible_items(act).where(DrawItem.id == item_id).options(joinedload(DrawItem.draw)))
    if found is None:
        raise NotFoundError(_("There is no such drawn interaction, or you may not see it."))
    return found


def progress(act: Act, draws: Iterable[Draw]) -> dict[int, Progress]:
    """Return how far each draw is, by its number."""
    numbers = [draw.id for draw in draws]
    submitted = case((Evaluation.submitted_at.is_not(None), DrawItem.id))
    stays = DrawItem.state == ItemState.DRAWN
    asked = (
        select(
            DrawItem.draw_id,
            func.count(func.distinct(case((stays, DrawItem.id)))),
            func.count(func.distinct(submitted)),
            func.count(func.distinct(case((DrawItem.state == ItemState.REPLACED, DrawItem.id)))),
        )
        .outerjoin(Evaluation, Evaluation.draw_item_id == DrawItem.id)
        .where(DrawItem.draw_id.in_(numbers))
        .group_by(DrawItem.draw_id)
    )
    found = {number: Progress(drawn, done, out) for number, drawn, done, out in act.session.execute(asked)}
    return {number: found.get(number, Progress()) for number in numbers}


def current_draw(plan: Plan) -> Draw | None:
    """Return the newest draw of the plan that was made."""
    made = [draw for draw in plan.draws if draw.state is not DrawState.COMMITTED]
    return max(made, key=lambda draw: draw.starts_at, default=None)


def waiting_draw(act: Act, plan: Plan) -> Draw | None:
    """Return the oldest promised draw whose period is over and that still has to be made."""
    due = [draw for draw in plan.draws if draw.state is DrawState.COMMITTED and draw.ends_at <= act.now]
    return min(due, key=lambda draw: draw.starts_at, default=None)


def items(act: Act, draw: Draw, *, shown: Shown = Shown.DRAWN) -> list[ItemLine]:
    """Return the items that stand in the draw, with their evaluations, in the order of the draw."""
    asked = (
        visible_items(act)
        .add_columns(Evaluation)
        .outerjoin(Evaluation, Evaluation.draw_item_id == DrawItem.id)
        .where(DrawItem.draw_id == draw.id, DrawItem.state == ItemState.DRAWN)
        .options(joinedload(DrawItem.interaction).joinedload(Interaction.agent), joinedload(Evaluation.reviewer))
        .order_by(DrawItem.stratum, DrawItem.position, Evaluation.id)
    )
    if shown is Shown.OPEN:
        asked = asked.where(or_(Evaluation.id.is_(None), Evaluation.state == EvaluationState.OPEN))
    elif shown is Shown.SUBMITTED:
        asked = asked.where(Evaluation.submitted_at.is_not(None))
    return [ItemLine(item, evaluation) for item, evaluation in act.session.execute(asked)]


def ledger(act: Act, draw: Draw) -> list[DrawItem]:
    """Return the replaced items, in the order in which they were replaced."""
    asked = visible_items(act).where(DrawItem.draw_id == draw.id, DrawItem.state == ItemState.REPLACED)
    asked = asked.options(
        joinedload(DrawItem.interaction).joinedload(Interaction.agent),
        joinedload(DrawItem.replaced_by_user),
        joinedload(DrawItem.successor).joinedload(DrawItem.interaction),
    )
    return list(act.session.scalars(asked.order_by(DrawItem.replaced_at, DrawItem.id)))


def strata(act: Act, draw: Draw) -> list[StratumView]:
    """Return the strata, stretches of time together, as the actor may see them: all by name, or the own one by number.

    Who may not manage plans sees of strata that name an agent only the own, and the others as counts.
    """
    named = act.may(Permission.PLAN_MANAGE)
    me = act.actor.id if act.actor is not None and act.actor.role is Role.AGENT else None
    eligible, wanted, drawn = (
        together({stratum: count[kind] for stratum, count in draw.counts.items()})
        for kind in ("eligible", "wanted", "drawn")
    )
    mine = {stratum for stratum in eligible if me is not None and agent_of(stratum) == me}
    names = stratum_names(act, [stratum for stratum in eligible if named or agent_of(stratum) is None])
    marks = _marks(act, draw, set(eligible) if named else mine)
    replaced: dict[str, int] = {}
    for stratum, number in act.session.execute(
        select(DrawItem.stratum, func.count())
        .where(DrawItem.draw_id == draw.id, DrawItem.state == ItemState.REPLACED)
        .group_by(DrawItem.stratum)
    ):
        replaced[whole_of(stratum)] = replaced.get(whole_of(stratum), 0) + number
    found = [
        StratumView(
            stratum,
            names.get(stratum, ""),
            stratum in mine,
            size,
            wanted[stratum],
            drawn[stratum],
            replaced.get(stratum, 0),
            marks.get(stratum, ()),
        )
        for stratum, size in eligible.items()
    ]
    if named:
        return sorted(found, key=lambda one: (one.name.casefold(), one.stratum))
    # The order of the others must not tell who they are.
    return sorted(found, key=lambda one: (not one.mine, one.name.casefold(), -one.eligible, -one.drawn))


def _marks(act: Act, draw: Draw, strata_shown: set[str]) -> dict[str, tuple[tuple[float, Place], ...]]:
    if not strata_shown:
        return {}
    seed, salt = bytes.fromhex(draw.seed), bytes.fromhex(draw.salt)
    places: dict[str, dict[int, Place]] = {stratum: {} for stratum in strata_shown}
    if draw.frame_size <= PICTURED and draw.frame_key and act.blobs.has(draw.frame_key):
        for key, stratum in proof.read_frame(act, draw):
            if (whole := whole_of(stratum)) in places:
                places[whole][order.permanent_number(seed, order.token_of(key, salt=salt))] = Place.REST
    for item in act.session.scalars(select(DrawItem).where(DrawItem.draw_id == draw.id)):
        if (whole := whole_of(item.stratum)) in places:
            stepped_in = item.position > draw.counts[item.stratum]["wanted"]
            place = Place.STEPPED_IN if stepped_in else Place.DRAWN
            places[whole][int(item.u)] = Place.REPLACED if item.state is ItemState.REPLACED else place
    return {
        stratum: tuple((order.as_fraction(number), place) for number, place in sorted(found.items()))
        for stratum, found in places.items()
    }
