"""Every report says in its foot until when it is kept, by the term of evaluations, in both languages."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from qa.act import Act
from qa.coaching.assembly import without_date
from qa.coaching.one_evaluation import evaluation_report
from qa.coaching.service import report_content
from qa.coaching.team_report import team_report
from qa.i18n import Language
from qa.insight.stretch import Stretch
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.evaluation_pdf import evaluation_pdf
from qa.reports.minutes_pdf import minutes_pdf
from qa.reports.team_pdf import team_pdf
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.reports.report_making import found, minutes_report

OCTOBER = Stretch(date(2026, 10, 1), date(2026, 10, 31), "Europe/Amsterdam")
SAID = {Language.EN: "kept until 18 Nov 2028", Language.NL: "bewaard tot en met 18 nov 2028"}
WITHOUT_END = {Language.EN: "no retention date is set", Language.NL: "er is geen bewaartermijn ingesteld"}


@dataclass(frozen=True, slots=True)
class Told:
    """An agent of whom something was scored, and who asks for reports."""

    act: Act
    scene: Scene
    agent: User

    def pdfs(self, language: Language) -> dict[str, bytes]:
        """The reports of the agent, their first evaluation and their team."""
        content = report_content(self.act, self.agent, starts_on=OCTOBER.first, ends_on=OCTOBER.last, language=language)
        evaluation = self.scene.submit(self.scene.open_ones(self.agent)[0])
        return {
            "coaching": coaching_pdf(content),
            "evaluation": evaluation_pdf(evaluation_report(self.act, evaluation, language=language)),
            "team": team_pdf(team_report(self.act, None, OCTOBER, language=language)),
        }


@pytest.fixture
def told(act: Act, make: Makers) -> Told:
    scene, agent = Scene(make), make.agent("Sanne de Wit")
    scene.draw([agent])
    return Told(replace(act, actor=scene.supervisor), scene, agent)


@pytest.mark.parametrize("language", Language)
def test_the_foot_says_until_when(told: Told, language: Language) -> None:
    for name, pdf in told.pdfs(language).items():
        assert found(pdf).says(SAID[language]), name


@pytest.mark.parametrize("language", Language)
def test_the_foot_says_that_there_is_no_end(told: Told, language: Language) -> None:
    settings = replace(told.act.settings, keep_evaluations_months=0)
    for name, pdf in replace(told, act=replace(told.act, settings=settings)).pdfs(language).items():
        assert found(pdf).says(WITHOUT_END[language]), name


def test_minutes_say_it_too() -> None:
    assert found(minutes_pdf(minutes_report())).says("kept until 3 Nov 2028")
    assert found(minutes_pdf(minutes_report(keep_until=None))).says("no retention date is set")


def test_the_content_holds_the_day_and_a_report_of_another_day_is_the_same_report(told: Told) -> None:
    content = report_content(told.act, told.agent, starts_on=OCTOBER.first, ends_on=OCTOBER.last, language=Language.EN)
    assert (content.made_on, content.keep_until) == (date(2026, 11, 18), date(2028, 11, 18))
    later = replace(content, made_on=date(2026, 11, 20), keep_until=date(2028, 11, 20))
    assert later.digest != content.digest
    assert without_date(later) == without_date(content)
    assert coaching_pdf(content) == coaching_pdf(content)
