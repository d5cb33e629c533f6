"""How long agreement takes: Krippendorff's alpha of 100 raters, 10,000 items and 5 categories, by every level.

Figures: seconds from the bare table to alpha, the longest of three runs, and the seconds of the whole report with its
bootstrap intervals for the double-scored items of a large company (2 raters, 2,000 items).
"""

from time import perf_counter

import numpy as np

from scorecards.agreement import Floats, Level, krippendorff_alpha, once, ratings
from scorecards.agreement_report import agreement_report

RATERS, ITEMS, CATEGORIES = 100, 10_000, 5
DOUBLED = 2_000
RUNS = 3
SEED = 20_26


def seconds_of_alpha(table: Floats, *, level: Level) -> float:
    """Seconds from the bare table to alpha, the longest of three runs."""
    longest = 0.0
    for _run in range(RUNS):
        started = perf_counter()
        rated = ratings(table)
        krippendorff_alpha(rated, once(rated), level=level)
        longest = max(longest, perf_counter() - started)
    return round(longest, 3)


def run() -> dict[str, float]:
    """Every level, then the report."""
    dice = np.random.default_rng(SEED)
    table = dice.integers(1, CATEGORIES + 1, size=(ITEMS, RATERS)).astype(np.float64)
    # One rating in ten is missing, as it is wherever raters share the work.
    table[dice.random(table.shape) < 0.1] = np.nan
    figures: dict[str, float] = {"raters": RATERS, "items": ITEMS, "categories": CATEGORIES}
    figures |= {f"alpha_{level.value}_seconds": seconds_of_alpha(table, level=level) for level in Level}
    started = perf_counter()
    agreement_report(dice.integers(1, 6, size=(DOUBLED, 2)).astype(np.float64), level=Level.ORDINAL)
    figures["report_seconds"] = round(perf_counter() - started, 3)
    figures["alpha_seconds"] = max(figures[f"alpha_{level.value}_seconds"] for level in Level)
    return figures
