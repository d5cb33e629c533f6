"""The planner as supervisors see it: what the past tells, what is stated, and what is asked wrongly."""

from dataclasses import replace
from itertools import pairwise

import pytest

from qa.auth.roles import Role
from qa.cards.service import ensure_shipped
from qa.errors import ForbiddenError
from qa.estimate.planning import Spread, needed_for_difference, needed_for_margin
from qa.insight.past import past_of
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.insight.scene import Scene
from tests.visitor import Visitor
from web.sampling.planner import HEIGHT, WIDTH, curve

STATED = "/samples/planner?card=&mean=85&deviation=12&population=&margin=5&gap=8&n=5"


@pytest.fixture
def supervisor(stored: Stored) -> int:
    with stored() as make:
        ensure_shipped(make.act)
        return make.user(Role.SUPERVISOR).id


def test_what_is_stated_gives_the_numbers_of_the_estimates(supervisor: int, visitor: Visitor) -> None:
    visitor.as_user(supervisor)
    page = words_of(visitor.get(STATED).text)
    spread = Spread(85.0, 12.0)
    assert f"{needed_for_margin(spread, 5.0)} interactions of each agent" in page
    assert f"{needed_for_difference(spread, 8.0)} interactions on each side" in page
    assert "What 5 reviews tell" in page


def test_a_decimal_comma_and_a_small_population_are_understood(supervisor: int, visitor: Visitor) -> None:
    visitor.as_user(supervisor)
    page = words_of(
        visitor.get("/samples/planner?card=&mean=85,5&deviation=12&population=20&margin=2,5&gap=8&n=50").text
    )
    found = needed_for_margin(Spread(85.5, 12.0), 2.5, population=20)
    assert found is not None
    assert found < 20
    assert f"{found} interactions of each agent" in page
    assert "What 20 reviews tell ±0 points" in page


def test_the_past_tells_the_spread_within_agents(stored: Stored) -> None:
    with stored() as make:
        scene = Scene(make)
        agents = [make.agent(name) for name in ("Anna", "Bram", "Cees")]
        scene.draw(agents, eligible=80, each=12)
        for agent, high in zip(agents, (100, 75, 100), strict=True):
            scene.score_all(agent, [high, 50] * 6)
        past = past_of(replace(make.act, actor=scene.supervisor), card="phone-service")
        nothing = past_of(replace(make.act, actor=scene.supervisor), card="chat")
        with pytest.raises(ForbiddenError):
            past_of(replace(make.act, actor=scene.reviewer), card="phone-service")
    assert (past.n, past.agents, past.population) == (36, 3, 80)
    assert past.spread is not None
    assert past.spread.learnt
    assert (nothing.spread, nothing.n, nothing.population) == (None, 0, None)


def test_where_nothing_was_scored_both_must_be_stated(supervisor: int, visitor: Visitor) -> None:
    visitor.as_user(supervisor)
    first = visitor.get("/samples/planner")
    assert first.status_code == 200
    assert "Too little was scored on this card last year (n 0)" in words_of(first.text)
    asked = visitor.get("/samples/planner?card=phone-service&margin=5&gap=8&n=5")
    assert asked.status_code == 422
    assert words_of(asked.text).count("Too little was scored to tell. State it here.") == 4


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("mean=95&deviation=40&margin=5&gap=8&n=5", "With a mean of 95 scores cannot lie farther apart than 21.8."),
        ("mean=abc&deviation=4&margin=5&gap=8&n=5", "“abc” is not a number such as 12 or 12.5."),
        ("mean=95&deviation=4&margin=&gap=8&n=5", "Fill this in."),
        ("mean=95&deviation=4&margin=5&gap=8&n=0", "Give a number from 1 to 10,000."),
        ("mean=NaN&deviation=4&margin=5&gap=8&n=5", "“NaN” is not a number"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(supervisor: int, visitor: Visitor, given: str, told: str) -> None:
    visitor.as_user(supervisor)
    page = visitor.get(f"/samples/planner?card=&{given}")
    assert page.status_code == 422
    assert told in words_of(page.text)


def test_reviewers_and_agents_do_not_plan(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        users = [make.user(Role.REVIEWER).id, make.agent("Anna").id]
    for user in users:
        assert visitor.as_user(user).get(STATED).status_code == 403


def test_the_picture_falls_from_left_to_right_and_marks_what_is_asked() -> None:
    found = curve(Spread(85.0, 12.0), population=None, asked=20)
    places = [tuple(map(float, one.split())) for one in found.path[1:].split("L")]
    assert all(one[0] < two[0] and one[1] <= two[1] for one, two in pairwise(places))
    assert found.asked is not None
    assert found.asked in places
    assert all(0 <= across <= WIDTH and 0 <= down <= HEIGHT for across, down in places)
    assert [n for _place, n in curve(Spread(85.0, 12.0), population=4, asked=4).numbers] == [1, 2, 3, 4]
