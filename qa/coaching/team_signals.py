"""What machines counted in an agent's sampled interactions, with the middle half of the team beside it."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from qa.act import Act
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.i18n import Language, Text, _, say
from qa.insight.queries import COUNTED
from qa.insight.stretch import Stretch
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.reports.content import Signal
from qa.transcripts.figures import written_figures
from qa.transcripts.heard import events_heard
from qa.transcripts.models import Transcript, Turn
from transcribe.messages import Message, MessageSignals
from transcribe.signals import Signals, signals
from transcribe.types import Layout, Role, Word
from transcribe.types import Transcript as Heard
from transcribe.types import Turn as HeardTurn

#: Fewer colleagues or interactions would let a reader work out what somebody else's figures are.
FEWEST_COLLEAGUES = 3
FEWEST_INTERACTIONS = 12


@dataclass(frozen=True, slots=True)
class _Conversation:
    """One contact with its figures: those of a call, or those of messages."""

    agent_id: int
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

    def conversation(self) -> _Conversation:
        layout = Layout(self.layout) if self.layout else None
        heard = Heard("", self.duration_ms, tuple(self.turns), events=events_heard(self.events), layout=layout)
        messages = sorted(self.messages, key=lambda message: message.sent_at)
        return _Conversation(
            self.agent_id,
            signals(heard) if self.turns else None,
            written_figures(messages, channel=self.channel) if messages else None,
        )


@dataclass(frozen=True, slots=True)
class _Kind:
    name: Text
    unit: Text | str
    measure: Callable[[_Conversation], float | None]
    digits: int = 0


def agent_signals(act: Act, agent: User, stretch: Stretch, *, language: Language) -> tuple[Signal, ...]:
    """Return each signal that at least one of the agent's evaluated interactions gives."""
    found = _conversations(act, agent, stretch)
    own = [item for item in found if item.agent_id == agent.id]
    return tuple(
        signal for kind in _KINDS if (signal := _signal(kind, own=own, everyone=found, language=language)) is not None
    )


def _signal(
    kind: _Kind, *, own: Sequence[_Conversation], everyone: Sequence[_Conversation], language: Language
) -> Signal | None:
    values = [value for item in own if (value := kind.measure(item)) is not None]
    if not values:
        return None
    team = [(item.agent_id, value) for item in everyone if (value := kind.measure(item)) is not None]
    low = high = None
    if len({agent_id for agent_id, _value in team}) > FEWEST_COLLEAGUES and len(team) >= FEWEST_INTERACTIONS:
        quarters = statistics.quantiles((value for _agent, value in team), n=4, method="inclusive")
        low, high = (_rounded(edge, digits=kind.digits) for edge in (quarters[0], quarters[2]))
    return Signal(
        name=say(kind.name, language),
        unit=say(kind.unit, language),
        value=_rounded(statistics.fmean(values), digits=kind.digits),
        team_low=low,
        team_high=high,
        n=len(values),
        digits=kind.digits,
    )


def _rounded(value: float, *, digits: int) -> Decimal:
    return Decimal(str(round(value, digits)))


def _conversations(act: Act, agent: User, stretch: Stretch) -> list[_Conversation]:
    newest = (
        select(func.max(Transcript.number))
        .where(Transcript.interaction_id == Interaction.id)
        .correlate(Interaction)
        .scalar_subquery()
    )
    evaluated = select(Evaluation.interaction_id).where(
        Evaluation.kind == EvaluationKind.RANDOM, Evaluation.state.in_(COUNTED)
    )
    # The agent's own work of the period whatever the team then was, and that of the present team.
    whose = Interaction.agent_id == agent.id
    if agent.team_id is not None:
        whose |= Interaction.team_id == agent.team_id
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
        .where(Transcript.number == newest, Interaction.id.in_(evaluated), whose)
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
            words = tuple(Word(word, row.start_ms, row.end_ms) for word in row.text.split())
            stored.turns.append(HeardTurn(row.author, role, row.start_ms, row.end_ms, words))
        elif row.sent_at is not None:
            stored.messages.append(Message(role, row.sent_at, row.text))
    return [stored.conversation() for stored in found.values()]


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


def _rate(item: _Conversation) -> float | None:
    return item.call.words_per_minute.get(Role.AGENT) if item.call else None


def _later_answers(item: _Conversation) -> float | None:
    """The first answer is left out: the time in the queue is in it."""
    median_s = item.written.median_later_s if item.written else None
    return None if median_s is None else median_s / 60


_KINDS = (
    _Kind(_("Your share of the talking"), "%", _talk_share),
    _Kind(_("Part of the call in which you listened"), "%", _listening),
    _Kind(_("Times you began while the customer spoke"), _("a call"), _interruptions, 1),
    _Kind(_("Of these, times the customer then stopped"), _("a call"), _floor_taken, 1),
    _Kind(_("Silences of ten seconds after the customer spoke, not announced"), _("a call"), _unannounced, 1),
    _Kind(_("Speech rate"), _("words a minute"), _rate),
    _Kind(_("Answers after the first one, half of them within"), _("minutes"), _later_answers, 1),
)
