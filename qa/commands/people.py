"""Commands about people and teams."""

from typing import Any

import click
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import ROLE_LABELS, Role
from qa.commands.ground import acting, print_json, tell
from qa.errors import NotFoundError
from qa.i18n import Language, _, say
from qa.people import queries, service
from qa.people.models import LinkKind, Team, User, UserState
from qa.people.service import Person


@click.group("people")
def people() -> None:
    """Add people, invite them, list them."""


@people.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.AGENT.value,
    show_default=True,
    help="Their role.",
)
@click.option("--email", help="Address they sign in with; agents who never sign in need none.")
@click.option("--reference", help="What the telephone system or chat platform calls this agent.")
@click.option("--team", help="Name of their team.")
@click.option("--language", type=click.Choice([language.value for language in Language]), help="Language they read.")
@click.option("--time-zone", help="Their time zone; empty means the company's.")
def add(
    name: str,
    *,
    role: str,
    email: str | None,
    reference: str | None,
    team: str | None,
    language: str | None,
    time_zone: str | None,
) -> None:
    """Write somebody down; they can sign in after `people invite`."""
    with acting() as act:
        made = service.add_person(
            act,
            Person(
                name,
                Role(role),
                email=email,
                reference=reference,
                team_id=_team(act, team).id if team else None,
                language=Language(language) if language else act.settings.language,
                time_zone=time_zone or act.settings.time_zone,
            ),
        )
        tell(_("{name} was added as {role}.", name=made.name, role=ROLE_LABELS[made.role]))


@people.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Make a link with which somebody chooses a password; it works once."""
    with acting() as act:
        user = act.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
        if user is None:
            raise NotFoundError(_("Nobody has the e-mail address {email}. Add the person first.", email=email))
        kind = LinkKind.PASSWORD if user.state is UserState.ACTIVE else LinkKind.INVITATION
        token = service.make_link(act, user, kind=kind)
        click.echo(f"{act.settings.address}/welcome/{token}")


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_people(*, as_json: bool) -> None:
    """List everybody."""
    with acting() as act:
        language = act.language
        found: list[dict[str, Any]] = [
            {
                "name": user.name,
                "role": user.role.value if as_json else say(ROLE_LABELS[user.role], language),
                "team": user.team.name if user.team else None,
                "email": user.email,
                "reference": user.reference,
                "state": user.state.value,
            }
            for user in act.session.scalars(queries.visible_people(act))
        ]
    if as_json:
        print_json({"people": found})
        return
    for one in found:
        click.echo("\t".join(str(value or "–") for value in one.values()))
    if not found:
        tell(_("There is nobody yet. `steekproef people add NAME --role admin --email ADDRESS` adds the first."))


@click.group("team")
def team() -> None:
    """Teams of agents."""


@team.command("add")
@click.argument("name")
def add_team(name: str) -> None:
    """Make a team."""
    with acting() as act:
        tell(_("The team {name} was added.", name=service.add_team(act, name=name).name))


def _team(act: Act, name: str) -> Team:
    found = act.session.scalar(select(Team).where(func.lower(Team.name) == name.strip().lower()))
    if found is None:
        raise NotFoundError(_("There is no team {name}. `steekproef team add` makes it.", name=name))
    return found
