"""Commands about the chances of a plan and about rolling draws, in the group of draws."""

import click

from qa.commands.ground import acting, print_json, tell
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.sampling import queries, rolls, service
from qa.sampling.chance_design import Design
from qa.sampling.plans import period_of_draw
from qa.sampling.risk import Factor

_MOST_PERCENT = 100.0


@click.command("design")
@click.argument("plan_name", metavar="PLAN")
@click.option(
    "--rolling",
    type=click.FloatRange(0.01, _MOST_PERCENT),
    help="Per cent of all interactions to take in as days pass.",
)
@click.option(
    "--points",
    multiple=True,
    metavar="FACTOR=N",
    help="Points for a higher chance, such as hold=3; may be repeated. Factors: short, long, transfer, hold, silence.",
)
@click.option("--equal", is_flag=True, help="The same chance for all interactions of an agent.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def design(*, plan_name: str, rolling: float | None, points: tuple[str, ...], equal: bool, as_json: bool) -> None:
    """Choose which chance each interaction of PLAN (its name or number) has, from its next draw on."""
    if (rolling is not None) + bool(points) + equal != 1:
        raise click.UsageError("Choose one of --rolling, --points and --equal.")
    with acting() as act:
        plan = queries.plan_by_name(act, plan_name)
        if plan is None:
            raise NotFoundError(_("There is no sampling plan “{name}”.", name=plan_name))
        share_bp = None if rolling is None else round(100 * rolling)
        chosen = Design(dict(_point(one) for one in points), share_bp=share_bp)
        service.design_plan(act, plan, chosen)
        if as_json:
            print_json({"plan": plan.id, "design": chosen.kind.value, **chosen.written()})
            return
        tell(_("The changes were saved."))


@click.command("roll")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def roll(*, as_json: bool) -> None:
    """Take in what came since the last time, of every plan that draws as days pass; a worker does so every night."""
    with acting() as act:
        taken = {draw: rolls.take_in(act, draw) for draw in rolls.rolling_now(act)}
        if as_json:
            print_json({"taken_in": {str(draw.id): found.taken for draw, found in taken.items()}})
            return
        if not taken:
            tell(_("No plan draws as days pass."))
        for draw, found in taken.items():
            tell(_("Draw {number} of {period}", number=str(draw.id), period=period_of_draw(draw).code))
            tell(found.said)


def _point(written: str) -> tuple[Factor, int]:
    name, _equals, number = written.partition("=")
    if name.strip() not in set(Factor) or not number.strip().isdecimal():
        raise InvalidError(
            _("“{written}” gives no points. Write a factor and a number, such as hold=3.", written=written[:40])
        )
    return Factor(name.strip()), int(number)
