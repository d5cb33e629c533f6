"""What machines counted in evaluated conversations: one value of each kind for each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from qa.act import Act
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.i18n import Text, _
from qa.insight.queries import COUNTED
from qa.insight.stretch import Stretch
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.transcripts.figures import written_figures
from qa.transcripts.heard import events_heard
from qa.transcripts.models import Transcript, Turn
from transcribe.messages import Message, MessageSignals
from transcribe.signals import Signals, signals
from transcribe.types import Layout, Role, Word
from transcribe.types import Transcript as Heard
from transcribe.types import Turn as HeardTurn


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of one conversation, in the order of ``KINDS``; none where it does not give one."""

    agent_id: int
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class _Conversation:
    """The figures of one contact: those of a call, or those of messages."""

    call: Signals | None
    written: MessageSignals | None


@dataclass(slots=True)
class _Stored:
    """What is stored of one contact."""

    agent_id: int
    channel: Channel
    duration_ms: int
    layout: str
    events: list[Any]
    turns: list[HeardTurn] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def measured(self) -> Measured:
        layout = Layout(self.layout) if self.layout else None
        heard = Heard("", self.duration_ms, tuple(self.turns), events=events_heard(self.events), layout=layout)
        messages = sorted(self.messages, key=lambda message: message.sent_at)
        found = _Conversation(
            signals(heard) if self.turns else None,
            written_figures(messages, channel=self.channel) if messages else None,
        )
        return Measured(self.agent_id, tuple(kind.measure(found) for kind in KINDS))


@dataclass(frozen=True, slots=True)
class Kind:
    """A signal: its name, its unit, how it is read from a conversation, and the decimals it is told with."""

    name: Text
    unit: Text | str
    measure: Callable[[_Conversation], float | None]
    digits: int = 0
    #: What customers were made to wait for: it is told apart, and is nothing to develop.
    is_organisations: bool = False


def team_conversations(act: Act, stretch: Stretch, *, team_id: int) -> tuple[Measured, ...]:
    """Return the figures of the team's evaluated conversations of the stretch."""
    return _conversations(act, stretch, Interaction.team_id == team_id)


def moved_agents(act: Act, stretch: Stretch) -> frozenset[int]:
    """Return the agents with interactions of the stretch that are of another team than theirs is now."""
    asked = (
        select(Interaction.agent_id)
        .join(User, User.id == Interaction.agent_id)
        .where(Interaction.started_at >= stretch.start, Interaction.started_at < stretch.end)
        .where(Interaction.team_id.is_distinct_from(User.team_id))
        .distinct()
    )
    return frozenset(act.session.scalars(asked))


def elsewhere_conversations(act: Act, stretch: Stretch, *, agent_id: int, team_id: int | None) -> tuple[Measured, ...]:
    """Return the figures of the agent's own evaluated conversations in which they were in another team."""
    whose = Interaction.agent_id == agent_id
    return _conversations(act, stretch, whose & Interaction.team_id.is_distinct_from(team_id) if team_id else whose)


