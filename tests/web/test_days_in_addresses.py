"""Days and periods in an address: whatever is written there, no page breaks on it."""

from typing import Any

import pytest
from flask import Flask, url_for

from qa.auth.roles import Role
from qa.i18n import Language
from tests.conftest import Stored
from tests.sampling.plan_making import calls, plan
from tests.visitor import Visitor

#: The names under which pages and programs' addresses take days.
DAYS = ("since", "until", "from", "to", "starts_on", "ends_on")


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("0001-01-01", "0001-01"),
        ("9999-12-31", "9999-12"),
        ("10000-01-01", "9999-W52"),
        ("-1-1-1", "0001-W01%2B4"),
        ("1899-12-31", "9999-12-LFRI"),
        ("3000-01-01", "9999-12-31"),
    ],
)
def test_no_page_breaks_on_a_day_or_a_period_at_the_end_of_the_calendar(
    app: Flask, stored: Stored, day: str, period: str
) -> None:
    with stored() as make:
        agent = make.agent("Anna")
        calls(make, agent, 3)
        users = [make.user(Role.ADMIN), make.user(Role.SUPERVISOR), agent]
        places = {"agent_id": agent.id, "plan_id": plan(make).id}
    paths: list[tuple[str, dict[str, Any]]] = [
        (rule.endpoint, {name: places[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.arguments <= places.keys() and rule.endpoint != "static"
    ]
    with app.test_request_context():
        addresses = [url_for(endpoint, **values) for endpoint, values in paths]
    asked = "&".join([f"period={period}", "agent=1", "reason=silence", *(f"{name}={day}" for name in DAYS)])
    for user in users:
        visitor = Visitor(app).as_user(user)
        broken = [address for address in addresses if visitor.get(f"{address}?{asked}").status_code >= 500]
        assert broken == []


@pytest.mark.parametrize("path", ["/evaluations", "/interactions"])
def test_a_list_passes_over_a_day_that_is_none(stored: Stored, visitor: Visitor, path: str) -> None:
    with stored() as make:
        calls(make, make.agent("Anna"), 1)
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    for day in ("9999-12-31", "0001-01-01", "2026-02-30"):
        assert visitor.get(f"{path}?since={day}&until={day}").status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Give a day in the years 1900 to 2999."), ("nl", "Geef een dag in de jaren 1900 tot en met 2999.")],
)
def test_a_period_too_far_away_is_refused_with_a_sentence(
    stored: Stored, visitor: Visitor, language: str, sentence: str
) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR, language=Language(language))
    answer = visitor.as_user(supervisor).get("/week?period=9999-12")
    assert answer.status_code == 422
    assert sentence in answer.text
