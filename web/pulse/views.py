"""The pulse: rounds and what they say, opening and closing one, and answering one."""

from random import SystemRandom

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.i18n import Text, _, say
from qa.pulse import queries, rounds
from qa.pulse.answering import LONGEST_WORDS, answer_round, own_invitation
from qa.pulse.guarding import FEWEST
from qa.pulse.models import PulseRound
from qa.reports.labels import INTERVALS
from web.asked import page_asked
from web.calibration.words import span
from web.door import allowed, attempt
from web.pulse.forms import round_form, round_wish
from web.pulse.shown import asked_of, round_name, trends_of

pages = Blueprint("pulse", __name__, url_prefix="/pulse")

#: What a statement's field is called, before its key.
FIELD = "answer-"


@pages.context_processor
def shared() -> dict[str, object]:
    """Give the templates the words of figures and rounds."""
    return {
        "span": lambda low, high: span(low, high, language=g.language),
        "intervals": INTERVALS,
        "printed": False,
        "asked": {},
        "round_name": round_name,
        "fewest": FEWEST,
    }


@pages.get("")
@allowed(Permission.PULSE_LEAD)
def list_rounds(act: Act) -> ResponseReturnValue:
    """Show every round, and how many answered."""
    page = queries.list_rounds(act, page=page_asked())
    over = {one.id for one in page.rows if rounds.is_over(act, one)}
    return render_template("pulse/list.html", page=page, over=over, turnouts=queries.turnouts(act, page.rows))


@pages.route("/new", methods=["GET", "POST"])
@allowed(Permission.PULSE_LEAD)
def new(act: Act) -> ResponseReturnValue:
    """Open a round."""
    form = round_form(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        made = attempt(act, form, lambda: rounds.open_round(act, round_wish(form)))
        if made is not None:
            flash(say(_("The round is open. Those who are asked find it on their page."), g.language), "pass")
            return redirect(url_for("pulse.show", round_id=made.id), 303)
    return render_template("pulse/new.html", form=form), 422 if form.errors else 200


@pages.get("/<int:round_id>")
@allowed(Permission.PULSE_LEAD)
def show(act: Act, round_id: int) -> ResponseReturnValue:
    """Show a round: how many answered, and once it is over what they said."""
    found = queries.get_round(act, round_id)
    over = rounds.is_over(act, found)
    return render_template(
        "pulse/show.html",
        round=found,
        over=over,
        turnout=queries.turnouts(act, [found])[found.id],
        statements=[asked_of(one) for one in found.statements],
        trends=trends_of(queries.told_of(act, [found])) if over else [],
        words=queries.words_in(act, found),
    )


@pages.post("/<int:round_id>/close")
@allowed(Permission.PULSE_LEAD)
def close(act: Act, round_id: int) -> ResponseReturnValue:
    """Close a round before its last day."""
    found = queries.get_round(act, round_id)
    rounds.close_round(act, found)
    flash(say(_("The round is closed. Nobody can answer it any more."), g.language), "pass")
    return redirect(url_for("pulse.show", round_id=found.id), 303)


@pages.post("/<int:round_id>/words/<int:words_id>/remove")
@allowed(Permission.PULSE_LEAD)
def remove_words(act: Act, round_id: int, words_id: int) -> ResponseReturnValue:
    """Take away words that name somebody."""
    found = queries.get_round(act, round_id)
    rounds.remove_words(act, queries.get_words(act, found, words_id))
    flash(say(_("These words were taken away, for good."), g.language), "pass")
    return redirect(url_for("pulse.show", round_id=found.id, _anchor="words"), 303)


@pages.get("/<int:round_id>/answer")
@allowed(Permission.PULSE_ANSWER)
def answer(act: Act, round_id: int) -> ResponseReturnValue:
    """Show the statements to somebody who is asked."""
    return _answer_page(act, round_id, MultiDict(), wrong=None)


@pages.post("/<int:round_id>/answer")
@allowed(Permission.PULSE_ANSWER)
def give(act: Act, round_id: int) -> ResponseReturnValue:
    """Keep what was answered."""
    own_invitation(act, round_id)
    try:
        with act.session.begin_nested():
            answer_round(act, round_id, values=_values(), words=request.form.get("words", ""), chance=SystemRandom())
    except InvalidError as error:
        return _answer_page(act, round_id, request.form, wrong=error)
    flash(say(_("Thank you. Your answers are kept without your name."), g.language), "pass")
    return redirect(url_for("home"), 303)


def _values() -> dict[str, int]:
    """Read what was chosen; what is no number is none of the answers."""
    chosen = {key.removeprefix(FIELD): value for key, value in request.form.items() if key.startswith(FIELD) and value}
    return {key: int(value) if value.isdecimal() and len(value) < 3 else -1 for key, value in chosen.items()}


def _answer_page(
    act: Act, round_id: int, given: MultiDict[str, str], *, wrong: InvalidError | None
) -> ResponseReturnValue:
    invitation = own_invitation(act, round_id)
    found = act.session.get_one(PulseRound, round_id)
    told: Text | None = wrong.sentence if wrong else None
    page = render_template(
        "pulse/answer.html",
        round=found,
        answered=invitation.answered,
        over=rounds.is_over(act, found),
        statements=[asked_of(one) for one in found.statements],
        field=FIELD,
        given=given,
        wrong=told,
        wrong_words=wrong is not None and wrong.field == "words",
        longest=LONGEST_WORDS,
    )
    return page, 422 if wrong else 200
