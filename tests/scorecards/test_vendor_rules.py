"""The same marks under four vendors' rules."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scorecards.definition import Kind
from scorecards.errors import CardError
from scorecards.rules import RULE_LABELS, Rule, percentage_bp, percentage_by
from scorecards.scoring import score
from tests.scorecards.card_making import NOT_APPLICABLE, PEERS_ANSWERS, changed, chose, peers_card


@pytest.mark.parametrize(
    ("rule", "exact", "points"),
    [
        (Rule.MIN_MAX_WEIGHTED, Fraction(5350, 86), 6221),
        (Rule.WEIGHTED_POINTS, Fraction(40000, 480), 8333),
        (Rule.BY_SECTION, Fraction(70), 7000),
        (Rule.PLAIN_POINTS, Fraction(1400, 18), 7778),
    ],
)
def test_the_same_marks_give_four_different_figures(rule: Rule, exact: Fraction, points: int) -> None:
    assert percentage_by(peers_card(), PEERS_ANSWERS, rule=rule) == exact
    assert percentage_bp(peers_card(), PEERS_ANSWERS, rule=rule) == points


def test_the_products_own_rule_is_one_of_the_rules() -> None:
    own = percentage_bp(peers_card(), PEERS_ANSWERS, rule=Rule.EXPLICIT)
    assert own == score(peers_card(), PEERS_ANSWERS).quality_bp


@pytest.mark.parametrize("rule", Rule)
def test_nothing_rated_is_no_figure(rule: Rule) -> None:
    assert percentage_by(peers_card(), dict.fromkeys(PEERS_ANSWERS, NOT_APPLICABLE), rule=rule) is None
    assert RULE_LABELS[rule].en
    assert RULE_LABELS[rule].nl


def test_a_choice_needs_points_of_its_own() -> None:
    whole = changed(peers_card(), "solved", kind=Kind.CHOICE)
    with pytest.raises(CardError, match="needs points"):
        percentage_by(whole, PEERS_ANSWERS, rule=Rule.PLAIN_POINTS)
    criterion = whole.criterion("solved")
    assert criterion is not None
    options = tuple(replace(option, points=option.value / Decimal(50)) for option in criterion.options)
    with_points = changed(whole, "solved", options=options)
    # Two points for yes instead of one: 15 of 19.
    assert percentage_by(with_points, {**PEERS_ANSWERS, "solved": chose("yes")}, rule=Rule.PLAIN_POINTS) == Fraction(
        1500, 19
    )
