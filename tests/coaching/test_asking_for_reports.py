"""Asking for a report, the job that makes it, reading it and marking it as seen."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from qa import handlers
from qa.act import Act
from qa.auth.roles import Role
from qa.coaching.models import CoachingReport, ReportState
from qa.coaching.queries import get_report, list_reports
from qa.coaching.service import Ordered, ask_for_report, mark_seen
from qa.errors import ConflictError, ForbiddenError, NotFoundError
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench
from qa.people.models import User
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene
from tests.makers import Makers


def october(act: Act, agent: User, *, by: User, language: Language = Language.EN) -> Ordered:
    return ask_for_report(
        replace(act, actor=by), agent, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31), language=language
    )


@pytest.fixture
def bench(stored: Stored) -> Bench:
    handlers.load()
    return Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)


def ordered(stored: Stored) -> tuple[int, int]:
    """The numbers of a report and of the job that makes it."""
    with stored() as make:
        scene = Scene(make)
        agent = make.agent("Sanne de Wit")
        scene.draw([agent])
        scene.score_all(agent, [100] * 6)
        made = october(make.act, agent, by=scene.supervisor)
        return made.report.id, made.job.id


def test_asking_twice_for_the_same_is_asking_once(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    scene.draw([agent])
    scene.score_all(agent, [100] * 5)

    first, second = (october(act, agent, by=scene.supervisor) for _ in range(2))
    other = october(act, agent, by=scene.supervisor, language=Language.NL)
    scene.score_all(agent, [50])
    later = october(act, agent, by=scene.supervisor)

    assert first == second
    assert other.report.id != first.report.id
    assert later.report.id not in {first.report.id, other.report.id}


def test_only_those_who_may_make_reports_ask_for_them(act: Act, make: Makers) -> None:
    agent = make.agent()
    with pytest.raises(ForbiddenError):
        october(act, agent, by=make.user(Role.REVIEWER))
    with pytest.raises(NotFoundError):
        october(act, make.user(Role.REVIEWER), by=make.user(Role.SUPERVISOR))


def test_the_job_makes_a_pdf_once_however_often_it_runs(stored: Stored, bench: Bench) -> None:
    report_id, job_id = ordered(stored)

    assert ledger.run(bench, job_id) is JobState.DONE
    with stored() as make:
        report = make.act.session.get_one(CoachingReport, report_id)
        key, digest = report.blob_key or "", report.content_sha256
        assert report.state is ReportState.READY
        assert report.facts is not None
        assert (report.facts["n"], report.facts["population"]) == (6, 80)
        job = make.act.session.get_one(Job, job_id)
        job.state = JobState.QUEUED
    assert ledger.run(bench, job_id) is JobState.DONE

    assert stored.blobs.get(key).startswith(b"%PDF-")
    with stored() as make:
        again = make.act.session.get_one(CoachingReport, report_id)
        assert (again.blob_key, again.content_sha256) == (key, digest)


def test_a_report_that_cannot_be_made_says_so_and_can_be_asked_for_again(stored: Stored, bench: Bench) -> None:
    report_id, job_id = ordered(stored)
    place = stored.settings.data_dir / "files"
    place.mkdir(parents=True, exist_ok=True)
    (place / "reports").write_text("in the way")

    ledger.run(bench, job_id)
    with stored() as make:
        assert make.act.session.get_one(CoachingReport, report_id).state is ReportState.FAILED
        job = make.act.session.get_one(Job, job_id)
        job.state, job.finished_at = JobState.FAILED, NOW
    (place / "reports").unlink()
    with stored() as make:
        report = make.act.session.get_one(CoachingReport, report_id)
        supervisor = make.act.session.get_one(User, report.made_by_id)
        assert october(make.act, report.agent, by=supervisor).report.id == report_id

    assert ledger.run(bench, job_id) is JobState.DONE
    with stored() as make:
        assert make.act.session.get_one(CoachingReport, report_id).state is ReportState.READY


def test_agents_see_their_own_finished_reports_only(act: Act, make: Makers) -> None:
    scene, agent, colleague = Scene(make), make.agent(), make.agent()
    made = october(act, agent, by=scene.supervisor).report
    theirs = replace(act, actor=agent)
    assert list_reports(theirs) == []

    made.state, made.blob_key = ReportState.READY, "reports/1/x.pdf"
    act.session.flush()

    assert list_reports(theirs) == [made]
    for other in (colleague, scene.reviewer, make.user(Role.SHOPPER)):
        with pytest.raises(NotFoundError):
            get_report(replace(act, actor=other), made.id)


def test_seeing_is_noted_once_and_by_the_agent_only(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    made = october(act, agent, by=scene.supervisor).report
    theirs = replace(act, actor=agent)
    with pytest.raises(ConflictError, match="not ready"):
        mark_seen(theirs, made)
    made.state, made.blob_key = ReportState.READY, "reports/1/x.pdf"
    with pytest.raises(ForbiddenError):
        mark_seen(replace(act, actor=scene.supervisor), made)

    mark_seen(theirs, made)

    assert (made.state, made.seen_at) == (ReportState.SEEN, NOW)
    with pytest.raises(ConflictError, match="already"):
        mark_seen(theirs, made)
    assert act.session.scalar(select(func.count()).select_from(CoachingReport)) == 1
