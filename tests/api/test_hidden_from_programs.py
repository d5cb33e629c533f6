"""What pages hide the API hides too: agents, reviewers, second scores, calibrations, an agent's own score to come."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationKind, Probe
from qa.evaluations.service import assign, release
from qa.interactions.kinds import Channel
from qa.people.models import User
from qa.self_evaluations.service import ask_self_evaluation
from qa.settings import Settings
from tests.api.calling import caller
from tests.calibration.comparing import doubled_draw, pairs, submit
from tests.conftest import NOW, Stored
from tests.disputes.dispute_making import make_case
from tests.evaluations.desk_making import make_desk, submit_best
from tests.insight.scene import Scene
from web.app import create_app


@pytest.fixture
def hiding(settings: Settings) -> Iterator[Flask]:
    """The web app with both settings on."""
    made = create_app(replace(settings, hide_agents=True, hide_reviewers=True), clock=lambda: NOW)
    made.testing = True
    yield made
    made.extensions["steekproef"].engine.dispose()


@pytest.fixture
def numbers(stored: Stored) -> dict[str, int]:
    with stored() as make:
        agent, reviewer = make.agent("Zarah Zwaan", reference="zz12"), make.user(Role.REVIEWER, name="Quirijn Quist")
        call = make.interaction(agent=agent, channel=Channel.CHAT, reference="20261001_ZARAH_1")
        desk = make_desk(make, interaction=call, reviewer=reviewer)
        submit_best(make, desk, release=True)
        return {"id": desk.id, "agent": agent.id, "reviewer": reviewer.id, "supervisor": desk.supervisor_id}


def test_a_reviewer_is_not_told_the_agent(hiding: Flask, numbers: dict[str, int]) -> None:
    program = caller(hiding, numbers["reviewer"])
    for path in ("/evaluations", f"/evaluations/{numbers['id']}"):
        told = program.told(path)
        assert not re.search("zarah|zwaan|zz12", json.dumps(told), re.IGNORECASE), path
    assert told["agent"] is None
    assert told["interaction"]["reference"] == f"interaction {told['interaction']['id']}"
    refused = program.get("/evaluations?agent=zz12")
    assert refused.status_code == 403
    assert refused.json == {"error": "Agents are hidden from reviewers here, so nothing can be looked up by them."}


def test_an_agent_is_not_told_the_reviewer(hiding: Flask, numbers: dict[str, int]) -> None:
    program = caller(hiding, numbers["agent"])
    for path in ("/evaluations", f"/evaluations/{numbers['id']}"):
        assert "Quist" not in json.dumps(program.told(path)), path
    assert program.told(f"/evaluations/{numbers['id']}")["reviewer"] is None


def test_supervisors_are_told_both(hiding: Flask, numbers: dict[str, int]) -> None:
    told = caller(hiding, numbers["supervisor"]).told(f"/evaluations/{numbers['id']}")
    assert (told["agent"]["name"], told["reviewer"]["name"]) == ("Zarah Zwaan", "Quirijn Quist")


def bare(told: dict[str, Any]) -> str:
    """An evaluation without what differs from one to the next: numbers, references, moments."""
    return re.sub(r"ref-\d+|Agent \d+|\d+", "*", json.dumps(told, sort_keys=True))


def test_nobody_can_tell_that_theirs_was_a_second_score(app: Flask, stored: Stored) -> None:
    with stored() as make:
        doubled_draw(make, agents=1, each=4, percent=100, reviewers=2)
        found = pairs(make)
        reviewer = found[0].second.reviewer_id
        second = found[0].second_id
        first = next(pair.first_id for pair in found if pair.first.reviewer_id == reviewer)
        supervisor = make.user(Role.SUPERVISOR)
        waiting = make.act.session.scalars(
            select(Evaluation.id).where(Evaluation.reviewer_id == reviewer, Evaluation.id.not_in((first, second)))
        ).all()
        for number in (first, second):
            submit(make, make.act.session.get_one(Evaluation, number))
        release(replace(make.act, actor=supervisor), make.act.session.get_one(Evaluation, first))
        supervisor_id = supervisor.id
    assert waiting
    program = caller(app, reviewer)
    # What was released meanwhile and what never will be read the same.
    told = [program.told(f"/evaluations/{number}") for number in (first, second)]
    assert bare(told[0]) == bare(told[1])
    assert (told[1]["kind"], told[1]["state"], told[1]["draw_id"]) == ("random", "submitted", None)
    for query in ("", "?kind=random", "?state=submitted"):
        listed = [one["id"] for one in program.told(f"/evaluations{query}")["evaluations"]]
        assert listed == sorted((first, second)), query
    for query in ("kind=targeted", "kind=calibration", "state=released", "state=seen", "state=open"):
        assert program.told(f"/evaluations?{query}")["evaluations"] == [], query
    others = caller(app, supervisor_id)
    assert others.get(f"/evaluations/{second}").status_code == 404
    assert second not in {one["id"] for one in others.told("/evaluations")["evaluations"]}
    assert others.told(f"/evaluations/{first}")["state"] == "released"


@pytest.mark.parametrize(("days", "told"), [(89, True), (90, False)])
def test_a_first_score_is_told_as_long_as_its_interaction_cannot_return(
    app: Flask, stored: Stored, days: int, told: bool
) -> None:
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk)
        make.act.session.get_one(Evaluation, desk.id).submitted_at = NOW - timedelta(days=days)
    program = caller(app, desk.reviewer_id)
    assert [one["id"] for one in program.told("/evaluations")["evaluations"]] == [desk.id] * told
    assert program.get(f"/evaluations/{desk.id}").status_code == (200 if told else 404)
    assert caller(app, desk.supervisor_id).get(f"/evaluations/{desk.id}").status_code == 200


def test_a_score_for_a_calibration_tells_no_agent_and_is_found_by_none(app: Flask, stored: Stored) -> None:
    with stored() as make:
        reviewer, agent = make.user(Role.REVIEWER), make.agent("Zarah Zwaan", reference="zz12")
        own = assign(
            make.act,
            make.interaction(agent=agent),
            reviewer=reviewer,
            version=make.card(),
            kind=EvaluationKind.TARGETED,
            probe=Probe.CALIBRATION,
        )
        submit(make, own)
        number, reviewer_id, agent_id = own.id, reviewer.id, agent.id
        supervisor = make.user(Role.SUPERVISOR).id
    program = caller(app, reviewer_id)
    told = program.told(f"/evaluations/{number}")
    assert (told["kind"], told["agent"]) == ("calibration", None)
    assert [one["id"] for one in program.told("/evaluations?kind=calibration")["evaluations"]] == [number]
    assert program.told("/evaluations?agent=zz12")["evaluations"] == []
    for user in (agent_id, supervisor):
        assert caller(app, user).get(f"/evaluations/{number}").status_code == 404


def test_an_agent_reads_no_score_before_giving_their_own(app: Flask, stored: Stored) -> None:
    with stored() as make:
        desk = make_desk(make)
        evaluation = make.act.session.get_one(Evaluation, desk.id)
        supervisor = make.act.session.get_one(User, desk.supervisor_id)
        ask_self_evaluation(replace(make.act, actor=supervisor), evaluation)
        submit_best(make, desk, release=True)
    program = caller(app, desk.agent_id)
    assert program.get(f"/evaluations/{desk.id}").status_code == 404
    assert program.told("/evaluations")["evaluations"] == []


def test_reviewers_are_not_told_what_the_agent_answered(app: Flask, stored: Stored) -> None:
    with stored() as make:
        case = make_case(make)
        case.evaluation.agent_comment = "I did greet."
        number, reviewer, supervisor = case.evaluation.id, case.reviewer.id, case.desk.supervisor_id
    told = caller(app, reviewer).told(f"/evaluations/{number}")
    assert (told["agent_comment"], told["released_at"], told["seen_at"]) == ("", None, None)
    assert caller(app, supervisor).told(f"/evaluations/{number}")["agent_comment"] == "I did greet."


def test_who_was_visited_is_not_told_by_whom(app: Flask, stored: Stored) -> None:
    with stored() as make:
        scene = Scene(make)
        call = make.interaction(agent=make.agent())
        visit = scene.submit(scene.assign(call, kind=EvaluationKind.MYSTERY), 100)
        number, agent, supervisor = visit.id, call.agent_id, scene.supervisor.id
    told = caller(app, agent).told(f"/evaluations/{number}")
    assert (told["kind"], told["reviewer"]) == ("mystery", None)
    assert caller(app, supervisor).told(f"/evaluations/{number}")["reviewer"] == {"name": "Rita Reviewer"}
