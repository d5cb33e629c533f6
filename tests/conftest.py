"""What every test may ask for: a fresh database of either kind, an act, makers of things, a browser without a browser."""

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, text
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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long: begun last, it keeps one process busy after the others are done.

    What a browser shows does not depend on the database: only the main job is walked through on both kinds.
    """
    twice = [item for item in items if _is_second_walk(item)]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in set(twice)]
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _is_second_walk(item: pytest.Item) -> bool:
    browser, slow = item.get_closest_marker("browser"), item.get_closest_marker("slow")
    called = getattr(item, "callspec", None)
    return bool(browser and not slow and called and called.params.get("database") == "postgresql")


def pytest_collection_finish() -> None:
    """Set aside what was imported and collected, so that looking for garbage does not go through all of it again."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def engines() -> Iterator[dict[str, Engine]]:
    """The engine of each address, kept for all tests of a process: it remembers the statements it compiled."""
    kept: dict[str, Engine] = {}
    yield kept
    for engine in kept.values():
        engine.dispose()


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates as they were compiled, so that not every test's app compiles them anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database; every test that stores runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        copy = template.with_name("copy.db")
        # Whoever still has the last test's file open keeps that one, and writes nothing into this.
        for old in (copy, Path(f"{copy}-wal"), Path(f"{copy}-shm")):
            old.unlink(missing_ok=True)
        shutil.copyfile(template, copy)
        yield f"sqlite:///{copy}"
        return
    address = request.getfixturevalue("postgres_database")
    yield address
    engine = create_engine(address)
    with engine.begin() as connection:
        # A page that was closed may have sent one more message, which the last test's server still works on.
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
        # As a replica the server fires no triggers: neither those that keep the audit log nor foreign keys.
        emptied = "; ".join(f"DELETE FROM {table.__tablename__}" for table in TABLES)
        connection.exec_driver_sql(f"SET session_replication_role = replica; {emptied}")
    engine.dispose()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings of a test's own data folder."""
    return Settings(data_dir=tmp_path / "data", database_url=database, secret_key="only for tests", speech_threads=1)


@pytest.fixture
def engine(settings: Settings, engines: dict[str, Engine]) -> Iterator[Engine]:
    """An engine on the test's database; its connections do not outlive the test."""
    if settings.database not in engines:
        engines[settings.database] = make_engine(settings.database)
    made = engines[settings.database]
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
def app(settings: Settings, engine: Engine, compiled_pages: FileSystemBytecodeCache) -> Flask:
    """The web app on the test's database, its clock standing still."""
    made = create_app(settings, clock=lambda: NOW, engine=engine)
    made.testing = True
    made.config["WTF_CSRF_ENABLED"] = False
    made.jinja_env.bytecode_cache = compiled_pages
    return made


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
