"""What taking in a long file of answers costs: rows a second, and memory that does not grow with the file.

A company of 5,000 interactions; a CSV and a JSON Lines file of the same answers, one in twenty with a fault, one in five of an
interaction that has not come, half of them with a comment. Figures of each: rows, rows a second by the clock and by processor
time, refused rows, and the most that Python's memory grew (MiB) for a file and for one of a tenth; of the CSV also a second
taking in, where everything is known. The database is a SQLite file in a folder of its own, or the PostgreSQL database that
STEEKPROEF_MEASURED_DATABASE names, made for the measurement.
"""

import json
import os
import random
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, insert

from qa import migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.db import make_engine, transaction
from qa.feedback.batch import GivenSurvey, ingest_surveys
from qa.feedback.models import CustomerAnswer
from qa.feedback.service import Taken
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.interactions.sources import source_named
from qa.people.models import User, UserState
from qa.settings import Settings
from qa.storage.blobs import LocalFolder

SIZE = 100_000
CALLS = 5_000
SEED = 20_26
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
DATABASE = "STEEKPROEF_MEASURED_DATABASE"
COMMENT = (
    "Goed geholpen, maar het duurde wel lang voordat ik iemand aan de lijn kreeg. Call me on extension 12, please."
)


def run(size: int = SIZE) -> dict[str, float]:
    """Take the files in and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(data_dir=place, database_url=os.environ.get(DATABASE, ""), redact="card,iban")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        _company(engine, settings)
        whole, tenth = _rows(size), _rows(size // 10)
        figures: dict[str, float] = {"rows": size}
        for name, write in (("csv", _write_csv), ("jsonl", _write_jsonl)):
            path = place / f"answers.{name}"
            write(path, whole)
            clock, worked = time.perf_counter(), time.process_time()
            counts = _take(engine, settings, path)
            figures[f"{name}_rows_per_second"] = round(size / (time.perf_counter() - clock))
            figures[f"{name}_rows_per_processor_second"] = round(size / (time.process_time() - worked))
            figures[f"{name}_refused"] = counts[Taken.REFUSED]
            figures[f"{name}_waiting"] = counts[Taken.WAITING]
            if name == "csv":
                clock = time.perf_counter()
                known = _take(engine, settings, path)
                figures["csv_again_rows_per_second"] = round(size / (time.perf_counter() - clock))
                figures["csv_again_changed"] = sum(known.values()) - known[Taken.KNOWN] - known[Taken.REFUSED]
            for part, rows in (("whole", whole), ("tenth", tenth)):
                _forget(engine)
                write(path, rows)
                figures[f"{name}_memory_mib_{part}"] = round(_grown(engine, settings, path), 1)
            _forget(engine)
        engine.dispose()
    return figures


def _company(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as session:
        act = Act(session, NOW, settings, LocalFolder(settings.data_dir / "files"))
        source = source_named(act, "upload")
        agent = User(name="Agent", role=Role.AGENT, reference="a1", state=UserState.INVITED, created_at=NOW)
        session.add(agent)
        session.flush()
        _calls(act, source, agent)


def _calls(act: Act, source: Source, agent: User) -> None:
    rows = [
        {
            "source_id": source.id,
            "reference": f"G-{number}",
            "stable_key": f"{number:064d}",
            "channel": Channel.PHONE,
            "direction": Direction.INBOUND,
            "state": InteractionState.READY,
            "agent_id": agent.id,
            "started_at": NOW - timedelta(minutes=number),
            "received_at": NOW,
        }
        for number in range(CALLS)
    ]
    for first in range(0, CALLS, 1000):
        act.session.execute(insert(Interaction), rows[first : first + 1000])


def _rows(size: int) -> list[tuple[str, str, str, str, str, str]]:
    rng = random.Random(SEED)
    return [
        (
            f"r{number}",
            f"G-{rng.randrange(CALLS)}" if rng.random() < 0.8 else f"later-{number}",
            "nine" if rng.random() < 0.05 else str(rng.randint(1, 5)),
            str(rng.randint(0, 10)),
            rng.choice(("ja", "nee")),
            COMMENT if rng.random() < 0.5 else "",
        )
        for number in range(size)
    ]


_NAMES = ("id", "reference", "csat", "nps", "resolved", "comment")


def _write_csv(path: Path, rows: list[tuple[str, str, str, str, str, str]]) -> None:
    path.write_text("\n".join([";".join(_NAMES), *(";".join(row) for row in rows)]), encoding="utf-8")


def _write_jsonl(path: Path, rows: list[tuple[str, str, str, str, str, str]]) -> None:
    path.write_text("\n".join(json.dumps(dict(zip(_NAMES, row, strict=True))) for row in rows), encoding="utf-8")


def _take(engine: Engine, settings: Settings, path: Path) -> Counter[Taken]:
    @contextmanager
    def opened() -> Iterator[Act]:
        with transaction(engine) as session:
            yield Act(session, NOW, settings, LocalFolder(settings.data_dir / "files"))

    counts: Counter[Taken] = Counter()
    for piece in ingest_surveys(opened, [path], given=GivenSurvey("upload")):
        counts.update(piece.stored.counts)
    return counts


def _grown(engine: Engine, settings: Settings, path: Path) -> float:
    """Return how many MiB of Python's memory were used at most beyond what was used before."""
    tracemalloc.start()
    before, _most = tracemalloc.get_traced_memory()
    _take(engine, settings, path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (most - before) / 2**20


def _forget(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(delete(CustomerAnswer))
