"""Finding interactions worth a look: long silence, hold or wait, words, a low rating, or a supervisor's own choice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation
from qa.feedback.models import CustomerAnswer
from qa.feedback.rating import USUALLY_LOW, rated
from qa.i18n import _
from qa.interactions.kinds import SPOKEN, AuthorRole, Channel, InteractionState
from qa.interactions.models import Interaction
from qa.mystery.models import Visit
from qa.picks.models import PickReason
from qa.transcripts.models import Transcript, Turn
from transcribe.types import EventKind

MOST_FOUND = 50
LONGEST_PHRASE = 200
#: Longer stretches of days are looked through in pieces.
MOST_DAYS = 92

_EVENTS = {PickReason.SILENCE: EventKind.SILENCE, PickReason.HOLD: EventKind.HOLD}
#: Reasons that have a length: those of calls, and how long a customer waited for an answer to a message.
MEASURED = frozenset({*_EVENTS, PickReason.WAIT})


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, among contacts of these days, both included; empty filters mean all."""

    reason: PickReason
    since: date
    until: date
    at_least_ms: int = 0
    phrase: str = ""
    #: The highest rating that counts as low, in per cent of its scale.
    rated_at_most: int = USUALLY_LOW
    channel: Channel | None = None
    team_id: int | None = None
    agent_id: int | None = None
    most: int = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An interaction with what speaks for picking it; ``length_ms`` of the longest silence, hold or wait.

    ``rated`` is the customer's lowest rating, in per cent of its scale.
    """

    interaction: Interaction
    length_ms: int | None = None
    rated: float | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The strongest finds, and how many there are in all."""

    rows: tuple[Found, ...]
    total: int


def find(act: Act, search: Search) -> Findings:
    """Return what can be picked: ready to be read, given to nobody yet, no visit, not erased.

    Of silence, hold and wait the longest stand first, of ratings the lowest, of the rest the newest.
    """
    act.require(Permission.PLAN_MANAGE)
    _check(search)
    if search.reason in MEASURED:
        return _by_length(act, search)
    if search.reason is PickReason.LOW_CSAT:
        return _by_rating(act, search)
    asked = pickable().where(*_within(act, search))
    if search.reason is PickReason.PHRASE:
        asked = asked.where(_said(search.phrase))
    total = act.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    newest = asked.order_by(Interaction.started_at.desc(), Interaction.id.desc()).limit(search.most)
    rows = act.session.scalars(newest.options(joinedload(Interaction.agent), joinedload(Interaction.team)))
    return Findings(tuple(Found(one) for one in rows), total)


def pickable() -> Select[Interaction]:
    """Select the interactions that can be picked."""
    return select(Interaction).where(
        Interaction.state == InteractionState.READY,
        ~exists().where(Evaluation.interaction_id == Interaction.id, Evaluation.probe.is_(None)),
        ~exists().where(Visit.interaction_id == Interaction.id),
        ~_erased(),
    )


def erased_among(act: Act, interaction_ids: Iterable[int]) -> set[int]:
    """Return which of these interactions were erased."""
    asked = select(Interaction.id).where(Interaction.id.in_(list(interaction_ids)), _erased())
    return set(act.session.scalars(asked))


def lengths(act: Act, asked: Select[Interaction], reason: PickReason) -> Iterator[tuple[int, datetime, int]]:
    """Yield number, beginning and longest stretch in milliseconds of each of these interactions that has any."""
    if reason is PickReason.WAIT:
        return _waits(act, asked)
    return _stretches(act, asked, _EVENTS[reason])


def longest_ms(events: Iterable[Mapping[str, Any]], kind: EventKind) -> int:
    """Return the longest stretch of that kind among a transcript's events, in milliseconds; nought where there is none."""
    return max((one["end_ms"] - one["start_ms"] for one in events if one.get("kind") == kind.value), default=0)


