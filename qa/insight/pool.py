"""An agent's figure read together with those of comparable agents, from what is stored."""

import math
from collections import defaultdict
from dataclasses import dataclass

from qa.estimate.figure import Figure
from qa.estimate.pooling import Common, Pooled, common_of, pooled
from qa.insight.figures import Sample, design_factor


@dataclass(frozen=True, slots=True)
class Basis:
    """What the peers on one card tell: how far scores of one agent lie apart (squared points), and agents from each other."""

    card: str
    within: float
    common: Common


def basis_of(peers: Sample, *, card: str) -> Basis | None:
    """Learn from the peers' scores on the card; none where they are too few or all equal.

    The variance within agents is pooled over them, since that of an agent's own few scores is hardly known.
    """
    by_agent: dict[int, list[float]] = defaultdict(list)
    for item in peers.scored:
        if item.card == card and item.quality is not None:
            by_agent[item.agent_id].append(item.quality)
    degrees = sum(len(scores) - 1 for scores in by_agent.values())
    means = {agent_id: math.fsum(scores) / len(scores) for agent_id, scores in by_agent.items()}
    squares = math.fsum((score - means[agent]) ** 2 for agent, scores in by_agent.items() for score in scores)
    if degrees < 1 or squares == 0.0:
        return None
    within = squares / degrees
    common = common_of(list(means.values()), [within / len(scores) for scores in by_agent.values()])
    return Basis(card, within, common) if common else None


def pooled_figure(sample: Sample, figure: Figure, *, basis: Basis | None) -> Pooled | None:
    """Return what stands beside the agent's own figure; none where that is not shown, or is of several cards or complete."""
    if basis is None or {item.card for item in sample.scored} != {basis.card}:
        return None
    return pooled_by_design(design_factor(sample), figure, basis=basis)


def pooled_by_design(factor: float | None, figure: Figure, *, basis: Basis | None) -> Pooled | None:
    """Return the same of scores on the basis's card, from what the variance of one score is multiplied by."""
    if basis is None or figure.shown is None or not factor:
        return None
    return pooled(figure.shown, variance=basis.within * factor, common=basis.common)
