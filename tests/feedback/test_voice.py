"""The customer's voice of a coaching report: what was drawn and scored counts, comments are those the agent may read."""

from datetime import timedelta

import pytest

from qa.act import Act
from qa.evaluations.models import EvaluationKind
from qa.feedback.figures import csat_peers
from qa.feedback.queries import peer_answers
from qa.feedback.voice import CustomerVoice, Said, read_said, voice_of_said
from qa.people.models import User
from tests.insight.scene import OCTOBER, Scene
from tests.makers import Makers


def voice(act: Act, agent: User) -> CustomerVoice:
    peers = csat_peers(peer_answers(act, until=OCTOBER.end))
    said = read_said(act, start=OCTOBER.start, end=OCTOBER.end, agent_id=agent.id)
    assert read_said(act, start=OCTOBER.start, end=OCTOBER.end).get(agent.id, Said()) == said.get(agent.id, Said())
    return voice_of_said(said.get(agent.id, Said()), peers=peers)


def test_answers_on_scored_interactions_make_figures_with_their_interval(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    scene.draw([agent], each=7)
    done = scene.score_all(agent, [90] * 6)
    for number, evaluation in enumerate(done[:5]):
        make.answer(evaluation.interaction, csat=4, nps=9, resolved=number > 0, comment=f"Comment {number}")
    make.answer(done[5].interaction, answered_at=None)
    make.answer(scene.open_ones(agent)[0].interaction, csat=1, comment="Of a call that nobody scored")
    found = voice(act, agent)
    assert (found.interactions, found.invited, found.answered) == (6, 6, 5)
    assert found.csat.value == pytest.approx(75)
    assert found.csat.low is not None
    assert found.csat.low < 75
    assert (found.csat.n, found.csat.population) == (5, 6)
    assert found.resolved.value == pytest.approx(80)
    assert found.nps.value == pytest.approx(100)
    assert [one.comment for one in found.comments] == ["Comment 4", "Comment 3", "Comment 2"]
    assert found.comments[0].interaction_id == done[4].interaction_id
    assert found.comments[0].happened_at == done[4].interaction.started_at
    assert (found.comments[0].csat_given, found.comments[0].csat_highest) == ("4", 5)


def test_what_was_picked_for_its_rating_is_in_no_figure(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    scene.draw([agent], each=5)
    for evaluation in scene.score_all(agent, [90] * 5):
        make.answer(evaluation.interaction, csat=5)
    picked = make.interaction(agent=agent, started_at=OCTOBER.start + timedelta(days=2))
    make.transcript(picked)
    make.answer(picked, csat=1, comment="I am very angry.")
    scene.submit(scene.assign(picked, kind=EvaluationKind.TARGETED), 10)
    found = voice(act, agent)
    assert found.csat.value == pytest.approx(100)
    assert (found.csat.n, found.interactions) == (5, 5)
    assert [one.comment for one in found.comments] == ["I am very angry."]


def test_a_comment_on_what_was_not_released_is_not_told(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    scene.draw([agent], each=1)
    [evaluation] = scene.score_all(agent, [90], released=False)
    make.answer(evaluation.interaction, csat=5, comment="Thank you")
    found = voice(act, agent)
    assert found.comments == ()
    assert found.csat.too_few


def test_one_customer_who_answered_twice_counts_once_with_the_newest(act: Act, make: Makers) -> None:
    scene, agent = Scene(make), make.agent()
    scene.draw([agent], each=5)
    for evaluation in scene.score_all(agent, [90] * 5):
        call = evaluation.interaction
        make.answer(call, csat=1, answered_at=call.started_at + timedelta(hours=1))
        make.answer(call, csat=5, answered_at=call.started_at + timedelta(hours=2))
        make.answer(call, answered_at=None)
    found = voice(act, agent)
    assert (found.invited, found.answered, found.csat.n) == (5, 5, 5)
    assert found.csat.value == pytest.approx(100)


def test_without_answers_there_is_nothing_to_tell(act: Act, make: Makers) -> None:
    found = voice(act, make.agent())
    assert not found.any_answer
    assert found.csat.value is None


def test_what_is_read_of_all_agents_at_once_is_what_is_read_of_each(act: Act, make: Makers) -> None:
    scene, agents = Scene(make), [make.agent(), make.agent(), make.agent()]
    scene.draw(agents, each=5)
    for place, agent in enumerate(agents[:2]):
        for number, evaluation in enumerate(scene.score_all(agent, [80] * 5)):
            make.answer(evaluation.interaction, csat=1 + (number + place) % 5, comment=f"{place}: {number}")
    own = scene.open_ones(agents[2])[0]
    make.answer(own.interaction, csat=1, comment="Not scored yet")
    together = read_said(act, start=OCTOBER.start, end=OCTOBER.end)
    apart = {
        agent.id: said
        for agent in agents
        for said in read_said(act, start=OCTOBER.start, end=OCTOBER.end, agent_id=agent.id).values()
    }
    assert together == apart
    assert sorted(together) == sorted(agent.id for agent in agents[:2])
