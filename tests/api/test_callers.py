"""Who may call the API: by token or by browser, for reading only, in which language, how often, and what is refused."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from qa.auth.roles import Role
from qa.i18n import Language
from qa.people.models import AccessToken
from qa.settings import Settings
from tests.api.calling import Caller, caller, new_token
from tests.conftest import NOW, Stored
from tests.visitor import Visitor
from web.app import create_app


def test_without_a_token_or_a_sign_in_nothing_is_told(app: Flask) -> None:
    answer = Caller(app).get("/evaluations")
    assert answer.status_code == 401
    assert answer.json == {"error": "Show an access token, or sign in first."}
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="steekproef"'


@pytest.mark.parametrize("shown", ["Bearer steekproef_wrong", "Bearer", "Basic YTpi", "nonsense", "Bearer \u00e9"])
def test_a_wrong_token_is_refused_also_in_a_signed_in_browser(visitor: Visitor, stored: Stored, shown: str) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    client = visitor.as_user(user).client
    assert client.get("/api/v1/evaluations").status_code == 200
    answer = client.get("/api/v1/evaluations", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert "not valid" in str(answer.json)


def test_a_revoked_token_is_refused(app: Flask, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    program = caller(app, user)
    assert program.get("/cards").status_code == 200
    with stored() as make:
        make.act.session.scalars(select(AccessToken)).one().revoked_at = NOW
    assert program.get("/cards").status_code == 401


def test_the_use_of_a_token_is_written_down(app: Flask, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    caller(app, user).told("/cards")
    with stored() as make:
        assert make.act.session.scalars(select(AccessToken)).one().last_used_at == NOW


def test_a_token_opens_no_page_and_changes_nothing(app: Flask, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.ADMIN)
    shown = {"Authorization": f"Bearer {new_token(app, user)}"}
    client = app.test_client()
    assert client.get("/people", headers=shown).status_code == 303
    assert client.post("/teams", data={"name": "New"}, headers=shown).status_code == 303
    answer = client.post("/api/v1/evaluations", headers=shown)
    assert answer.status_code == 405
    assert answer.json == {"error": "This page cannot be used that way"}
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_token_gives_exactly_the_rights_of_its_person(app: Flask, stored: Stored) -> None:
    with stored() as make:
        users = {role: make.user(role).id for role in Role if role is not Role.SHOPPER}
    expected: dict[str, dict[Role, int]] = {
        "/evaluations": dict.fromkeys(users, 200),
        "/cards": dict.fromkeys(users, 200),
        "/score": {Role.ADMIN: 200, Role.SUPERVISOR: 200, Role.REVIEWER: 403, Role.AGENT: 403},
        "/agents/nobody/score": {Role.ADMIN: 404, Role.SUPERVISOR: 404, Role.REVIEWER: 403, Role.AGENT: 404},
        "/draws/1": dict.fromkeys(users, 404),
    }
    for role, user in users.items():
        program = caller(app, user)
        for path, statuses in expected.items():
            assert program.get(path).status_code == statuses[role], (role, path)


def test_a_shopper_reads_nothing(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SHOPPER)
    for path in ("/evaluations", "/cards", "/score", "/draws/1", "/agents/a1/score"):
        assert visitor.as_user(user).get(f"/api/v1{path}").status_code == 403, path


def test_refusals_are_in_the_callers_language(app: Flask, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.REVIEWER, language=Language.NL).id
    program = caller(app, user)
    dutch = program.get("/score")
    assert dutch.json == {"error": "Uw rol staat dit niet toe."}
    assert dutch.headers["Content-Language"] == "nl"
    assert program.get("/score", Accept_Language="en-GB,en;q=0.9").json == {"error": "Your role does not allow this."}
    assert program.get("/score", Accept_Language="fr").json == dutch.json
    nobody = Caller(app).get("/score", Accept_Language="nl")
    assert nobody.json == {"error": "Geef een toegangssleutel mee, of meld u eerst aan."}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("from=14-11-2026", {"from": "Give a day, such as 2026-11-14."}),
        ("to=9999-12-31", {"to": "Give a day, such as 2026-11-14."}),
        ("state=done", {"state": "This is none of: open, submitted, released, seen."}),
        (
            "limit=0&cursor=x",
            {"limit": "Give a number from 1 to 200.", "cursor": "Give the next_cursor of an earlier answer as it was."},
        ),
        ("limit=1_0", {"limit": "Give a number from 1 to 200."}),
        ("agnet=4711", {"agnet": "There is no parameter of this name."}),
        ("agent=%00", {"agent": "Use at most 100 characters."}),
    ],
)
def test_what_makes_no_sense_is_told_by_parameter(
    visitor: Visitor, stored: Stored, query: str, fields: dict[str, str]
) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    answer = visitor.as_user(user).get(f"/api/v1/evaluations?{query}")
    assert answer.status_code == 422
    assert answer.json == {"error": "Something in the address makes no sense; see the fields.", "fields": fields}


def test_only_json_is_sent(app: Flask, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR).id
    program = caller(app, user)
    refused = program.get("/cards", Accept="text/csv")
    assert (refused.status_code, refused.json) == (406, {"error": "This can be sent as JSON only"})
    for accepted in ("application/json", "*/*", "application/*;q=0.5, text/html"):
        answer = program.get("/cards", Accept=accepted)
        assert answer.status_code == 200
        assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_said_as_json(app: Flask) -> None:
    for path in ("/nothing", "/evaluations/99999999999999999999", "/evaluations/x"):
        answer = Caller(app).get(path)
        assert (answer.status_code, answer.json) == (404, {"error": "There is nothing here"}), path


def test_too_many_requests_are_told_when_to_go_on(settings: Settings, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR).id
    app = create_app(replace(settings, api_per_minute=2), clock=lambda: NOW)
    app.testing = True
    program = caller(app, user)
    assert [program.get(path).status_code for path in ("/cards", "/evaluations")] == [200, 200]
    refused = program.get("/cards")
    assert refused.status_code == 429
    assert refused.json == {"error": "Too many tries"}
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    app.extensions["steekproef"].engine.dispose()
