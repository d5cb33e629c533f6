"""Draws: promised before the period, made once it has ended, revealed, and mended with a reason."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration import doubling
from qa.cards.queries import current_version
from qa.db import KEYS_AT_ONCE
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import Text, _, ngettext_
from qa.interactions.models import Interaction
from qa.sampling import proof
from qa.sampling.allotting import Allotted, allot, chances_over_time
from qa.sampling.commitment import canonical_json, check_seed, make_seed, plan_digest
from qa.sampling.commitment import commit as commitment_of
from qa.sampling.frame import left_out
from qa.sampling.handout import hand_out
from qa.sampling.lengths import keep_lengths
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, ReplaceReason
from qa.sampling.order import Ranked
from qa.sampling.period import Period, next_period, time_zone
from qa.sampling.plans import (
    PlanWish,
    canonical_plan,
    change_plan,
    period_at,
    period_of_draw,
    population_of,
    resume_plan,
    stop_plan,
    write_plan,
)
from qa.sampling.proof import export, verify
from qa.sampling.record import ALGORITHM, ALGORITHM_VERSION, DrawRecord, conduct
from qa.sampling.strata import together
from qa.sampling.told import left_out_notes, stratum_names

__all__ = [
    "DrawOutcome",
    "PlanWish",
    "change_plan",
    "commit",
    "draw_past",
    "export",
    "make_plan",
    "promise",
    "replace_item",
    "resume_plan",
    "reveal",
    "run",
    "stop_plan",
    "verify",
]

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A stratum with fewer interactions than the plan asks for; all of them were taken."""

    name: str
    eligible: int
    wanted: int


@dataclass(frozen=True, slots=True)
class DrawOutcome:
    """What a draw came to, for whoever made it."""

    draw: Draw
    drawn: int
    shortages: tuple[Shortage, ...]
    #: Drawn interactions that every reviewer of the plan has already reviewed, or that none is there for.
    unassigned: int
    #: Interactions of the period that could not be read yet and therefore took no part.
    not_ready: int
    #: What else should be known of how many were drawn, and of what took no part.
    notes: tuple[Text, ...] = ()

    def sentences(self) -> list[Text]:
        """Say what happened and what the reader should know about it."""
        told = [
            ngettext_(
                "{n} interaction was drawn. Reviewers take it from the pool.",
                "{n} interactions were drawn. Reviewers take them from the pool.",
                n=self.drawn,
            )
            if self.draw.plan.pooled
            else ngettext_(
                "{n} interaction was drawn and assigned.",
                "{n} interactions were drawn and assigned.",
                n=self.drawn - self.unassigned,
            )
        ]
        told += [
            ngettext_(
                "{name} has {n} interaction where {wanted} were asked; it was taken.",
                "{name} has {n} interactions where {wanted} were asked; all were taken.",
                n=short.eligible,
                name=short.name,
                wanted=short.wanted,
            )
            for short in self.shortages
        ]
        told += self.notes
        if self.not_ready:
            told.append(
                ngettext_(
                    "{n} interaction of the period was not ready to be read and took no part.",
                    "{n} interactions of the period were not ready to be read and took no part.",
                    n=self.not_ready,
                )
            )
        if self.unassigned:
            told.append(
                ngettext_(
                    "{n} interaction waits for a reviewer: everyone in the plan is absent or has already reviewed it.",
                    "{n} interactions wait for a reviewer: everyone in the plan is absent or has already reviewed them.",
                    n=self.unassigned,
                )
            )
        return told


def make_plan(act: Act, wish: PlanWish, *, entropy: Entropy) -> Plan:
    """Keep a new plan, and promise the draws of the present and the next period."""
    plan = write_plan(act, wish)
    promise(act, plan, entropy=entropy)
    return plan


def promise(act: Act, plan: Plan, *, entropy: Entropy) -> list[Draw]:
    """Commit to the draws of the present and the next period, where that was not done yet."""
    present = period_at(plan, act.now)
    return [commit(act, plan, period=period, entropy=entropy) for period in (present, next_period(present))]


