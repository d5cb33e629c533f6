"""A file with answers is kept for its job alone: it goes when the job is cancelled or fails for good."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa import handlers
from qa.auth.roles import Role
from qa.errors import ConflictError, InvalidError
from qa.feedback import handler
from qa.feedback.batch import GivenSurvey
from qa.feedback.handler import ask_to_take_in
from qa.i18n import _
from qa.jobs import ledger
from qa.jobs.leftovers import FILE
from qa.jobs.models import Job, JobState
from qa.jobs.service import cancel, retry
from qa.jobs.work import Bench
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import Stored
from tests.visitor import Visitor


@pytest.fixture
def bench(engine: Engine, settings: Settings, blobs: LocalFolder, now: datetime) -> Bench:
    """Where a worker would work."""
    handlers.load()
    return Bench(engine, settings, blobs, lambda: now)


def sent_in(stored: Stored, tmp_path: Path) -> int:
    """Send a file in; return the number of its job."""
    path = tmp_path / "survey.csv"
    path.write_text("Kenmerk;Cijfer\nG-1;4\n", encoding="utf-8")
    with stored() as make:
        make.source("survey")
        return ask_to_take_in(make.act, path, digest="a" * 64, ending=".csv", given=GivenSurvey("survey")).id


def has_file(stored: Stored, number: int) -> bool:
    with stored() as make:
        return stored.blobs.has(str(make.act.session.get_one(Job, number).payload[FILE]))


def test_a_cancelled_file_is_gone_and_cannot_be_tried_again(stored: Stored, visitor: Visitor, tmp_path: Path) -> None:
    number = sent_in(stored, tmp_path)
    assert has_file(stored, number)
    with stored() as make:
        boss = make.user(Role.SUPERVISOR).id
    assert visitor.as_user(boss).post(f"/jobs/{number}/cancel").status_code == 303
    assert not has_file(stored, number)
    assert "Try again" not in visitor.get("/jobs").text
    refused = visitor.post(f"/jobs/{number}/retry")
    assert refused.status_code == 409
    assert "Send it in again." in refused.text
    with stored() as make, pytest.raises(ConflictError):
        retry(make.act, make.act.session.get_one(Job, number))


def test_a_file_that_another_job_waits_for_stays(stored: Stored, bench: Bench, tmp_path: Path) -> None:
    first = sent_in(stored, tmp_path)
    with stored() as make:
        kept = make.act.session.get_one(Job, first)
        other = Job(
            kind=kept.kind,
            key="the same once more",
            payload=dict(kept.payload),
            state=JobState.QUEUED,
            created_at=make.act.now,
            not_before=make.act.now,
            max_attempts=3,
        )
        make.act.session.add(other)
        make.act.session.flush()
        second = other.id
        cancel(make.act, kept)
    assert has_file(stored, first)
    assert ledger.run(bench, second) is JobState.DONE
    assert not has_file(stored, first)


def test_a_file_that_is_refused_is_gone(
    stored: Stored, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sent_in(stored, tmp_path)

    def refused(*_given: object, **_named: object) -> None:
        raise InvalidError(_("Choose one of the list."))

    monkeypatch.setattr(handler, "ingest_survey", refused)
    assert ledger.run(bench, number) is JobState.FAILED
    assert not has_file(stored, number)


def test_after_a_passing_fault_the_file_stays_until_the_last_try(
    stored: Stored, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sent_in(stored, tmp_path)

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(handler, "ingest_survey", broken)
    for attempt in (1, 2, 3):
        with stored() as make:
            make.act.session.get_one(Job, number).not_before = make.act.now
        state = ledger.run(bench, number)
        assert has_file(stored, number) == (attempt < 3)
        assert state is (JobState.QUEUED if attempt < 3 else JobState.FAILED)
