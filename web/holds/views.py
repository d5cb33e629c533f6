"""Legal holds: the list of what is held, and a page on which one is placed or lifted with its reason."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.holds.service import earlier_holds, lift_hold, place_hold, standing_holds
from qa.holds.standing import hold_on
from qa.i18n import _, say
from qa.interactions.queries import get_interaction
from web.door import allowed, attempt
from web.holds.forms import HoldForm

pages = Blueprint("holds", __name__)


@pages.get("/holds")
@allowed(Permission.HOLD_PLACE)
def list_holds(act: Act) -> ResponseReturnValue:
    """Show what is under legal hold."""
    number = request.args.get("page", "1")
    page = standing_holds(act, number=int(number) if number.isdecimal() and len(number) < 9 else 1)
    return render_template("holds/list.html", page=page)


@pages.route("/interactions/<int:interaction_id>/hold", methods=["GET", "POST"])
@allowed(Permission.HOLD_PLACE)
def change(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Place an interaction under legal hold, or lift the hold that it is under."""
    interaction = get_interaction(act, interaction_id)
    hold = hold_on(act, interaction)
    form = HoldForm(request.form)
    if request.method == "POST" and form.validate():
        reason, lifts = form.reason.data or "", "lift" in request.form
        changed = attempt(act, form, lambda: (lift_hold if lifts else place_hold)(act, interaction, reason=reason))
        if changed is not None:
            done = _("The legal hold was lifted.") if lifts else _("The interaction is under legal hold.")
            flash(say(done, g.language), "pass")
            return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)
    page = render_template(
        "holds/change.html", interaction=interaction, hold=hold, earlier=earlier_holds(act, interaction), form=form
    )
    return page, 422 if request.method == "POST" else 200
