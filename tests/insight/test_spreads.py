"""How scores spread is kept: the same as the scores tell, counted anew where they changed, and read in one query."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from qa.act import Act
from qa.insight import peers
from qa.insight.figures import sample_figure
from qa.insight.keeping import changed_draws
from qa.insight.models import PeerSpread
from qa.insight.queries import read_sample
from qa.insight.spreads import due_spreads, keep_spreads, learn_spreads, spreads_of
from qa.insight.stretch import Stretch, stretch_of
from qa.people.models import User
from tests.insight.scene import OCTOBER, SEPTEMBER, Scene
from tests.insight.test_board import counted
from tests.makers import Makers

WHOLE = stretch_of(OCTOBER)


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


@pytest.fixture
def agents(make: Makers, scene: Scene) -> list[User]:
    """Eight agents, with six scores each in October."""
    found = [make.agent() for _ in range(8)]
    scene.draw(found, each=8)
    for place, agent in enumerate(found):
        scene.score_all(agent, [100, 75, 100, 50, 75, 25 * (place % 5)])
    return found


def kept(act: Act) -> int:
    """Keep what is due, as the hourly job does; returns how many ends that were."""
    due = due_spreads(act, changed_draws(act))
    for stretch in due:
        keep_spreads(act, stretch, learn_spreads(act, stretch, sections=True))
    return len(due)


def test_what_was_kept_says_the_same_as_the_scores(act: Act, agents: list[User]) -> None:
    from_scores = spreads_of(act, WHOLE, sections=True)
    assert from_scores.of()["phone-service"] is not None
    assert from_scores.of_section("courtesy")["phone-service"] is not None
    assert from_scores.bases["phone-service"] is not None
    kept(act)
    assert spreads_of(act, WHOLE) == from_scores


def test_an_interval_does_not_change_when_it_is_kept(act: Act, agents: list[User]) -> None:
    own = read_sample(act, WHOLE, agent_id=agents[0].id)
    before = sample_figure(own, peers=spreads_of(act, WHOLE).of())
    kept(act)
    assert sample_figure(own, peers=spreads_of(act, WHOLE).of()) == before


def test_what_is_kept_is_read_in_one_query_and_no_score_is_looked_at(
    act: Act, agents: list[User], engine: Engine
) -> None:
    kept(act)
    with counted(engine) as seen:
        spreads_of(act, WHOLE, sections=True)
    assert len(seen) == 1
    assert "evaluations" not in seen[0]


def test_only_ends_that_a_changed_draw_can_reach_are_counted_anew(act: Act, scene: Scene, agents: list[User]) -> None:
    first = kept(act)
    assert act.session.scalar(select(func.count()).select_from(PeerSpread)) == first
    assert due_spreads(act, []) == []
    again = due_spreads(act, [scene.draw([agents[0]], plan="More calls", each=5).id])
    assert again
    assert all(stretch.end > OCTOBER.start - peers.AFTERWARDS for stretch in again)
    assert len(again) < first
    assert any(stretch.end == SEPTEMBER.end for stretch in again)


def test_a_period_nobody_kept_is_learnt_as_the_page_opens(act: Act, agents: list[User]) -> None:
    kept(act)
    odd = Stretch(WHOLE.first, WHOLE.last - timedelta(days=2), WHOLE.zone)
    assert act.session.scalar(select(PeerSpread).where(PeerSpread.until == odd.end)) is None
    assert spreads_of(act, odd).of()["phone-service"] is not None
    assert set(spreads_of(act, odd).subjects) == {"total"}
