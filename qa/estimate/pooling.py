"""Partial pooling: what one agent's few scores say when they are read together with those of comparable agents.

Agents differ among themselves by some variance A, and each mean of few scores strays from the agent's own level by its sampling
variance V. The best guess of the level then lies between the agent's mean and that of all, nearer to that of all the larger V
is beside A. It always stands beside the agent's own mean, never in its place.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy import special

from qa.estimate.intervals import LEVEL

#: Fewer agents tell too little about how agents differ. The shrinkage needs four at the least.
FEWEST_AGENTS = 6


@dataclass(frozen=True, slots=True)
class Common:
    """What comparable agents tell: where their levels lie and how far apart, in points and squared points."""

    centre: float
    #: Variance of the agents' own levels around the centre; 0 when chance alone explains how far their means lie apart.
    between: float
    agents: int
    #: Sum of the agents' precisions 1/(V+A), and their mean sampling variance weighted by them.
    precision: float
    mean_variance: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """An agent's level as it is guessed from their own scores and those of all."""

    value: float
    low: float
    high: float
    #: How much of it is the agent's own mean, 0 to 1; the rest is the mean of all.
    own_share: float
    centre: float
    agents: int
    level: float = LEVEL


def common_of(values: Sequence[float], variances: Sequence[float]) -> Common | None:
    """Learn from the means of agents and their sampling variances; none with fewer than ``FEWEST_AGENTS``.

    A is the root of Σ (y-μ)²/(V+A) = k-1, or 0 where there is none: R. E. Fay and R. A. Herriot, JASA 74 (1979), which
    is the estimator of R. C. Paule and J. Mandel (1982) too. Raises ``ValueError`` for a variance that is not above 0.
    """
    if len(values) != len(variances) or any(not variance > 0.0 for variance in variances):
        raise ValueError("Every mean needs a sampling variance above 0.")
    if len(values) < FEWEST_AGENTS:
        return None
    between = _root(lambda tried: _excess(values, variances, tried), spread=_squares(values))
    weights = [1 / (variance + between) for variance in variances]
    precision = math.fsum(weights)
    return Common(
        centre=_centre(values, weights),
        between=between,
        agents=len(values),
        precision=precision,
        mean_variance=math.fsum(w * variance for w, variance in zip(weights, variances, strict=True)) / precision,
    )


def pooled(
    value: float, *, variance: float, common: Common, level: float = LEVEL, lowest: float = 0.0, highest: float = 100.0
) -> Pooled:
    """Guess the level of one of the agents from their mean and its sampling variance.

    C. N. Morris, “Parametric empirical Bayes inference”, JASA 78 (1983), section 5: B = (k-3)/(k-1) · V/(V+A) of the way
    to the centre, with variance V·(1-(1-w)B) + 2/(k-3) · B²·(V̄+A)/(V+A) · (y-μ)², whose second part is what not knowing A
    costs. The interval ends at the ends of the scale.
    """
    if not variance > 0.0:
        raise ValueError("A mean needs a sampling variance above 0.")
    whole = variance + common.between
    shrinkage = (common.agents - 3) / (common.agents - 1) * variance / whole
    share = 1 / whole / common.precision
    gap = value - common.centre
    unknown = 2 / (common.agents - 3) * shrinkage**2 * (common.mean_variance + common.between) / whole
    error = math.sqrt(variance * (1 - (1 - share) * shrinkage) + unknown * gap**2)
    arm = float(special.ndtri((1 + level) / 2)) * error
    guess = common.centre + (1 - shrinkage) * gap
    return Pooled(
        guess,
        max(lowest, guess - arm),
        min(highest, guess + arm),
        1 - shrinkage,
        common.centre,
        common.agents,
        level,
    )


def _centre(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(w * value for w, value in zip(weights, values, strict=True)) / math.fsum(weights)


def _excess(values: Sequence[float], variances: Sequence[float], between: float) -> float:
    """How far the means lie apart beyond what sampling and this variance between agents explain."""
    weights = [1 / (variance + between) for variance in variances]
    centre = _centre(values, weights)
    return math.fsum(w * (value - centre) ** 2 for w, value in zip(weights, values, strict=True)) - (len(values) - 1)


def _squares(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values)


def _root(excess: Callable[[float], float], *, spread: float) -> float:
    """Where the falling function crosses 0, or 0 where it begins below."""
    if excess(0.0) <= 0.0:
        return 0.0
    # At the sum of squares itself every term is below 1/k of it, so that the function is negative there.
    low, high = 0.0, spread
    while high - low > 1e-10 * (1 + high):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
    return (low + high) / 2
