"""Control charts: limits as published, and signals named by their rule."""

import random

import pytest

from qa.estimate.charts import Rule, individuals_chart, rate_chart, share_chart
from qa.i18n import Language, say

#: D. C. Montgomery, Introduction to Statistical Quality Control: the cost of processing mortgage loans, by week.
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


def test_montgomerys_loans_have_the_published_limits() -> None:
    chart = individuals_chart([float(cost) for cost in LOANS])
    assert chart.middle == pytest.approx(300.5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((279.78, 321.22), abs=0.01)
    assert chart.signals == ()


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
