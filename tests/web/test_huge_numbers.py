"""A number that no database can hold, in any address: a page that says so or the last one, never a fault."""

import re

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from qa.auth.roles import GRANTS, Role
from tests.conftest import Stored
from tests.house.test_endpoints import endpoints
from tests.visitor import Visitor

#: More than sixty-four bits, exactly the largest that is kept, more digits than Python reads, and below nothing.
HUGE = ("99999999999999999999", "9223372036854775807", "9" * 5000, "-99999999999999999999")
ASKED = (
    "page",
    "plan",
    "card",
    "agent",
    "team",
    "reviewer",
    "evaluation",
    "interaction",
    "clip",
    "queue",
    "period",
    "place",
)


def roles_of(app: Flask, endpoint: str) -> Role | None:
    """Somebody who may open it."""
    permission = endpoints(app)[endpoint]
    return next((role for role in Role if permission in GRANTS[role]), None)


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{number[:3]}-{len(number)}")
def test_a_number_in_an_address_that_is_too_large_is_nothing_there(app: Flask, stored: Stored, number: str) -> None:
    with stored() as make:
        users = {role: make.user(role).id for role in Role}
    visitors = {role: Visitor(app).as_user(user) for role, user in users.items()}
    wrong = []
    for rule in app.url_map.iter_rules():
        numbered = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
        if not numbered or rule.endpoint == "static":
            continue
        path = str(rule)
        for name in rule.arguments:
            path = re.sub(rf"<([^<>]*:)?{name}>", number if name in numbered else "csv", path)
        visitor = visitors[roles_of(app, rule.endpoint) or Role.ADMIN]
        status = (visitor.get if "GET" in (rule.methods or ()) else visitor.post)(path).status_code
        if status not in {404, 405}:
            wrong.append((path[:80], status))
    assert wrong == []


@pytest.mark.parametrize("number", HUGE[:1], ids=lambda number: f"{number[:3]}-{len(number)}")
def test_a_number_that_is_asked_for_and_too_large_is_no_fault(app: Flask, stored: Stored, number: str) -> None:
    with stored() as make:
        call = make.interaction().id
        users = {role: make.user(role).id for role in Role}
    visitors = {role: Visitor(app).as_user(user) for role, user in users.items()}
    wrong = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.arguments - {"interaction_id"}:
            continue
        path = str(rule).replace("<int:interaction_id>", str(call))
        visitor = visitors[roles_of(app, rule.endpoint) or Role.ADMIN]
        for query in (f"{name}={number}" for name in ASKED):
            status = visitor.get(f"{path}?{query}").status_code
            if status not in {200, 303, 400, 404, 422}:
                wrong.append((path, query[:40], status))
    assert wrong == []


def test_beyond_the_last_page_stands_the_last_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        boss = make.user(Role.SUPERVISOR).id
        make.interaction(reference="the-only-one")
    for path in ("/interactions", "/evaluations", "/jobs", "/answers", "/picks", "/coaching-sessions", "/pulse"):
        told = visitor.as_user(boss).get(f"{path}?page=99999999999999999999")
        assert told.status_code == 200, path
    assert "the-only-one" in visitor.get("/interactions?page=99999999999999999999").text
