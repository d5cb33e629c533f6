"""The pool of a plan: reviewers take what was drawn, in its order, and a lock that nobody saves under runs out.

Nobody chooses among items: who takes gets the first that they may review, and who has one gets no other before it is
submitted. What ran out is free again; its draft is set aside when somebody else takes it, and is there when the same
reviewer does. Which items a second reviewer scores as well follows from the draw's salt, as it does without a pool.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration import doubling
from qa.calibration.models import ScorePair
from qa.errors import ConflictError
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.service import assign as assign_evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.assign import by_chance, is_below
from qa.sampling.chances import NUMBER_BITS
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, PlanReviewer
from qa.sampling.plans import may_review
from qa.sampling.versions import version_of
from qa.workload.absence import away_now
from qa.workload.handing_over import pass_on
from qa.workload.models import HandoverCause

#: A second score comes up from one to so many places after its first one.
_PLACES_LATER = 3

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody took, or has already; ``again`` when it was theirs before."""

    evaluation: Evaluation
    again: bool


@dataclass(frozen=True, slots=True)
class _Next:
    """The next that somebody may take: an item, its evaluation where there is one, or the first score of a second."""

    place: _Place
    item: DrawItem
    expired: Evaluation | None = None
    beside: Evaluation | None = None


def open_pool(act: Act, plan: Plan) -> None:
    """Let reviewers take what is drawn by the plan from now on; what was handed out stays with whoever has it."""
    act.require(Permission.PLAN_MANAGE)
    if plan.pooled:
        raise ConflictError(_("Reviewers already take the interactions of this plan from its pool."))
    plan.pooled = True
    audit.record(act, "plan.pool_opened", plan)


def close_pool(act: Act, plan: Plan) -> None:
    """Hand out what is drawn from now on; what was taken stays with whoever has it, and its lock no longer runs out."""
    act.require(Permission.PLAN_MANAGE)
    if not plan.pooled:
        raise ConflictError(_("This plan has no pool: what is drawn is handed out."))
    _lock_plans(act, [plan.id])
    plan.pooled = False
    firsts = select(Evaluation.id).join(Evaluation.draw_item).join(DrawItem.draw).where(Draw.plan_id == plan.id)
    seconds = select(ScorePair.second_id).where(ScorePair.first_id.in_(firsts))
    kept = select(Evaluation).where(
        Evaluation.claimed_until.is_not(None), or_(Evaluation.id.in_(firsts), Evaluation.id.in_(seconds))
    )
    for evaluation in act.session.scalars(kept):
        evaluation.claimed_until = None
    audit.record(act, "plan.pool_closed", plan)


def claim_next(act: Act) -> Claimed | None:
    """Give the actor the next interaction of their pools, or the one that they have; nothing where none is left for them.

    Raises:
        ConflictError: when the actor is down as absent.

    """
    act.require(Permission.EVALUATION_SCORE)
    me = act.person()
    away = away_now(act, [me]).get(me.id)
    if away is not None:
        raise ConflictError(
            _("You are down as absent, so nothing is handed out to you. Ask a supervisor to end your absence.")
        )
    plans = list(act.session.scalars(_pools_of(me).order_by(Plan.id)))
    # Two who ask at the same moment wait for each other here, in the same order.
    _lock_plans(act, [plan.id for plan in plans])
    mine = act.session.scalar(_held(act, me))
    if mine is not None:
        return Claimed(mine, again=True)
    for draw in _draws(act, plans):
        # An item that is being replaced is no longer there afterwards.
        act.session.execute(select(Draw.id).where(Draw.id == draw.id).with_for_update())
        while (found := _next(act, draw, me)) is not None:
            if found.expired is None or _ran_out(act, found.expired):
                return _take(act, draw, found, me)
    return None


def waiting_for(act: Act, user: User) -> int:
    """Return how many interactions of the reviewer's pools nobody has taken that they may take, second scores left out."""
    plans = list(act.session.scalars(_pools_of(user)))
    if not plans:
        return 0
    asked = _free_items(act, user).where(Draw.plan_id.in_([plan.id for plan in plans]))
    return act.session.scalar(select(func.count()).select_from(asked.subquery())) or 0


def has_pool(act: Act, user: User) -> bool:
    """Tell whether the reviewer takes from a pool."""
    return bool(act.session.scalar(select(exists(_pools_of(user)))))


