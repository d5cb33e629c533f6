"""Scores held against what customers answered on the same interactions, with who answered."""

from dataclasses import dataclass, replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import NotFoundError
from qa.estimate.validity import Outcome
from qa.evaluations.models import EvaluationKind
from qa.i18n import Language
from qa.insight.validity import TOTAL, validity_of
from qa.insight.validity_kept import shown_validity
from tests.conftest import Stored
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Survey:
    supervisor: int
    reader: int
    agent: int


def scored_calls(make: Makers) -> Scene:
    """Thirty-six scored calls, of which customers answered thirty and were pleased where the score was high."""
    scene = Scene(make)
    agents = [make.agent() for _ in range(6)]
    scene.draw(agents, each=6)
    for agent in agents:
        for at, evaluation in enumerate(scene.open_ones(agent)):
            scene.submit(evaluation, (100, 0, 100, 75, 0, 100)[at])
            if at < 5:
                pleased = at in {0, 2, 3}
                make.answer(evaluation.interaction, csat=5 if pleased else 2, nps=9 if pleased else 3, resolved=pleased)
            elif agent is not agents[0]:
                make.answer(evaluation.interaction, answered_at=None)
    return scene


@pytest.fixture
def survey(stored: Stored) -> Survey:
    with stored() as make:
        scene = scored_calls(make)
        reader = make.user(Role.SUPERVISOR, language=Language.NL)
        return Survey(scene.supervisor.id, reader.id, make.agent().id)


def test_the_page_says_what_hangs_together_and_who_answered(survey: Survey, visitor: Visitor) -> None:
    answer = visitor.as_user(survey.supervisor).get("/week/validity?card=phone-service")
    assert answer.status_code == 200
    page = " ".join(answer.text.split())
    assert "Whole interaction" in page
    assert "More than chance" in page
    assert "n 36" in page
    assert "n 35 of 35" in page
    assert "About 1 scored interaction nobody was asked anything." in page
    assert "Empathy" in page


def test_the_page_speaks_dutch(survey: Survey, visitor: Visitor) -> None:
    page = visitor.as_user(survey.reader).get("/week/validity").text
    assert "Hele interactie" in page
    assert "Meer dan toeval" in page


def test_an_unknown_card_is_not_found_and_agents_see_nothing(survey: Survey, visitor: Visitor) -> None:
    assert visitor.as_user(survey.supervisor).get("/week/validity?card=unknown").status_code == 404
    assert visitor.as_user(survey.agent).get("/week/validity").status_code == 403


def test_without_a_card_the_page_stands(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR).id
    assert visitor.as_user(supervisor).get("/week/validity").status_code == 200


def test_scores_are_held_against_answers_on_the_same_interaction(act: Act, make: Makers) -> None:
    scored_calls(make)
    found = validity_of(act, card="phone-service")
    assert (found.answers.invited, found.answers.answered, found.not_asked) == (35, 30, 1)
    assert found.result.response.share.n == 36
    assert found.result.response.share.value == pytest.approx(100 * 30 / 36)
    total = {one.outcome: one for one in found.result.findings if one.score == TOTAL}
    resolved = total[Outcome.RESOLVED].association
    assert resolved is not None
    assert resolved.value == 1.0
    assert total[Outcome.CSAT].n == 30
    assert total[Outcome.CSAT].holds
    assert {one.score.partition(":")[0] for one in found.result.findings} == {"total", "section", "criterion"}


def test_picks_on_purpose_are_held_against_nothing(act: Act, make: Makers) -> None:
    scene = Scene(make)
    call = make.interaction(agent=make.agent())
    scene.submit(scene.assign(call, kind=EvaluationKind.TARGETED), 0)
    make.answer(call, csat=1, nps=0, resolved=False)
    found = validity_of(act, card="phone-service")
    assert found.result.response.share.n == 0
    assert found.answers.invited == 0
    with pytest.raises(NotFoundError):
        shown_validity(replace(act, actor=scene.supervisor), card="unknown")
