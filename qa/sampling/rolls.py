"""Rolling draws: what falls below the agreed share is taken in as days pass, and the period is closed at its end.

The seed is promised before the period, and the plan is agreed on when the first day is looked at; from then on it stays.
Whether an interaction is in follows from its own number and the share alone, so it does not matter on which day it is
looked at, or how often. At the end the frame of the whole period is written down, and the draw can be verified as any
other. Estimates take what fell to a stratum as a simple random sample of it, which it is once its number is known.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import current_version
from qa.errors import ConflictError
from qa.i18n import Text, _, ngettext_
from qa.interactions.models import Interaction
from qa.sampling import order
from qa.sampling.chance_design import DesignKind
from qa.sampling.commitment import canonical_json, check_seed, plan_digest
from qa.sampling.frame import frame, left_out
from qa.sampling.handout import hand_out
from qa.sampling.items import keep_items, lock, placed_as_they_came
from qa.sampling.models import Draw, DrawItem, DrawState, Plan
from qa.sampling.period import time_zone
from qa.sampling.plan_design import design_of_plan, plan_in_writing
from qa.sampling.plans import period_of_draw, population_of
from qa.sampling.rows import FrameRow

#: How long after its end a period waits for interactions that cannot be read yet.
PATIENCE = timedelta(days=7)

#: What may change while a rolling draw goes on: it decides nothing about who can be drawn.
_FREE = frozenset({"name", "purpose", "scorecard", "scorecard_version"})


@dataclass(frozen=True, slots=True)
class Intake:
    """What one look at a rolling draw came to: interactions taken in, and how many of them nobody could be given."""

    taken: int
    unassigned: int
    #: Whether reviewers take them from a pool.
    pooled: bool = False

    @property
    def said(self) -> Text:
        """What happened, in a sentence."""
        if not self.taken:
            return _("Nothing new fell below the share.")
        if self.pooled:
            return ngettext_(
                "{n} interaction was taken in. Reviewers take it from the pool.",
                "{n} interactions were taken in. Reviewers take them from the pool.",
                n=self.taken,
            )
        if not self.unassigned:
            return ngettext_(
                "{n} interaction was taken in and assigned.",
                "{n} interactions were taken in and assigned.",
                n=self.taken,
            )
        return ngettext_(
            "{n} interaction was taken in; {waiting} of them wait for a reviewer.",
            "{n} interactions were taken in; {waiting} of them wait for a reviewer.",
            n=self.taken,
            waiting=self.unassigned,
        )


def rolling_now(act: Act) -> list[Draw]:
    """Return the draws of rolling plans whose period has begun and that are not closed, oldest first."""
    asked = (
        select(Draw)
        .join(Draw.plan)
        .where(
            Plan.active,
            Plan.rolling_bp.is_not(None),
            Draw.state == DrawState.COMMITTED,
            Draw.starts_at <= act.now,
        )
    )
    return list(act.session.scalars(asked.order_by(Draw.starts_at, Draw.id)))


def take_in(act: Act, draw: Draw) -> Intake:
    """Take in every interaction of the period so far that is in and was not taken in before, and hand it out."""
    act.require(Permission.PLAN_MANAGE)
    lock(act, draw)
    if draw.state is not DrawState.COMMITTED:
        raise ConflictError(_("This period was closed; nothing more is taken in."))
    if draw.starts_at > act.now:
        begins = draw.starts_at.astimezone(time_zone(draw.plan.time_zone)).date()
        raise ConflictError(_("The period begins on {day}. Nothing can be taken in before.", day=begins))
    share_bp = agree(act, draw)
    seed, salt = bytes.fromhex(draw.seed), bytes.fromhex(draw.salt)
    check_seed(seed, draw.commitment)
    known = _taken(act, draw)
    rows = frame(act, population_of(draw.plan), period=period_of_draw(draw))
    fresh = [one for one in order.rolling(rows, seed=seed, share_bp=share_bp, salt=salt) if one.key not in known]
    items = keep_items(act, draw, placed_as_they_came(act, draw, sorted(fresh, key=lambda one: one.number)))
    unassigned = hand_out(act, draw, items, version=current_version(act, draw.plan.scorecard_id)) if items else 0
    if items:
        audit.record(act, "draw.taken_in", draw, taken=len(items), unassigned=unassigned)
    return Intake(len(items), unassigned, draw.plan.pooled)


def agree(act: Act, draw: Draw) -> int:
    """Write down the plan when a rolling draw begins, and hold it to that later; return the agreed share.

    The share is in hundredths of a per cent.
    """
    design = design_of_plan(draw.plan)
    if design.kind is not DesignKind.ROLLING or design.share_bp is None:
        raise ConflictError(_("This plan does not draw as days pass."))
    version = current_version(act, draw.plan.scorecard_id)
    written = plan_in_writing(draw.plan, period=period_of_draw(draw), version=version)
    if draw.rolls:
        _must_agree(draw, written)
        return design.share_bp
    draw.rolls, draw.canonical_plan = True, canonical_json(written).decode()
    act.session.flush()
    audit.record(act, "draw.begun", draw, plan_digest=plan_digest(written), share_bp=design.share_bp)
    return design.share_bp


def must_stay(act: Act, plan: Plan) -> None:
    """Refuse a change of the plan that would give days of a period under way another chance."""
    asked = select(Draw).where(Draw.plan_id == plan.id, Draw.rolls, Draw.state == DrawState.COMMITTED)
    for draw in act.session.scalars(asked):
        version = current_version(act, plan.scorecard_id)
        _must_agree(draw, plan_in_writing(plan, period=period_of_draw(draw), version=version))


def whole_frame(act: Act, draw: Draw) -> Iterator[FrameRow]:
    """Yield the frame of a rolling draw at its end: what there is now, and what was taken in and is no longer there.

    What was taken in stays in the stratum in which it was.
    """
    taken = _taken(act, draw)
    for key, stratum in frame(act, population_of(draw.plan), period=period_of_draw(draw)):
        yield key, taken.pop(key, stratum)
    yield from sorted(taken.items())


def not_yet_taken(act: Act, draw: Draw, drawn: Iterable[order.Ranked]) -> list[order.Ranked]:
    """Return what of a draw at its end was not taken in on an earlier day, with its place."""
    known = _taken(act, draw)
    return placed_as_they_came(act, draw, [one for one in drawn if one.key not in known])


def can_close(act: Act, draw: Draw) -> bool:
    """Whether the period is over and everything of it can be read, or was waited for long enough."""
    if act.now < draw.ends_at:
        return False
    if act.now >= draw.ends_at + PATIENCE:
        return True
    return left_out(act, population_of(draw.plan), period=period_of_draw(draw)).not_ready == 0


def _must_agree(draw: Draw, written: "dict[str, object]") -> None:
    agreed = json.loads(draw.canonical_plan)
    if {name: agreed[name] for name in agreed.keys() - _FREE} != json.loads(
        canonical_json({name: written[name] for name in written.keys() - _FREE})
    ):
        raise ConflictError(
            _(
                "A rolling draw of this plan is under way. What decides who is drawn stays as it is until its period is closed."
            )
        )


def _taken(act: Act, draw: Draw) -> dict[str, str]:
    """Return what was taken in so far: stable key → stratum."""
    asked = (
        select(Interaction.stable_key, DrawItem.stratum)
        .join(DrawItem, DrawItem.interaction_id == Interaction.id)
        .where(DrawItem.draw_id == draw.id)
    )
    return dict(act.session.execute(asked).all())
