"""Giving kudos for a conversation one reads, or for a clip one was let hear."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import _, say
from qa.interactions.models import Interaction
from qa.interactions.queries import get_interaction
from qa.kudos import service
from qa.talks.queries import get_clip
from web.door import allowed, attempt, local_path
from web.forms import PageForm, label, unmarked

pages = Blueprint("kudos", __name__, url_prefix="/kudos")


class KudosForm(PageForm):
    """A kind word."""

    text = TextAreaField(label(_("What was good")), [unmarked()])


@pages.post("/interactions/<int:interaction_id>")
@allowed(Permission.KUDOS_GIVE)
def give(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Give kudos for a conversation."""
    return _given(act, get_interaction(act, interaction_id))


@pages.post("/clips/<int:clip_id>")
@allowed(Permission.KUDOS_GIVE)
def give_for_clip(act: Act, clip_id: int) -> ResponseReturnValue:
    """Give kudos for a colleague's example."""
    return _given(act, get_clip(act, clip_id).interaction)


@pages.post("/<int:kudos_id>/take-back")
@allowed(Permission.KUDOS_GIVE)
def take_back(act: Act, kudos_id: int) -> ResponseReturnValue:
    """Take kudos back."""
    service.take_back(act, service.get_kudos(act, kudos_id))
    flash(say(_("Your kudos was taken back."), g.language), "pass")
    return redirect(_next(), 303)


def _given(act: Act, interaction: Interaction) -> ResponseReturnValue:
    form = KudosForm(request.form)
    # Browsers send two characters for the end of a line, and count one.
    text = (form.text.data or "").replace("\r\n", "\n")
    if attempt(act, form, lambda: service.give_kudos(act, interaction, text=text)) is None:
        # The form stood beside a conversation, on pages of several kinds: it comes back on one of its own.
        return render_template("kudos/again.html", form=form, next=_next()), 422
    flash(say(_("Your kudos was given. It is in no figure and no score."), g.language), "pass")
    return redirect(_next(), 303)


def _next() -> str:
    return local_path(request.form.get("next"), otherwise=url_for("home"))
