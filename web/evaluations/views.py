"""The reviewer's work list and desk, evaluations as they are read, their release and the agent's acknowledgement."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.errors import ConflictError, InvalidError, RefusedError
from qa.evaluations import listing, service
from qa.evaluations.effort import review_minutes
from qa.evaluations.labels import EVALUATION_KIND_LABELS, EVALUATION_STATE_LABELS
from qa.evaluations.marks import Mark, Marks
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import get_evaluation, newest_transcript, work_list
from qa.i18n import Text, _, ngettext_, say
from qa.interactions.kinds import CHANNEL_LABELS
from qa.people.queries import teams
from qa.transcripts.models import Transcript
from scorecards.definition import Card
from web.door import allowed, attempt, local_path
from web.evaluations import desk as desks
from web.evaluations.forms import (
    CommentForm,
    FilterForm,
    evaluation_form,
    marks_of_form,
    revision_of,
    settle_evidence,
)
from web.evaluations.lines import Line, lines_of, turns_of
from web.evaluations.reading import filters_of, shown_answers, shown_rows
from web.forms import PageForm, choices

pages = Blueprint("evaluations", __name__, url_prefix="/evaluations")


@dataclass(frozen=True, slots=True)
class _Opened:
    """An evaluation of the reviewer's on the desk: what its page and its form are made of."""

    evaluation: Evaluation
    card: Card
    transcript: Transcript | None
    lines: tuple[Line, ...]
    form: PageForm


@pages.get("/desk")
@allowed(Permission.EVALUATION_SCORE)
def desk_list(act: Act) -> ResponseReturnValue:
    """Show the reviewer what waits, oldest first."""
    waiting = work_list(act)
    return render_template(
        "evaluations/work_list.html",
        waiting=waiting,
        due={item.id: listing.due_at(item) for item in waiting},
        now=act.now,
        minutes=review_minutes(item.interaction for item in waiting),
        overdue=sum(listing.due_at(item) < act.now for item in waiting),
        submitted=listing.lately_submitted(act),
        channels=CHANNEL_LABELS,
        states=EVALUATION_STATE_LABELS,
    )


