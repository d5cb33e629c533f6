"""The page that shows the terms, what the next night erases, what stays beyond its term and why, and the last run."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.privacy.due import due
from qa.privacy.labels import COUNTED_FROM, KEPT_LABELS, PASSED_BY_LABELS
from qa.privacy.sweep import erased_by, last_run
from qa.privacy.terms import Kept, months_of
from qa.privacy.warning import WARNING_DAYS, erases_from
from web.door import allowed

pages = Blueprint("privacy", __name__)


@pages.get("/retention")
@allowed(Permission.PEOPLE_MANAGE)
def retention(act: Act) -> ResponseReturnValue:
    """Show how long what is kept, and what comes of it next."""
    last, since = last_run(act), erases_from(act)
    return render_template(
        "privacy/retention.html",
        rows=[(due(act, kind), months_of(act.settings, kind)) for kind in Kept],
        labels=KEPT_LABELS,
        counted=COUNTED_FROM,
        reasons=PASSED_BY_LABELS,
        warning_days=WARNING_DAYS,
        since=since.astimezone(ZoneInfo(act.time_zone)).date() if since and since > act.now else None,
        untold=since is None,
        last=last,
        erased=erased_by(act, last) if last else {},
    )
