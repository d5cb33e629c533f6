"""The job that makes a coaching report: content, PDF, storage, and the row that says it can be read."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from qa import audit
from qa.coaching.assembly import Asked, assemble
from qa.coaching.models import CoachingReport, ReportState
from qa.i18n import _
from qa.insight.stretch import Stretch
from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.content import CoachingReport as Content

STEPS = 3


@handles(JobKind.REPORT)
def make_report(work: Work) -> Mapping[str, Any] | None:
    """Make the report; made before, it does nothing."""
    report_id = int(work.payload["report"])
    try:
        work.report(0, STEPS, step=_("Gathering the evaluations"))
        content = _content(work, report_id)
        if content is None:
            return None
        work.report(1, STEPS, step=_("Laying out the pages"))
        pdf = coaching_pdf(content)
        work.report(2, STEPS, step=_("Storing the report"))
        key = f"reports/{report_id}/{content.digest}.pdf"
        work.bench.blobs.put(key, pdf)
        _keep(work, report_id, content, key=key)
    except BaseException:
        _leave(work, report_id)
        raise
    return {"report": report_id}


def _content(work: Work, report_id: int) -> Content | None:
    with work.act() as act:
        report = act.session.get(CoachingReport, report_id)
        if report is None or report.blob_key is not None or report.state is ReportState.ERASED:
            return None
        report.state = ReportState.MAKING
        zone = act.settings.time_zone
        coach = act.session.get(User, report.made_by_id) if report.made_by_id else None
        asked = Asked(
            agent=report.agent,
            stretch=Stretch(report.starts_on, report.ends_on, zone),
            language=report.language,
            # The day it was asked for, so that making it again gives the same file.
            made_on=report.created_at.astimezone(ZoneInfo(zone)).date(),
            coach=coach.name if coach else "",
        )
        return assemble(act, asked)


def _keep(work: Work, report_id: int, content: Content, *, key: str) -> None:
    with work.act() as act:
        report = act.session.get_one(CoachingReport, report_id)
        if report.state is ReportState.ERASED:
            act.blobs.delete(key)
        if report.blob_key is not None or report.state is ReportState.ERASED:
            return
        report.state, report.blob_key, report.content_sha256 = ReportState.READY, key, content.digest
        figure = content.overall
        report.facts = {
            **(report.facts or {}),
            "value": figure.shown,
            "low": figure.low,
            "high": figure.high,
            "n": figure.n,
            "population": figure.population,
            "method": figure.method.value,
            "draw_ids": list(figure.draw_ids),
            "too_few": figure.too_few,
        }
        audit.record(act, "report.made", report, agent=report.agent_id, n=figure.n)


def _leave(work: Work, report_id: int) -> None:
    """Say of a report that could not be made that it was not; trying again makes it anew."""
    with work.act() as act:
        report = act.session.get(CoachingReport, report_id)
        if report is not None and report.state is ReportState.MAKING:
            report.state = ReportState.FAILED
