"""Draws: promised before the period, made once it has ended, revealed, and mended with a reason."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration import doubling
from qa.cards.models import CardVersion
from qa.cards.queries import current_version
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import Text, _, ngettext_
from qa.sampling import plans, reserve, rolls
from qa.sampling.allotting import allot
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.commitment import canonical_json, check_seed, make_seed, plan_digest
from qa.sampling.commitment import commit as commitment_of
from qa.sampling.division import Allocation
from qa.sampling.frame import frame, left_out
from qa.sampling.handout import hand_out
from qa.sampling.items import keep_items, lock
from qa.sampling.kept_frame import FrameFile
from qa.sampling.lengths import LengthsFile
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, ReplaceReason
from qa.sampling.order import OrderSample
from qa.sampling.period import Period, next_period, time_zone
from qa.sampling.plan_design import choose_design, design_of_plan, is_plain, must_go_together, plan_in_writing
from qa.sampling.plans import (
    PlanWish,
    canonical_plan,
    period_at,
    period_of_draw,
    population_of,
    resume_plan,
    stop_plan,
    write_plan,
)
from qa.sampling.proof import export, verify
from qa.sampling.record import METHODS, DrawRecord, conduct
from qa.sampling.rows import FrameRow
from qa.sampling.strata import together
from qa.sampling.told import left_out_notes, stratum_names
from qa.sampling.weighing import weigh

__all__ = [
    "DrawOutcome",
    "PlanWish",
    "change_plan",
    "commit",
    "design_plan",
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


def change_plan(act: Act, plan: Plan, wish: PlanWish) -> Plan:
    """Change a plan; draws that were made keep the plan as it was, and a rolling one under way does not let go of it."""
    changed = plans.change_plan(act, plan, wish)
    must_go_together(changed, design_of_plan(changed).kind, field="strata")
    rolls.must_stay(act, changed)
    return changed


def design_plan(act: Act, plan: Plan, design: Design) -> Plan:
    """Choose which chance each interaction has; a rolling draw under way keeps what was agreed."""
    choose_design(act, plan, design)
    rolls.must_stay(act, plan)
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
    lock(act, plan)
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
    lock(act, draw)
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
    out = left_out(act, population_of(plan), period=period)
    if draw.rolls or design_of_plan(plan).kind is DesignKind.ROLLING:
        rolls.agree(act, draw)
    with FrameFile() as kept, LengthsFile() as lengths:
        asked = _asked(act, draw, period=period, version=version, kept=kept, lengths=lengths)
        record, sample = conduct(asked.rows, plan=asked.written, seed=seed, sizes=asked.sizes, salt=salt)
        draw.frame_key = kept.store(act, draw, digest=record.frame_digest)
        _keep(act, draw, record=record, sample=sample, agents=asked.agents)
        if plan.allocation is Allocation.BUDGET:
            lengths.store(act, draw)
    items = keep_items(act, draw, rolls.not_yet_taken(act, draw, sample.drawn) if draw.rolls else sample.drawn)
    unassigned = hand_out(act, draw, items, version=version)
    audit.record(
        act,
        "draw.made",
        draw,
        commitment=draw.commitment,
        frame_digest=draw.frame_digest,
        plan_digest=plan_digest(asked.written),
        drawn=len(sample.drawn),
        unassigned=unassigned,
        not_ready=out.not_ready,
        erased=out.erased,
        evaluated=out.evaluated,
        held=out.held,
    )
    if entropy is not None:
        promise(act, plan, entropy=entropy)
    notes = (*asked.notes, *left_out_notes(out))
    return DrawOutcome(draw, len(sample.drawn), _shortages(act, record), unassigned, out.not_ready, notes)


def draw_past(act: Act, plan: Plan, *, period: Period, entropy: Entropy) -> DrawOutcome:
    """Draw a period that is already over, promised or not."""
    return run(act, commit(act, plan, period=period, entropy=entropy), entropy=entropy)


def reveal(act: Act, draw: Draw) -> None:
    """Show everyone the seed, so that anyone can redo the draw."""
    act.require(Permission.PLAN_MANAGE)
    lock(act, draw)
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
    lock(act, draw)
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
    heir = reserve.next_in_order(act, draw, stratum=item.stratum)
    stepped_in = keep_items(act, draw, [heir])[0] if heir is not None else None
    item.state, item.reason, item.replaced_at = ItemState.REPLACED, reason, act.now
    item.replaced_by_user_id = act.actor.id if act.actor else None
    item.replaced_by_id = stepped_in.id if stepped_in else None
    audit.record(
        act, "draw.item_replaced", item, reason=reason.value, replaced_by=stepped_in.id if stepped_in else None
    )
    if stepped_in is not None:
        hand_out(act, draw, [stepped_in], version=version, preferred=reviewers)
    return stepped_in


def _must_be_active(plan: Plan) -> None:
    if not plan.active:
        raise ConflictError(_("This plan was stopped. Start it again to draw."))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a draw is made from: its frame, how many of each stratum, and what the record says of the plan."""

    rows: Iterable[FrameRow]
    sizes: Mapping[str, int] | int
    written: Mapping[str, object]
    notes: Sequence[Text] = ()
    agents: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def _asked(
    act: Act, draw: Draw, *, period: Period, version: CardVersion, kept: FrameFile, lengths: LengthsFile
) -> _Asked:
    """Return what is drawn from, which is written down: while it is drawn, or before where it has to be divided first."""
    plan, design = draw.plan, design_of_plan(draw.plan)
    if design.kind is DesignKind.ROLLING:
        return _Asked(kept.through(rolls.whole_frame(act, draw)), 0, json.loads(draw.canonical_plan))
    if is_plain(plan):
        by_risk = design.kind is DesignKind.RISK
        rows = frame(act, population_of(plan), period=period, alone=not by_risk)
        asked: Iterable[FrameRow] = weigh(act, rows, points=design.points) if by_risk else rows
        written = plan_in_writing(plan, period=period, version=version)
        return _Asked(kept.through(asked), plan.per_agent, written)
    seed, salt = bytes.fromhex(draw.seed), bytes.fromhex(draw.salt)
    found = allot(act, plan, period=period, seed=seed, salt=salt, kept=kept, lengths=lengths)
    told = canonical_plan(plan, period=period, version=version, allocation=found.written)
    return _Asked(kept.read(), found.wanted, told, found.notes, found.agents)


