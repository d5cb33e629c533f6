"""What is kept of sessions is what their page would work out, and both are what reading contact by contact gives."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from qa.act import Act
from qa.cards.queries import card_of
from qa.disputes.models import Dispute
from qa.estimate.coaching_effect import Contacts, Effect, Sides, Silence, effect_of
from qa.estimate.figure import Figure, score_figure
from qa.estimate.intervals import bounded_around, peers_of
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, EvaluationState
from qa.people.models import User
from qa.sampling.chance_design import DesignKind
from qa.sampling.models import Draw, DrawItem, ItemState, ReplaceReason
from qa.sampling.period import PeriodKind, period_of, previous_period
from qa.sampling.record import METHODS
from qa.talks import effects
from qa.talks.coached import work_out_all
from qa.talks.effects import effects_of, team_effects
from qa.talks.keeping import due_sessions, keep_effects, note_looked_at, stretches
from qa.talks.models import Occasion, Talk, TalkEffect, TalkKind, TalkState
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.insight.scene import ZONE, Scene
from tests.insight.test_board import counted
from tests.makers import Makers
from tests.talks.talking import talk
from tests.visitor import Visitor

MONTHS, WINDOW = 5, timedelta(weeks=8)


class Generated:
    """Agents with drawn scores on two criteria and sessions about them; one seed always makes the same."""

    def __init__(self, make: Makers, seed: int, *, agents: int = 11, sessions: int = 8) -> None:
        self.make, self.session, self.dice = make, make.act.session, random.Random(seed)
        self.scene = Scene(make)
        self.act = replace(make.act, actor=self.scene.supervisor)
        card = card_of(self.scene.version)
        self.criteria = [one for _section, one in card.criteria() if one.options and one.condition is None][:2]
        self.agents = [make.agent(f"Agent {at}") for at in range(agents)]
        self.draws: list[Draw] = []
        period = period_of(make.act.now, kind=PeriodKind.MONTH, zone=ZONE)
        for number in range(MONTHS):
            draw = self.scene.draw([], period=period, plan="Calls")
            by_risk = number % 2 == seed % 2
            draw.algorithm = METHODS[DesignKind.RISK if by_risk else DesignKind.EQUAL][0]
            for agent in self.agents:
                for _at in range(self.dice.randrange(1, 7)):
                    self._item(draw, agent, chance=self.dice.choice([0.1, 0.4]) if by_risk else 0.1)
            self.draws.append(draw)
            period = previous_period(period)
        self.session.flush()
        for _at in range(sessions):
            self.held()

    def held(self, *agents: User, at: datetime | None = None) -> Talk:
        several = 1 if self.dice.random() < 0.8 else 2
        moment = at or self.make.act.now - timedelta(hours=self.dice.randrange(1, 24 * 150))
        return talk(
            self.make,
            *(agents or self.dice.sample(self.agents, several)),
            coach=self.scene.supervisor,
            focus=tuple(one.key for one in self.dice.sample(self.criteria, self.dice.choice([1, 2]))),
            planned_at=moment,
            held_at=moment,
            state=TalkState.HELD,
            kind=TalkKind.ONE_TO_ONE if several == 1 else TalkKind.GROUP,
            occasion=self.dice.choice([Occasion.REGULAR, Occasion.LOW_SCORE]),
        )

    def _item(self, draw: Draw, agent: User, *, chance: float) -> None:
        started_at = draw.starts_at + timedelta(hours=self.dice.randrange(24 * 28))
        call = self.make.interaction(agent=agent, started_at=started_at)
        out = self.dice.random() < 0.1
        item = DrawItem(
            draw_id=draw.id,
            interaction_id=call.id,
            position=call.id,
            stratum=f"agent-{agent.id}",
            u=str(call.id),
            inclusion_probability=chance,
            state=ItemState.REPLACED if out else ItemState.DRAWN,
            reason=ReplaceReason.NO_AUDIO if out else None,
            replaced_at=draw.ends_at if out else None,
        )
        self.session.add(item)
        self.session.flush()
        score = Evaluation(
            interaction_id=call.id,
            draw_item_id=item.id,
            kind=EvaluationKind.RANDOM,
            reviewer_id=self.scene.reviewer.id,
            agent_id=agent.id,
            card_version_id=self.scene.version.id,
            state=EvaluationState.SUBMITTED,
            assigned_at=started_at + timedelta(hours=1),
            submitted_at=started_at + timedelta(days=1),
            quality_bp=5000,
        )
        self.session.add(score)
        self.session.flush()
        for criterion in self.criteria:
            left_out = self.dice.random() < 0.1
            option = None if left_out else self.dice.choice(criterion.options).key
            self.session.add(
                Answer(evaluation_id=score.id, criterion=criterion.key, option=option, not_applicable=left_out)
            )
        if self.dice.random() < 0.05:
            self.dispute(score)

    def dispute(self, score: Evaluation) -> None:
        self.session.add(
            Dispute(
                evaluation_id=score.id,
                against=1,
                agent_id=score.agent_id,
                reviewer_id=score.reviewer_id,
                raised_at=self.make.act.now,
            )
        )
        self.session.flush()


def keep(act: Act) -> int:
    """Do what the hourly job does; returns how many were worked out."""
    due = due_sessions(act)
    for stretch in stretches(due):
        keep_effects(act, stretch, work_out_all(act, [one.session for one in stretch]))
    note_looked_at(act, act.now)
    act.session.flush()
    return len(due)


Contact = tuple[datetime, float, float, int]


def contacts_of(made: Generated, key: str) -> dict[int, list[Contact]]:
    """Every agent's contacts on a criterion, read one by one."""
    worth = {
        (criterion.key, option.key): float(option.value) for criterion in made.criteria for option in criterion.options
    }
    disputed = set(made.session.scalars(select(Dispute.evaluation_id)))
    found: dict[int, list[Contact]] = {agent.id: [] for agent in made.agents}
    asked = select(Answer, Evaluation, DrawItem, Draw).join(Answer.evaluation).join(Evaluation.draw_item)
    for answer, score, item, draw in made.session.execute(asked.join(DrawItem.draw).order_by(Answer.id)):
        if (
            answer.criterion != key
            or answer.option is None
            or score.id in disputed
            or item.state is not ItemState.DRAWN
        ):
            continue
        chance = item.inclusion_probability if draw.algorithm.startswith(METHODS[DesignKind.RISK][0]) else 1.0
        moment = score.interaction.started_at
        found[score.agent_id].append((moment, worth[key, answer.option], float(chance), draw.id))
    return found


