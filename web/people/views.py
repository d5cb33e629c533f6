"""Signing in and out, preferences, and the administration of people and teams."""

from itertools import groupby

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import ROLE_LABELS, Permission, Role
from qa.i18n import Language, Text, _, say
from qa.people import queries, service, signin
from qa.people.models import LinkKind, UserState
from web.door import LANGUAGE, TOKEN, allowed, attempt, local_path
from web.limits import GUESSABLE, limiter
from web.people.forms import PasswordForm, SignInForm, TeamForm, person_form, person_of

pages = Blueprint("people", __name__)

STATE_WORDS: dict[UserState, Text] = {
    UserState.INVITED: _("Cannot sign in yet"),
    UserState.ACTIVE: _("Active"),
    UserState.LEFT: _("Has left"),
}

#: What a visitor of the demo may try in each role.
TRIES: dict[Role, Text] = {
    Role.SUPERVISOR: _("Look at the week, open a sample and check its draw, make a coaching report."),
    Role.REVIEWER: _("Open the first item of the work list and score it with the keyboard; press ? for the keys."),
    Role.AGENT: _("Read your own page, play the moment behind a mark, mark an evaluation as seen."),
    Role.SHOPPER: _("On a phone: fill in the visit that waits for you."),
    Role.ADMIN: _("Add people and invite them; otherwise as a supervisor."),
}

THEMES = ("auto", "light", "dark")


@pages.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(GUESSABLE, methods=["POST"])
@allowed(Permission.PUBLIC)
def sign_in(act: Act) -> ResponseReturnValue:
    """Show the sign-in form, or check what was typed."""
    form = SignInForm(request.form)
    back = local_path(request.values.get("next"), otherwise=url_for("home"))
    if request.method == "POST" and form.validate():
        email, password = form.email.data or "", form.password.data or ""
        token = attempt(
            act,
            form,
            lambda: signin.sign_in(act, email=email, password=password, browser=request.user_agent.string),
        )
        if token is not None:
            session.clear()
            session[TOKEN] = token
            session.permanent = True
            return redirect(back, 303)
        signin.note_failure(act, email=email)
    status = 422 if request.method == "POST" else 200
    guests = [
        (role, list(people))
        for role, people in groupby(signin.demo_guests(act) if act.settings.demo else [], key=lambda user: user.role)
    ]
    return render_template(
        "people/sign_in.html", form=form, back=back, guests=guests, roles=ROLE_LABELS, tries=TRIES
    ), status


@pages.post("/sign-out")
@allowed(Permission.PUBLIC)
def sign_out(act: Act) -> ResponseReturnValue:
    """End this browser's sign-in."""
    signin.sign_out(act, token=session.get(TOKEN, ""))
    language, theme = session.get(LANGUAGE), session.get("theme")
    session.clear()
    session.update({name: value for name, value in ((LANGUAGE, language), ("theme", theme)) if value})
    return redirect(url_for("people.sign_in"), 303)


@pages.post("/preferences")
@allowed(Permission.PUBLIC)
def preferences(act: Act) -> ResponseReturnValue:
    """Keep the chosen language or colours."""
    language, theme = request.form.get("language", ""), request.form.get("theme", "")
    if language in set(Language):
        session[LANGUAGE] = language
        if act.actor is not None:
            service.choose_language(act, Language(language))
    if theme in THEMES:
        session["theme"] = theme
    return redirect(local_path(request.form.get("next"), otherwise=url_for("home")), 303)


