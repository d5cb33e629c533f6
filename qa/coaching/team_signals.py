"""What machines counted in an agent's sampled interactions, with the middle half of the team beside it."""

import statistics
from decimal import Decimal

from qa.act import Act
from qa.coaching.conversations import KINDS, Measured
from qa.coaching.shared import Shared
from qa.i18n import Language, say
from qa.people.models import User
from qa.reports.content import Signal

#: Fewer colleagues or interactions would let a reader work out what somebody else's figures are.
FEWEST_COLLEAGUES = 3
FEWEST_INTERACTIONS = 12


def agent_signals(
    act: Act, agent: User, shared: Shared, *, language: Language
) -> tuple[tuple[Signal, ...], tuple[Signal, ...]]:
    """Return each signal that at least one of the agent's evaluated interactions gives, those the organisation answers for apart.

    Their own count whatever the team then was; beside them stand those of the present team.
    """
    found = shared.elsewhere(act, agent) + (shared.team(act, agent.team_id) if agent.team_id else ())
    own: list[Signal] = []
    waits: list[Signal] = []
    for place, kind in enumerate(KINDS):
        signal = _signal(place, found, agent_id=agent.id, language=language)
        # That nobody had to wait needs no telling.
        if signal is not None and (signal.value or not kind.is_organisations):
            (waits if kind.is_organisations else own).append(signal)
    return tuple(own), tuple(waits)


def _signal(place: int, found: tuple[Measured, ...], *, agent_id: int, language: Language) -> Signal | None:
    kind = KINDS[place]
    team = [(item.agent_id, value) for item in found if (value := item.values[place]) is not None]
    values = [value for whose, value in team if whose == agent_id]
    if not values:
        return None
    low = high = None
    if len({whose for whose, _value in team}) > FEWEST_COLLEAGUES and len(team) >= FEWEST_INTERACTIONS:
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
