"""Keeping what followed each held session worked out: whatever it rests on changed since is worked out anew, every hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, or_, select, update

from qa.act import Act
from qa.i18n import _
from qa.insight.keeping import states_of_draws
from qa.insight.queries import LONGEST_PERIOD
from qa.jobs.work import Work
from qa.sampling.models import Draw
from qa.talks.coached import Coached, Key, Session, near, read_coached, session_of, sessions_asked, span, work_out_all
from qa.talks.models import Talk, TalkEffect
from qa.talks.worked import WINDOW, Found, effect_to_plain, figure_to_plain

#: How far back sessions are looked at; what followed an older one is worked out once.
LOOKED_BACK = timedelta(weeks=52)
#: Sessions of so long are worked out from one reading of the contacts around them.
_AT_ONCE = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Due:
    """A session to be worked out, by what its state is known, and the row that is kept of it, if there is one."""

    session: Session
    state: str
    row_id: int | None


def count_effects(work: Work) -> int:
    """Work out what followed the sessions that are due; returns how many."""
    with work.looking() as act:
        looked_at, due = act.now, due_sessions(act)
    done = 0
    for stretch in stretches(due):
        work.report(done, len(due), step=_("Looking at what followed coaching sessions"))
        with work.looking() as act:
            found = work_out_all(act, [one.session for one in stretch])
        with work.act() as act:
            keep_effects(act, stretch, found)
        done += len(stretch)
    with work.act() as act:
        note_looked_at(act, looked_at)
    return done


def due_sessions(act: Act) -> list[Due]:
    """Return the sessions of the year of which what they rest on changed, and older ones of which nothing is kept."""
    asked = sessions_asked(or_(Talk.held_at >= act.now - LOOKED_BACK, TalkEffect.id.is_(None)))
    rows = act.session.execute(asked.add_columns(TalkEffect.id.label("row_id"), TalkEffect.state)).all()
    if not rows:
        return []
    sessions = [session_of(row) for row in rows]
    start, end = span(sessions)
    coached = read_coached(act, {one.criterion for one in sessions}, start=start, end=end)
    draws = _draws(act)
    found = []
    for row, one in zip(rows, sessions, strict=True):
        state = _state(one, coached, draws)
        if row.state != state:
            found.append(Due(one, state, row.row_id))
    return found


def keep_effects(act: Act, due: Sequence[Due], found: Mapping[Key, Found]) -> None:
    """Keep what was worked out in the place of what was kept before; of a session that is gone since nothing is kept."""
    talks = sorted({one.session.talk_id for one in due})
    there = set(act.session.scalars(select(Talk.id).where(Talk.id.in_(talks))))
    outdated = [one.row_id for one in due if one.row_id is not None]
    act.session.execute(delete(TalkEffect).where(TalkEffect.id.in_(outdated)))
    rows = [
        {
            "talk_id": one.session.talk_id,
            "agent_id": one.session.agent_id,
            "scorecard_id": one.session.criterion[0],
            "criterion": one.session.criterion[1],
            "before": figure_to_plain(found[one.session.key].before),
            "after": figure_to_plain(found[one.session.key].after),
            "effect": effect_to_plain(found[one.session.key].effect),
            "state": one.state,
            "counted_at": act.now,
        }
        for one in due
        if one.session.talk_id in there
    ]
    if rows:
        act.session.execute(insert(TalkEffect), rows)


def note_looked_at(act: Act, moment: datetime) -> None:
    """Note when the sessions of the year were looked at: what nothing changed of stands as of then too."""
    year = select(Talk.id).where(Talk.held_at >= moment - LOOKED_BACK)
    act.session.execute(update(TalkEffect).where(TalkEffect.talk_id.in_(year)).values(counted_at=moment))


@dataclass(frozen=True, slots=True)
class _Draw:
    starts_at: datetime
    ends_at: datetime
    state: str


def _draws(act: Act) -> list[_Draw]:
    states = states_of_draws(act)
    asked = select(Draw.id, Draw.starts_at, Draw.ends_at).order_by(Draw.id)
    return [
        _Draw(row.starts_at - LONGEST_PERIOD, row.ends_at + LONGEST_PERIOD, f"{row.id} {states[row.id]}")
        for row in act.session.execute(asked)
        if row.id in states
    ]


def _state(one: Session, coached: Coached, draws: Sequence[_Draw]) -> str:
    """Tell a state by who else was coached in those weeks, and by the draws whose interactions can be of them."""
    first, last = one.at - WINDOW, one.at + WINDOW
    others = sorted((agent_id, moment.isoformat()) for agent_id, moment in near(coached, one.criterion, one.at))
    scores = [draw.state for draw in draws if draw.starts_at < last and draw.ends_at > first]
    return sha256(repr((others, scores)).encode()).hexdigest()


def stretches(due: Sequence[Due]) -> list[list[Due]]:
    """Part the sessions, which are in the order of time."""
    found: list[list[Due]] = []
    for one in due:
        if not found or one.session.at - found[-1][0].session.at > _AT_ONCE:
            found.append([])
        found[-1].append(one)
    return found
