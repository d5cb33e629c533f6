"""The command that makes or changes a plan, and shows what it would find."""

import os
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

import click
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import published_cards
from qa.cards.service import ensure_shipped
from qa.commands.ground import acting, print_json, tell
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _, say
from qa.insight.expected import expected_margins
from qa.interactions.arrival import agent_called
from qa.interactions.kinds import Channel, Direction
from qa.interactions.sources import source_named
from qa.people.models import Team, User
from qa.people.queries import with_role
from qa.sampling import queries, service
from qa.sampling.division import Allocation, Division
from qa.sampling.frame import Population
from qa.sampling.models import Plan, Purpose
from qa.sampling.period import LAST, Anchor, PeriodKind, previous_period
from qa.sampling.plans import (
    MOST_IN_ALL,
    MOST_MINUTES,
    MOST_PER_AGENT,
    PlanWish,
    division_of,
    period_at,
    period_of_draw,
    population_of,
)
from qa.sampling.preview import FramePreview, preview
from qa.sampling.strata import MOST_PARTS, Dimension, part_name
from qa.sampling.told import design_sentences, population_sentences

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LENGTH = re.compile(r"(\d{1,3}):([0-5]\d)")
_TIME = re.compile(r"(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)")
_ANCHOR = re.compile(rf"([1-4]|last)-?({'|'.join(DAYS)})", re.IGNORECASE)


Command = Callable[..., None]


def _several(name: str, variable: str, words: str, *, among: Iterable[str] = ()) -> Callable[[Command], Command]:
    kind = click.Choice(list(among)) if among else None
    return click.option(name, variable, multiple=True, type=kind, help=f"{words}; may be repeated.")


@click.command("plan")
@click.argument("name")
@click.option(
    "--period",
    type=click.Choice([kind.value for kind in PeriodKind]),
    default="month",
    show_default=True,
    help="How often.",
)
@click.option(
    "--anchor", default="", help="Weekday on which months begin, such as 4-thu or last-fri; else the first day."
)
@click.option("--time-zone", default="", help="Where days begin at midnight. Without it, the company's.")
@click.option(
    "--purpose",
    type=click.Choice([purpose.value for purpose in Purpose]),
    default="development",
    show_default=True,
    help="What the figures are for.",
)
@click.option("--card", default="phone-service", show_default=True, help="Key of the scorecard.")
@_several(
    "--stratum", "strata", "What the draw is divided by, agents without it", among=[one.value for one in Dimension]
)
@click.option(
    "--allocation",
    type=click.Choice([one.value for one in Allocation]),
    default="each",
    show_default=True,
    help="How the number is divided over the strata.",
)
@click.option(
    "--per-agent",
    "--each",
    type=click.IntRange(1, MOST_PER_AGENT),
    default=5,
    show_default=True,
    help="Interactions of each stratum, for the allocation each.",
)
@click.option("--share", default="5", show_default=True, help="Per cent of each stratum, for the allocation share.")
@click.option(
    "--total",
    type=click.IntRange(1, MOST_IN_ALL),
    default=100,
    show_default=True,
    help="Interactions in all, for the allocations proportional and neyman.",
)
@click.option(
    "--minutes",
    type=click.IntRange(1, MOST_MINUTES),
    default=600,
    show_default=True,
    help="Minutes of review in all, for the allocation budget.",
)
@click.option(
    "--minimum",
    type=click.IntRange(1, MOST_PER_AGENT),
    default=1,
    show_default=True,
    help="At least so many of each stratum, for every allocation but each.",
)
@click.option(
    "--parts",
    type=click.IntRange(1, MOST_PARTS),
    default=1,
    show_default=True,
    help="Equal stretches of time to spread over.",
)
@click.option("--fill", default="", help="Where to take what a stratum lacks, such as channel=phone or team=Invoices.")
@_several("--channel", "channels", "Only this channel", among=[channel.value for channel in Channel])
@_several("--direction", "directions", "Only this direction", among=[direction.value for direction in Direction])
@_several("--team", "teams", "Only this team")
@_several("--agent", "agents", "Only this agent, by reference, e-mail address or name")
@_several("--queue", "queues", "Only this queue")
@_several("--language", "languages", "Only this language, such as nl")
@_several("--source", "sources", "Only this source")
@click.option("--shortest", default="", help="Only interactions of at least this length, as minutes:seconds.")
@click.option("--longest", default="", help="Only interactions of at most this length, as minutes:seconds.")
@_several("--weekday", "weekdays", "Only this weekday", among=DAYS)
@click.option("--from", "since", default="", help="Only what began at this time of day or later, as 09:00.")
@click.option("--until", default="", help="Only what began before this time of day, as 17:30.")
@click.option("--min-csat", type=int, help="Only what a customer rated so or higher, in per cent of the scale.")
@click.option("--max-csat", type=int, help="Only what a customer rated so or lower, in per cent of the scale.")
@click.option("--with-transcript", is_flag=True, help="Only what has a transcript.")
@click.option("--not-evaluated", is_flag=True, help="Leave out what was scored already or lies on a desk.")
@click.option("--not-held", is_flag=True, help="Leave out what is under legal hold.")
@_several("--reviewer", "reviewers", "E-mail address of a reviewer, all of them without it")
@_several("--goal", "goals", "Reviews a period of one reviewer, as address=number")
@as_json_option
def plan(*, name: str, as_json: bool, **given: "str | int | bool | tuple[str, ...] | None") -> None:
    """Make the plan NAME, or change it if it is there, and show what it would find."""
    with acting() as act:
        ensure_shipped(act)
        wish = _wish(act, name, **given)  # type: ignore[arg-type]  # click gives each option its own type
        known = queries.plan_by_name(act, name)
        found = service.change_plan(act, known, wish) if known else service.make_plan(act, wish, entropy=os.urandom)
        last = previous_period(period_at(found, act.now))
        design = division_of(found)
        seen = preview(act, population_of(found), period=last, design=design, scorecard_id=found.scorecard_id)
        if as_json:
            print_json(_told(act, found, seen))
        else:
            _tell(act, found, seen)


