"""Rounds: who is asked, that each answers once, and that nothing stored tells who answered what."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.people.models import User, UserState
from qa.privacy.erasure import erase_person
from qa.pulse.models import PulseAnswer, PulseInvitation, PulseRound, PulseWords
from qa.pulse.queries import Turnout, courses, round_to_answer, told_of, turnouts, words_in
from qa.pulse.rounds import close_round, remove_words
from tests.conftest import Stored
from tests.makers import Makers
from tests.pulse.asking import FAIR, RECOMMEND, answered, as_person, opened


def test_every_agent_who_can_sign_in_is_asked_and_reviewers_where_wanted(act: Act, make: Makers) -> None:
    team = make.team()
    agents = [make.agent(team=team) for _number in range(5)]
    make.agent(state=UserState.INVITED, password_hash=None)
    reviewer = make.user(Role.REVIEWER, team=team)
    found = opened(make)
    asked = list(act.session.scalars(select(PulseInvitation)))
    assert {one.user_id for one in asked} == {one.id for one in agents}
    assert {one.team_id for one in asked} == {team.id}
    with pytest.raises(NotFoundError):
        answered(make, found, reviewer)
    close_round(as_person(act, make.user(Role.SUPERVISOR)), found)
    second = opened(make, reviewers=True)
    asked = list(act.session.scalars(select(PulseInvitation).where(PulseInvitation.round_id == second.id)))
    assert {one.user_id: one.team_id for one in asked}[reviewer.id] is None


def test_a_team_of_few_is_asked_as_part_of_the_company(act: Act, make: Makers) -> None:
    small, large = make.team(), make.team()
    agents = [make.agent(team=small) for _number in range(4)] + [make.agent(team=large) for _number in range(5)]
    found = opened(make)
    for one in agents:
        answered(make, found, one)
    assert Counter(act.session.scalars(select(PulseAnswer.team_id))) == {None: 4, large.id: 5}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"last_day": None}, "last_day"),
        ({"shipped": []}, "shipped"),
        ({"own": [("In English alone.", "")]}, "own"),
        ({"own": [("a" * 301, "b")]}, "own"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_field(make: Makers, values: dict[str, Any], field: str) -> None:
    for _number in range(5):
        make.agent()
    if field == "last_day":
        values = {"last_day": make.act.now.date() + timedelta(days=90)}
    with pytest.raises(InvalidError) as refused:
        opened(make, **values)
    assert refused.value.field == field


def test_there_is_one_round_at_a_time_and_never_one_of_few(act: Act, make: Makers) -> None:
    for _number in range(4):
        make.agent()
    with pytest.raises(ConflictError, match="At least"):
        opened(make)
    agent = make.agent()
    found = opened(make)
    with pytest.raises(ConflictError, match="open already"):
        opened(make)
    assert round_to_answer(as_person(act, agent)) is found
    assert round_to_answer(as_person(act, agent, days=11)) is None
    with pytest.raises(ForbiddenError):
        opened(make, by=agent)


def test_somebody_answers_once_and_only_while_it_lasts(act: Act, make: Makers) -> None:
    agents = [make.agent() for _number in range(5)]
    found = opened(make, words=False)
    answered(make, found, agents[0], {FAIR: 2}, words="not asked for")
    with pytest.raises(ConflictError, match="answered this round already"):
        answered(make, found, agents[0])
    assert round_to_answer(as_person(act, agents[0])) is None
    assert act.session.scalars(select(PulseAnswer.values)).all() == [{FAIR: 2}]
    assert act.session.scalars(select(PulseWords)).all() == []
    for wrong in ({}, {"other": 3}, {FAIR: 6}, {FAIR: 0}, {RECOMMEND: 11}):
        with pytest.raises(InvalidError):
            answered(make, found, agents[1], wrong)
    close_round(as_person(act, make.user(Role.SUPERVISOR)), found)
    with pytest.raises(ConflictError, match="over"):
        answered(make, found, agents[1])


def test_nothing_stored_leads_from_an_answer_to_whoever_gave_it(stored: Stored) -> None:
    with stored() as make:
        agents = [make.agent(team=None).id for _number in range(6)]
        number = opened(make).id
    seen: list[list[int]] = []
    for place, agent in enumerate(agents[:5]):
        with stored() as make:
            session = make.act.session
            found, who = session.get_one(PulseRound, number), session.get_one(User, agent)
            answered(make, found, who, {FAIR: place + 1}, words=f"word {place}")
        with stored() as make:
            rows = list(make.act.session.scalars(select(PulseAnswer).order_by(PulseAnswer.id)))
            seen.append([one.values[FAIR] for one in rows])
            written = list(make.act.session.scalars(select(PulseWords)))
            assert not {one.id for one in rows} & {one.id for one in written}
    with stored() as make:
        session = make.act.session
        assert set(inspect(PulseAnswer).columns.keys()) == {"id", "round_id", "team_id", "values"}
        assert set(inspect(PulseWords).columns.keys()) == {"id", "round_id", "text"}
        assert sorted(session.scalars(select(PulseAnswer.id))) != list(range(1, 6))
        assert seen[-1] != [1, 2, 3, 4, 5]
        assert [entry.action for entry in session.scalars(select(AuditEntry))] == ["pulse.opened"]
        if session.get_bind().dialect.name == "postgresql":
            # PostgreSQL keeps with each row which transaction wrote it.
            for table in ("pulse_answers", "pulse_words", "pulse_invitations"):
                asked = text(f"SELECT count(DISTINCT xmin::text) FROM {table} WHERE round_id = {number}")
                assert session.scalar(asked) == 1, table


def test_nothing_is_told_before_the_end_nor_of_few(act: Act, make: Makers) -> None:
    first, second = make.team(), make.team()
    agents = [make.agent(team=first) for _number in range(6)] + [make.agent(team=second) for _number in range(6)]
    found = opened(make)
    for one in agents[:6]:
        answered(make, found, one, {FAIR: 5}, words="Good.")
    for one in agents[6:10]:
        answered(make, found, one, {FAIR: 1, RECOMMEND: 0}, words="Call me on 0612345678")
    leader = make.user(Role.SUPERVISOR)
    early, late = as_person(act, leader), as_person(act, leader, days=11)
    until = late.now.date()
    assert courses(early, until=until) == []
    assert words_in(early, found) == []
    assert turnouts(early, [found]) == {found.id: Turnout(12, 10)}
    fair, recommend = courses(late, until=until)
    assert fair.newest.figure is not None
    assert (fair.newest.figure.n, fair.newest.figure.population, fair.newest.figure.value) == (10, 12, 60)
    # Four gave it, and four is what the whole less the first team would leave.
    assert recommend.newest.figure is None
    for team in (first, second):
        assert [one.newest.figure for one in courses(late, until=until, team_id=team.id)] == [None, None]
    texts = [one.text for one in words_in(late, found)]
    assert Counter(texts) == {"Good.": 6, "Call me on [phone number]": 4}
    with pytest.raises(ForbiddenError):
        courses(as_person(act, agents[0], days=11), until=until)


def test_a_statement_is_followed_over_rounds_by_its_words(act: Act, make: Makers) -> None:
    team = make.team()
    agents = [make.agent(team=team) for _number in range(5)]
    leader = make.user(Role.SUPERVISOR)
    own = [("I like the coffee.", "Ik lust de koffie.")]
    rounds = []
    for place in range(2):
        found = opened(make, by=leader, own=own, shipped=[FAIR] if place else [RECOMMEND])
        key = found.statements[-1].key
        for one in agents:
            answered(make, found, one, {key: 2 + place})
        close_round(as_person(act, leader), found)
        rounds.append(found)
    fair, coffee = told_of(as_person(act, leader), rounds, team_id=team.id)
    assert [told.figure for told in fair.rounds] == [None]
    assert [told.figure.value for told in coffee.rounds if told.figure] == [25, 50]


def test_words_that_name_somebody_are_taken_away_by_hand_and_with_that_person(act: Act, make: Makers) -> None:
    agents = [make.agent(f"Agent {letter}") for letter in "ABCDEF"]
    found = opened(make)
    for one, said in zip(agents, ("Fine.", "Ask agent f.", "Agent Fons helps.", "", "", ""), strict=True):
        answered(make, found, one, words=said)
    agents[5].state = UserState.LEFT
    erase_person(as_person(act, make.user(Role.ADMIN)), agents[5])
    leader = as_person(act, make.user(Role.SUPERVISOR), days=11)
    left = words_in(leader, found)
    assert {one.text for one in left} == {"Fine.", "Agent Fons helps."}
    remove_words(leader, left[0])
    assert len(words_in(leader, found)) == 1
    assert act.session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc())) == "pulse.words_removed"
