"""Whoever judges sees neither score nor claim before the own score is in, by whatever way they look."""

import pytest

from qa.auth.roles import Role
from qa.disputes import judging
from qa.disputes.queries import get_dispute, list_disputes
from qa.errors import NotFoundError
from qa.evaluations.listing import Filters, find_evaluations
from qa.evaluations.marks import Mark
from qa.evaluations.queries import get_evaluation, handed_in
from qa.interactions.queries import get_interaction
from tests.disputes.dispute_making import Case, make_case, scale_criterion
from tests.makers import Makers


@pytest.fixture(params=[Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN])
def case(request: pytest.FixtureRequest, make: Makers) -> Case:
    """A case whose judge has each of the roles that judge."""
    return make_case(make, judge=request.param)


def test_the_judge_sees_the_score_only_after_giving_their_own(case: Case) -> None:
    dispute, act = case.raised(), case.acting(case.judge)
    judging.take_dispute(act, dispute)
    with pytest.raises(NotFoundError):
        get_evaluation(act, case.evaluation.id)
    with pytest.raises(NotFoundError):
        get_dispute(act, dispute.id)
    assert list_disputes(act) == []
    assert find_evaluations(act, Filters(), page=1).rows == ()
    assert handed_in(act, case.agent.id) == []
    assert get_interaction(act, case.evaluation.interaction_id).id == case.evaluation.interaction_id
    case.scored(dispute)
    assert get_evaluation(act, case.evaluation.id).id == case.evaluation.id
    assert get_dispute(act, dispute.id).criteria[0].claim["comment"] == "I did say it."


def test_handing_back_closes_a_conversation_to_a_reviewer_again(make: Makers) -> None:
    case = make_case(make)
    dispute, act = case.raised(), case.acting(case.judge)
    judging.take_dispute(act, dispute)
    judging.hand_back(act, dispute)
    with pytest.raises(NotFoundError):
        get_interaction(act, case.evaluation.interaction_id)


def test_the_first_reviewer_reads_the_dispute_once_it_is_settled(make: Makers) -> None:
    case = make_case(make)
    dispute, act = case.scored(case.raised()), case.acting(case.reviewer)
    with pytest.raises(NotFoundError):
        get_dispute(act, dispute.id)
    case.settled(dispute)
    assert get_dispute(act, dispute.id).id == dispute.id


def test_who_judged_before_is_blind_to_the_evaluation_again(make: Makers) -> None:
    case = make_case(make)
    earlier = case.settled(case.scored(case.raised()))
    criterion = scale_criterion(case)
    lowest = min(criterion.options, key=lambda option: option.value).key
    again = case.raised(claims={criterion.key: Mark(option=lowest, comment="It was worse.")})
    act = case.acting(case.judge)
    judging.take_dispute(act, again)
    assert again.could_have_seen
    assert not earlier.could_have_seen
    for number in (earlier.id, again.id):
        with pytest.raises(NotFoundError):
            get_dispute(act, number)
    with pytest.raises(NotFoundError):
        get_evaluation(act, case.evaluation.id)


def test_others_never_see_a_dispute(make: Makers) -> None:
    case = make_case(make)
    dispute = case.settled(case.scored(case.raised()))
    for user in (make.agent(), make.user(Role.REVIEWER), make.user(Role.SHOPPER)):
        with pytest.raises(NotFoundError):
            get_dispute(case.acting(user), dispute.id)
