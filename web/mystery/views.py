"""Programmes, scenarios, planned visits, and what came of each visit."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.cards.queries import card_of, get_version, newest_offered
from qa.i18n import _, datetime_text, say
from qa.mystery import queries, service
from qa.mystery.labels import ATTACHMENT_LABELS, NOT_TO_DISCIPLINE, STAFF_ARE_TOLD, VISIT_STATE_LABELS
from qa.mystery.models import Programme, VisitState
from qa.mystery.photos import PHOTO_TYPES
from qa.mystery.report import visit_report
from qa.people.queries import agents, with_role
from qa.reports.visit_pdf import visit_pdf
from scorecards.computation import HEADINGS
from web.door import allowed, attempt
from web.mystery.forms import (
    ReleaseForm,
    ScenarioForm,
    plan_form,
    plan_of,
    programme_form,
    scenario_form,
    scenario_of,
)

pages = Blueprint("mystery", __name__, url_prefix="/mystery")

#: Shape beside each state's word.
STATE_SHAPES = {
    VisitState.PLANNED: "open",
    VisitState.STARTED: "busy",
    VisitState.SUBMITTED: "caution",
    VisitState.EVALUATED: "pass",
}

#: What browsers play or show by themselves; anything else is saved as a file.
SHOWN = {"audio/ogg", "audio/mpeg", "audio/wav", "audio/flac", "audio/mp4"} | {
    item.media_type for item in PHOTO_TYPES.values() if item.shown
}


@pages.get("")
@allowed(Permission.PROGRAMME_MANAGE)
def list_programmes(act: Act) -> ResponseReturnValue:
    """Show the programmes with how many visits stand where."""
    return render_template(
        "mystery/list.html",
        programmes=queries.list_programmes(act),
        counts=queries.count_visits(act),
        states=VISIT_STATE_LABELS,
        staff_are_told=STAFF_ARE_TOLD,
        not_to_discipline=NOT_TO_DISCIPLINE,
    )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Permission.PROGRAMME_MANAGE)
def add_programme(act: Act) -> ResponseReturnValue:
    """Make a programme."""
    cards = queries.mystery_cards(act)
    form = programme_form(request.form, cards=cards, language=act.language)
    if request.method == "POST" and form.validate():
        made = attempt(
            act,
            form,
            lambda: service.add_programme(
                act, name=form.name.data or "", version=get_version(act, int(form.card.data))
            ),
        )
        if made is not None:
            flash(say(_("The programme was made. Write its first scenario now."), g.language), "pass")
            return redirect(url_for("mystery.show_programme", programme_id=made.id), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("mystery/programme_form.html", form=form, cards=cards), status


@pages.get("/<int:programme_id>")
@allowed(Permission.PROGRAMME_MANAGE)
def show_programme(act: Act, programme_id: int) -> ResponseReturnValue:
    """Show a programme: its scenarios, and its visits with their state."""
    programme = queries.get_programme(act, programme_id)
    visits = queries.visits_of(act, programme)
    return render_template(
        "mystery/programme.html",
        programme=programme,
        card=_card_name(act, programme),
        visits=visits,
        evaluations=queries.evaluations_of_visits(act, visits),
        states=VISIT_STATE_LABELS,
        shapes=STATE_SHAPES,
        not_to_discipline=NOT_TO_DISCIPLINE,
    )


@pages.post("/<int:programme_id>/active")
@allowed(Permission.PROGRAMME_MANAGE)
def set_active(act: Act, programme_id: int) -> ResponseReturnValue:
    """Close the programme to new visits, or open it again."""
    programme = queries.get_programme(act, programme_id)
    service.set_active(act, programme, active=request.form.get("active") == "1")
    return redirect(url_for("mystery.show_programme", programme_id=programme.id), 303)


@pages.route("/<int:programme_id>/scenarios/new", methods=["GET", "POST"])
@allowed(Permission.PROGRAMME_MANAGE)
def add_scenario(act: Act, programme_id: int) -> ResponseReturnValue:
    """Write a scenario."""
    programme = queries.get_programme(act, programme_id)
    form = scenario_form(request.form, scenario=None)
    if request.method == "POST" and form.validate():
        made = attempt(act, form, lambda: service.add_scenario(act, programme, facts=scenario_of(form)))
        if made is not None:
            flash(say(_("The scenario was added."), g.language), "pass")
            return redirect(url_for("mystery.show_programme", programme_id=programme.id), 303)
    return _scenario_page(form, programme, heading=say(_("Write a scenario"), g.language))


@pages.route("/scenarios/<int:scenario_id>", methods=["GET", "POST"])
@allowed(Permission.PROGRAMME_MANAGE)
def change_scenario(act: Act, scenario_id: int) -> ResponseReturnValue:
    """Change a scenario with which no visit has begun."""
    scenario = queries.get_scenario(act, scenario_id)
    form = scenario_form(request.form, scenario=scenario)
    if request.method == "POST" and form.validate():
        facts = scenario_of(form)
        if attempt(act, form, lambda: service.change_scenario(act, scenario, facts=facts)):
            flash(say(_("The changes were saved."), g.language), "pass")
            return redirect(url_for("mystery.show_programme", programme_id=scenario.programme_id), 303)
    return _scenario_page(form, scenario.programme, heading=scenario.name)


@pages.route("/<int:programme_id>/plan", methods=["GET", "POST"])
@allowed(Permission.PROGRAMME_MANAGE)
def plan_visit(act: Act, programme_id: int) -> ResponseReturnValue:
    """Plan a visit of the programme."""
    programme = queries.get_programme(act, programme_id)
    shoppers, visited = with_role(act, Role.SHOPPER), agents(act)
    form = plan_form(request.form, scenarios=programme.scenarios, shoppers=shoppers, agents=visited)
    if request.method == "POST" and form.validate():
        scenario = queries.get_scenario(act, int(form.scenario.data))
        plan = plan_of(form, zone=act.time_zone)
        if attempt(act, form, lambda: service.plan_visit(act, scenario, plan=plan)) is not None:
            flash(say(_("The visit was planned. The shopper sees it under “My visits”."), g.language), "pass")
            return redirect(url_for("mystery.show_programme", programme_id=programme.id), 303)
    page = render_template(
        "mystery/plan.html", form=form, programme=programme, shoppers=shoppers, visited=visited, zone=act.time_zone
    )
    return page, 422 if request.method == "POST" else 200


@pages.get("/visits/<int:visit_id>")
@allowed(Permission.PROGRAMME_MANAGE)
def show_visit(act: Act, visit_id: int) -> ResponseReturnValue:
    """Show a visit: what was seen, how it was scored line by line, photos and recording."""
    return _visit_page(act, visit_id, form=ReleaseForm())


@pages.post("/visits/<int:visit_id>/release")
@allowed(Permission.EVALUATION_RELEASE)
def release(act: Act, visit_id: int) -> ResponseReturnValue:
    """Show the visit's evaluation to who was visited."""
    visit, form = queries.get_visit(act, visit_id), ReleaseForm()
    if attempt(act, form, lambda: service.release_visit(act, visit)):
        flash(say(_("Released. {name} can read the evaluation now.", name=visit.agent.name), g.language), "pass")
        return redirect(url_for("mystery.show_visit", visit_id=visit.id), 303)
    return _visit_page(act, visit_id, form=form), 422


