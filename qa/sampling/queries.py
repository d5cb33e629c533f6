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
from qa.sampling.chances import chances_of
from qa.sampling.hashing import keyed
from qa.sampling.kept_frame import read_frame
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, PlanReviewer
from qa.sampling.rows import weighted
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
    #: Every interaction where it stands in the order (0 up to 1), with its place; empty where the actor sees counts only.
    marks: tuple[tuple[float, Place], ...]
    #: How likely the least and the most likely interaction of the stratum were to be drawn, in per cent.
    chances: tuple[float, float]


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
    share_bp = proof.design_of(draw).share_bp if draw.rolls else None
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
            _chances(draw, stratum, eligible=size, wanted=wanted[stratum], share_bp=share_bp),
        )
        for stratum, size in eligible.items()
    ]
    if named:
        return sorted(found, key=lambda one: (one.name.casefold(), one.stratum))
    # The order of the others must not tell who they are.
    return sorted(found, key=lambda one: (not one.mine, one.name.casefold(), -one.eligible, -one.drawn))


def _chances(draw: Draw, stratum: str, *, eligible: int, wanted: int, share_bp: int | None) -> tuple[float, float]:
    if share_bp is not None:
        return share_bp / 100, share_bp / 100
    if not eligible:
        return 0.0, 0.0
    found = list(_by_weight(draw, stratum).values()) or [min(1.0, wanted / eligible)]
    return 100 * min(found), 100 * max(found)


def _marks(act: Act, draw: Draw, strata_shown: set[str]) -> dict[str, tuple[tuple[float, Place], ...]]:
    if not strata_shown:
        return {}
    numbered, named = keyed(bytes.fromhex(draw.seed)), order.names(bytes.fromhex(draw.salt))
    places: dict[str, dict[int, tuple[float, Place]]] = {stratum: {} for stratum in strata_shown}
    if draw.frame_size <= PICTURED and draw.frame_key and act.blobs.has(draw.frame_key):
        chances = {stratum: _by_weight(draw, stratum) for stratum in strata_shown}
        for key, stratum, weight in weighted(read_frame(act, draw)):
            if (whole := whole_of(stratum)) in places:
                number = order.number_of(numbered(named(key)))
                places[whole][number] = (_standing(number, chances[whole].get(weight)), Place.REST)
    for item in act.session.scalars(select(DrawItem).where(DrawItem.draw_id == draw.id)):
        if (whole := whole_of(item.stratum)) in places:
            stepped_in = not draw.rolls and item.position > draw.counts[item.stratum]["wanted"]
            place = Place.STEPPED_IN if stepped_in else Place.DRAWN
            weighed = item.inclusion_probability if "weights" in draw.counts[item.stratum] else None
            places[whole][int(item.u)] = (
                _standing(int(item.u), weighed),
                Place.REPLACED if item.state is ItemState.REPLACED else place,
            )
    return {stratum: tuple(sorted(found.values())) for stratum, found in places.items()}


def _by_weight(draw: Draw, stratum: str) -> dict[int, float]:
    """The chance of each weight of a stratum; nothing where all have the same."""
    count = draw.counts.get(stratum, {})
    classes = {int(weight): number for weight, number in count.get("weights", {}).items()}
    return (
        {weight: float(chance) for weight, chance in chances_of(classes, size=count["wanted"]).items()}
        if classes
        else {}
    )


def _standing(number: int, chance: float | None) -> float:
    """Where an interaction stands from 0 to 1: its number; with unequal chances q/(1+q) of its rank q, in the same order."""
    u = order.as_fraction(number)
    if chance is None:
        return u
    above = u * (1 - chance)
    return above / (above + (1 - u) * chance) if above else 0.0
