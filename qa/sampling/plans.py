"""Plans: making, changing, stopping, and writing them down for the record of a draw."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, may
from qa.cards.models import CardVersion
from qa.cards.queries import current_version
from qa.errors import ConflictError, InvalidError
from qa.i18n import _
from qa.interactions.kinds import Channel
from qa.people.models import Team, User, UserState
from qa.sampling.frame import EVERYTHING, Population
from qa.sampling.models import Draw, Plan, PlanReviewer, Purpose
from qa.sampling.period import Period, PeriodKind, period_of, time_zone

LONGEST_NAME = 200
MOST_PER_AGENT = 1000


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


def population_of(plan: Plan) -> Population:
    """Return the plan's filter."""
    return Population(
        tuple(Channel(channel) for channel in plan.channels),
        tuple(plan.team_ids),
        plan.min_duration_ms,
        plan.max_duration_ms,
    )


def period_of_draw(draw: Draw) -> Period:
    """Return the period of a draw."""
    return period_of(draw.starts_at, kind=draw.plan.period, zone=draw.plan.time_zone)


def canonical_plan(plan: Plan, *, period: Period, version: CardVersion) -> Mapping[str, object]:
    """Return what the record says of the plan: everything that decides who could be drawn."""
    return {
        "name": plan.name,
        "purpose": plan.purpose.value,
        "period": period.code,
        "starts_at": period.start.isoformat(),
        "ends_at": period.end.isoformat(),
        "time_zone": plan.time_zone,
        "stratum": "agent",
        "per_stratum": plan.per_agent,
        "channels": sorted(plan.channels),
        "teams": sorted(plan.team_ids),
        "min_duration_ms": plan.min_duration_ms,
        "max_duration_ms": plan.max_duration_ms,
        "shortage": "take all",
        "scorecard": version.scorecard.key,
        "scorecard_version": version.number,
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
    if (wish.period, wish.time_zone) != (plan.period, plan.time_zone) and has_draws(act, plan):
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
    plan.per_agent, plan.scorecard_id = wish.per_agent, wish.scorecard_id
    plan.double_percent, plan.held_for_meeting = wish.double_percent, wish.held_for_meeting
    plan.channels = [channel.value for channel in wish.population.channels]
    plan.team_ids = list(wish.population.team_ids)
    plan.min_duration_ms = wish.population.min_duration_ms
    plan.max_duration_ms = wish.population.max_duration_ms
    known = {reviewer.user_id: reviewer for reviewer in plan.reviewers}
    plan.reviewers = [
        known.get(user_id) or PlanReviewer(user_id=user_id) for user_id in dict.fromkeys(wish.reviewer_ids)
    ]


def _check(act: Act, wish: PlanWish, *, plan: Plan | None) -> None:
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(_("Give the plan a name of at most {n} characters.", n=LONGEST_NAME), field="name")
    same = act.session.scalar(select(Plan).where(func.lower(Plan.name) == name.lower()))
    if same is not None and same is not plan:
        raise InvalidError(_("There is already a plan with this name."), field="name")
    if not 1 <= wish.per_agent <= MOST_PER_AGENT:
        raise InvalidError(_("Give a number from {low} to {high}.", low=1, high=MOST_PER_AGENT), field="per_agent")
    if not 0 <= wish.double_percent <= 100:
        raise InvalidError(_("Give a number from {low} to {high}.", low=0, high=100), field="double_percent")
    _check_zone(wish.time_zone)
    shortest, longest = wish.population.min_duration_ms, wish.population.max_duration_ms
    if shortest is not None and longest is not None and shortest > longest:
        raise InvalidError(
            _("The shortest is longer than the longest, so that nothing could match."), field="max_duration"
        )
    teams = set(act.session.scalars(select(Team.id).where(Team.id.in_(wish.population.team_ids))))
    if teams != set(wish.population.team_ids):
        raise InvalidError(_("One of these teams no longer exists."), field="teams")
    current_version(act, wish.scorecard_id)
    reviewers = list(act.session.scalars(select(User).where(User.id.in_(wish.reviewer_ids))))
    if not reviewers:
        raise InvalidError(_("Choose at least one reviewer."), field="reviewers")
    for reviewer in reviewers:
        if not may_review(reviewer):
            raise InvalidError(_("{name} is not a reviewer who can sign in.", name=reviewer.name), field="reviewers")


def _check_zone(name: str) -> None:
    try:
        time_zone(name)
    except InvalidError as error:
        raise InvalidError(error.sentence, field="time_zone") from error
