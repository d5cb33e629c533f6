"""Commands that erase personal data, keep it from being erased, and say how long it is kept."""

import click
from sqlalchemy import func, select

from qa.act import Act
from qa.commands.ground import acting, print_json, tell
from qa.errors import NotFoundError
from qa.holds.service import lift_hold, place_hold
from qa.i18n import _, say
from qa.interactions.arrival import known_interaction
from qa.interactions.models import Interaction
from qa.interactions.sources import source_named
from qa.people.models import User
from qa.privacy.due import Due, due
from qa.privacy.erasure import erase_interaction, erase_person, talks_about
from qa.privacy.labels import KEPT_LABELS, PASSED_BY_LABELS
from qa.privacy.terms import Kept, months_of
from qa.privacy.warning import erases_from


@click.group()
def privacy() -> None:
    """Erase what is personal, or keep it from being erased."""


@privacy.command()
@click.argument("reference")
@click.option("--source", "source_name", required=True, help="Name of the source that uses the reference.")
@click.option("--reason", required=True, help="Why nothing of it may be erased.")
def hold(reference: str, source_name: str, reason: str) -> None:
    """Place the interaction REFERENCE under legal hold."""
    with acting() as act:
        place_hold(act, _interaction(act, reference, source_name), reason=reason)
    tell(_("The interaction is under legal hold."))


@privacy.command()
@click.argument("reference")
@click.option("--source", "source_name", required=True, help="Name of the source that uses the reference.")
@click.option("--reason", required=True, help="Why it may be erased again.")
def lift(reference: str, source_name: str, reason: str) -> None:
    """Lift the legal hold on the interaction REFERENCE."""
    with acting() as act:
        lift_hold(act, _interaction(act, reference, source_name), reason=reason)
    tell(_("The legal hold was lifted."))


@privacy.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def retention(*, as_json: bool) -> None:
    """Say how long what is kept, what the next night erases, and what is kept for now; erases nothing itself."""
    with acting() as act:
        found = [due(act, kind) for kind in Kept]
        since = erases_from(act)
        if as_json:
            print_json(
                {
                    "erases_from": since.isoformat() if since else None,
                    "kinds": {
                        one.kind.value: {
                            "months": months_of(act.settings, one.kind),
                            "to_erase": one.erased,
                            "kept_for_now": {why.value: number for why, number in one.passed.items()},
                        }
                        for one in found
                    },
                }
            )
            return
        for one in found:
            _tell(act, one)
        if since is None or since > act.now:
            tell(_("These terms are new or shorter than before, so that nothing is erased yet."))


def _tell(act: Act, found: Due) -> None:
    what, months = say(KEPT_LABELS[found.kind], act.language), months_of(act.settings, found.kind)
    if not months:
        tell(_("{what}: no end", what=what))
        return
    tell(_("{what}: {months} months, {n} to be erased", what=what, months=months, n=found.erased))
    for why, number in found.passed.items():
        tell(_("  kept for now: {n}, {reason}", n=number, reason=say(PASSED_BY_LABELS[why], act.language)))


def _interaction(act: Act, reference: str, source_name: str) -> Interaction:
    found = known_interaction(act, source_named(act, source_name), reference)
    if found is None:
        raise NotFoundError(_("There is no interaction {reference} of this source.", reference=reference))
    return found


@privacy.group()
def erase() -> None:
    """Erase an interaction or a person; figures stay."""


@erase.command()
@click.argument("reference")
@click.option("--source", "source_name", required=True, help="Name of the source that uses the reference.")
def interaction(reference: str, source_name: str) -> None:
    """Erase texts, names and sound of the interaction REFERENCE."""
    with acting() as act:
        found = _interaction(act, reference, source_name)
        erase_interaction(act, found)
        talks = [one.id for one in talks_about(act, found)]
    tell(_("The interaction was erased. Its scores stay."))
    for number in talks:
        tell(
            _(
                "Notes and actions of a coaching session stay, and may name the customer. Read them: {address}",
                address=f"{act.settings.address}/coaching-sessions/{number}",
            )
        )


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
