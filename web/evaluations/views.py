"""The reviewer's work list and desk, evaluations as they are read, their release and the agent's acknowledgement."""

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes.queries import cases_to_take, disputed_among, own_cases
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, RefusedError
from qa.evaluations import listing, service
from qa.evaluations.effort import review_minutes
from qa.evaluations.hearing import UnheardError, keep_played
from qa.evaluations.labels import EVALUATION_KIND_LABELS, EVALUATION_STATE_LABELS, kind_label
from qa.evaluations.meeting import waiting_for_meeting
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import get_evaluation, newest_transcript, work_list
from qa.evaluations.told import told_state
from qa.i18n import _, ngettext_, say
from qa.interactions.kinds import CHANNEL_LABELS
from qa.interactions.whose import may_know_agent
from qa.people.queries import teams
from qa.picks.labels import PICK_REASON_LABELS
from qa.picks.queries import reason_of
from qa.pulse.queries import round_to_answer
from qa.sampling.pool import back_in_pool, has_pool, waiting_for
from qa.workload.handing_over import gone_from, told_to
from web.asked import page_asked
from web.door import allowed, attempt, local_path
from web.evaluations import desk as desks
from web.evaluations.around import around
from web.evaluations.forms import CommentForm, FilterForm, revision_of
from web.evaluations.hearing import heard_of, played_shown, told_played, told_unheard
from web.evaluations.lines import lines_of
from web.evaluations.reading import filters_of, shown_answers, shown_rows
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
from web.forms import choices
from web.talks.beside import beside

pages = Blueprint("evaluations", __name__, url_prefix="/evaluations")


DESK = "evaluations/desk.html"


@pages.get("/desk")
@allowed(Permission.EVALUATION_SCORE)
def desk_list(act: Act) -> ResponseReturnValue:
    """Show the reviewer what waits, oldest first."""
    waiting, lately = work_list(act), listing.lately_submitted(act)
    return render_template(
        "evaluations/work_list.html",
        waiting=waiting,
        due={item.id: listing.due_at(item) for item in waiting},
        now=act.now,
        minutes=review_minutes(item.interaction for item in waiting),
        overdue=sum(listing.due_at(item) < act.now for item in waiting),
        submitted=lately,
        disputed=disputed_among(act, [item.id for item in lately]),
        judging=len(own_cases(act)) + len(cases_to_take(act)),
        told=told_to(act),
        back=back_in_pool(act),
        has_pool=has_pool(act, act.person()),
        in_pool=waiting_for(act, act.person()),
        channels=CHANNEL_LABELS,
        pulse=round_to_answer(act),
    )


