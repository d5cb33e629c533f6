"""Handing out a draw: by goals and what waits, over the periods, around absences, and so that it can be redone."""

from collections import Counter

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError
from qa.evaluations.models import EvaluationKind
from qa.evaluations.service import assign as give
from qa.people.models import UserState
from qa.sampling import service
from qa.sampling.handed import groups_of, handed, told_groups
from qa.sampling.handout import hand_out_waiting, nobody_there, without_reviewer
from qa.sampling.models import DrawItem, Plan, PlanReviewer, ReplaceReason
from qa.sampling.period import parse_period
from qa.workload.loads import minutes_waiting
from qa.workload.models import Handout
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, ZONE, calls, drawn, entropy, evaluations, plan
from tests.workload.working import away, month

SEPTEMBER = parse_period("2026-09", zone=ZONE)


def by_reviewer(act: Act) -> Counter[int]:
    return Counter(one.reviewer_id for one in evaluations(act) if one.draw_item_id is not None)


def set_goal(found: Plan, user_id: int, goal: int) -> PlanReviewer:
    reviewer = next(one for one in found.reviewers if one.user_id == user_id)
    # The plan's form keeps it where plans have goals.
    setattr(reviewer, "goal", goal)  # noqa: B010
    return reviewer


def test_who_has_much_waiting_gets_less(act: Act, make: Makers) -> None:
    agent, other = make.agent(), make.agent()
    calls(make, agent, 12)
    busy, free = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    for _number in range(4):
        # Ten minutes each, with what scoring takes.
        call = make.interaction(agent=other, duration_ms=7 * 60_000)
        give(act, call, reviewer=busy, version=make.card(), kind=EvaluationKind.TARGETED)
    assert minutes_waiting(act, [busy.id, free.id]) == {busy.id: 40, free.id: 0}
    drawn(make, plan(make, per_agent=12, reviewer_ids=(busy.id, free.id), double_percent=0))
    found = by_reviewer(act)
    # Twelve calls of five minutes each beside the forty that wait: fifty for everybody.
    assert (found[busy.id], found[free.id]) == (2, 10)


def test_goals_of_the_plan_come_first(act: Act, make: Makers) -> None:
    calls(make, make.agent(), 10)
    calls(make, make.agent(), 10)
    first, second = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    found = plan(make, per_agent=10, reviewer_ids=(first.id, second.id), double_percent=0)
    assert found.reviewers[0].goal is None
    kept = set_goal(found, first.id, 5)
    assert kept.goal == 5
    drawn(make, found)
    assert by_reviewer(act) == {first.id: 5, second.id: 15}


def test_the_next_period_brings_agents_to_other_reviewers(act: Act, make: Makers) -> None:
    agents = [make.agent() for _ in range(6)]
    for agent in agents:
        calls(make, agent, 1, at=SEPTEMBER.start)
        calls(make, agent, 1)
    found = plan(make, per_agent=1, reviewers=2, double_percent=0)
    for period in (SEPTEMBER, OCTOBER):
        service.draw_past(act, found, period=period, entropy=entropy())
    for agent in agents:
        assert len({one.reviewer_id for one in evaluations(act) if one.agent_id == agent.id}) == 2
    assert len(groups_of(act, found)) == 1


def test_reviewers_who_share_no_agent_are_told_with_what_to_do(act: Act, make: Makers) -> None:
    for name in ("Anna", "Bram"):
        calls(make, make.agent(name), 1)
    found = plan(make, per_agent=1, reviewers=2, double_percent=0)
    drawn(make, found)
    groups = groups_of(act, found)
    assert [len(group) for group in groups] == [1, 1]
    told = str(told_groups(groups))
    assert told.startswith("The reviewers of this plan fall into 2 groups that share no agent: Reviewer")
    assert "Raise the share that is scored twice" in told


def test_second_scores_connect_reviewers(act: Act, make: Makers) -> None:
    for name in ("Anna", "Bram"):
        calls(make, make.agent(name), 1)
    found = plan(make, per_agent=1, reviewers=2, double_percent=100)
    drawn(make, found)
    assert told_groups(groups_of(act, found)) is None


def test_who_is_absent_is_handed_out_nothing_and_comes_back(act: Act, make: Makers) -> None:
    calls(make, make.agent(), 4, at=SEPTEMBER.start)
    calls(make, make.agent(), 4)
    first, second = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    found = plan(make, per_agent=4, reviewer_ids=(first.id, second.id), double_percent=50)
    absence = away(make, first)
    service.draw_past(act, found, period=SEPTEMBER, entropy=entropy())
    assert set(by_reviewer(act)) == {second.id}
    act.session.delete(absence)
    act.session.flush()
    service.draw_past(act, found, period=OCTOBER, entropy=entropy())
    assert by_reviewer(act)[first.id] > 0


