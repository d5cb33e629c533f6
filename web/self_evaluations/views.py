"""The agent's own score: asked for by a supervisor, given on the desk, or left aside."""

from flask import Blueprint, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.errors import ConflictError, InvalidError
from qa.evaluations.plain_marks import marks_of_plain
from qa.evaluations.queries import get_evaluation
from qa.evaluations.service import IncompleteError
from qa.i18n import _, say
from qa.self_evaluations import service
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.self_evaluations.queries import own_self_evaluation
from web.door import allowed
from web.evaluations.scoring import (
    Opened,
    desk_page,
    given_marks,
    open_desk,
    refused_json,
    refused_page,
    saved_json,
    sent,
    wants_json,
)
from web.evaluations.subject import Subject

pages = Blueprint("self_evaluations", __name__, url_prefix="/evaluations/<int:evaluation_id>/own")

TEMPLATE = "self_evaluations/desk.html"


@pages.post("/ask")
@allowed(Permission.EVALUATION_RELEASE)
def ask(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Ask the agent to score the conversation too."""
    evaluation = get_evaluation(act, evaluation_id)
    service.ask_self_evaluation(act, evaluation)
    flash(
        say(_("The agent was asked to score this conversation too. Both scores open once both are in."), g.language),
        "pass",
    )
    return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)


@pages.get("")
@allowed(Permission.SELF_EVALUATE)
def desk(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Lay the card on the agent's desk."""
    own = own_self_evaluation(act, evaluation_id)
    if own.state is not SelfState.OPEN:
        return redirect(url_for("agent.home"), 303)
    return desk_page(open_desk(act, _subject(own), posted=False), template=TEMPLATE, urls=_urls(own))


@pages.post("/draft")
@allowed(Permission.SELF_EVALUATE)
def draft(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Keep what was answered so far."""
    own = own_self_evaluation(act, evaluation_id)
    opened = open_desk(act, _subject(own), posted=True)
    try:
        given = given_marks(opened, partly=wants_json())
        with act.session.begin_nested():
            service.save_self_evaluation(act, own, marks=given.marks, summary=given.summary, revision=given.revision)
    except (InvalidError, ConflictError) as error:
        return refused_json(error) if wants_json() else _refused(own, opened, error)
    if wants_json():
        return saved_json(opened, given, revision=own.revision)
    return redirect(url_for("self_evaluations.desk", evaluation_id=evaluation_id), 303)


@pages.post("")
@allowed(Permission.SELF_EVALUATE)
def submit(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Hand the own score in."""
    own = own_self_evaluation(act, evaluation_id)
    opened = open_desk(act, _subject(own), posted=True)
    try:
        given = given_marks(opened)
        with act.session.begin_nested():
            service.submit_self_evaluation(act, own, marks=given.marks, summary=given.summary, revision=given.revision)
    except (InvalidError, ConflictError) as error:
        if wants_json():
            return refused_json(error)
        if isinstance(error, IncompleteError):
            service.save_self_evaluation(act, own, marks=given.marks, summary=given.summary, revision=given.revision)
        return _refused(own, opened, error)
    flash(
        say(_("Your own score is in. You can read the reviewer's beside it once that is released."), g.language), "pass"
    )
    return sent(url_for("agent.home"))


@pages.post("/decline")
@allowed(Permission.SELF_EVALUATE)
def decline(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Leave the own score aside."""
    service.decline_self_evaluation(act, own_self_evaluation(act, evaluation_id))
    flash(say(_("Left aside. You read the evaluation once it is released."), g.language), "pass")
    return redirect(url_for("agent.home"), 303)


def _subject(own: SelfEvaluation) -> Subject:
    return Subject(
        key=f"own-{own.id}",
        interaction=own.evaluation.interaction,
        card=card_of(own.evaluation.card_version),
        marks=marks_of_plain(own.marks),
        summary=own.summary,
        revision=own.revision,
        saved_at=own.saved_at,
    )


def _urls(own: SelfEvaluation) -> dict[str, str]:
    number = own.evaluation_id
    return {
        "submit": url_for("self_evaluations.submit", evaluation_id=number),
        "draft": url_for("self_evaluations.draft", evaluation_id=number),
        "desk": url_for("self_evaluations.desk", evaluation_id=number),
        "decline": url_for("self_evaluations.decline", evaluation_id=number),
        "back": url_for("agent.home"),
    }


def _refused(own: SelfEvaluation, opened: Opened, error: InvalidError | ConflictError) -> ResponseReturnValue:
    if own.state is not SelfState.OPEN:
        flash(say(error.sentence, g.language), "caution")
        return redirect(url_for("agent.home"), 303)
    return refused_page(opened, error, template=TEMPLATE, urls=_urls(own), revision=own.revision)
