"""Evaluations that their plan holds until a review meeting, and their release together."""

import os
from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.auth.roles import Role
from qa.errors import ForbiddenError
from qa.evaluations.meeting import waiting_for_meeting
from qa.evaluations.models import Evaluation, EvaluationState
from qa.sampling.service import draw_past, make_plan
from tests.calibration.comparing import doubled_draw, pairs, submit
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, wish
from tests.visitor import Visitor


def drawn(make: Makers, *, name: str, held: bool, each: int = 2) -> list[Evaluation]:
    """Draw calls of a new agent and submit them, where evaluations are shown at once."""
    agent = make.agent()
    agent.team_id = make.team(name).id
    calls(make, agent, each)
    made = make_plan(
        make.act, wish(make, name=name, per_agent=each, double_percent=0, held_for_meeting=held), entropy=os.urandom
    )
    draw = draw_past(make.act, made, period=OCTOBER, entropy=os.urandom).draw
    numbers = [item.id for item in draw.items]
    found = list(make.act.session.scalars(select(Evaluation).where(Evaluation.draw_item_id.in_(numbers))))
    for evaluation in found:
        submit(at_once(make), evaluation)
    return found


def at_once(make: Makers) -> Makers:
    return Makers(replace(make.act, settings=replace(make.act.settings, release_at_once=True)))


@pytest.mark.parametrize(("held", "state"), [(True, EvaluationState.SUBMITTED), (False, EvaluationState.RELEASED)])
def test_a_plan_holds_what_the_setting_would_show_at_once(make: Makers, held: bool, state: EvaluationState) -> None:
    found = drawn(make, name="Monthly", held=held)
    assert {one.state for one in found} == {state}
    waiting = waiting_for_meeting(make.act)
    assert [(one.plan.name, len(one.evaluations)) for one in waiting] == ([("Monthly", 2)] if held else [])
    with pytest.raises(ForbiddenError):
        waiting_for_meeting(replace(make.act, actor=make.user(Role.REVIEWER)))


def test_a_second_score_is_never_shown_where_evaluations_are_shown_at_once(make: Makers) -> None:
    doubled_draw(make, agents=1, each=2, percent=100)
    pair = pairs(make)[0]
    submit(at_once(make), pair.first)
    submit(at_once(make), pair.second)
    assert (pair.first.state, pair.second.state) == (EvaluationState.RELEASED, EvaluationState.SUBMITTED)


def test_what_was_held_is_released_together_on_one_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        found = drawn(make, name="Monthly", held=True)
        supervisor, plan_id = make.user(Role.SUPERVISOR).id, found[0].draw_item.draw.plan_id  # type: ignore[union-attr]
        ids, agent = [one.id for one in found], found[0].agent_id
    page = visitor.as_user(supervisor)
    assert "held until the review meeting" in words_of(page.get(f"/samples/{plan_id}").text)
    shown = page.get("/evaluations/meeting").text
    assert "Monthly" in words_of(shown)
    assert all(f'value="{number}"' in shown for number in ids)
    answer = page.post(
        "/evaluations/release", {"evaluation": [str(one) for one in ids], "next": "/evaluations/meeting"}
    )
    assert answer.headers["Location"] == "/evaluations/meeting"
    after = words_of(page.get("/evaluations/meeting").text)
    assert "2 evaluations were released." in after
    assert "Nothing waits for a review meeting" in after
    with stored() as make:
        states = {make.act.session.get_one(Evaluation, number).state for number in ids}
    assert states == {EvaluationState.RELEASED}
    assert Visitor(page.app).as_user(agent).get("/evaluations/meeting").status_code == 403


def test_a_plan_says_on_its_form_that_it_holds(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        made = make_plan(make.act, wish(make), entropy=os.urandom)
        supervisor, path = make.user(Role.SUPERVISOR).id, f"/samples/{made.id}"
        form = {
            "name": made.name,
            "purpose": made.purpose.value,
            "per_agent": "3",
            "double_percent": "0",
            "period": made.period.value,
            "time_zone": made.time_zone,
            "card": str(made.scorecard_id),
            "reviewers": [str(one.user_id) for one in made.reviewers],
        }
    page = visitor.as_user(supervisor)
    assert page.post(f"{path}/edit", {**form, "held_for_meeting": "y"}).status_code == 303
    assert "held until the review meeting" in words_of(page.get(path).text)
    assert page.post(f"{path}/edit", form).status_code == 303
    assert "held until the review meeting" not in words_of(page.get(path).text)
