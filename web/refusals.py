"""What is answered when something is refused or breaks: a page in the reader's language, to programs the same as JSON."""

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from qa.errors import InvalidError, RefusedError
from qa.i18n import Text, _, say
from web.door import asked_by_program
from web.limits import seconds_to_wait
from web.product import product

TITLES: dict[int, Text] = {
    400: _("This request was not understood"),
    403: _("You may not do this"),
    404: _("There is nothing here"),
    405: _("This page cannot be used that way"),
    406: _("This can be sent as JSON only"),
    409: _("Something changed meanwhile"),
    413: _("This is too large"),
    422: _("This does not fit"),
    429: _("Too many tries"),
    500: _("Something broke on our side"),
    507: _("The disk is full"),
}
REMEDIES: dict[int, Text] = {
    403: _("Ask your supervisor or administrator if you think you should."),
    404: _("The address is wrong, or you may not see what is there."),
    429: _("Wait a minute and try again."),
    500: _("Nothing was stored. Try again; what you typed may still be there when you go back."),
}

log = logging.getLogger("steekproef.web")


def install_refusals(app: Flask) -> None:
    """Let the app answer refusals and errors."""

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> Response:
        fields = error.fields if isinstance(error, InvalidError) else None
        return _answer(error.status, remedy=error.sentence, fields=fields)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Response:
        del error
        return _answer(400, remedy=_("The page was open too long. Go back, load it again, and send it once more."))

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> Response:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return make_response(error.get_response())
        told = _answer(error.code, remedy=None)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            told.allow.update(error.valid_methods)
        if error.code == HTTPStatus.TOO_MANY_REQUESTS and (wait := seconds_to_wait()) is not None:
            told.headers["Retry-After"] = str(wait)
        return told

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        if app.testing:
            raise error
        reference = secrets.token_hex(4)
        log.error("request failed, reference %s", reference, exc_info=error)
        return _answer(500, remedy=None, reference=reference)


def _answer(
    status: int, *, remedy: Text | None, reference: str = "", fields: Mapping[str, Text] | None = None
) -> Response:
    title = TITLES.get(status, TITLES[400])
    if request.accept_mimetypes.best == "application/json" or asked_by_program():
        body: dict[str, object] = {"error": say(remedy or title, g.language)}
        if fields:
            body["fields"] = {name: say(text, g.language) for name, text in fields.items()}
        return make_response(body, status)
    page = render_template(
        "error.html",
        status=status,
        title=title,
        kept=None,
        remedy=remedy or _remedy(status),
        reference=reference,
    )
    return make_response(page, status)


def _remedy(status: int) -> Text | None:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _("Send at most {n} MiB at a time.", n=product().settings.upload_limit_mb)
    return REMEDIES.get(status)
