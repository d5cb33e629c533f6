"""Evaluations in the API: what is told of them, line by line as page and report print it, and how lists are read on."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask

from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.disputes.judging import take_dispute
from qa.evaluations.marks import scored
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import assign, marks_of
from qa.i18n import Language
from qa.people.models import User
from qa.reports.computation import answer_lines
from scorecards.scoring import score
from tests.api.calling import caller
from tests.conftest import Stored
from tests.disputes.dispute_making import make_case
from tests.insight.scene import Scene, quoted
from tests.visitor import Visitor


@dataclass(frozen=True)
class Made:
    """Numbers of what was made: five drawn calls of one agent, four scored, and one that was picked."""

    draw: int
    drawn: tuple[int, ...]
    picked: int
    agent: int
    reference: str
    other_agent: int
    reviewer: int
    supervisor: int


@pytest.fixture
def made(stored: Stored) -> Made:
    with stored() as make:
        scene = Scene(make)
        agent, other = make.agent("Ada Jansen", reference="4711"), make.agent()
        draw = scene.draw([agent], each=5)
        low = quoted("I will send a new one today.", option="no", comment="No greeting at all.")
        first, *rest = scene.open_ones(agent)
        scene.submit(first, 75, summary="Calm and clear.", greeting=low)
        scene.submit(rest[0], 100)
        scene.submit(rest[1], 50, released=False)
        picked = scene.assign(make.interaction(agent=agent))
        scene.submit(picked, 100)
        return Made(
            draw.id,
            tuple(one.id for one in (first, *rest)),
            picked.id,
            agent.id,
            "4711",
            other.id,
            scene.reviewer.id,
            scene.supervisor.id,
        )


def test_an_evaluation_is_told_with_answers_evidence_and_score(app: Flask, made: Made) -> None:
    told = caller(app, made.supervisor).told(f"/evaluations/{made.drawn[0]}")
    assert {name: told[name] for name in ("id", "state", "kind", "revision", "disputed", "n", "draw_id")} == {
        "id": made.drawn[0],
        "state": "released",
        "kind": "random",
        "revision": 1,
        "disputed": False,
        "n": 1,
        "draw_id": made.draw,
    }
    assert told["agent"] == {"reference": "4711", "name": "Ada Jansen"}
    assert told["reviewer"] == {"name": "Rita Reviewer"}
    assert told["card"]["key"] == "phone-service"
    assert told["summary"] == "Calm and clear."
    answers = {one["criterion"]: one for section in told["sections"] for one in section["answers"]}
    greeting = answers["greeting"]
    assert (greeting["option"], greeting["said"], greeting["failed"]) == ("no", "No", True)
    assert greeting["comment"] == "No greeting at all."
    assert greeting["cause"] == {"key": "skill", "nature": "coachable", "label": "Lack of skill"}
    assert greeting["evidence"] == [
        {
            "turn_id": None,
            "first_word": None,
            "last_word": None,
            "start_ms": 61_000,
            "end_ms": 64_000,
            "quote": "I will send a new one today.",
            "corrected": False,
            "played": None,
        }
    ]


@pytest.mark.parametrize("language", Language)
def test_the_lines_are_those_of_the_page_and_of_the_report(
    app: Flask, visitor: Visitor, stored: Stored, made: Made, language: Language
) -> None:
    told = caller(app, made.supervisor).told(f"/evaluations/{made.drawn[0]}", Accept_Language=language.value)
    lines = told["computation"]["lines"]
    with stored() as make:
        make.act.session.get_one(User, made.supervisor).language = language
    page = visitor.as_user(made.supervisor).get(f"/evaluations/{made.drawn[0]}").text
    cells = ("label", "answer", "value", "weight", "applied", "points")
    printed = page.split('<table class="table table-stack computation">', 1)[1].split("</table>", 1)[0]
    at = 0
    for line in lines:
        for cell in cells if line["kind"] != "note" else ("label",):
            if line[cell]:
                found = printed.find(line[cell], at)
                assert found >= 0, line
                at = found
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, made.drawn[0])
        card = card_of(evaluation.card_version)
        reported = answer_lines(card, score(card, scored(marks_of(evaluation)), complete=False), language=language)
    criteria = [line for line in lines if line["kind"] == "criterion"]
    assert [line["label"] for line in criteria] == [one.criterion for one in reported]
    for line, one in zip(criteria, reported, strict=True):
        numbers = {name: None if text is None else Decimal(text) for name, text in line["numbers"].items()}
        assert numbers["value"] == one.value
        assert (numbers["points"] or Decimal(0), numbers["applied"] or Decimal(0)) == (one.contribution, one.weight)


def test_numbers_are_exact_decimals_whatever_the_language(app: Flask, made: Made) -> None:
    program = caller(app, made.supervisor)
    english, dutch = (
        program.told(f"/evaluations/{made.drawn[0]}", Accept_Language=language) for language in ("en", "nl")
    )
    pairs = list(zip(english["computation"]["lines"], dutch["computation"]["lines"], strict=True))
    assert all(one["numbers"] == other["numbers"] for one, other in pairs)
    final = next(line for line, _dutch in pairs if line["kind"] == "final")
    assert final["points"] == f"{english['final']}%"
    assert final["numbers"]["points"] == english["final"] == dutch["final"]
    printed = next(line for _english, line in pairs if line["kind"] == "final")["points"]
    assert printed == f"{english['final']}%".replace(".", ",")
    assert sum(Decimal(one["applied"]) for one in english["sections"]) == pytest.approx(
        Decimal(100), abs=Decimal("0.05")
    )


def test_a_list_is_read_on_without_missing_or_repeating_anything(app: Flask, stored: Stored, made: Made) -> None:
    program = caller(app, made.supervisor)
    first = program.told("/evaluations?limit=2")
    assert [one["id"] for one in first["evaluations"]] == sorted((*made.drawn, made.picked))[:2]
    with stored() as make:
        agent, reviewer = (make.act.session.get_one(User, number) for number in (made.other_agent, made.reviewer))
        call = make.interaction(agent=agent, days_ago=400, reference="late", stable_key="late")
        later = assign(make.act, call, reviewer=reviewer, version=make.card(), kind=EvaluationKind.TARGETED).id
    found, cursor = [one["id"] for one in first["evaluations"]], first["next_cursor"]
    while cursor is not None:
        told = program.told(f"/evaluations?limit=2&cursor={cursor}")
        found += [one["id"] for one in told["evaluations"]]
        cursor = told["next_cursor"]
    assert found == sorted((*made.drawn, made.picked, later))


def ids(told: dict[str, list[dict[str, int]]]) -> set[int]:
    return {one["id"] for one in told["evaluations"]}


def test_each_filter_leaves_out_the_rest(app: Flask, made: Made) -> None:
    program = caller(app, made.supervisor)
    everything = {*made.drawn, made.picked}
    for query, expected in (
        ("", everything),
        ("state=released", {*made.drawn[:2], made.picked}),
        ("state=open", set(made.drawn[3:])),
        ("kind=random", set(made.drawn)),
        ("kind=targeted", {made.picked}),
        ("kind=calibration", set()),
        ("agent=4711", everything),
        ("agent=4712", set()),
        ("card=phone-service", everything),
        ("card=email", set()),
        ("from=2026-11-01", {made.picked}),
        ("to=2026-10-31", set(made.drawn)),
        ("from=2026-10-02&to=2026-10-02", {made.drawn[0]}),
    ):
        assert ids(program.told(f"/evaluations?{query}")) == expected, query


def test_agents_read_their_own_once_released_and_reviewers_what_they_submitted(app: Flask, made: Made) -> None:
    assert ids(caller(app, made.agent).told("/evaluations")) == {*made.drawn[:2], made.picked}
    assert ids(caller(app, made.other_agent).told("/evaluations")) == set()
    assert ids(caller(app, made.reviewer).told("/evaluations")) == {*made.drawn[:3], made.picked}
    assert caller(app, made.agent).get(f"/evaluations/{made.drawn[2]}").status_code == 404
    assert caller(app, made.other_agent).get(f"/evaluations/{made.drawn[0]}").status_code == 404


def test_what_is_still_being_written_is_not_told(app: Flask, stored: Stored, made: Made) -> None:
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, made.drawn[4])
        evaluation.summary = "Not for others yet."
    told = caller(app, made.supervisor).told(f"/evaluations/{made.drawn[4]}")
    assert (told["state"], told["quality"], told["passed"], told["summary"]) == ("open", None, None, "")
    assert (told["sections"], told["computation"]["lines"]) == ([], [])
    assert caller(app, made.reviewer).get(f"/evaluations/{made.drawn[4]}").status_code == 404


def test_a_dispute_marks_the_score_and_its_judge_reads_nothing_before_scoring(app: Flask, stored: Stored) -> None:
    with stored() as make:
        case = make_case(make, judge=Role.SUPERVISOR)
        dispute = case.raised()
        number, agent, judge = case.evaluation.id, case.agent.id, case.judge.id
        take_dispute(case.acting(case.judge), dispute)
    assert caller(app, agent).told(f"/evaluations/{number}")["disputed"] is True
    blind = caller(app, judge)
    assert blind.get(f"/evaluations/{number}").status_code == 404
    assert ids(blind.told("/evaluations")) == set()


def test_a_correction_is_another_revision(app: Flask, stored: Stored) -> None:
    with stored() as make:
        case = make_case(make)
        case.settled(case.scored(case.raised()))
        number, supervisor = case.evaluation.id, case.desk.supervisor_id
    told = caller(app, supervisor).told(f"/evaluations/{number}")
    assert (told["revision"], told["disputed"]) == (2, False)
