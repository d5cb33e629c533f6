"""The pages and commands of chances and of rolling draws."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from qa.auth.roles import Role
from qa.sampling import rolls, service
from qa.sampling.chance_design import Design, DesignKind
from qa.sampling.models import Draw, Plan, ReplaceReason
from qa.sampling.plan_design import design_of_plan
from qa.sampling.risk import Factor
from qa.settings import Settings
from tests.conftest import Stored
from tests.sampling.plan_making import calls, drawn, entropy, plan, wish
from tests.visitor import Visitor
from web.entry import main

NOVEMBER = datetime(2026, 11, 2, 8, tzinfo=UTC)


def values(**given: object) -> dict[str, object]:
    return {"design": "equal", "share": "", **dict.fromkeys((factor.value for factor in Factor), "0"), **given}


@pytest.fixture
def plan_id(stored: Stored, visitor: Visitor) -> int:
    with stored() as make:
        calls(make, make.agent("Anna"), 6)
        calls(make, make.agent("Bram"), 2, duration_ms=1_000_000)
        both = make.agent("Ella")
        calls(make, both, 8)
        calls(make, both, 2, duration_ms=1_000_000)
        calls(make, make.agent("Chris"), 20, at=NOVEMBER)
        found = plan(make).id
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    return found


def design(stored: Stored, plan_id: int) -> Design:
    with stored() as make:
        return design_of_plan(make.act.session.get_one(Plan, plan_id))


def test_points_are_chosen_beside_what_the_last_period_counts(plan_id: int, visitor: Visitor, stored: Stored) -> None:
    path = f"/samples/{plan_id}/design"
    page = visitor.get(path).get_data(as_text=True)
    assert "4 interactions of October 2026" in page
    answer = visitor.post(path, data=values(design="risk", long="3"))
    assert answer.status_code == 303
    assert design(stored, plan_id) == Design({Factor.LONG: 3})
    shown = visitor.get(f"/samples/{plan_id}").get_data(as_text=True)
    assert "A quarter of an hour or longer +3" in shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"design": "risk"}, "Give at least one factor points"),
        ({"design": "risk", "hold": "12"}, "Give a number from 0 to 9."),
        ({"design": "rolling"}, "Fill this in."),
        ({"design": "rolling", "share": "a lot"}, "is not a number"),
        ({"design": "rolling", "share": "101"}, "at most 100 %"),
    ],
)
def test_a_design_that_cannot_be_is_told_at_the_form(
    plan_id: int, visitor: Visitor, stored: Stored, given: dict[str, object], sentence: str
) -> None:
    answer = visitor.post(f"/samples/{plan_id}/design", data=values(**given))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert design(stored, plan_id).kind is DesignKind.EQUAL


def test_a_rolling_draw_is_followed_on_its_page(plan_id: int, visitor: Visitor, stored: Stored) -> None:
    assert visitor.post(f"/samples/{plan_id}/design", data=values(design="rolling", share="50")).status_code == 303
    assert design(stored, plan_id) == Design(share_bp=5_000)
    with stored() as make:
        draw_id = make.act.session.get_one(Plan, plan_id).draws[0].id
    before = visitor.get(f"/draws/{draw_id}").get_data(as_text=True)
    assert "Take in what came since" in before
    assert visitor.post(f"/draws/{draw_id}/take-in").status_code == 303
    after = visitor.get(f"/draws/{draw_id}").get_data(as_text=True)
    assert "Under way" in after
    assert "Chris" in after
    assert "whose number lies below 0.5" in after
    assert "Under way" in visitor.get(f"/samples/{plan_id}").get_data(as_text=True)
    with stored() as make:
        item_id = make.act.session.get_one(Draw, draw_id).items[0].id
    assert "Nothing takes its place" in visitor.get(f"/draw-items/{item_id}/replace").get_data(as_text=True)
    assert "50 % of all interactions is taken in as days pass." in visitor.get("/samples").get_data(as_text=True)
    refused = visitor.post(f"/samples/{plan_id}/design", data=values())
    assert refused.status_code == 422
    assert "is under way" in refused.get_data(as_text=True)


def test_a_weighted_draw_shows_the_range_of_its_chances(plan_id: int, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        found = make.act.session.get_one(Plan, plan_id)
        service.design_plan(make.act, found, Design({Factor.LONG: 9}))
        draw = drawn(make, found)
        service.replace_item(make.act, draw.items[0], reason=ReplaceReason.NO_AUDIO)
    page = visitor.get(f"/draws/{draw.id}").get_data(as_text=True)
    assert "and the plan a weight" in page
    # Two of ten weigh 10 and are certain; the third place is shared by eight.
    assert "12.5–100.0" in page
    assert "What each reviewer set aside" in page


def test_commands_choose_chances_and_take_in(
    stored: Stored, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEEKPROEF_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("STEEKPROEF_DATABASE_URL", settings.database_url)
    with stored() as make:
        service.make_plan(make.act, wish(make, name="Calls"), entropy=entropy())

    def run(*words: str) -> tuple[int, str, str]:
        found = CliRunner().invoke(main, ["draw", *words], catch_exceptions=False)
        return found.exit_code, found.stdout, found.stderr

    code, told, _error = run("design", "Calls", "--points", "hold=3", "--points", "long=1", "--json")
    assert (code, json.loads(told)["risk_points"]) == (0, {"hold": 3, "long": 1})
    assert run("design", "Calls", "--points", "mood=3")[0] == 1
    assert "gives no points" in run("design", "Calls", "--points", "hold=many")[2]
    assert run("design", "Calls", "--equal", "--rolling", "3")[0] == 2
    code, told, _error = run("design", "Calls", "--rolling", "2.5", "--json")
    assert json.loads(told)["share_bp"] == 250
    assert run("design", "Nothing", "--equal")[0] == 1
    assert run("roll")[0] == 0


def test_only_supervisors_take_in(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        found = service.make_plan(make.act, wish(make), entropy=entropy())
        service.design_plan(make.act, found, Design(share_bp=5_000))
        rolls.take_in(make.act, found.draws[0])
        agent, draw_id = make.agent(), found.draws[0].id
    visitor.as_user(agent)
    assert visitor.post(f"/draws/{draw_id}/take-in").status_code == 403
    page = visitor.get(f"/draws/{draw_id}").get_data(as_text=True)
    assert "Under way" in page
    assert "Take in what came since" not in page
