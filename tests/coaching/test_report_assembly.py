"""The content of a coaching report, from what is stored."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from qa.act import Act
from qa.coaching.service import agent_called, report_content
from qa.errors import InvalidError, NotFoundError
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import acknowledge
from qa.i18n import Language, say
from qa.people.models import User, UserState
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.content import Change, CoachingReport
from scorecards.causes import Cause, Nature
from tests.insight.scene import SEPTEMBER, Scene, quoted
from tests.makers import Makers
from tests.reports.report_making import found, texts


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


@pytest.fixture
def agent(make: Makers) -> User:
    return make.agent("Sanne de Wit", team=make.team("Invoices"))


def october(act: Act, agent: User, language: Language = Language.EN) -> CoachingReport:
    return report_content(
        act, agent, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31), language=language, coach="Sofie Supervisor"
    )


def said(report: CoachingReport) -> str:
    return "\n".join(texts(report))


def test_it_opens_with_strengths_that_words_show(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    first, *rest = scene.open_ones(agent)
    scene.submit(first, 100, greeting=quoted("Good morning, this is Sanne speaking."))
    for evaluation in rest:
        scene.submit(evaluation, 100)

    report = october(act, agent)

    strength = report.strengths[0]
    assert strength.criterion == "Greets and introduces themself"
    assert strength.quote is not None
    assert strength.quote.text == "Good morning, this is Sanne speaking."
    assert strength.quote.start_ms == 61_000
    assert strength.quote.contact.reference == first.interaction.reference
    assert strength.remark == "At its best in 6 of 6 interactions."
    assert not report.points
    assert report.overall.value == 100
    assert report.overall.population == 80


def test_a_development_point_shows_its_example_and_what_better_looks_like(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    first, *rest = scene.open_ones(agent)
    scene.submit(first, 100, greeting=quoted("Yes?", option="no", comment="No name was given."))
    for evaluation in rest[:1]:
        heard = (EvidenceGiven(start_ms=0, end_ms=4_000),)
        scene.submit(evaluation, 100, greeting=Mark(option="no", comment="Again.", cause="skill", evidence=heard))

    (point,) = october(act, agent).points

    assert point.criterion == "Greets and introduces themself"
    assert point.better == "Greets the customer and says their own name and that of the company."
    assert point.quote is not None
    assert point.quote.text == "Yes?"
    assert point.remark == "Something to gain in 2 of 2 interactions. No name was given."
    assert point.action is not None
    assert "to agree in the conversation" in point.action.text


def test_praise_is_never_shown_by_an_answer_that_was_not_good(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    scene.score_all(agent, [100, 100, 100, 100, 50])

    report = october(act, agent)

    assert report.strengths
    assert all("This can be clearer." not in strength.remark for strength in report.strengths)
    assert all(strength.quote is None for strength in report.strengths)


def test_there_are_at_most_three_points_and_the_lowest_come_first(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    scene.score_all(agent, [0] * 5)

    report = october(act, agent)

    assert len(report.points) == 3
    assert not report.strengths
    assert report.critical_errors
    assert all(error.effect for error in report.critical_errors)


def test_a_critical_error_confirmed_without_listening_says_so(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    first, *_rest = scene.score_all(agent, [0] * 5)
    assert first.computation is not None
    critical = [{**one, "unheard": True} for one in first.computation["critical"]]
    first.computation = {**first.computation, "critical": critical}

    errors = october(act, agent).critical_errors

    assert [error.unheard for error in errors].count(True) == len(critical) == 1


def test_what_the_organisation_caused_is_no_development_point(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    first, *_rest = scene.open_ones(agent)
    stuck = Mark(
        option="no",
        comment="The screens were down.",
        cause=Cause.TECHNOLOGY.value,
        evidence=(EvidenceGiven(start_ms=1, end_ms=2, quote="My screen is black."),),
    )
    scene.submit(first, 100, greeting=stuck)

    report = october(act, agent)

    assert not report.points
    (beyond,) = report.beyond_control
    assert beyond.cause is Cause.TECHNOLOGY
    assert beyond.remark == "The screens were down."
    assert [contact.reference for contact in beyond.contacts] == [first.interaction.reference]
    assert all(point.cause is None or point.cause.nature is Nature.COACHABLE for point in report.points)


def test_no_other_agent_and_no_customers_number_stands_in_it(act: Act, make: Makers, scene: Scene, agent: User) -> None:
    make.agent("Daan Bakker", team=agent.team)
    scene.draw([agent])
    first, *rest = scene.open_ones(agent)
    call = first.interaction
    call.reference = "0612345678-20261003"
    scene.submit(
        first,
        100,
        summary="Daan would have asked for the account NL91ABNA0417164300.",
        greeting=quoted("Sanne here. My colleague daan bakker wrote to jan@example.org from 06 12345678."),
    )
    scene.submit(rest[0], 0)
    acknowledge(replace(act, actor=agent), first, revision=first.revision, comment="Bakker had this call before me.")

    report = october(act, agent)

    for forbidden in ("Daan", "daan", "Bakker", "NL91", "0417164300", "jan@example.org", "12345678"):
        assert forbidden not in said(report)
    assert "Sanne here. My [a colleague]" not in said(report)
    assert "[a colleague]" in said(report)
    assert f"interaction {call.id}" in said(report)
    page = found(coaching_pdf(report))
    for forbidden in ("Daan", "Bakker", "NL91", "jan@example.org", "12345678"):
        assert forbidden not in page.text


def test_every_evaluation_is_reckoned_line_by_line(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    scene.score_all(agent, [100, 75])

    report = october(act, agent)

    assert [line.quality for line in report.evaluations] == [
        100,
        pytest.approx(80, abs=15),
    ]
    for evaluation in report.evaluations:
        assert sum(line.contribution for line in evaluation.lines) == pytest.approx(
            evaluation.quality, abs=Decimal("0.05")
        )


def test_what_is_not_released_counts_but_is_not_shown(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    scene.score_all(agent, [100] * 5)
    scene.score_all(agent, [0], released=False)

    report = october(act, agent)

    assert report.overall.n == 6
    assert len(report.evaluations) == 5
    assert not report.critical_errors
    assert any("cannot be read yet" in remark for remark in report.remarks)


def test_targeted_picks_are_left_out_and_visits_stand_beside(act: Act, make: Makers, scene: Scene, agent: User) -> None:
    draw = scene.draw([agent])
    scene.score_all(agent, [100] * 5)
    for kind in (EvaluationKind.TARGETED, EvaluationKind.MYSTERY):
        call = make.interaction(agent=agent, started_at=draw.starts_at)
        scene.submit(scene.assign(call, kind=kind), 0)

    report = october(act, agent)

    assert report.overall.value == 100
    assert len(report.evaluations) == 5
    (visit,) = report.visits
    assert visit.score == 0


def test_it_tells_whether_the_change_is_larger_than_chance(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent], period=SEPTEMBER)
    scene.score_all(agent, [0] * 6)
    scene.draw([agent])
    scene.score_all(agent, [100] * 6)

    report = october(act, agent)

    assert report.change is Change.BETTER
    assert report.previous is not None
    assert report.previous.figure.n == 6
    assert [result.period.first.month for result in report.history] == [9, 10]


def test_it_says_how_the_calls_were_drawn_and_what_was_promised(act: Act, scene: Scene, agent: User) -> None:
    draw = scene.draw([agent])

    (note,) = october(act, agent).draws

    assert note.draw_id == str(draw.id)
    assert note.commitment == draw.commitment
    assert "6 of your 80 interactions were drawn by lot" in note.how


def test_an_agent_of_whom_nothing_was_drawn_gets_a_report_that_says_so(act: Act, agent: User, scene: Scene) -> None:
    agent.state = UserState.LEFT

    report = october(act, agent, Language.NL)

    assert scene.version.number == 1
    assert report.overall.n == 0
    assert len(report.remarks) == 2
    assert found(coaching_pdf(report)).pages >= 1


def test_everything_not_applicable_gives_no_score_and_says_so(act: Act, scene: Scene, agent: User) -> None:
    scene.draw([agent])
    (first, *_rest) = scene.score_all(agent, [100] * 5)
    first.quality_bp = first.final_bp = first.passed = None
    act.session.flush()

    report = october(act, agent)

    assert report.overall.n == 4
    assert any("nothing was applicable" in remark for remark in report.remarks)


def test_signals_need_enough_colleagues_before_a_range_is_shown(
    act: Act, make: Makers, scene: Scene, agent: User
) -> None:
    scene.draw([agent])
    scene.score_all(agent, [100] * 6)
    alone = {signal.name: signal for signal in october(act, agent).signals}

    colleagues = [make.agent(team=agent.team) for _ in range(3)]
    scene.draw(colleagues, plan="Calls of colleagues")
    for colleague in colleagues:
        scene.score_all(colleague, [100] * 6)
    among = {signal.name: signal for signal in october(act, agent).signals}

    share = alone["Your share of the talking"]
    assert share.value == 67
    assert share.n == 6
    assert share.team_low is None
    assert among["Your share of the talking"].team_low == 67
    assert alone["Part of the call in which you listened"].value == 33
    assert alone["Silences of ten seconds after the customer spoke, not announced"].value == 0
    # What the organisation lets customers wait for is not the agent's.
    assert not {name for name in alone if "hold" in name.lower() or "first answer" in name.lower()}


@pytest.mark.parametrize("language", list(Language))
def test_the_pdf_is_made_in_both_languages(act: Act, scene: Scene, agent: User, language: Language) -> None:
    scene.draw([agent])
    scene.score_all(agent, [100, 75, 50, 100, 0, 100])

    page = found(coaching_pdf(october(act, agent, language)))

    assert page.says("Sanne de Wit")
    assert page.says({"en": "What went well", "nl": "Wat goed ging"}[language.value])


def test_a_period_that_has_not_begun_is_refused(act: Act, agent: User) -> None:
    with pytest.raises(InvalidError, match="future"):
        report_content(act, agent, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 31), language=Language.EN)
    with pytest.raises(InvalidError, match="ends before"):
        report_content(act, agent, starts_on=date(2026, 10, 2), ends_on=date(2026, 10, 1), language=Language.EN)
    with pytest.raises(InvalidError, match="at most"):
        report_content(act, agent, starts_on=date(2020, 10, 2), ends_on=date(2026, 10, 1), language=Language.EN)


def test_an_unknown_agent_is_refused_by_name(act: Act) -> None:
    with pytest.raises(NotFoundError) as refused:
        agent_called(act, "nobody-7")
    assert "nobody-7" in say(refused.value.sentence, Language.NL)
