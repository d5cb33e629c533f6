"""No report tells who else works there, a customer's numbers, or a systemic cause as something to develop."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qa.act import Act
from qa.coaching.service import report_content
from qa.disputes.service import raise_dispute
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.feedback.models import CustomerAnswer
from qa.i18n import Language
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.content import CoachingReport, DisputeState
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.talks.models import Occasion, Talk, TalkAction, TalkAgent, TalkKind
from scorecards.causes import Cause
from tests.insight.scene import Scene, quoted
from tests.makers import Makers
from tests.reports.report_making import found

#: A colleague's name and a customer's numbers, as people type them.
SECRET = "as Daan Bakker did, call 06 12345678 or mail jan@example.org"


@pytest.fixture
def told(make: Makers, act: Act) -> CoachingReport:
    """A report of an agent about whom everybody typed what they should not have."""
    scene = Scene(make)
    agent = make.agent("Sanne de Wit", team=make.team("Invoices"))
    colleague = make.agent("Daan Bakker", team=agent.team)
    scene.draw([agent, colleague])
    scene.score_all(colleague, [100] * 6)
    first, second, third, *rest = scene.open_ones(agent)
    low = quoted(f"You could do it {SECRET}.", option="no", comment=f"Better {SECRET}.")
    scene.submit(first, 100, summary=f"A good call, {SECRET}.", greeting=low)
    hindered = Mark(
        option="1",
        cause=Cause.STAFFING.value,
        comment=f"Nobody was there, {SECRET}.",
        evidence=quoted("Please wait.").evidence,
    )
    scene.submit(second, 100, hold=hindered)
    for evaluation in (third, *rest):
        scene.submit(evaluation, 100)
    first.agent_comment = f"I do it {SECRET}."
    _around(make, scene, agent, first)
    raise_dispute(
        replace(act, actor=agent),
        third,
        claims={"hold": Mark(option="1", comment=f"It went {SECRET}.")},
        revision=third.revision,
    )
    return report_content(
        act, agent, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31), language=Language.EN, coach="Sofie"
    )


def _around(make: Makers, scene: Scene, agent: User, evaluation: Evaluation) -> None:
    act, call = make.act, evaluation.interaction
    talk = Talk(
        kind=TalkKind.ONE_TO_ONE,
        occasion=Occasion.REGULAR,
        coach_id=scene.supervisor.id,
        planned_at=act.now + timedelta(days=3),
        minutes=30,
        place=f"Room 2, {SECRET}",
        created_at=act.now,
        agents=[TalkAgent(agent_id=agent.id)],
        actions=[
            TalkAction(
                owner_id=agent.id,
                text=f"Greet by name, {SECRET}",
                due_on=date(2026, 12, 1),
                scorecard_id=scene.version.scorecard_id,
                criterion="greeting",
                agreed_at=call.started_at,
            ),
            TalkAction(
                owner_id=agent.id,
                text=f"Listen to two examples, {SECRET}",
                due_on=date(2026, 12, 1),
                agreed_at=call.started_at - timedelta(days=60),
            ),
        ],
    )
    answer = CustomerAnswer(
        source_id=call.source_id,
        external_id="answer-1",
        reference=call.reference,
        interaction_id=call.id,
        answered_at=act.now,
        received_at=act.now,
        nps=9,
        comment=f"Friendly, {SECRET}.",
        language="en",
    )
    own = SelfEvaluation(
        evaluation_id=evaluation.id,
        agent_id=agent.id,
        state=SelfState.SUBMITTED,
        asked_at=act.now,
        asked_by_id=scene.supervisor.id,
        closed_at=act.now,
        summary=f"I was in a hurry, {SECRET}.",
        final_bp=8_000,
    )
    act.session.add_all([talk, answer, own])
    act.session.flush()


def test_everything_that_was_typed_is_told_without_names_and_numbers(told: CoachingReport) -> None:
    page = found(coaching_pdf(told))
    for words in (
        "You could do it as",
        "Better as",
        "A good call,",
        "Nobody was there,",
        "I do it as",
        "Greet by name,",
        "Listen to two examples,",
        "Friendly,",
        "I was in a hurry,",
        "Room 2,",
    ):
        assert page.says(words), words
    said = f"{page.text} {page.spoken()} {page.title} {' '.join(page.bookmarks)}"
    for forbidden in ("Daan", "Bakker", "12345678", "jan@example.org"):
        assert forbidden not in said


def test_the_systemic_cause_is_no_development_point(told: CoachingReport) -> None:
    assert [item.cause for item in told.beyond_control] == [Cause.STAFFING]
    assert [point.criterion for point in told.points] == ["Greets and introduces themself"]


def test_what_was_agreed_stands_with_its_point_and_the_rest_apart(told: CoachingReport) -> None:
    (point,) = told.points
    assert point.action is not None
    assert point.action.text.startswith("Greet by name")
    assert told.plan == ()
    assert [action.text.split(",")[0] for action in told.earlier_actions] == ["Listen to two examples"]
    assert told.next_meeting is not None


def test_the_open_dispute_has_its_term_and_is_in_no_figure(told: CoachingReport) -> None:
    (line,) = told.disputes
    assert (line.state, line.answer_by) == (DisputeState.OPEN, date(2026, 11, 25))
    assert told.overall.n == 5


def test_customers_answers_and_own_scores_stand_beside_the_result(told: CoachingReport) -> None:
    assert told.voice is not None
    assert [item.name for item in told.voice.figures] == ["Would recommend us"]
    (own,) = told.self_scores
    assert own.own == 80


def test_each_quote_leads_to_its_second_of_the_conversation(told: CoachingReport) -> None:
    (point,) = told.points
    assert point.quote is not None
    assert point.quote.link.endswith("?at=61")
    assert "/interactions/" in point.quote.link
