"""One evaluation on paper: its computation and what each mark rests on, for who may see it and without others' names."""

from dataclasses import dataclass, replace

import pytest

from qa.act import Act
from qa.coaching.one_evaluation import evaluation_report
from qa.errors import ConflictError
from qa.i18n import Language
from qa.people.models import User
from qa.reports.evaluation_pdf import evaluation_pdf
from tests.conftest import Stored
from tests.insight.scene import Scene, quoted
from tests.makers import Makers
from tests.reports.report_making import found, squeezed, texts
from tests.visitor import Visitor
from web.app import create_app


@dataclass(frozen=True, slots=True)
class Scored:
    """An agent with drawn calls that nobody scored yet, and a colleague."""

    scene: Scene
    agent: User

    @classmethod
    def of(cls, make: Makers) -> "Scored":
        scene, agent = Scene(make), make.agent("Sanne de Wit", team=make.team("Invoices"))
        make.agent("Daan Bakker", team=agent.team)
        scene.draw([agent])
        return cls(scene, agent)


@pytest.mark.parametrize("language", Language)
def test_every_text_stands_on_the_pages(make: Makers, act: Act, language: Language) -> None:
    scored = Scored.of(make)
    low = quoted("Hello there.", option="no", comment="Say who you are.")
    evaluation = scored.scene.submit(scored.scene.open_ones(scored.agent)[0], 75, summary="Calm.", greeting=low)
    evaluation.agent_comment = "I agree."
    report = evaluation_report(act, evaluation, language=language)
    page = found(evaluation_pdf(report))
    assert [text for text in texts(report) if squeezed(text) not in page.text] == []
    assert page.says(f"SHA-256 {report.digest}")


def test_marks_stand_with_their_words_and_a_critical_error_apart(make: Makers, act: Act) -> None:
    scored = Scored.of(make)
    scene = scored.scene
    evaluation = scene.submit(
        scene.open_ones(scored.agent)[0],
        100,
        greeting=quoted("As Daan Bakker says.", option="no", comment="Say who you are."),
        realistic_expectations=quoted("For sure tomorrow.", option="no", comment="Nobody knows that."),
    )
    report = evaluation_report(act, evaluation, language=Language.EN)
    page = found(evaluation_pdf(report))
    assert page.says("As [a colleague] says.")
    assert page.says("Critical errors")
    assert page.says("For sure tomorrow.")
    assert [item.comment for item in report.noted] == ["Say who you are.", "Nobody knows that."]
    assert "Bakker" not in page.text + page.spoken()


def test_what_is_not_submitted_has_no_report(make: Makers, act: Act) -> None:
    scored = Scored.of(make)
    with pytest.raises(ConflictError):
        evaluation_report(act, scored.scene.open_ones(scored.agent)[0], language=Language.EN)


def test_who_may_see_it_opens_it_from_its_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scored = Scored.of(make)
        scene = scored.scene
        evaluation = scene.submit(scene.open_ones(scored.agent)[0], 100, released=False)
        number, supervisor, reviewer, agent = evaluation.id, scene.supervisor.id, scene.reviewer.id, scored.agent.id
    path = f"/coaching/evaluations/{number}.pdf"
    assert path in visitor.as_user(supervisor).get(f"/evaluations/{number}").text
    assert visitor.get(path).mimetype == "application/pdf"
    assert visitor.as_user(reviewer).get(path).status_code == 200
    assert visitor.as_user(agent).get(path).status_code == 404


def test_a_reviewer_from_whom_agents_are_hidden_reads_no_name(stored: Stored) -> None:
    with stored() as make:
        scored = Scored.of(make)
        scene = scored.scene
        low = quoted("This is Sanne speaking.", option="no", comment="Sanne de Wit can do better.")
        number = scene.submit(scene.open_ones(scored.agent)[0], 100, greeting=low).id
        reviewer = scene.reviewer.id
    app = create_app(replace(stored.settings, hide_agents=True), engine=stored.engine)
    page = found(Visitor(app).as_user(reviewer).get(f"/coaching/evaluations/{number}.pdf").data)
    assert "Sanne" not in page.text + page.spoken()
