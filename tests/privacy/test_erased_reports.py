"""Stored reports after an erasure: those that tell of who was erased lose their files, those of others stay."""

import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select, text

from qa import handlers, migrate
from qa.coaching.batches import Batch, ask_for_batch
from qa.coaching.forgetting import BATCH_DAYS, zip_key
from qa.coaching.models import CoachingReport, ReportState
from qa.coaching.service import ask_for_report
from qa.db import make_engine
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.service import enqueue
from qa.jobs.work import Bench
from qa.people.models import User, UserState
from qa.privacy.erasure import erase_interaction, erase_person
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.visitor import Visitor

OCTOBER = Batch(date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER = Batch(date(2026, 9, 1), date(2026, 9, 30))
IN_OCTOBER = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """Reports and batches of a team of two: everybody's numbers, reports by agent and month, batches by month."""

    bench: Bench
    supervisor: int
    sanne: int
    daan: int
    reports: dict[tuple[int, int], int]
    batches: dict[int, int]


@pytest.fixture
def kept(stored: Stored) -> Kept:
    handlers.load()
    bench = Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        sanne, daan = make.agent("Sanne de Wit", team=team), make.agent("Daan Bakker", team=team)
        scene.draw([sanne, daan])
        act = replace(make.act, actor=scene.supervisor)
        ordered = {
            (agent.id, days.first.month): ask_for_report(
                act, agent, starts_on=days.first, ends_on=days.last, language=Language.EN
            )
            for agent in (sanne, daan)
            for days in (SEPTEMBER, OCTOBER)
        }
        batches = {days.first.month: ask_for_batch(act, days).id for days in (SEPTEMBER, OCTOBER)}
        jobs = [one.job.id for one in ordered.values()] + list(batches.values())
        found = Kept(
            bench, scene.supervisor.id, sanne.id, daan.id, {key: one.report.id for key, one in ordered.items()}, batches
        )
    for number in jobs:
        ledger.run(bench, number)
    return found


def files_of(stored: Stored) -> dict[tuple[int, int], bool]:
    """Which reports have a file, by agent and month."""
    with stored() as make:
        rows = make.act.session.scalars(select(CoachingReport)).all()
        return {
            (row.agent_id, row.starts_on.month): row.blob_key is not None and stored.blobs.has(row.blob_key)
            for row in rows
        }


def erase(make: Makers, number: int) -> None:
    user = make.act.session.get_one(User, number)
    user.state = UserState.LEFT
    erase_person(make.act, user)


def test_an_erased_agent_is_in_no_stored_file(kept: Kept, stored: Stored) -> None:
    assert all(files_of(stored).values())
    keys = list(stored.blobs.root.rglob("*.pdf"))
    with stored() as make:
        erase(make, kept.sanne)
    assert files_of(stored) == {
        (kept.sanne, 9): False,
        (kept.sanne, 10): False,
        (kept.daan, 9): True,
        (kept.daan, 10): True,
    }
    assert len([path for path in keys if path.exists()]) == len(keys) - 2
    assert not any(stored.blobs.has(zip_key(number)) for number in kept.batches.values())
    with stored() as make:
        report = make.act.session.get_one(CoachingReport, kept.reports[kept.sanne, 10])
        assert report.state is ReportState.ERASED
        assert report.facts


def test_an_erased_conversation_takes_the_reports_over_its_day_with_it(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        daan = make.act.session.get_one(User, kept.daan)
        # Half past eleven in Amsterdam, on the last day of October.
        erase_interaction(make.act, make.interaction(agent=daan, started_at=IN_OCTOBER))
    assert [key for key, there in files_of(stored).items() if not there] == [(kept.daan, 10)]
    assert stored.blobs.has(zip_key(kept.batches[9]))
    assert not stored.blobs.has(zip_key(kept.batches[10]))


def test_a_batch_without_the_agent_stays(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        stranger = make.agent("Noor of another team")
        erase(make, stranger.id)
    assert stored.blobs.has(zip_key(kept.batches[10]))


def test_what_is_not_packed_yet_is_deleted_and_made_again_without_the_name(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        act = replace(make.act, actor=make.act.session.get_one(User, kept.supervisor))
        job = ask_for_batch(act, replace(OCTOBER, language=Language.NL))
        job.state = JobState.CANCELLED
        number = job.id
    stored.blobs.put(f"reports/batches/{number}/{kept.sanne}-x.pdf", b"made before it was stopped")
    with stored() as make:
        erase(make, kept.sanne)
        make.act.session.get_one(Job, number).state = JobState.QUEUED
    assert not stored.blobs.has(f"reports/batches/{number}/{kept.sanne}-x.pdf")
    ledger.run(kept.bench, number)
    with zipfile.ZipFile(stored.blobs.path(zip_key(number))) as files:
        index = files.read("index.csv").decode("utf-8-sig")
    assert "Sanne" not in index
    assert f"#{kept.sanne}" in index


def test_a_report_that_is_being_made_meanwhile_is_not_kept(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        act = replace(make.act, actor=make.act.session.get_one(User, kept.supervisor))
        daan = make.act.session.get_one(User, kept.daan)
        ordered = ask_for_report(act, daan, starts_on=OCTOBER.first, ends_on=OCTOBER.last, language=Language.NL)
        report, job = ordered.report.id, ordered.job.id
        erase(make, kept.daan)
    ledger.run(kept.bench, job)
    with stored() as make:
        assert make.act.session.get_one(CoachingReport, report).state is ReportState.ERASED


def test_an_erased_report_says_so_and_can_be_asked_for_again(kept: Kept, stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        daan = make.act.session.get_one(User, kept.daan)
        erase_interaction(make.act, make.interaction(agent=daan, started_at=IN_OCTOBER))
    number = kept.reports[kept.daan, 10]
    visitor.as_user(kept.supervisor)
    page = visitor.get(f"/coaching/{number}").text
    assert "The file is deleted, because" in page
    assert "report.pdf" not in page
    assert visitor.get(f"/coaching/{number}/report.pdf").status_code == 409
    assert "Erased" in visitor.get("/coaching").text
    batch = f"/coaching/batches/{kept.batches[10]}"
    assert "The ZIP file is deleted" in visitor.get(batch).text
    assert "reports.zip" not in visitor.get(batch).text
    assert visitor.get(f"{batch}/reports.zip").status_code == 409
    assert f"{batch}/reports.zip" not in visitor.get("/coaching/batches").text
    with stored() as make:
        act = replace(make.act, actor=make.act.session.get_one(User, kept.supervisor))
        daan = make.act.session.get_one(User, kept.daan)
        again = ask_for_report(act, daan, starts_on=OCTOBER.first, ends_on=OCTOBER.last, language=Language.EN)
        assert again.report.id != number
        job = again.job.id
    ledger.run(kept.bench, job)
    assert "Open the PDF" in visitor.get(f"/coaching/{again.report.id}").text


def test_a_zip_is_deleted_after_its_days(kept: Kept, stored: Stored) -> None:
    for days, there in ((BATCH_DAYS - 1, True), (BATCH_DAYS + 1, False), (BATCH_DAYS + 1, False)):
        now = NOW + timedelta(days=days)
        with stored() as make:
            number = enqueue(replace(make.act, now=now), JobKind.REPORT_SWEEP, key=f"sweep-{now}", payload={}).id
            make.act.session.get_one(Job, number).state = JobState.QUEUED
        ledger.run(replace(kept.bench, clock=partial(_moment, now)), number)
        assert stored.blobs.has(zip_key(kept.batches[10])) is there
    assert all(files_of(stored).values()), "single reports are no batches"


def _moment(now: datetime) -> datetime:
    return now


def test_going_back_calls_an_erased_report_one_that_could_not_be_made(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        erase(make, kept.sanne)
    engine = make_engine(stored.engine.url.render_as_string(hide_password=False))
    migrate.downgrade(engine, revision="0025")
    assert states(engine) == {"failed", "ready"}
    migrate.upgrade(engine)
    engine.dispose()


def states(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT state FROM coaching_reports")))


def test_an_erased_coach_is_in_no_stored_report_of_others(kept: Kept, stored: Stored) -> None:
    with stored() as make:
        erase(make, kept.supervisor)
    assert not any(files_of(stored).values())
    # No report of a batch names who asked for it.
    assert stored.blobs.has(zip_key(kept.batches[10]))