def in_pool(act: Act, plan: Plan) -> int:
    """Return how many drawn interactions of the plan nobody has, those whose lock ran out among them."""
    asked = (
        select(func.count())
        .select_from(DrawItem)
        .join(DrawItem.draw)
        .where(Draw.plan_id == plan.id, DrawItem.state == ItemState.DRAWN, ~_held_by_somebody(act))
    )
    return act.session.scalar(asked) or 0


def back_in_pool(act: Act) -> list[Evaluation]:
    """Return what the actor had taken, saved something of, and let run out, as long as nobody else has taken it."""
    asked = (
        select(Evaluation)
        .where(
            Evaluation.reviewer_id == act.person().id,
            Evaluation.state == EvaluationState.OPEN,
            Evaluation.claimed_until <= act.now,
        )
        .options(joinedload(Evaluation.interaction).joinedload(Interaction.agent))
        .order_by(Evaluation.id)
    )
    return list(act.session.scalars(asked))


def _take(act: Act, draw: Draw, found: _Next, me: User) -> Claimed:
    again = False
    if found.expired is not None:
        evaluation = found.expired
        again = evaluation.reviewer_id == me.id
        if not again:
            pass_on(act, evaluation, to=me, cause=HandoverCause.EXPIRED)
    elif found.beside is not None:
        evaluation = doubling.give_second(act, found.beside, reviewer=me, interaction=found.item.interaction)
    else:
        evaluation = assign_evaluation(
            act,
            found.item.interaction,
            reviewer=me,
            version=version_of(act, draw),
            kind=EvaluationKind.RANDOM,
            draw_item=found.item,
        )
    evaluation.claimed_until = act.now + timedelta(minutes=act.settings.claim_minutes)
    act.session.flush()
    audit.record(act, "evaluation.claimed", evaluation, draw=draw.id, again=again)
    return Claimed(evaluation, again=again)


def _next(act: Act, draw: Draw, me: User) -> _Next | None:
    """Return the first in the draw's order: place in the stratum, then permanent number; seconds by a number of their own."""
    found = [*_next_first(act, draw, me), *_next_second(act, draw, me)]
    return min(found, key=lambda one: one.place, default=None)


def _next_first(act: Act, draw: Draw, me: User) -> list[_Next]:
    # Numbers are kept as text: the shorter is the smaller.
    ordered = (
        _free_items(act, me)
        .where(DrawItem.draw_id == draw.id)
        .order_by(DrawItem.position, func.length(DrawItem.u), DrawItem.u)
    )
    item = act.session.scalar(ordered.options(joinedload(DrawItem.interaction)).limit(1))
    if item is None:
        return []
    expired = act.session.scalar(select(Evaluation).where(Evaluation.draw_item_id == item.id))
    return [_Next((item.position, int(item.u)), item, expired)]


def _next_second(act: Act, draw: Draw, me: User) -> list[_Next]:
    """Return the first second score that is to be given, or that ran out, by its own place."""
    share = Fraction(draw.plan.double_percent, 100)
    if not share:
        return []
    first, second, known = aliased(Evaluation), aliased(Evaluation), aliased(Evaluation)
    asked = (
        select(DrawItem.id, DrawItem.position, first.id.label("first"), second.id.label("second"))
        .join(DrawItem.interaction)
        .join(first, first.draw_item_id == DrawItem.id)
        .outerjoin(ScorePair, ScorePair.first_id == first.id)
        .outerjoin(second, (second.id == ScorePair.second_id) & (second.probe == Probe.SECOND))
        .where(
            DrawItem.draw_id == draw.id,
            DrawItem.state == ItemState.DRAWN,
            Interaction.agent_id != me.id,
            or_(first.state != EvaluationState.OPEN, first.claimed_until.is_(None), first.claimed_until > act.now),
            # Either nobody has it yet, or it ran out.
            or_(second.id.is_(None), (second.state == EvaluationState.OPEN) & (second.claimed_until <= act.now)),
            ~exists().where(
                known.interaction_id == DrawItem.interaction_id,
                known.reviewer_id == me.id,
                or_(second.id.is_(None), known.id != second.id),
            ),
        )
    )
    wanted = _scored_twice(act, draw, share=share)
    found = [row for row in act.session.execute(asked) if row.id in wanted]
    if not found:
        return []
    row = min(found, key=lambda one: _second_place(draw, one.id, one.position))
    evaluation = act.session.get_one(Evaluation, row.second or row.first)
    item = act.session.get_one(DrawItem, row.id)
    place = _second_place(draw, row.id, row.position)
    if row.second is not None:
        return [_Next(place, item, expired=evaluation)]
    return [_Next(place, item, beside=evaluation)]


