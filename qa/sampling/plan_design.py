"""Which chance a stored plan gives: read, written into the record, chosen, and told beside how the plan divides."""

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.sampling.allotment import written
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.division import Allocation
from qa.sampling.models import Plan
from qa.sampling.period import Period
from qa.sampling.plans import canonical_plan, division_of
from qa.sampling.risk import Factor
from qa.sampling.strata import Dimension
from qa.sampling.told import allocation_sentence, design_sentences


def design_of_plan(plan: Plan) -> Design:
    """Return which chances the plan gives."""
    points = {Factor(name): int(number) for name, number in plan.risk_points.items()}
    return Design(points, share_bp=plan.rolling_bp)


def is_plain(plan: Plan) -> bool:
    """Whether the plan draws the same number of each agent over the whole period, and fills nothing from elsewhere."""
    found = division_of(plan)
    return (
        found.strata == (Dimension.AGENT,)
        and found.allocation is Allocation.EACH
        and found.parts == 1
        and not found.fill
    )


def plan_in_writing(plan: Plan, *, period: Period, version: CardVersion) -> dict[str, object]:
    """Return what the record says of a plain plan: who could be drawn, and with which chance.

    A rolling draw has no number to divide, so its record holds no allocation.
    """
    chances = design_of_plan(plan)
    content = dict(canonical_plan(plan, period=period, version=version, allocation=written(division_of(plan), {})))
    if chances.kind is DesignKind.ROLLING:
        del content["allocation"]
        content["per_stratum"] = None
    return {**content, **chances.written()}


def choose_design(act: Act, plan: Plan, design: Design) -> None:
    """Let the plan draw by this design from its next draw on."""
    act.require(Permission.PLAN_MANAGE)
    must_go_together(plan, design.kind, field="design")
    plan.rolling_bp = design.share_bp
    plan.risk_points = {factor.value: number for factor, number in sorted(design.points.items()) if number}
    act.session.flush()
    points = ", ".join(f"{name} {number}" for name, number in plan.risk_points.items())
    audit.record(act, "plan.design_chosen", plan, design=design.kind.value, points=points, share_bp=design.share_bp)


def must_go_together(plan: Plan, kind: DesignKind, *, field: str) -> None:
    """Refuse unequal chances and rolling draws where the plan does more than draw the same number of each agent.

    A rolling draw cannot leave out what was scored already or is under legal hold either, nor go by ratings: what takes
    part would depend on the day.
    """
    if kind is DesignKind.ROLLING and plan.not_evaluated:
        raise InvalidError(
            _(
                "Drawing as days pass cannot leave out what was scored already: whether an interaction takes part must not "
                "depend on the day on which it is looked at."
            ),
            field=field if field == "design" else "not_evaluated",
        )
    if kind is DesignKind.ROLLING and plan.not_held:
        raise InvalidError(
            _(
                "Drawing as days pass cannot leave out what is under legal hold: whether an interaction takes part must not "
                "depend on the day on which it is looked at."
            ),
            field=field if field == "design" else "not_held",
        )
    if kind is DesignKind.ROLLING and (plan.min_csat is not None or plan.max_csat is not None):
        raise InvalidError(
            _(
                "Drawing as days pass cannot go by what customers answer: answers come later than the day on which an "
                "interaction is looked at."
            ),
            field=field if field == "design" else "min_csat",
        )
    if kind is DesignKind.EQUAL or is_plain(plan):
        return
    if kind is DesignKind.RISK:
        raise InvalidError(
            _(
                "Unequal chances go only with the same number of each agent, not spread over the period and not filled "
                "from elsewhere."
            ),
            field=field,
        )
    raise InvalidError(
        _(
            "Drawing as days pass goes only with the same number of each agent, not spread over the period and not "
            "filled from elsewhere."
        ),
        field=field,
    )


def drawn_sentence(plan: Plan) -> Text:
    """Say how many are drawn of what, in one sentence."""
    if plan.rolling_bp is not None:
        return _("{share} % of all interactions is taken in as days pass.", share=plan.rolling_bp / 100)
    return allocation_sentence(division_of(plan))


def divided_sentences(act: Act, plan: Plan) -> list[Text]:
    """Say how a plan divides its sample, in whole sentences for whoever acts."""
    if plan.rolling_bp is None:
        return design_sentences(act, division_of(plan))
    return [
        drawn_sentence(plan),
        _("Every day has the same share, of every agent; how many that comes to is left to chance."),
        _("Every interaction has an agent: without one it is not taken in."),
    ]
