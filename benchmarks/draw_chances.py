"""How near the chances that draws achieve are to those they promise, and what intervals of draws by risk cover.

Many draws of 6 from 25 interactions of which one is certain and the others weigh 1 to 7, by Rosén's Pareto ranking: the
largest difference between achieved and promised chance, in percentage points; 0.5 is aimed at. Many equal draws of 4
from 40: the p-value of the chi-square test that all are drawn equally often, which should be no extreme one. And for two
kinds of populations of `coverage`, with half of the lower and one in seven of the upper scores weighing 4 instead of 1:
the share in per cent of agents whose interval holds the mean of all their 400, and the mean error of the score in points.
"""

import hashlib
from collections import Counter
from datetime import UTC, datetime

import numpy as np
from scipy.stats import chisquare

from benchmarks.coverage import KINDS, SCORES, SEED
from qa.insight.figures import Frame, Sample, Scored, peers_by_card, sample_figure
from qa.insight.stretch import stretch_of
from qa.sampling.chances import chances_of
from qa.sampling.order import draw, draw_weighted
from qa.sampling.period import parse_period

ROUNDS = 60_000
AGENTS = 500
SIZES = (5, 12, 30)
PERIOD = parse_period("2026-10", zone="Europe/Amsterdam")
MOMENT = datetime(2026, 10, 14, tzinfo=UTC)


def run(size: int = ROUNDS) -> dict[str, float]:
    """Draw so many times with different seeds, then measure intervals."""
    weights = [1 + number % 7 for number in range(24)] + [60]
    frame = [(f"call-{number}", "all", weight) for number, weight in enumerate(weights)]
    promised = chances_of(Counter(weights), size=6)
    found: Counter[str] = Counter()
    for number in range(size):
        found.update(one.key for one in draw_weighted(frame, seed=_seed(number), sizes=6).drawn)
    by_weight = {
        weight: sum(found[key] for key, _stratum, of in frame if of == weight) / size / weights.count(weight)
        for weight in promised
    }
    equal = [(f"call-{number}", "all") for number in range(40)]
    drawn = Counter(one.key for number in range(size) for one in draw(equal, seed=_seed(number), sizes=4).drawn)
    largest = max(abs(by_weight[weight] - float(chance)) for weight, chance in promised.items())
    figures: dict[str, float] = {
        "draws": size,
        "largest_difference_points": round(100 * largest, 3),
        "equal_p_value": round(float(chisquare([drawn[key] for key, _stratum in equal]).pvalue), 4),
    }
    for kind in ("capped", "fatal"):
        for n in SIZES:
            covered, error = _covered(kind, n)
            figures[f"{kind}_{n}_coverage"] = round(covered, 1)
            figures[f"{kind}_{n}_mean_error"] = round(error, 2)
    return figures


def _covered(kind: str, n: int) -> tuple[float, float]:
    """Coverage in per cent and the mean error in points of the figures of agents, drawn by risk."""
    dice = np.random.default_rng(SEED)
    populations = KINDS[kind](dice)[:AGENTS]
    low = populations < np.median(populations, axis=1, keepdims=True)
    heavy = np.where(dice.random(populations.shape) < np.where(low, 0.5, 1 / 7), 4, 1)
    samples = [
        _sample(agent, scores.tolist(), weights.tolist(), n=n)
        for agent, (scores, weights) in enumerate(zip(populations, heavy, strict=True))
    ]
    stretch = stretch_of(PERIOD)
    peers = peers_by_card(Sample(stretch, tuple(item for sample in samples for item in sample.scored), ()))
    held, errors = 0, []
    for sample, truth in zip(samples, populations.mean(axis=1).tolist(), strict=True):
        figure = sample_figure(sample, peers=peers)
        held += (figure.low or 0) <= truth <= (figure.high or 0)
        errors.append((figure.value or 0) - truth)
    return 100 * held / AGENTS, sum(errors) / AGENTS


def _sample(agent: int, scores: list[float], weights: list[int], *, n: int) -> Sample:
    rows = [(str(place), "all", weight) for place, weight in enumerate(weights)]
    drawn = draw_weighted(rows, seed=_seed(agent), sizes=n).drawn
    stretch = stretch_of(PERIOD)
    scored = tuple(
        Scored(
            item_id=place,
            evaluation_id=place,
            agent_id=agent,
            team_id=None,
            draw_id=1,
            stratum=str(agent),
            card="card",
            started_at=MOMENT,
            quality=scores[int(one.key)],
            chance=one.inclusion_probability,
        )
        for place, one in enumerate(drawn)
    )
    frame = Frame(1, str(agent), agent, None, SCORES, n, stretch.start, stretch.end)
    return Sample(stretch, scored, (frame,))


def _seed(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()