def _told(act: Act, found: Plan, seen: FramePreview) -> dict[str, object]:
    margins = expected_margins(act, seen, scorecard_id=found.scorecard_id).margins
    return {
        "plan": found.id,
        "name": found.name,
        "period": seen.period.code,
        "eligible": seen.eligible,
        "expected": seen.expected,
        "minutes": seen.minutes,
        "strata": {
            row.stratum: {"eligible": row.eligible, "expected": row.expected, "minutes": row.minutes}
            for row in seen.rows
        },
        "margins": {str(agent_id): round(margin, 2) for agent_id, margin in margins.items()},
        "promised": {period_of_draw(one).code: one.commitment for one in found.draws if one.drawn_at is None},
        "notes": [say(note, act.language) for note in seen.notes],
    }


def _tell(act: Act, found: Plan, seen: FramePreview) -> None:
    tell(_("Plan {number}: {name}", number=str(found.id), name=found.name))
    for sentence in population_sentences(act, population_of(found), zone=found.time_zone):
        tell(sentence)
    for sentence in design_sentences(act, division_of(found)):
        tell(sentence)
    tell(
        _(
            "In {period} it would have drawn {expected} of {eligible} interactions: {minutes} minutes of review.",
            period=seen.period.code,
            expected=seen.expected,
            eligible=seen.eligible,
            minutes=seen.minutes,
        )
    )
    for note in seen.notes:
        tell(note)
    for one in found.draws:
        if one.drawn_at is None:
            tell(_("Commitment for {period}: {commitment}", period=period_of_draw(one).code, commitment=one.commitment))


