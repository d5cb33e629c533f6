"""Sampling plans, their draws, and the proof of each draw."""

import os
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.cards.queries import published_cards
from qa.errors import ConflictError, InvalidError
from qa.evaluations.labels import EVALUATION_STATE_LABELS
from qa.i18n import Text, _, date_text, say
from qa.insight.draws import figure_of_draw
from qa.interactions.kinds import CHANNEL_LABELS
from qa.sampling import proof, queries, service
from qa.sampling.commitment import check_seed, parse_seed
from qa.sampling.models import Draw, DrawState, Plan
from qa.sampling.period import Period, period_label, previous_period, time_zone
from qa.sampling.plan_design import design_of_plan, divided_sentences, drawn_sentence
from qa.sampling.plans import division_of, period_at, period_of_draw, population_of
from qa.sampling.preview import FramePreview, preview
from qa.sampling.queries import Shown
from qa.sampling.record import Verification
from qa.sampling.strata import Dimension, place_of, values_of
from qa.sampling.told import population_sentences
from web.asked import number_asked
from web.door import allowed, attempt, local_path
from web.forms import PageForm
from web.sampling.designing import designing
from web.sampling.forms import PlanForm, SeedForm, card_name, period_form, reason_of, replace_form, wish_of
from web.sampling.ledger import ledger
from web.sampling.picture import picture
from web.sampling.planner import planner
from web.sampling.words import WORDS
from web.sampling.writing import foreseen, form_of
from web.workload.plan_part import hands_of

pages = Blueprint("sampling", __name__)

#: How many past periods are offered to be drawn.
_PAST = 12


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of plans and draws."""
    return {
        **WORDS,
        "channel_words": CHANNEL_LABELS,
        "evaluation_words": EVALUATION_STATE_LABELS,
        "link": _link,
        "named": lambda period: period_label(period, g.language),
    }


pages.register_blueprint(planner)
pages.register_blueprint(designing)
pages.register_blueprint(ledger)


def _link(endpoint: str, **values: Any) -> str:
    """Return the address of another feature's page, or of this page while that feature has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else "#items"


@pages.get("/samples")
@allowed(Permission.DRAW_SEE)
def list_plans(act: Act) -> ResponseReturnValue:
    """Show the plans, and how far the newest draw of each is."""
    found = queries.plans(act)
    draws = {plan.id: draw for plan in found if (draw := queries.current_draw(plan)) is not None}
    return render_template(
        "sampling/list.html",
        plans=found,
        how={plan.id: drawn_sentence(plan) for plan in found},
        draws=draws,
        progress=queries.progress(act, draws.values()),
        waiting={plan.id: draw for plan in found if (draw := queries.waiting_draw(act, plan)) is not None},
        labels=_labels(list(draws.values())),
        manages=act.may(Permission.PLAN_MANAGE),
        shown=Shown,
    )


@pages.route("/samples/new", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def add_plan(act: Act) -> ResponseReturnValue:
    """Make a plan; its draws are promised at once."""
    form = form_of(act, None)
    if _wants_preview():
        return _plan_page(act, form, None, status=200)
    if request.method == "POST" and form.validate():
        plan = attempt(act, form, lambda: service.make_plan(act, wish_of(form), entropy=os.urandom))
        if plan is not None:
            _tell(_("The plan was made, and its next draws are promised."))
            return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)
    return _plan_page(act, form, None, status=422 if request.method == "POST" else 200)


@pages.route("/samples/<int:plan_id>/edit", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def edit_plan(act: Act, plan_id: int) -> ResponseReturnValue:
    """Change a plan; what was drawn stays."""
    plan = queries.get_plan(act, plan_id)
    form = form_of(act, plan)
    if _wants_preview():
        return _plan_page(act, form, plan, status=200)
    if request.method == "POST" and form.validate():
        changed = attempt(act, form, lambda: service.change_plan(act, plan, wish_of(form)))
        if changed is not None:
            _tell(_("The changes were saved."))
            return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)
    return _plan_page(act, form, plan, status=422 if request.method == "POST" else 200)


@pages.get("/samples/preview")
@allowed(Permission.PLAN_MANAGE)
def preview_plan(act: Act) -> ResponseReturnValue:
    """Show what the plan being written would find; a part of the form's page."""
    plan_id = number_asked("plan")
    form = form_of(act, queries.get_plan(act, plan_id) if plan_id else None, sent=True)
    return render_template("sampling/preview.html", **foreseen(act, form))


@pages.get("/samples/<int:plan_id>")
@allowed(Permission.DRAW_SEE)
def show_plan(act: Act, plan_id: int) -> ResponseReturnValue:
    """Show a plan with its draws."""
    return _show_plan(act, queries.get_plan(act, plan_id))


@pages.post("/samples/<int:plan_id>/stop")
@allowed(Permission.PLAN_MANAGE)
def stop_plan(act: Act, plan_id: int) -> ResponseReturnValue:
    """Draw no more by the plan."""
    plan = queries.get_plan(act, plan_id)
    service.stop_plan(act, plan)
    _tell(_("The plan was stopped. What was drawn stays."))
    return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)


