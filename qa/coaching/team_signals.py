"""What machines counted in an agent's sampled interactions, with the middle half of the team beside it."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from qa.act import Act
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.i18n import Language, Text, _, say
from qa.insight.queries import COUNTED
from qa.insight.stretch import Stretch
from qa.interactions.kinds import AuthorRole
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.reports.content import Signal
from qa.transcripts.models import Transcript, Turn
from transcribe import signals as conversation
from transcribe.types import Role, Word
from transcribe.types import Turn as HeardTurn

#: Fewer colleagues or interactions would let a reader work out what somebody else's figures are.
FEWEST_COLLEAGUES = 3
FEWEST_INTERACTIONS = 12


@dataclass(frozen=True, slots=True)
class _Conversation:
    agent_id: int
    duration_ms: int
    turns: tuple[HeardTurn, ...]
    messages: tuple[conversation.Message, ...]


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
    asked = (
        select(
            Interaction.id,
            Interaction.agent_id,
            Interaction.duration_ms,
            Turn.role,
            Turn.start_ms,
            Turn.end_ms,
            Turn.sent_at,
            Turn.text,
            Turn.internal,
        )
        .join(Transcript, Transcript.interaction_id == Interaction.id)
        .join(Turn, Turn.transcript_id == Transcript.id)
        .where(Transcript.number == newest, Interaction.id.in_(evaluated), whose)
        .where(Interaction.started_at >= stretch.start, Interaction.started_at < stretch.end)
        .order_by(Interaction.id, Turn.position)
    )
    agents: dict[int, tuple[int, int]] = {}
    turns: dict[int, list[HeardTurn]] = defaultdict(list)
    messages: dict[int, list[conversation.Message]] = defaultdict(list)
    for row in act.session.execute(asked):
        agents[row.id] = (row.agent_id, row.duration_ms or 0)
        role = Role(row.role.value)
        if row.start_ms is not None and row.end_ms is not None:
            # Only how many words there are matters here, so that the words with their times need not be read.
            words = tuple(Word(word, row.start_ms, row.end_ms) for word in row.text.split())
            turns[row.id].append(HeardTurn("", role, row.start_ms, row.end_ms, words))
        elif row.sent_at is not None and not row.internal and row.role is not AuthorRole.SYSTEM:
            messages[row.id].append(conversation.Message(role, row.sent_at))
    return [
        _Conversation(agent_id, duration_ms, tuple(turns[key]), tuple(messages[key]))
        for key, (agent_id, duration_ms) in agents.items()
    ]


def _talk_share(item: _Conversation) -> float | None:
    share = conversation.talk_share(item.turns).get(Role.AGENT)
    return None if share is None else 100 * share


def _interruptions(item: _Conversation) -> float | None:
    return conversation.interruptions(item.turns).get(Role.AGENT)


def _longest_silence(item: _Conversation) -> float | None:
    if not item.turns:
        return None
    silent = conversation.silences(item.turns, duration_ms=item.duration_ms)
    return max((span.end_ms - span.start_ms for span in silent), default=0) / 1000


def _rate(item: _Conversation) -> float | None:
    return conversation.words_per_minute(item.turns).get(Role.AGENT)


def _first_response(item: _Conversation) -> float | None:
    waits = conversation.response_times_s(item.messages)
    return waits[0] / 60 if waits else None


_KINDS = (
    _Kind(_("Your share of the talking"), "%", _talk_share),
    _Kind(_("Times you began while the customer spoke"), _("a call"), _interruptions, 1),
    _Kind(_("Longest silence"), _("seconds"), _longest_silence),
    _Kind(_("Speech rate"), _("words a minute"), _rate),
    _Kind(_("First answer to a message"), _("minutes"), _first_response, 1),
)
