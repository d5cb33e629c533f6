"""Alembic's environment: one for SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import Connection

from qa.db import make_engine
from qa.settings import read_settings
from qa.tables import metadata


def run(connection: Connection) -> None:
    """Run the migrations on an open connection, all in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="sa.",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(read_settings().database).begin() as opened:
        run(opened)