@pages.post("/samples/<int:plan_id>/resume")
@allowed(Permission.PLAN_MANAGE)
def resume_plan(act: Act, plan_id: int) -> ResponseReturnValue:
    """Draw by the plan again."""
    plan = queries.get_plan(act, plan_id)
    service.resume_plan(act, plan)
    _tell(_("The plan draws again."))
    return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)


@pages.post("/samples/<int:plan_id>/promise")
@allowed(Permission.PLAN_MANAGE)
def promise(act: Act, plan_id: int) -> ResponseReturnValue:
    """Commit to the draws of the present and the next period."""
    plan = queries.get_plan(act, plan_id)
    service.promise(act, plan, entropy=os.urandom)
    _tell(_("The next draws are promised: their commitments stand below."))
    return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)


@pages.post("/samples/<int:plan_id>/draw")
@allowed(Permission.PLAN_MANAGE)
def draw_past(act: Act, plan_id: int) -> ResponseReturnValue:
    """Draw a period that is over."""
    plan = queries.get_plan(act, plan_id)
    periods = {period.code: period for period in _past_periods(act, plan)}
    form = period_form(request.form, periods=periods.values(), language=g.language)
    if not form.validate():
        return _show_plan(act, plan, form=form, status=422)
    period = periods[form.period.data]
    outcome = attempt(act, form, lambda: service.draw_past(act, plan, period=period, entropy=os.urandom))
    if outcome is None:
        return _show_plan(act, plan, form=form, status=422)
    _tell(*outcome.sentences())
    return redirect(url_for("sampling.show_draw", draw_id=outcome.draw.id), 303)


@pages.get("/draws/<int:draw_id>")
@allowed(Permission.DRAW_SEE)
def show_draw(act: Act, draw_id: int) -> ResponseReturnValue:
    """Show a draw: its promise, what was drawn, and its proof."""
    return _show_draw(act, queries.get_draw(act, draw_id))


@pages.get("/draws/<int:draw_id>/verify")
@allowed(Permission.DRAW_SEE)
def verify_draw(act: Act, draw_id: int) -> ResponseReturnValue:
    """Redo the draw and show what agrees; a seed that is given is held against the commitment before."""
    draw = queries.get_draw(act, draw_id)
    form = SeedForm(request.args)
    asked = "seed" in request.args
    if asked and (not form.validate() or attempt(act, form, lambda: _hold(form, draw)) is None):
        return _show_draw(act, draw, form=form, seed_form=form)
    return _show_draw(act, draw, verification=service.verify(act, draw), seed_form=form, seed_fits=asked)


@pages.get("/draws/<int:draw_id>/export")
@allowed(Permission.DRAW_SEE)
def export_draw(act: Act, draw_id: int) -> ResponseReturnValue:
    """Give the draw as a file that anyone can verify."""
    draw = queries.get_draw(act, draw_id)
    answer = make_response(service.export(act, draw))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="draw-{draw.id}-{period_of_draw(draw).code}.json"'
    return answer


@pages.post("/draws/<int:draw_id>/run")
@allowed(Permission.PLAN_MANAGE)
def run_draw(act: Act, draw_id: int) -> ResponseReturnValue:
    """Make the promised draw."""
    draw = queries.get_draw(act, draw_id)
    form = PageForm()
    outcome = attempt(act, form, lambda: service.run(act, draw, entropy=os.urandom))
    if outcome is None:
        return _show_draw(act, draw, form=form)
    _tell(*outcome.sentences())
    return redirect(url_for("sampling.show_draw", draw_id=draw.id), 303)


@pages.post("/draws/<int:draw_id>/reveal")
@allowed(Permission.PLAN_MANAGE)
def reveal_draw(act: Act, draw_id: int) -> ResponseReturnValue:
    """Show everyone the seed."""
    draw = queries.get_draw(act, draw_id)
    form = PageForm()
    try:
        with act.session.begin_nested():
            service.reveal(act, draw)
    except (ConflictError, InvalidError) as error:
        form.form_errors.append(say(error.sentence, g.language))
        return _show_draw(act, draw, form=form)
    _tell(_("The seed is revealed. From now on anyone can redo this draw."))
    return redirect(url_for("sampling.show_draw", draw_id=draw.id), 303)


@pages.route("/draw-items/<int:item_id>/replace", methods=["GET", "POST"])
@allowed(Permission.DRAW_SEE)
def replace_item(act: Act, item_id: int) -> ResponseReturnValue:
    """Set a drawn interaction aside, with a reason."""
    item = queries.get_item(act, item_id)
    form = replace_form(request.form)
    back = url_for("sampling.show_draw", draw_id=item.draw_id)
    if act.actor is not None and act.actor.role is Role.REVIEWER:
        back = local_path(request.values.get("next"), otherwise=url_for("home"))
    if request.method == "POST" and form.validate():
        done = attempt(act, form, lambda: (service.replace_item(act, item, reason=reason_of(form)),))
        if done is not None:
            _tell(
                _("The interaction was replaced by the next in the order. Both stay visible.")
                if done[0]
                else _("The interaction was set aside. There is no other one to take its place.")
            )
            return redirect(back, 303)
    page = render_template("sampling/replace.html", form=form, item=item, back=back)
    return page, 422 if request.method == "POST" else 200


