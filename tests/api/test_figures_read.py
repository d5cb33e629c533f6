"""Figures in the API: whole or not at all, and the same as on the pages."""

from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select

from qa.coaching.service import report_content
from qa.estimate.figure import Figure, score_figure
from qa.estimate.intervals import Method
from qa.evaluations.models import Evaluation
from qa.i18n import Language
from qa.insight.stretch import stretch_of
from qa.insight.week import week_of
from qa.people.models import User
from qa.sampling.models import DrawItem, ItemState, ReplaceReason
from tests.api.calling import caller
from tests.conftest import Stored
from tests.insight.scene import OCTOBER, Scene
from tests.visitor import Visitor
from web.api.parts import IncompleteAnswerError
from web.api.score import SCORE_EXAMPLE, ScoreSchema

DAYS = "from=2026-10-01&to=2026-10-31"


@dataclass(frozen=True)
class Made:
    """Numbers of what was made: an agent with six scores, one with three, and one in another team with none."""

    draw: int
    agents: tuple[int, int, int]
    reviewer: int
    supervisor: int


@pytest.fixture
def made(stored: Stored) -> Made:
    with stored() as make:
        scene = Scene(make)
        team = make.team("Invoices")
        six, three = (make.agent(name, team=team, reference=name) for name in ("six", "three"))
        none = make.agent("none", team=make.team("Returns"), reference="north/7")
        draw = scene.draw([six, three, none], each=6)
        scene.score_all(six, [100, 75, 50, 100, 75, 100])
        scene.score_all(three, [100, 75, 50])
        return Made(draw.id, (six.id, three.id, none.id), scene.reviewer.id, scene.supervisor.id)


def test_a_score_holds_everything_that_says_how_sure_it_is(app: Flask) -> None:
    figure = score_figure([80.0, 90.0, 70.0, 100.0, 60.0], population=50, draw_ids=[7])
    with app.test_request_context("/api/v1/score"):
        app.preprocess_request()
        told = ScoreSchema().dump(figure)
    assert told["value"] == "80.00"
    assert (told["n"], told["N"], told["draw_ids"], told["level"], told["guard"]) == (5, 50, [7], "0.95", 5)
    assert told["method"] == figure.method.value
    assert told["interval"] == {"low": f"{figure.low:.2f}", "high": f"{figure.high:.2f}"}
    assert set(told) == set(SCORE_EXAMPLE)


@pytest.mark.parametrize("lacking", ["n", "N", "interval", "level", "method", "draw_ids", None])
def test_a_score_that_lacks_a_part_cannot_be_sent(app: Flask, lacking: str | None) -> None:
    given = {name: value for name, value in SCORE_EXAMPLE.items() if name != lacking}
    with app.test_request_context("/api/v1/score"):
        app.preprocess_request()
        with pytest.raises(IncompleteAnswerError):
            ScoreSchema().dump(given)


def test_a_score_that_rests_on_no_draw_cannot_be_sent(app: Flask) -> None:
    figure = Figure(80.0, 70.0, 90.0, 9, 50, Method.BOUNDED)
    with app.test_request_context("/api/v1/score"):
        app.preprocess_request()
        with pytest.raises(IncompleteAnswerError, match="draws"):
            ScoreSchema().dump(figure)
        assert ScoreSchema().dump(replace(figure, draw_ids=(3,)))["value"] == "80.00"


def test_an_agents_score_is_that_of_their_report(app: Flask, stored: Stored, made: Made) -> None:
    told = caller(app, made.supervisor).told(f"/agents/six/score?{DAYS}")
    with stored() as make:
        agent = make.act.session.get_one(User, made.agents[0])
        stretch = stretch_of(OCTOBER)
        content = report_content(
            replace(make.act, actor=agent),
            agent,
            starts_on=stretch.first,
            ends_on=stretch.last,
            language=Language.EN,
            coach="",
        )
    overall = content.overall
    assert told["agent"] == {"reference": "six", "name": "six"}
    assert told["days"] == {"from": "2026-10-01", "to": "2026-10-31", "time_zone": "Europe/Amsterdam"}
    assert told["score"]["value"] == f"{overall.value:.2f}"
    assert told["score"]["interval"] == {"low": f"{overall.low:.2f}", "high": f"{overall.high:.2f}"}
    assert (told["score"]["n"], told["score"]["N"], told["score"]["draw_ids"]) == (6, 80, [made.draw])
    assert (told["before"]["n"], told["before"]["value"], told["before"]["method"]) == (0, None, "none")


