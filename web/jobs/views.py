"""Long work: the list, one job as a fragment that asks again by itself, stopping it, trying it again."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.interactions.models import Interaction
from qa.interactions.recordings import transcribe_again
from qa.jobs import service
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.queries import find_jobs, get_job
from web.door import allowed, local_path
from web.jobs.shown import STATE_LABELS, shown_job

pages = Blueprint("jobs", __name__, url_prefix="/jobs")


@pages.get("")
@allowed(Permission.JOB_SEE)
def list_jobs(act: Act) -> ResponseReturnValue:
    """Show what waits, runs and has ended."""
    typed, number = request.args.get("state", ""), request.args.get("page", "1")
    state = JobState(typed) if typed in set(JobState) else None
    page = find_jobs(act, state=state, page=int(number) if number.isdecimal() and len(number) < 9 else 1)
    return render_template(
        "jobs/list.html", page=page, jobs=[shown_job(job) for job in page.rows], states=STATE_LABELS, chosen=state
    )


@pages.get("/<int:job_id>")
@allowed(Permission.JOB_SEE)
def show(act: Act, job_id: int) -> ResponseReturnValue:
    """Answer with one job; while it goes on, the fragment asks again. Ended, the page around it is loaded anew."""
    job = shown_job(get_job(act, job_id))
    if not request.headers.get("HX-Request"):
        return render_template("jobs/one.html", job=job)
    response = make_response(render_template("jobs/fragment.html", job=job))
    if not job.goes_on and request.args.get("whole"):
        response.headers["HX-Refresh"] = "true"
    return response


@pages.post("/<int:job_id>/cancel")
@allowed(Permission.JOB_CANCEL)
def cancel(act: Act, job_id: int) -> ResponseReturnValue:
    """Stop a job."""
    service.cancel(act, get_job(act, job_id))
    return _back()


@pages.post("/<int:job_id>/retry")
@allowed(Permission.JOB_CANCEL)
def retry(act: Act, job_id: int) -> ResponseReturnValue:
    """Try a job that ended badly once more."""
    job = get_job(act, job_id)
    interaction = _transcribed(act, job)
    if interaction is not None:
        transcribe_again(act, interaction)
    else:
        service.retry(act, job)
    return _back()


def _transcribed(act: Act, job: Job) -> Interaction | None:
    return act.session.get(Interaction, int(job.payload["interaction"])) if job.kind == JobKind.TRANSCRIBE else None


def _back() -> ResponseReturnValue:
    return redirect(local_path(request.form.get("next"), otherwise=url_for("jobs.list_jobs")), 303)