def _wish(
    act: Act,
    name: str,
    *,
    period: str,
    anchor: str,
    time_zone: str,
    purpose: str,
    card: str,
    strata: tuple[str, ...],
    allocation: str,
    per_agent: int,
    share: str,
    total: int,
    minutes: int,
    minimum: int,
    parts: int,
    fill: str,
    channels: tuple[str, ...],
    directions: tuple[str, ...],
    teams: tuple[str, ...],
    agents: tuple[str, ...],
    queues: tuple[str, ...],
    languages: tuple[str, ...],
    sources: tuple[str, ...],
    shortest: str,
    longest: str,
    weekdays: tuple[str, ...],
    since: str,
    until: str,
    min_csat: int | None,
    max_csat: int | None,
    with_transcript: bool,
    not_evaluated: bool,
    not_held: bool,
    reviewers: tuple[str, ...],
    goals: tuple[str, ...],
) -> PlanWish:
    return PlanWish(
        name=name,
        per_agent=per_agent,
        period=PeriodKind(period),
        time_zone=time_zone or act.settings.time_zone,
        scorecard_id=_card(act, card),
        reviewer_ids=_reviewers(act, reviewers),
        purpose=Purpose(purpose),
        population=Population(
            channels=tuple(Channel(channel) for channel in channels),
            team_ids=tuple(_team(act, team) for team in teams),
            min_duration_ms=_length_ms(shortest),
            max_duration_ms=_length_ms(longest),
            agent_ids=tuple(agent_called(act, agent).id for agent in agents),
            queues=queues,
            directions=tuple(Direction(direction) for direction in directions),
            languages=languages,
            source_ids=tuple(source_named(act, source).id for source in sources),
            weekdays=tuple(DAYS.index(day) for day in weekdays),
            since_minute=_minute(since),
            until_minute=_minute(until),
            min_csat=min_csat,
            max_csat=max_csat,
            with_transcript=with_transcript,
            not_evaluated=not_evaluated,
            not_held=not_held,
        ),
        design=Division(
            strata=tuple(Dimension(one) for one in strata) or (Dimension.AGENT,),
            allocation=Allocation(allocation),
            each=per_agent,
            share_bp=_share_bp(share),
            total=total,
            minutes=minutes,
            minimum=minimum,
            parts=parts,
            fill=_fill(act, fill),
        ),
        anchor=_anchor(anchor),
        goals=dict(_goal(act, goal) for goal in goals),
    )


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


def _goal(act: Act, written: str) -> tuple[int, int]:
    address, equals, number = written.rpartition("=")
    if not equals or not number.isdecimal():
        raise InvalidError(_("Write a goal as address=number, such as rita@company.com=12."))
    return _reviewer(act, address), int(number)


def _fill(act: Act, written: str) -> str:
    if not written:
        return ""
    kind, _equals, value = written.partition("=")
    if kind not in list(Dimension) or not value:
        raise InvalidError(_("Write where to fill from as a kind and a value, such as channel=phone or team=Invoices."))
    if kind == Dimension.TEAM:
        return part_name(Dimension.TEAM, _team(act, value))
    if kind == Dimension.AGENT:
        return part_name(Dimension.AGENT, agent_called(act, value).id)
    return part_name(Dimension(kind), value)


def _anchor(written: str) -> Anchor | None:
    if not written:
        return None
    found = _ANCHOR.fullmatch(written.strip())
    if found is None:
        raise InvalidError(_("Write the weekday on which months begin as 4-thu or last-fri."))
    nth, day = found[1].lower(), found[2].lower()
    return Anchor(LAST if nth == "last" else int(nth), DAYS.index(day))


def _share_bp(written: str) -> int:
    try:
        return int(Decimal(written.replace(",", ".")) * 100)
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise InvalidError(_("“{value}” is not a number such as 12 or 12.5.", value=written[:40])) from error


def _minute(written: str) -> int | None:
    if not written:
        return None
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise InvalidError(_("Write a time as hours and minutes, such as 09:30."))
    return int(found[1]) * 60 + int(found[2]) if found[1] else 24 * 60


def _length_ms(written: str) -> int | None:
    if not written:
        return None
    found = _LENGTH.fullmatch(written.strip())
    if found is None:
        raise InvalidError(_("Write a length as minutes and seconds, such as 1:30."))
    return (int(found[1]) * 60 + int(found[2])) * 1000
