"""The report of a team: the result, what the organisation is to mend, how far the plans are; and nobody's name."""

from dataclasses import replace
from datetime import date

import pytest

from qa.act import Act
from qa.coaching.team_report import team_report
from qa.evaluations.marks import Mark
from qa.i18n import Language
from qa.insight.stretch import Stretch
from qa.people.models import Team
from qa.reports.team_content import AgreementLine, TeamReport
from qa.reports.team_pdf import team_pdf
from scorecards.causes import Cause
from tests.conftest import Stored
from tests.insight.scene import SEPTEMBER, ZONE, Scene, quoted
from tests.makers import Makers
from tests.reports.report_making import found, squeezed, texts
from tests.visitor import Visitor

OCTOBER = Stretch(date(2026, 10, 1), date(2026, 10, 31), ZONE)


def make_team(make: Makers) -> tuple[Scene, Team]:
    scene, team = Scene(make), make.team("Invoices")
    agents = [make.agent(name, team=team) for name in ("Sanne de Wit", "Daan Bakker")]
    scene.draw(agents, period=SEPTEMBER)
    scene.score_all(agents[0], [0] * 6)
    scene.draw(agents)
    for agent in agents:
        first, *rest = [one for one in scene.open_ones(agent) if one.interaction.started_at >= OCTOBER.start]
        waited = Mark(
            option="1", cause=Cause.STAFFING.value, comment="Nobody there.", evidence=quoted("Wait.").evidence
        )
        scene.submit(first, 100, hold=waited)
        for evaluation in rest[:4]:
            scene.submit(evaluation, 100)
    elsewhere = make.agent("Noor", team=make.team("Moving"))
    scene.draw([elsewhere], plan="Calls of others")
    scene.score_all(elsewhere, [0] * 6)
    return scene, team


def made(make: Makers, act: Act, language: Language = Language.EN) -> TeamReport:
    scene, team = make_team(make)
    return team_report(replace(act, actor=scene.supervisor), team, OCTOBER, language=language)


def test_it_tells_the_result_the_causes_and_how_far_the_plans_are(make: Makers, act: Act) -> None:
    report = made(make, act)
    assert (report.overall.n, report.agents) == (10, 2)
    assert report.previous is not None
    assert [(line.cause, line.n, line.of) for line in report.causes] == [("Too few staff", 2, 10)]
    assert [(line.plan, line.drawn, line.submitted) for line in report.plans] == [("Calls by month", 12, 10)]
    assert [section.name for section in report.sections] == ["Courtesy", "Empathy", "Resolution"]


@pytest.mark.parametrize("language", Language)
def test_every_text_stands_on_the_pages_and_no_agents_name(make: Makers, act: Act, language: Language) -> None:
    report = replace(
        made(make, act, language), agreement=(AgreementLine("Phone", "alpha", 24, None), AgreementLine("Chat", "a", 2))
    )
    page = found(team_pdf(report))
    assert [text for text in texts(report) if squeezed(text) not in page.text] == []
    assert page.says(f"SHA-256 {report.digest}")
    for name in ("Sanne", "Daan", "Noor"):
        assert name not in page.text + page.spoken()
    assert team_pdf(report) == team_pdf(report)


def test_a_team_of_which_nothing_was_drawn_gets_a_page_that_says_so(make: Makers, act: Act) -> None:
    scene, team = Scene(make), make.team("Nobody yet")
    report = team_report(replace(act, actor=scene.supervisor), team, OCTOBER, language=Language.EN)
    page = found(team_pdf(report))
    assert page.says("too few to say")
    assert page.says("No such cause was noted.")
    assert page.pages == 1


def test_supervisors_open_it_from_the_week_and_others_do_not(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene, team = make_team(make)
        supervisor, reviewer, number = scene.supervisor.id, scene.reviewer.id, team.id
    visitor.as_user(supervisor)
    assert "/week.pdf?" in visitor.get(f"/week?period=2026-10&team={number}").text
    answer = visitor.get(f"/week.pdf?period=2026-10&team={number}")
    assert answer.mimetype == "application/pdf"
    assert found(answer.data).title == "Team report · Invoices · October 2026"
    assert visitor.get("/week.pdf?period=2026-10").status_code == 200
    assert visitor.as_user(reviewer).get("/week.pdf?period=2026-10").status_code == 403
