"""What reports are told of an agent's coaching: their own actions, their coach's for them alone, the next session."""

from datetime import date, timedelta

from qa.act import Act
from qa.auth.roles import Role
from qa.insight.stretch import Stretch
from qa.talks.agreed import agreed_actions, earlier_actions, next_session
from qa.talks.models import ActionState, TalkKind, TalkState
from tests.makers import Makers
from tests.talks.talking import action, talk


def test_an_agent_is_told_what_they_and_their_coach_agreed_and_nothing_of_colleagues(act: Act, make: Makers) -> None:
    coach = make.user(Role.SUPERVISOR, name="Noor")
    agent, colleague = make.agent("Yara"), make.agent("Bram")
    alone = talk(make, agent, coach=coach)
    group = talk(make, agent, colleague, coach=coach)
    action(make, alone, agent, text="Mine")
    action(make, alone, coach, text="The coach's, for me")
    action(make, group, colleague, text="A colleague's")
    action(make, group, coach, text="The coach's, for all")
    action(make, talk(make, colleague, coach=coach), coach, text="The coach's, for a colleague")
    found = earlier_actions(act, agent, until=act.now + timedelta(days=1))
    assert [(one.owner, one.text, one.mine) for one in found] == [
        ("Yara", "Mine", True),
        ("Noor", "The coach's, for me", False),
    ]


def test_what_was_agreed_in_a_called_off_session_is_told_nowhere(act: Act, make: Makers) -> None:
    agent = make.agent()
    off = talk(make, agent, state=TalkState.CANCELLED, cancelled_at=act.now)
    action(make, off, agent)
    assert earlier_actions(act, agent, until=act.now + timedelta(days=1)) == ()
    assert next_session(act, agent, after=act.now) is None


def test_a_report_asks_for_what_was_agreed_on_its_days(act: Act, make: Makers) -> None:
    agent = make.agent()
    held = talk(make, agent)
    action(make, held, agent, text="Before", agreed_at=act.now - timedelta(days=40))
    dropped = action(
        make, held, agent, text="On its days", state=ActionState.DROPPED, closed_at=act.now, reason="No longer needed"
    )
    month = Stretch(date(2026, 11, 1), date(2026, 11, 30), "Europe/Amsterdam")
    (found,) = agreed_actions(act, agent, month)
    assert (found.number, found.text, found.state, found.reason) == (
        dropped.id,
        "On its days",
        ActionState.DROPPED,
        "No longer needed",
    )
    assert [one.text for one in earlier_actions(act, agent, until=month.start)] == ["Before"]


def test_the_next_session_is_the_first_planned_one_after_the_moment(act: Act, make: Makers) -> None:
    agent, coach = make.agent(), make.user(Role.SUPERVISOR, name="Noor")
    talk(make, agent, days=-3, state=TalkState.HELD, held_at=act.now)
    talk(make, agent, days=9)
    sooner = talk(make, agent, make.agent(), days=4, coach=coach, place="Room 2", kind=TalkKind.GROUP)
    found = next_session(act, agent, after=act.now)
    assert found is not None
    assert (found.number, found.coach, found.place, found.group, found.minutes) == (
        sooner.id,
        "Noor",
        "Room 2",
        True,
        30,
    )
    assert next_session(act, make.agent(), after=act.now) is None
