"""Coaching reports: the list, asking for one, waiting for it, reading it, marking it as seen."""

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.coaching import queries, service
from qa.coaching.models import CoachingReport, ReportState
from qa.errors import ConflictError
from qa.i18n import Language, Text, _, say, text_from_json
from qa.insight.queries import newest_stretch
from qa.jobs.models import JobState
from qa.people.queries import get_person
from qa.reports.content import Period
from qa.reports.numbers import period_text
from web.asked import number_asked
from web.coaching import batches, printing
from web.coaching.forms import ReportForm, report_form
from web.coaching.pages import pages
from web.door import allowed, attempt

__all__ = ["batches", "days", "pages", "printing"]

REPORT_STATES: dict[ReportState, Text] = {
    ReportState.MAKING: _("Being made"),
    ReportState.READY: _("Ready"),
    ReportState.SEEN: _("Seen by the agent"),
    ReportState.FAILED: _("Could not be made"),
    ReportState.ERASED: _("Erased"),
}

#: Shape beside each state's word.
SHAPES = {
    ReportState.MAKING: "busy",
    ReportState.READY: "done",
    ReportState.SEEN: "pass",
    ReportState.FAILED: "fail",
    ReportState.ERASED: "none",
}

_ENDED_BADLY = {JobState.FAILED, JobState.CANCELLED}


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of reports."""
    return {"report_words": REPORT_STATES, "report_shapes": SHAPES, "days": days}


def days(report: CoachingReport) -> str:
    """Name the days of a report as its own pages do."""
    return period_text(Period(report.starts_on, report.ends_on), g.language)


@pages.get("")
@allowed(Permission.REPORT_SEE)
def list_reports(act: Act) -> ResponseReturnValue:
    """Show the reports, newest first, and to supervisors the form that asks for one."""
    form = _form(act, sent=False) if act.may(Permission.REPORT_MAKE) else None
    return _list_page(act, form)


@pages.post("")
@allowed(Permission.REPORT_MAKE)
def make_report(act: Act) -> ResponseReturnValue:
    """Ask for a report and show how it comes along."""
    form = _form(act, sent=True)
    if form.validate():
        made = attempt(act, form, lambda: _asked(act, form))
        if made is not None:
            return redirect(url_for("coaching.show_report", report_id=made.id), 303)
    return _list_page(act, form, status=422)


@pages.get("/<int:report_id>")
@allowed(Permission.REPORT_SEE)
def show_report(act: Act, report_id: int) -> ResponseReturnValue:
    """Show a report's state and, once it is ready, the way to it."""
    report = queries.get_report(act, report_id)
    return render_template("coaching/report.html", **_shown(act, report))


@pages.get("/<int:report_id>/progress")
@allowed(Permission.REPORT_SEE)
def report_progress(act: Act, report_id: int) -> ResponseReturnValue:
    """Show only how far the report is, for the page that waits for it."""
    report = queries.get_report(act, report_id)
    return render_template("coaching/progress.html", **_shown(act, report))


@pages.get("/<int:report_id>/report.pdf")
@allowed(Permission.REPORT_SEE)
def read_report(act: Act, report_id: int) -> ResponseReturnValue:
    """Send the PDF, to be read in the browser; ``?save=1`` saves it."""
    report = queries.get_report(act, report_id)
    if report.state is ReportState.ERASED:
        raise ConflictError(_("This report was erased."))
    if report.blob_key is None:
        raise ConflictError(_("This report is not ready yet."))
    word = say(_("coaching-report"), report.language)
    name = f"{word}-{report.starts_on}-{report.ends_on}.pdf"
    response = Response(act.blobs.get(report.blob_key), mimetype="application/pdf")
    shown = "attachment" if request.args.get("save") == "1" else "inline"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.post("/<int:report_id>/seen")
@allowed(Permission.REPORT_SEE)
def mark_seen(act: Act, report_id: int) -> ResponseReturnValue:
    """Note that the agent has seen the report."""
    report = queries.get_report(act, report_id)
    service.mark_seen(act, report)
    flash(say(_("Marked as seen. Seen does not mean agreed."), g.language), "pass")
    return redirect(url_for("coaching.show_report", report_id=report.id), 303)


def _form(act: Act, *, sent: bool) -> ReportForm:
    return report_form(
        request.form if sent else None,
        agents=queries.agents_for_reports(act),
        stretch=newest_stretch(act, zone=act.settings.time_zone),
        wished=request.args,
        language=g.language,
    )


def _asked(act: Act, form: ReportForm) -> CoachingReport:
    first, last = form.starts_on.data, form.ends_on.data
    assert first is not None
    assert last is not None
    agent = get_person(act, int(form.agent.data or 0))
    ordered = service.ask_for_report(
        act, agent, starts_on=first, ends_on=last, language=Language(form.language.data or g.language)
    )
    return ordered.report


def _list_page(act: Act, form: ReportForm | None, *, status: int = 200) -> ResponseReturnValue:
    agent_id = number_asked("agent")
    page = render_template(
        "coaching/list.html",
        form=form,
        reports=queries.list_reports(act, agent_id=agent_id),
        filtered=agent_id is not None,
        own=act.person().role is Role.AGENT,
    )
    return page, status


def _shown(act: Act, report: CoachingReport) -> dict[str, object]:
    job = queries.job_of(act, report)
    ended_badly = job is None or job.state in _ENDED_BADLY
    erased = report.state is ReportState.ERASED
    failed = report.blob_key is None and ended_badly and not erased
    return {
        "report": report,
        "job": job,
        "failed": failed,
        "erased": erased,
        "waiting": report.blob_key is None and not failed and not erased,
        "error": text_from_json(job.error) if failed and job is not None and job.error else None,
        "step": text_from_json(job.step) if job is not None and job.step else None,
        "may_mark": act.person().id == report.agent_id and report.state is ReportState.READY,
        "may_make": act.may(Permission.REPORT_MAKE),
    }
