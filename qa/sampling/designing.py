"""The design of a stored plan: read, written into the record, and chosen."""

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.sampling.designs import Design
from qa.sampling.models import Plan
from qa.sampling.period import Period
from qa.sampling.plans import canonical_plan
from qa.sampling.risk import Factor


def design_of_plan(plan: Plan) -> Design:
    """Return how the plan draws."""
    points = {Factor(name): int(number) for name, number in plan.risk_points.items()}
    return Design(points, share_bp=plan.share_bp)


def plan_in_writing(plan: Plan, *, period: Period, version: CardVersion) -> dict[str, object]:
    """Return what the record says of the plan: who could be drawn, and with which chance."""
    return {**canonical_plan(plan, period=period, version=version), **design_of_plan(plan).written()}


def choose_design(act: Act, plan: Plan, design: Design) -> None:
    """Let the plan draw by this design from its next draw on."""
    act.require(Permission.PLAN_MANAGE)
    plan.share_bp = design.share_bp
    plan.risk_points = {factor.value: number for factor, number in sorted(design.points.items()) if number}
    act.session.flush()
    points = ", ".join(f"{name} {number}" for name, number in plan.risk_points.items())
    audit.record(act, "plan.design_chosen", plan, design=design.kind.value, points=points, share_bp=design.share_bp)
