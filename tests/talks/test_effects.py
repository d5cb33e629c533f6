"""What followed a session is read from drawn scores before and after, beside colleagues who were not coached on it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.estimate.coaching_effect import Effect, Outcome, Silence
from qa.evaluations.marks import Mark
from qa.people.models import User
from qa.talks.effects import Agreed, effects_of, team_effects
from qa.talks.models import ActionState, Occasion, Talk, TalkState
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.insight.scene import OCTOBER, SEPTEMBER, Scene, mark
from tests.makers import Makers
from tests.talks.talking import action, talk
from tests.visitor import Visitor

#: Between the two months in which everybody is scored.
BETWEEN = datetime(2026, 9, 30, 12, tzinfo=UTC)
FOCUS = "recognises_feeling"
BEFORE = (25, 50, 25, 75, 50, 25)
#: After coaching, and without it.
BETTER, SAME = (100, 75, 100, 100, 75, 100), (50, 25, 75, 25, 50, 25)


class Company:
    """Agents scored on six calls in September and six in October; only the first so many do better in October."""

    def __init__(self, make: Makers, *, agents: int = 7, better: int = 1) -> None:
        self.make, self.scene = make, Scene(make)
        self.agents = [make.agent(f"Agent {at}") for at in range(agents)]
        for period in (SEPTEMBER, OCTOBER):
            self.scene.draw(self.agents, period=period, plan="Calls")
        for at, agent in enumerate(self.agents):
            values = BEFORE + (BETTER if at < better else SAME)
            for evaluation, value in zip(self.scene.open_ones(agent), values, strict=True):
                self.scene.submit(evaluation, 100, recognises_feeling=self.marked(value))

    def marked(self, value: int) -> Mark:
        criterion = card_of(self.scene.version).criterion(FOCUS)
        assert criterion is not None
        return mark(criterion, value)

    def held(self, *agents: User, **values: object) -> Talk:
        given = {"planned_at": BETWEEN, "held_at": BETWEEN, "state": TalkState.HELD, **values}
        return talk(self.make, *agents, focus=(FOCUS,), **given)  # type: ignore[arg-type]  # any column

    def as_supervisor(self, act: Act) -> Act:
        return replace(act, actor=self.scene.supervisor)


def test_a_coached_agents_change_stands_beside_that_of_uncoached_colleagues(act: Act, make: Makers) -> None:
    company = Company(make)
    (found,) = effects_of(company.as_supervisor(act), company.held(company.agents[0]))
    assert (found.before.n, found.after.n) == (6, 6)
    assert found.before.value == pytest.approx(sum(BEFORE) / 6)
    assert found.after.value == pytest.approx(sum(BETTER) / 6)
    effect = found.found
    assert isinstance(effect, Effect)
    assert effect.peers == 6
    assert effect.peers_change == pytest.approx(0)
    assert effect.own_change == pytest.approx(50)
    assert effect.outcome is Outcome.HIGHER
    assert not found.complete, "eight weeks after 30 September have not passed on 18 November"


def test_colleagues_who_were_coached_on_it_too_are_not_compared_with(act: Act, make: Makers) -> None:
    company = Company(make)
    company.held(company.agents[1], company.agents[2])
    (found,) = effects_of(company.as_supervisor(act), company.held(company.agents[0]))
    assert found.found is Silence.FEW_PEERS


def test_what_was_picked_on_purpose_is_not_among_it(act: Act, make: Makers) -> None:
    company = Company(make)
    agent = company.agents[0]
    picked = company.scene.assign(make.interaction(agent=agent, started_at=BETWEEN.replace(day=29)))
    company.scene.submit(picked, 100, recognises_feeling=company.marked(0))
    (found,) = effects_of(company.as_supervisor(act), company.held(agent))
    assert found.before.n == 6


def test_after_a_low_score_the_part_that_rises_by_itself_is_taken_off(act: Act, make: Makers) -> None:
    company = Company(make)
    mine = company.as_supervisor(act)
    plain = company.held(company.agents[0])
    assert effects_of(mine, plain)[0].picked_low is False
    act.session.delete(plain)
    act.session.flush()
    (low,) = effects_of(mine, company.held(company.agents[0], occasion=Occasion.LOW_SCORE))
    assert low.picked_low
    assert isinstance(low.found, Effect)
    assert low.found.regression == pytest.approx(0.0, abs=1e-9), "everybody scored alike before, so nothing was low"


def test_an_agent_is_told_of_themself_only_in_a_group(act: Act, make: Makers) -> None:
    company = Company(make, agents=8, better=2)
    group = company.held(*company.agents[:2])
    assert len(effects_of(company.as_supervisor(act), group)) == 2
    (own,) = effects_of(replace(act, actor=company.agents[1]), group)
    assert own.agent.id == company.agents[1].id


def test_nothing_is_said_before_a_session_or_with_nobody_to_compare_with(act: Act, make: Makers) -> None:
    company = Company(make, agents=3)
    mine = company.as_supervisor(act)
    planned = company.held(company.agents[0], state=TalkState.PLANNED, held_at=None)
    assert effects_of(mine, planned) == []
    (found,) = effects_of(mine, company.held(company.agents[0]))
    assert found.found is Silence.FEW_PEERS


def test_over_the_team_a_criterion_is_told_by_agents_and_by_what_was_agreed(act: Act, make: Makers) -> None:
    company = Company(make, agents=9, better=3)
    mine = company.as_supervisor(act)
    for agent in company.agents[:3]:
        made = company.held(agent)
        action(
            make,
            made,
            agent,
            state=ActionState.DONE,
            closed_at=act.now,
            scorecard_id=company.scene.version.scorecard_id,
            criterion=FOCUS,
        )
    found = team_effects(mine)
    key = (company.scene.version.scorecard_id, FOCUS)
    mean = found.criteria[key]
    assert mean is not None
    assert mean.agents == 3
    assert mean.value == pytest.approx(50)
    assert mean.outcome is Outcome.HIGHER
    assert found.coached[key] == 3
    assert found.agreed[Agreed.DONE] is not None
    assert found.agreed[Agreed.NOTHING] is None


def test_of_an_agent_coached_twice_the_first_session_counts(act: Act, make: Makers) -> None:
    company = Company(make)
    first = company.held(company.agents[0])
    company.held(company.agents[0], planned_at=BETWEEN.replace(day=30, hour=15), held_at=BETWEEN.replace(hour=15))
    (one,) = team_effects(company.as_supervisor(act)).each
    assert one.talk_id == first.id


def test_the_pages_say_it_in_words_that_claim_no_more_than_the_figures(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        company = Company(make, agents=9, better=3)
        held = [company.held(agent, occasion=Occasion.LOW_SCORE) for agent in company.agents[:3]]
        boss, agent, path = company.scene.supervisor.id, company.agents[0].id, f"/coaching-sessions/{held[0].id}"
        other = make.user(Role.SUPERVISOR).id
    page = words_of(visitor.as_user(boss).get(path).text)
    assert "Did it change anything?" in page
    assert "The score on this changed by +50 points." in page
    assert "that of 6 colleagues" in page
    assert "more than chance. It fits coaching that helped" in page
    assert "are not over: this can still change" in page
    assert "Did it change anything?" in words_of(Visitor(visitor.app).as_user(agent).get(path).text)
    team = words_of(Visitor(visitor.app).as_user(other).get("/coaching-sessions/effects").text)
    assert "Recognises how the customer feels" in team
    assert "Better afterwards, by more than chance" in team
