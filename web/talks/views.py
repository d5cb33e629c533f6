"""Coaching sessions: the list, planning one, its page, holding it or calling it off, and whether sessions helped."""

from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import published_cards
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation
from qa.evaluations.queries import get_evaluation
from qa.i18n import Text, _, say
from qa.kudos.service import giver_name, kudos_for
from qa.people.queries import agents, teams
from qa.talks import queries, service
from qa.talks.calendar import Method, icalendar
from qa.talks.effects import Agreed, team_effects
from qa.talks.letters import entry_of
from qa.talks.models import Clip, Occasion, Talk, TalkState
from qa.talks.service import When
from qa.talks.worked import WEEKS
from web.asked import number_asked, page_asked
from web.door import allowed, attempt
from web.talks import clips, writing
from web.talks.forms import TalkForm, cards_to_choose, focus_of, numbers_of, talk_form, today, when_of
from web.talks.page import talk_page
from web.talks.pages import pages
from web.talks.shown import clips_shown, criterion_names, rows_of

__all__ = ["clips", "pages", "writing"]

AGREED: dict[Agreed, Text] = {
    Agreed.DONE: _("An action was agreed on it and carried out"),
    Agreed.NOT_DONE: _("An action was agreed on it and not carried out"),
    Agreed.NOTHING: _("No action was agreed on it"),
}


@pages.get("")
@allowed(Permission.TALK_SEE)
def list_talks(act: Act) -> ResponseReturnValue:
    """Show what is planned, what is still to be done and what was held; to agents their kudos and examples too."""
    leads = act.may(Permission.TALK_LEAD)
    me = act.person().id
    return render_template(
        "talks/list.html" if leads else "talks/mine.html",
        planned=queries.planned_talks(act),
        to_read=[] if leads else queries.talks_to_read(act),
        actions=queries.open_actions(act, of=None if leads else me),
        earlier=queries.earlier_talks(act, page=page_asked()),
        kudos=[] if leads else [(one, giver_name(act, one)) for one in kudos_for(act, me)],
        examples=[] if leads else clips_shown(act, queries.examples(act)),
        today=today(act),
    )


@pages.get("/effects")
@allowed(Permission.TALK_LEAD)
def effects(act: Act) -> ResponseReturnValue:
    """Show what a year of sessions was followed by, for a team or all."""
    known = teams(act)
    team = next((one for one in known if str(one.id) == request.args.get("team")), None)
    found = team_effects(act, team_id=team.id if team else None)
    names = criterion_names(act, found.criteria, language=g.language)
    return render_template(
        "talks/effects.html",
        teams=known,
        team=team,
        criteria=rows_of([(names[key], found.coached[key], mean) for key, mean in found.criteria.items()]),
        agreed=rows_of([(AGREED[key], None, mean) for key, mean in found.agreed.items()]),
        counted_at=found.counted_at,
        uncounted=found.uncounted,
        weeks=WEEKS,
    )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Permission.TALK_LEAD)
def new(act: Act) -> ResponseReturnValue:
    """Plan a session, from an evaluation perhaps."""
    evaluation = _evaluation(act)
    agent = number_asked("agent")
    chosen = numbers_of(request.form.getlist("agents")) or [evaluation.agent_id if evaluation else agent or 0]
    waiting = queries.waiting_clips(act, chosen)
    form = talk_form(
        act,
        request.form if request.method == "POST" else None,
        agents=agents(act),
        clips=waiting,
        cards=published_cards(act),
        evaluation=evaluation,
        agent_id=agent,
        clip_id=number_asked("clip"),
    )
    if request.method == "POST" and form.validate() and (when := _when(act, form)) is not None:
        made = attempt(
            act,
            form,
            lambda: service.plan_talk(
                act,
                when,
                agent_ids=numbers_of(form.agents.data),
                occasion=Occasion(form.occasion.data),
                focus=[focus_of(value) for value in form.focus.data or ()],
                clip_ids=numbers_of(form.clips.data),
                evaluation=evaluation,
            ),
        )
        if made is not None:
            flash(say(_("The session is planned. Who takes part finds it on their page."), g.language), "pass")
            return redirect(url_for("talks.show", talk_id=made.id), 303)
    return _plan_page(act, form, waiting, talk=None, evaluation=evaluation)


