"""Figures of agents from plans that divide by something else, or spread over the period: N is what the agent handled."""

import pytest

from qa.auth.roles import Role
from qa.insight.figures import sample_figure
from qa.insight.past import past_of
from qa.insight.queries import newest_stretch, read_sample
from qa.insight.stretch import stretch_of
from qa.people.models import User
from qa.sampling.division import Allocation, Division
from qa.sampling.models import Draw
from qa.sampling.period import Anchor, parse_period
from qa.sampling.strata import Dimension
from tests.insight.scene import OCTOBER, ZONE, Scene
from tests.makers import Makers
from tests.sampling.plan_making import calls, drawn, plan


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


@pytest.fixture
def agents(make: Makers) -> list[User]:
    team = make.team("Invoices")
    found = [make.agent(name, team=team) for name in ("Anna", "Bram")]
    for agent, number in zip(found, (30, 12), strict=True):
        calls(make, agent, number)
    return found


def drawn_by(scene: Scene, design: Division, **values: object) -> Draw:
    given = {"reviewer_ids": (scene.reviewer.id,), "scorecard_id": scene.version.scorecard_id, **values}
    return drawn(scene.make, plan(scene.make, per_agent=design.each, design=design, double_percent=0, **given))


def test_an_agent_in_a_plan_by_team_is_told_the_own_number_of_interactions(scene: Scene, agents: list[User]) -> None:
    draw = drawn_by(scene, Division(strata=(Dimension.TEAM,), allocation=Allocation.PROPORTIONAL, total=14))
    mine = [item for item in draw.items if item.interaction.agent_id == agents[0].id]
    scene.score_all(agents[0], [100, 50] * 7)
    sample = read_sample(scene.make.act, stretch_of(OCTOBER), agent_id=agents[0].id)
    figure = sample_figure(sample, peers={})
    assert (figure.n, figure.population) == (len(mine), 30)
    assert {frame.eligible for frame in sample.frames} == {30}


def test_a_spread_draw_is_one_stratum_of_the_agent_again(scene: Scene, agents: list[User]) -> None:
    drawn_by(scene, Division(each=6, parts=4))
    for agent in agents:
        scene.score_all(agent, [100, 50] * 3)
    sample = read_sample(scene.make.act, stretch_of(OCTOBER))
    assert {(frame.stratum, frame.eligible, frame.drawn) for frame in sample.frames} == {
        (f"agent-{agents[0].id}", 30, 6),
        (f"agent-{agents[1].id}", 12, 6),
    }
    assert sample_figure(sample, peers={}).population == 42
    assert past_of(scene.make.act, card="phone-service").population == 21


def test_a_plan_whose_months_begin_on_a_weekday_is_read_by_its_own_months(scene: Scene, agents: list[User]) -> None:
    found = plan(
        scene.make,
        per_agent=2,
        anchor=Anchor(4, 3),
        reviewer_ids=(scene.make.user(Role.REVIEWER).id, scene.reviewer.id),
        scorecard_id=scene.version.scorecard_id,
    )
    period = parse_period("2026-09-4THU", zone=ZONE)
    drawn(scene.make, found, period=period)
    for evaluation in scene.open_ones(agents[0]):
        if evaluation.reviewer_id == scene.reviewer.id and evaluation.probe is None:
            scene.submit(evaluation)
    assert newest_stretch(scene.make.act, zone=ZONE) == stretch_of(period)
