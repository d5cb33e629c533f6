"""Which chance each interaction of a plan has: the same, more for what the plan names, or decided as days pass."""

from decimal import Decimal

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, RadioField

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import _, say
from qa.sampling import queries, rolls, service
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.frame import frame
from qa.sampling.models import Plan
from qa.sampling.period import previous_period
from qa.sampling.plan_design import design_of_plan
from qa.sampling.plans import period_at, population_of
from qa.sampling.risk import MOST_POINTS, Factor
from qa.sampling.weighing import count_factors
from web.door import allowed, attempt
from web.forms import DecimalSignField, PageForm, between, choices, label, may_be_empty, required, unmarked
from web.sampling.words import DESIGN_WORDS, FACTOR_WORDS

designing = Blueprint("designing", __name__)


def _points(factor: Factor) -> IntegerField:
    return IntegerField(
        label(FACTOR_WORDS[factor]),
        [unmarked(), may_be_empty(), between(0, MOST_POINTS)],
        render_kw={"min": 0, "max": MOST_POINTS, "inputmode": "numeric"},
    )


class DesignForm(PageForm):
    """How a plan draws."""

    design = RadioField(label(_("Which chance has each interaction?")), [required()])
    share = DecimalSignField(
        label(_("Share taken in as days pass, in per cent")),
        [unmarked(), may_be_empty()],
        description=label(_("Only for a draw as days pass. Of every day the same share is taken in, on the average.")),
    )
    short = _points(Factor.SHORT)
    long = _points(Factor.LONG)
    transfer = _points(Factor.TRANSFER)
    hold = _points(Factor.HOLD)
    silence = _points(Factor.SILENCE)


@designing.route("/samples/<int:plan_id>/design", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def edit(act: Act, plan_id: int) -> ResponseReturnValue:
    """Choose how the plan draws, from its next draw on."""
    plan = queries.get_plan(act, plan_id)
    form = _form(request.form if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.validate() and _is_whole(form):
        done = attempt(act, form, lambda: service.design_plan(act, plan, _design(form)))
        if done is not None:
            flash(say(_("The changes were saved."), g.language), "pass")
            return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)
    period = previous_period(period_at(plan, act.now))
    page = render_template(
        "sampling/design.html",
        plan=plan,
        form=form,
        period=period,
        factors=tuple(Factor),
        counted=count_factors(act, frame(act, population_of(plan), period=period)),
    )
    return page, 422 if request.method == "POST" else 200


@designing.post("/draws/<int:draw_id>/take-in")
@allowed(Permission.PLAN_MANAGE)
def take_in(act: Act, draw_id: int) -> ResponseReturnValue:
    """Take in what came since the last time, without waiting for the night."""
    draw = queries.get_draw(act, draw_id)
    done = rolls.take_in(act, draw)
    flash(say(done.said, g.language), "pass")
    return redirect(url_for("sampling.show_draw", draw_id=draw.id), 303)


def _form(sent: "MultiDict[str, str] | None", *, plan: Plan) -> DesignForm:
    found = design_of_plan(plan)
    form = DesignForm(
        sent,
        data={
            "design": found.kind.value,
            "share": Decimal(found.share_bp) / 100 if found.share_bp is not None else None,
            **{factor.value: found.points.get(factor, 0) for factor in Factor},
        },
    )
    form.design.choices = choices((kind.value, text) for kind, text in DESIGN_WORDS.items())
    return form


def _is_whole(form: DesignForm) -> bool:
    if form.design.data == DesignKind.ROLLING and form.share.data is None:
        form.share.errors = [label(_("Fill this in."))]
        return False
    return True


def _design(form: DesignForm) -> Design:
    kind = DesignKind(form.design.data)
    if kind is DesignKind.ROLLING:
        return Design(share_bp=round((form.share.data or Decimal(0)) * 100))
    if kind is DesignKind.RISK:
        return Design({factor: form[factor.value].data or 0 for factor in Factor})
    return Design()
