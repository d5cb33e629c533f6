"""Many comparisons at once: how to keep chance from producing winners and losers."""

import math
from collections.abc import Mapping, Sequence

from scipy import special

from qa.estimate.figure import Figure


def holm(chances: Sequence[float]) -> list[float]:
    """Adjust p-values so that among all comparisons together a false find has the stated chance; S. Holm (1979)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    adjusted = [0.0] * len(chances)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        adjusted[place] = highest
    return adjusted


def false_discovery(chances: Sequence[float]) -> list[float]:
    """Adjust p-values so that of what is found the stated share is false; Y. Benjamini and Y. Hochberg (1995)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place], reverse=True)
    adjusted = [0.0] * len(chances)
    lowest = 1.0
    for above, place in enumerate(order):
        lowest = min(lowest, chances[place] * len(chances) / (len(chances) - above))
        adjusted[place] = lowest
    return adjusted


def chance_of_difference(first: Figure, second: Figure) -> float | None:
    """Two-sided p-value of “no difference”: the level at which the interval of the difference would just reach 0.

    The arms of both intervals that face each other are read as multiples of a standard error. None when too few.
    """
    if first.too_few or second.too_few:
        return None
    higher, lower = (first, second) if (first.value or 0.0) >= (second.value or 0.0) else (second, first)
    if higher.value is None or higher.low is None or lower.value is None or lower.high is None:
        return None
    gap = higher.value - lower.value
    arm = math.hypot(higher.value - higher.low, lower.high - lower.value)
    if arm == 0.0:
        return 1.0 if gap == 0.0 else 0.0
    error = arm / float(special.ndtri((1 + first.level) / 2))
    return float(2 * special.ndtr(-gap / error))


def tell_apart(figures: Mapping[str, Figure], *, level: float = 0.05) -> dict[tuple[str, str], bool]:
    """For each pair, in the order of the names, whether the data tell the two apart; pairs are adjusted by Holm.

    Pairs of which one has too few are left out.
    """
    names = sorted(figures)
    pairs: list[tuple[str, str]] = []
    chances: list[float] = []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            chance = chance_of_difference(figures[one], figures[other])
            if chance is not None:
                pairs.append((one, other))
                chances.append(chance)
    return {pair: adjusted < level for pair, adjusted in zip(pairs, holm(chances), strict=True)}
