"""Who was coached on which criterion, and what followed: worked out for several sessions in one go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select

from qa.act import Act
from qa.talks.contacts import Criterion, Drawn, read_drawn
from qa.talks.models import Occasion, Talk, TalkAgent, TalkEffect, TalkFocus, TalkState
from qa.talks.worked import WINDOW, Found, work_out

#: Who was coached on each criterion, and when.
Coached = Mapping[Criterion, Sequence[tuple[int, datetime]]]


#: By what a session is known: its number, the agent's, and the criterion.
Key = tuple[int, int, Criterion]


@dataclass(frozen=True, slots=True)
class Session:
    """One agent and one criterion of a held session."""

    talk_id: int
    agent_id: int
    criterion: Criterion
    at: datetime
    picked_low: bool

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.talk_id, self.agent_id, self.criterion


def sessions_asked(*where: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """Select every agent and criterion of held sessions, in the order of time, with what was kept of them if anything was."""
    asked: Select[*tuple[object, ...]] = (
        select(
            Talk.id,
            Talk.held_at,
            Talk.occasion,
            TalkAgent.agent_id,
            TalkFocus.scorecard_id,
            TalkFocus.criterion,
        )
        .join(TalkFocus, TalkFocus.talk_id == Talk.id)
        .join(TalkAgent, TalkAgent.talk_id == Talk.id)
        .join(
            TalkEffect,
            (TalkEffect.talk_id == Talk.id)
            & (TalkEffect.agent_id == TalkAgent.agent_id)
            & (TalkEffect.scorecard_id == TalkFocus.scorecard_id)
            & (TalkEffect.criterion == TalkFocus.criterion),
            isouter=True,
        )
        .where(Talk.state == TalkState.HELD, Talk.held_at.is_not(None), *where)
        .order_by(Talk.held_at, Talk.id, TalkFocus.id, TalkAgent.id)
    )
    return asked


def session_of(row: Row[*tuple[object, ...]]) -> Session:
    """Return the session of a row of ``sessions_asked``."""
    return Session(
        row.id, row.agent_id, (row.scorecard_id, row.criterion), row.held_at, row.occasion is Occasion.LOW_SCORE
    )


def read_coached(act: Act, criteria: Iterable[Criterion], *, start: datetime, end: datetime) -> Coached:
    """Return who was coached between the moments: they are nobody's uncoached colleague in those weeks."""
    asked = (
        select(TalkFocus.scorecard_id, TalkFocus.criterion, TalkAgent.agent_id, Talk.held_at)
        .join(Talk, Talk.id == TalkFocus.talk_id)
        .join(TalkAgent, TalkAgent.talk_id == Talk.id)
        .where(Talk.state == TalkState.HELD, Talk.held_at >= start, Talk.held_at <= end)
        .where(TalkFocus.criterion.in_(sorted({key for _number, key in criteria})))
    )
    found: dict[Criterion, list[tuple[int, datetime]]] = defaultdict(list)
    for scorecard_id, key, agent_id, held_at in act.session.execute(asked):
        if held_at is not None:
            found[scorecard_id, key].append((agent_id, held_at))
    return found


def near(coached: Coached, criterion: Criterion, at: datetime) -> list[tuple[int, datetime]]:
    """Return who was coached on a criterion in the weeks around a moment."""
    return [one for one in coached.get(criterion, ()) if abs(one[1] - at) <= WINDOW]


def span(sessions: Iterable[Session]) -> tuple[datetime, datetime]:
    """Return from when until when contacts matter to the sessions, of which there is one or more."""
    moments = [one.at for one in sessions]
    return min(moments) - WINDOW, max(moments) + WINDOW


def work_out_all(act: Act, sessions: Sequence[Session]) -> dict[Key, Found]:
    """Work out what followed the sessions, by their keys; four queries, however many there are."""
    if not sessions:
        return {}
    start, end = span(sessions)
    criteria = {one.criterion for one in sessions}
    drawn = read_drawn(act, criteria, start=start, end=end)
    coached = read_coached(act, criteria, start=start, end=end)
    groups: dict[tuple[int, Criterion], list[Session]] = defaultdict(list)
    for one in sessions:
        groups[one.talk_id, one.criterion].append(one)
    found: dict[Key, Found] = {}
    for group in groups.values():
        found |= _of_talk(drawn[group[0].criterion], coached, group)
    return found


def _of_talk(drawn: Drawn, coached: Coached, group: Sequence[Session]) -> dict[Key, Found]:
    one = group[0]
    others = {agent_id for agent_id, _moment in near(coached, one.criterion, one.at)}
    worked = work_out(
        drawn,
        at=one.at,
        agent_ids=[session.agent_id for session in group],
        near=others,
        picked_low=one.picked_low,
    )
    return {session.key: worked[session.agent_id] for session in group}
