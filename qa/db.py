"""The database: typed base class, engines for SQLite and PostgreSQL, one transaction at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    TypeDecorator,
    Update,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 30_000

#: How many keys one question to the database names.
KEYS_AT_ONCE = 500

#: SQLite numbers rows by itself only where the type is exactly INTEGER.
BIG_INTEGER = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database, on both databases the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; keep UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Stored(DeclarativeBase):
    """What every table has: a number that never changes its meaning."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        # An enum is kept by value as text with a check, so that a member can be added without a new type.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    id: Mapped[int] = mapped_column(BIG_INTEGER, primary_key=True)


def make_engine(url: str) -> Engine:
    """Open an engine with the settings each database needs."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        # The stock driver begins transactions by its own rules; we begin them ourselves, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer that begins as a reader can be refused half-way; taking the lock first, it waits its turn.
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


class unindexed(FunctionElement[Any]):  # noqa: N801 - stands in questions like a function of the database
    """A column by which SQLite is not to look rows up: it then finds them by the others that are asked for.

    SQLite knows nothing of how values are spread, and takes an index on a state that nearly all rows have for a good one.
    PostgreSQL knows, and is given the column itself.
    """

    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unindexed)
def _itself(element: unindexed, compiler: SQLCompiler, **given: Any) -> str:
    (column,) = element.clauses
    return compiler.process(column, **given)


@compiles(unindexed, "sqlite")
def _not_looked_up(element: unindexed, compiler: SQLCompiler, **given: Any) -> str:
    # https://www.sqlite.org/optoverview.html, "Disqualifying WHERE clause terms using unary +"
    return f"+{_itself(element, compiler, **given)}"


@contextmanager
def transaction(engine: Engine, *, reading: bool = False) -> Iterator[Session]:
    """Open a session; leaving commits, raising rolls back. ``reading`` takes no write lock on SQLite."""
    bound = engine.execution_options(sqlite_begin="DEFERRED") if reading else engine
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


def execute_count(session: Session, statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE and return how many rows it changed."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