def test_with_everybody_absent_the_draw_is_made_and_waits(act: Act, make: Makers) -> None:
    calls(make, make.agent(), 4)
    user = make.user(Role.REVIEWER)
    found = plan(make, per_agent=3, reviewer_ids=(user.id,))
    absence = away(make, user, last=2)
    outcome = service.draw_past(act, found, period=OCTOBER, entropy=entropy())
    assert (outcome.drawn, outcome.unassigned) == (3, 3)
    said = " ".join(str(one) for one in outcome.sentences())
    assert "3 interactions wait for a reviewer: everyone in the plan is absent or has already reviewed them." in said
    with pytest.raises(ConflictError, match=r"is absent, the first until 20 Nov 2026\. Add a reviewer"):
        hand_out_waiting(act, outcome.draw)
    act.session.delete(absence)
    act.session.flush()
    assert hand_out_waiting(act, outcome.draw) == (3, 0)
    assert without_reviewer(act, outcome.draw) == []
    with pytest.raises(ConflictError, match="Every interaction of this draw has a reviewer"):
        hand_out_waiting(act, outcome.draw)


def test_a_plan_whose_reviewers_have_left_says_so(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    found = plan(make, reviewer_ids=(user.id,))
    assert nobody_there(act, found) is None
    away(make, user, last=None)
    assert "wait until one is back" in str(nobody_there(act, found))
    user.state = UserState.LEFT
    assert "no reviewer present" in str(nobody_there(act, found))


def test_a_promised_draw_has_nothing_to_hand_out(act: Act, make: Makers) -> None:
    found = plan(make)
    with pytest.raises(ConflictError, match="still to be made"):
        hand_out_waiting(act, found.draws[0])


def test_what_somebody_scored_on_purpose_is_not_drawn_for_them_again(act: Act, make: Makers) -> None:
    agent = make.agent()
    calls(make, agent, 1)
    first, second = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    found = plan(make, per_agent=1, reviewer_ids=(first.id, second.id), double_percent=100)
    interaction = make.interaction(agent=agent, started_at=OCTOBER.start)
    give(act, interaction, reviewer=first, version=make.card(), kind=EvaluationKind.TARGETED)
    found.per_agent = 2
    drawn(make, found)
    random = [one for one in evaluations(act) if one.interaction_id == interaction.id and one.draw_item_id]
    assert [one.reviewer_id for one in random] == [second.id]
    # Nor is it scored twice by the one who knows it.
    assert sum(one.interaction_id == interaction.id for one in evaluations(act)) == 2


def test_a_handing_out_is_redone_from_its_facts_and_its_seed(act: Act, make: Makers) -> None:
    scene = month(make, agents=3, each=5, percent=20)
    [kept] = handed(act, scene.draw)
    assert kept.agrees
    assert kept.n == 15
    assert sum(row.given for row in kept.rows) == 15
    assert [row.reviewer.name for row in kept.rows] == ["Reviewer A", "Reviewer B", "Reviewer C"]
    given = {int(item): int(reviewer) for item, reviewer in kept.handout.given}
    firsts = [one for one in evaluations(act) if one.draw_item_id is not None]
    assert {one.draw_item_id: one.reviewer_id for one in firsts} == given
    stored = act.session.scalars(select(Handout)).one()
    stored.given = [[item, str(scene.reviewers[0].id)] for item, _reviewer in stored.given]
    act.session.flush()
    assert not handed(act, scene.draw)[0].agrees
    stored.facts = {"items": [["x"]], "reviewers": [], "met": []}
    act.session.flush()
    assert not handed(act, scene.draw)[0].agrees


def test_an_interaction_that_takes_anothers_place_goes_to_the_same_reviewer_unless_absent(
    act: Act, make: Makers
) -> None:
    scene = month(make, agents=1, each=4, reviewers=2)
    for agent in scene.agents:
        calls(make, agent, 4, at=SEPTEMBER.start)
    spare = plan(make, name="Two of four", per_agent=2, reviewer_ids=tuple(one.id for one in scene.reviewers))
    draw = service.draw_past(act, spare, period=SEPTEMBER, entropy=entropy()).draw
    first, second = (act.session.scalars(select(DrawItem).where(DrawItem.draw_id == draw.id)).all())[:2]
    had = {one.draw_item_id: one.reviewer_id for one in evaluations(act)}
    heir = service.replace_item(act, first, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    now = {one.draw_item_id: one.reviewer_id for one in evaluations(act)}
    assert now[heir.id] == had[first.id]
    user = next(one for one in scene.reviewers if one.id == had[second.id])
    away(make, user)
    heir = service.replace_item(act, second, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    now = {one.draw_item_id: one.reviewer_id for one in evaluations(act)}
    assert now[heir.id] != user.id
