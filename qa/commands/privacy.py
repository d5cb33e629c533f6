"""Commands that erase personal data."""

import click
from sqlalchemy import func, select

from qa.commands.ground import acting, tell
from qa.errors import NotFoundError
from qa.i18n import _
from qa.interactions.arrival import known_interaction
from qa.interactions.sources import source_named
from qa.people.models import User
from qa.privacy.erasure import erase_interaction, erase_person


@click.group()
def privacy() -> None:
    """Erase what is personal."""


@privacy.group()
def erase() -> None:
    """Erase an interaction or a person; figures stay."""


@erase.command()
@click.argument("reference")
@click.option("--source", "source_name", required=True, help="Name of the source that uses the reference.")
def interaction(reference: str, source_name: str) -> None:
    """Erase texts, names and sound of the interaction REFERENCE."""
    with acting() as act:
        found = known_interaction(act, source_named(act, source_name), reference)
        if found is None:
            raise NotFoundError(_("There is no interaction {reference} of this source.", reference=reference))
        erase_interaction(act, found)
    tell(_("The interaction was erased. Its scores stay."))


@erase.command()
@click.argument("email")
def person(email: str) -> None:
    """Erase name and addresses of who left, found by EMAIL."""
    with acting() as act:
        found = act.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
        if found is None:
            raise NotFoundError(_("There is no such person."))
        erase_person(act, found)
    tell(_("The person was erased. What they did stays under a number."))