def _scored_twice(act: Act, draw: Draw, *, share: Fraction) -> frozenset[int]:
    """Return the items of the draw that are scored twice: the plan's share of them, by numbers from the draw's salt.

    What a rolling draw takes in is decided for each by itself, so that what came before and what is still to come change
    nothing. Otherwise the number is the share, rounded up or down by chance.
    """
    salt = bytes.fromhex(draw.salt)
    asked = select(DrawItem.id).where(DrawItem.draw_id == draw.id, DrawItem.state == ItemState.DRAWN)
    items = list(act.session.scalars(asked))
    if draw.rolls:
        return frozenset(number for number in items if is_below(share, salt, f"pool\n{number}"))
    ranked = sorted(items, key=lambda number: _dice(draw, f"pool\n{number}"))
    return frozenset(ranked[: by_chance(share * len(ranked), salt, "pool")])


def _second_place(draw: Draw, item_id: int, position: int) -> _Place:
    number = int.from_bytes(_dice(draw, f"place\n{item_id}")[:8], "big")
    return position + 1 + number % _PLACES_LATER, number >> (64 - NUMBER_BITS)


def _dice(draw: Draw, text: str) -> bytes:
    return hmac.digest(bytes.fromhex(draw.salt), text.encode(), "sha256")


def _free_items(act: Act, me: User) -> Select[DrawItem]:
    """Select the drawn items that nobody has and that this reviewer may review."""
    known = aliased(Evaluation)
    mine = and_(
        known.interaction_id == DrawItem.interaction_id,
        known.reviewer_id == me.id,
        # What ran out on their own desk is theirs to take again.
        or_(known.draw_item_id.is_(None), known.draw_item_id != DrawItem.id),
    )
    return (
        select(DrawItem)
        .join(DrawItem.draw)
        .join(DrawItem.interaction)
        .where(
            DrawItem.state == ItemState.DRAWN,
            Interaction.agent_id != me.id,
            ~_held_by_somebody(act),
            ~exists().where(mine),
        )
    )


def _held_by_somebody(act: Act) -> ColumnElement[bool]:
    held = aliased(Evaluation)
    return exists().where(
        held.draw_item_id == DrawItem.id,
        or_(held.state != EvaluationState.OPEN, held.claimed_until.is_(None), held.claimed_until > act.now),
    )


def _held(act: Act, me: User) -> Select[Evaluation]:
    return (
        select(Evaluation)
        .where(
            Evaluation.reviewer_id == me.id,
            Evaluation.state == EvaluationState.OPEN,
            Evaluation.claimed_until > act.now,
        )
        .order_by(Evaluation.id)
        .limit(1)
    )


def _ran_out(act: Act, evaluation: Evaluation) -> bool:
    """Tell whether the lock ran out, from the row as it is now; nobody changes it any more in this transaction."""
    act.session.refresh(
        evaluation, ["reviewer_id", "state", "claimed_until", "revision", "saved_at"], with_for_update=True
    )
    until = evaluation.claimed_until
    return evaluation.state is EvaluationState.OPEN and until is not None and until <= act.now


def _pools_of(user: User) -> Select[Plan]:
    asked = select(Plan).join(PlanReviewer, PlanReviewer.plan_id == Plan.id)
    # Who may no longer review takes nothing, whatever the plan says.
    return asked.where(Plan.pooled, PlanReviewer.user_id == user.id if may_review(user) else false())


def _draws(act: Act, plans: Sequence[Plan]) -> list[Draw]:
    asked = (
        select(Draw)
        .where(Draw.plan_id.in_([plan.id for plan in plans]), or_(Draw.state != DrawState.COMMITTED, Draw.rolls))
        .options(joinedload(Draw.plan))
        .order_by(Draw.starts_at, Draw.id)
    )
    return list(act.session.scalars(asked))


def _lock_plans(act: Act, plan_ids: Sequence[int]) -> None:
    if plan_ids:
        act.session.execute(select(Plan.id).where(Plan.id.in_(plan_ids)).order_by(Plan.id).with_for_update())
