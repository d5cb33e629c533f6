"""The app factory: puts the features behind the one door. It migrates nothing and starts no work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from werkzeug.routing import IntegerConverter

from qa.act import Act
from qa.auth.roles import Permission
from qa.db import make_engine
from qa.digests.service import ROLES
from qa.i18n import Text, ngettext_, say
from qa.settings import Settings, read_settings
from qa.storage.blobs import LocalFolder
from web.door import allowed, guard, name_permission
from web.limits import limiter
from web.look import install_look
from web.navigation import HOME, navigation, search_url, tokens_url
from web.product import EXTENSION, Product, utc_now
from web.refusals import install_refusals
from web.security import install_security

#: Features with pages, each in its own folder: ``web.<feature>.views.pages``.
FEATURES = (
    "people",
    "interactions",
    "feedback",
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
    "insight",
    "coaching",
    "talks",
    "kudos",
    "pulse",
    "mystery",
    "visits",
    "holds",
    "privacy",
    "tokens",
    "digests",
    "api",
)

ROOM_FOR_FIELDS = 2 * 1024 * 1024


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
    app.url_map.converters["int"] = StoredNumber
    guard(app)
    CSRFProtect(app)
    limiter.init_app(app)
    install_security(app)
    _install_texts(app)
    install_look(app)
    install_refusals(app)
    name_permission(app.view_functions["static"], Permission.PUBLIC)
    app.add_url_rule("/", "home", home)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"web.{feature}.views").pages)
    return app


class StoredNumber(IntegerConverter):
    """A number in an address; beyond the largest that a database keeps there is nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": 2**63 - 1, **kwargs})


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
            "tokens_url": tokens_url(viewer.role) if viewer else None,
            "digests_url": url_for("digests.choose") if viewer and viewer.role in ROLES else None,
            "language": g.language.value,
            "theme": session.get("theme", "auto"),
            "csp_nonce": g.get("csp_nonce", ""),
            "settings": app.extensions[EXTENSION].settings,
        }
