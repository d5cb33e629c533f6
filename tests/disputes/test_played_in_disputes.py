"""A disputed critical failure that was given without listening: the judge reads so, and the record of it outlives the decision."""

from dataclasses import replace

from qa.auth.roles import Role
from qa.evaluations import service
from qa.evaluations.hearing import keep_played, told_unheard
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation
from qa.people.models import User
from tests.conftest import Stored
from tests.disputes.dispute_making import Case
from tests.evaluations.desk_making import best_form, words_of
from tests.evaluations.test_hearing import CRITICAL
from tests.evaluations.test_hearing_pages import KEPT, with_recording
from tests.makers import Makers
from tests.visitor import Visitor
from transcribe.types import Span

SHARE = "The reviewer played 9 % of the recording, and 67 % of what is said in it."


def disputed(make: Makers) -> Case:
    """A released evaluation with a critical failure confirmed without listening."""
    desk = with_recording(make)
    evaluation = make.act.session.get_one(Evaluation, desk.id)
    marks = {
        name.removeprefix("answer-"): Mark(option=str(value))
        for name, value in best_form(desk.card).items()
        if name.startswith("answer-")
    }
    heard = EvidenceGiven(desk.turn_ids[2], 0, 12, 8_000, 12_000, "I will send a new one today.")
    marks[CRITICAL] = Mark(option="no", cause="knowledge", comment="Promised today.", evidence=(heard,))
    act = replace(make.act, actor=evaluation.reviewer)
    keep_played(act, evaluation, [Span(0, 8_000)])
    service.submit_evaluation(act, evaluation, marks=marks, summary="", revision=0, unheard=[CRITICAL])
    supervisor = make.act.session.get_one(User, desk.supervisor_id)
    service.release(replace(make.act, actor=supervisor), evaluation)
    return Case(make, desk, evaluation, make.user(Role.REVIEWER, name="Jo Judge"))


def test_the_judge_reads_it_with_the_claim_and_the_dispute_still_says_it_when_it_is_settled(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        case = disputed(make)
        dispute = case.scored(
            case.raised(claims={CRITICAL: Mark(option="yes", comment="I only said that I would try.")})
        )
        number, judge, agent, path = dispute.id, case.judge.id, case.agent.id, case.desk.path
    page = words_of(visitor.as_user(judge).get(f"/disputes/{number}/decide").text)
    assert KEPT in page
    assert SHARE in page
    assert "not played" in page
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, case.desk.id)
        again = Case(make, case.desk, evaluation, make.act.session.get_one(User, judge))
        again.settled(make.act.session.get_one(type(dispute), number))
        assert told_unheard(evaluation.computation) == frozenset()
    settled = words_of(visitor.as_user(agent).get(f"/disputes/{number}").text)
    assert KEPT in settled
    assert SHARE in settled
    assert KEPT not in words_of(visitor.get(path).text)
    assert KEPT in words_of(visitor.get(f"{path}/revisions/1").text)
