"""Interactions picked on purpose: finding them, giving them to reviewers, and what became of them."""

import os

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.cards.queries import published_cards
from qa.evaluations.labels import EVALUATION_STATE_LABELS
from qa.i18n import _, say
from qa.interactions.kinds import CHANNEL_LABELS
from qa.interactions.models import Interaction
from qa.interactions.queries import visible_interactions
from qa.people.queries import agents, teams, with_role
from qa.picks import queries, service
from qa.picks.finding import MOST_FOUND, Findings, Found, find
from qa.picks.labels import PICK_REASON_LABELS
from qa.picks.models import PickReason
from web.asked import page_asked
from web.door import allowed, attempt
from web.picks.forms import PickForm, SearchForm, pick_form, pick_wish, search_form, search_of
from web.sampling.words import PURPOSE_WORDS

pages = Blueprint("picks", __name__, url_prefix="/picks")


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of picks."""
    return {
        "channels": CHANNEL_LABELS,
        "purposes": PURPOSE_WORDS,
        "reasons": PICK_REASON_LABELS,
        "states": EVALUATION_STATE_LABELS,
    }


@pages.get("")
@allowed(Permission.PLAN_MANAGE)
def list_picks(act: Act) -> ResponseReturnValue:
    """Show what was picked, the newest first."""
    page = queries.picks(act, page=page_asked())
    return render_template("picks/list.html", page=page, how_far=queries.how_far(act, list(page.rows)))


@pages.get("/<int:pick_id>")
@allowed(Permission.PLAN_MANAGE)
def show(act: Act, pick_id: int) -> ResponseReturnValue:
    """Show interactions that were picked together, with their reasons and evaluations."""
    found = queries.get_pick(act, pick_id)
    return render_template("picks/show.html", pick=found, reviewers=queries.reviewers_of(act, found))


@pages.route("/new", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def new(act: Act) -> ResponseReturnValue:
    """Find interactions and give them to reviewers."""
    search = search_form(act, _asked(), teams=teams(act), agents=agents(act))
    findings, searched = _findings(act, search)
    form = _pick_form(act, findings)
    if request.method == "POST" and form.validate():
        wish = pick_wish(form, reason=_reason(search), phrase=search.phrase.data or "")
        made = attempt(act, form, lambda: service.pick(act, wish, entropy=os.urandom))
        if made is not None:
            flash(say(_("The reviewers find these on their lists, among all others."), g.language), "pass")
            return redirect(url_for("picks.show", pick_id=made.id), 303)
    page = render_template(
        "picks/new.html",
        search=search,
        form=form,
        findings=findings,
        searched=searched,
        measured=any(one.length_ms is not None for one in findings.rows),
        rated=any(one.rated is not None for one in findings.rows),
        errors=form if request.method == "POST" else search,
    )
    return page, 422 if request.method == "POST" or search.errors else 200


def _asked() -> MultiDict[str, str] | None:
    """What the address asks for; some interactions by their numbers are a supervisor's choice."""
    return request.args if "reason" in request.args else None


def _findings(act: Act, search: SearchForm) -> tuple[Findings, bool]:
    """Return what was found and whether anything was looked for."""
    chosen = [int(one) for one in request.args.getlist("interaction") if one.isdecimal() and len(one) < 19]
    if chosen:
        asked = visible_interactions(act).where(Interaction.id.in_(chosen[:MOST_FOUND])).order_by(Interaction.id)
        rows = tuple(Found(one) for one in act.session.scalars(asked.options(joinedload(Interaction.agent))))
        return Findings(rows, len(rows)), True
    if _asked() is None or not search.validate():
        return Findings((), 0), False
    found = attempt(act, search, lambda: find(act, search_of(search)))
    return (found, True) if found is not None else (Findings((), 0), False)


def _reason(search: SearchForm) -> PickReason:
    """Return why what stands here is picked; by its own number it is a supervisor's choice."""
    known = _asked() is not None and search.reason.data in set(PickReason)
    return PickReason(search.reason.data) if known else PickReason.CHOICE


def _pick_form(act: Act, findings: Findings) -> PickForm:
    return pick_form(
        request.form if request.method == "POST" else None,
        found=findings.rows,
        reviewers=with_role(act, Role.REVIEWER),
        cards=published_cards(act),
        language=g.language,
    )
