"""Whether coaching worked: drawn contacts before and after held sessions, beside those of colleagues in the same weeks.

What the hourly job kept is read; a session of which nothing is kept is worked out as the page opens. Both are the same figures.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from qa.act import Act
from qa.estimate.coaching_effect import Effect, Silence, Together, together
from qa.estimate.figure import GUARD, Figure
from qa.people.models import User
from qa.talks.coached import Key, Session, session_of, sessions_asked, span, work_out_all
from qa.talks.contacts import Criterion, read_drawn
from qa.talks.keeping import LOOKED_BACK
from qa.talks.models import ActionState, Talk, TalkAction, TalkAgent, TalkEffect, TalkState
from qa.talks.queries import visible_talks
from qa.talks.worked import WINDOW, Found, effect_from_plain, figure_from_plain

#: So many sessions of which nothing is kept are worked out as the team's page opens; more are left to the hourly job.
MOST_AT_ONCE = 50


class Agreed(StrEnum):
    """What became of what was agreed on a criterion."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class FocusEffect:
    """One agent and one criterion of a session: before, after, and what is left of the change beside colleagues."""

    agent: User
    criterion: Criterion
    before: Figure
    after: Figure
    found: Effect | Silence
    picked_low: bool
    #: Whether the weeks after it are over.
    complete: bool
    #: As of when it stands so; none where it was worked out just now.
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CoachedEffect:
    """What followed the first session of an agent on a criterion."""

    talk_id: int
    agent_id: int
    criterion: Criterion
    found: Effect | Silence
    agreed: Agreed


@dataclass(frozen=True, slots=True)
class TeamEffects:
    """What was coached over a year, by criterion and by what became of the actions; none where there is too little."""

    criteria: Mapping[Criterion, Together | None]
    agreed: Mapping[Agreed, Together | None]
    #: How many agents were coached on each criterion, told or not.
    coached: Mapping[Criterion, int]
    each: tuple[CoachedEffect, ...]
    #: The oldest moment of what was kept; none where nothing was.
    counted_at: datetime | None
    #: Sessions that the hourly job has still to look at, left out here.
    uncounted: int


def effects_of(act: Act, talk: Talk) -> list[FocusEffect]:
    """Return the effects of one held session that the actor may see: an agent's own, all of them for supervisors."""
    if talk.state is not TalkState.HELD or not talk.focus:
        return []
    asked = sessions_asked(Talk.id == talk.id).add_columns(
        TalkEffect.before, TalkEffect.after, TalkEffect.effect, TalkEffect.counted_at
    )
    rows = [(session_of(row), row) for row in act.session.execute(asked)]
    people = {one.agent_id: one.agent for one in talk.agents}
    own = people.keys() & {act.person().id}
    worked = work_out_all(act, [session for session, row in rows if row.effect is None])
    found = []
    for session, row in rows:
        if own and session.agent_id not in own:
            continue
        one = worked.get(session.key) or Found(
            figure_from_plain(row.before), figure_from_plain(row.after), effect_from_plain(row.effect)
        )
        found.append(
            FocusEffect(
                agent=people[session.agent_id],
                criterion=session.criterion,
                before=one.before,
                after=one.after,
                found=one.effect,
                picked_low=session.picked_low,
                complete=act.now >= session.at + WINDOW,
                counted_at=row.counted_at,
            )
        )
    return found


