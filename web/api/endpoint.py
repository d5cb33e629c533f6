"""One endpoint of the API: its address, who may ask, what is asked and answered; all of it is documented by being so."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, abort, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from qa.auth.roles import Permission
from web.api.asking import Parser
from web.api.parts import ErrorSchema
from web.door import allowed
from web.limits import api_limit, limiter

PREFIX = "/api/v1"

pages: Any = Blueprint("api", __name__, url_prefix=PREFIX)
pages.ARGUMENTS_PARSER = Parser()
limiter.shared_limit(api_limit, scope="api")(pages)

#: Every refusal with what it means; the sentences are only examples.
REFUSALS: dict[int, tuple[str, str]] = {
    401: ("No access token, or one that is not valid.", "Show an access token, or sign in first."),
    403: ("The role of the caller does not allow this.", "Your role does not allow this."),
    404: ("There is no such thing, or the caller may not see it.", "There is nothing here"),
    406: ("The caller accepts something else than JSON only.", "This can be sent as JSON only"),
    409: ("It is not there yet.", "This draw has not been made yet. Until then there is only its commitment."),
    422: ("A parameter makes no sense.", "Something in the address makes no sense; see the fields."),
    429: ("Too many requests within a minute; `Retry-After` tells after how many seconds to go on.", "Too many tries"),
}
_CLOSED = (401, 403)
_ALWAYS = (406, 429)


def only_json() -> None:
    """Refuse whoever accepts no JSON."""
    if "Accept" in request.headers and not request.accept_mimetypes.quality("application/json"):
        abort(406)


def for_the_caller_only(response: Response) -> Response:
    """Let nobody keep the answer: it is for one caller, in one language."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = g.language.value
    return response


pages.before_request(only_json)
pages.after_request(for_the_caller_only)


def endpoint(
    path: str,
    permission: Permission,
    *,
    tag: str,
    answer: type[Schema] | Mapping[str, Any],
    example: object,
    query: type[Schema] | None = None,
    parameters: list[dict[str, object]] | None = None,
    refusals: tuple[int, ...] = (),
) -> Callable[[Callable[..., object]], Callable[..., Response]]:
    """Let a view answer GET at an address below `PREFIX`: called with the act, what was asked, and the parts of the address.

    The first line of the view's docstring is the summary in the documentation, the rest its description. A view that answers
    a ready response says with a plain JSON schema what is in it.
    """
    told = [*(() if permission is Permission.PUBLIC else _CLOSED), *_ALWAYS, *refusals, *((422,) if query else ())]

    def decorate(view: Callable[..., object]) -> Callable[..., Response]:
        wrapped: Any = view
        if query is not None:
            wrapped = pages.arguments(query, location="query")(wrapped)
        if isinstance(answer, Mapping):
            wrapped = pages.alt_response(200, schema=dict(answer), description="OK", example=example, success=True)(
                wrapped
            )
        else:
            wrapped = pages.response(200, answer, example=example)(wrapped)
        for status in sorted(set(told)):
            meaning, sentence = REFUSALS[status]
            wrapped = pages.alt_response(status, schema=ErrorSchema, description=meaning, example={"error": sentence})(
                wrapped
            )
        public: dict[str, object] = {"security": []} if permission is Permission.PUBLIC else {}
        wrapped = pages.doc(operationId=view.__name__, **public)(wrapped)
        through = allowed(permission)(wrapped)
        pages.route(path, methods=["GET"], tags=[tag], parameters=parameters)(through)
        return through

    return decorate
