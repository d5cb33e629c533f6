"""An agent in a plan that was stratified otherwise: what the figure speaks for, and that its interval holds the truth."""

import random
from datetime import timedelta

import pytest

from qa.act import Act
from qa.estimate.intervals import Peers, peers_of
from qa.estimate.means import from_moments
from qa.insight.figures import Frame, Sample, Scored, design_factor, sample_figure
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.people.models import User
from qa.sampling.models import Draw, DrawItem
from tests.insight.scene import OCTOBER, Scene
from tests.makers import Makers

WHOLE = stretch_of(OCTOBER)


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


def stratified_by_team(scene: Scene, agents: dict[User, int], *, eligible: int, stratum: str) -> Draw:
    """A draw of so many calls of each agent, all of one stratum."""
    draw = scene.draw([], plan=f"Calls of {stratum}")
    draw.counts = {stratum: {"eligible": eligible, "wanted": sum(agents.values()), "drawn": sum(agents.values())}}
    session, position = scene.make.act.session, 0
    for agent, number in agents.items():
        for _ in range(number):
            position += 1
            call = scene.make.interaction(agent=agent, started_at=WHOLE.start + timedelta(days=position % 27, hours=9))
            item = DrawItem(
                draw_id=draw.id,
                interaction_id=call.id,
                position=position,
                stratum=stratum,
                u=str(position),
                inclusion_probability=sum(agents.values()) / eligible,
            )
            session.add(item)
            session.flush()
            scene.assign(call, item=item)
    return draw


def test_an_agent_in_a_stratum_of_the_team_does_not_speak_for_all_of_it(act: Act, make: Makers, scene: Scene) -> None:
    one, other = make.agent(), make.agent()
    draw = stratified_by_team(scene, {one: 6, other: 9}, eligible=150, stratum="team-1")
    scene.score_all(one, [100, 75, 100, 50, 100, 75])
    scene.score_all(other, [50] * 9)

    alone, of_all = read_sample(act, WHOLE, agent_id=one.id), read_sample(act, WHOLE)
    figure = sample_figure(alone, peers={})

    assert [(frame.drawn, frame.drawn_of_all, frame.eligible, frame.own) for frame in alone.frames] == [
        (6, 15, 150, False)
    ]
    assert figure == sample_figure(of_all.of_agent(one.id), peers={})
    assert (figure.n, figure.population, figure.draw_ids) == (6, None, (draw.id,))
    # Six of fifteen of 150: about sixty calls are this agent's, of which a tenth was seen.
    assert design_factor(alone) == pytest.approx((1 - 6 / 60) / 6)
    everyone = sample_figure(of_all, peers={})
    assert (everyone.n, everyone.population) == (15, 150)


def test_a_stratum_of_one_agent_is_counted_as_before(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], eligible=80, each=6)
    scene.score_all(agent, [100, 75, 100, 50, 100, 75])
    sample = read_sample(act, WHOLE, agent_id=agent.id)
    assert [frame.own for frame in sample.frames] == [True]
    assert sample_figure(sample, peers={}).population == 80


def test_the_design_is_that_of_the_textbook_where_strata_are_whole() -> None:
    strata = [(80.0, 100.0, 10, 100), (90.0, 100.0, 20, 300)]
    scored, frames = [], []
    for stratum, (mean, _variance, n, population) in enumerate(strata):
        frames.append(Frame(1, str(stratum), stratum, None, population, n, WHOLE.start, WHOLE.end))
        scored += [
            Scored(100 * stratum + at, at, stratum, None, 1, str(stratum), "card", WHOLE.start, mean) for at in range(n)
        ]
    factor = design_factor(Sample(WHOLE, tuple(scored), tuple(frames)))
    assert factor is not None
    assert 100.0 * factor == pytest.approx(from_moments(strata).standard_error ** 2)
    assert design_factor(Sample(WHOLE, (), ())) is None


def test_flawless_scores_of_two_draws_have_the_interval_of_one() -> None:
    def flawless(*sizes: int) -> Sample:
        frames = [
            Frame(draw, "agent-7", 7, None, 20 * n, n, WHOLE.start, WHOLE.end) for draw, n in enumerate(sizes, start=1)
        ]
        scored = [
            Scored(100 * draw + at, at, 7, None, draw, "agent-7", "card", WHOLE.start, 100.0)
            for draw, n in enumerate(sizes, start=1)
            for at in range(n)
        ]
        return Sample(WHOLE, tuple(scored), tuple(frames))

    peers = {"card": Peers(0.9, 0.02, 6.0)}
    one, two = (sample_figure(flawless(*sizes), peers=peers) for sizes in ((12,), (6, 6)))
    assert (two.value, two.high, two.n, two.population) == (100.0, 100.0, 12, 240)
    assert two.low == pytest.approx(one.low)


def test_the_interval_of_a_domain_holds_the_truth_as_often_as_it_says() -> None:
    dice = random.Random(8)
    # Three teams' strata; an agent who works in all of them, worse in the largest.
    calls = [
        [(min(100.0, max(0.0, dice.gauss(level, 12))), dice.random() < share) for _ in range(size)]
        for level, share, size in ((85.0, 0.3, 200), (70.0, 0.2, 400), (90.0, 0.5, 100))
    ]
    own = [score for stratum in calls for score, mine in stratum if mine]
    truth = sum(own) / len(own)
    peers = {"card": peers_of([[score for score, _ in stratum] for stratum in calls])}
    held, total, rounds = 0, 0.0, 500
    for _ in range(rounds):
        scored, frames = [], []
        for place, stratum in enumerate(calls):
            drawn = dice.sample(stratum, 30)
            mine = [score for score, inside in drawn if inside]
            if not mine:
                continue
            frames.append(
                Frame(1, str(place), 7, None, len(stratum), len(mine), WHOLE.start, WHOLE.end, drawn_of_all=30)
            )
            scored += [
                Scored(100 * place + at, at, 7, None, 1, str(place), "card", WHOLE.start, score)
                for at, score in enumerate(mine)
            ]
        figure = sample_figure(Sample(WHOLE, tuple(scored), tuple(frames)), peers=peers)
        held += (figure.low or 0) <= truth <= (figure.high or 0)
        total += figure.value or 0
    assert total / rounds == pytest.approx(truth, abs=0.4)
    assert 0.925 <= held / rounds <= 0.99
