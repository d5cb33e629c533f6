"""What is told of answers: nothing of few, nothing by subtracting; figures of everybody who was asked."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.estimate.intervals import Method
from qa.estimate.recommending import promoter_interval
from qa.pulse.figures import statement_figure
from qa.pulse.guarding import FEWEST, tellable
from qa.pulse.statements import Scale

counts = st.dictionaries(st.one_of(st.none(), st.integers(1, 8)), st.integers(0, 12), max_size=6)


@given(counts)
def test_no_figure_and_no_rest_of_figures_is_of_fewer_than_five(answers: dict[int | None, int]) -> None:
    told = tellable(answers)
    total = sum(answers.values())
    assert told.company == (total >= FEWEST)
    assert all(answers[team] >= FEWEST for team in told.teams)
    # Whatever is taken from the whole, what is left is nobody or enough.
    for size in range(len(told.teams) + 1):
        for some in combinations(told.teams, size):
            rest = total - sum(answers[team] for team in some)
            assert not told.teams or rest == 0 or rest >= FEWEST


def test_a_team_is_left_out_where_the_others_would_be_too_few() -> None:
    assert tellable({1: 6, 2: 9, 3: 3}).teams == {2}
    assert tellable({1: 6, 2: 9, 3: 5}).teams == {1, 2, 3}
    assert tellable({1: 6, None: 4}).teams == frozenset()
    assert tellable({1: 6, None: 4}).company
    assert tellable({1: 6, 2: 3, 3: 3}).teams == {1}
    assert not tellable({1: 4}).company


def test_agreement_is_a_mean_from_0_to_100_and_surer_the_more_of_those_asked_answered() -> None:
    answers = [1, 2, 3, 4, 5, 5]
    few = statement_figure(answers, scale=Scale.AGREE, asked=60)
    most = statement_figure(answers, scale=Scale.AGREE, asked=7)
    everybody = statement_figure(answers, scale=Scale.AGREE, asked=6)
    assert few.value == most.value == everybody.value == pytest.approx(350 / 6)
    assert (few.margin or 0) > (most.margin or 0) > 0
    assert (everybody.low, everybody.method) == (everybody.high, Method.COMPLETE)
    assert (few.n, few.population) == (6, 60)


def test_the_employees_promoter_score_is_that_of_customers_with_a_finite_population() -> None:
    answers = [10, 9, 9, 8, 7, 3]
    found = statement_figure(answers, scale=Scale.RECOMMEND, asked=24)
    assert found.value == pytest.approx(100 * (3 - 1) / 6)
    whole = promoter_interval(3, 1, n=6)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx((whole.high - whole.low) * (1 - 6 / 24) ** 0.5, rel=0.1)
    assert statement_figure(answers, scale=Scale.RECOMMEND, asked=6).margin == 0


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30), st.integers(0, 30))
def test_the_interval_holds_the_figure_and_stays_on_its_scale(answers: list[int], silent: int) -> None:
    found = statement_figure(answers, scale=Scale.RECOMMEND, asked=len(answers) + silent)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert -100 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 100
