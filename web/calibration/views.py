"""Calibration sessions with their meeting, how well reviewers agree, and how severe they are."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.calibration import queries, service
from qa.calibration.agreement import CardAgreement, agreement_of, compared_cards
from qa.calibration.consensus import answer_words
from qa.calibration.labels import OUTCOME_LABELS
from qa.calibration.models import CalibrationItem, CalibrationSession
from qa.calibration.queries import CriterionRow
from qa.calibration.severity import severity_of
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of, newest_offered, published_cards
from qa.coaching.minutes import minutes_of
from qa.errors import NotFoundError
from qa.evaluations.models import Evaluation, EvaluationState, Probe
from qa.i18n import _, date_text, say
from qa.people.models import User
from qa.people.queries import with_role
from qa.reports.minutes_pdf import minutes_pdf
from web.asked import number_asked
from web.calibration.forms import (
    DecisionForm,
    SessionForm,
    decision_form,
    decision_wish,
    session_form,
    session_wish,
)
from web.calibration.words import agreement_row, points, span
from web.door import allowed, attempt

pages = Blueprint("calibration", __name__, url_prefix="/calibration")


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words of answers and differences."""
    return {
        "outcomes": OUTCOME_LABELS,
        "answer_words": lambda criterion, key: answer_words(criterion, key, language=g.language),
        "date_words": lambda value: date_text(value, g.language),
        "points": lambda value: points(value, language=g.language),
        "span": lambda low, high: span(low, high, language=g.language),
    }


@pages.get("")
@allowed(Permission.CALIBRATION_SEE)
def list_sessions(act: Act) -> ResponseReturnValue:
    """Show the sessions, the newest first."""
    found = queries.sessions(act)
    return render_template(
        "calibration/list.html",
        sessions=found,
        how_far=queries.how_far(act, found),
        now=act.now,
        leads=act.may(Permission.CALIBRATION_LEAD),
        compares=act.may(Permission.AGREEMENT_SEE),
    )


@pages.get("/new")
@allowed(Permission.CALIBRATION_LEAD)
def new_session(act: Act) -> ResponseReturnValue:
    """Show the form of a new session."""
    return _new_page(_session_form(act))


@pages.post("/new")
@allowed(Permission.CALIBRATION_LEAD)
def open_session(act: Act) -> ResponseReturnValue:
    """Invite the reviewers."""
    form = _session_form(act)
    if form.validate():
        made = attempt(act, form, lambda: service.open_session(act, session_wish(act, form)))
        if made is not None:
            flash(say(_("The reviewers find the interactions on their work lists."), g.language), "pass")
            return redirect(url_for("calibration.show", session_id=made.id), 303)
    return _new_page(form, status=422)


@pages.get("/<int:session_id>")
@allowed(Permission.CALIBRATION_SEE)
def show(act: Act, session_id: int) -> ResponseReturnValue:
    """Show how far the scoring is, and once it is locked the scores side by side."""
    session = queries.get_session(act, session_id)
    done, whole = queries.how_far(act, [session])[session.id]
    return render_template(
        "calibration/show.html",
        session=session,
        card_name=card_of(session.card_version).name.in_(g.language.value),
        open_results=queries.results_open(act, session),
        results=queries.results(act, session),
        done=done,
        whole=whole,
        waiting=_own_waiting(act, session),
        leads=act.may(Permission.CALIBRATION_LEAD),
        compares=act.may(Permission.AGREEMENT_SEE),
    )


@pages.get("/<int:session_id>/minutes.pdf")
@allowed(Permission.CALIBRATION_SEE)
def print_minutes(act: Act, session_id: int) -> ResponseReturnValue:
    """Send the minutes as PDF to whoever may see the scores side by side."""
    session = queries.get_session(act, session_id)
    made = minutes_pdf(minutes_of(act, session, language=g.language))
    response = Response(made, mimetype="application/pdf")
    word = say(_("calibration-minutes"), g.language)
    response.headers["Content-Disposition"] = f'inline; filename="{word}-{session.id}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.post("/<int:session_id>/lock")
@allowed(Permission.CALIBRATION_LEAD)
def lock(act: Act, session_id: int) -> ResponseReturnValue:
    """End the scoring before its term."""
    service.lock_now(act, queries.get_session(act, session_id))
    flash(say(_("The scoring is locked. What was not submitted is not compared."), g.language), "pass")
    return redirect(url_for("calibration.show", session_id=session_id), 303)


@pages.post("/<int:session_id>/close")
@allowed(Permission.CALIBRATION_LEAD)
def close(act: Act, session_id: int) -> ResponseReturnValue:
    """End the meeting."""
    service.close_session(act, queries.get_session(act, session_id))
    flash(say(_("The meeting is ended. Its decisions stay here."), g.language), "pass")
    return redirect(url_for("calibration.show", session_id=session_id), 303)


