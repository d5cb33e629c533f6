"""Reviewers' desks, absences and what is given to others, for supervisors; and the pool that reviewers take from."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import get_evaluation
from qa.i18n import Text, _, ngettext_, say
from qa.interactions.kinds import CHANNEL_LABELS
from qa.people.models import User
from qa.sampling import handout, pool
from qa.sampling import queries as sampling
from qa.sampling.handed import handed
from qa.sampling.period import period_label
from qa.sampling.plans import period_of_draw
from qa.workload import queries
from qa.workload.absence import absences, end_absence, note_absence, today_of
from qa.workload.handing_over import give_to, handovers_of, possible_reviewers
from qa.workload.loads import minutes_waiting
from qa.workload.redistribution import propose, redistribute
from web.door import allowed, attempt
from web.forms import PageForm
from web.workload.forms import AbsenceForm, GiveForm, RedistributeForm, away_of, give_form

pages = Blueprint("workload", __name__)


@pages.get("/reviewers")
@allowed(Permission.PLAN_MANAGE)
def list_reviewers(act: Act) -> ResponseReturnValue:
    """Show what waits for every reviewer, and who is away."""
    return render_template("workload/list.html", desks=queries.desks(act))


@pages.get("/reviewers/<int:user_id>")
@allowed(Permission.PLAN_MANAGE)
def show_reviewer(act: Act, user_id: int) -> ResponseReturnValue:
    """Show one reviewer's desk and absences."""
    return _reviewer_page(act, queries.get_reviewer(act, user_id), AbsenceForm())


@pages.post("/reviewers/<int:user_id>/absences")
@allowed(Permission.PLAN_MANAGE)
def add_absence(act: Act, user_id: int) -> ResponseReturnValue:
    """Note an absence."""
    user = queries.get_reviewer(act, user_id)
    form = AbsenceForm(request.form)
    if form.validate() and attempt(act, form, lambda: note_absence(act, user, away_of(form))) is not None:
        _tell(_("The absence was noted. What waits on this desk stays there until you redistribute it."))
        return redirect(url_for("workload.show_reviewer", user_id=user.id), 303)
    return _reviewer_page(act, user, form, status=422)


@pages.post("/absences/<int:absence_id>/end")
@allowed(Permission.PLAN_MANAGE)
def come_back(act: Act, absence_id: int) -> ResponseReturnValue:
    """Have the reviewer back from today."""
    absence = queries.get_absence(act, absence_id)
    user_id = absence.user_id
    end_absence(act, absence)
    _tell(_("The absence was ended. From now on work is handed out again; what was given to others stays with them."))
    return redirect(url_for("workload.show_reviewer", user_id=user_id), 303)