def _conversations(act: Act, stretch: Stretch, whose: ColumnElement[bool]) -> tuple[Measured, ...]:
    newest = (
        select(func.max(Transcript.number))
        .where(Transcript.interaction_id == Interaction.id)
        .correlate(Interaction)
        .scalar_subquery()
    )
    # Asked of each interaction of the period, which are few: all that was ever scored is not.
    evaluated = exists().where(
        Evaluation.interaction_id == Interaction.id,
        Evaluation.kind == EvaluationKind.RANDOM,
        Evaluation.state.in_(COUNTED),
    )
    chosen = (
        select(
            Transcript.id,
            Interaction.agent_id,
            Interaction.channel,
            Interaction.duration_ms,
            Transcript.layout,
            Transcript.events,
        )
        .join(Interaction, Transcript.interaction_id == Interaction.id)
        .where(Transcript.number == newest, evaluated, whose)
        .where(Interaction.started_at >= stretch.start, Interaction.started_at < stretch.end)
        .order_by(Interaction.id)
    )
    found = {
        row.id: _Stored(row.agent_id, row.channel, row.duration_ms or 0, row.layout, row.events)
        for row in act.session.execute(chosen)
    }
    said = (
        select(Turn.transcript_id, Turn.author, Turn.role, Turn.start_ms, Turn.end_ms, Turn.sent_at, Turn.text)
        .where(Turn.transcript_id.in_(chosen.with_only_columns(Transcript.id).order_by(None)), ~Turn.internal)
        .order_by(Turn.transcript_id, Turn.position)
    )
    for row in act.session.execute(said):
        stored, role = found[row.transcript_id], Role(row.role.value)
        if row.start_ms is not None and row.end_ms is not None:
            if row.start_ms == row.end_ms and not row.text:
                continue  # people said that nothing was said there
            # The figures need what was said and how many words that is; the words with their times need not be read.
            words = tuple(map(_untimed, row.text.split()))
            stored.turns.append(HeardTurn(row.author, role, row.start_ms, row.end_ms, words))
        elif row.sent_at is not None:
            stored.messages.append(Message(role, row.sent_at, row.text))
    return tuple(stored.measured() for stored in found.values())


@lru_cache(maxsize=1 << 15)
def _untimed(word: str) -> Word:
    return Word(word, 0, 0)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _talk_share(item: _Conversation) -> float | None:
    return _percent(item.call.talk_share.get(Role.AGENT)) if item.call else None


def _listening(item: _Conversation) -> float | None:
    return _percent(item.call.listening_share.get(Role.AGENT)) if item.call else None


def _interruptions(item: _Conversation) -> float | None:
    if item.call is None or item.call.interruptions is None or Role.AGENT not in item.call.talk_ms:
        return None
    return sum(one.by is Role.AGENT for one in item.call.interruptions)


def _floor_taken(item: _Conversation) -> float | None:
    if _interruptions(item) is None or item.call is None:
        return None
    return sum(one.by is Role.AGENT and one.took_the_floor for one in item.call.interruptions or ())


def _unannounced(item: _Conversation) -> float | None:
    """Waiting is the organisation's, whose systems are slow; saying that it will take a while is the agent's."""
    if item.call is None or Role.AGENT not in item.call.talk_ms:
        return None
    return sum(silence.agent_is_awaited for silence in item.call.dead_air)


def _longest_silence(item: _Conversation) -> float | None:
    if item.call is None:
        return None
    return max((silence.length_ms for silence in item.call.silences), default=0) / 1000


def _on_hold(item: _Conversation) -> float | None:
    return item.call.hold_ms / 1000 if item.call else None


def _transfers(item: _Conversation) -> float | None:
    return len(item.call.transfers) if item.call else None


def _rate(item: _Conversation) -> float | None:
    return item.call.words_per_minute.get(Role.AGENT) if item.call else None


def _later_answers(item: _Conversation) -> float | None:
    """The first answer is left out: the time in the queue is in it."""
    median_s = item.written.median_later_s if item.written else None
    return None if median_s is None else median_s / 60


KINDS = (
    Kind(_("Your share of the talking"), "%", _talk_share),
    Kind(_("Part of the call in which you listened"), "%", _listening),
    Kind(_("Times you began while the customer spoke"), _("a call"), _interruptions, 1),
    Kind(_("Of these, times the customer then stopped"), _("a call"), _floor_taken, 1),
    Kind(_("Silences of ten seconds after the customer spoke, not announced"), _("a call"), _unannounced, 1),
    Kind(_("Longest silence"), _("seconds"), _longest_silence),
    Kind(_("Speech rate"), _("words a minute"), _rate),
    Kind(_("Answers after the first one, half of them within"), _("minutes"), _later_answers, 1),
    Kind(_("On hold"), _("seconds a call"), _on_hold, is_organisations=True),
    Kind(_("Put through"), _("times a call"), _transfers, 1, is_organisations=True),
)
