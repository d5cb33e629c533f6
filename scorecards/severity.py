"""How severe reviewers are: their effect on scores, told apart from the agents' by those who reviewed the same people.

Score = card version + agent + reviewer + interaction + rest. Agents, reviewers and interactions are random effects, so
that few scores are drawn towards no difference. The variances are those of restricted maximum likelihood over
Henderson's mixed-model equations (Henderson, Biometrics 31 (1975) 423-447); intervals average over how unsure the
variance between reviewers itself is, since with few reviewers it is hardly known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr

from scorecards.errors import N_, SeverityError

Floats = NDArray[np.float64]

#: Below this number of scores no severity is estimated.
FEWEST_SCORES = 20
#: The variances that are looked at, as the square root of their share of the spread of all scores.
_SMALLEST, _LARGEST = 1e-3, 3.0
#: Values of the spread between reviewers that an interval averages over.
_GRID = np.geomspace(0.01, 2.0, 24)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reviewer's score of one interaction, in points 0-100; ``counts`` is false for a second score."""

    agent: str
    reviewer: str
    interaction: str
    version: str
    points: float
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Severity:
    """By how many points a reviewer scores the same work higher than the average reviewer; below zero is stricter."""

    reviewer: str
    n_scores: int
    n_agents: int
    points: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an agent's mean of ``n_scores`` would gain had the average reviewer scored; ``raw`` is that mean itself."""

    agent: str
    n_scores: int
    raw: float
    by: float
    low: float
    high: float

    @property
    def adjusted(self) -> float:
        """The mean with the adjustment."""
        return self.raw + self.by


@dataclass(frozen=True, slots=True)
class SeverityReport:
    """Severities within the largest connected part; ``left_out`` are reviewers who share no agent with it.

    ``spread`` is the standard deviation between reviewers in points, ``level`` that of the intervals.
    """

    reviewers: tuple[Severity, ...]
    agents: tuple[Adjustment, ...]
    left_out: tuple[str, ...]
    n_scores: int
    spread: float
    level: float


def severities(judgements: Sequence[Judgement], *, level: float = 0.95) -> SeverityReport:
    """Estimate every reviewer's severity and what it does to the agents' means.

    Raises SeverityError when fewer than two reviewers share agents, or there are fewer than 20 scores.
    """
    everyone = {one.reviewer for one in judgements}
    if len(everyone) < 2:
        raise SeverityError(N_("Severity can be told from two reviewers on; there is only one."))
    kept = _largest_part(judgements)
    inside = {one.reviewer for one in kept}
    if len(inside) < 2:
        raise SeverityError(
            N_(
                "No two reviewers scored the same agent, so a strict reviewer cannot be told from a weaker agent. Let "
                "reviewers take turns with the agents, or have more interactions scored twice."
            )
        )
    if len(kept) < FEWEST_SCORES:
        raise SeverityError(
            N_("Only {n} scores can be compared; severity is estimated from {fewest}."),
            n=len(kept),
            fewest=FEWEST_SCORES,
        )
    return _report(kept, left_out=tuple(sorted(everyone - inside)), level=level)


