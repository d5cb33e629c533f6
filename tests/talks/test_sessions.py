"""A session is planned, changed, held or called off; notes are kept without loss, and private ones stay private."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.people.models import User, UserState
from qa.talks import actions, noting, service
from qa.talks.models import ActionState, Occasion, Talk, TalkKind, TalkState
from qa.talks.queries import (
    actions_of,
    get_talk,
    notes_of,
    open_actions,
    planned_talks,
    talks_to_read,
)
from qa.talks.service import When
from tests.makers import Makers
from tests.talks.talking import action, talk


@pytest.fixture
def coach(make: Makers) -> User:
    return make.user(Role.SUPERVISOR, name="Noor")


def by(act: Act, who: User) -> Act:
    return replace(act, actor=who)


def plan(act: Act, coach: User, *agents: User, focus: tuple[tuple[int, str], ...] = (), days: int = 2) -> Talk:
    when = When(act.now + timedelta(days=days), 30, " Room 2 ")
    return service.plan_talk(
        by(act, coach), when, agent_ids=[one.id for one in agents], occasion=Occasion.REGULAR, focus=focus
    )


def test_a_planned_session_is_seen_by_who_takes_part_and_by_supervisors(act: Act, make: Makers, coach: User) -> None:
    agent, other = make.agent(), make.agent()
    card = make.card()
    made = plan(act, coach, agent, focus=((card.scorecard_id, "greeting"),))
    assert (made.kind, made.place) == (TalkKind.ONE_TO_ONE, "Room 2")
    assert planned_talks(by(act, agent)) == [made]
    assert planned_talks(by(act, make.user(Role.SUPERVISOR))) == [made]
    assert planned_talks(by(act, other)) == []
    assert planned_talks(by(act, make.user(Role.REVIEWER))) == []
    with pytest.raises(NotFoundError):
        get_talk(by(act, other), made.id)


def test_what_makes_no_sense_is_refused_at_its_field(act: Act, make: Makers, coach: User) -> None:
    gone = make.agent(state=UserState.LEFT)
    card = make.card()
    with pytest.raises(InvalidError) as nobody:
        plan(act, coach)
    with pytest.raises(InvalidError) as left:
        plan(act, coach, gone)
    with pytest.raises(InvalidError) as late:
        plan(act, coach, make.agent(), days=400)
    with pytest.raises(InvalidError) as unknown:
        plan(act, coach, make.agent(), focus=((card.scorecard_id, "no-such"),))
    assert [one.value.field for one in (nobody, left, late, unknown)] == ["agents", "agents", "day", "focus"]
    with pytest.raises(ForbiddenError):
        plan(act, make.agent(), make.agent())


def test_a_change_that_names_an_older_plan_is_refused(act: Act, make: Makers, coach: User) -> None:
    made = plan(act, coach, make.agent())
    later = When(made.planned_at + timedelta(days=1), 45, "Room 3")
    mine = by(act, coach)
    service.change_talk(mine, made, later, occasion=Occasion.ASKED, focus=(), clip_ids=(), revision=0)
    assert (made.sequence, made.revision, made.minutes) == (1, 1, 45)
    with pytest.raises(ConflictError, match="meanwhile"):
        service.change_talk(mine, made, later, occasion=Occasion.ASKED, focus=(), clip_ids=(), revision=0)
    service.change_talk(mine, made, later, occasion=Occasion.OTHER, focus=(), clip_ids=(), revision=1)
    assert made.sequence == 1, "calendars need not be told of what they do not show"


def test_a_session_to_come_is_not_held_yet_and_one_held_is_not_called_off(act: Act, make: Makers, coach: User) -> None:
    made = plan(act, coach, make.agent())
    mine = by(act, coach)
    with pytest.raises(ConflictError, match="still to come"):
        service.hold_talk(mine, made)
    past = plan(act, coach, make.agent(), days=-1)
    service.hold_talk(mine, past)
    assert (past.state, past.held_at) == (TalkState.HELD, past.planned_at)
    with pytest.raises(ConflictError):
        service.cancel_talk(mine, past)
    service.cancel_talk(mine, made)
    assert (made.state, made.sequence) == (TalkState.CANCELLED, 1)


def test_private_notes_are_read_by_nobody_but_their_writer_whatever_the_role(
    act: Act, make: Makers, coach: User
) -> None:
    agent, boss = make.agent(), make.user(Role.ADMIN)
    made = plan(act, coach, agent)
    for who in (coach, agent):
        mine = by(act, who)
        noting.save_note(mine, made, shared=False, text=f"private of {who.name}", revision=0)
        noting.save_note(mine, made, shared=True, text=f"shared of {who.name}", revision=0)

    def read(who: User | None) -> set[str]:
        return {note.text for note in notes_of(replace(act, actor=who), made)}

    both = {f"shared of {coach.name}", f"shared of {agent.name}"}
    assert read(coach) == both | {f"private of {coach.name}"}
    assert read(agent) == both | {f"private of {agent.name}"}
    assert read(boss) == both
    assert read(None) == both
    logged = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "talk.noted")).all()
    assert len(logged) == 2, "of a private note not even the log tells"
    assert all("private" not in str(entry.data) and "shared of" not in str(entry.data) for entry in logged)


def test_a_note_saved_from_an_older_page_is_not_lost_and_loses_nothing(act: Act, make: Makers, coach: User) -> None:
    made = plan(act, coach, make.agent())
    mine = by(act, coach)
    noting.save_note(mine, made, shared=True, text="first", revision=0)
    with pytest.raises(ConflictError, match="put them together"):
        noting.save_note(mine, made, shared=True, text="second", revision=0)
    noting.save_note(mine, made, shared=True, text="first", revision=0)
    noting.save_note(mine, made, shared=True, text="first and second", revision=1)
    note = noting.own_note(mine, made, shared=True)
    assert note is not None
    assert (note.text, note.revision) == ("first and second", 2)


def test_supervisors_who_do_not_take_part_write_no_notes(act: Act, make: Makers, coach: User) -> None:
    made = plan(act, coach, make.agent())
    with pytest.raises(ForbiddenError):
        noting.save_note(by(act, make.user(Role.SUPERVISOR)), made, shared=True, text="x", revision=0)


def test_an_agent_marks_a_held_session_as_seen_once_and_says_what_they_think(
    act: Act, make: Makers, coach: User
) -> None:
    agent = make.agent()
    made = talk(make, agent, coach=coach, days=-1)
    mine = by(act, agent)
    with pytest.raises(ConflictError, match="not held yet"):
        noting.mark_seen(mine, made)
    service.hold_talk(by(act, coach), made)
    assert talks_to_read(mine) == [made]
    noting.save_remarks(mine, made, text="I see it differently.", revision=0)
    noting.mark_seen(mine, made)
    assert talks_to_read(mine) == []
    with pytest.raises(ConflictError, match="already"):
        noting.mark_seen(mine, made)
    with pytest.raises(ForbiddenError):
        noting.mark_seen(by(act, coach), made)
    assert made.agents[0].remarks == "I see it differently."


def test_in_a_group_an_agent_sees_no_actions_of_colleagues(act: Act, make: Makers, coach: User) -> None:
    agent, colleague = make.agent(), make.agent()
    made = plan(act, coach, agent, colleague)
    for who in (agent, colleague, coach):
        action(make, made, who, text=f"of {who.name}")
    assert {one.text for one in actions_of(by(act, agent), made)} == {f"of {agent.name}", "of Noor"}
    assert len(actions_of(by(act, coach), made)) == 3


def test_an_action_is_ticked_off_by_its_owner_dropped_with_a_reason_and_put_back(
    act: Act, make: Makers, coach: User
) -> None:
    agent, colleague = make.agent(), make.agent()
    made = plan(act, coach, agent, colleague)
    one = actions.agree(by(act, coach), made, owner_id=agent.id, text="Name it first.", due_on=date(2026, 12, 1))
    assert open_actions(by(act, agent), of=agent.id) == [one]
    with pytest.raises(ForbiddenError):
        actions.carry_out(by(act, colleague), one)
    actions.carry_out(by(act, agent), one)
    assert one.state is ActionState.DONE
    with pytest.raises(ConflictError):
        actions.drop(by(act, coach), one, reason="late")
    actions.reopen(by(act, agent), one)
    with pytest.raises(InvalidError, match="why"):
        actions.drop(by(act, agent), one, reason=" ")
    actions.drop(by(act, agent), one, reason="Another queue now.")
    assert (one.state, one.reason) == (ActionState.DROPPED, "Another queue now.")
    assert open_actions(by(act, agent)) == []


def test_an_action_belongs_to_somebody_who_takes_part_and_is_due_within_a_year(
    act: Act, make: Makers, coach: User
) -> None:
    made = plan(act, coach, make.agent())
    mine = by(act, coach)
    wrong = [
        {"owner_id": make.agent().id, "text": "x", "due_on": date(2026, 12, 1)},
        {"owner_id": coach.id, "text": " ", "due_on": date(2026, 12, 1)},
        {"owner_id": coach.id, "text": "x", "due_on": date(2026, 11, 1)},
        {"owner_id": coach.id, "text": "x", "due_on": date(2026, 12, 1), "focus": (1, "greeting")},
    ]
    fields = []
    for values in wrong:
        with pytest.raises(InvalidError) as refused:
            actions.agree(mine, made, **values)  # type: ignore[arg-type]  # wrong on purpose
        fields.append(refused.value.field)
    assert fields == ["owner", "text", "due_on", "focus"]
