"""Who reads what customers answered, and when: never before one's own score is in."""

from dataclasses import replace

from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.models import Dispute, DisputeState
from qa.evaluations.models import EvaluationKind
from qa.feedback.queries import answers_on
from qa.interactions.models import Interaction
from qa.people.models import User
from tests.insight.scene import Scene
from tests.makers import Makers


def sees(act: Act, who: User, interaction_id: int) -> bool:
    act.session.flush()
    return bool(answers_on(replace(act, actor=who), interaction_id))


def test_reviewers_and_agents_read_answers_only_after_the_score(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    call = make.interaction(agent=agent)
    make.transcript(call)
    make.answer(call, csat=1)
    evaluation = scene.assign(call, kind=EvaluationKind.TARGETED)
    assert sees(act, scene.supervisor, call.id)
    assert not sees(act, scene.reviewer, call.id)
    assert not sees(act, agent, call.id)
    scene.submit(evaluation, released=False)
    assert sees(act, scene.reviewer, call.id)
    assert not sees(act, agent, call.id)
    scene.submit(scene.assign(_other(make, agent)), released=True)
    assert not sees(act, agent, call.id)
    other = make.agent()
    assert not sees(act, other, call.id)
    assert not sees(act, make.user(Role.REVIEWER), call.id)
    assert not sees(act, make.user(Role.SHOPPER), call.id)


def _other(make: Makers, agent: User) -> Interaction:
    call = make.interaction(agent=agent)
    make.transcript(call)
    return call


def test_who_judges_a_dispute_blind_does_not_read_them_first_whatever_the_role(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    call = _other(make, agent)
    make.answer(call, csat=1)
    evaluation = scene.submit(scene.assign(call))
    assert sees(act, agent, call.id)
    judge = make.user(Role.SUPERVISOR)
    act.session.add(
        Dispute(
            evaluation_id=evaluation.id,
            against=1,
            agent_id=agent.id,
            reviewer_id=scene.reviewer.id,
            state=DisputeState.OPEN,
            judge_id=judge.id,
            taken_at=act.now,
            raised_at=act.now,
        )
    )
    assert not sees(act, judge, call.id)
    assert sees(act, scene.supervisor, call.id)
