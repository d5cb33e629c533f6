"""Agents hidden from reviewers, and reviewers from agents: on every page either of them opens."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from qa.auth.roles import Role
from qa.interactions.kinds import Channel
from qa.settings import Settings
from tests.conftest import NOW, Stored
from tests.disputes.dispute_making import Case, make_case
from tests.evaluations.desk_making import make_desk, submit_best
from tests.visitor import Visitor
from web.app import create_app

AGENT, REVIEWER, JUDGE = "Zarah Zwaan", "Quirijn Quist", "Jo Judge"
FIRST = "Zarah"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The web app with both settings on."""
    made = create_app(replace(settings, hide_agents=True, hide_reviewers=True), clock=lambda: NOW)
    made.testing = True
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["steekproef"].engine.dispose()


@pytest.fixture
def case(stored: Stored) -> dict[str, int]:
    with stored() as make:
        agent, reviewer = make.agent(AGENT), make.user(Role.REVIEWER, name=REVIEWER)
        interaction = make.interaction(agent=agent, channel=Channel.CHAT, reference="20261001_ZARAH_1")
        desk = make_desk(make, interaction=interaction, reviewer=reviewer)
        turn = make.act.session.get_one(type(make.transcript(make.interaction()).turns[0]), desk.turn_ids[0])
        turn.author, turn.sent_at = AGENT, make.act.now
        # Sentences of a transcript name the files that it was made from.
        turn.transcript.warnings = [{"msgid": "{name} holds no sound.", "params": {"name": "zwaan-in.wav"}}]
        submit_best(make, desk, release=True)
        template = make_case(make)
        made = Case(make, desk, make.act.session.get_one(type(template.evaluation), desk.id), template.judge)
        dispute = made.settled(made.scored(made.raised()))
        return {
            "evaluation": desk.id,
            "interaction": interaction.id,
            "agent": agent.id,
            "reviewer": reviewer.id,
            "judge": made.judge.id,
            "dispute": dispute.id,
            "supervisor": desk.supervisor_id,
        }


def pages(case: dict[str, int]) -> list[str]:
    return [
        f"/evaluations/{case['evaluation']}",
        f"/evaluations/{case['evaluation']}/revisions/1",
        f"/disputes/{case['dispute']}",
        f"/interactions/{case['interaction']}",
        "/interactions",
        f"/search?q={FIRST}",
        "/interactions?sort=agent",
    ]


@pytest.mark.parametrize("who", ["reviewer", "judge"])
def test_reviewers_are_not_told_the_agent(case: dict[str, int], visitor: Visitor, who: str) -> None:
    visitor.as_user(case[who])
    for path in [*pages(case), "/disputes", "/evaluations/desk", f"/evaluations/{case['evaluation']}/correct"]:
        answer = visitor.get(path)
        assert answer.status_code in {200, 403}, path
        told = answer.text.replace(f"/search?q={FIRST}", "").replace(f'value="{FIRST}"', "")
        assert not re.search("zarah|zwaan", told, re.IGNORECASE), path


def test_a_search_by_the_agents_name_finds_nothing_for_a_reviewer(case: dict[str, int], visitor: Visitor) -> None:
    found = visitor.as_user(case["reviewer"]).get(f"/search?q={FIRST}")
    assert f"/interactions/{case['interaction']}" not in found.text
    found = visitor.as_user(case["supervisor"]).get(f"/search?q={FIRST}")
    assert f"/interactions/{case['interaction']}" in found.text


def test_agents_are_not_told_reviewer_and_judge(case: dict[str, int], visitor: Visitor) -> None:
    visitor.as_user(case["agent"])
    for path in [*pages(case), "/me", "/disputes/mine"]:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert REVIEWER not in answer.text, path
        assert JUDGE not in answer.text, path


def test_supervisors_see_everybody(case: dict[str, int], visitor: Visitor) -> None:
    page = visitor.as_user(case["supervisor"]).get(f"/disputes/{case['dispute']}").text
    assert AGENT in page
    assert REVIEWER in page
    assert JUDGE in page
