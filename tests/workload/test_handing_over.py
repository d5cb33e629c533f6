"""An open evaluation given to another: with a reason, anew, the draft apart and told."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations.models import Evaluation
from qa.evaluations.queries import get_evaluation, work_list
from qa.evaluations.service import marks_of, submit_evaluation
from qa.privacy.erasure import erase_interaction
from qa.workload.handing_over import give_to, gone_from, handovers_of, possible_reviewers, told_to
from qa.workload.models import EvaluationHandover, HandoverCause
from tests.calibration.comparing import marks
from tests.makers import Makers
from tests.sampling.plan_making import evaluations
from tests.workload.working import Month, away, begin, month


@pytest.fixture
def scene(make: Makers) -> Month:
    return month(make, agents=1, each=3)


def given(act: Act, scene: Month, evaluation: Evaluation, *, to: int, reason: str = "Rita is ill.") -> None:
    supervisor = replace(act, actor=scene.supervisor)
    give_to(supervisor, evaluation, reviewer_id=to, from_reviewer_id=evaluation.reviewer_id, reason=reason)


def another(act: Act, evaluation: Evaluation) -> int:
    return possible_reviewers(act, evaluation)[0].id


def test_the_new_reviewer_begins_anew_and_both_are_told_why(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    begin(act, evaluation, summary="Rita's words.")
    evaluation.played = [[0, 9000]]
    source, target = evaluation.reviewer_id, another(act, evaluation)
    given(act, scene, evaluation, to=target)
    people = {one.id: one for one in scene.reviewers}
    new, old = replace(act, actor=people[target]), replace(act, actor=people[source])
    assert evaluation in work_list(new)
    assert (marks_of(evaluation), evaluation.summary, evaluation.played) == ({}, "", [])
    assert told_to(new).given[evaluation.id].reason == "Rita is ill."
    [taken] = told_to(old).taken
    assert (taken.reason, taken.given_by_id, taken.cause) == ("Rita is ill.", scene.supervisor.id, HandoverCause.GIVEN)
    assert taken.summary == "Rita's words."
    with pytest.raises(NotFoundError):
        get_evaluation(old, evaluation.id)
    assert "given to another reviewer" in str(gone_from(old, evaluation.id))
    entry = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "evaluation.reassigned")).one()
    assert (entry.data["from_reviewer"], entry.data["to_reviewer"], entry.data["begun"]) == (source, target, True)


def test_given_back_the_draft_is_there_again(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    begin(act, evaluation, summary="First.")
    before = marks_of(evaluation)
    source, target = evaluation.reviewer_id, another(act, evaluation)
    given(act, scene, evaluation, to=target)
    begin(act, evaluation, summary="Second.")
    given(act, scene, evaluation, to=source, reason="Rita is back.")
    assert (marks_of(evaluation), evaluation.summary) == (before, "First.")
    assert [one.summary for one in handovers_of(act, evaluation)] == ["First.", "Second."]


def test_sent_twice_it_is_given_once(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    source, target = evaluation.reviewer_id, another(act, evaluation)
    for _time in range(2):
        give_to(act, evaluation, reviewer_id=target, from_reviewer_id=source, reason="Holidays.")
    assert len(handovers_of(act, evaluation)) == 1


def test_what_somebody_else_has_by_now_stays_with_them(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    source = evaluation.reviewer_id
    first, second = possible_reviewers(act, evaluation)
    given(act, scene, evaluation, to=first.id)
    with pytest.raises(ConflictError, match="given to somebody else meanwhile"):
        give_to(act, evaluation, reviewer_id=second.id, from_reviewer_id=source, reason="Holidays.")


def test_who_cannot_have_it_is_not_offered_and_refused(act: Act, make: Makers, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    agent = scene.agents[0]
    agent.role = Role.REVIEWER
    gone = make.user(Role.REVIEWER)
    away(make, gone)
    able = {one.id for one in possible_reviewers(act, evaluation)}
    assert able == {one.id for one in scene.reviewers} - {evaluation.reviewer_id}
    for refused in (agent.id, gone.id, evaluation.reviewer_id, scene.supervisor.id):
        with pytest.raises(InvalidError, match="neither did nor scored") as error:
            given(act, scene, evaluation, to=refused)
        assert error.value.field == "reviewer"


def test_a_reason_is_needed(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    with pytest.raises(InvalidError, match="Say why") as error:
        given(act, scene, evaluation, to=another(act, evaluation), reason="  ")
    assert error.value.field == "reason"


def test_what_is_submitted_is_given_to_nobody(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    mine = replace(act, actor=evaluation.reviewer)
    submit_evaluation(mine, evaluation, marks=marks(card_of(evaluation.card_version)), summary="", revision=0)
    with pytest.raises(ConflictError, match="already submitted"):
        given(act, scene, evaluation, to=another(act, evaluation))


def test_reviewers_give_nothing_away(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    mine = replace(act, actor=evaluation.reviewer)
    with pytest.raises(ForbiddenError):
        give_to(mine, evaluation, reviewer_id=1, from_reviewer_id=evaluation.reviewer_id, reason="No.")


def test_of_an_erased_interaction_no_draft_stays(act: Act, scene: Month) -> None:
    evaluation = evaluations(act)[0]
    begin(act, evaluation, summary="Yusuf said")
    given(act, scene, evaluation, to=another(act, evaluation), reason="Knows Yusuf")
    erase_interaction(act, evaluation.interaction)
    kept = act.session.scalars(select(EvaluationHandover)).one()
    assert (kept.marks, kept.summary, kept.reason) == ({}, "", "")
