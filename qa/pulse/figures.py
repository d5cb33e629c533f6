"""What the answers to one statement come to, with the interval of those who did not answer."""

from collections.abc import Sequence

from qa.estimate.figure import Figure, score_figure
from qa.estimate.recommending import DETRACTOR, PROMOTER, promoter_interval
from qa.pulse.statements import Scale


def statement_figure(answers: Sequence[int], *, scale: Scale, asked: int) -> Figure:
    """Put one answer or more to a statement together; ``asked`` is everybody who was asked, answered or not.

    Agreement from 1 to 5 becomes its mean from 0 to 100; likelihood to recommend, 0 to 10, the employees' Net Promoter
    Score from -100 to 100. Those who were asked are all there are, so that the interval has a finite population; like
    every interval it takes who is silent to be so by chance.
    """
    if scale is Scale.AGREE:
        return score_figure([25.0 * (answer - 1) for answer in answers], population=asked)
    n = len(answers)
    up, down = sum(answer >= PROMOTER for answer in answers), sum(answer <= DETRACTOR for answer in answers)
    found = promoter_interval(up, down, n=n, population=asked)
    return Figure(100 * (up - down) / n, found.low, found.high, n, asked, found.method)
