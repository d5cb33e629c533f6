"""The description of the API in OpenAPI 3.1, made of the endpoints themselves."""

from functools import cache
from typing import Any

from flask import Flask, jsonify
from flask_smorest import Api

from qa.act import Act
from qa.auth.roles import Permission
from web.api.endpoint import endpoint
from web.api.parts import ErrorSchema

ABOUT = """Evaluations, figures, scorecards and draws, for reading.

Whoever calls sees what their role sees on the pages, and nothing else. Numbers are decimals in text, so that nobody rounds
them. Moments are in UTC; days are those of the caller's time zone for evaluations, of the company's for figures. A figure never
comes without its n, its interval, the method and the draws it rests on."""

TAGS = {
    "Evaluations": "What was scored, with answers, evidence and the computation line by line.",
    "Figures": "Mean scores from random samples, with everything that says how sure they are.",
    "Scorecards": "The versions of scorecards.",
    "Draws": "Draws that anyone can check.",
    "About": "This description.",
}


@endpoint(
    "/openapi.json",
    Permission.PUBLIC,
    tag="About",
    answer={"type": "object", "description": "An OpenAPI 3.1 document."},
    example={"openapi": "3.1.0", "info": {"title": "Steekproef", "version": "1"}},
)
def openapi(act: Act) -> object:
    """Describe the API.

    The answer is this document.
    """
    del act
    return jsonify(specification())


@cache
def specification() -> dict[str, Any]:
    """Return the description; the same for everybody, so it is made once.

    It is made by an app of its own: flask-smorest would give the one that serves its error pages and addresses.
    """
    from web.api.views import pages  # noqa: PLC0415 - every endpoint is there only once the views are

    app = Flask(__name__, static_folder=None)
    rest = Api()
    rest.ERROR_SCHEMA = ErrorSchema
    rest.DEFAULT_ERROR_RESPONSE_NAME = None
    rest.init_app(
        app,
        spec_kwargs={
            "title": "Steekproef",
            "version": "1",
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "servers": [{"url": "/", "description": "This installation."}],
            "security": [{"token": []}, {"browser": []}],
        },
    )
    schemes = rest.spec.components.security_scheme
    schemes(
        "token", {"type": "http", "scheme": "bearer", "description": "An access token, made on the page Access tokens."}
    )
    schemes(
        "browser",
        {"type": "apiKey", "in": "cookie", "name": "steekproef", "description": "The cookie of a signed-in browser."},
    )
    rest.register_blueprint(pages)
    found: dict[str, Any] = rest.spec.to_dict()
    # flask-smorest adds this for a way of paging that is not used.
    del found["components"]["schemas"]["PaginationMetadata"]
    found["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
    return found
