"""Plans: making, changing, stopping, and writing them down for the record of a draw."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, may
from qa.cards.models import CardVersion
from qa.cards.queries import current_version
from qa.errors import ConflictError, InvalidError
from qa.i18n import _
from qa.interactions.kinds import Channel, Direction
from qa.interactions.models import Source
from qa.people.models import Team, User, UserState
from qa.sampling.allocation import WHOLE_BP
from qa.sampling.division import BY_AGENT, Allocation, Division
from qa.sampling.frame import EVERYTHING, Population
from qa.sampling.models import Draw, Plan, PlanReviewer, Purpose
from qa.sampling.period import Anchor, Period, PeriodKind, period_of, time_zone
from qa.sampling.strata import MOST_PARTS, Dimension, values_of

LONGEST_NAME = 200
MOST_PER_AGENT = 1000
MOST_IN_ALL = 100_000
MOST_MINUTES = 1_000_000
HIGHEST_GOAL = 10_000


@dataclass(frozen=True, slots=True)
class PlanWish:
    """A plan as somebody wants it; empty channels and teams mean "all"."""

    name: str
    per_agent: int
    period: PeriodKind
    time_zone: str
    scorecard_id: int
    reviewer_ids: tuple[int, ...]
    purpose: Purpose = Purpose.DEVELOPMENT
    population: Population = EVERYTHING
    #: Of a hundred drawn interactions, how many a second reviewer scores as well.
    double_percent: int = 10
    #: Whether what is submitted waits for a review meeting.
    held_for_meeting: bool = False
    #: How the sample is divided; the same number of each is ``per_agent``.
    design: Division = BY_AGENT
    #: The weekday on which months begin that are not the calendar's.
    anchor: Anchor | None = None
    #: How many reviews a period somebody is to do; others share evenly.
    goals: Mapping[int, int] = field(default_factory=dict)


def population_of(plan: Plan) -> Population:
    """Return the plan's filter."""
    return Population(
        channels=tuple(Channel(channel) for channel in plan.channels),
        team_ids=tuple(plan.team_ids),
        min_duration_ms=plan.min_duration_ms,
        max_duration_ms=plan.max_duration_ms,
        agent_ids=tuple(plan.agent_ids),
        queues=tuple(plan.queues),
        directions=tuple(Direction(direction) for direction in plan.directions),
        languages=tuple(plan.languages),
        source_ids=tuple(plan.source_ids),
        weekdays=tuple(plan.weekdays),
        since_minute=plan.since_minute,
        until_minute=plan.until_minute,
        with_transcript=plan.with_transcript,
        min_csat=plan.min_csat,
        max_csat=plan.max_csat,
        not_evaluated=plan.not_evaluated,
        not_held=plan.not_held,
    )


def division_of(plan: Plan) -> Division:
    """Return how the plan divides its sample."""
    return Division(
        strata=tuple(Dimension(one) for one in plan.strata),
        allocation=plan.allocation,
        each=plan.per_agent,
        share_bp=plan.share_bp,
        total=plan.total,
        minutes=plan.budget_minutes,
        minimum=plan.minimum,
        parts=plan.parts,
        fill=plan.fill,
    )


def period_at(plan: Plan, moment: datetime) -> Period:
    """Return the period of the plan in which an aware moment falls."""
    return period_of(moment, kind=plan.period, zone=plan.time_zone, anchor=plan.anchor)


def period_of_draw(draw: Draw) -> Period:
    """Return the period of a draw."""
    return period_at(draw.plan, draw.starts_at)


def canonical_plan(
    plan: Plan, *, period: Period, version: CardVersion, allocation: Mapping[str, object]
) -> Mapping[str, object]:
    """Return what the record says of the plan: everything that decides who could be drawn, and how many."""
    return {
        "name": plan.name,
        "purpose": plan.purpose.value,
        "period": period.code,
        "starts_at": period.start.isoformat(),
        "ends_at": period.end.isoformat(),
        "time_zone": plan.time_zone,
        "strata": list(plan.strata),
        "per_stratum": plan.per_agent if plan.allocation is Allocation.EACH else None,
        "allocation": allocation,
        "channels": sorted(plan.channels),
        "teams": sorted(plan.team_ids),
        "agents": sorted(plan.agent_ids),
        "queues": sorted(plan.queues),
        "directions": sorted(plan.directions),
        "languages": sorted(plan.languages),
        "sources": sorted(plan.source_ids),
        "min_duration_ms": plan.min_duration_ms,
        "max_duration_ms": plan.max_duration_ms,
        "weekdays": sorted(plan.weekdays),
        "since_minute": plan.since_minute,
        "until_minute": plan.until_minute,
        "with_transcript": plan.with_transcript,
        "not_evaluated": plan.not_evaluated,
        "shortage": f"fill from {plan.fill}" if plan.fill else "take all",
        "scorecard": version.scorecard.key,
        "scorecard_version": version.number,
        # Said only where it is asked, so that plans without it are written as before it could be asked.
        **{
            name: bound
            for name, bound in (("min_csat", plan.min_csat), ("max_csat", plan.max_csat))
            if bound is not None
        },
        **({"not_held": True} if plan.not_held else {}),
    }


