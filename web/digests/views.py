"""How often the reader gets an e-mail about what waits, and what would stand in it now."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from qa.act import Act
from qa.auth.roles import Permission
from qa.digests import service
from qa.digests.content import waiting_for
from qa.digests.labels import RHYTHM_LABELS
from qa.digests.models import Rhythm
from qa.i18n import _, say
from web.door import allowed
from web.forms import PageForm, choices, label, unmarked

pages = Blueprint("digests", __name__)


class RhythmForm(PageForm):
    """How often."""

    rhythm = RadioField(label(_("How often")), [unmarked()])


@pages.route("/account/e-mail", methods=["GET", "POST"])
@allowed(Permission.SIGNED_IN)
def choose(act: Act) -> ResponseReturnValue:
    """Show what was chosen, and keep what is."""
    user = act.person()
    form = RhythmForm(request.form, data={"rhythm": service.rhythm_of(act, user).value})
    form.rhythm.choices = choices((one.value, RHYTHM_LABELS[one]) for one in Rhythm)
    if request.method == "POST" and form.validate():
        service.choose(act, Rhythm(form.rhythm.data))
        flash(say(_("The changes were saved."), g.language), "pass")
        return redirect(url_for("digests.choose"), 303)
    page = render_template(
        "digests/choose.html",
        form=form,
        waiting=waiting_for(act, user),
        address=user.email,
        on=bool(act.settings.smtp_url),
    )
    return page, 422 if request.method == "POST" else 200