def longest_wait_ms(messages: Iterable[tuple[AuthorRole, datetime]]) -> int:
    """Return how long a customer waited at most, in milliseconds: from their first message that nobody had answered yet.

    What nobody answered at all has no end, and is not counted.
    """
    longest, since = 0, None
    for role, sent_at in messages:
        if role is AuthorRole.CUSTOMER:
            since = since or sent_at
        elif role is AuthorRole.AGENT and since is not None:
            longest, since = max(longest, (sent_at - since) // timedelta(milliseconds=1)), None
    return longest


def _by_rating(act: Act, search: Search) -> Findings:
    asked = pickable().where(*_within(act, search), rated(None, search.rated_at_most))
    total = act.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    lowest = (
        select(CustomerAnswer.interaction_id, func.min(CustomerAnswer.csat_bp).label("csat_bp"))
        .group_by(CustomerAnswer.interaction_id)
        .subquery()
    )
    rows = act.session.execute(
        asked.join(lowest, lowest.c.interaction_id == Interaction.id)
        .add_columns(lowest.c.csat_bp)
        .order_by(lowest.c.csat_bp, Interaction.started_at.desc(), Interaction.id.desc())
        .limit(search.most)
        .options(joinedload(Interaction.agent), joinedload(Interaction.team))
    )
    return Findings(tuple(Found(one, rated=csat_bp / 100) for one, csat_bp in rows), total)


def _by_length(act: Act, search: Search) -> Findings:
    asked = pickable().where(*_within(act, search))
    found = [
        (length, started_at, number)
        for number, started_at, length in lengths(act, asked, search.reason)
        if length >= max(1, search.at_least_ms)
    ]
    found.sort(reverse=True)
    chosen = found[: search.most]
    loaded = {
        one.id: one
        for one in act.session.scalars(
            select(Interaction)
            .where(Interaction.id.in_([number for _length, _at, number in chosen]))
            .options(joinedload(Interaction.agent), joinedload(Interaction.team))
        )
    }
    return Findings(tuple(Found(loaded[number], length) for length, _at, number in chosen), len(found))


def _stretches(act: Act, asked: Select[Interaction], kind: EventKind) -> Iterator[tuple[int, datetime, int]]:
    rows = (
        asked.join(Transcript, Transcript.interaction_id == Interaction.id)
        .where(_newest())
        .with_only_columns(Interaction.id, Interaction.started_at, Transcript.events)
    )
    for number, started_at, events in act.session.execute(rows.execution_options(yield_per=1000)):
        yield number, started_at, longest_ms(events, kind)


def _waits(act: Act, asked: Select[Interaction]) -> Iterator[tuple[int, datetime, int]]:
    rows = (
        asked.where(Interaction.channel.not_in(SPOKEN))
        .join(Transcript, Transcript.interaction_id == Interaction.id)
        .join(Turn, Turn.transcript_id == Transcript.id)
        .where(_newest(), Turn.internal.is_(False), Turn.sent_at.is_not(None))
        .with_only_columns(Interaction.id, Interaction.started_at, Turn.role, Turn.sent_at)
        .order_by(Interaction.id, Turn.sent_at, Turn.position)
    )
    found = act.session.execute(rows.execution_options(yield_per=5000))
    for (number, started_at), messages in groupby(found, key=lambda row: (row[0], row[1])):
        yield (
            number,
            started_at,
            longest_wait_ms((role, sent_at) for _number, _at, role, sent_at in messages if sent_at is not None),
        )


def _newest() -> ColumnElement[bool]:
    later = aliased(Transcript)
    return ~exists().where(later.interaction_id == Transcript.interaction_id, later.number > Transcript.number)


def _said(phrase: str) -> ColumnElement[bool]:
    return exists().where(
        Transcript.interaction_id == Interaction.id,
        Turn.transcript_id == Transcript.id,
        Turn.text.icontains(phrase.strip(), autoescape=True),
        _newest(),
    )


def _erased() -> ColumnElement[bool]:
    return exists().where(
        AuditEntry.action == "interaction.erased",
        AuditEntry.subject_kind == Interaction.__tablename__,
        AuditEntry.subject_id == Interaction.id,
    )


def _within(act: Act, search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Interaction.started_at >= _midnight(act, search.since),
        Interaction.started_at < _midnight(act, search.until + timedelta(days=1)),
    ]
    for column, wanted in (
        (Interaction.channel, search.channel),
        (Interaction.team_id, search.team_id),
        (Interaction.agent_id, search.agent_id),
    ):
        if wanted is not None:
            found.append(column == wanted)
    return found


def _check(search: Search) -> None:
    if search.until < search.since:
        raise InvalidError(_("The last day lies before the first."), field="until")
    if (search.until - search.since).days >= MOST_DAYS:
        raise InvalidError(_("Look through at most {n} days at a time.", n=MOST_DAYS), field="since")
    if not 1 <= search.most <= MOST_FOUND:
        raise InvalidError(_("Give a number from {low} to {high}.", low=1, high=MOST_FOUND), field="most")
    if not 0 <= search.rated_at_most <= 100:
        raise InvalidError(_("Give a number from {low} to {high}.", low=0, high=100), field="rated_at_most")
    if search.reason is PickReason.PHRASE and not 2 <= len(search.phrase.strip()) <= LONGEST_PHRASE:
        raise InvalidError(_("Give a word or a phrase of 2 to {n} characters.", n=LONGEST_PHRASE), field="phrase")


def _midnight(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(act.time_zone))
