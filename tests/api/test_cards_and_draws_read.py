"""Scorecards and draws in the API: the same as their files."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Flask

from qa.auth.roles import Role
from qa.cards.drafts import begin_draft
from qa.sampling import service
from scorecards import yaml_text
from tests.api.calling import caller
from tests.conftest import Stored
from tests.makers import Makers
from tests.sampling.plan_making import calls, drawn, plan
from tests.visitor import Visitor


def as_text(plain: Any) -> Any:
    """Plain data with its numbers as text."""
    if isinstance(plain, Decimal):
        return str(plain)
    if isinstance(plain, list):
        return [as_text(item) for item in plain]
    if isinstance(plain, dict):
        return {key: as_text(value) for key, value in plain.items()}
    return plain


def test_a_definition_holds_what_the_exported_file_holds(app: Flask, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        number = make.card("email").id
        user = make.user(Role.SUPERVISOR)
        user_id = user.id
    told = caller(app, user_id).told(f"/cards/{number}")
    exported = visitor.as_user(user_id).get(f"/cards/{number}/export").text
    assert told["definition"] == as_text(yaml_text.parse(exported))
    assert (told["key"], told["number"], told["state"]) == ("email", 1, "published")
    assert set(told["name"]) == {"en", "nl"}


def test_drafts_are_told_to_those_who_design(app: Flask, stored: Stored) -> None:
    with stored() as make:
        version = make.card()
        supervisor, agent = make.user(Role.SUPERVISOR), make.agent()
        draft = begin_draft(replace(make.act, actor=supervisor), version)
        numbers = (version.id, draft.id)
        users = (supervisor.id, agent.id)
    listed = caller(app, users[0]).told("/cards")["cards"]
    assert [one["state"] for one in listed] == ["draft", "published"]
    assert listed[0]["published_at"] is None
    program = caller(app, users[1])
    assert [one["id"] for one in program.told("/cards")["cards"]] == [numbers[0]]
    assert program.get(f"/cards/{numbers[1]}").status_code == 404


def draw_of(make: Makers) -> Any:
    for name, number in (("Anna Appel", 6), ("Bram Bos", 2)):
        calls(make, make.agent(name), number)
    return drawn(make, plan(make, name="Monthly calls"))


def test_a_draw_is_told_once_its_seed_is_shown(app: Flask, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        draw = draw_of(make)
        waiting = next(one.id for one in draw.plan.draws if one.id != draw.id)
        agent = make.agent().id
        number = draw.id
    program = caller(app, agent)
    assert program.get(f"/draws/{waiting}").status_code == 409
    assert "not been revealed" in program.refused(f"/draws/{number}", 422)["error"]
    assert program.get("/draws/999").status_code == 404
    with stored() as make:
        service.reveal(make.act, make.act.session.get_one(type(draw), number))
    answer = program.get(f"/draws/{number}")
    assert answer.status_code == 200
    assert program.told(f"/draws/{number}")["format"].startswith("steekproef-draw/")
    assert answer.data == visitor.as_user(agent).get(f"/draws/{number}/export").data
