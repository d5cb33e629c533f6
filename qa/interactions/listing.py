"""Lists of interactions: filters, words that were said, order, pages."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, UnaryExpression, exists, func, or_
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.interactions.kinds import Channel, InteractionState
from qa.interactions.models import Interaction
from qa.interactions.queries import visible_interactions
from qa.interactions.whose import every_agent_hidden, references_that_tell, with_known_agents
from qa.paging import Page, page_of
from qa.people.models import User
from qa.transcripts.models import Transcript, Turn

LONGEST_WORDS = 200
NEWEST_FIRST = "-started"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which interactions are looked for; empty means all. ``since`` and ``until`` are days, both included."""

    channel: Channel | None = None
    state: InteractionState | None = None
    team_id: int | None = None
    agent_id: int | None = None
    language: str = ""
    since: date | None = None
    until: date | None = None
    #: Part of a reference, a subject, an agent's name, or of what was said or written.
    words: str = ""


_ORDERS: dict[str, Any] = {
    "started": Interaction.started_at,
    "length": Interaction.duration_ms,
    "channel": Interaction.channel,
    "state": Interaction.state,
    "agent": func.lower(User.name),
}


def find_interactions(act: Act, filters: Filters, *, sort: str = NEWEST_FIRST, page: int = 1) -> Page[Interaction]:
    """Return the visible interactions that pass the filters; an unknown order is newest first."""
    asked = with_known_agents(act, visible_interactions(act)).join(User, User.id == Interaction.agent_id)
    # Whoever is not told the agents finds nothing by them either.
    hidden = every_agent_hidden(act)
    for column, wanted in (
        (Interaction.channel, filters.channel),
        (Interaction.state, filters.state),
        (Interaction.team_id, filters.team_id),
        (Interaction.agent_id, None if hidden else filters.agent_id),
        (Interaction.language, filters.language or None),
    ):
        if wanted is not None:
            asked = asked.where(column == wanted)
    if filters.since is not None:
        asked = asked.where(Interaction.started_at >= _midnight(act, filters.since))
    if filters.until is not None:
        asked = asked.where(Interaction.started_at < _midnight(act, filters.until + timedelta(days=1)))
    if filters.words.strip():
        asked = _with_words(act, asked, words=filters.words.strip()[:LONGEST_WORDS])
    asked = asked.options(joinedload(Interaction.agent), joinedload(Interaction.team))
    order = NEWEST_FIRST if hidden and sort.removeprefix("-") == "agent" else sort
    return page_of(act, asked.order_by(*_order(order)), number=page)


def _with_words(act: Act, asked: Select[Interaction], *, words: str) -> Select[Interaction]:
    said = (Transcript.interaction_id == Interaction.id, Turn.text.icontains(words, autoescape=True))
    spoken = exists().where(Turn.transcript_id == Transcript.id, *said)
    if act.actor is not None and act.actor.role is Role.AGENT:
        # Notes among colleagues are for those who supervise.
        spoken = spoken.where(Turn.internal.is_(False))
    called = Interaction.reference.icontains(words, autoescape=True)
    if every_agent_hidden(act):
        called &= Interaction.id.not_in(references_that_tell(act, asked, words=words))
    else:
        called |= User.name.icontains(words, autoescape=True)
    return asked.where(or_(called, Interaction.subject.icontains(words, autoescape=True), spoken))


def _order(sort: str) -> tuple[UnaryExpression[Any], ...]:
    key = sort.removeprefix("-")
    column = _ORDERS.get(key)
    if column is None:
        return (Interaction.started_at.desc(), Interaction.id.desc())
    ordered = column.desc() if sort.startswith("-") else column.asc()
    return (ordered.nulls_last(), Interaction.id.desc())


def _midnight(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(act.time_zone))
