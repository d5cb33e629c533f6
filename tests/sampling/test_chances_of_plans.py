"""Unequal chances and rolling draws go only with plans that draw the same number of each agent."""

import json
from dataclasses import replace

import pytest

from qa.act import Act
from qa.errors import InvalidError
from qa.i18n import Language, say
from qa.sampling import service
from qa.sampling.chance_design import EQUAL
from qa.sampling.chance_design import Design as Chances
from qa.sampling.division import BY_AGENT, Allocation, Division
from qa.sampling.plan_design import divided_sentences, drawn_sentence
from qa.sampling.risk import Factor
from qa.sampling.strata import Dimension
from tests.makers import Makers
from tests.sampling.plan_making import calls, differences, drawn, only, plan, wish

UNEQUAL = {
    "Unequal chances go only with the same number of each agent": Chances({Factor.LONG: 3}),
    "Drawing as days pass goes only with the same number of each agent": Chances(share_bp=5_000),
}
OTHERS = [
    Division((Dimension.TEAM,)),
    Division((Dimension.AGENT, Dimension.CHANNEL)),
    Division(allocation=Allocation.SHARE),
    Division(allocation=Allocation.BUDGET),
    Division(parts=4),
    Division(fill="agent-1"),
]


@pytest.mark.parametrize("design", OTHERS)
@pytest.mark.parametrize(("reason", "chances"), UNEQUAL.items())
def test_a_plan_that_does_more_keeps_equal_chances(
    act: Act, make: Makers, design: Division, reason: str, chances: Chances
) -> None:
    found = plan(make, design=design)
    with pytest.raises(InvalidError, match=reason) as refused:
        service.design_plan(act, found, chances)
    assert refused.value.field == "design"
    assert (found.rolling_bp, found.risk_points) == (None, {})
    service.design_plan(act, found, EQUAL)


@pytest.mark.parametrize("design", OTHERS)
@pytest.mark.parametrize(("reason", "chances"), UNEQUAL.items())
def test_a_plan_with_unequal_chances_is_changed_to_nothing_more(
    act: Act, make: Makers, design: Division, reason: str, chances: Chances
) -> None:
    wanted = wish(make)
    found = service.make_plan(act, wanted, entropy=bytes)
    service.design_plan(act, found, chances)
    with pytest.raises(InvalidError, match=reason) as refused, act.session.begin_nested():
        service.change_plan(act, found, replace(wanted, design=design))
    assert refused.value.field == "strata"
    assert service.change_plan(act, found, replace(wanted, per_agent=4, design=BY_AGENT)).per_agent == 4


@pytest.mark.parametrize("left_out", ["not_evaluated", "not_held"])
def test_a_rolling_plan_cannot_leave_out_what_changes(act: Act, make: Makers, left_out: str) -> None:
    found = plan(make, population=only(**{left_out: True}))
    with pytest.raises(InvalidError, match="must not depend on the day") as refused:
        service.design_plan(act, found, Chances(share_bp=5_000))
    assert refused.value.field == "design"
    service.design_plan(act, found, Chances({Factor.LONG: 3}))
    wanted = wish(make, name="Other")
    other = service.make_plan(act, wanted, entropy=bytes)
    service.design_plan(act, other, Chances(share_bp=5_000))
    with pytest.raises(InvalidError, match="must not depend on the day") as refused, act.session.begin_nested():
        service.change_plan(act, other, replace(wanted, population=only(**{left_out: True})))
    assert refused.value.field == left_out


def test_a_rolling_plan_says_its_share_and_no_number(act: Act, make: Makers) -> None:
    found = plan(make)
    assert "3 interactions of each agent are drawn." in say(drawn_sentence(found), Language.EN)
    service.design_plan(act, found, Chances(share_bp=250))
    told = [say(sentence, Language.NL) for sentence in divided_sentences(act, found)]
    assert told[0] == "2,5 % van alle interacties wordt doorlopend opgenomen."
    assert not any("interacties van elke medewerker" in sentence for sentence in told)


@pytest.mark.parametrize("design", [BY_AGENT, Division((Dimension.TEAM,)), Division(parts=3)])
def test_draws_of_every_kind_are_kept_with_their_allocation_and_verify(
    act: Act, make: Makers, design: Division
) -> None:
    for agent in (make.agent(), make.agent()):
        calls(make, agent, 12)
    draw = drawn(make, plan(make, design=design))
    service.reveal(act, draw)
    assert json.loads(draw.canonical_plan)["allocation"]["rule"] == "each"
    assert "weights" not in json.dumps(draw.counts)
    assert differences(act, draw) == ""


def test_a_risk_draw_has_its_allocation_in_the_record_too(act: Act, make: Makers) -> None:
    calls(make, make.agent(), 12)
    found = plan(make)
    service.design_plan(act, found, Chances({Factor.SHORT: 3}))
    draw = drawn(make, found)
    service.reveal(act, draw)
    kept = json.loads(draw.canonical_plan)
    assert (kept["design"], kept["allocation"]["each"]) == ("risk", 3)
    assert differences(act, draw) == ""