def team_effects(act: Act, *, team_id: int | None = None) -> TeamEffects:
    """Return what the sessions of a year were followed by; of an agent coached twice on a criterion the first counts."""
    year: list[ColumnElement[bool]] = [
        Talk.held_at >= act.now - LOOKED_BACK,
        Talk.id.in_(visible_talks(act).with_only_columns(Talk.id)),
    ]
    asked = sessions_asked(*year).add_columns(TalkEffect.effect, TalkEffect.counted_at)
    if team_id is not None:
        asked = asked.join(User, User.id == TalkAgent.agent_id).where(User.team_id == team_id)
    first: dict[tuple[int, Criterion], Session] = {}
    kept: dict[Key, Effect | Silence] = {}
    moments = []
    for row in act.session.execute(asked):
        session = session_of(row)
        if first.setdefault((session.agent_id, session.criterion), session) is session and row.effect is not None:
            kept[session.key] = effect_from_plain(row.effect)
            moments.append(row.counted_at)
    missing = [one for one in first.values() if one.key not in kept]
    kept |= _worked_now(act, missing[:MOST_AT_ONCE])
    agreed = _agreed(act, *year)
    each = tuple(
        CoachedEffect(one.talk_id, one.agent_id, one.criterion, kept[one.key], agreed.get(one.key, Agreed.NOTHING))
        for one in first.values()
        if one.key in kept
    )
    return _over(
        each, counted_at=min(moments, default=None), uncounted=len({one.talk_id for one in missing[MOST_AT_ONCE:]})
    )


def _worked_now(act: Act, sessions: Sequence[Session]) -> dict[Key, Effect | Silence]:
    """Work out what nothing is kept of; colleagues' contacts are read only where an agent's own are enough."""
    if not sessions:
        return {}
    start, end = span(sessions)
    own = read_drawn(
        act,
        {one.criterion for one in sessions},
        start=start,
        end=end,
        agent_ids={one.agent_id for one in sessions},
    )
    found: dict[Key, Effect | Silence] = {}
    for one in sessions:
        before, after = own[one.criterion].counted(
            one.agent_id, start=one.at - WINDOW, middle=one.at, end=one.at + WINDOW
        )
        if before < GUARD:
            found[one.key] = Silence.FEW_BEFORE
        elif after < GUARD:
            found[one.key] = Silence.FEW_AFTER
    worked = work_out_all(act, [one for one in sessions if one.key not in found])
    return found | {key: one.effect for key, one in worked.items()}


def _over(each: tuple[CoachedEffect, ...], *, counted_at: datetime | None, uncounted: int) -> TeamEffects:
    by_criterion: dict[Criterion, list[Effect]] = {one.criterion: [] for one in each}
    by_agreed: dict[Agreed, list[Effect]] = {one: [] for one in Agreed}
    coached: dict[Criterion, int] = defaultdict(int)
    for one in each:
        coached[one.criterion] += 1
        if isinstance(one.found, Effect):
            by_criterion[one.criterion].append(one.found)
            by_agreed[one.agreed].append(one.found)
    # Everything that the page compares is one family, so that of what it says the stated share is wrong at most.
    found = together(
        {_name(key): effects for key, effects in by_criterion.items()}
        | {one.value: effects for one, effects in by_agreed.items()}
    )
    return TeamEffects(
        {key: found[_name(key)] for key in by_criterion},
        {one: found[one.value] for one in Agreed},
        coached,
        each,
        counted_at,
        uncounted,
    )


def _name(criterion: Criterion) -> str:
    return f"{criterion[0]}/{criterion[1]}"


def _agreed(act: Act, *where: ColumnElement[bool]) -> dict[Key, Agreed]:
    """Return what became of each agent's actions on each criterion of the sessions."""
    asked = (
        select(TalkAction.talk_id, TalkAction.owner_id, TalkAction.scorecard_id, TalkAction.criterion, TalkAction.state)
        .join(Talk, Talk.id == TalkAction.talk_id)
        .where(Talk.state == TalkState.HELD, TalkAction.criterion.is_not(None), *where)
    )
    found: dict[Key, Agreed] = {}
    for talk_id, owner_id, scorecard_id, criterion, state in act.session.execute(asked):
        if scorecard_id is None or criterion is None:
            continue
        key = (talk_id, owner_id, (scorecard_id, criterion))
        if state is ActionState.DONE:
            found[key] = Agreed.DONE
        else:
            found.setdefault(key, Agreed.NOT_DONE)
    return found