def plain(contacts: list[Contact]) -> Contacts:
    return Contacts(tuple(one[1] for one in contacts), tuple(one[2] for one in contacts))


def figure(own: list[Contact], others: list[list[Contact]]) -> Figure:
    found, draws = plain(own), tuple(sorted({one[3] for one in own}))
    if len(set(found.chances)) <= 1:
        return score_figure(found.values, peers=peers_of([c[1] for c in one] for one in others), draw_ids=draws)
    error = math.sqrt(found.squares / max(1, found.n - 1) / found.effective)
    ends = bounded_around(found.mean, standard_error=error, degrees=max(1, found.n - 1), n=found.n)
    return Figure(found.mean, ends.low, ends.high, found.n, None, ends.method, draws)


def contact_by_contact(made: Generated, one: Talk, agent: User, key: str) -> tuple[Figure, Figure, Effect | Silence]:
    at = one.held_at
    assert at is not None
    near = {
        part.agent_id
        for other in made.session.scalars(select(Talk).where(Talk.state == TalkState.HELD))
        if other.held_at is not None and abs(other.held_at - at) <= WINDOW and key in {f.criterion for f in other.focus}
        for part in other.agents
    }
    sides = {
        number: (
            [c for c in contacts if at - WINDOW <= c[0] < at],
            [c for c in contacts if at <= c[0] < at + WINDOW],
        )
        for number, contacts in contacts_of(made, key).items()
    }
    own = sides[agent.id]
    peers = [side for number, side in sides.items() if number not in {*near, agent.id}]
    return (
        figure(own[0], [side[0] for side in peers]),
        figure(own[1], [side[1] for side in peers]),
        effect_of(
            Sides(plain(own[0]), plain(own[1])),
            [Sides(plain(side[0]), plain(side[1])) for side in peers],
            picked_low=one.occasion is Occasion.LOW_SCORE,
        ),
    )


def numbers(found: Figure | Effect | Silence) -> object:
    if isinstance(found, Silence):
        return found
    if isinstance(found, Figure):
        return [*map(pytest.approx, (found.value, found.low, found.high)), found.n, found.method, found.draw_ids]
    names = ("value", "low", "high", "standard_error", "own_change", "peers_change", "peers", "regression")
    return [pytest.approx(getattr(found, name), abs=1e-9) for name in (*names, "reliability")]


def shown(found: Figure | Effect | Silence) -> object:
    if isinstance(found, Silence):
        return found
    if isinstance(found, Figure):
        return [found.value, found.low, found.high, found.n, found.method, found.draw_ids]
    names = ("value", "low", "high", "standard_error", "own_change", "peers_change", "peers", "regression")
    return [getattr(found, name) for name in (*names, "reliability")]


@pytest.mark.parametrize("seed", [0, 1])
def test_kept_or_worked_out_now_it_is_what_contact_by_contact_gives(act: Act, make: Makers, seed: int) -> None:
    made = Generated(make, seed)
    held = list(act.session.scalars(select(Talk).order_by(Talk.id)))
    now = [effects_of(made.act, one) for one in held]
    team = team_effects(made.act)
    told = 0
    for one, found in zip(held, now, strict=True):
        for each in found:
            expected = contact_by_contact(made, one, each.agent, each.criterion[1])
            assert each.counted_at is None
            for part, wanted in zip((each.before, each.after, each.found), expected, strict=True):
                assert shown(part) == numbers(wanted)
            told += isinstance(each.found, Effect)
    assert told, "a company that nothing can be said of tests nothing"
    assert keep(made.act) == sum(map(len, now))
    assert [[replace(each, counted_at=None) for each in effects_of(made.act, one)] for one in held] == now
    kept = team_effects(made.act)
    assert kept.counted_at == act.now
    assert replace(kept, counted_at=None) == team