def write_plan(act: Act, wish: PlanWish) -> Plan:
    """Keep a new plan."""
    act.require(Permission.PLAN_MANAGE)
    _check(act, wish, plan=None)
    plan = Plan(created_at=act.now, created_by_id=act.actor.id if act.actor else None)
    _fill(plan, wish)
    act.session.add(plan)
    act.session.flush()
    audit.record(act, "plan.made", plan, per_agent=plan.per_agent, period=plan.period.value)
    return plan


def change_plan(act: Act, plan: Plan, wish: PlanWish) -> Plan:
    """Change a plan; draws that were made keep the plan as it was."""
    act.require(Permission.PLAN_MANAGE)
    _check(act, wish, plan=plan)
    wanted = (wish.period, wish.anchor, wish.time_zone)
    if wanted != (plan.period, plan.anchor, plan.time_zone) and has_draws(act, plan):
        raise InvalidError(
            _("Draws were promised for the periods of this plan, so they stay as they are. Make a new plan instead."),
            field="period",
        )
    _fill(plan, wish)
    act.session.flush()
    audit.record(act, "plan.changed", plan, per_agent=plan.per_agent, period=plan.period.value)
    return plan


def stop_plan(act: Act, plan: Plan) -> None:
    """Draw no more by this plan; what was drawn stays."""
    act.require(Permission.PLAN_MANAGE)
    if not plan.active:
        raise ConflictError(_("This plan was already stopped."))
    plan.active = False
    audit.record(act, "plan.stopped", plan)


def resume_plan(act: Act, plan: Plan) -> None:
    """Draw by this plan again."""
    act.require(Permission.PLAN_MANAGE)
    if plan.active:
        raise ConflictError(_("This plan was not stopped."))
    plan.active = True
    audit.record(act, "plan.resumed", plan)


def has_draws(act: Act, plan: Plan) -> bool:
    """Whether a period of the plan was promised or drawn."""
    return bool(act.session.scalar(select(func.count()).where(Draw.plan_id == plan.id)))


def may_review(user: User) -> bool:
    """Whether somebody can be given interactions to review."""
    return user.state is UserState.ACTIVE and may(user.role, Permission.EVALUATION_SCORE)


def _fill(plan: Plan, wish: PlanWish) -> None:
    plan.name, plan.purpose = wish.name.strip(), wish.purpose
    plan.period, plan.time_zone = wish.period, wish.time_zone
    plan.anchor_nth = wish.anchor.nth if wish.anchor else None
    plan.anchor_weekday = wish.anchor.weekday if wish.anchor else None
    plan.per_agent, plan.scorecard_id = wish.per_agent, wish.scorecard_id
    plan.double_percent, plan.held_for_meeting = wish.double_percent, wish.held_for_meeting
    _fill_population(plan, wish.population)
    _fill_design(plan, wish.design)
    known = {reviewer.user_id: reviewer for reviewer in plan.reviewers}
    plan.reviewers = [
        known.get(user_id) or PlanReviewer(user_id=user_id) for user_id in dict.fromkeys(wish.reviewer_ids)
    ]
    for reviewer in plan.reviewers:
        reviewer.goal = wish.goals.get(reviewer.user_id)


def _fill_population(plan: Plan, population: Population) -> None:
    plan.channels = [channel.value for channel in population.channels]
    plan.team_ids, plan.agent_ids = list(population.team_ids), list(population.agent_ids)
    plan.min_duration_ms, plan.max_duration_ms = population.min_duration_ms, population.max_duration_ms
    plan.queues, plan.languages = list(population.queues), list(population.languages)
    plan.directions = [direction.value for direction in population.directions]
    plan.source_ids, plan.weekdays = list(population.source_ids), list(population.weekdays)
    plan.since_minute, plan.until_minute = population.since_minute, population.until_minute
    plan.min_csat, plan.max_csat = population.min_csat, population.max_csat
    plan.with_transcript, plan.not_evaluated = population.with_transcript, population.not_evaluated
    plan.not_held = population.not_held


