"""Reports of many agents at once: asking, waiting, fetching."""

from datetime import date

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.coaching import batches
from qa.coaching.batches import Batch
from qa.coaching.forgetting import BATCH_DAYS, zip_key
from qa.errors import ConflictError
from qa.i18n import Language, _
from qa.insight.queries import newest_stretch
from qa.jobs.models import Job, JobState
from qa.people.queries import teams
from qa.reports.content import Period
from qa.reports.numbers import period_text
from web.coaching.forms import BatchForm, batch_form
from web.coaching.pages import pages
from web.door import allowed, attempt
from web.jobs.shown import shown_job


@pages.get("/batches")
@allowed(Permission.REPORT_MAKE)
def list_batches(act: Act) -> ResponseReturnValue:
    """Show the form that asks for a batch, and the batches there are."""
    return _list_page(act, _form(act, sent=False))


@pages.post("/batches")
@allowed(Permission.REPORT_MAKE)
def make_batch(act: Act) -> ResponseReturnValue:
    """Ask for a batch and show how it comes along."""
    form = _form(act, sent=True)
    if form.validate():
        made = attempt(act, form, lambda: batches.ask_for_batch(act, _asked(form)))
        if made is not None:
            return redirect(url_for("coaching.show_batch", job_id=made.id), 303)
    return _list_page(act, form, status=422)


@pages.get("/batches/<int:job_id>")
@allowed(Permission.REPORT_MAKE)
def show_batch(act: Act, job_id: int) -> ResponseReturnValue:
    """Show how far a batch is and, once it is packed, the way to it."""
    job = batches.get_batch(act, job_id)
    return render_template("coaching/batch.html", job=shown_job(job), **_said(act, job))


@pages.get("/batches/<int:job_id>/reports.zip")
@allowed(Permission.REPORT_MAKE)
def fetch_batch(act: Act, job_id: int) -> ResponseReturnValue:
    """Send the ZIP with the reports and their index."""
    job = batches.get_batch(act, job_id)
    key = (job.result or {}).get("zip")
    if job.state is not JobState.DONE or key is None:
        raise ConflictError(_("These reports are not ready yet."))
    if not act.blobs.has(key):
        raise ConflictError(_("This ZIP file is deleted. Ask for the reports again."))
    batch = Batch.of(job.payload)
    response = Response(act.blobs.open(key), mimetype="application/zip", direct_passthrough=True)
    response.headers["Content-Disposition"] = f'attachment; filename="reports-{batch.first}-{batch.last}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _form(act: Act, *, sent: bool) -> BatchForm:
    return batch_form(
        request.form if sent else None,
        teams=teams(act),
        stretch=newest_stretch(act, zone=act.settings.time_zone),
    )


def _asked(form: BatchForm) -> Batch:
    return Batch(
        first=form.starts_on.data or date.min,
        last=form.ends_on.data or date.min,
        team_id=int(form.team.data) if form.team.data else None,
        language=Language(form.language.data) if form.language.data else None,
    )


def _list_page(act: Act, form: BatchForm, *, status: int = 200) -> ResponseReturnValue:
    rows = [{"job": shown_job(job), **_said(act, job)} for job in batches.list_batches(act)]
    return render_template("coaching/batches.html", form=form, rows=rows), status


def _said(act: Act, job: Job) -> dict[str, object]:
    batch = Batch.of(job.payload)
    names = {team.id: team.name for team in teams(act)}
    return {
        "days": period_text(Period(batch.first, batch.last), g.language),
        "team": names.get(batch.team_id) if batch.team_id else None,
        "language_name": batch.language.own_name if batch.language else None,
        "reports": (job.result or {}).get("reports"),
        "deleted": job.state is JobState.DONE and not act.blobs.has(zip_key(job.id)),
        "batch_days": BATCH_DAYS,
    }
