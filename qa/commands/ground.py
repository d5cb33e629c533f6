"""What every command stands on: settings, a bench, an act in one transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from qa import migrate
from qa.act import Act
from qa.commands.speaking import print_json, refuse, tell
from qa.db import make_engine, transaction
from qa.jobs.work import Bench
from qa.settings import Settings, read_settings
from qa.storage.blobs import LocalFolder

__all__ = ["acting", "make_bench", "print_json", "quiet_logs", "refuse", "tell", "utc_now", "working"]


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def make_bench(settings: Settings) -> Bench:
    """Return where work is done under the settings; the database is brought to its present shape."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    if not migrate.is_current(engine):
        migrate.upgrade(engine)
    return Bench(engine, settings, LocalFolder(settings.data_dir / "files"), utc_now)


@contextmanager
def working(settings: Settings | None = None) -> Iterator[Bench]:
    """Open a bench for one command; leaving it, however that happens, gives its connections back."""
    bench = make_bench(settings or read_settings())
    try:
        yield bench
    finally:
        bench.engine.dispose()


@contextmanager
def acting(settings: Settings | None = None) -> Iterator[Act]:
    """Open an act of the machine's owner; leaving commits."""
    with working(settings) as bench, transaction(bench.engine) as session:
        yield Act(session, bench.clock(), bench.settings, bench.blobs)


def quiet_logs() -> None:
    """Send the product's own log to standard error, warnings and worse only."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
