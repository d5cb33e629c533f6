"""What customers answered: the list with its figures, as a table for spreadsheets, and taking in a file."""

from datetime import datetime, time, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from qa.act import Act
from qa.auth.roles import Permission
from qa.csv_out import csv_bytes
from qa.errors import NotFoundError
from qa.feedback.batch import GivenSurvey
from qa.feedback.figures import AnswerFigures
from qa.feedback.handler import ask_to_take_in, counts_of, refusals_of
from qa.feedback.listing import HEADS, AnswerFilters, answer_rows, find_answers
from qa.feedback.queries import figures_between
from qa.feedback.service import TAKEN_LABELS, Taken
from qa.feedback.values import parse_scale
from qa.i18n import _
from qa.interactions.kinds import CHANNEL_LABELS
from qa.interactions.recordings import sha256_of
from qa.interactions.sources import TableKind, keep_mapping, source_named
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.queries import get_job
from web.asked import page_asked
from web.door import allowed, attempt
from web.feedback.forms import AnswerUploadForm, filter_form, filters_of, upload_form
from web.interactions.columns import mapping_of
from web.interactions.uploads import received
from web.jobs.shown import shown_job

pages = Blueprint("feedback", __name__, url_prefix="/answers")

#: Longer stretches of days have a list and no figures.
MOST_DAYS = 92
_BADGES = {
    Taken.ADDED: "pass",
    Taken.WAITING: "open",
    Taken.CHANGED: "pass",
    Taken.KNOWN: "done",
    Taken.REFUSED: "fail",
}


@pages.get("")
@allowed(Permission.OVERVIEW_SEE)
def list_answers(act: Act) -> ResponseReturnValue:
    """Show the answers that pass the filters, and what those of the period say together."""
    form = filter_form(act, request.args)
    filters = filters_of(form)
    page = find_answers(act, filters, page=page_asked())
    return render_template(
        "feedback/list.html",
        form=form,
        page=page,
        filtered=any(value for name, value in request.args.items() if name != "page"),
        figures=_figures(act, filters),
        most_days=MOST_DAYS,
        channels=CHANNEL_LABELS,
    )


@pages.get("/answers.csv")
@allowed(Permission.OVERVIEW_SEE)
def export(act: Act) -> ResponseReturnValue:
    """Send the answers that pass the filters as CSV."""
    filters = filters_of(filter_form(act, request.args))
    response = Response(csv_bytes(HEADS, answer_rows(act, filters)), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="steekproef-answers.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.route("/upload", methods=["GET", "POST"])
@allowed(Permission.INTERACTION_ADD)
def upload(act: Act) -> ResponseReturnValue:
    """Take a file in: it is kept, and a worker reads it."""
    sending = request.method == "POST"
    form = upload_form(act, CombinedMultiDict((request.form, request.files)) if sending else None)
    if sending and form.validate():
        job = attempt(act, form, lambda: _asked(act, form))
        if job is not None:
            return redirect(url_for("feedback.taken", job_id=job.id), 303)
    return render_template("feedback/upload.html", form=form), 422 if sending else 200


@pages.get("/taken/<int:job_id>")
@allowed(Permission.INTERACTION_ADD)
def taken(act: Act, job_id: int) -> ResponseReturnValue:
    """Show how far a file is, and what became of its lines."""
    job = get_job(act, job_id)
    if job.kind != JobKind.ANSWERS:
        raise NotFoundError(_("There is no such work, or you may not see it."))
    refusals = refusals_of(job)
    counts = counts_of(job)
    return render_template(
        "feedback/taken.html",
        job=shown_job(job),
        counts=[(TAKEN_LABELS[one], _BADGES[one], count) for one, count in counts.items()],
        refusals=refusals,
        more=counts.get(Taken.REFUSED, 0) - len(refusals),
    )


def _asked(act: Act, form: AnswerUploadForm) -> Job:
    written = (form.scale.data or "").strip()
    scale = parse_scale(written) if written else None
    source = source_named(act, form.source.data or "")
    mapping = mapping_of(request.form, kind=TableKind.ANSWERS, source=source, time_zone=source.time_zone)
    if mapping is not None and form.keep.data:
        keep_mapping(act, source, kind=TableKind.ANSWERS, mapping=mapping)
    with received([request.files["file"]]) as (_folder, places):
        [(name, path)] = places.items()
        return ask_to_take_in(
            act,
            path,
            digest=sha256_of(path),
            ending=PurePosixPath(name).suffix.lower(),
            given=GivenSurvey(source.name, mapping=mapping, scale=scale),
        )


def _figures(act: Act, filters: AnswerFilters) -> AnswerFigures | None:
    if filters.since is None or filters.until is None or not 0 <= (filters.until - filters.since).days <= MOST_DAYS:
        return None
    zone = ZoneInfo(act.time_zone)
    return figures_between(
        act,
        datetime.combine(filters.since, time(), tzinfo=zone),
        datetime.combine(filters.until + timedelta(days=1), time(), tzinfo=zone),
        agent_id=filters.agent_id,
        team_id=filters.team_id,
    )
