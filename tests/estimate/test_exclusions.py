"""How far what was set aside could move a score: worked out by hand, and never beyond what it could be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.estimate.exclusions import Exclusions, Part, exclusion_bounds
from qa.i18n import Language, say

parts = st.builds(Part, st.floats(1, 1e6), st.floats(0, 100), st.floats(0, 1))


def test_without_exclusions_there_is_nothing_to_say() -> None:
    assert exclusion_bounds([Part(100, 80.0, 0.0)], excluded=0) is None
    assert exclusion_bounds([], excluded=3) is None


def test_missing_items_count_as_0_and_as_100_by_design_weights() -> None:
    # Of ten drawn two were set aside: eight with a mean of 75, so 0.8·75 and 0.8·75 + 0.2·100.
    one = exclusion_bounds([Part(40, 75.0, 0.2)], excluded=2)
    assert one is not None
    assert (one.n, one.low, one.high) == pytest.approx((2, 60.0, 80.0))
    # A stratum three times as large in which nothing was set aside holds the ends together.
    both = exclusion_bounds([Part(40, 75.0, 0.2), Part(120, 90.0, 0.0)], excluded=2)
    assert both is not None
    assert (both.n, both.low, both.high) == pytest.approx((2, (60 + 3 * 90) / 4, (80 + 3 * 90) / 4))


def test_a_stratum_of_which_nothing_is_left_could_be_anything() -> None:
    assert exclusion_bounds([Part(10, None, 1.0)], excluded=1) == Exclusions(1, 0.0, 100.0)


@given(st.lists(parts, min_size=1, max_size=8))
def test_the_ends_hold_the_mean_whatever_the_missing_would_have_scored(found: list[Part]) -> None:
    bounds = exclusion_bounds(found, excluded=1)
    assert bounds is not None
    whole = sum(part.weight for part in found)
    for scored in (0.0, 37.0, 100.0):
        mean = sum(p.weight * ((1 - p.missing) * (p.mean or 0.0) + p.missing * scored) for p in found) / whole
        assert bounds.low - 1e-6 <= mean <= bounds.high + 1e-6
    assert bounds.high - bounds.low == pytest.approx(
        100 * sum(part.weight * part.missing for part in found) / whole, abs=1e-6
    )


def test_the_sentence_says_how_many_and_how_far() -> None:
    found = Exclusions(2, 60.04, 80.0)
    assert say(found.said, Language.EN) == (
        "2 drawn interactions were set aside; with 0 for each the score would be 60, with 100 it would be 80."
    )
    assert "terzijde" in say(found.said, Language.NL)
