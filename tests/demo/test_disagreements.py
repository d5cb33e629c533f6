"""The demo shows disputes and an agent's own score, made once however often the demo is started."""

from dataclasses import replace

import pytest

from qa.auth.roles import Role
from qa.demo.company import manifest
from qa.demo.disagreement import make_disagreements
from qa.disputes.models import Decision, Dispute, DisputeState
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.service import release, submit_evaluation
from qa.people.models import User
from qa.self_evaluations.models import SelfEvaluation, SelfState
from tests.evaluations.desk_making import make_desk
from tests.evaluations.test_evaluation_service import best
from tests.makers import Makers


@pytest.fixture
def past(make: Makers) -> Makers:
    """Four scored conversations, of which the last waits for its release."""
    supervisor = make.user(Role.SUPERVISOR)
    make.user(Role.REVIEWER)
    references = [str(agent["reference"]) for agent in manifest()["agents"]]
    for number in range(4):
        agent = make.agent(reference=references[number])
        desk = make_desk(make, reviewer=make.user(Role.REVIEWER), interaction=make.interaction(agent=agent))
        evaluation = make.act.session.get_one(Evaluation, desk.id)
        marks = best(desk.card)
        key = next(
            one.key for _section, one in desk.card.criteria() if one.comment_below is None and len(one.options) > 2
        )
        criterion = desk.card.criterion(key)
        assert criterion is not None
        marks[key] = replace(marks[key], option=sorted(criterion.options, key=lambda one: one.value)[-2].key)
        mine = replace(make.act, actor=make.act.session.get_one(User, desk.reviewer_id))
        submit_evaluation(mine, evaluation, marks=marks, summary="", revision=evaluation.revision)
        if number < 3:
            release(replace(make.act, actor=supervisor), evaluation)
    return make


def test_one_dispute_waits_two_are_decided_and_an_agent_scored_too(past: Makers) -> None:
    for _start in range(2):
        make_disagreements(past.act)
    found = past.act.session.query(Dispute).order_by(Dispute.id).all()
    assert [(one.state, one.outcome) for one in found] == [
        (DisputeState.OPEN, None),
        (DisputeState.SETTLED, Decision.ACCEPTED),
        (DisputeState.SETTLED, Decision.REJECTED),
    ]
    (own,) = past.act.session.query(SelfEvaluation).all()
    assert own.state is SelfState.SUBMITTED
    assert past.act.session.get_one(Evaluation, own.evaluation_id).state is EvaluationState.SUBMITTED
