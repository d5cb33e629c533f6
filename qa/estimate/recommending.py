"""The Net Promoter Score: the share of promoters less that of detractors, with its interval."""

import math
from collections.abc import Sequence

from scipy import special

from qa.estimate.figure import GUARD, Figure
from qa.estimate.intervals import LEVEL, Interval, Method

#: From 9 on a customer is a promoter, up to 6 a detractor; F. F. Reichheld, Harvard Business Review 81 (2003).
PROMOTER, DETRACTOR = 9, 6
#: Answers that are added before the variance is worked out, half of them neither promoter nor detractor.
_ADDED = 3.0


def promotion(answer: int) -> int:
    """Return what an answer from 0 to 10 counts for: 100, 0 or -100."""
    return 100 if answer >= PROMOTER else -100 if answer <= DETRACTOR else 0


def promoter_interval(
    promoters: int, detractors: int, *, n: int, population: int | None = None, level: float = LEVEL
) -> Interval:
    """The adjusted Wald interval for a score from -100 to 100: B. Rocks, The American Statistician 70 (2016).

    An answer is worth 1, 0 or -1, so its variance is p + d - (p - d)² with p and d the shares of promoters and
    detractors. Three answers are added first, a quarter of them promoters and a quarter detractors: that keeps the
    interval from vanishing where all say the same. It always holds the score itself. With a ``population`` the
    finite-population correction makes the answers count for more.
    """
    if n < 1 or promoters < 0 or detractors < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} promoters and {detractors} detractors cannot be among {n} answers.")
    if population is not None and n > population:
        raise ValueError(f"{n} answers cannot come from {population} people.")
    seen = (promoters - detractors) / n
    if n == population:
        return Interval(100 * seen, 100 * seen, Method.COMPLETE, level)
    left = 1.0 if population is None else 1.0 - n / population
    whole = n + _ADDED
    up, down = (promoters + _ADDED / 4) / whole, (detractors + _ADDED / 4) / whole
    half = float(special.ndtri((1 + level) / 2)) * math.sqrt(left * (up + down - (up - down) ** 2) / whole)
    low, high = min(up - down - half, seen), max(up - down + half, seen)
    return Interval(100 * max(-1.0, low), 100 * min(1.0, high), Method.ADJUSTED_WALD, level)


def promoter_figure(answers: Sequence[int], *, population: int | None = None, guard: int = GUARD) -> Figure:
    """The Net Promoter Score of answers from 0 to 10; ``population`` is how many were asked.

    Who answered was not drawn, so that having asked few makes nothing surer: the interval knows no finite population.
    """
    n = len(answers)
    if n == 0:
        return Figure(None, None, None, 0, population, Method.NONE, (), guard)
    worth = [promotion(answer) for answer in answers]
    interval = promoter_interval(worth.count(100), worth.count(-100), n=n)
    value = math.fsum(worth) / n
    return Figure(value, interval.low, interval.high, n, population, interval.method, (), guard, interval.level)