def _show_plan(act: Act, plan: Plan, *, form: PageForm | None = None, status: int = 200) -> ResponseReturnValue:
    draws = sorted(plan.draws, key=lambda draw: draw.starts_at, reverse=True)
    page = render_template(
        "sampling/plan.html",
        plan=plan,
        draws=draws,
        progress=queries.progress(act, draws),
        labels=_labels(draws),
        card=next(
            (card_name(one, g.language) for one in published_cards(act) if one.scorecard_id == plan.scorecard_id), ""
        ),
        about=population_sentences(
            act, population_of(plan), zone=plan.time_zone, named=act.may(Permission.PLAN_MANAGE)
        ),
        divided=divided_sentences(act, plan),
        anchored=period_label(period_at(plan, act.now), g.language) if plan.anchor else "",
        design=design_of_plan(plan),
        now=act.now,
        form=form or period_form(None, periods=_past_periods(act, plan), language=g.language),
        promised_until=max((draw.ends_at for draw in draws), default=None),
        hands=hands_of(act, plan),
        next_due=period_at(plan, act.now).end,
        manages=act.may(Permission.PLAN_MANAGE),
        shown=Shown,
    )
    return page, status


def _show_draw(
    act: Act,
    draw: Draw,
    *,
    form: PageForm | None = None,
    verification: Verification | None = None,
    seed_form: SeedForm | None = None,
    seed_fits: bool = False,
) -> Response:
    made = draw.state is not DrawState.COMMITTED
    manages = act.may(Permission.PLAN_MANAGE)
    listed = manages and (made or draw.is_under_way)
    try:
        shown = Shown(request.args.get("show", Shown.DRAWN.value))
    except ValueError:
        shown = Shown.DRAWN
    divisions = {dimension for stratum in draw.counts for dimension in values_of(stratum)}
    page = render_template(
        "sampling/draw.html",
        draw=draw,
        by_agent=divisions <= {Dimension.AGENT},
        spread=any(place_of(stratum) for stratum in draw.counts),
        made=made,
        manages=manages,
        label=period_label(period_of_draw(draw), g.language),
        begun=draw.starts_at <= act.now,
        first_day=_day_of(draw, draw.starts_at),
        day_after=_day_of(draw, draw.ends_at),
        due=draw.ends_at <= act.now,
        progress=queries.progress(act, [draw])[draw.id],
        strata=[(view, picture(view)) for view in queries.strata(act, draw)] if made else [],
        pictured=draw.frame_size <= queries.PICTURED,
        listed=listed,
        design=proof.design_of(draw) if draw.canonical_plan else design_of_plan(draw.plan),
        items=queries.items(act, draw, shown=shown) if listed else [],
        ledger=queries.ledger(act, draw) if listed else [],
        figure=figure_of_draw(act, draw) if listed else None,
        preview=_draw_preview(act, draw) if manages and not made and draw.starts_at <= act.now else None,
        expected=None,
        verification=verification,
        form=form or PageForm(),
        seed_form=seed_form or SeedForm(),
        seed_fits=seed_fits,
        show=shown,
        shown=Shown,
    )
    return make_response(page, 422 if form is not None else 200)


def _hold(form: SeedForm, draw: Draw) -> bool:
    try:
        check_seed(parse_seed(form.seed.data or ""), draw.commitment)
    except InvalidError as error:
        raise InvalidError(error.sentence, field="seed") from error
    return True


def _draw_preview(act: Act, draw: Draw) -> FramePreview | None:
    plan = draw.plan
    if plan.rolling_bp is not None:
        return None
    return preview(
        act,
        population_of(plan),
        period=period_of_draw(draw),
        design=division_of(plan),
        scorecard_id=plan.scorecard_id,
    )


def _plan_page(act: Act, form: PlanForm, plan: Plan | None, *, status: int) -> ResponseReturnValue:
    return render_template("sampling/edit.html", form=form, plan=plan, **foreseen(act, form)), status


def _past_periods(act: Act, plan: Plan) -> list[Period]:
    """Return the periods that are over and were not drawn yet, the newest first."""
    drawn = {draw.starts_at for draw in plan.draws if draw.state is not DrawState.COMMITTED}
    period = period_at(plan, act.now)
    found = []
    for _number in range(_PAST):
        period = previous_period(period)
        if period.start not in drawn:
            found.append(period)
    return found


def _labels(draws: list[Draw]) -> dict[int, str]:
    return {draw.id: period_label(period_of_draw(draw), g.language) for draw in draws}


def _day_of(draw: Draw, at: datetime) -> str:
    return date_text(at.astimezone(time_zone(draw.plan.time_zone)).date(), g.language, style="d MMMM y")


def _wants_preview() -> bool:
    return request.method == "POST" and "preview" in request.form


def _tell(*sentences: Text) -> None:
    for number, sentence in enumerate(sentences):
        flash(say(sentence, g.language), "pass" if number == 0 else "caution")
