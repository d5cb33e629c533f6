"""Disputes as agents raise and read them, and the lists of judges and supervisors."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes import service
from qa.disputes.figures import overturns
from qa.disputes.handovers import give_to, possible_judges, taken_from
from qa.disputes.labels import DISPUTE_STATE_LABELS
from qa.disputes.models import UNSETTLED, Dispute, DisputeState
from qa.disputes.queries import cases_to_take, get_dispute, judge_by, list_disputes, own_cases
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import Evaluation
from qa.evaluations.queries import get_evaluation, newest_transcript
from qa.evaluations.service import marks_of
from qa.i18n import _, say
from qa.interactions.kinds import CHANNEL_LABELS
from web.disputes import judging
from web.disputes.forms import HandoverForm, claim_form, claims_of, handover_form
from web.disputes.pages import pages
from web.disputes.shown import criteria_shown, people_of, told
from web.door import allowed, attempt
from web.evaluations import desk as desks
from web.evaluations.forms import revision_of, settle_evidence
from web.evaluations.hearing import played_shown
from web.evaluations.lines import lines_of, turns_of
from web.evaluations.reading import answer_said
from web.evaluations.turn_choices import turn_options
from web.forms import PageForm

__all__ = ["judging", "pages"]


@pages.get("")
@allowed(Permission.DISPUTE_JUDGE)
def work_list(act: Act) -> ResponseReturnValue:
    """Show the judge what waits; of what is not yet scored neither score nor claim."""
    manages = act.may(Permission.OVERVIEW_SEE)
    mine, open_ones = own_cases(act), cases_to_take(act)
    listed = {one.id for one in (*mine, *open_ones)}
    others = [one for one in list_disputes(act, states=UNSETTLED) if one.id not in listed] if manages else []
    settled = list_disputes(act, states=[DisputeState.SETTLED], limit=20)
    return render_template(
        "disputes/work_list.html",
        mine=mine,
        given={one.id: one.handovers[-1] for one in mine if one.handovers},
        taken_from=taken_from(act),
        to_take=open_ones,
        others=others,
        settled=settled,
        due={one.id: judge_by(act, one) for one in (*mine, *open_ones, *others)},
        people={one.id: people_of(act, one) for one in (*others, *settled)},
        now=act.now,
        manages=manages,
        channels=CHANNEL_LABELS,
        states=DISPUTE_STATE_LABELS,
    )


@pages.get("/mine")
@allowed(Permission.DISPUTE_RAISE)
def mine(act: Act) -> ResponseReturnValue:
    """Show the agent their disputes, with the term of each."""
    found = list_disputes(act)
    return render_template(
        "disputes/mine.html",
        disputes=found,
        due={one.id: judge_by(act, one) for one in found},
        now=act.now,
        channels=CHANNEL_LABELS,
        states=DISPUTE_STATE_LABELS,
    )


@pages.get("/figures")
@allowed(Permission.OVERVIEW_SEE)
def figures(act: Act) -> ResponseReturnValue:
    """Show how often disputes were upheld, by criterion and by reviewer."""
    return render_template("disputes/figures.html", found=overturns(act, language=g.language))


@pages.get("/new/<int:evaluation_id>")
@allowed(Permission.DISPUTE_RAISE)
def new(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Let the agent say what they disagree with; where they cannot, why."""
    evaluation = get_evaluation(act, evaluation_id)
    refusal = service.why_not(act, evaluation)
    if refusal is not None:
        raise ConflictError(refusal)
    return _new_page(act, evaluation, _claim_form(evaluation, posted=False))


