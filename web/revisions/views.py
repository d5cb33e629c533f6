"""Correcting a submitted evaluation, and reading what it said before."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.plain_marks import marks_of_plain
from qa.evaluations.queries import get_evaluation, newest_transcript
from qa.i18n import _, say
from qa.interactions.whose import may_know_agent
from qa.people.identity import reviewer_name
from qa.revisions.labels import RETRACTION_LABELS
from qa.revisions.queries import get_revision
from qa.revisions.service import correct_evaluation
from web.door import allowed
from web.evaluations import desk as desks
from web.evaluations.hearing import told_played, told_unheard
from web.evaluations.lines import lines_of
from web.evaluations.reading import shown_answers, shown_rows
from web.evaluations.scoring import (
    Opened,
    desk_page,
    given_marks,
    open_desk,
    refused_json,
    refused_page,
    sent,
    wants_json,
)
from web.evaluations.views import subject_of

pages = Blueprint("revisions", __name__, url_prefix="/evaluations/<int:evaluation_id>")

TEMPLATE = "revisions/correct.html"


@pages.get("/correct")
@allowed(Permission.EVALUATION_SCORE)
def correct(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Lay a submitted evaluation on the desk again, for its own reviewer."""
    evaluation = get_evaluation(act, evaluation_id)
    if evaluation.reviewer_id != act.person().id:
        raise ForbiddenError(_("Only the reviewer of this evaluation can correct it."))
    if evaluation.state is EvaluationState.OPEN:
        return redirect(url_for("evaluations.desk", evaluation_id=evaluation.id), 303)
    return desk_page(
        _opened(act, evaluation, posted=False), template=TEMPLATE, urls=_urls(evaluation), reason="", reason_wrong=""
    )


@pages.post("/correct")
@allowed(Permission.EVALUATION_SCORE)
def send_correction(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Make the new revision; without a script this also takes evidence away."""
    evaluation = get_evaluation(act, evaluation_id)
    opened = _opened(act, evaluation, posted=True)
    reason = request.form.get("reason", "")
    try:
        given = given_marks(opened)
        if "remove-evidence" in request.form:
            return desk_page(opened, template=TEMPLATE, urls=_urls(evaluation), reason=reason, reason_wrong="")
        with act.session.begin_nested():
            correct_evaluation(
                act,
                evaluation,
                marks=given.marks,
                summary=given.summary,
                reason=reason,
                revision=given.revision,
                played=told_played(request.form),
                unheard=told_unheard(request.form),
            )
    except (InvalidError, ConflictError) as error:
        if wants_json():
            return refused_json(error)
        about_reason = isinstance(error, InvalidError) and error.field == "reason"
        return refused_page(
            opened,
            error,
            template=TEMPLATE,
            urls=_urls(evaluation),
            revision=evaluation.revision,
            reason=reason,
            reason_wrong=say(error.sentence, g.language) if about_reason else "",
        )
    flash(say(_("The evaluation was corrected. What it said before stays readable."), g.language), "pass")
    return sent(url_for("evaluations.show", evaluation_id=evaluation.id))


@pages.get("/revisions/<int:number>")
@allowed(Permission.EVALUATION_SEE)
def show(act: Act, evaluation_id: int, number: int) -> ResponseReturnValue:
    """Show a retracted revision as it was."""
    evaluation = get_evaluation(act, evaluation_id)
    revision = get_revision(act, evaluation, number)
    card, language = card_of(evaluation.card_version), g.language
    transcript = newest_transcript(act, evaluation.interaction_id)
    computation: dict[str, Any] = revision.computation or {}
    names = may_know_agent(act, evaluation.interaction)
    lines = lines_of(transcript, language=language, holds_muted=act.settings.mute_holds, names=names)
    return render_template(
        "revisions/show.html",
        evaluation=evaluation,
        revision=revision,
        by=reviewer_name(act, revision.retracted_by),
        why=RETRACTION_LABELS[revision.cause],
        sections=shown_answers(card, marks_of_plain(revision.answers), computation, language=language, lines=lines),
        rows=shown_rows(computation, language=language),
        interaction=desks.head_of(act, evaluation.interaction, language=language),
        recording=desks.sound_of(evaluation.interaction, transcript, language=language),
        warnings=desks.warnings_of(act, evaluation.interaction, transcript, language=language),
        lines=lines,
    )


def _opened(act: Act, evaluation: Evaluation, *, posted: bool) -> Opened:
    return open_desk(act, replace(subject_of(evaluation), saved_at=None), posted=posted)


def _urls(evaluation: Evaluation) -> dict[str, str]:
    own = url_for("revisions.correct", evaluation_id=evaluation.id)
    back = url_for("evaluations.show", evaluation_id=evaluation.id)
    # Nothing is kept before it is sent: what is corrected still counts until then.
    return {"submit": own, "draft": "", "desk": own, "back": back}
