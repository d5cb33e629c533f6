"""The one door: opens the transaction, finds the actor, checks the permission, calls the view, commits.

Returned is committed, raised is rolled back. An endpoint that names no permission answers 403.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask, Response, abort, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Form

from qa.act import Act
from qa.auth.roles import Permission
from qa.db import transaction
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.i18n import Language, _, say
from qa.people import tokens
from qa.people.models import User
from qa.people.signin import user_of
from web.product import Product, Viewer, product

P = ParamSpec("P")
T = TypeVar("T")

#: Where the browser's signed cookie keeps the sign-in token.
TOKEN = "token"  # noqa: S105 - the name of a key
LANGUAGE = "language"

#: Where programs ask: answers are JSON, and an access token tells who asks as well as a signed-in browser does.
API = "/api/"

_READING = frozenset({"GET", "HEAD", "OPTIONS"})

View = Callable[Concatenate[Act, P], ResponseReturnValue]


def allowed(permission: Permission) -> Callable[[View[P]], Callable[P, Response]]:
    """Let a view be called by whoever has the permission, inside one transaction."""

    def decorate(view: View[P]) -> Callable[P, Response]:
        @wraps(view)
        def through(*args: P.args, **kwargs: P.kwargs) -> Response:
            own, secret = product(), _access_token()
            if secret is not None:
                _note_use(own, secret)
            with transaction(own.engine, reading=request.method in _READING) as opened:
                actor = _actor(opened, secret, now=own.clock())
                act = Act(opened, own.clock(), own.settings, own.blobs, actor)
                # For what templates ask about whoever reads.
                g.act = act
                if actor is not None:
                    _greet(actor)
                if actor is None and permission is not Permission.PUBLIC:
                    return _sign_in_first(token_given=secret is not None)
                if actor is not None and not act.may(permission):
                    raise ForbiddenError(_("Your role does not allow this."))
                return make_response(view(act, *args, **kwargs))

        name_permission(through, permission)
        return through

    return decorate


def asked_by_program() -> bool:
    """Tell whether the request is for the API."""
    return request.path.startswith(API)


def _access_token() -> str | None:
    """Return the token that the request shows, empty where it shows something else; it counts for reading the API only."""
    if not asked_by_program() or request.method not in _READING or "Authorization" not in request.headers:
        return None
    shown = request.authorization
    return shown.token or "" if shown is not None and shown.type == "bearer" else ""


def _actor(opened: Session, secret: str | None, *, now: datetime) -> User | None:
    """Find who asks: by the token that is shown, else by the browser's sign-in."""
    if secret is None:
        return user_of(opened, session.get(TOKEN, ""), now=now)
    return tokens.owner_of(opened, secret, now=now)


def _note_use(own: Product, secret: str) -> None:
    """Write down now and then that a token is used, apart from the transaction that only reads."""
    with transaction(own.engine, reading=True) as opened:
        due = tokens.is_use_due(opened, secret, now=own.clock())
    if due:
        with transaction(own.engine) as opened:
            tokens.note_use(opened, secret, now=own.clock())


def _greet(actor: User) -> None:
    """Note who reads the page, in which language and time zone; a program may ask for another language."""
    g.viewer = Viewer(actor.id, actor.name, actor.role, actor.language, actor.time_zone)
    g.language, g.time_zone = _asked_language() or actor.language, actor.time_zone


def _asked_language() -> Language | None:
    known = [item.value for item in Language]
    found = request.accept_languages.best_match(known) if asked_by_program() else None
    return Language(found) if found else None


def name_permission(view: Callable[..., object], permission: Permission) -> None:
    """Write the permission on the view, where the guard and the tests read it."""
    setattr(view, "permission", permission)  # noqa: B010 - functions have no such attribute in their type


def guard(app: Flask) -> None:
    """Close every endpoint that names no permission, and tell each request its language."""

    @app.before_request
    def closed_by_default() -> None:
        g.viewer = None
        g.language = language_of_request()
        g.time_zone = product().settings.time_zone
        if request.endpoint is None:
            # Nothing is there, and no view will look who asks: the page that says so is in their language too.
            with transaction(product().engine, reading=True) as opened:
                actor = _actor(opened, _access_token(), now=product().clock())
                if actor is not None:
                    _greet(actor)
            return
        view = app.view_functions[request.endpoint]
        if getattr(view, "permission", None) is None:
            abort(403)


def language_of_request() -> Language:
    """Return the language of a visitor who is not signed in: chosen before, else the browser's, else the setting's."""
    chosen = session.get(LANGUAGE)
    if chosen in set(Language):
        return Language(chosen)
    known = [item.value for item in Language]
    return Language(request.accept_languages.best_match(known) or product().settings.language)


def attempt(act: Act, form: Form, use_case: Callable[[], T]) -> T | None:
    """Run a use case; what it refuses is undone and told at the form's field, or above the form."""
    try:
        with act.session.begin_nested():
            return use_case()
    except (InvalidError, ConflictError) as error:
        told = say(error.sentence, g.language)
        name = error.field if isinstance(error, InvalidError) else None
        field = form[name] if name is not None and name in form else None
        if field is None:
            form.form_errors.append(told)
        else:
            field.errors = [*field.errors, told]
        return None


def local_path(target: str | None, *, otherwise: str) -> str:
    """Return the target when it is a path of this site, else the other address: no open redirects."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target:
        return target
    return otherwise


def _sign_in_first(*, token_given: bool) -> Response:
    if asked_by_program():
        why = (
            _("This access token is not valid: it was revoked, has ended, or never was one.")
            if token_given
            else _("Show an access token, or sign in first.")
        )
        answer = make_response({"error": say(why, g.language)}, 401)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="steekproef"'
        return answer
    if request.accept_mimetypes.best == "application/json":
        return make_response({"error": say(_("Sign in first."), g.language)}, 401)
    back = request.full_path.rstrip("?") if request.method in _READING else "/"
    return make_response(redirect(url_for("people.sign_in", next=back), 303))