@pages.post("/new/<int:evaluation_id>")
@allowed(Permission.DISPUTE_RAISE)
def send(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Raise the dispute; sent twice it is raised once."""
    evaluation = get_evaluation(act, evaluation_id)
    form = _claim_form(evaluation, posted=True)
    lines = lines_of(
        newest_transcript(act, evaluation.interaction_id), language=g.language, holds_muted=act.settings.mute_holds
    )
    card = card_of(evaluation.card_version)
    try:
        settle_evidence(form, request.form, turns=lambda: turns_of(lines))
        claims = claims_of(form, card)
    except InvalidError as error:
        form.form_errors.append(say(error.sentence, g.language))
        return _new_page(act, evaluation, form, status=422)
    raised = None
    if form.validate():
        raised = attempt(
            act,
            form,
            lambda: service.raise_dispute(act, evaluation, claims=claims, revision=revision_of(form)),
        )
    if raised is None:
        return _new_page(act, evaluation, form, status=422)
    flash(say(_("Your dispute was sent. Somebody who has not scored this conversation judges it."), g.language), "pass")
    return redirect(url_for("disputes.show", dispute_id=raised.id), 303)


@pages.get("/<int:dispute_id>")
@allowed(Permission.DISPUTE_SEE)
def show(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Show a dispute with what was decided."""
    dispute = get_dispute(act, dispute_id)
    return _show_page(act, dispute, _handover_form(act, dispute, posted=False))


@pages.post("/<int:dispute_id>/give")
@allowed(Permission.DISPUTE_ASSIGN)
def give(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Take the dispute from its judge and give it to another; sent twice it is given once."""
    dispute = get_dispute(act, dispute_id)
    form = _handover_form(act, dispute, posted=True)
    source, judge = form.source.data or "", request.form.get("judge", "")

    def given() -> bool:
        give_to(
            act,
            dispute,
            judge_id=int(judge) if judge.isdecimal() and len(judge) < 19 else 0,
            from_judge_id=int(source) if source.isdecimal() and len(source) < 19 else 0,
            reason=form.reason.data or "",
        )
        return True

    if attempt(act, form, given):
        flash(say(_("The dispute has another judge now. Both are told."), g.language), "pass")
        return redirect(url_for("disputes.work_list"), 303)
    return _show_page(act, dispute, form, status=422)


@pages.post("/<int:dispute_id>/withdraw")
@allowed(Permission.DISPUTE_RAISE)
def withdraw(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Take the dispute back."""
    service.withdraw_dispute(act, get_dispute(act, dispute_id))
    flash(say(_("Your dispute was withdrawn."), g.language), "pass")
    return redirect(url_for("disputes.mine"), 303)


def _handover_form(act: Act, dispute: Dispute, *, posted: bool) -> HandoverForm:
    judges = possible_judges(act, dispute) if act.may(Permission.DISPUTE_ASSIGN) else []
    return handover_form(judges, request.form if posted else None, source=dispute.judge_id)


def _show_page(act: Act, dispute: Dispute, form: HandoverForm, *, status: int = 200) -> ResponseReturnValue:
    own = act.person().id == dispute.agent_id
    assigns = act.may(Permission.DISPUTE_ASSIGN)
    transcript = newest_transcript(act, dispute.evaluation.interaction_id)
    lines = lines_of(transcript, language=g.language, holds_muted=act.settings.mute_holds, names=False)
    page = render_template(
        "disputes/show.html",
        dispute=dispute,
        own=own,
        people=people_of(act, dispute),
        criteria=criteria_shown(act, dispute, lines=lines),
        played=played_shown(dispute.evaluation, transcript),
        interaction=desks.head_of(act, dispute.evaluation.interaction, language=g.language),
        due=judge_by(act, dispute),
        now=act.now,
        state_word=DISPUTE_STATE_LABELS[dispute.state],
        told=told(dispute.outcome) if dispute.outcome else None,
        may_withdraw=own and dispute.state is DisputeState.OPEN,
        may_decide=act.person().id == dispute.judge_id and dispute.state is DisputeState.SCORED,
        may_give=assigns and dispute.state in UNSETTLED and dispute.judge_id is not None,
        handovers=dispute.handovers if assigns else [],
        form=form,
    )
    return make_response(page, status)


def _claim_form(evaluation: Evaluation, *, posted: bool) -> PageForm:
    return claim_form(
        card_of(evaluation.card_version),
        request.form if posted else None,
        marks=marks_of(evaluation),
        chosen=request.args.get("criterion", ""),
        revision=evaluation.revision,
        language=g.language,
    )


def _new_page(act: Act, evaluation: Evaluation, form: PageForm, *, status: int = 200) -> ResponseReturnValue:
    card, marks, language = card_of(evaluation.card_version), marks_of(evaluation), g.language
    transcript = newest_transcript(act, evaluation.interaction_id)
    lines = lines_of(transcript, language=language, holds_muted=act.settings.mute_holds)
    page = render_template(
        "disputes/new.html",
        evaluation=evaluation,
        form=form,
        criteria=[
            (
                at,
                criterion.key,
                criterion.name.in_(language.value),
                answer_said(criterion, marks[criterion.key], language=language),
            )
            for at, (_section, criterion) in enumerate(card.criteria(), start=1)
            if f"disagree-{criterion.key}" in form
        ],
        until=service.dispute_until(act, evaluation),
        turn_options=turn_options(lines),
        interaction=desks.head_of(act, evaluation.interaction, language=language),
        recording=desks.sound_of(evaluation.interaction, transcript, language=language),
        warnings=desks.warnings_of(act, evaluation.interaction, transcript, language=language),
        lines=lines,
    )
    return make_response(page, status)