def _fill_design(plan: Plan, design: Division) -> None:
    plan.strata, plan.allocation = [one.value for one in design.strata], design.allocation
    plan.share_bp, plan.total, plan.budget_minutes = design.share_bp, design.total, design.minutes
    plan.minimum, plan.parts, plan.fill = design.minimum, design.parts, design.fill


def _check(act: Act, wish: PlanWish, *, plan: Plan | None) -> None:
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(_("Give the plan a name of at most {n} characters.", n=LONGEST_NAME), field="name")
    same = act.session.scalar(select(Plan).where(func.lower(Plan.name) == name.lower()))
    if same is not None and same is not plan:
        raise InvalidError(_("There is already a plan with this name."), field="name")
    _check_number(wish.per_agent, 1, MOST_PER_AGENT, field="per_agent")
    _check_number(wish.double_percent, 0, 100, field="double_percent")
    _check_zone(wish.time_zone)
    if wish.anchor is not None and wish.period is not PeriodKind.MONTH:
        raise InvalidError(_("Only a month can begin on a weekday of your choice."), field="anchor_nth")
    _check_population(act, wish.population)
    _check_design(wish.design)
    current_version(act, wish.scorecard_id)
    reviewers = list(act.session.scalars(select(User).where(User.id.in_(wish.reviewer_ids))))
    if not reviewers:
        raise InvalidError(_("Choose at least one reviewer."), field="reviewers")
    for reviewer in reviewers:
        if not may_review(reviewer):
            raise InvalidError(_("{name} is not a reviewer who can sign in.", name=reviewer.name), field="reviewers")
    for goal in wish.goals.values():
        _check_number(goal, 1, HIGHEST_GOAL, field="reviewers")


def _check_population(act: Act, population: Population) -> None:
    shortest, longest = population.min_duration_ms, population.max_duration_ms
    if shortest is not None and longest is not None and shortest > longest:
        raise InvalidError(
            _("The shortest is longer than the longest, so that nothing could match."), field="max_duration"
        )
    since, until = population.since_minute, population.until_minute
    if since is not None and since == until:
        raise InvalidError(
            _("The hours begin and end at the same time, so that nothing could match."), field="until_time"
        )
    for bound, name in ((population.min_csat, "min_csat"), (population.max_csat, "max_csat")):
        if bound is not None:
            _check_number(bound, 0, 100, field=name)
    if (
        population.min_csat is not None
        and population.max_csat is not None
        and population.min_csat > population.max_csat
    ):
        raise InvalidError(_("The lowest rating is above the highest, so that nothing could match."), field="max_csat")
    if not _all_there(act, Team, population.team_ids):
        raise InvalidError(_("One of these teams no longer exists."), field="teams")
    if not _all_there(act, User, population.agent_ids):
        raise InvalidError(_("One of these agents no longer exists."), field="agents")
    if not _all_there(act, Source, population.source_ids):
        raise InvalidError(_("One of these sources no longer exists."), field="sources")


def _check_design(design: Division) -> None:
    _check_number(design.share_bp, 1, WHOLE_BP, field="share")
    _check_number(design.total, 1, MOST_IN_ALL, field="total")
    _check_number(design.minutes, 1, MOST_MINUTES, field="budget_minutes")
    _check_number(design.minimum, 1, MOST_PER_AGENT, field="minimum")
    _check_number(design.parts, 1, MOST_PARTS, field="parts")
    if not design.strata:
        raise InvalidError(_("Choose what the draw is divided by."), field="strata")
    if design.fill:
        _check_fill(design)


def _check_fill(design: Division) -> None:
    (dimension, value), *more = values_of(design.fill).items() or [(None, "")]
    if more or dimension not in design.strata:
        raise InvalidError(
            _("Fill from one of the strata: the plan has to divide by what you choose here."), field="fill"
        )
    if (dimension is Dimension.CHANNEL and value not in list(Channel)) or (
        dimension in (Dimension.AGENT, Dimension.TEAM) and not value.isdecimal()
    ):
        raise InvalidError(_("There is no such stratum to fill from."), field="fill")


def _check_number(number: int, low: int, high: int, *, field: str) -> None:
    if not low <= number <= high:
        raise InvalidError(_("Give a number from {low} to {high}.", low=low, high=high), field=field)


def _all_there(act: Act, table: type[Team | User | Source], ids: Collection[int]) -> bool:
    return set(act.session.scalars(select(table.id).where(table.id.in_(ids)))) == set(ids)


def _check_zone(name: str) -> None:
    try:
        time_zone(name)
    except InvalidError as error:
        raise InvalidError(error.sentence, field="time_zone") from error
