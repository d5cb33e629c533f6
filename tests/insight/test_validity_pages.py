"""Scores held against a survey's file: what is read, what it says, and that nothing of it is kept."""

import io
from dataclasses import dataclass, replace

import pytest
from werkzeug.test import TestResponse

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import InvalidError, NotFoundError
from qa.estimate.validity import Outcome, Said
from qa.evaluations.models import EvaluationKind
from qa.i18n import Language
from qa.insight.answers import read_answers
from qa.insight.validity import TOTAL, validity_of
from tests.conftest import Stored
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.visitor import Visitor


def table(*rows: str, head: str = "reference,csat,nps,resolved") -> bytes:
    return "\n".join((head, *rows)).encode()


def test_answers_are_read_by_their_columns_in_any_order() -> None:
    found = read_answers(table("8;call-1;4,5;ja", "3;call-2;2;no", head="NPS;Reference;CSAT;Resolved"), file="a.csv")
    assert found.wrong == ()
    assert found.said == {("", "call-1"): Said(4.5, 8, True), ("", "call-2"): Said(2.0, 3, False)}


def test_a_customer_who_gave_no_answer_is_not_one_who_answered() -> None:
    found = read_answers(table("call-1,,,", "call-2,5,,"), file="a.csv")
    assert found.said == {("", "call-2"): Said(csat=5.0)}


def test_lines_that_cannot_be_used_are_told_with_their_number() -> None:
    found = read_answers(
        table("call-1,many,,", "call-2,,11,", "call-3,,,perhaps", ",5,,", "call-5,5,9,yes", "call-6,5"), file="a.csv"
    )
    assert [(one.line, str(one.why)) for one in found.wrong][:4] == [
        (2, "“many” is no CSAT: a number from 0 to 100."),
        (3, "“11” is no answer to the NPS question: a whole number from 0 to 10."),
        (4, "“perhaps” does not say whether it was resolved: yes or no."),
        (5, "The reference is missing."),
    ]
    assert found.wrong[4].line == 7
    assert list(found.said) == [("", "call-5")]


@pytest.mark.parametrize("data", [b"", table("1,2", head="reference,stars"), table("1,2", head="csat,nps")])
def test_a_file_without_what_is_needed_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidError):
        read_answers(data, file="a.csv")


@dataclass(frozen=True, slots=True)
class Survey:
    supervisor: int
    reader: int
    agent: int
    file: bytes


def scored_calls(make: Makers) -> tuple[Scene, bytes]:
    """Thirty-six scored calls, of which customers answered thirty and were pleased where the score was high."""
    scene = Scene(make)
    agents = [make.agent() for _ in range(6)]
    scene.draw(agents, each=6)
    rows = []
    for agent in agents:
        for at, evaluation in enumerate(scene.open_ones(agent)):
            scene.submit(evaluation, (100, 0, 100, 75, 0, 100)[at])
            if at < 5:
                pleased = at in {0, 2, 3}
                rows.append(f"{evaluation.interaction.reference},{5 if pleased else 2},{9 if pleased else 3},{pleased}")
    rows.append("elsewhere,5,10,yes")
    return scene, table(*rows)


@pytest.fixture
def survey(stored: Stored) -> Survey:
    with stored() as make:
        scene, file = scored_calls(make)
        reader = make.user(Role.SUPERVISOR, language=Language.NL)
        return Survey(scene.supervisor.id, reader.id, make.agent().id, file)


def sent(visitor: Visitor, file: bytes, *, card: str = "phone-service") -> TestResponse:
    return visitor.post("/week/validity", {"card": card, "file": (io.BytesIO(file), "survey.csv")})


def test_the_page_says_what_hangs_together_and_who_answered(survey: Survey, visitor: Visitor) -> None:
    answer = sent(visitor.as_user(survey.supervisor), survey.file)
    assert answer.status_code == 200
    page = " ".join(answer.text.split())
    assert "Whole interaction" in page
    assert "More than chance" in page
    assert "n 36" in page
    assert "1 answer in the file is on an interaction that was not drawn and scored on this card." in page
    assert "Empathy" in page


def test_the_page_speaks_dutch(survey: Survey, visitor: Visitor) -> None:
    page = sent(visitor.as_user(survey.reader), survey.file).text
    assert "Hele interactie" in page
    assert "Meer dan toeval" in page


def test_the_form_stands_before_and_says_what_is_wrong(survey: Survey, visitor: Visitor) -> None:
    visitor.as_user(survey.supervisor)
    assert "resolved (yes or no)" in visitor.get("/week/validity").text
    refused = sent(visitor, b"stars\n5\n")
    assert refused.status_code == 422
    assert "The file needs a column reference" in refused.text
    assert visitor.post("/week/validity", {"card": "phone-service"}).status_code == 422
    assert sent(visitor, survey.file, card="unknown").status_code == 404
    assert visitor.as_user(survey.agent).get("/week/validity").status_code == 403


def test_scores_are_held_against_answers_on_the_same_interaction(act: Act, make: Makers) -> None:
    scene, file = scored_calls(make)
    found = validity_of(replace(act, actor=scene.supervisor), read_answers(file, file="a.csv"), card="phone-service")
    assert (found.answers, found.elsewhere) == (31, 1)
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
    answers = read_answers(table(f"{call.reference},1,0,no"), file="a.csv")
    found = validity_of(replace(act, actor=scene.supervisor), answers, card="phone-service")
    assert found.result.response.share.n == 0
    assert found.elsewhere == 1
    with pytest.raises(NotFoundError):
        validity_of(replace(act, actor=scene.supervisor), answers, card="unknown")