@pages.route("/<int:talk_id>/change", methods=["GET", "POST"])
@allowed(Permission.TALK_LEAD)
def change(act: Act, talk_id: int) -> ResponseReturnValue:
    """Change the plan of a session."""
    talk = queries.get_talk(act, talk_id)
    waiting = queries.waiting_clips(act, [one.agent_id for one in talk.agents])
    sent = request.form if request.method == "POST" else None
    form = talk_form(act, sent, agents=[], clips=waiting, cards=published_cards(act), talk=talk)
    if sent is not None and form.validate() and (when := _when(act, form)) is not None:
        revision = form.revision.data or ""

        def changed() -> bool:
            service.change_talk(
                act,
                talk,
                when,
                occasion=Occasion(form.occasion.data),
                focus=[focus_of(value) for value in form.focus.data or ()],
                clip_ids=numbers_of(form.clips.data),
                revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
            )
            return True

        if attempt(act, form, changed):
            flash(say(_("The session was changed."), g.language), "pass")
            return redirect(url_for("talks.show", talk_id=talk.id), 303)
    return _plan_page(act, form, waiting, talk=talk, evaluation=None)


@pages.get("/<int:talk_id>")
@allowed(Permission.TALK_SEE)
def show(act: Act, talk_id: int) -> ResponseReturnValue:
    """Show a session: what it is about, what is heard, noted and agreed, and what followed."""
    return talk_page(act, queries.get_talk(act, talk_id))


@pages.post("/<int:talk_id>/hold")
@allowed(Permission.TALK_LEAD)
def hold(act: Act, talk_id: int) -> ResponseReturnValue:
    """Note that the session took place."""
    talk = queries.get_talk(act, talk_id)
    service.hold_talk(act, talk)
    flash(say(_("The session is noted as held. Its agents can now mark it as seen."), g.language), "pass")
    return redirect(url_for("talks.show", talk_id=talk.id), 303)


@pages.post("/<int:talk_id>/cancel")
@allowed(Permission.TALK_LEAD)
def cancel(act: Act, talk_id: int) -> ResponseReturnValue:
    """Call the session off."""
    talk = queries.get_talk(act, talk_id)
    service.cancel_talk(act, talk)
    flash(say(_("The session was called off."), g.language), "pass")
    return redirect(url_for("talks.list_talks"), 303)


@pages.get("/<int:talk_id>/session.ics")
@allowed(Permission.TALK_SEE)
def calendar(act: Act, talk_id: int) -> ResponseReturnValue:
    """Send the session as a file for any calendar."""
    talk = queries.get_talk(act, talk_id)
    entry = entry_of(talk, language=g.language, settings=act.settings, now=act.now)
    off = talk.state is TalkState.CANCELLED
    response = Response(icalendar(entry, Method.CANCEL if off else Method.PUBLISH), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="steekproef-{talk.id}.ics"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _when(act: Act, form: TalkForm) -> When | None:
    """Return when the session is; a time that is none is told at its field."""
    try:
        return when_of(form, zone=act.time_zone)
    except InvalidError as error:
        field: Any = form[error.field or "time"]
        field.errors = [*field.errors, say(error.sentence, g.language)]
        return None


def _evaluation(act: Act) -> Evaluation | None:
    number = number_asked("evaluation")
    return get_evaluation(act, number) if number else None


def _plan_page(
    act: Act, form: TalkForm, waiting: list[Clip], *, talk: Talk | None, evaluation: Evaluation | None
) -> ResponseReturnValue:
    page = render_template(
        "talks/plan.html",
        form=form,
        talk=talk,
        evaluation=evaluation,
        cards=cards_to_choose(
            form,
            published_cards(act),
            language=g.language,
            first=evaluation.card_version.scorecard_id if evaluation else None,
        ),
        clips=clips_shown(act, waiting),
    )
    return make_response(page, 422 if form.errors else 200)