def test_only_what_a_change_can_reach_is_worked_out_anew(act: Act, make: Makers) -> None:
    made = Generated(make, 1, sessions=0)
    early = made.held(made.agents[0], at=made.draws[-1].starts_at)
    late = made.held(made.agents[1], at=act.now - timedelta(days=2))
    keep(made.act)
    assert due_sessions(made.act) == []
    before = {row.talk_id: row.state for row in act.session.scalars(select(TalkEffect))}
    newest = act.session.scalars(
        select(Evaluation).join(Evaluation.draw_item).where(DrawItem.draw_id == made.draws[0].id)
    ).first()
    assert newest is not None
    made.dispute(newest)
    assert {one.session.talk_id for one in due_sessions(made.act)} == {late.id}
    keep(made.act)
    act.session.expire_all()
    after = {row.talk_id: row.state for row in act.session.scalars(select(TalkEffect))}
    assert (after[early.id], after[late.id] == before[late.id]) == (before[early.id], False)


def test_a_colleague_who_is_coached_since_changes_what_they_are_compared_for(act: Act, make: Makers) -> None:
    made = Generated(make, 2, sessions=0)
    moment = act.now - timedelta(weeks=9)
    first = made.held(made.agents[0], at=moment)
    keep(made.act)
    other = made.held(made.agents[1], at=moment + timedelta(days=3))
    both = {one.criterion for one in first.focus} & {one.criterion for one in other.focus}
    due = {(one.session.talk_id, one.session.criterion[1]) for one in due_sessions(made.act)}
    assert {key for number, key in due if number == first.id} == both
    assert keep(made.act) == len(due)
    assert len(list(act.session.scalars(select(TalkEffect)))) == len(first.focus) + len(other.focus)


def test_what_an_older_session_was_followed_by_is_worked_out_once(act: Act, make: Makers) -> None:
    made = Generated(make, 3, sessions=0)
    old = made.held(made.agents[0], at=act.now - timedelta(weeks=60))
    assert keep(made.act) == len(old.focus)
    made.held(made.agents[1], at=act.now - timedelta(weeks=59))
    assert {one.session.talk_id for one in due_sessions(made.act)} != {old.id}
    assert old.id not in {one.session.talk_id for one in due_sessions(made.act)}


def test_an_agent_is_told_of_themself_only_also_of_what_was_kept(act: Act, make: Makers) -> None:
    made = Generated(make, 0, sessions=0)
    group = made.held(*made.agents[:2], at=act.now - timedelta(weeks=9))
    keep(made.act)
    own = effects_of(replace(act, actor=made.agents[1]), group)
    assert {one.agent.id for one in own} == {made.agents[1].id}


def test_the_pages_say_as_of_when_and_what_is_left_out(
    visitor: Visitor, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored() as make:
        made = Generated(make, 1, sessions=0)
        one = made.held(made.agents[0], at=make.act.now - timedelta(weeks=9))
        keep(made.act)
        boss, path = made.scene.supervisor.id, f"/coaching-sessions/{one.id}"
    visitor.as_user(boss)
    assert "As it stood at 18 Nov 2026" in words_of(visitor.get(path).text)
    team = words_of(visitor.get("/coaching-sessions/effects").text)
    assert "As it stood at 18 Nov 2026" in team
    assert "left out" not in team
    monkeypatch.setattr(effects, "MOST_AT_ONCE", 0)
    with stored() as make:
        talk(
            make,
            made.agents[2],
            coach=made.scene.supervisor,
            focus=(made.criteria[0].key,),
            planned_at=make.act.now,
            held_at=make.act.now,
            state=TalkState.HELD,
        )
    assert "1 session has not been looked at yet" in words_of(visitor.get("/coaching-sessions/effects").text)


def test_few_sessions_or_many_the_page_asks_as_often(visitor: Visitor, stored: Stored, engine: Engine) -> None:
    def queries(supervisor: int) -> int:
        visitor.as_user(supervisor)
        with counted(engine) as seen:
            assert visitor.get("/coaching-sessions/effects").status_code == 200
        return len(seen)

    found = []
    with stored() as make:
        made = Generated(make, 1, sessions=2)
        keep(made.act)
        boss = made.scene.supervisor.id
    found.append(queries(boss))
    with stored() as make:
        made.make = make
        for _at in range(10):
            made.held()
        keep(make.act)
    found.append(queries(boss))
    assert found[0] == found[1]