@pages.get("/<int:evaluation_id>/desk")
@allowed(Permission.EVALUATION_SCORE)
def desk(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Open an evaluation for scoring; one that was submitted opens for reading."""
    evaluation = _own(act, evaluation_id)
    if evaluation.state is not EvaluationState.OPEN:
        return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)
    opened = open_desk(act, subject_of(evaluation), posted=False)
    return desk_page(opened, template=DESK, urls=_urls(evaluation), place=_place(act, evaluation))


@pages.post("/<int:evaluation_id>/draft")
@allowed(Permission.EVALUATION_SCORE)
def draft(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Keep what was answered so far; answers with JSON where that is asked for."""
    evaluation = _own(act, evaluation_id)
    # Kept whatever becomes of the draft: what was played is no matter of revisions.
    keep_played(act, evaluation, told_played(request.form))
    opened = open_desk(act, subject_of(evaluation), posted=True)
    try:
        given = given_marks(opened, partly=wants_json())
        with act.session.begin_nested():
            service.save_draft(act, evaluation, marks=given.marks, summary=given.summary, revision=given.revision)
    except (InvalidError, ConflictError) as error:
        return refused_json(error) if wants_json() else _refused(act, evaluation, opened, error)
    if wants_json():
        return saved_json(opened, given, revision=evaluation.revision)
    return redirect(url_for("evaluations.desk", evaluation_id=evaluation.id), 303)


@pages.post("/<int:evaluation_id>/submit")
@allowed(Permission.EVALUATION_SCORE)
def submit(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Close the evaluation and go on to the next; what is still needed is said at its criterion."""
    evaluation = _own(act, evaluation_id)
    keep_played(act, evaluation, told_played(request.form))
    opened = open_desk(act, subject_of(evaluation), posted=True)
    waiting = [item.id for item in work_list(act)]
    try:
        given = given_marks(opened)
        with act.session.begin_nested():
            service.submit_evaluation(
                act,
                evaluation,
                marks=given.marks,
                summary=given.summary,
                revision=given.revision,
                unheard=told_unheard(request.form),
            )
    except (InvalidError, ConflictError) as error:
        if wants_json():
            return refused_json(error)
        if isinstance(error, service.IncompleteError | UnheardError):
            # What was typed is stored all the same, so that nothing hangs on this one page.
            service.save_draft(act, evaluation, marks=given.marks, summary=given.summary, revision=given.revision)
        return _refused(act, evaluation, opened, error)
    later = waiting[waiting.index(evaluation.id) + 1 :] + waiting[: waiting.index(evaluation.id)]
    if not later:
        flash(say(_("The evaluation was submitted. Your work list is empty."), g.language), "pass")
        return sent(url_for("evaluations.desk_list"))
    told = ngettext_(
        "The evaluation was submitted. {n} is left.", "The evaluation was submitted. {n} are left.", n=len(later)
    )
    flash(say(told, g.language), "pass")
    return sent(url_for("evaluations.desk", evaluation_id=later[0]))


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


@pages.get("/meeting")
@allowed(Permission.EVALUATION_RELEASE)
def meeting(act: Act) -> ResponseReturnValue:
    """Show what waits for a review meeting, to be released together."""
    return render_template("evaluations/meeting.html", waiting=waiting_for_meeting(act), channels=CHANNEL_LABELS)


@pages.post("/<int:evaluation_id>/acknowledge")
@allowed(Permission.EVALUATION_ACKNOWLEDGE)
def acknowledge(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Note that the agent has seen the evaluation."""
    evaluation = get_evaluation(act, evaluation_id)
    form = CommentForm(request.form)
    if form.validate():
        done = attempt(act, form, lambda: _acknowledged(act, evaluation, form))
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
    found = listing.find_evaluations(act, filters_of(request.args), page=page_asked())
    return render_template(
        "evaluations/list.html",
        form=form,
        page=found,
        disputed=disputed_among(act, [one.id for one in found.rows]),
        releasable=any(one.state is EvaluationState.SUBMITTED for one in found.rows),
        filtered=any(request.args.get(field.name) for field in form),
        channels=CHANNEL_LABELS,
        states=EVALUATION_STATE_LABELS,
        kinds=EVALUATION_KIND_LABELS,
    )


def _own(act: Act, evaluation_id: int) -> Evaluation:
    """Return what is on the reviewer's desk; of what is another's by now the refusal says so."""
    try:
        return get_evaluation(act, evaluation_id)
    except NotFoundError:
        gone = gone_from(act, evaluation_id)
        if gone is None:
            raise
        # After a conflict the script drops what it kept of the draft; here it may come back, and the copy with it.
        raise (ForbiddenError if wants_json() else ConflictError)(gone) from None


def subject_of(evaluation: Evaluation) -> Subject:
    """Return the evaluation as something to score."""
    return Subject(
        key=str(evaluation.id),
        interaction=evaluation.interaction,
        card=service.card_on_desk(evaluation),
        marks=service.marks_of(evaluation),
        summary=evaluation.summary,
        revision=evaluation.revision,
        saved_at=evaluation.saved_at,
        listened=evaluation,
    )


def _place(act: Act, evaluation: Evaluation) -> desks.Place:
    return desks.place_of(evaluation, work_list(act))


def _urls(evaluation: Evaluation) -> dict[str, str]:
    return {
        "submit": url_for("evaluations.submit", evaluation_id=evaluation.id),
        "draft": url_for("evaluations.draft", evaluation_id=evaluation.id),
        "desk": url_for("evaluations.desk", evaluation_id=evaluation.id),
        "back": url_for("evaluations.desk_list"),
    }


def _refused(act: Act, evaluation: Evaluation, opened: Opened, error: RefusedError) -> ResponseReturnValue:
    """Show the desk again with what was typed and why it was refused; a closed evaluation is shown as it is."""
    if evaluation.state is not EvaluationState.OPEN:
        flash(say(error.sentence, g.language), "caution")
        return redirect(url_for("evaluations.show", evaluation_id=evaluation.id), 303)
    return refused_page(
        opened,
        error,
        template=DESK,
        urls=_urls(evaluation),
        revision=evaluation.revision,
        place=_place(act, evaluation),
    )


def _evaluation_page(act: Act, evaluation: Evaluation, form: CommentForm, *, status: int = 200) -> Response:
    card, language = card_of(evaluation.card_version), g.language
    interaction = evaluation.interaction
    transcript = newest_transcript(act, interaction.id)
    submitted = evaluation.state is not EvaluationState.OPEN
    # What the agent wrote on reading it is for the reviewer; whether it was released would tell a score from a second one.
    told = evaluation.state if evaluation.seen_at else told_state(act, evaluation)
    knows_agent = may_know_agent(act, interaction)
    computation: dict[str, Any] = evaluation.computation or {}
    lines = lines_of(
        transcript,
        language=language,
        holds_muted=act.settings.mute_holds,
        names=knows_agent,
    )
    marks = service.marks_of(evaluation)
    page = render_template(
        "evaluations/show.html",
        evaluation=evaluation,
        submitted=submitted,
        card=card,
        card_name=card.name.in_(language.value),
        rule=desks.rule_of(card, language=language),
        sections=shown_answers(card, marks, computation, language=language, lines=lines, heard=heard_of(evaluation))
        if submitted
        else [],
        played=played_shown(evaluation, transcript),
        rows=shown_rows(computation, language=language),
        interaction=desks.head_of(act, interaction, language=language),
        recording=desks.sound_of(interaction, transcript, language=language),
        warnings=desks.warnings_of(act, interaction, transcript, language=language),
        lines=lines,
        around=around(act, evaluation),
        told=told,
        state_word=EVALUATION_STATE_LABELS[told],
        kind=kind_label(evaluation),
        picked=reason_of(act, evaluation),
        pick_reasons=PICK_REASON_LABELS,
        may_give=not submitted and evaluation.probe is None and act.may(Permission.PLAN_MANAGE),
        form=form,
        beside=beside(act, interaction) if submitted else None,
        names_agent=evaluation.agent_id != act.person().id and knows_agent,
        may_release=submitted
        and evaluation.state is EvaluationState.SUBMITTED
        and act.may(Permission.EVALUATION_RELEASE),
        may_acknowledge=evaluation.state is EvaluationState.RELEASED and act.person().id == evaluation.agent_id,
    )
    return make_response(page, status)


def _acknowledged(act: Act, evaluation: Evaluation, form: CommentForm) -> bool:
    service.acknowledge(act, evaluation, revision=revision_of(form), comment=form.comment.data or "")
    return True
