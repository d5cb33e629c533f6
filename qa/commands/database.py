"""Commands about the database."""

import click

from qa import migrate
from qa.commands.ground import print_json, refuse, tell
from qa.db import make_engine
from qa.i18n import _
from qa.settings import read_settings


@click.group("db")
def database() -> None:
    """Bring the database up to date, or check that it is."""


@database.command()
def upgrade() -> None:
    """Create or update every table; existing data stays."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    migrate.upgrade(engine)
    engine.dispose()
    tell(_("The database is up to date."))


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(*, as_json: bool) -> None:
    """Tell whether the database has the shape this version needs."""
    engine = make_engine(read_settings().database)
    current = migrate.is_current(engine)
    differing = migrate.differences(engine) if current else []
    engine.dispose()
    if as_json:
        print_json({"current": current, "differences": differing})
    elif current and not differing:
        tell(_("The database is up to date."))
    if not current:
        refuse(_("The database is of an older version. Run `steekproef db upgrade`."))
    if differing:
        refuse(_("The database differs from what this version needs: {what}", what="; ".join(differing)))
