"""The reports of many agents as one piece of work: with progress, stopped and gone on with, in one file without a ranking."""

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select

from qa import handlers
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.coaching.batches import Batch, ask_for_batch
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench
from qa.people.models import User
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene
from tests.reports.report_making import found
from tests.visitor import Visitor

OCTOBER = Batch(date(2026, 10, 1), date(2026, 10, 31))


@dataclass(frozen=True, slots=True)
class Company:
    supervisor: int
    reviewer: int
    team: int


@pytest.fixture
def company(stored: Stored) -> Company:
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        sanne, daan = make.agent("Sanne de Wit", team=team), make.agent("=Daan Bakker", team=team)
        scene.draw([sanne, daan])
        scene.score_all(sanne, [100] * 5)
        make.agent("Noor of another team")
        return Company(scene.supervisor.id, scene.reviewer.id, team.id)


@pytest.fixture
def bench(stored: Stored) -> Bench:
    handlers.load()
    return Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)


def asked(stored: Stored, company: Company, batch: Batch = OCTOBER) -> int:
    with stored() as make:
        supervisor = make.act.session.get_one(User, company.supervisor)
        return ask_for_batch(replace(make.act, actor=supervisor), batch).id


def packed(visitor: Visitor, job_id: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(visitor.get(f"/coaching/batches/{job_id}/reports.zip").data))


def test_a_team_is_asked_for_waited_for_and_fetched(company: Company, visitor: Visitor, bench: Bench) -> None:
    visitor.as_user(company.supervisor)
    assert "None yet" in visitor.get("/coaching/batches").text
    sent = {"team": company.team, "starts_on": "2026-10-01", "ends_on": "2026-10-31", "language": "nl"}
    answer = visitor.post("/coaching/batches", dict(sent))
    assert answer.status_code == 303
    number = int(answer.location.rsplit("/", 1)[1])
    assert "It begins as soon as the worker is free" in visitor.get(answer.location).text
    assert visitor.get(f"{answer.location}/reports.zip").status_code == 409

    ledger.run(bench, number)

    page = visitor.get(answer.location).text
    assert "2 reports and an index by name, without scores" in page
    with packed(visitor, number) as files:
        index = files.read("index.csv").decode("utf-8-sig").splitlines()
        assert index[0] == "agent,reference,team,language,file"
        assert [line.split(",")[0] for line in index[1:]] == ["'=Daan Bakker", "Sanne de Wit"]
        assert len(files.namelist()) == 3
        read = [found(files.read(name)) for name in files.namelist() if name.endswith(".pdf")]
    assert [page.title.split(" · ")[1] for page in read] == ["=Daan Bakker", "Sanne de Wit"]
    assert not read[0].says("Sanne")
    assert not read[1].says("Daan")


def test_a_stopped_batch_goes_on_with_what_was_made(company: Company, stored: Stored, bench: Bench) -> None:
    number = asked(stored, company)
    first = f"reports/batches/{number}/"
    with stored() as make:
        noor = make.act.session.scalars(select(User).where(User.name.startswith("Noor"))).one()
        name = f"{noor.id}-{noor.reference}-2026-10-01-2026-10-31-en.pdf"
    stored.blobs.put(first + name, b"made before it was stopped")
    with stored() as make:
        job = make.act.session.get_one(Job, number)
        job.state = JobState.CANCELLED
    assert asked(stored, company) == number

    ledger.run(bench, number)

    with zipfile.ZipFile(stored.blobs.path(f"reports/batches/{number}.zip")) as files:
        assert files.read(name) == b"made before it was stopped"
        assert len(files.namelist()) == 4
    assert not stored.blobs.has(first + name)


def test_a_cancelled_batch_stops_at_its_next_report(company: Company, stored: Stored, bench: Bench) -> None:
    number = asked(stored, company)
    with stored() as make:
        make.act.session.get_one(Job, number).cancel_requested = True
    ledger.run(bench, number)
    with stored() as make:
        assert make.act.session.get_one(Job, number).state is JobState.CANCELLED
    assert not stored.blobs.has(f"reports/batches/{number}.zip")


def test_running_twice_equals_once_and_asking_after_it_is_a_new_one(
    company: Company, stored: Stored, bench: Bench
) -> None:
    number = asked(stored, company)
    assert asked(stored, company) == number
    ledger.run(bench, number)
    made = stored.blobs.get(f"reports/batches/{number}.zip")
    with stored() as make:
        job = make.act.session.get_one(Job, number)
        assert job.state is JobState.DONE
        job.state = JobState.QUEUED
    ledger.run(bench, number)
    assert stored.blobs.get(f"reports/batches/{number}.zip") == made
    with stored() as make:
        told = make.act.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("report."))).all()
    assert told == ["report.batch_asked", "report.batch_made"]
    assert asked(stored, company) != number


def test_what_cannot_be_is_refused(company: Company, stored: Stored) -> None:
    with pytest.raises(InvalidError, match="future"):
        asked(stored, company, Batch(date(2027, 1, 1), date(2027, 1, 31)))
    with pytest.raises(InvalidError, match="ends before"):
        asked(stored, company, Batch(date(2026, 10, 2), date(2026, 10, 1)))
    with pytest.raises(NotFoundError):
        asked(stored, company, replace(OCTOBER, team_id=999))
    with stored() as make:
        empty = make.team("Empty").id
    with pytest.raises(ConflictError):
        asked(stored, company, replace(OCTOBER, team_id=empty))


def test_only_who_makes_reports_asks_for_many(company: Company, stored: Stored, visitor: Visitor) -> None:
    number = asked(stored, company)
    with stored() as make:
        agent = make.user(Role.AGENT).id
    for reader in (company.reviewer, agent):
        visitor.as_user(reader)
        for path in ("/coaching/batches", f"/coaching/batches/{number}", f"/coaching/batches/{number}/reports.zip"):
            assert visitor.get(path).status_code == 403
        assert visitor.post("/coaching/batches").status_code == 403


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    answer = visitor.post(
        "/coaching/batches", {"team": "", "starts_on": "2027-01-01", "ends_on": "2027-01-31", "language": ""}
    )
    assert answer.status_code == 422
    assert "lies in the future" in answer.text
    assert 'value="2027-01-01"' in answer.text