@pages.route("/welcome/<token>", methods=["GET", "POST"])
@limiter.limit(GUESSABLE)
@allowed(Permission.PUBLIC)
def welcome(act: Act, token: str) -> ResponseReturnValue:
    """Let somebody with an invitation or password link choose a password."""
    link = service.link_of(act, token)
    form = PasswordForm(request.form)
    if request.method == "POST" and form.validate():
        password = form.password.data or ""
        user = attempt(act, form, lambda: service.use_link(act, token, password=password))
        if user is not None:
            session.clear()
            session[TOKEN] = signin.open_sign_in(act, user, browser=request.user_agent.string)
            session.permanent = True
            return redirect(url_for("home"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("people/welcome.html", form=form, user=link.user), status


@pages.get("/people")
@allowed(Permission.PEOPLE_MANAGE)
def list_people(act: Act) -> ResponseReturnValue:
    """Show everybody, by name."""
    people = list(act.session.scalars(queries.visible_people(act)))
    return render_template(
        "people/list.html",
        people=people,
        teams=queries.teams(act),
        roles=ROLE_LABELS,
        states=STATE_WORDS,
        team_form=TeamForm(),
    )


@pages.post("/teams")
@allowed(Permission.PEOPLE_MANAGE)
def add_team(act: Act) -> ResponseReturnValue:
    """Make a team."""
    form = TeamForm(request.form)
    team = attempt(act, form, lambda: service.add_team(act, name=form.name.data or "")) if form.validate() else None
    if team is not None:
        flash(say(_("The team was added."), g.language), "pass")
        return redirect(url_for("people.list_people"), 303)
    people = list(act.session.scalars(queries.visible_people(act)))
    page = render_template(
        "people/list.html",
        people=people,
        teams=queries.teams(act),
        roles=ROLE_LABELS,
        states=STATE_WORDS,
        team_form=form,
    )
    return page, 422


@pages.route("/people/new", methods=["GET", "POST"])
@allowed(Permission.PEOPLE_MANAGE)
def add_person(act: Act) -> ResponseReturnValue:
    """Write somebody down."""
    form = person_form(request.form, teams=queries.teams(act), user=None, zone=act.settings.time_zone)
    if request.method == "POST" and form.validate():
        user = attempt(act, form, lambda: service.add_person(act, person_of(form)))
        if user is not None:
            flash(
                say(_("{name} was added. Make an invitation so that they can sign in.", name=user.name), g.language),
                "pass",
            )
            return redirect(url_for("people.show_person", user_id=user.id), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("people/person.html", form=form, user=None, link=None, states=STATE_WORDS), status


@pages.route("/people/<int:user_id>", methods=["GET", "POST"])
@allowed(Permission.PEOPLE_MANAGE)
def show_person(act: Act, user_id: int) -> ResponseReturnValue:
    """Show and change what is written down about somebody."""
    user = queries.get_person(act, user_id)
    form = person_form(request.form, teams=queries.teams(act), user=user, zone=act.settings.time_zone)
    if request.method == "POST" and form.validate():
        changed = attempt(act, form, lambda: service.change_person(act, user, person_of(form)))
        if changed is not None:
            flash(say(_("The changes were saved."), g.language), "pass")
            return redirect(url_for("people.show_person", user_id=user.id), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("people/person.html", form=form, user=user, link=None, states=STATE_WORDS), status


@pages.post("/people/<int:user_id>/link")
@allowed(Permission.PEOPLE_MANAGE)
def make_link(act: Act, user_id: int) -> ResponseReturnValue:
    """Make an invitation, or a link for a new password, and show it once."""
    user = queries.get_person(act, user_id)
    kind = LinkKind.PASSWORD if user.state is UserState.ACTIVE else LinkKind.INVITATION
    form = person_form(None, teams=queries.teams(act), user=user, zone=act.settings.time_zone)
    token = attempt(act, form, lambda: service.make_link(act, user, kind=kind))
    address = act.settings.address + url_for("people.welcome", token=token) if token else None
    page = render_template("people/person.html", form=form, user=user, link=address, states=STATE_WORDS)
    return page, 200 if token else 422


@pages.post("/people/<int:user_id>/end")
@allowed(Permission.PEOPLE_MANAGE)
def end_access(act: Act, user_id: int) -> ResponseReturnValue:
    """Let somebody in no more."""
    user = queries.get_person(act, user_id)
    service.end_access(act, user)
    flash(say(_("{name} can no longer sign in. What they did stays.", name=user.name), g.language), "pass")
    return redirect(url_for("people.list_people"), 303)


@pages.post("/demo/sign-in/<int:user_id>")
@allowed(Permission.PUBLIC)
def demo_sign_in(act: Act, user_id: int) -> ResponseReturnValue:
    """Let a visitor of the demo be one of its people, without a password; refused outside the demo."""
    token = signin.be_demo_guest(act, user_id, browser=request.user_agent.string)
    session.clear()
    session[TOKEN] = token
    return redirect(url_for("home"), 303)
