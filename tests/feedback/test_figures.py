"""Answers together: the score of promoters with its published interval, ease, response, and nothing without an interval."""

import math

import numpy as np
import pytest

from qa.estimate.intervals import Method
from qa.estimate.recommending import promoter_figure, promoter_interval, promotion
from qa.feedback.figures import Answered, answer_figures, ease


def answered(number: int, *, invited: bool = True, **said: object) -> Answered:
    return Answered(number, 1, invited, bool(said), **said)  # type: ignore[arg-type]


def test_promoters_less_detractors_with_the_interval_worked_by_hand() -> None:
    found = promoter_figure([10] * 60 + [7] * 25 + [3] * 15, population=400)
    assert found.value == pytest.approx(45.0)
    # By hand: 103 answers, 60.75 promoters, 15.75 detractors; their difference ± 1.96 · √((.5898+.1529-.4369²)/103).
    up, down = 60.75 / 103, 15.75 / 103
    half = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / 103)
    assert found.low == pytest.approx(100 * (up - down - half))
    assert found.high == pytest.approx(100 * (up - down + half))
    assert (found.n, found.population, found.method) == (100, 400, Method.ADJUSTED_WALD)


def test_where_all_recommend_the_interval_holds_the_score_and_does_not_vanish() -> None:
    found = promoter_interval(6, 0, n=6)
    assert found.high == 100.0
    assert found.low < 90
    assert promoter_figure([]).value is None
    with pytest.raises(ValueError, match="cannot be among"):
        promoter_interval(3, 3, n=5)


@pytest.mark.parametrize(("promoters", "detractors"), [(0.5, 0.2), (0.7, 0.05), (0.2, 0.3)])
@pytest.mark.parametrize("n", [10, 30, 100])
def test_the_interval_of_promoters_holds_the_truth_as_often_as_promised(
    promoters: float, detractors: float, n: int
) -> None:
    dice = np.random.default_rng(n)
    drawn = dice.multinomial(n, [promoters, detractors, 1 - promoters - detractors], size=4000)
    truth = 100 * (promoters - detractors)
    held = np.mean([promoter_interval(int(up), int(down), n=n).holds(truth) for up, down, _passive in drawn])
    assert 0.925 <= held <= 0.99


def test_the_worth_of_an_answer() -> None:
    assert [promotion(answer) for answer in (0, 6, 7, 8, 9, 10)] == [-100, -100, 0, 0, 100, 100]
    assert [ease(answer) for answer in (1, 4, 7)] == [0, 50, 100]


def test_response_counts_those_who_were_asked_and_silence_is_no_answer() -> None:
    found = answer_figures(
        [
            *(answered(number, csat_bp=7500, resolved=number % 2 == 0) for number in range(6)),
            *(answered(number) for number in range(6, 10)),
            answered(10, invited=False, csat_bp=0),
        ]
    )
    assert (found.invited, found.answered, found.unasked) == (10, 6, 1)
    assert found.response.value == pytest.approx(60)
    assert (found.csat.n, found.csat.population) == (7, 11)
    assert found.csat.value == pytest.approx(75 * 6 / 7)
    assert found.csat.low is not None
    assert found.csat.low < 75 * 6 / 7
    assert found.resolved.value == pytest.approx(50)
    assert found.nps.n == 0
    assert found.ces.too_few