def commit(act: Act, plan: Plan, *, period: Period, entropy: Entropy) -> Draw:
    """Make the secrets of a period's draw and keep what is shown of them; a second time gives the same draw.

    ``entropy`` is the source of randomness, in the product always `os.urandom`.
    """
    act.require(Permission.PLAN_MANAGE)
    _must_be_active(plan)
    if (period.kind, period.zone, period.anchor) != (plan.period, plan.time_zone, plan.anchor):
        raise InvalidError(_("This period is not one of the plan's."), field="period")
    # Two who promise at the same moment wait for each other here.
    _lock(act, plan)
    known = act.session.scalar(select(Draw).where(Draw.plan_id == plan.id, Draw.starts_at == period.start))
    if known is not None:
        return known
    seed, salt = make_seed(entropy), make_seed(entropy)
    draw = Draw(
        plan=plan,
        starts_at=period.start,
        ends_at=period.end,
        seed=seed.hex(),
        commitment=commitment_of(seed),
        salt=salt.hex(),
        salt_commitment=commitment_of(salt),
        committed_at=act.now,
        counts={},
    )
    act.session.add(draw)
    act.session.flush()
    audit.record(
        act,
        "draw.committed",
        draw,
        period=period.code,
        commitment=draw.commitment,
        salt_commitment=draw.salt_commitment,
    )
    return draw


def run(act: Act, draw: Draw, *, entropy: Entropy | None = None) -> DrawOutcome:
    """Draw once the period has ended, and give what is drawn to the plan's reviewers; once only.

    With a source of randomness the next draw is promised at the same time.
    """
    act.require(Permission.PLAN_MANAGE)
    _lock(act, draw)
    plan, period = draw.plan, period_of_draw(draw)
    if draw.drawn_at is not None:
        made_on = draw.drawn_at.astimezone(time_zone(plan.time_zone)).date()
        raise ConflictError(_("This draw was already made on {day}. A period is drawn once.", day=made_on))
    _must_be_active(plan)
    if act.now < period.end:
        end = period.end.astimezone(time_zone(plan.time_zone)).date()
        raise ConflictError(
            _("The period lasts until {day}. Draw from that day on, when every interaction is in.", day=end)
        )
    seed, salt = bytes.fromhex(draw.seed), bytes.fromhex(draw.salt)
    check_seed(seed, draw.commitment)
    version = current_version(act, plan.scorecard_id)
    found = allot(act, plan, period=period, seed=seed, salt=salt)
    out = left_out(act, population_of(plan), period=period)
    written = canonical_plan(plan, period=period, version=version, allocation=found.written)
    record, sample = conduct(found.rows, plan=written, seed=seed, sizes=found.wanted, salt=salt)
    _keep(act, draw, record=record, found=found)
    items = _keep_items(act, draw, sample.drawn)
    unassigned = hand_out(act, draw, items, version=version)
    audit.record(
        act,
        "draw.made",
        draw,
        commitment=draw.commitment,
        frame_digest=draw.frame_digest,
        plan_digest=plan_digest(written),
        drawn=len(items),
        unassigned=unassigned,
        not_ready=out.not_ready,
        erased=out.erased,
        evaluated=out.evaluated,
    )
    if entropy is not None:
        promise(act, plan, entropy=entropy)
    notes = (*found.notes, *left_out_notes(out))
    return DrawOutcome(draw, len(items), _shortages(act, record), unassigned, out.not_ready, notes)


def draw_past(act: Act, plan: Plan, *, period: Period, entropy: Entropy) -> DrawOutcome:
    """Draw a period that is already over, promised or not."""
    return run(act, commit(act, plan, period=period, entropy=entropy), entropy=entropy)


def reveal(act: Act, draw: Draw) -> None:
    """Show everyone the seed, so that anyone can redo the draw."""
    act.require(Permission.PLAN_MANAGE)
    _lock(act, draw)
    if draw.state is DrawState.COMMITTED:
        raise ConflictError(_("The seed stays secret until the draw is made."))
    if draw.state is DrawState.REVEALED:
        raise ConflictError(_("The seed of this draw was already revealed."))
    check_seed(bytes.fromhex(draw.seed), draw.commitment)
    draw.state, draw.revealed_at = DrawState.REVEALED, act.now
    audit.record(act, "draw.revealed", draw)


