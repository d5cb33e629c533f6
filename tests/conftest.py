"""What every test may ask for: a fresh database of either kind, an act, makers of things, a browser without a browser."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, delete, text
from sqlalchemy.engine import make_url

from qa import migrate
from qa.act import Act
from qa.db import make_engine, transaction
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.tables import TABLES
from tests.makers import Makers
from tests.visitor import Visitor
from web.app import create_app

# Tests run side by side: a model that takes every core for itself makes all of them wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Property tests run by what they find, not by how busy the machine is.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

#: A Wednesday in the middle of a month, so that "last week" and "last month" are both whole.
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

POSTGRES = "STEEKPROEF_TEST_POSTGRES"


def missing(what: str) -> None:
    """Skip where a user's machine lacks something; fail where continuous integration does."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture
def now() -> datetime:
    """The present moment of a test."""
    return NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "steekproef.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to close writes everything into the one file
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this run; each test leaves it empty."""
    server = os.environ.get(POSTGRES)
    if not server:
        missing(f"Set {POSTGRES} to a PostgreSQL server, such as postgresql+psycopg://postgres@127.0.0.1/postgres.")
    assert server is not None
    name = f"steekproef_test_{uuid.uuid4().hex[:10]}"
    _run(server, f"CREATE DATABASE {name}")
    address = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(address)
    migrate.upgrade(engine)
    engine.dispose()
    yield address
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database; every test that stores runs on both kinds."""
    if request.param == "sqlite":
        copy = tmp_path / "steekproef.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    address = request.getfixturevalue("postgres_database")
    yield address
    engine = create_engine(address)
    with engine.begin() as connection:
        # As a replica the server fires no triggers: neither those that keep the audit log nor foreign keys.
        connection.execute(text("SET session_replication_role = replica"))
        for table in TABLES:
            connection.execute(delete(table))
    engine.dispose()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings of a test's own data folder."""
    return Settings(data_dir=tmp_path / "data", database_url=database, secret_key="only for tests", speech_threads=1)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on the test's database."""
    made = make_engine(settings.database)
    yield made
    made.dispose()


@pytest.fixture
def blobs(settings: Settings) -> LocalFolder:
    """The storage of the test's data folder."""
    return LocalFolder(settings.data_dir / "files")


@pytest.fixture
def act(engine: Engine, settings: Settings, blobs: LocalFolder) -> Iterator[Act]:
    """An act of the product itself, in one transaction that is rolled back."""
    with engine.connect() as connection, connection.begin() as outer:
        from sqlalchemy.orm import Session  # noqa: PLC0415

        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield Act(session, NOW, settings, blobs)
        outer.rollback()


@pytest.fixture
def make(act: Act) -> Makers:
    """Makers of teams, users, interactions and so on, in the act's transaction."""
    return Makers(act)


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Iterator[Flask]:
    """The web app on the test's database, its clock standing still."""
    made = create_app(settings, clock=lambda: NOW)
    made.testing = True
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["steekproef"].engine.dispose()


@pytest.fixture
def stored(engine: Engine, settings: Settings, blobs: LocalFolder) -> "Stored":
    """Opens transactions whose work stays, for tests that look through the web app or a job."""
    return Stored(engine, settings, blobs)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody without a browser who can sign in and follow links."""
    return Visitor(app)


class Stored:
    """``with stored() as make:`` makes things and commits them."""

    def __init__(self, engine: Engine, settings: Settings, blobs: LocalFolder) -> None:
        self.engine, self.settings, self.blobs = engine, settings, blobs

    def __call__(self) -> "_Opened":
        return _Opened(self)


class _Opened:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._transaction = transaction(stored.engine)

    def __enter__(self) -> Makers:
        session = self._transaction.__enter__()
        return Makers(Act(session, NOW, self._stored.settings, self._stored.blobs))

    def __exit__(self, *error: object) -> None:
        self._transaction.__exit__(*error)  # type: ignore[arg-type]  # passed through as it came
