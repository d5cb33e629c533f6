"""How often control charts cry wolf, and how soon they see a change, on the scores of this trade.

An agent's mean of so many scores a period, twelve periods, on the four kinds of scores of `benchmarks.coverage`. Figures, in per cent:
how often a rule fires at the last period where nothing ever changed, and where the level fell by ten points three periods ago
(of what can fall); the same for Laney's p' chart of 400 evaluations a period whose share of passes differs a little by itself, and, for
comparison, how often the plain p chart fires there.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage import KINDS
from qa.estimate.charts import individuals_chart, share_chart

SERIES = 2_000
PERIODS = 12
SIZES = (5, 12)
FALL = 10.0
SEED = 20_27
MANY = 400


def run(size: int = SERIES) -> dict[str, float]:
    """All kinds and sizes, then shares."""
    dice = np.random.default_rng(SEED)
    figures: dict[str, float] = {}
    for name in ("capped", "fatal", "smooth", "grid"):
        scores = KINDS[name](dice).ravel()
        for n in SIZES:
            calm = dice.choice(scores, (size, PERIODS, n))
            fallen = calm.copy()
            fallen[:, -3:] = np.maximum(0.0, fallen[:, -3:] - FALL)
            figures[f"{name}_{n}_false"] = _fires(calm.mean(axis=2))
            figures[f"{name}_{n}_seen"] = _fires(fallen.mean(axis=2))
    return figures | _shares(dice, size)


def _fires(series: NDArray[np.float64]) -> float:
    fired = sum(bool(individuals_chart(values, bounds=(0.0, 100.0)).fired(-1)) for values in series.tolist())
    return round(100 * fired / len(series), 1)


def _shares(dice: np.random.Generator, size: int) -> dict[str, float]:
    levels = dice.normal(0.85, 0.02, (size, PERIODS)).clip(0, 1)
    passed = dice.binomial(MANY, levels)
    laney = plain = 0
    for counts in passed.tolist():
        chart = share_chart(counts, [MANY] * PERIODS)
        laney += bool(chart.fired(-1))
        plain += abs(counts[-1] / MANY - chart.middle) > (chart.upper[0] - chart.middle) / chart.excess
    return {"shares_laney_false": round(100 * laney / size, 1), "shares_plain_beyond": round(100 * plain / size, 1)}