def replace_item(act: Act, item: DrawItem, *, reason: ReplaceReason) -> DrawItem | None:
    """Set an interaction aside; the next in the order of its stratum takes its place, or nobody if none is left.

    An open evaluation of it is withdrawn; one that was submitted stays, and so does the item.
    """
    draw = item.draw
    _lock(act, draw)
    act.session.refresh(item)
    evaluations = list(act.session.scalars(select(Evaluation).where(Evaluation.draw_item_id == item.id)))
    mine = act.actor is not None and any(one.reviewer_id == act.actor.id for one in evaluations)
    if not mine and not act.may(Permission.PLAN_MANAGE):
        raise ForbiddenError(_("Only the reviewer of this interaction or a supervisor can replace it."))
    if item.state is ItemState.REPLACED:
        raise ConflictError(_("This interaction was already replaced."))
    if any(one.state is not EvaluationState.OPEN for one in evaluations):
        raise ConflictError(_("This interaction was already reviewed, so it stays in the draw."))
    reviewers = [one.reviewer for one in evaluations]
    version = evaluations[0].card_version if evaluations else current_version(act, draw.plan.scorecard_id)
    for evaluation in [*doubling.open_seconds(act, evaluations), *evaluations]:
        audit.record(act, "evaluation.withdrawn", evaluation, reviewer=evaluation.reviewer_id, reason=reason.value)
        act.session.delete(evaluation)
    heir = proof.next_in_order(act, draw, stratum=item.stratum)
    stepped_in = _keep_items(act, draw, [heir])[0] if heir is not None else None
    item.state, item.reason, item.replaced_at = ItemState.REPLACED, reason, act.now
    item.replaced_by_user_id = act.actor.id if act.actor else None
    item.replaced_by_id = stepped_in.id if stepped_in else None
    audit.record(
        act, "draw.item_replaced", item, reason=reason.value, replaced_by=stepped_in.id if stepped_in else None
    )
    if stepped_in is not None:
        hand_out(act, draw, [stepped_in], version=version, preferred=reviewers)
    return stepped_in


def _lock(act: Act, thing: Plan | Draw) -> None:
    """Let nobody else change the row meanwhile, and see what they changed before."""
    kind = type(thing)
    # PostgreSQL locks no outer joins, which a plain refresh repeats when the row was loaded with them.
    act.session.execute(select(kind.id).where(kind.id == thing.id).with_for_update())
    act.session.refresh(thing)


def _must_be_active(plan: Plan) -> None:
    if not plan.active:
        raise ConflictError(_("This plan was stopped. Start it again to draw."))


def _keep(act: Act, draw: Draw, *, record: DrawRecord, found: Allotted) -> None:
    drawn = Counter(one.stratum for one in record.drawn)
    draw.state, draw.drawn_at = DrawState.DRAWN, act.now
    draw.algorithm = f"{ALGORITHM}/{ALGORITHM_VERSION}"
    draw.canonical_plan = canonical_json(record.plan).decode()
    draw.frame_digest, draw.frame_size = record.frame_digest, len(found.rows)
    draw.counts = {
        one.stratum: {
            "eligible": one.population,
            "wanted": one.wanted,
            "drawn": drawn[one.stratum],
            "digest": one.digest,
            **({"agents": found.agents[one.stratum]} if one.stratum in found.agents else {}),
        }
        for one in record.strata
    }
    draw.frame_key = proof.keep_frame(act, draw, found.rows)
    if found.lengths:
        keep_lengths(act, draw, found.lengths)
    act.session.flush()


def _keep_items(act: Act, draw: Draw, drawn: Iterable[Ranked]) -> list[DrawItem]:
    ranked = list(drawn)
    numbers: dict[str, int] = {}
    for start in range(0, len(ranked), KEYS_AT_ONCE):
        keys = [one.key for one in ranked[start : start + KEYS_AT_ONCE]]
        asked = select(Interaction.stable_key, Interaction.id).where(Interaction.stable_key.in_(keys))
        numbers.update((key, number) for key, number in act.session.execute(asked))
    spread = chances_over_time(draw.counts)
    items = [
        DrawItem(
            draw_id=draw.id,
            interaction_id=numbers[one.key],
            position=one.position,
            stratum=one.stratum,
            u=str(one.number),
            inclusion_probability=spread.get(one.stratum, one.inclusion_probability),
        )
        for one in ranked
    ]
    act.session.add_all(items)
    act.session.flush()
    return items


def _shortages(act: Act, record: DrawRecord) -> tuple[Shortage, ...]:
    held = together({one.stratum: one.population for one in record.strata})
    asked = together({one.stratum: one.wanted for one in record.strata})
    short = [stratum for stratum, population in held.items() if population < asked[stratum]]
    names = stratum_names(act, short)
    told = [Shortage(names[stratum], held[stratum], asked[stratum]) for stratum in short]
    return tuple(sorted(told, key=lambda one: one.name.casefold()))
