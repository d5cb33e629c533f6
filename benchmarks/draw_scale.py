"""What a draw costs: 5 of each agent from many interactions, with its record, its kept frame and its verification.

`--size` is the number of interactions (10 million without it), 2,000 for each agent, in fifties. The frame comes from the database
as in the product. Figures for SQLite, and for PostgreSQL where STEEKPROEF_TEST_POSTGRES names a server:

- `..._count_seconds`: `SELECT agent, count(*) … GROUP BY agent` over the same rows;
- `..._draw_seconds`, `..._verify_seconds`: the whole draw, and the whole check of it from the kept frame;
- `..._hashing_seconds`: the two HMACs of every interaction and nothing else; as fast as a part of them just before and just
  after took on average, since the speed of a machine changes within minutes;
- `..._cpu_seconds`: the processor's time of each in its own process, which other work on the machine lengthens less; that of
  a database server is not in it;
- `..._beyond_hashing`: seconds without those of the hashing, in times the count; and `..._of_count_and_hashing`: seconds in
  times the count and the hashing together. At most 3 is aimed at;
- `..._draw_peak_mib`, `..._verify_peak_mib`: the most memory of the process that does it, with all it has loaded; at
  most 300 is aimed at.
"""

import hashlib
import os
import pickle
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Insert, create_engine, func, insert, literal, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers

from qa import migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.db import make_engine, transaction
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.people.models import User, UserState
from qa.sampling.frame import EVERYTHING, frame, matching
from qa.sampling.hashing import keyed
from qa.sampling.kept_frame import FrameFile, read_frame
from qa.sampling.models import Draw
from qa.sampling.order import names, number_of
from qa.sampling.period import parse_period
from qa.sampling.record import DrawRecord, conduct, verify
from qa.settings import Settings
from qa.storage.blobs import LocalFolder

INTERACTIONS = 10_000_000
OF_EACH_AGENT = 2_000
EACH = 5
ROWS_AT_ONCE = 20_000
#: Each interaction is made once and copied so often, all in all, by the database.
COPIES = 50
#: So many counts, of which the middle one is told; so many keys are hashed, so often.
COUNTED = 3
HASHED, HASHED_AGAIN = 100_000, 15
SEED, SALT = bytes(range(32)), bytes(range(32, 64))
PERIOD = parse_period("2026-10", zone="Europe/Amsterdam")
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
POSTGRES = "STEEKPROEF_TEST_POSTGRES"


def run(size: int = INTERACTIONS) -> dict[str, float]:
    """Fill each database, draw and verify in processes of their own, and tell what it took."""
    size -= size % COPIES
    figures: dict[str, float] = {"interactions": size, "agents": _agents(size)}
    for name, place in _databases():
        with place() as settings:
            engine = make_engine(settings.database)
            migrate.upgrade(engine)
            _fill(settings, size)
            engine.dispose()
            counted = statistics.median(_alone(_count, settings)["seconds"] for _time in range(COUNTED))
            figures[f"{name}_count_seconds"] = round(counted, 2)
            for act, work in (("draw", _draw), ("verify", _verify)):
                before = _hashing()
                found = _alone(work, settings)
                hashing = (before + _hashing()) / 2 * size
                figures |= {f"{name}_{act}_{told}": round(value, 2) for told, value in found.items()}
                figures[f"{name}_{act}_hashing_seconds"] = round(hashing, 2)
                figures[f"{name}_{act}_beyond_hashing"] = round((found["seconds"] - hashing) / counted, 2)
                figures[f"{name}_{act}_of_count_and_hashing"] = round(found["seconds"] / (counted + hashing), 2)
    return figures


