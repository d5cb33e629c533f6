"""The judge's pages: taking a dispute, the blind score on the desk, the decision with everything in view."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes import judging
from qa.disputes.models import Dispute, DisputeState
from qa.disputes.queries import get_case, get_dispute, judge_by
from qa.errors import ConflictError, InvalidError
from qa.evaluations.plain_marks import marks_of_plain
from qa.evaluations.queries import newest_transcript
from qa.evaluations.service import IncompleteError
from qa.i18n import _, say
from qa.interactions.whose import may_know_agent
from web.disputes.forms import ruling_form, rulings_of
from web.disputes.pages import pages
from web.disputes.shown import criteria_shown, people_of
from web.door import allowed, attempt
from web.evaluations import desk as desks
from web.evaluations.hearing import played_shown
from web.evaluations.lines import lines_of
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
from web.forms import PageForm

TEMPLATE = "disputes/blind.html"


@pages.post("/<int:dispute_id>/take")
@allowed(Permission.DISPUTE_JUDGE)
def take(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Become the judge; twice is once."""
    judging.take_dispute(act, get_case(act, dispute_id))
    return redirect(url_for("disputes.blind", dispute_id=dispute_id), 303)


@pages.post("/<int:dispute_id>/hand-back")
@allowed(Permission.DISPUTE_JUDGE)
def hand_back(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Leave the dispute to somebody else."""
    judging.hand_back(act, get_case(act, dispute_id))
    flash(say(_("Handed back. Somebody else can take it now."), g.language), "pass")
    return redirect(url_for("disputes.work_list"), 303)


@pages.get("/<int:dispute_id>/blind")
@allowed(Permission.DISPUTE_JUDGE)
def blind(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Lay the disputed criteria on the desk, without the score and the claim."""
    dispute = get_case(act, dispute_id)
    elsewhere = _elsewhere(act, dispute)
    if elsewhere is not None:
        return elsewhere
    return desk_page(
        _opened(act, dispute, posted=False),
        template=TEMPLATE,
        urls=_urls(dispute),
        could_have_seen=dispute.could_have_seen,
    )


@pages.post("/<int:dispute_id>/blind/draft")
@allowed(Permission.DISPUTE_JUDGE)
def draft(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Keep what was scored so far."""
    dispute = get_case(act, dispute_id)
    opened = _opened(act, dispute, posted=True)
    try:
        given = given_marks(opened, partly=wants_json())
        with act.session.begin_nested():
            judging.save_blind(act, dispute, marks=given.marks, revision=given.revision)
    except (InvalidError, ConflictError) as error:
        return refused_json(error) if wants_json() else _refused(act, dispute, opened, error)
    if wants_json():
        return saved_json(opened, given, revision=dispute.blind_revision)
    return redirect(url_for("disputes.blind", dispute_id=dispute_id), 303)


@pages.post("/<int:dispute_id>/blind")
@allowed(Permission.DISPUTE_JUDGE)
def submit_blind(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Close the blind score and go on to the decision."""
    dispute = get_case(act, dispute_id)
    opened = _opened(act, dispute, posted=True)
    try:
        given = given_marks(opened)
        with act.session.begin_nested():
            judging.submit_blind(act, dispute, marks=given.marks, revision=given.revision)
    except (InvalidError, ConflictError) as error:
        if wants_json():
            return refused_json(error)
        if isinstance(error, IncompleteError):
            judging.save_blind(act, dispute, marks=given.marks, revision=given.revision)
        return _refused(act, dispute, opened, error)
    flash(say(_("Your score is in. Now both scores and the claim are in view: decide."), g.language), "pass")
    return sent(url_for("disputes.decide", dispute_id=dispute_id))


@pages.get("/<int:dispute_id>/decide")
@allowed(Permission.DISPUTE_JUDGE)
def decide(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Show both scores, the claim and the reasons, with the decision to make."""
    case = get_case(act, dispute_id)
    if case.state is not DisputeState.SCORED:
        return _elsewhere(act, case) or redirect(url_for("disputes.blind", dispute_id=dispute_id), 303)
    return _decision_page(act, case, _form(case, posted=False))


@pages.post("/<int:dispute_id>/decide")
@allowed(Permission.DISPUTE_JUDGE)
def settle(act: Act, dispute_id: int) -> ResponseReturnValue:
    """Settle the dispute; sent twice it is settled once."""
    dispute = get_case(act, dispute_id)
    if dispute.state is not DisputeState.SCORED:
        return _elsewhere(act, dispute) or redirect(url_for("disputes.blind", dispute_id=dispute_id), 303)
    form = _form(dispute, posted=True)
    if form.validate():
        rulings = rulings_of(form, dispute, card_of(dispute.evaluation.card_version))
        if attempt(act, form, lambda: judging.decide(act, dispute, rulings=rulings)) is not None:
            flash(say(_("The dispute is settled. The agent reads your reasons."), g.language), "pass")
            return redirect(url_for("disputes.show", dispute_id=dispute_id), 303)
    return _decision_page(act, dispute, form, status=422)


def _elsewhere(act: Act, dispute: Dispute) -> ResponseReturnValue | None:
    """Lead to the page that the dispute's state asks for, where that is not the blind score."""
    if dispute.judge_id != act.person().id:
        return redirect(url_for("disputes.work_list"), 303)
    if dispute.state is DisputeState.OPEN:
        return None
    following = "decide" if dispute.state is DisputeState.SCORED else "show"
    return redirect(url_for(f"disputes.{following}", dispute_id=dispute.id), 303)


def _opened(act: Act, dispute: Dispute, *, posted: bool) -> Opened:
    subject = Subject(
        key=f"dispute-{dispute.id}",
        interaction=dispute.evaluation.interaction,
        card=judging.card_to_score(dispute),
        marks=marks_of_plain(dispute.blind_marks),
        summary="",
        revision=dispute.blind_revision,
        saved_at=dispute.blind_saved_at,
    )
    return open_desk(act, subject, posted=posted)


def _urls(dispute: Dispute) -> dict[str, str]:
    return {
        "submit": url_for("disputes.submit_blind", dispute_id=dispute.id),
        "draft": url_for("disputes.draft", dispute_id=dispute.id),
        "desk": url_for("disputes.blind", dispute_id=dispute.id),
        "hand_back": url_for("disputes.hand_back", dispute_id=dispute.id),
        "back": url_for("disputes.work_list"),
    }


def _refused(act: Act, dispute: Dispute, opened: Opened, error: InvalidError | ConflictError) -> ResponseReturnValue:
    elsewhere = _elsewhere(act, dispute)
    if elsewhere is not None:
        flash(say(error.sentence, g.language), "caution")
        return elsewhere
    return refused_page(
        opened,
        error,
        template=TEMPLATE,
        urls=_urls(dispute),
        revision=dispute.blind_revision,
        could_have_seen=dispute.could_have_seen,
    )


def _form(dispute: Dispute, *, posted: bool) -> PageForm:
    card = card_of(dispute.evaluation.card_version)
    return ruling_form(dispute, card, request.form if posted else None, language=g.language)


def _decision_page(act: Act, case: Dispute, form: PageForm, *, status: int = 200) -> ResponseReturnValue:
    # Read through the queries of the dispute itself, which open only once the blind score is in.
    dispute, language = get_dispute(act, case.id), g.language
    transcript = newest_transcript(act, dispute.evaluation.interaction_id)
    lines = lines_of(
        transcript,
        language=language,
        holds_muted=act.settings.mute_holds,
        names=may_know_agent(act, dispute.evaluation.interaction),
    )
    page = render_template(
        "disputes/decide.html",
        dispute=dispute,
        form=form,
        people=people_of(act, dispute),
        criteria=criteria_shown(act, dispute, lines=lines),
        played=played_shown(dispute.evaluation, transcript),
        due=judge_by(act, dispute),
        interaction=desks.head_of(act, dispute.evaluation.interaction, language=language),
        recording=desks.sound_of(dispute.evaluation.interaction, transcript, language=language),
        warnings=desks.warnings_of(act, dispute.evaluation.interaction, transcript, language=language),
        lines=lines,
    )
    return make_response(page, status)
