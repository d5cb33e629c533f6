"""How often the intervals hold the truth, on the capped and skewed scores of this trade.

For each kind of population 2,000 agents have 400 scores each; of each agent n are drawn without replacement, and the
interval is compared with the mean of that agent's 400. Figures: coverage in per cent of the product's interval and of
the textbook t interval, and the mean width of the first over that of the second. Intervals of the first kind end at 0
and 100; those of the second are left as the textbook gives them. How scores spread is learnt from thirty agents at a time,
as the product does, of n scores each.

Of the partially pooled figure, learnt from the same thirty: coverage of its interval, and its
mean squared error over that of the agents' own means.
"""

import numpy as np
from numpy.typing import NDArray

from qa.estimate.intervals import bounded, peers_of, t_interval
from qa.estimate.pooling import common_of, pooled

AGENTS = 2_000
SCORES = 400
SIZES = (3, 5, 8, 12, 20, 30, 50)
SEED = 20_26
#: Agents from whom is learnt at a time.
TOGETHER = 30
Populations = NDArray[np.float64]


def capped(dice: np.random.Generator) -> Populations:
    """Most interactions are flawless."""
    shape = (AGENTS, SCORES)
    return np.where(dice.random(shape) < 0.6, 100.0, 100 * dice.beta(4, 2, shape))


def fatal(dice: np.random.Generator) -> Populations:
    """Mostly good, with fatal errors that set the score to zero."""
    shape = (AGENTS, SCORES)
    return np.where(dice.random(shape) < 0.08, 0.0, 100 * dice.beta(10, 2, shape))


def smooth(dice: np.random.Generator) -> Populations:
    """Any score, leaning to the top."""
    return np.asarray(100 * dice.beta(6, 1.5, (AGENTS, SCORES)))


def grid(dice: np.random.Generator) -> Populations:
    """The few totals that a short scorecard can give."""
    levels = np.array([0.0, 50, 75, 85, 90, 95, 100])
    return dice.choice(levels, p=[0.03, 0.05, 0.10, 0.15, 0.20, 0.20, 0.27], size=(AGENTS, SCORES))


def mixed(dice: np.random.Generator) -> Populations:
    """As `fatal`, but every agent with a rate of fatal errors of their own, so that peers are not all alike."""
    shape = (AGENTS, SCORES)
    rates = dice.beta(2, 23, (AGENTS, 1))
    return np.where(dice.random(shape) < rates, 0.0, 100 * dice.beta(10, 2, shape))


KINDS = {"capped": capped, "fatal": fatal, "smooth": smooth, "grid": grid, "mixed": mixed}


def measure(scores: Populations, *, n: int, dice: np.random.Generator) -> tuple[float, float, float]:
    """Coverage of the product's and of the t interval, in per cent, and the ratio of their mean widths."""
    places = dice.random(scores.shape).argpartition(n, axis=1)[:, :n]
    samples = np.take_along_axis(scores, places, axis=1).tolist()
    truths = scores.mean(axis=1).tolist()
    groups = [samples[begin : begin + TOGETHER] for begin in range(0, len(samples), TOGETHER)]
    own = [
        bounded(sample, peers=peers, population=SCORES)
        for group, peers in ((group, peers_of(group)) for group in groups)
        for sample in group
    ]
    textbook = [t_interval(sample, population=SCORES) for sample in samples]
    ratio = sum(one.width for one in own) / sum(one.width for one in textbook)
    covered = [
        100 * sum(one.holds(truth) for one, truth in zip(intervals, truths, strict=True)) / len(truths)
        for intervals in (own, textbook)
    ]
    return covered[0], covered[1], ratio


def measure_pooled(scores: Populations, *, n: int, dice: np.random.Generator) -> tuple[float, float]:
    """Coverage of the pooled interval in per cent, and the pooled mean's squared error as a share of the own mean's."""
    places = dice.random(scores.shape).argpartition(n, axis=1)[:, :n]
    samples, truths = np.take_along_axis(scores, places, axis=1), scores.mean(axis=1)
    held, own, together = 0, 0.0, 0.0
    for begin in range(0, len(samples), TOGETHER):
        part, true = samples[begin : begin + TOGETHER], truths[begin : begin + TOGETHER]
        means = part.mean(axis=1)
        within = float(part.var(axis=1, ddof=1).mean())
        common = common_of(means.tolist(), [within / n] * len(part))
        assert common is not None
        for mean, truth in zip(means.tolist(), true.tolist(), strict=True):
            found = pooled(mean, variance=within * (1 - n / SCORES) / n, common=common)
            held += found.low <= truth <= found.high
            own += (mean - truth) ** 2
            together += (found.value - truth) ** 2
    return 100 * held / len(samples), together / own


def run() -> dict[str, float]:
    """All kinds and sizes, then the extremes that count."""
    dice = np.random.default_rng(SEED)
    figures: dict[str, float] = {}
    own: list[float] = []
    ratios: list[float] = []
    for name, make in KINDS.items():
        scores = make(dice)
        for n in SIZES:
            covered, textbook, ratio = measure(scores, n=n, dice=dice)
            figures[f"{name}_{n}_coverage"] = round(covered, 2)
            figures[f"{name}_{n}_coverage_t"] = round(textbook, 2)
            figures[f"{name}_{n}_width_ratio"] = round(ratio, 3)
            covered_pooled, error = measure_pooled(scores, n=n, dice=np.random.default_rng([SEED, n]))
            figures[f"{name}_{n}_pooled_coverage"] = round(covered_pooled, 2)
            figures[f"{name}_{n}_pooled_error"] = round(error, 3)
            own.append(covered)
            ratios.append(ratio)
    figures |= {
        "lowest_coverage": round(min(own), 2),
        "highest_coverage": round(max(own), 2),
        "widest_ratio": round(max(ratios), 3),
    }
    return figures
