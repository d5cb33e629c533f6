"""Closed by default: every endpoint names a permission, and a table says what each role may open."""

from collections.abc import Iterator

import pytest
from flask import Flask

from qa.auth.roles import GRANTS, Permission, Role
from qa.settings import Settings
from tests.conftest import Stored
from tests.visitor import Visitor
from web.app import create_app
from web.door import API


def endpoints(app: Flask) -> dict[str, Permission]:
    return {name: view.permission for name, view in app.view_functions.items() if hasattr(view, "permission")}


@pytest.fixture
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = create_app(Settings(data_dir=tmp_path_factory.mktemp("plain")))
    yield made
    made.extensions["steekproef"].engine.dispose()


def test_every_endpoint_names_a_permission(plain_app: Flask) -> None:
    assert set(endpoints(plain_app)) == set(plain_app.view_functions)


def test_an_endpoint_without_a_permission_answers_403(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "never shown")
    assert visitor.get("/forgotten").status_code == 403


def test_every_permission_is_granted_to_somebody_and_used_somewhere(plain_app: Flask) -> None:
    used = set(endpoints(plain_app).values())
    for permission in Permission:
        assert any(permission in granted for granted in GRANTS.values()), permission
    unused = set(Permission) - used - CHECKED_BY_SERVICES
    assert not unused


#: Permissions that services ask for, of commands as well as of pages.
CHECKED_BY_SERVICES = {Permission.SOURCE_MANAGE, Permission.CARD_MANAGE, Permission.AUDIT_SEE}


def test_each_role_opens_what_it_may_and_nothing_else(app: Flask, stored: Stored) -> None:
    """Every page without a number in its address, for every role and for nobody."""
    paths = {
        rule.endpoint: str(rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.arguments and rule.endpoint != "static"
    }
    named = endpoints(app)
    with stored() as make:
        users = {role: make.user(role) for role in Role}
    for role, user in users.items():
        visitor = Visitor(app).as_user(user)
        for endpoint, path in paths.items():
            status = visitor.get(path).status_code
            if named[endpoint] in GRANTS[role] or named[endpoint] is Permission.PUBLIC:
                assert status in {200, 303, 400, 404, 422}, (role, path, status)
            else:
                assert status == 403, (role, path, status)
    nobody = Visitor(app)
    for endpoint, path in paths.items():
        status = nobody.get(path).status_code
        closed = 401 if path.startswith(API) else 303
        assert status == closed or named[endpoint] is Permission.PUBLIC, (path, status)


def test_every_address_with_a_number_refuses_who_lacks_the_permission(app: Flask, stored: Stored) -> None:
    named = endpoints(app)
    with stored() as make:
        users = {role: make.user(role) for role in Role}
    adapter = app.url_map.bind("localhost")
    for role, user in users.items():
        visitor = Visitor(app).as_user(user)
        for rule in app.url_map.iter_rules():
            if not rule.arguments or rule.endpoint == "static" or named[rule.endpoint] in GRANTS[role]:
                continue
            if named[rule.endpoint] is Permission.PUBLIC:
                continue
            path = adapter.build(
                rule.endpoint, dict.fromkeys(rule.arguments, 1), method=next(iter(sorted(rule.methods or set())))
            )
            answer = visitor.post(path) if "POST" in (rule.methods or set()) else visitor.get(path)
            assert answer.status_code == 403, (role, path, answer.status_code)
