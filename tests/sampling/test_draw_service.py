"""Draws: what is taken, who is given it, once only, and how far it is."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import EvaluationState
from qa.interactions.kinds import Channel
from qa.people.models import User
from qa.sampling import queries, service
from qa.sampling.models import DrawItem, DrawState, Plan
from qa.sampling.plans import population_of, write_plan
from tests.makers import Makers
from tests.sampling.plan_making import (
    OCTOBER,
    drawn,
    entropy,
    evaluations,
    only,
    plan,
    wish,
)


def test_a_draw_gives_every_agent_what_the_plan_asks(act: Act, make: Makers, team_of_three: list[User]) -> None:
    outcome = service.draw_past(act, plan(make), period=OCTOBER, entropy=entropy())
    draw = outcome.draw
    by_stratum = Counter(item.stratum for item in draw.items)
    assert sorted(by_stratum.values()) == [2, 3, 3]
    assert (outcome.drawn, draw.frame_size, draw.state) == (8, 20, DrawState.DRAWN)
    assert {item.inclusion_probability for item in draw.items} == {3 / 10, 3 / 8, 1.0}
    assert [(short.name, short.eligible, short.wanted) for short in outcome.shortages] == [("Chris", 2, 3)]
    assert "Chris has 2 interactions where 3 were asked; all were taken." in [str(one) for one in outcome.sentences()]
    kept = draw.counts[f"agent-{team_of_three[0].id}"]
    assert (kept["eligible"], kept["wanted"], kept["drawn"]) == (10, 3, 3)
    assert json.loads(draw.canonical_plan)["per_stratum"] == 3


def test_drawn_interactions_are_shared_evenly_and_every_agent_meets_several_reviewers(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    drawn(make, plan(make, reviewers=2, double_percent=0))
    found = evaluations(act)
    assert sorted(Counter(one.reviewer_id for one in found).values()) == [4, 4]
    assert all(one.state is EvaluationState.OPEN for one in found)
    for agent in team_of_three:
        assert len({one.reviewer_id for one in found if one.agent_id == agent.id}) == 2


def test_nobody_is_given_their_own_interactions(act: Act, make: Makers, team_of_three: list[User]) -> None:
    promoted = team_of_three[0]
    promoted.role = Role.REVIEWER
    other = make.user(Role.REVIEWER)
    drawn(make, plan(make, reviewer_ids=(promoted.id, other.id)))
    assert all(one.reviewer_id != one.agent_id for one in evaluations(act))


def test_a_plan_whose_only_reviewer_is_the_agent_is_refused_by_name(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    promoted = team_of_three[0]
    promoted.role = Role.REVIEWER
    with pytest.raises(InvalidError) as refused:
        drawn(make, plan(make, reviewer_ids=(promoted.id,)))
    assert "Anna" in str(refused.value)


def test_two_plans_that_draw_the_same_interaction_give_it_to_different_reviewers(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    shared = tuple(make.user(Role.REVIEWER).id for _ in range(2))
    drawn(make, plan(make, name="One", per_agent=10, reviewer_ids=shared))
    second = service.draw_past(
        act, plan(make, name="Two", per_agent=10, reviewer_ids=shared), period=OCTOBER, entropy=entropy()
    )
    assert second.unassigned == 0
    assert set(Counter(one.interaction_id for one in evaluations(act)).values()) == {2}
    third = service.draw_past(
        act, plan(make, name="Three", per_agent=10, reviewer_ids=shared), period=OCTOBER, entropy=entropy()
    )
    assert third.unassigned == 20
    assert "20 interactions wait for a reviewer" in " ".join(str(one) for one in third.sentences())


def test_a_period_that_is_not_over_is_not_drawn(act: Act, make: Makers) -> None:
    november = plan(make).draws[0]
    with pytest.raises(ConflictError, match="lasts until"):
        service.run(act, november)


def test_a_period_is_drawn_once(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    before = len(draw.items)
    with pytest.raises(ConflictError, match="already made"):
        service.run(act, draw)
    assert act.session.scalar(select(func.count()).select_from(DrawItem)) == before


def test_a_filter_that_matches_nothing_draws_nothing_and_says_so(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    found = plan(make, population=only(channels=(Channel.SOCIAL,)))
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(InvalidError, match="No interaction matches"):
        service.run(act, draw)
    assert draw.state is DrawState.COMMITTED


def test_another_source_of_randomness_draws_others_and_the_same_draws_the_same(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    def picked(name: str, shift: int) -> set[int]:
        source = entropy()
        for _ in range(shift):
            source(32)
        found = write_plan(act, wish(make, name=name))
        draw = service.commit(act, found, period=OCTOBER, entropy=source)
        service.run(act, draw)
        return {item.interaction_id for item in draw.items}

    assert picked("one", 0) == picked("same", 0)
    assert picked("other", 5) != picked("another", 50)


def test_an_agent_sees_the_own_stratum_and_of_others_only_counts(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    agent = team_of_three[1]
    seen = queries.strata(replace(act, actor=agent), draw)
    assert [(one.mine, one.eligible) for one in seen] == [(True, 8), (False, 10), (False, 2)]
    assert [one.name for one in seen] == ["", "", ""]
    assert [bool(one.marks) for one in seen] == [True, False, False]
    assert queries.items(replace(act, actor=agent), draw) == []
    named = queries.strata(act, draw)
    assert [one.name for one in named] == ["Anna", "Bram", "Chris"]
    assert [len(one.marks) for one in named] == [10, 8, 2]


def test_the_drawn_ones_are_the_smallest_numbers_of_the_picture(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    places = [place for _number, place in queries.strata(act, draw)[0].marks]
    assert places == [queries.Place.DRAWN] * 3 + [queries.Place.REST] * 7


def test_progress_counts_what_was_submitted(act: Act, make: Makers, team_of_three: list[User]) -> None:
    found = plan(make)
    draw = drawn(make, found)
    one = evaluations(act)[0]
    one.state, one.submitted_at = EvaluationState.SUBMITTED, datetime(2026, 11, 2, tzinfo=UTC)
    act.session.flush()
    progress = queries.progress(act, [draw])[draw.id]
    assert (progress.drawn, progress.submitted, progress.open) == (8, 1, 7)
    assert len(queries.items(act, draw, shown=queries.Shown.OPEN)) == 7
    assert [line.evaluation for line in queries.items(act, draw, shown=queries.Shown.SUBMITTED)] == [one]
    assert isinstance(found, Plan)
    assert population_of(found) == only()
