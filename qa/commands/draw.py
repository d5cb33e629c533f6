"""Commands about plans and draws."""

import os
import re
from pathlib import Path

import click
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import published_cards
from qa.cards.service import ensure_shipped
from qa.commands.draw_designs import design, roll
from qa.commands.ground import acting, print_json, refuse, tell
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _, say
from qa.interactions.kinds import Channel
from qa.people.models import Team, User
from qa.people.queries import with_role
from qa.sampling import frame, queries, service
from qa.sampling.commitment import check_seed, parse_seed
from qa.sampling.frame import Population
from qa.sampling.models import Plan, Purpose
from qa.sampling.period import Period, PeriodKind, parse_period, period_of, previous_period
from qa.sampling.plans import PlanWish, period_of_draw, population_of

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")


@click.group("draw")
def draw() -> None:
    """Make sampling plans, draw by them, and prove every draw."""


@draw.command("plan")
@click.argument("name")
@click.option(
    "--per-agent", type=click.IntRange(1, 1000), default=5, show_default=True, help="Interactions for each agent."
)
@click.option(
    "--period",
    type=click.Choice([kind.value for kind in PeriodKind]),
    default="month",
    show_default=True,
    help="How often.",
)
@click.option(
    "--purpose",
    type=click.Choice([purpose.value for purpose in Purpose]),
    default="development",
    show_default=True,
    help="What the figures are for.",
)
@click.option("--card", default="phone-service", show_default=True, help="Key of the scorecard.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice([channel.value for channel in Channel]),
    help="Only this channel; may be repeated.",
)
@click.option("--team", "teams", multiple=True, help="Only this team; may be repeated.")
@click.option("--shortest", default="", help="Only interactions of at least this length, as minutes:seconds.")
@click.option("--longest", default="", help="Only interactions of at most this length, as minutes:seconds.")
@click.option(
    "--reviewer",
    "reviewers",
    multiple=True,
    help="E-mail address of a reviewer; may be repeated. Without it, all reviewers.",
)
@click.option("--time-zone", default="", help="Where days begin at midnight. Without it, the company's.")
@as_json_option
def plan(
    *,
    name: str,
    per_agent: int,
    period: str,
    purpose: str,
    card: str,
    channels: tuple[str, ...],
    teams: tuple[str, ...],
    shortest: str,
    longest: str,
    reviewers: tuple[str, ...],
    time_zone: str,
    as_json: bool,
) -> None:
    """Make the plan NAME, or change it if it is there, and show what it would find."""
    with acting() as act:
        ensure_shipped(act)
        wish = PlanWish(
            name=name,
            per_agent=per_agent,
            period=PeriodKind(period),
            time_zone=time_zone or act.settings.time_zone,
            scorecard_id=_card(act, card),
            reviewer_ids=_reviewers(act, reviewers),
            purpose=Purpose(purpose),
            population=Population(
                tuple(Channel(channel) for channel in channels),
                tuple(_team(act, team) for team in teams),
                _length_ms(shortest),
                _length_ms(longest),
            ),
        )
        known = queries.plan_by_name(act, name)
        found = service.change_plan(act, known, wish) if known else service.make_plan(act, wish, entropy=os.urandom)
        last = previous_period(period_of(act.now, kind=found.period, zone=found.time_zone))
        seen = frame.preview(act, population_of(found), period=last, per_agent=found.per_agent)
        promised = [one for one in found.draws if one.drawn_at is None]
        if as_json:
            print_json(
                {
                    "plan": found.id,
                    "name": found.name,
                    "period": last.code,
                    "eligible": seen.eligible,
                    "expected": seen.expected,
                    "minutes": seen.minutes,
                    "promised": {period_of_draw(one).code: one.commitment for one in promised},
                    "notes": [say(note, act.language) for note in seen.notes],
                }
            )
            return
        tell(_("Plan {number}: {name}", number=str(found.id), name=found.name))
        tell(
            _(
                "In {period} it would have drawn {expected} of {eligible} interactions: {minutes} minutes of review.",
                period=last.code,
                expected=seen.expected,
                eligible=seen.eligible,
                minutes=seen.minutes,
            )
        )
        for note in seen.notes:
            tell(note)
        for one in promised:
            tell(_("Commitment for {period}: {commitment}", period=period_of_draw(one).code, commitment=one.commitment))


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


draw.add_command(design)
draw.add_command(roll)


def _plan(act: Act, name: str) -> Plan:
    found = queries.plan_by_name(act, name)
    if found is None:
        raise NotFoundError(_("There is no sampling plan “{name}”.", name=name))
    return found


def _period(act: Act, found: Plan, code: str) -> Period:
    if not code:
        return previous_period(period_of(act.now, kind=found.period, zone=found.time_zone))
    return parse_period(code, zone=found.time_zone)


def _card(act: Act, key: str) -> int:
    for version in published_cards(act):
        if version.scorecard.key == key:
            return version.scorecard_id
    raise NotFoundError(_("There is no published scorecard “{key}”.", key=key))


def _team(act: Act, name: str) -> int:
    found = act.session.scalar(select(Team.id).where(func.lower(Team.name) == name.strip().lower()))
    if found is None:
        raise NotFoundError(_("There is no team “{name}”.", name=name))
    return found


def _reviewers(act: Act, addresses: tuple[str, ...]) -> tuple[int, ...]:
    if not addresses:
        return tuple(user.id for user in with_role(act, Role.REVIEWER))
    return tuple(_reviewer(act, address) for address in addresses)


def _reviewer(act: Act, address: str) -> int:
    found = act.session.scalar(select(User.id).where(func.lower(User.email) == address.strip().lower()))
    if found is None:
        raise NotFoundError(_("Nobody has the e-mail address {address}.", address=address))
    return found


def _length_ms(written: str) -> int | None:
    if not written:
        return None
    found = _CLOCK.fullmatch(written.strip())
    if found is None:
        raise InvalidError(_("Write a length as minutes and seconds, such as 1:30."))
    return (int(found[1]) * 60 + int(found[2])) * 1000
