"""What was agreed with an agent and when they meet again, as plain values for reports and letters; it names no other agent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.insight.stretch import Stretch
from qa.people.models import User
from qa.talks.models import ActionState, Talk, TalkAction, TalkAgent, TalkKind, TalkState


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """One thing somebody is to do; ``mine`` is the agent's own, the others are the coach's.

    ``card`` and ``criterion`` are the keys of what it is for, empty where it is for none. ``reason`` says why it was dropped.
    """

    number: int
    owner: str
    mine: bool
    text: str
    due_on: date
    state: ActionState
    card: str
    criterion: str
    agreed_at: datetime
    closed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class NextSession:
    """When and where the agent's next coaching session is, with whom."""

    number: int
    at: datetime
    minutes: int
    place: str
    coach: str
    group: bool


def earlier_actions(act: Act, agent: User, *, until: datetime) -> tuple[AgreedAction, ...]:
    """Return what was agreed with the agent before a moment, oldest first, each as it stands now."""
    return _read(act, agent, _actions(agent).where(TalkAction.agreed_at < until))


def agreed_actions(act: Act, agent: User, stretch: Stretch) -> tuple[AgreedAction, ...]:
    """Return what was agreed with the agent on the days of a stretch, oldest first."""
    asked = _actions(agent).where(TalkAction.agreed_at >= stretch.start, TalkAction.agreed_at < stretch.end)
    return _read(act, agent, asked)


def next_session(act: Act, agent: User, *, after: datetime) -> NextSession | None:
    """Return the agent's first planned session after a moment."""
    asked = (
        select(Talk)
        .join(Talk.agents)
        .where(TalkAgent.agent_id == agent.id, Talk.state == TalkState.PLANNED, Talk.planned_at > after)
        .options(joinedload(Talk.coach))
        .order_by(Talk.planned_at, Talk.id)
    )
    found = act.session.scalar(asked.limit(1))
    if found is None:
        return None
    return NextSession(
        number=found.id,
        at=found.planned_at,
        minutes=found.minutes,
        place=found.place,
        coach=found.coach.name,
        group=found.kind is TalkKind.GROUP,
    )


def _actions(agent: User) -> Select[TalkAction]:
    """Select what the agent is to do, and what their coach is to do for them alone."""
    coached = select(TalkAgent.talk_id).where(TalkAgent.agent_id == agent.id)
    for_them = and_(
        TalkAction.owner_id == Talk.coach_id, Talk.kind == TalkKind.ONE_TO_ONE, TalkAction.talk_id.in_(coached)
    )
    return (
        select(TalkAction)
        .join(TalkAction.talk)
        .where(Talk.state != TalkState.CANCELLED, or_(TalkAction.owner_id == agent.id, for_them))
        .options(joinedload(TalkAction.owner), joinedload(TalkAction.scorecard))
        .order_by(TalkAction.agreed_at, TalkAction.id)
    )


def _read(act: Act, agent: User, asked: Select[TalkAction]) -> tuple[AgreedAction, ...]:
    return tuple(
        AgreedAction(
            number=one.id,
            owner=one.owner.name,
            mine=one.owner_id == agent.id,
            text=one.text,
            due_on=one.due_on,
            state=one.state,
            card=one.scorecard.key if one.scorecard else "",
            criterion=one.criterion or "",
            agreed_at=one.agreed_at,
            closed_at=one.closed_at,
            reason=one.reason,
        )
        for one in act.session.scalars(asked)
    )
