"""Commands about the audit log."""

import click

from qa.audit.service import verify as verify_log
from qa.commands.ground import acting, print_json, refuse, tell
from qa.i18n import _, ngettext_


@click.group("audit")
def audit() -> None:
    """The log of who did what."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(*, as_json: bool) -> None:
    """Check that no entry of the log was changed or left out."""
    with acting() as act:
        found = verify_log(act)
    if as_json:
        print_json({"entries": found.entries, "broken_at": found.broken_at})
    if found.broken_at is not None:
        refuse(
            _(
                "The log does not hold from entry {number} on: it, or one before it, was changed. Compare it with a backup.",
                number=str(found.broken_at),
            )
        )
    if not as_json:
        tell(ngettext_("{n} entry, unbroken.", "{n} entries, unbroken.", n=found.entries))