def test_what_was_set_aside_bounds_the_score(app: Flask, stored: Stored, made: Made) -> None:
    assert caller(app, made.supervisor).told(f"/agents/six/score?{DAYS}")["score"]["exclusions"] is None
    with stored() as make:
        own = select(DrawItem).join(Evaluation).where(Evaluation.agent_id == made.agents[0]).order_by(DrawItem.id)
        item = make.act.session.scalars(own).first()
        assert item is not None
        item.state, item.reason, item.replaced_at = ItemState.REPLACED, ReplaceReason.NO_AUDIO, make.act.now
    score = caller(app, made.supervisor).told(f"/agents/six/score?{DAYS}")["score"]
    bounds = score["exclusions"]
    assert bounds["n"] == 1
    assert float(bounds["low"]) < float(score["value"]) < float(bounds["high"])
    assert float(bounds["high"]) - float(bounds["low"]) == pytest.approx(100 / 6, abs=0.02)


def test_too_few_give_no_number(app: Flask, made: Made) -> None:
    score = caller(app, made.supervisor).told(f"/agents/three/score?{DAYS}")["score"]
    assert (score["n"], score["enough"], score["value"], score["interval"]) == (3, False, None, None)
    assert score["said"] == "too few to say (n = 3)"
    dutch = caller(app, made.supervisor).told(f"/agents/three/score?{DAYS}", Accept_Language="nl")["score"]
    assert dutch["said"] != score["said"]


def test_agents_ask_for_themselves_only_and_for_what_their_page_shows(app: Flask, made: Made) -> None:
    program = caller(app, made.agents[0])
    assert program.told(f"/agents/six/score?{DAYS}")["score"]["n"] == 6
    assert program.get(f"/agents/three/score?{DAYS}").status_code == 404
    refused = program.refused("/agents/six/score?from=2026-10-01&to=2026-10-30", 422)
    assert refused["fields"] == {"to": "Ask for a day, a week, four weeks or a month."}
    assert caller(app, made.supervisor).told("/agents/six/score?from=2026-10-01&to=2026-10-30")["score"]["n"] == 6
    assert caller(app, made.reviewer).get("/agents/six/score").status_code == 403


def test_without_days_it_is_the_newest_period_of_which_something_was_scored(app: Flask, made: Made) -> None:
    program = caller(app, made.supervisor)
    assert program.told("/agents/six/score") == program.told(f"/agents/six/score?{DAYS}")
    assert program.told("/score") == program.told(f"/score?{DAYS}")


def test_the_companys_score_is_that_of_the_page(app: Flask, visitor: Visitor, stored: Stored, made: Made) -> None:
    told = caller(app, made.supervisor).told(f"/score?{DAYS}")
    with stored() as make:
        supervisor = make.act.session.get_one(User, made.supervisor)
        week = week_of(replace(make.act, actor=supervisor), stretch_of(OCTOBER))
    assert told["score"]["value"] == f"{week.overall.value:.2f}"
    assert (told["score"]["n"], told["team"], told["disputed"]) == (9, None, 0)
    assert told["progress"] == {"drawn": 18, "submitted": 9, "released": 9}
    rows = {row["agent"]["name"]: row for row in told["agents"]}
    assert {name: row["score"]["n"] for name, row in rows.items()} == {"six": 6, "three": 3, "none": 0}
    assert rows["six"]["score"]["value"] == f"{week.rows[1].figure.value:.2f}"
    assert rows["none"]["score"]["draw_ids"] == [made.draw]
    assert all(row["change"] is None for row in rows.values())
    page = visitor.as_user(made.supervisor).get("/week?period=2026-10").text
    assert f'<span class="figure-value">{week.overall.value:.0f}' in page


def test_a_team_is_asked_for_by_name(app: Flask, made: Made) -> None:
    program = caller(app, made.supervisor)
    told = program.told(f"/score?{DAYS}&team=Invoices")
    assert (told["team"], [row["agent"]["name"] for row in told["agents"]]) == ("Invoices", ["six", "three"])
    refused = program.get("/score?team=Nobody")
    assert (refused.status_code, refused.json) == (404, {"error": "There is no such team."})


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("from=2026-10-01", {"to": "Give both days, or neither."}),
        ("to=2026-10-01", {"from": "Give both days, or neither."}),
        ("from=2026-10-02&to=2026-10-01", {"to": "The period ends before it begins."}),
        ("from=2024-01-01&to=2026-01-01", {"to": "Ask for at most 366 days."}),
        ("from=tomorrow&to=2026-01-01", {"from": "Give a day, such as 2026-11-14."}),
    ],
)
def test_days_that_make_no_sense_are_refused(app: Flask, made: Made, query: str, fields: dict[str, str]) -> None:
    program = caller(app, made.supervisor)
    for path in ("/score", "/agents/six/score"):
        assert program.refused(f"{path}?{query}", 422)["fields"] == fields, path


def test_a_reference_may_hold_a_slash(app: Flask, made: Made) -> None:
    assert caller(app, made.supervisor).told("/agents/north/7/score")["agent"]["name"] == "none"
    assert caller(app, made.supervisor).get("/agents/%00/score").status_code == 404