@pages.route("/reviewers/<int:user_id>/redistribute", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def redistribute_desk(act: Act, user_id: int) -> ResponseReturnValue:
    """Show what would become of what waits, and do it."""
    user = queries.get_reviewer(act, user_id)
    form = RedistributeForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        reason, digest = form.reason.data or "", form.digest.data or ""
        done = attempt(act, form, lambda: redistribute(act, user, digest=digest, reason=reason))
        if done is not None:
            _tell(
                ngettext_(
                    "{n} evaluation was given to another reviewer.",
                    "{n} evaluations were given to other reviewers.",
                    n=done.moved,
                )
            )
            return redirect(url_for("workload.show_reviewer", user_id=user.id), 303)
    proposal = propose(act, user)
    form.digest.data = proposal.digest
    page = render_template("workload/redistribute.html", reviewer=user, proposal=proposal, form=form)
    return page, 422 if request.method == "POST" else 200


@pages.route("/evaluations/<int:evaluation_id>/give", methods=["GET", "POST"])
@allowed(Permission.PLAN_MANAGE)
def give(act: Act, evaluation_id: int) -> ResponseReturnValue:
    """Give an open evaluation to another reviewer."""
    evaluation = get_evaluation(act, evaluation_id)
    form = _give_form(act, evaluation)
    if request.method == "POST" and form.validate():
        done = attempt(act, form, lambda: _given(act, evaluation, form))
        if done:
            _tell(
                _("The evaluation was given to another reviewer, who begins anew. Both find the reason on their lists.")
            )
            return redirect(url_for("workload.give", evaluation_id=evaluation.id), 303)
    page = render_template(
        "workload/give.html",
        evaluation=evaluation,
        open=evaluation.state is EvaluationState.OPEN,
        form=form,
        handovers=handovers_of(act, evaluation),
        channels=CHANNEL_LABELS,
    )
    return page, 422 if request.method == "POST" else 200


@pages.post("/pool/take")
@allowed(Permission.EVALUATION_SCORE)
def take(act: Act) -> ResponseReturnValue:
    """Take the next interaction of the pool; who has one is led to it."""
    claimed = pool.claim_next(act)
    if claimed is None:
        _tell(_("Nothing is left in the pool for you now."), kind="caution")
        return redirect(url_for("evaluations.desk_list"), 303)
    if claimed.again:
        _tell(_("You have this one from the pool already. Submit it, and then take the next."), kind="caution")
    return redirect(url_for("evaluations.desk", evaluation_id=claimed.evaluation.id), 303)


@pages.post("/samples/<int:plan_id>/pool")
@allowed(Permission.PLAN_MANAGE)
def turn_pool(act: Act, plan_id: int) -> ResponseReturnValue:
    """Open the plan's pool, or close it."""
    plan = sampling.get_plan(act, plan_id)
    if plan.pooled:
        pool.close_pool(act, plan)
        _tell(
            _(
                "The pool is closed. What is drawn from now on is handed out; what still waits can be handed out per draw."
            )
        )
    else:
        pool.open_pool(act, plan)
        _tell(_("The pool is open: reviewers take the next interaction themselves, in the order of the draw."))
    return redirect(url_for("sampling.show_plan", plan_id=plan.id), 303)


@pages.get("/draws/<int:draw_id>/reviewers")
@allowed(Permission.PLAN_MANAGE)
def show_handed(act: Act, draw_id: int) -> ResponseReturnValue:
    """Show how a draw was handed out, redone from its facts, and hand out what still waits."""
    return _handed_page(act, draw_id, PageForm())


@pages.post("/draws/<int:draw_id>/hand-out")
@allowed(Permission.PLAN_MANAGE)
def hand_out(act: Act, draw_id: int) -> ResponseReturnValue:
    """Hand out what was drawn and has no reviewer."""
    draw = sampling.get_draw(act, draw_id)
    form = PageForm()
    done = attempt(act, form, lambda: handout.hand_out_waiting(act, draw))
    if done is None:
        return _handed_page(act, draw_id, form)
    given, left = done
    _tell(ngettext_("{n} interaction was handed out.", "{n} interactions were handed out.", n=given))
    if left:
        _tell(
            ngettext_(
                "{n} interaction waits for a reviewer: everyone in the plan is absent or has already reviewed it.",
                "{n} interactions wait for a reviewer: everyone in the plan is absent or has already reviewed them.",
                n=left,
            ),
            kind="caution",
        )
    return redirect(url_for("workload.show_handed", draw_id=draw.id), 303)


def _reviewer_page(act: Act, user: User, form: AbsenceForm, *, status: int = 200) -> ResponseReturnValue:
    today = today_of(act, user)
    page = render_template(
        "workload/reviewer.html",
        desk=queries.desk_of(act, user),
        waiting=queries.waiting_of(act, user),
        absences=[(one, one.last_on is None or one.last_on >= today) for one in absences(act, user)],
        form=form,
        channels=CHANNEL_LABELS,
        now=act.now,
    )
    return page, status


def _handed_page(act: Act, draw_id: int, form: PageForm) -> ResponseReturnValue:
    draw = sampling.get_draw(act, draw_id)
    waiting = [] if draw.plan.pooled else handout.without_reviewer(act, draw)
    page = render_template(
        "workload/handed.html",
        draw=draw,
        label=period_label(period_of_draw(draw), g.language),
        handed=handed(act, draw),
        waiting=len(waiting),
        nobody=handout.nobody_there(act, draw.plan) if waiting else None,
        form=form,
    )
    return page, 422 if form.errors else 200


def _give_form(act: Act, evaluation: Evaluation) -> GiveForm:
    able = possible_reviewers(act, evaluation)
    return give_form(
        request.form if request.method == "POST" else None,
        reviewers=able,
        waiting=minutes_waiting(act, [one.id for one in able], unseen=False),
        source=evaluation.reviewer_id,
    )


def _given(act: Act, evaluation: Evaluation, form: GiveForm) -> bool:
    source = form.source.data or ""
    if not source.isdecimal() or len(source) > 18:
        raise ConflictError(_("This evaluation was given to somebody else meanwhile."))
    if evaluation.state is not EvaluationState.OPEN:
        raise InvalidError(_("This evaluation was already submitted."))
    give_to(
        act,
        evaluation,
        reviewer_id=int(form.reviewer.data),
        from_reviewer_id=int(source),
        reason=form.reason.data or "",
    )
    return True


def _tell(sentence: Text, *, kind: str = "pass") -> None:
    flash(say(sentence, g.language), kind)
