"""How sure a plan would make each agent's score: half the interval to be expected, from the spread of past scores."""

from dataclasses import dataclass

from qa.act import Act
from qa.cards.models import Scorecard
from qa.estimate.planning import margin
from qa.insight.past import past_of
from qa.sampling.preview import FramePreview


@dataclass(frozen=True, slots=True)
class Expected:
    """Half of each agent's interval in points, by number of the agent; empty where too little was scored to tell."""

    margins: dict[int, float]
    #: Past scores and agents that it comes from.
    n: int
    agents: int


def expected_margins(act: Act, preview: FramePreview, *, scorecard_id: int) -> Expected:
    """Return what agents of whom something would be drawn can expect, as the planner reckons it."""
    card = act.session.get_one(Scorecard, scorecard_id)
    past = past_of(act, card=card.key)
    if past.spread is None:
        return Expected({}, past.n, past.agents)
    found: dict[int, float] = {}
    for row in preview.agents:
        n = min(round(row.expected), row.eligible)
        if n:
            found[row.agent_id] = margin(past.spread, n, population=row.eligible)
    return Expected(found, past.n, past.agents)
