"""The app factory: puts the features behind the one door. It migrates nothing and starts no work."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask, Response, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from qa.act import Act
from qa.auth.roles import Permission
from qa.db import make_engine
from qa.errors import RefusedError
from qa.i18n import Text, _, ngettext_, say
from qa.settings import Settings, read_settings
from qa.storage.blobs import LocalFolder
from web.door import allowed, guard, name_permission
from web.limits import limiter
from web.look import install_look
from web.navigation import HOME, navigation, search_url
from web.product import EXTENSION, Product, utc_now
from web.security import install_security

#: Features with pages, each in its own folder: ``web.<feature>.views.pages``.
FEATURES = (
    "people",
    "interactions",
    "edits",
    "recordings",
    "jobs",
    "cards",
    "sampling",
    "workload",
    "picks",
    "evaluations",
    "comment_templates",
    "calibration",
    "revisions",
    "self_evaluations",
    "disputes",
    "agent",
    "overview",
    "coaching",
    "mystery",
    "visits",
)

ROOM_FOR_FIELDS = 2 * 1024 * 1024

log = logging.getLogger("steekproef.web")


def create_app(
    settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now, engine: Engine | None = None
) -> Flask:
    """Make the app over the database of the settings, or over an engine that is there already.

    ``clock`` gives the present moment.
    """
    own = settings or read_settings()
    app = Flask("web", root_path=str(Path(__file__).parent))
    app.config.update(
        SECRET_KEY=own.key(),
        SESSION_COOKIE_NAME="steekproef",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=own.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=own.session_hours),
        MAX_CONTENT_LENGTH=own.upload_limit_mb * 1024 * 1024 + ROOM_FOR_FIELDS,
        MAX_FORM_MEMORY_SIZE=ROOM_FOR_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.extensions[EXTENSION] = Product(
        engine or make_engine(own.database), own, LocalFolder(own.data_dir / "files"), clock
    )
    guard(app)
    CSRFProtect(app)
    limiter.init_app(app)
    install_security(app)
    _install_texts(app)
    install_look(app)
    _install_errors(app)
    name_permission(app.view_functions["static"], Permission.PUBLIC)
    app.add_url_rule("/", "home", home)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"web.{feature}.views").pages)
    return app


@allowed(Permission.SIGNED_IN)
def home(act: Act) -> ResponseReturnValue:
    """Send everybody to the page their work begins on."""
    return redirect(url_for(HOME[act.person().role]), 303)


def _install_texts(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True

    def said(msgid: str, /, **params: object) -> str:
        return say(Text(msgid, params), g.language)

    def counted(one: str, many: str, /, *, n: int, **params: object) -> str:
        return say(ngettext_(one, many, n=n, **params), g.language)

    def finish(value: object) -> object:
        return say(value, g.language) if isinstance(value, Text) else value

    environment.globals.update(_=said, gettext=said, ngettext=counted)
    environment.finalize = finish

    @app.context_processor
    def around() -> dict[str, object]:
        viewer = g.get("viewer")
        return {
            "current_user": viewer,
            "navigation": navigation(viewer.role) if viewer else [],
            "search_url": search_url(viewer.role) if viewer else None,
            "language": g.language.value,
            "theme": session.get("theme", "auto"),
            "csp_nonce": g.get("csp_nonce", ""),
            "settings": app.extensions[EXTENSION].settings,
        }


def _install_errors(app: Flask) -> None:
    titles = {
        400: _("This request was not understood"),
        403: _("You may not do this"),
        404: _("There is nothing here"),
        405: _("This page cannot be used that way"),
        409: _("Something changed meanwhile"),
        413: _("This is too large"),
        422: _("This does not fit"),
        429: _("Too many tries"),
        500: _("Something broke on our side"),
        507: _("The disk is full"),
    }
    remedies = {
        403: _("Ask your supervisor or administrator if you think you should."),
        404: _("The address is wrong, or you may not see what is there."),
        413: _("Send at most {n} MiB at a time.", n=app.extensions[EXTENSION].settings.upload_limit_mb),
        429: _("Wait a minute and try again."),
        500: _("Nothing was stored. Try again; what you typed may still be there when you go back."),
    }

    def answer(status: int, *, remedy: Text | None, reference: str = "") -> Response:
        title = titles.get(status, titles[400])
        wants_json = request.accept_mimetypes.best == "application/json" or request.path.startswith("/api/")
        if wants_json:
            return make_response({"error": say(remedy or title, g.language)}, status)
        page = render_template(
            "error.html",
            status=status,
            title=title,
            kept=None,
            remedy=remedy or remedies.get(status),
            reference=reference,
        )
        return make_response(page, status)

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> Response:
        return answer(error.status, remedy=error.sentence)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Response:
        del error
        return answer(400, remedy=_("The page was open too long. Go back, load it again, and send it once more."))

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return make_response(error.get_response())
        return answer(error.code, remedy=None)

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        if app.testing:
            raise error
        reference = secrets.token_hex(4)
        log.error("request failed, reference %s", reference, exc_info=error)
        return answer(500, remedy=None, reference=reference)
