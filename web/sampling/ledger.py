"""The ledger: what was drawn and set aside in a period, by reviewer."""

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import _
from qa.insight.ledger import ledger_csv, ledger_of
from qa.sampling.models import ReplaceReason
from web.door import allowed
from web.forms import PageForm, choices, label
from web.periods import period_choices, steps, stretch_asked, stretch_code, stretch_name
from web.sampling.words import REASON_WORDS

ledger = Blueprint("ledger", __name__)


class LedgerForm(PageForm):
    """Which period."""

    period = SelectField(label(_("Period")))


@ledger.get("/samples/ledger")
@allowed(Permission.PLAN_MANAGE)
def show(act: Act) -> ResponseReturnValue:
    """Show what each reviewer scored and set aside."""
    stretch = stretch_asked(act, request.args.get("period", ""))
    form = LedgerForm(data={"period": stretch_code(stretch)})
    form.period.choices = choices(period_choices(act, stretch))
    return render_template(
        "sampling/ledger.html",
        found=ledger_of(act, stretch),
        form=form,
        period=stretch_name(stretch),
        code=stretch_code(stretch),
        steps=steps(act, stretch),
        reasons=tuple(ReplaceReason),
    )


@ledger.get("/samples/ledger.csv")
@allowed(Permission.PLAN_MANAGE)
def export(act: Act) -> ResponseReturnValue:
    """Send the same as CSV."""
    stretch = stretch_asked(act, request.args.get("period", ""))
    written = ledger_csv(ledger_of(act, stretch), language=g.language, words=REASON_WORDS)
    answer = Response(written, mimetype="text/csv; charset=utf-8")
    name = f"steekproef-ledger-{stretch.first}-{stretch.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
