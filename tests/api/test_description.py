"""The description of the API: complete, with examples that fit, and true of what is answered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trying
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qa.auth.roles import Role
from qa.settings import Settings
from tests.api.calling import Caller, new_token
from tests.conftest import Stored
from tests.insight.scene import Scene
from tests.sampling.plan_making import calls, drawn, plan
from web.api.document import specification

PREFIX = "/api/v1"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings that let a test ask as often as it likes."""
    return replace(settings, api_per_minute=100_000)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in specification()["paths"].items():
        yield path, item["get"]


def fits(example: object, schema: dict[str, Any]) -> None:
    jsonschema_rs.Draft202012Validator({**schema, "components": specification()["components"]}).validate(example)


def test_every_endpoint_is_described(app: Flask) -> None:
    described = {path for path, _operation in operations()}
    assert described == {
        "/api/v1/openapi.json",
        "/api/v1/evaluations",
        "/api/v1/evaluations/{evaluation_id}",
        "/api/v1/score",
        "/api/v1/agents/{reference}/score",
        "/api/v1/cards",
        "/api/v1/cards/{version_id}",
        "/api/v1/draws/{draw_id}",
    }
    served = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    assert len(served) == len(described)
    assert all(rule.methods == {"GET", "HEAD", "OPTIONS"} for rule in served)


def test_every_endpoint_says_what_it_is_asks_and_refuses() -> None:
    for path, operation in operations():
        assert operation["summary"], path
        assert operation["operationId"], path
        assert all(parameter["description"] for parameter in operation.get("parameters", [])), path
        codes = set(operation["responses"])
        public = operation.get("security") == []
        assert {"200", "406", "429"} | (set() if public else {"401", "403"}) <= codes, path
        assert ("422" in codes) == any(
            one["in"] == "query" for one in operation.get("parameters", [])
        ) or path.endswith("{draw_id}")
        assert ("404" in codes) == ("{" in path or path.endswith("/score")), path


def test_every_answer_has_an_example_that_fits_its_schema() -> None:
    for path, operation in operations():
        for code, response in operation["responses"].items():
            content = response["content"]["application/json"]
            assert "example" in content, (path, code)
            fits(content["example"], content["schema"])


def test_every_field_is_explained_and_always_there() -> None:
    for name, schema in specification()["components"]["schemas"].items():
        for field, about in schema["properties"].items():
            assert about.get("description"), (name, field)
        if name != "Error":
            assert set(schema["required"]) == set(schema["properties"]), name


def test_the_description_is_open_to_everybody(app: Flask) -> None:
    told = Caller(app).told("/openapi.json")
    assert told["openapi"] == "3.1.0"
    assert told == specification()
    assert set(told["components"]["securitySchemes"]) == {"token", "browser"}


@pytest.fixture
def described(app: Flask, stored: Stored) -> tuple[Any, dict[str, str]]:
    """The description as schemathesis reads it, over a company with draws and scores, and the headers of a supervisor."""
    with stored() as make:
        scene = Scene(make)
        agents = [make.agent(reference=str(4711 + number)) for number in range(2)]
        scene.draw(agents, each=6)
        for agent in agents:
            scene.score_all(agent, [100, 75, 50, 100, 75], released=False)
        calls(make, agents[0], 3)
        drawn(make, plan(make, name="Other calls"))
        supervisor = make.user(Role.SUPERVISOR).id
    return schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app), {
        "Authorization": f"Bearer {new_token(app, supervisor)}"
    }


def test_what_is_answered_is_what_is_described(described: tuple[Any, dict[str, str]]) -> None:
    schema, headers = described
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @trying(
                max_examples=5,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def ask(case: Any) -> None:
                nonlocal tried
                tried += 1
                # Days that fit their form may still be out of order, or too far away.
                case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

            ask()
    assert tried > 40
