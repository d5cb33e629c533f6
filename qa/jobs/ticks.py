"""Periodic work: the first scheduler to write a tick's row does its work, however many there are."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from qa.act import Act
from qa.db import transaction
from qa.jobs.kinds import JobKind
from qa.jobs.models import Tick
from qa.jobs.service import enqueue
from qa.jobs.work import Bench

#: Work of every day, asked for by whichever worker comes first after midnight UTC.
DAILY: tuple[JobKind, ...] = (
    JobKind.PROMISE,
    JobKind.ROLL,
    JobKind.TALK_REMINDERS,
    JobKind.DIGESTS,
    JobKind.REPORT_SWEEP,
    JobKind.RETENTION,
)
#: Work of every hour.
HOURLY: tuple[JobKind, ...] = (JobKind.COUNT,)


def midnight(now: datetime) -> datetime:
    """Return the midnight (UTC) before a moment."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def full_hour(now: datetime) -> datetime:
    """Return the full hour before a moment."""
    return now.replace(minute=0, second=0, microsecond=0)


def ask_daily(bench: Bench) -> list[JobKind]:
    """Ask for today's periodic work that nobody asked for yet, and return what was asked."""
    due = midnight(bench.clock())
    return [kind for kind in DAILY if _asked(bench, kind, due=due, key=f"{due:%Y-%m-%d}")]


def ask_hourly(bench: Bench) -> list[JobKind]:
    """Ask for this hour's periodic work that nobody asked for yet, and return what was asked."""
    due = full_hour(bench.clock())
    return [kind for kind in HOURLY if _asked(bench, kind, due=due, key=f"{due:%Y-%m-%dT%H}")]


def _asked(bench: Bench, kind: JobKind, *, due: datetime, key: str) -> bool:
    try:
        with transaction(bench.engine) as session:
            session.add(Tick(name=kind.value, due=due))
            session.flush()
            act = Act(session, bench.clock(), bench.settings, bench.blobs)
            enqueue(act, kind, key=f"{kind.value}-{key}", payload={})
    except IntegrityError:
        return False
    return True


class Hourly:
    """Calls ``ask_hourly`` when a new hour has begun; cheap to ask every second."""

    def __init__(self, bench: Bench, *, ask: Callable[[Bench], list[JobKind]] = ask_hourly) -> None:
        self._bench, self._ask = bench, ask
        self._next = bench.clock()

    def __call__(self) -> None:
        """Ask for the hour's work once an hour."""
        now = self._bench.clock()
        if now >= self._next:
            self._next = full_hour(now) + timedelta(hours=1)
            self._ask(self._bench)


class Daily:
    """Calls ``ask_daily`` when a new day has begun; cheap to ask every second."""

    def __init__(self, bench: Bench, *, ask: Callable[[Bench], list[JobKind]] = ask_daily) -> None:
        self._bench, self._ask = bench, ask
        self._next = bench.clock()

    def __call__(self) -> None:
        """Ask for the day's work once a day."""
        now = self._bench.clock()
        if now >= self._next:
            self._next = midnight(now) + timedelta(days=1)
            self._ask(self._bench)