@pages.post("/visits/<int:visit_id>/cancel")
@allowed(Permission.PROGRAMME_MANAGE)
def cancel(act: Act, visit_id: int) -> ResponseReturnValue:
    """Take back a visit that has not begun."""
    visit, form = queries.get_visit(act, visit_id), ReleaseForm()
    programme = attempt(act, form, lambda: service.cancel_visit(act, visit))
    if programme is not None:
        flash(say(_("The visit was taken back."), g.language), "pass")
        return redirect(url_for("mystery.show_programme", programme_id=programme.id), 303)
    return _visit_page(act, visit_id, form=form), 422


@pages.get("/visits/<int:visit_id>/report.pdf", endpoint="visit_pdf")
@allowed(Permission.PROGRAMME_MANAGE)
def send_visit_pdf(act: Act, visit_id: int) -> ResponseReturnValue:
    """Send the visit's report as PDF, in the reader's language."""
    visit = queries.get_visit(act, visit_id)
    made = visit_pdf(visit_report(act, visit))
    day = datetime_text(visit.planned_for, act.language, zone=act.time_zone, style="yyyy-MM-dd")
    response = Response(made, mimetype="application/pdf")
    name = say(_("visit"), act.language)
    response.headers["Content-Disposition"] = f'inline; filename="{name}-{visit.id}-{day}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/attachments/<int:attachment_id>")
@allowed(Permission.VISIT_SEE)
def attachment(act: Act, attachment_id: int) -> ResponseReturnValue:
    """Send a photo or recording to who may see its visit."""
    found = queries.get_attachment(act, attachment_id)
    response = send_file(
        act.blobs.path(found.blob_key),
        mimetype=found.media_type,
        as_attachment=found.media_type not in SHOWN,
        download_name=found.file_name,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _visit_page(act: Act, visit_id: int, *, form: ReleaseForm) -> str:
    visit = queries.get_visit(act, visit_id)
    evaluation = queries.evaluation_of(act, visit)
    return render_template(
        "mystery/visit.html",
        visit=visit,
        evaluation=evaluation,
        report=visit_report(act, visit) if evaluation else None,
        rows=evaluation.computation["rows"][act.language.value] if evaluation and evaluation.computation else [],
        headings={key: words.in_(act.language.value) for key, words in HEADINGS.items()},
        card=card_of(visit.card_version).name.in_(act.language.value),
        states=VISIT_STATE_LABELS,
        shapes=STATE_SHAPES,
        kinds=ATTACHMENT_LABELS,
        shown=SHOWN,
        form=form,
        not_to_discipline=NOT_TO_DISCIPLINE,
    )


def _scenario_page(form: ScenarioForm, programme: Programme, *, heading: str) -> ResponseReturnValue:
    page = render_template("mystery/scenario.html", form=form, programme=programme, heading=heading)
    return page, 422 if request.method == "POST" else 200


def _card_name(act: Act, programme: Programme) -> str:
    version = newest_offered(act, programme.scorecard_id) or programme.scorecard.versions[-1]
    return card_of(version).name.in_(act.language.value)