def _agents(size: int) -> int:
    return max(1, size // OF_EACH_AGENT)


def _hashing() -> float:
    """Seconds for the two HMACs of one interaction, as many take them on average."""
    keys = [_key(number) for number in range(HASHED)]
    named, numbered = names(SALT), keyed(SEED)
    started = time.perf_counter()
    for _time in range(HASHED_AGAIN):
        for key in keys:
            number_of(numbered(named(key)))
    return (time.perf_counter() - started) / HASHED / HASHED_AGAIN


def _alone(work: Callable[[Settings], dict[str, float]], settings: Settings) -> dict[str, float]:
    """Do one thing in a process of its own, and tell how long it took and how much memory it had at most."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, settings).result()


def _measured(work: Callable[[Settings], dict[str, float]], settings: Settings) -> dict[str, float]:
    configure_mappers()  # once for each process, whatever it then does
    started, spent = time.perf_counter(), time.process_time()
    found = work(settings)
    found["seconds"] = time.perf_counter() - started
    found["cpu_seconds"] = time.process_time() - spent
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _count(settings: Settings) -> dict[str, float]:
    with _reading(settings) as act:
        asked = (
            select(Interaction.agent_id, func.count())
            .where(*matching(EVERYTHING, period=PERIOD), Interaction.state == InteractionState.READY)
            .group_by(Interaction.agent_id)
        )
        return {"agents": len(act.session.execute(asked).all())}


def _draw(settings: Settings) -> dict[str, float]:
    with _reading(settings) as act, FrameFile() as kept:
        rows = kept.through(frame(act, EVERYTHING, period=PERIOD, alone=True))
        record, _sample = conduct(rows, plan={"per_stratum": EACH}, seed=SEED, sizes=EACH, salt=SALT)
        key = kept.store(act, Draw(id=1), digest="frame")
        act.blobs.put("draws/1/key", key.encode())
        act.blobs.put("draws/1/record", pickle.dumps(record))
    return {"items": len(record.drawn)}


def _verify(settings: Settings) -> dict[str, float]:
    with _reading(settings) as act:
        record: DrawRecord = pickle.loads(act.blobs.get("draws/1/record"))
        found = verify(record, read_frame(act, Draw(id=1, frame_key=act.blobs.get("draws/1/key").decode())))
    return {"agrees": float(found.agrees)}


@contextmanager
def _reading(settings: Settings) -> Iterator[Act]:
    engine = make_engine(settings.database)
    with transaction(engine, reading=True) as session:
        yield Act(session, NOW, settings, LocalFolder(settings.data_dir / "files"))
    engine.dispose()


def _databases() -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "sqlite", _sqlite
    if os.environ.get(POSTGRES):
        yield "postgres", _postgres


@contextmanager
def _sqlite() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        yield Settings(data_dir=place, database_url=f"sqlite:///{place / 'scale.db'}", secret_key="measured")


@contextmanager
def _postgres() -> Iterator[Settings]:
    server = make_url(os.environ[POSTGRES])
    name = f"steekproef_scale_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = server.set(database=name).render_as_string(hide_password=False)
            yield Settings(data_dir=Path(folder), database_url=url, secret_key="measured")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _fill(settings: Settings, size: int) -> None:
    """Fill the tables; rows of agents lie scattered, as they come in."""
    engine = make_engine(settings.database)
    agents = _agents(size)
    with transaction(engine) as session:
        session.execute(insert(Source), [{"name": "pbx"}])
        session.execute(insert(User), [_person(number) for number in range(agents)])
    rows = (_interaction(number, agents) for number in range(size // COPIES))
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        with transaction(engine) as session:
            session.execute(insert(Interaction), chunk)
    # Indexes of a full table are made sooner than they are kept while it fills.
    indexes = Interaction.metadata.tables[Interaction.__tablename__].indexes
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
        for copy in range(1, COPIES):
            connection.execute(_copied(copy, of=size // COPIES))
        for index in indexes:
            index.create(connection)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE interactions"))
    engine.dispose()


def _copied(copy: int, *, of: int) -> Insert:
    """Write the first interactions once more, within the database: the same but for reference and key.

    Both begin with the number of the copy, so that unique indexes grow in one place; hashing scatters keys anyway.
    """
    changed: dict[str, ColumnElement[str]] = {
        "reference": literal(f"{copy}-").concat(Interaction.reference),
        "stable_key": literal(f"x{copy:02}").concat(func.substr(Interaction.stable_key, 4)),
    }
    columns = [column for column in Interaction.__table__.columns if column.name != "id"]
    rows = select(*(changed.get(column.name, column) for column in columns)).where(Interaction.id <= of)
    return insert(Interaction).from_select([column.name for column in columns], rows)


def _key(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _person(number: int) -> dict[str, Any]:
    return {
        "name": f"Agent {number}",
        "email": f"agent{number}@example.org",
        "role": Role.AGENT,
        "reference": f"a{number}",
        "state": UserState.ACTIVE,
        "password_hash": "none",
        "created_at": NOW,
    }


def _interaction(number: int, agents: int) -> dict[str, Any]:
    return {
        "source_id": 1,
        "reference": f"call-{number}",
        "stable_key": _key(number),
        "direction": Direction.INBOUND,
        "state": InteractionState.READY,
        "channel": Channel.PHONE,
        "agent_id": 1 + number % agents,
        "language": "nl",
        "started_at": PERIOD.start + timedelta(seconds=number * 13 % 2_600_000),
        "duration_ms": 60_000 + number % 600_000,
        "received_at": NOW,
    }