def _keep(
    act: Act, draw: Draw, *, record: DrawRecord, sample: OrderSample, agents: Mapping[str, Mapping[str, int]]
) -> None:
    drawn = Counter(one.stratum for one in record.drawn)
    draw.state, draw.drawn_at = DrawState.DRAWN, act.now
    draw.algorithm = f"{record.algorithm}/{record.algorithm_version}"
    draw.canonical_plan = canonical_json(record.plan).decode()
    draw.frame_digest = record.frame_digest
    draw.frame_size = sum(one.population for one in record.strata)
    classes = sample.classes if record.algorithm == METHODS[DesignKind.RISK][0] else {}
    draw.counts = {
        one.stratum: {
            "eligible": one.population,
            "wanted": one.wanted,
            "drawn": drawn[one.stratum],
            "digest": one.digest,
            **({"agents": agents[one.stratum]} if one.stratum in agents else {}),
            **({"weights": _plain_keys(classes[one.stratum])} if one.stratum in classes else {}),
        }
        for one in record.strata
    }
    act.session.flush()


def _plain_keys(numbers: Mapping[int, int]) -> dict[str, int]:
    return {str(weight): number for weight, number in numbers.items()}


def _shortages(act: Act, record: DrawRecord) -> tuple[Shortage, ...]:
    held = together({one.stratum: one.population for one in record.strata})
    asked = together({one.stratum: one.wanted for one in record.strata})
    short = [stratum for stratum, population in held.items() if population < asked[stratum]]
    names = stratum_names(act, short)
    told = [Shortage(names[stratum], held[stratum], asked[stratum]) for stratum in short]
    return tuple(sorted(told, key=lambda one: one.name.casefold()))
