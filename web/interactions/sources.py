"""Pages about sources: where interactions come from and how their files are read."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import _, say
from qa.interactions.models import Interaction, Source
from qa.interactions.sources import add_source, all_sources, change_source, get_source
from web.door import allowed, attempt
from web.interactions.forms import SIDES, source_facts, source_form
from web.interactions.pages import pages


@pages.get("/sources")
@allowed(Permission.SOURCE_MANAGE)
def list_sources(act: Act) -> ResponseReturnValue:
    """Show every source."""
    return render_template("interactions/sources.html", sources=all_sources(act), sides=dict(SIDES))


@pages.route("/sources/new", methods=["GET", "POST"])
@allowed(Permission.SOURCE_MANAGE)
def add(act: Act) -> ResponseReturnValue:
    """Make a source."""
    form = source_form(act, request.form, source=None)
    if request.method == "POST" and form.validate():
        made = attempt(act, form, lambda: add_source(act, source_facts(form)))
        if made is not None:
            flash(say(_("The source {name} was added.", name=made.name), g.language), "pass")
            return redirect(url_for("interactions.list_sources"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("interactions/source.html", form=form, source=None, sample=None), status


@pages.route("/sources/<int:source_id>", methods=["GET", "POST"])
@allowed(Permission.SOURCE_MANAGE)
def change(act: Act, source_id: int) -> ResponseReturnValue:
    """Show and change how a source's files are read."""
    source = get_source(act, source_id)
    form = source_form(act, request.form, source=source)
    if request.method == "POST" and form.validate():
        changed = attempt(act, form, lambda: change_source(act, source, source_facts(form)))
        if changed is not None:
            flash(say(_("The changes count for what comes in from now on."), g.language), "pass")
            return redirect(url_for("interactions.list_sources"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("interactions/source.html", form=form, source=source, sample=_sample(act, source)), status


def _sample(act: Act, source: Source) -> Interaction | None:
    """Return a call of the source that can be played, so that one hears who is on which channel."""
    asked = select(Interaction).where(Interaction.source_id == source.id).order_by(Interaction.id.desc()).limit(20)
    return next((one for one in act.session.scalars(asked) if one.recordings and one.recordings[0].playable_key), None)
