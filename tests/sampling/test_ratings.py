"""Plans that go by what customers rated: who takes part, what the record says, and that older records stay as they were."""

from dataclasses import replace

import pytest

from qa.act import Act
from qa.errors import InvalidError
from qa.i18n import Language, say
from qa.interactions.models import Interaction
from qa.sampling import service
from qa.sampling.chance_design import Design as Chances
from qa.sampling.frame import frame
from qa.sampling.plans import population_of
from qa.sampling.told import population_sentences
from tests.makers import Makers
from tests.sampling.plan_making import IN_OCTOBER, OCTOBER, ZONE, drawn, only, plan, wish


def rated_calls(make: Makers) -> list[Interaction]:
    """Calls that were rated 1 to 5, one whose customer is silent and one whose customer was not asked."""
    agent = make.agent()
    calls = [make.interaction(agent=agent, started_at=IN_OCTOBER) for _ in range(7)]
    for csat, call in enumerate(calls[:5], start=1):
        make.answer(call, csat=csat)
    make.answer(calls[5], answered_at=None)
    return calls


@pytest.mark.parametrize(
    ("bounds", "places"),
    [((None, 25), [0, 1]), ((50, None), [2, 3, 4]), ((25, 50), [1, 2]), ((0, 100), [0, 1, 2, 3, 4])],
)
def test_only_what_was_rated_so_takes_part(
    act: Act, make: Makers, bounds: tuple[int | None, int | None], places: list[int]
) -> None:
    calls = rated_calls(make)
    found = plan(make, population=only(min_csat=bounds[0], max_csat=bounds[1]))
    keys = {key for key, _stratum in frame(act, population_of(found), period=OCTOBER)}
    assert keys == {calls[place].stable_key for place in places}
    [told] = population_sentences(act, population_of(found), zone=ZONE)
    assert "nothing of interactions on which nobody answered" in say(told, Language.EN)
    assert "waarover niemand antwoordde" in say(told, Language.NL)


def test_the_draw_verifies_also_after_more_answers_came(act: Act, make: Makers) -> None:
    calls = rated_calls(make)
    draw = drawn(make, plan(make, per_agent=2, population=only(max_csat=50)))
    assert draw.canonical_plan
    assert '"max_csat"' in draw.canonical_plan
    assert "min_csat" not in draw.canonical_plan
    service.reveal(act, draw)
    make.answer(calls[6], csat=1)
    assert all(one.agrees for one in service.verify(act, draw).findings)


def test_a_plan_without_ratings_is_written_as_before(act: Act, make: Makers) -> None:
    rated_calls(make)
    draw = drawn(make, plan(make))
    assert draw.canonical_plan
    assert "csat" not in draw.canonical_plan


def test_bounds_that_cannot_be_are_refused_and_days_that_pass_cannot_go_by_ratings(act: Act, make: Makers) -> None:
    wanted = wish(make)
    found = service.make_plan(act, wanted, entropy=bytes)
    for bounds, field in (({"min_csat": 60, "max_csat": 40}, "max_csat"), ({"min_csat": 101}, "min_csat")):
        with pytest.raises(InvalidError) as refused, act.session.begin_nested():
            service.change_plan(act, found, replace(wanted, population=only(**bounds)))
        assert refused.value.field == field
    service.change_plan(act, found, replace(wanted, population=only(max_csat=25)))
    with pytest.raises(InvalidError, match="answers come later"):
        service.design_plan(act, found, Chances(share_bp=5_000))
