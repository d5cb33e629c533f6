"""Commands about plans and draws."""

import os
from pathlib import Path

import click

from qa.act import Act
from qa.commands.draw_designs import design, roll
from qa.commands.draw_plan import as_json_option, plan
from qa.commands.ground import acting, print_json, refuse, tell
from qa.errors import NotFoundError
from qa.i18n import _, say
from qa.sampling import queries, service
from qa.sampling.commitment import check_seed, parse_seed
from qa.sampling.models import Plan
from qa.sampling.period import Period, parse_period, previous_period
from qa.sampling.plans import period_at, period_of_draw


@click.group("draw")
def draw() -> None:
    """Make sampling plans, draw by them, and prove every draw."""


@draw.command("run")
@click.argument("plan_name", metavar="PLAN")
@click.option(
    "--period",
    "code",
    default="",
    help="Period such as 2026-10, 2026-W43 or 2026-10-31. Without it, the last whole one.",
)
@as_json_option
def run(*, plan_name: str, code: str, as_json: bool) -> None:
    """Draw a period of PLAN (its name or number) and give the interactions to its reviewers."""
    with acting() as act:
        found = _plan(act, plan_name)
        outcome = service.draw_past(act, found, period=_period(act, found, code), entropy=os.urandom)
        sentences = outcome.sentences()
        if as_json:
            print_json(
                {
                    "draw": outcome.draw.id,
                    "period": period_of_draw(outcome.draw).code,
                    "eligible": outcome.draw.frame_size,
                    "drawn": outcome.drawn,
                    "unassigned": outcome.unassigned,
                    "not_ready": outcome.not_ready,
                    "commitment": outcome.draw.commitment,
                    "notes": [say(sentence, act.language) for sentence in sentences],
                }
            )
            return
        tell(_("Draw {number} of {period}", number=str(outcome.draw.id), period=period_of_draw(outcome.draw).code))
        for sentence in sentences:
            tell(sentence)


@draw.command("reveal")
@click.argument("draw_id", metavar="DRAW", type=int)
@as_json_option
def reveal(*, draw_id: int, as_json: bool) -> None:
    """Show everyone the seed of DRAW (its number), so that anyone can redo it."""
    with acting() as act:
        found = queries.get_draw(act, draw_id)
        service.reveal(act, found)
        if as_json:
            print_json({"draw": found.id, "commitment": found.commitment, "seed": found.shown_seed})
            return
        tell(_("Commitment: {commitment}", commitment=found.commitment))
        tell(_("Seed: {seed}", seed=found.shown_seed))


@draw.command("verify")
@click.argument("draw_id", metavar="DRAW", type=int)
@click.option("--seed", default="", help="The seed as somebody wrote it down, to hold against the commitment.")
@as_json_option
def verify(*, draw_id: int, seed: str, as_json: bool) -> None:
    """Redo DRAW (its number) from its record and say exactly what agrees or differs."""
    with acting() as act:
        checked = queries.get_draw(act, draw_id)
        if seed:
            check_seed(parse_seed(seed), checked.commitment)
        found = service.verify(act, checked)
        if as_json:
            print_json(
                {
                    "draw": draw_id,
                    "agrees": found.agrees,
                    "findings": [
                        {
                            "check": finding.check.value,
                            "agrees": finding.agrees,
                            "sentence": say(finding.sentence, act.language),
                        }
                        for finding in found.findings
                    ],
                }
            )
        else:
            for finding in found.findings:
                tell(
                    _("agrees: {finding}", finding=finding.sentence)
                    if finding.agrees
                    else _("DIFFERS: {finding}", finding=finding.sentence)
                )
    if not found.agrees:
        refuse(_("The draw does not agree with its record."))


@draw.command("export")
@click.argument("draw_id", metavar="DRAW", type=int)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@as_json_option
def export(*, draw_id: int, output: Path, as_json: bool) -> None:
    """Write DRAW (its number) as a file that anyone can check with docs/verify_draw.py."""
    with acting() as act:
        found = queries.get_draw(act, draw_id)
        written = service.export(act, found)
        try:
            output.write_bytes(written)
        except OSError as error:
            refuse(_("{file} cannot be written: {reason}", file=str(output), reason=error.strerror or ""))
        if as_json:
            print_json({"draw": found.id, "file": str(output), "commitment": found.commitment})
            return
        tell(
            _(
                "{file} was written. Check it with: python verify_draw.py {file} {commitment}",
                file=str(output),
                commitment=found.commitment,
            )
        )


def _plan(act: Act, name: str) -> Plan:
    found = queries.plan_by_name(act, name)
    if found is None:
        raise NotFoundError(_("There is no sampling plan “{name}”.", name=name))
    return found


def _period(act: Act, found: Plan, code: str) -> Period:
    if not code:
        return previous_period(period_at(found, act.now))
    return parse_period(code, zone=found.time_zone)


draw.add_command(plan)
draw.add_command(design)
draw.add_command(roll)
