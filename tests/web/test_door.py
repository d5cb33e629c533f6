"""The one door: returned is committed, raised is rolled back; headers, languages and errors of every answer."""

import gc
import warnings

from flask import Flask, flash, request
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.db import transaction
from qa.errors import ConflictError, InvalidError
from qa.i18n import Language, _
from qa.people.models import Team
from tests.conftest import Stored
from tests.visitor import Visitor
from web.door import allowed, attempt, local_path
from web.forms import PageForm


def teams(app: Flask) -> int:
    with transaction(app.extensions["steekproef"].engine, reading=True) as session:
        return session.scalar(select(func.count()).select_from(Team)) or 0


def test_returned_is_committed_and_raised_is_rolled_back(app: Flask, visitor: Visitor) -> None:
    @allowed(Permission.PUBLIC)
    def add(act: Act) -> str:
        act.session.add(Team(name=request.form["name"]))
        act.session.flush()
        if request.form["name"] == "second":
            raise ConflictError(_("There is already a team of this name."))
        return "added"

    app.add_url_rule("/add", "add", add, methods=["POST"])
    assert visitor.post("/add", {"name": "first"}).status_code == 200
    refused = visitor.post("/add", {"name": "second"})
    assert refused.status_code == 409
    assert "already a team of this name" in refused.text
    assert teams(app) == 1


def test_a_refused_attempt_is_undone_and_told_on_the_form(app: Flask, visitor: Visitor) -> None:
    said: list[str] = []

    @allowed(Permission.PUBLIC)
    def try_it(act: Act) -> str:
        form = PageForm()

        def refuse() -> None:
            act.session.add(Team(name="half"))
            act.session.flush()
            raise InvalidError(_("Give a name."), field="name")

        attempt(act, form, refuse)
        said.extend(str(error) for error in form.form_errors)
        flash("kept")
        return "answered"

    app.add_url_rule("/try", "try", try_it, methods=["POST"])
    assert visitor.post("/try").status_code == 200
    assert said == ["Give a name."]
    assert teams(app) == 0


def test_every_answer_carries_a_strict_policy(visitor: Visitor) -> None:
    headers = visitor.get("/sign-in").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_visitor_reads_the_language_their_browser_asks_for(visitor: Visitor) -> None:
    dutch = visitor.client.get("/sign-in", headers={"Accept-Language": "nl-BE,nl;q=0.9"})
    assert "Aanmelden" in dutch.text
    assert "Sign in" in visitor.client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_what_is_not_there_is_said_in_words_and_as_json_to_programs(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        admin = make.user(Role.ADMIN)
    visitor.as_user(admin)
    page = visitor.get("/people/999")
    assert page.status_code == 404
    assert "There is no such person." in page.text
    assert "<main" in page.text
    told = visitor.client.get("/people/999", headers={"Accept": "application/json"})
    assert told.json == {"error": "There is no such person."}
    for path in ("/nowhere", "/people/99999999999999999999"):
        assert visitor.get(path).status_code == 404


def test_who_is_signed_in_keeps_their_way_where_nothing_is(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR)
        supervisor.language = Language.NL
    assert 'href="/samples"' not in visitor.get("/nowhere").text
    page = visitor.as_user(supervisor).get("/nowhere")
    assert page.status_code == 404
    assert "Hier is niets" in page.text
    assert 'href="/samples"' in page.text


def test_a_form_without_its_token_is_refused_kindly(app: Flask, visitor: Visitor) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = visitor.post("/sign-in", {"email": "a@example.org", "password": "x"})
    assert answer.status_code == 400
    assert "open too long" in answer.text


def test_an_unexpected_error_gives_a_number_and_no_detail(app: Flask, visitor: Visitor) -> None:
    @allowed(Permission.PUBLIC)
    def break_down(act: Act) -> str:
        del act
        raise RuntimeError("the secret reason")

    app.add_url_rule("/break", "break", break_down)
    app.testing = False
    answer = visitor.get("/break")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "<code>" in answer.text


def test_only_paths_of_this_site_are_followed() -> None:
    for target in (
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        None,
    ):
        assert local_path(target, otherwise="/") == "/"
    assert local_path("/people?page=2", otherwise="/") == "/people?page=2"


def test_an_answer_without_a_body_lets_its_file_go(visitor: Visitor) -> None:
    first = visitor.get("/static/own/mark.svg")
    tag = first.headers["ETag"]
    first.close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert visitor.client.get("/static/own/mark.svg", headers={"If-None-Match": tag}).status_code == 304
        assert visitor.client.head("/static/own/mark.svg").status_code == 200
        gc.collect()
    assert [str(item.message) for item in caught if issubclass(item.category, ResourceWarning)] == []
