"""Each job ends once, whoever dies meanwhile; asking twice is asking once; a cancelled job stops."""

import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from qa.act import Act
from qa.db import transaction
from qa.errors import ConflictError, InvalidError
from qa.i18n import _, text_from_json
from qa.jobs import ledger, service, work
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.ticks import DAILY, HOURLY, Daily
from qa.jobs.work import Bench, Work
from qa.jobs.worker import JobWorker
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import missing
from tests.makers import Makers


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(engine: Engine, settings: Settings, blobs: LocalFolder, clock: Clock) -> Bench:
    return Bench(engine, settings, blobs, clock)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A handler that notes which jobs it did."""
    numbers: list[int] = []

    def note(given: Work) -> Mapping[str, Any]:
        given.report(1, 2, step=_("Team"))
        numbers.append(given.job_id)
        return {"number": given.payload["number"]}

    monkeypatch.setattr(
        work, "_handlers", {JobKind.REPORT: note, **dict.fromkeys((*DAILY, *HOURLY), lambda _given: None)}
    )
    return numbers


def ask(bench: Bench, number: int = 1) -> int:
    with transaction(bench.engine) as session:
        act = Act(session, bench.clock(), bench.settings, bench.blobs)
        return service.enqueue(act, JobKind.REPORT, key=f"report-{number}", payload={"number": number}).id


def job(bench: Bench, job_id: int) -> Job:
    with transaction(bench.engine, reading=True) as session:
        return session.get_one(Job, job_id)


def test_a_job_is_done_once_and_keeps_its_result(bench: Bench, done: list[int]) -> None:
    number = ask(bench)
    assert ledger.due(bench) == [number]
    assert ledger.run(bench, number) is JobState.DONE
    assert ledger.run(bench, number) is None
    assert done == [number]
    assert job(bench, number).result == {"number": 1}


def test_asking_twice_is_asking_once(bench: Bench) -> None:
    assert ask(bench) == ask(bench)


def test_a_job_whose_worker_died_is_taken_up_again_and_the_dead_changes_nothing(
    bench: Bench, clock: Clock, done: list[int]
) -> None:
    number = ask(bench)
    dead = ledger._claim(bench, number)
    assert dead is not None
    assert ledger.run(bench, number) is None, "while the lease lasts nobody else may"
    clock.now += timedelta(minutes=2)
    assert ledger.due(bench) == [number]
    assert ledger.run(bench, number) is JobState.DONE
    assert ledger._end(dead, JobState.FAILED, error=_("Team")) is None
    with pytest.raises(work.JobStoppedError):
        dead.report(1, 1, step=_("Team"))
    assert job(bench, number).state is JobState.DONE


def test_a_refusal_ends_the_job_with_its_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(given: Work) -> None:
        raise InvalidError(_("Use at most {n} characters.", n=given.payload["number"]))

    monkeypatch.setattr(work, "_handlers", {JobKind.REPORT: refuse})
    number = ask(bench)
    assert ledger.run(bench, number) is JobState.FAILED
    kept = job(bench, number).error
    assert kept is not None
    assert str(text_from_json(kept)) == "Use at most 1 characters."


def test_a_fault_is_tried_again_later_and_at_last_given_up(
    bench: Bench, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(given: Work) -> None:
        raise OSError(given.job_id)

    monkeypatch.setattr(work, "_handlers", {JobKind.REPORT: stumble})
    number = ask(bench)
    assert ledger.run(bench, number) is JobState.QUEUED
    assert ledger.run(bench, number) is None, "not before the pause is over"
    for _attempt in range(2):
        clock.now += timedelta(minutes=1)
        ended = ledger.run(bench, number)
    assert ended is JobState.FAILED
    assert ask(bench) == number
    assert job(bench, number).state is JobState.QUEUED, "asking again begins a failed job anew"


def test_a_cancelled_job_stops_at_its_next_report(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(given: Work) -> None:
        with transaction(bench.engine) as session:
            session.execute(update(Job).values(cancel_requested=True))
        given.report(1, 9, step=_("Team"))

    monkeypatch.setattr(work, "_handlers", {JobKind.REPORT: long})
    number = ask(bench)
    assert ledger.run(bench, number) is JobState.CANCELLED
    with transaction(bench.engine) as session:
        act = Act(session, bench.clock(), bench.settings, bench.blobs)
        with pytest.raises(ConflictError):
            service.cancel(act, session.get_one(Job, number))
        service.retry(act, session.get_one(Job, number))
    assert job(bench, number).state is JobState.QUEUED


def test_a_waiting_job_is_cancelled_at_once(act: Act, make: Makers) -> None:
    del make
    waiting = service.enqueue(act, JobKind.REPORT, key="x", payload={})
    service.cancel(act, waiting)
    assert waiting.state is JobState.CANCELLED


@pytest.mark.parametrize("threads", [1, 3])
def test_the_worker_does_every_job_once(
    engine: Engine, settings: Settings, blobs: LocalFolder, done: list[int], threads: int
) -> None:
    own = Settings(data_dir=settings.data_dir, database_url=settings.database_url, worker_threads=threads)
    bench = Bench(engine, own, blobs, lambda: datetime.now(UTC))
    numbers = [ask(bench, number) for number in range(12)]
    found = JobWorker(bench)
    found.start()
    limit = time.monotonic() + 60
    while not found.idle() and time.monotonic() < limit:
        time.sleep(0.1)
    found.stop()
    assert sorted(done) == numbers
    with transaction(engine, reading=True) as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("beat-")]


@pytest.mark.xdist_group("redis")
def test_jobs_carried_by_redis_are_done_once(
    engine: Engine, settings: Settings, blobs: LocalFolder, done: list[int]
) -> None:
    address = os.environ.get("STEEKPROEF_TEST_REDIS")
    if not address:
        missing("Set STEEKPROEF_TEST_REDIS to a Redis database that may be used, such as redis://127.0.0.1:6379/9.")
    own = Settings(
        data_dir=settings.data_dir, database_url=settings.database_url, worker_threads=2, broker_url=address or ""
    )
    bench = Bench(engine, own, blobs, lambda: datetime.now(UTC))
    numbers = [ask(bench, number) for number in range(6)]
    workers = [JobWorker(bench), JobWorker(bench)]
    for worker in workers:
        worker.start()
    limit = time.monotonic() + 60
    while not workers[0].idle() and time.monotonic() < limit:
        time.sleep(0.1)
    for worker in workers:
        worker.stop()
    assert sorted(done) == numbers


def test_daily_work_is_asked_for_once_a_day_by_however_many_workers(bench: Bench, clock: Clock) -> None:
    workers = [Daily(bench), Daily(bench)]
    for worker in workers:
        worker()
    with transaction(bench.engine) as session:
        assert len(session.scalars(select(Job).where(Job.kind == JobKind.PROMISE)).all()) == 1
    clock.now += timedelta(hours=3)
    workers[0]()
    clock.now += timedelta(days=1)
    for worker in workers:
        worker()
    with transaction(bench.engine) as session:
        assert len(session.scalars(select(Job).where(Job.kind == JobKind.PROMISE)).all()) == 2
