"""The migrations lead to the models, both ways, on both databases."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from qa import migrate
from qa.db import Stored as Table
from qa.db import make_engine
from qa.tables import TABLES
from tests.conftest import POSTGRES, missing


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database of its own without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server = os.environ.get(POSTGRES, "")
    if not server:
        missing(f"Set {POSTGRES} to a PostgreSQL server.")
    name = f"steekproef_empty_{uuid.uuid4().hex[:10]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(make_url(server).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_the_migrations_lead_to_the_models_and_back(empty: Engine) -> None:
    assert not migrate.is_current(empty)
    migrate.upgrade(empty)
    assert migrate.is_current(empty)
    assert migrate.differences(empty) == []
    migrate.downgrade(empty)
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    assert migrate.differences(empty) == []


def test_every_table_is_listed() -> None:
    assert {table.__tablename__ for table in TABLES} == set(Table.metadata.tables)


def test_migrations_import_nothing_of_the_application() -> None:
    for path in Path(migrate.__file__).parents[1].joinpath("migrations", "versions").glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
        assert imports <= {"sqlalchemy", "alembic"}, path.name
