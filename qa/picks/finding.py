"""Finding interactions worth a look: long silence or hold, words that were said, or a supervisor's own choice.

What customers answered is not kept here yet, so that nothing is found by a low rating.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.kinds import Channel, InteractionState
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


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, among contacts of these days, both included; empty filters mean all."""

    reason: PickReason
    since: date
    until: date
    at_least_ms: int = 0
    phrase: str = ""
    channel: Channel | None = None
    team_id: int | None = None
    agent_id: int | None = None
    most: int = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An interaction with what speaks for picking it; ``length_ms`` of the longest stretch of silence or hold."""

    interaction: Interaction
    length_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The strongest finds, and how many there are in all."""

    rows: tuple[Found, ...]
    total: int


def find(act: Act, search: Search) -> Findings:
    """Return what can be picked: ready to be read, given to nobody yet, no visit, not erased.

    Of silence and hold the longest stand first, of the rest the newest.
    """
    act.require(Permission.PLAN_MANAGE)
    _check(search)
    if search.reason in _EVENTS:
        return _by_length(act, search)
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


def longest_ms(events: Iterable[dict[str, Any]], kind: EventKind) -> int:
    """Return the longest stretch of that kind among a transcript's events, in milliseconds; nought where there is none."""
    return max((one["end_ms"] - one["start_ms"] for one in events if one.get("kind") == kind.value), default=0)


def _by_length(act: Act, search: Search) -> Findings:
    kind = _EVENTS[search.reason]
    asked = (
        pickable()
        .where(*_within(act, search))
        .join(Transcript, Transcript.interaction_id == Interaction.id)
        .where(_newest())
        .with_only_columns(Interaction.id, Interaction.started_at, Transcript.events)
    )
    lengths = [
        (length, started_at, number)
        for number, started_at, events in act.session.execute(asked.execution_options(yield_per=1000))
        if (length := longest_ms(events, kind)) >= max(1, search.at_least_ms)
    ]
    lengths.sort(key=lambda one: (one[0], one[1], one[2]), reverse=True)
    chosen = lengths[: search.most]
    loaded = {
        one.id: one
        for one in act.session.scalars(
            select(Interaction)
            .where(Interaction.id.in_([number for _length, _at, number in chosen]))
            .options(joinedload(Interaction.agent), joinedload(Interaction.team))
        )
    }
    return Findings(tuple(Found(loaded[number], length) for length, _at, number in chosen), len(lengths))


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
    if search.reason is PickReason.PHRASE and not 2 <= len(search.phrase.strip()) <= LONGEST_PHRASE:
        raise InvalidError(_("Give a word or a phrase of 2 to {n} characters.", n=LONGEST_PHRASE), field="phrase")


def _midnight(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(act.time_zone))