@pages.get("/<int:evaluation_id>/desk")
@allowed(Permission.EVALUATION_SCORE)
def desk(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Open an evaluation for scoring; one that was submitted opens for reading."""
    evaluation = get_evaluation(act, evaluation_id)
    if evaluation.state is not EvaluationState.OPEN:
        return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)
    opened = _open(act, evaluation, posted=False)
    return _desk_page(act, opened, marks=service.marks_of(evaluation))


@pages.post("/<int:evaluation_id>/draft")
@allowed(Permission.EVALUATION_SCORE)
def draft(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Keep what was answered so far; answers with JSON where that is asked for."""
    evaluation = get_evaluation(act, evaluation_id)
    opened = _open(act, evaluation, posted=True)
    try:
        marks = _marks(opened)
        with act.session.begin_nested():
            service.save_draft(
                act, evaluation, marks=marks, summary=_summary(opened), revision=revision_of(opened.form)
            )
    except (InvalidError, ConflictError) as error:
        if _wants_json():
            return jsonify(error=say(error.sentence, g.language)), error.status
        return _refused(act, opened, error)
    if not _wants_json():
        return redirect(url_for("evaluations.desk", evaluation_id=evaluation.id), 303)
    progress = desks.progress_of(opened.card, marks, language=g.language)
    return jsonify(
        revision=evaluation.revision,
        total=asdict(progress.total),
        sections={key: asdict(section) for key, section in progress.sections.items()},
        asked=sorted(progress.asked),
        needs=progress.needs,
    )


@pages.post("/<int:evaluation_id>/submit")
@allowed(Permission.EVALUATION_SCORE)
def submit(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Close the evaluation and go on to the next; what is still needed is said at its criterion."""
    evaluation = get_evaluation(act, evaluation_id)
    opened = _open(act, evaluation, posted=True)
    waiting = [item.id for item in work_list(act)]
    try:
        marks = _marks(opened)
        with act.session.begin_nested():
            service.submit_evaluation(
                act, evaluation, marks=marks, summary=_summary(opened), revision=revision_of(opened.form)
            )
    except service.IncompleteError as error:
        # What was typed is stored all the same, so that nothing hangs on this one page.
        service.save_draft(act, evaluation, marks=marks, summary=_summary(opened), revision=revision_of(opened.form))
        return _refused(act, opened, error)
    except (InvalidError, ConflictError) as error:
        return _refused(act, opened, error)
    later = waiting[waiting.index(evaluation.id) + 1 :] + waiting[: waiting.index(evaluation.id)]
    if not later:
        flash(say(_("The evaluation was submitted. Your work list is empty."), g.language), "pass")
        return redirect(url_for("evaluations.desk_list"), 303)
    told = ngettext_(
        "The evaluation was submitted. {n} is left.", "The evaluation was submitted. {n} are left.", n=len(later)
    )
    flash(say(told, g.language), "pass")
    return redirect(url_for("evaluations.desk", evaluation_id=later[0]), 303)


@pages.get("/<int:evaluation_id>")
@allowed(Permission.EVALUATION_SEE)
def show(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Show an evaluation as it was submitted; its own reviewer is led to the desk before that."""
    evaluation = get_evaluation(act, evaluation_id)
    if evaluation.state is EvaluationState.OPEN and act.may(Permission.EVALUATION_SCORE):
        return redirect(url_for("evaluations.desk", evaluation_id=evaluation.id), 303)
    return _evaluation_page(act, evaluation, CommentForm())


@pages.post("/<int:evaluation_id>/release")
@allowed(Permission.EVALUATION_RELEASE)
def release(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Show the evaluation to its agent."""
    evaluation = get_evaluation(act, evaluation_id)
    service.release(act, evaluation)
    flash(say(_("The evaluation was released. The agent can read it now."), g.language), "pass")
    return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)


@pages.post("/release")
@allowed(Permission.EVALUATION_RELEASE)
def release_many(act: Act) -> ResponseReturnValue:
    """Release what was ticked in the list; what somebody released meanwhile is passed over."""
    ids = {int(value) for value in request.form.getlist("evaluation") if value.isdecimal() and len(value) < 19}
    released = 0
    for evaluation_id in sorted(ids):
        evaluation = get_evaluation(act, evaluation_id)
        if evaluation.state is EvaluationState.SUBMITTED:
            service.release(act, evaluation)
            released += 1
    if released:
        told = ngettext_("{n} evaluation was released.", "{n} evaluations were released.", n=released)
        flash(say(told, g.language), "pass")
    else:
        flash(say(_("Nothing was released: tick submitted evaluations first."), g.language), "caution")
    back = local_path(request.form.get("next"), otherwise=url_for("evaluations.list_evaluations"))
    return redirect(back, 303)


@pages.post("/<int:evaluation_id>/acknowledge")
@allowed(Permission.EVALUATION_ACKNOWLEDGE)
def acknowledge(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Note that the agent has seen the evaluation."""
    evaluation = get_evaluation(act, evaluation_id)
    form = CommentForm(request.form)
    if form.validate():
        done = attempt(act, form, lambda: _acknowledged(act, evaluation, form.comment.data or ""))
        if done:
            flash(say(_("Marked as seen. Seen does not mean agreed."), g.language), "pass")
            return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)
    return _evaluation_page(act, evaluation, form, status=422)


@pages.get("")
@allowed(Permission.EVALUATION_RELEASE)
def list_evaluations(act: Act) -> ResponseReturnValue:
    """Show all evaluations by filters, a page at a time."""
    form = FilterForm(request.args)
    form.state.choices = choices(
        [("", _("All")), *((key.value, text) for key, text in EVALUATION_STATE_LABELS.items())]
    )
    form.team.choices = choices([("", _("All")), *((str(team.id), team.name) for team in teams(act))])
    form.agent.choices = choices(
        [("", _("All")), *((str(user.id), user.name) for user in listing.reviewed_agents(act))]
    )
    form.reviewer.choices = choices([("", _("All")), *((str(user.id), user.name) for user in listing.reviewers(act))])
    found = listing.find_evaluations(act, filters_of(request.args), page=request.args.get("page", 1, type=int))
    return render_template(
        "evaluations/list.html",
        form=form,
        page=found,
        releasable=any(one.state is EvaluationState.SUBMITTED for one in found.rows),
        filtered=any(request.args.get(field.name) for field in form),
        channels=CHANNEL_LABELS,
        states=EVALUATION_STATE_LABELS,
        kinds=EVALUATION_KIND_LABELS,
    )


def _open(act: Act, evaluation: Evaluation, *, posted: bool) -> _Opened:
    card = card_of(evaluation.card_version)
    transcript = newest_transcript(act, evaluation.interaction_id)
    form = evaluation_form(
        card,
        request.form if posted else None,
        marks=service.marks_of(evaluation),
        summary=evaluation.summary,
        revision=evaluation.revision,
        language=g.language,
    )
    lines = lines_of(transcript, language=g.language, holds_muted=act.settings.mute_holds)
    return _Opened(evaluation, card, transcript, lines, form)


def _marks(opened: _Opened) -> dict[str, Mark]:
    """Return the marks that were posted; raises ``InvalidError`` with the first thing that is wrong."""
    settle_evidence(opened.form, request.form, turns=turns_of(opened.lines))
    if not opened.form.validate():
        first = next(str(error) for field in opened.form for error in field.errors)
        raise InvalidError(_("This was not saved: {what}", what=first))
    return marks_of_form(opened.form, opened.card)


def _summary(opened: _Opened) -> str:
    return str(opened.form["summary"].data or "")


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(act: Act, opened: _Opened, error: RefusedError) -> ResponseReturnValue:
    """Show the desk again with what was typed and why it was refused; a closed evaluation is shown as it is."""
    evaluation = opened.evaluation
    if evaluation.state is not EvaluationState.OPEN:
        flash(say(error.sentence, g.language), "caution")
        return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)
    if not opened.form.errors:
        opened.form.form_errors.append(say(error.sentence, g.language))
    needs: dict[str, list[str]] = {}
    if isinstance(error, service.IncompleteError):
        opened.form["revision"].data = str(evaluation.revision)
        for need in error.needs:
            told = say(Text(need.sentence.msgid, need.sentence.params), g.language)
            needs.setdefault(need.criterion, []).append(told)
    try:
        marks: Marks = marks_of_form(opened.form, opened.card)
    except InvalidError:
        marks = {}
    return _desk_page(act, opened, marks=marks, needs=needs, status=error.status)


def _desk_page(
    act: Act, opened: _Opened, *, marks: Marks, needs: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    evaluation, interaction, language = opened.evaluation, opened.evaluation.interaction, g.language
    progress = desks.progress_of(opened.card, marks, language=language)
    # After a conflict the page keeps the revision it was opened with, so that saving it still overwrites nothing.
    opened_with = revision_of(opened.form)
    page = render_template(
        "evaluations/desk.html",
        evaluation={"id": evaluation.id, "revision": opened_with},
        place=desks.place_of(evaluation, work_list(act)),
        interaction=desks.head_of(interaction, language=language),
        recording=desks.sound_of(interaction, opened.transcript, language=language),
        warnings=desks.warnings_of(interaction, opened.transcript, language=language),
        lines=opened.lines,
        sections=desks.sections_of(opened.card, opened.form, progress=progress, needs=needs or {}, language=language),
        form=opened.form,
        turn_options=desks.turn_options(opened.lines),
        conflict=opened_with != evaluation.revision,
        total=progress.total,
        saved_at=evaluation.saved_at,
        urls={
            "submit": url_for("evaluations.submit", evaluation_id=evaluation.id),
            "draft": url_for("evaluations.draft", evaluation_id=evaluation.id),
            "desk": url_for("evaluations.desk", evaluation_id=evaluation.id),
            "back": url_for("evaluations.desk_list"),
        },
    )
    return make_response(page, status)


def _evaluation_page(act: Act, evaluation: Evaluation, form: CommentForm, *, status: int = 200) -> Response:
    card, language = card_of(evaluation.card_version), g.language
    interaction = evaluation.interaction
    transcript = newest_transcript(act, interaction.id)
    submitted = evaluation.state is not EvaluationState.OPEN
    computation: dict[str, Any] = evaluation.computation or {}
    page = render_template(
        "evaluations/show.html",
        evaluation=evaluation,
        submitted=submitted,
        card=card,
        card_name=card.name.in_(language.value),
        rule=desks.rule_of(card, language=language),
        sections=shown_answers(card, evaluation, computation, language=language) if submitted else [],
        rows=shown_rows(computation, language=language),
        interaction=desks.head_of(interaction, language=language),
        recording=desks.sound_of(interaction, transcript, language=language),
        warnings=desks.warnings_of(interaction, transcript, language=language),
        lines=lines_of(transcript, language=language, holds_muted=act.settings.mute_holds),
        state_word=EVALUATION_STATE_LABELS[evaluation.state],
        kind=EVALUATION_KIND_LABELS[evaluation.kind],
        form=form,
        may_release=submitted
        and evaluation.state is EvaluationState.SUBMITTED
        and act.may(Permission.EVALUATION_RELEASE),
        may_acknowledge=evaluation.state is EvaluationState.RELEASED and act.person().id == evaluation.agent_id,
    )
    return make_response(page, status)


def _acknowledged(act: Act, evaluation: Evaluation, comment: str) -> bool:
    service.acknowledge(act, evaluation, comment=comment)
    return True
