"""Control charts: limits as published, and signals named by their rule."""

import random
from itertools import pairwise

import pytest

from qa.estimate.charts import D2, D4, Rule, individuals_chart, rate_chart, share_chart
from qa.i18n import Language, say

#: D. C. Montgomery, Introduction to Statistical Quality Control: the cost of processing mortgage loans, by week.
#: Cans of orange juice concentrate that leaked, of 50, in thirty samples: middle .2313, limits .0524 and .4102, beyond which
#: lie samples 15 and 23.
CANS = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]
#: Errors in shipments, of 50, in twenty weeks: middle .0740, upper limit .1894, lower limit 0.
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


def test_montgomerys_loans_have_the_published_limits() -> None:
    chart = individuals_chart([float(cost) for cost in LOANS])
    assert chart.middle == pytest.approx(300.5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((279.78, 321.22), abs=0.01)
    assert chart.signals == ()


def test_the_constants_are_those_of_the_published_table() -> None:
    # Montgomery, appendix VI, samples of two: d2 = 1.128, d3 = 0.853, D4 = 3.267; limits of single values at 2.660 ranges.
    assert (D2, D4) == (1.128, 3.267)
    assert pytest.approx(2.660, abs=5e-4) == 3 / D2
    assert pytest.approx(D4, abs=2e-3) == 1 + 3 * 0.853 / D2


def test_montgomerys_cans_have_the_published_limits_before_laneys_correction() -> None:
    chart = share_chart(CANS, [50] * 30)
    assert chart.middle == pytest.approx(0.2313, abs=5e-5)
    by_chance = (chart.upper[0] - chart.middle) / chart.excess
    assert (chart.middle - by_chance, chart.middle + by_chance) == pytest.approx((0.0524, 0.4102), abs=1e-4)
    beyond = [place for place, value in enumerate(chart.values, start=1) if value > chart.middle + by_chance]
    assert beyond == [15, 23]


def test_montgomerys_shipments_have_the_published_limits_before_laneys_correction() -> None:
    chart = rate_chart(SHIPMENTS, [50.0] * 20)
    assert chart.middle == pytest.approx(0.0740)
    assert chart.middle + (chart.upper[0] - chart.middle) / chart.excess == pytest.approx(0.1894, abs=5e-5)
    assert chart.lower[0] == 0.0


def test_the_correction_is_that_of_laney() -> None:
    # D. B. Laney (2002): the mean moving range of (p - p̄)/σp over 1.128 widens the limits.
    middle = sum(CANS) / 1500
    scores = [(cans / 50 - middle) / (middle * (1 - middle) / 50) ** 0.5 for cans in CANS]
    moves = [abs(after - before) for before, after in pairwise(scores)]
    assert share_chart(CANS, [50] * 30).excess == pytest.approx(sum(moves) / len(moves) / 1.128)
    assert share_chart([10, 10, 10], [50] * 3).excess == 1.0


def fired(values: list[float]) -> set[Rule]:
    return {signal.rule for signal in individuals_chart(values).signals}


def test_one_point_far_out_is_named() -> None:
    values = [80.0, 82.0] * 10 + [95.0]
    signals = individuals_chart(values).signals
    assert {signal.rule for signal in signals} >= {Rule.BEYOND_LIMITS, Rule.RANGE}
    assert all(signal.point == 20 for signal in signals if signal.rule is Rule.BEYOND_LIMITS)


def test_eight_points_on_one_side_are_a_change() -> None:
    assert Rule.EIGHT_ON_ONE_SIDE in fired([80.0, 82.0] * 6 + [83.0, 84.0] * 5)


def test_a_series_that_only_moves_as_always_gives_no_signal() -> None:
    assert fired([80.0, 82.0, 81.0, 80.0, 83.0, 81.0, 80.0, 82.0]) == set()
    assert fired([80.0] * 12) == set()


def test_laney_widens_the_limits_where_weeks_differ_by_more_than_chance() -> None:
    dice = random.Random(3)
    sizes = [20_000] * 24
    shares = [min(max(dice.gauss(0.85, 0.02), 0.0), 1.0) for _ in sizes]
    chart = share_chart([round(size * share) for size, share in zip(sizes, shares, strict=True)], sizes)
    by_chance_alone = 3 * (0.85 * 0.15 / 20_000) ** 0.5
    assert chart.upper[0] - chart.middle > 4 * by_chance_alone
    assert not [signal for signal in chart.signals if signal.rule is Rule.BEYOND_LIMITS]


def test_limits_stay_where_values_can_be() -> None:
    assert max(share_chart([49, 50, 48, 50], [50] * 4).upper) <= 1.0
    assert min(rate_chart([1, 0, 3, 2], [100.0] * 4).lower) >= 0.0
    assert share_chart([50, 50], [50, 50]).signals == ()


def test_a_chart_tells_what_fired_at_a_point() -> None:
    chart = individuals_chart([80.0, 82.0] * 10 + [95.0], bounds=(0.0, 100.0))
    assert set(chart.fired(-1)) == {Rule.BEYOND_LIMITS, Rule.RANGE}
    assert chart.fired(0) == ()
    assert individuals_chart([98.0, 90.0, 99.0, 91.0], bounds=(0.0, 100.0)).upper == (100.0,) * 4


def test_one_point_makes_no_chart() -> None:
    with pytest.raises(ValueError, match="two values"):
        individuals_chart([1.0])
    with pytest.raises(ValueError, match="two values"):
        share_chart([1], [2])
    with pytest.raises(ValueError, match="two values"):
        rate_chart([1], [2.0])


def test_every_rule_is_named_in_both_languages() -> None:
    for rule in Rule:
        assert say(rule.label, Language.NL) != str(rule.label)