def _largest_part(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Keep the part of the reviewer-agent graph that holds the most scores."""
    reviewers, agents = _codes([one.reviewer for one in judgements]), _codes([one.agent for one in judgements])
    size = int(reviewers.max()) + int(agents.max()) + 2
    edges = coo_array((np.ones(len(judgements)), (reviewers, agents + reviewers.max() + 1)), shape=(size, size))
    _count, part_of = connected_components(edges, directed=False)
    parts = part_of[reviewers]
    largest = int(np.bincount(parts).argmax())
    return [one for one, part in zip(judgements, parts, strict=True) if part == largest]


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Cross products of the design with the scores as its last column; scores have mean 0 and standard deviation 1.

    ``groups`` holds, for every number of scores per interaction, how many interactions have it and the cross products
    of their sums.
    """

    whole: Floats
    groups: tuple[tuple[int, int, Floats], ...]
    n: int
    versions: int
    agents: int
    reviewers: int

    @property
    def doubled(self) -> bool:
        """Whether any interaction was scored more than once."""
        return any(size > 1 for size, _count, _products in self.groups)


def _sums(judgements: Sequence[Judgement], scores: Floats) -> _Sums:
    columns = [
        _codes([one.version for one in judgements]),
        _codes([one.agent for one in judgements]),
        _codes([one.reviewer for one in judgements]),
    ]
    sizes = [int(column.max()) + 1 for column in columns]
    design = np.zeros((len(judgements), sum(sizes) + 1))
    rows = np.arange(len(judgements))
    for column, start in zip(columns, np.cumsum([0, *sizes[:-1]]), strict=True):
        design[rows, column + start] = 1
    design[:, -1] = scores
    interactions = _codes([one.interaction for one in judgements])
    times = np.bincount(interactions)
    totals = np.zeros((len(times), design.shape[1]))
    np.add.at(totals, interactions, design)
    groups = tuple(
        (int(size), int((times == size).sum()), totals[times == size].T @ totals[times == size])
        for size in np.unique(times)
    )
    return _Sums(design.T @ design, groups, len(judgements), *sizes)


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """The solution of the mixed-model equations: effects, their covariance, and minus twice the log likelihood."""

    effects: Floats
    covariance: Floats
    deviance: float


def _solve(sums: _Sums, spreads: Floats, *, whole: bool = True) -> _Solved:
    """Solve for given standard deviations of agents, reviewers, interactions and the rest."""
    agent, reviewer, interaction, rest = spreads**2
    products, log_rest = sums.whole.copy(), 0.0
    for size, count, totals in sums.groups:
        products -= interaction / (rest + size * interaction) * totals
        log_rest += count * ((size - 1) * np.log(rest) + np.log(rest + size * interaction))
    products /= rest
    equations, right, square = products[:-1, :-1], products[:-1, -1], products[-1, -1]
    ends = np.cumsum([sums.versions, sums.agents, sums.reviewers])
    equations[np.arange(ends[0], ends[1]), np.arange(ends[0], ends[1])] += 1 / agent
    equations[np.arange(ends[1], ends[2]), np.arange(ends[1], ends[2])] += 1 / reviewer
    factor = cho_factor(equations, lower=True)
    effects = cho_solve(factor, right)
    deviance = (
        log_rest
        + sums.agents * np.log(agent)
        + sums.reviewers * np.log(reviewer)
        + 2 * np.log(np.diag(factor[0])).sum()
        + square
        - right @ effects
    )
    covariance = cho_solve(factor, np.eye(len(right))) if whole else np.empty((0, 0))
    return _Solved(np.asarray(effects), np.asarray(covariance), float(deviance))


def _spreads(sums: _Sums) -> Floats:
    """Standard deviations of restricted maximum likelihood: agents, reviewers, interactions, rest."""
    # Without an interaction that was scored twice, interaction and rest are one.
    fixed = (np.log(_SMALLEST), np.log(_SMALLEST))
    bounds = [(np.log(_SMALLEST), np.log(_LARGEST))] * 4
    if not sums.doubled:
        bounds[2] = fixed
    found = minimize(
        lambda logs: _solve(sums, np.exp(logs), whole=False).deviance,
        np.clip(np.log([0.4, 0.3, 0.4, 0.7]), *np.array(bounds).T),
        method="L-BFGS-B",
        bounds=bounds,
    )
    return np.asarray(np.exp(found.x))


def _report(judgements: Sequence[Judgement], *, left_out: tuple[str, ...], level: float) -> SeverityReport:
    points = np.array([one.points for one in judgements])
    unit = float(points.std()) or 1.0
    sums = _sums(judgements, (points - points.mean()) / unit)
    spreads = _spreads(sums)
    solved = [
        _solve(sums, np.array([spreads[0], one, spreads[2], spreads[3]])) for one in _GRID * np.hypot(*spreads[2:])
    ]
    # A flat prior on the standard deviation, whose grid is even on its logarithm.
    chances = _GRID * np.exp(-(np.array([one.deviance for one in solved]) - min(one.deviance for one in solved)) / 2)
    chances /= chances.sum()
    names = sorted({one.reviewer for one in judgements})
    agents = sorted({one.agent for one in judgements if one.counts})
    centre = np.eye(len(names)) - 1 / len(names)
    shares = -_shares(judgements, agents=agents, reviewers=names) @ centre
    effects, ends = _mixed(solved, chances, np.vstack([centre, shares]), level=level)
    reviewers = tuple(
        Severity(
            name,
            sum(one.reviewer == name for one in judgements),
            len({one.agent for one in judgements if one.reviewer == name}),
            *(unit * float(value) for value in (effects[place], *ends[place])),
        )
        for place, name in enumerate(names)
    )
    adjusted = tuple(
        Adjustment(
            name,
            len(own := [one.points for one in judgements if one.counts and one.agent == name]),
            fmean(own),
            *(unit * float(value) for value in (effects[place], *ends[place])),
        )
        for place, name in enumerate(agents, start=len(names))
    )
    return SeverityReport(reviewers, adjusted, left_out, len(judgements), unit * float(spreads[1]), level)


def _shares(judgements: Sequence[Judgement], *, agents: Sequence[str], reviewers: Sequence[str]) -> Floats:
    """Which share of each agent's counted scores came from which reviewer."""
    rows, columns = {name: at for at, name in enumerate(agents)}, {name: at for at, name in enumerate(reviewers)}
    found = np.zeros((len(agents), len(reviewers)))
    for one in judgements:
        if one.counts:
            found[rows[one.agent], columns[one.reviewer]] += 1
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _mixed(solved: Sequence[_Solved], chances: Floats, wanted: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Means and interval ends of combinations of the reviewers' effects, over all solutions by their chances."""
    count = wanted.shape[1]
    means = np.array([wanted @ one.effects[-count:] for one in solved])
    errors = np.sqrt(
        [np.einsum("ij,jk,ik->i", wanted, one.covariance[-count:, -count:], wanted).clip(1e-12) for one in solved]
    )
    ends = [_quantile(means, errors, chances, at) for at in ((1 - level) / 2, (1 + level) / 2)]
    return np.asarray(chances @ means), np.stack(ends, axis=1)


def _quantile(means: Floats, errors: Floats, chances: Floats, at: float) -> Floats:
    """The value below which a mixture of normal distributions has the share ``at``, by halving."""
    low, high = (means - 8 * errors).min(axis=0), (means + 8 * errors).max(axis=0)
    for _step in range(60):
        middle = (low + high) / 2
        below = chances @ ndtr((middle - means) / errors) < at
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def _codes(names: Sequence[str]) -> NDArray[np.intp]:
    """Number the names in their alphabetical order."""
    return np.asarray(np.unique(np.array(names), return_inverse=True)[1])
