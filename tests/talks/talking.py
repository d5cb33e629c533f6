"""Makers of coaching sessions and what belongs to them."""

from datetime import date, timedelta

from qa.auth.roles import Role
from qa.people.models import User
from qa.talks.models import (
    ActionState,
    Occasion,
    Talk,
    TalkAction,
    TalkAgent,
    TalkFocus,
    TalkKind,
    TalkState,
)
from tests.makers import Makers


def talk(
    make: Makers,
    *agents: User,
    coach: User | None = None,
    days: int = 2,
    focus: tuple[str, ...] = (),
    **values: object,
) -> Talk:
    """Make a planned session with the agents, so many days from now."""
    who = agents or (make.agent(),)
    given = {
        "kind": TalkKind.ONE_TO_ONE if len(who) == 1 else TalkKind.GROUP,
        "occasion": Occasion.REGULAR,
        "coach_id": (coach or make.user(Role.SUPERVISOR)).id,
        "planned_at": make.act.now + timedelta(days=days),
        "minutes": 30,
        "created_at": make.act.now,
        **values,
    }
    made = Talk(**given, agents=[TalkAgent(agent_id=one.id) for one in who])
    if made.state is TalkState.HELD and made.held_at is None:
        made.held_at = made.planned_at
    if focus:
        card = make.card()
        made.focus = [TalkFocus(scorecard_id=card.scorecard_id, criterion=key) for key in focus]
    make.act.session.add(made)
    make.act.session.flush()
    return made


def action(make: Makers, of: Talk, owner: User, **values: object) -> TalkAction:
    """Make something that was agreed in the session, a week from now."""
    given = {
        "text": "Name the feeling before the solution.",
        "due_on": date(2026, 11, 25),
        "state": ActionState.OPEN,
        "agreed_at": make.act.now,
        **values,
    }
    made = TalkAction(talk_id=of.id, owner_id=owner.id, **given)
    make.act.session.add(made)
    make.act.session.flush()
    return made
