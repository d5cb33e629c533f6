"""Scores held against what customers said."""

import random

import pytest
from scipy import stats

from qa.estimate.association import Measure
from qa.estimate.validity import Held, Outcome, Said, validity


def company(*, n: int = 400, answer: float = 0.4, seed: int = 3) -> list[Held]:
    """Interactions whose resolution decides what customers say and whose greeting has nothing to do with it."""
    dice = random.Random(seed)
    held = []
    for _ in range(n):
        resolution = dice.choice([0.0, 50.0, 100.0, 100.0, 100.0])
        greeting = dice.choice([0.0, 100.0, 100.0])
        pleased = resolution / 100 + dice.gauss(0, 0.35)
        said = Said(
            csat=min(5, max(1, round(2 + 3 * pleased))),
            nps=min(10, max(0, round(4 + 6 * pleased))),
            resolved=pleased > 0.5,
        )
        scores = {"total": 0.7 * resolution + 0.3 * greeting, "resolution": resolution, "greeting": greeting}
        held.append(Held(scores, said if dice.random() < answer else None))
    return held


def test_a_criterion_that_customers_notice_is_found_and_one_they_do_not_is_not() -> None:
    found = validity(company(), total="total")
    assert len(found.findings) == 9
    holding = {(one.score, one.outcome) for one in found.findings if one.holds}
    assert holding == {(score, outcome) for score in ("total", "resolution") for outcome in Outcome}


def test_each_outcome_has_its_measure() -> None:
    found = validity(company(), total="total")
    by_outcome = {one.outcome: one for one in found.findings if one.score == "resolution"}
    csat, resolved = by_outcome[Outcome.CSAT], by_outcome[Outcome.RESOLVED]
    assert csat.association is not None
    assert csat.beside is not None
    assert (csat.association.measure, csat.beside.measure) == (Measure.SPEARMAN, Measure.KENDALL)
    assert resolved.association is not None
    assert resolved.association.measure is Measure.SUPERIORITY
    assert 0.6 < resolved.association.low < resolved.association.value


def test_p_values_are_adjusted_over_everything_that_was_looked_at() -> None:
    found = validity(company(), total="total").findings
    chances = [one.association.chance for one in found if one.association is not None]
    assert [one.adjusted for one in found] == pytest.approx(list(stats.false_discovery_control(chances)))


def test_where_nothing_hangs_together_hardly_anything_is_found() -> None:
    wrong = 0
    for seed in range(40):
        dice = random.Random(seed)
        held = [
            Held({"total": dice.uniform(0, 100), "tone": dice.uniform(0, 100)}, Said(dice.randint(1, 5), None, None))
            for _ in range(60)
        ]
        wrong += any(one.holds for one in validity(held, total="total").findings)
    assert wrong <= 5


def test_too_few_answers_give_no_coefficient() -> None:
    found = validity(company(n=30), total="total")
    assert all(one.association is None and one.adjusted is None and not one.holds for one in found.findings)
    assert {one.n for one in found.findings} == {found.findings[0].n}
    assert validity([], total="total").findings == ()


def test_one_sided_answers_are_no_group_to_compare() -> None:
    held = [Held({"total": float(place)}, Said(resolved=place > 2)) for place in range(60)]
    assert validity(held, total="total").findings[2].association is None


def test_who_did_not_answer_is_counted_and_compared() -> None:
    dice = random.Random(9)
    held = []
    for _ in range(300):
        total = dice.uniform(0, 100)
        # Customers of badly scored interactions answer less often.
        held.append(Held({"total": total}, Said(csat=4) if dice.random() < total / 150 else None))
    response = validity(held, total="total").response
    assert response.share.n == 300
    assert response.share.value == pytest.approx(100 * sum(one.said is not None for one in held) / 300)
    assert response.difference is not None
    assert response.difference.low > 0.5