@pages.route("/<int:session_id>/items/<int:item_id>/<criterion>", methods=["GET", "POST"])
@allowed(Permission.CALIBRATION_LEAD)
def decide(act: Act, session_id: int, item_id: int, criterion: str) -> ResponseReturnValue:
    """Show everybody's answer to one criterion with the notes, and keep what the meeting makes of it."""
    session = queries.get_session(act, session_id)
    item = queries.get_item(session, item_id)
    row = _row(act, session, item, criterion)
    form = decision_form(
        request.form if request.method == "POST" else None,
        row.criterion,
        decision=row.decision,
        owners=_owners(act),
        language=g.language,
    )
    if request.method == "POST" and form.validate():
        kept = attempt(act, form, lambda: service.decide(act, item, decision_wish(form, criterion=criterion)))
        if kept is not None:
            flash(say(_("Kept: {criterion}.", criterion=row.criterion.name.in_(g.language.value)), g.language), "pass")
            return redirect(f"{url_for('calibration.show', session_id=session.id)}#item-{item.id}-{criterion}", 303)
    return _decide_page(session, item, row, form)


@pages.get("/agreement")
@allowed(Permission.AGREEMENT_SEE)
def agreement(act: Act) -> ResponseReturnValue:
    """Show how well reviewers agree, by card and criterion."""
    cards = compared_cards(act)
    chosen = _chosen([one.id for one in cards])
    probe = Probe.REPEAT if request.args.get("of") == Probe.REPEAT.value else Probe.SECOND
    couple = _couple() if probe is Probe.SECOND else None
    found = agreement_of(act, chosen, probe=probe, couple=couple) if chosen else CardAgreement(None, 0, (), ())
    return render_template(
        "calibration/agreement.html",
        cards=[
            (version.scorecard_id, card_of(version).name.in_(g.language.value)) for version in _versions(act, cards)
        ],
        chosen=chosen,
        found=found,
        repeat=probe is Probe.REPEAT,
        couple=couple,
        rows=[agreement_row(one, couple=couple is not None, language=g.language) for one in found.rows],
        leads=True,
        compares=True,
    )


@pages.get("/severity")
@allowed(Permission.SEVERITY_SEE)
def severity(act: Act) -> ResponseReturnValue:
    """Show supervisors how severe everybody is, and a reviewer how severe they are themself."""
    versions = published_cards(act)
    chosen = _chosen([one.scorecard_id for one in versions])
    return render_template(
        "calibration/severity.html",
        cards=[(one.scorecard_id, card_of(one).name.in_(g.language.value)) for one in versions],
        chosen=chosen,
        found=severity_of(act, chosen) if chosen else None,
        leads=act.may(Permission.CALIBRATION_LEAD),
        compares=act.may(Permission.AGREEMENT_SEE),
    )


def _session_form(act: Act) -> SessionForm:
    return session_form(
        act,
        request.form if request.method == "POST" else None,
        cards=published_cards(act),
        reviewers=with_role(act, Role.REVIEWER),
        interactions=queries.offered(act),
        language=g.language,
    )


def _new_page(form: SessionForm, *, status: int = 200) -> Response:
    return make_response(render_template("calibration/new.html", form=form, leads=True, compares=True), status)


def _decide_page(session: CalibrationSession, item: CalibrationItem, row: CriterionRow, form: DecisionForm) -> Response:
    page = render_template(
        "calibration/decide.html", session=session, item=item, row=row, form=form, leads=True, compares=True
    )
    return make_response(page, 422 if form.errors else 200)


def _row(act: Act, session: CalibrationSession, item: CalibrationItem, criterion: str) -> CriterionRow:
    for result in queries.results(act, session):
        for row in result.rows:
            if result.item.id == item.id and row.criterion.key == criterion:
                return row
    raise NotFoundError(_("There is no such criterion on this card, or reviewers are still scoring."))


def _own_waiting(act: Act, session: CalibrationSession) -> list[Evaluation]:
    """Return what the reader still has to score for the session."""
    if queries.results_open(act, session):
        return []
    mine = [score.evaluation for item in session.items for score in item.scores]
    return [one for one in mine if one.reviewer_id == act.person().id and one.state is EvaluationState.OPEN]


def _owners(act: Act) -> list[User]:
    return [user for role in (Role.SUPERVISOR, Role.ADMIN, Role.REVIEWER) for user in with_role(act, role)]


def _versions(act: Act, cards: list[Scorecard]) -> list[CardVersion]:
    """Return the newest version of each, also of cards that are no longer scored with."""
    return [version for card in cards if (version := newest_offered(act, card.id)) is not None]


def _chosen(known: list[int]) -> int | None:
    """Return the card of the address, else the first."""
    asked = number_asked("card")
    if asked is None:
        return known[0] if known else None
    if asked not in known:
        raise NotFoundError(_("There is no such scorecard."))
    return asked


def _couple() -> tuple[int, int] | None:
    """Read two reviewers from the address, written 3-7."""
    parts = request.args.get("couple", "").split("-")
    if len(parts) != 2 or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return None
    low, high = sorted(int(part) for part in parts)
    return low, high
