"""Plans: what they promise, what is refused, and who may make them."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.people.models import User, UserState
from qa.sampling import service
from qa.sampling.commitment import commit
from qa.sampling.models import Draw
from qa.sampling.plans import period_of_draw
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, drawn, entropy, only, plan, wish


def test_a_new_plan_promises_the_present_and_the_next_period(make: Makers) -> None:
    promised = plan(make).draws
    assert [period_of_draw(draw).code for draw in promised] == ["2026-11", "2026-12"]
    assert promised[0].promised_late
    assert not promised[1].promised_late
    for draw in promised:
        assert draw.commitment == commit(bytes.fromhex(draw.seed))
        assert draw.salt_commitment == commit(bytes.fromhex(draw.salt))
        assert draw.shown_seed == ""


def test_promising_twice_gives_the_same_draw(act: Act, make: Makers) -> None:
    found = plan(make)
    first = service.commit(act, found, period=OCTOBER, entropy=entropy())
    assert service.commit(act, found, period=OCTOBER, entropy=entropy()) is first
    again = service.promise(act, found, entropy=entropy())
    assert [period_of_draw(draw).code for draw in again] == ["2026-11", "2026-12"]
    assert act.session.scalar(select(func.count()).select_from(Draw)) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"per_agent": 0}, "per_agent"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"reviewer_ids": ()}, "reviewers"),
        ({"population": only(min_duration_ms=60_000, max_duration_ms=30_000)}, "max_duration"),
        ({"population": only(team_ids=(999_999,))}, "teams"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    act: Act, make: Makers, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        service.make_plan(act, replace(wish(make), **values), entropy=entropy())  # type: ignore[arg-type]
    assert refused.value.field == field


def test_somebody_who_left_cannot_be_a_reviewer(act: Act, make: Makers) -> None:
    gone = make.user(Role.REVIEWER, name="Gone", state=UserState.LEFT)
    with pytest.raises(InvalidError, match="Gone is not a reviewer"):
        service.make_plan(act, wish(make, reviewer_ids=(gone.id,)), entropy=entropy())


def test_two_plans_cannot_have_one_name(act: Act, make: Makers) -> None:
    plan(make, name="Monthly")
    with pytest.raises(InvalidError):
        service.make_plan(act, wish(make, name="monthly "), entropy=entropy())


def test_the_periods_of_a_plan_stay_once_draws_are_promised(act: Act, make: Makers) -> None:
    found = plan(make)
    with pytest.raises(InvalidError, match="promised"):
        service.change_plan(act, found, wish(make, time_zone="Europe/London"))
    service.change_plan(act, found, wish(make, per_agent=5, reviewers=1))
    assert (found.per_agent, len(found.reviewers)) == (5, 1)


def test_a_stopped_plan_draws_no_more_until_it_is_started_again(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    found = plan(make)
    service.stop_plan(act, found)
    with pytest.raises(ConflictError, match="stopped"):
        drawn(make, found)
    service.resume_plan(act, found)
    assert drawn(make, found).drawn_at == act.now


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER])
def test_only_supervisors_plan_and_draw(act: Act, make: Makers, team_of_three: list[User], role: Role) -> None:
    found = plan(make)
    other = replace(act, actor=make.user(role))
    with pytest.raises(ForbiddenError):
        service.make_plan(other, wish(make, name="Mine"), entropy=entropy())
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(ForbiddenError):
        service.run(other, draw)
    service.run(act, draw)
    with pytest.raises(ForbiddenError):
        service.reveal(other, draw)
