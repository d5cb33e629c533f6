"""Figures: no number without its n and interval, and no conclusion the sample cannot carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from qa.estimate.comparisons import chance_of_difference, false_discovery, holm, tell_apart
from qa.estimate.figure import Figure, Verdict, design_figure, difference, score_figure, share_figure
from qa.estimate.intervals import Method, Peers
from qa.estimate.means import from_moments
from qa.i18n import Language, say

PEERS = Peers(0.85, 0.015, 4.0)


def test_below_the_guard_no_number_is_shown() -> None:
    figure = score_figure([80.0, 90.0, 85.0, 70.0], population=200, peers=PEERS)
    assert figure.too_few
    assert figure.shown is None
    assert str(figure.said) == "too few to say (n = 4)"
    assert say(figure.said, Language.NL) == "te weinig om iets te zeggen (n = 4)"


def test_from_the_guard_on_the_number_comes_with_its_interval() -> None:
    figure = score_figure([80.0, 90.0, 85.0, 70.0, 95.0], population=200, peers=PEERS, draw_ids=[7])
    assert figure.shown == pytest.approx(84.0)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 84 < figure.high
    assert (figure.n, figure.N, figure.draw_ids, figure.method) == (5, 200, (7,), Method.BOUNDED)
    assert str(figure.said).startswith("84 (between ")


def test_a_complete_count_is_never_too_few() -> None:
    figure = score_figure([80.0, 90.0], population=2)
    assert figure.shown == 85.0
    assert str(figure.said) == "85 (all 2 reviewed)"


def test_nothing_reviewed_is_said() -> None:
    for figure in (score_figure([], population=9), share_figure(0, n=0)):
        assert figure.value is None
        assert figure.too_few
        assert str(figure.said) == "nothing reviewed yet"
    with pytest.raises(ValueError, match="both ends"):
        Figure(80.0, None, None, 5, 9, Method.BOUNDED)


def test_a_share_is_in_per_cent() -> None:
    figure = share_figure(17, n=20)
    assert figure.value == 85.0
    assert [figure.low, figure.high] == pytest.approx([63.96, 94.76], abs=0.01)


def test_a_designed_mean_becomes_a_figure_of_the_whole() -> None:
    figure = design_figure(from_moments([(80.0, 100.0, 10, 100), (90.0, 64.0, 10, 300)]), draw_ids=(1, 2))
    assert figure.value == pytest.approx(87.5)
    assert (figure.n, figure.population) == (20, 400)


def test_ninety_two_against_eighty_four_from_five_calls_is_often_the_luck_of_the_draw() -> None:
    one = score_figure([92.0, 100.0, 80.0, 88.0, 100.0], population=400, peers=PEERS)
    other = score_figure([84.0, 70.0, 90.0, 96.0, 80.0], population=400, peers=PEERS)
    found = difference(one, other)
    assert found.value == pytest.approx(8.0)
    assert found.verdict is Verdict.NO
    assert str(found.said).startswith("No difference that chance could not make")


def test_a_large_difference_is_called_one_in_both_directions() -> None:
    good = score_figure([95.0] * 40, population=400, peers=PEERS)
    poor = score_figure([60.0, 70.0] * 20, population=400, peers=PEERS)
    assert difference(good, poor).verdict is Verdict.YES
    assert str(difference(good, poor).said).startswith("Higher by 30 points")
    assert say(difference(poor, good).said, Language.NL).startswith("30 punten lager")


def test_too_few_cannot_be_compared() -> None:
    few = score_figure([95.0], population=400, peers=PEERS)
    many = score_figure([60.0] * 40, population=400, peers=PEERS)
    nothing = score_figure([])
    for pair in ((few, many), (many, few), (nothing, many), (many, nothing)):
        assert difference(*pair).verdict is Verdict.CANNOT_SAY
        assert str(difference(*pair).said) == "Too few were reviewed to compare."
        assert chance_of_difference(*pair) is None


@given(st.lists(st.floats(0, 100), min_size=5, max_size=20), st.lists(st.floats(0, 100), min_size=5, max_size=20))
def test_a_difference_turned_round_is_its_mirror(one: list[float], other: list[float]) -> None:
    first, second = score_figure(one, peers=PEERS), score_figure(other, peers=PEERS)
    there, back = difference(first, second), difference(second, first)
    assert there.value is not None
    assert back.value is not None
    assert there.low is not None
    assert back.high is not None
    assert (there.value, there.low) == pytest.approx((-back.value, -back.high))
    assert there.verdict is back.verdict


def test_the_published_example_of_adjusted_chances() -> None:
    # Y. Benjamini and Y. Hochberg (1995), § 3.2: fifteen comparisons of two treatments; four are found at 5 %.
    chances = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    assert sum(chance <= 0.05 for chance in false_discovery(chances)) == 4
    assert sum(chance <= 0.05 for chance in holm(chances)) == 3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusting_agrees_with_statsmodels(chances: list[float]) -> None:
    assert holm(chances) == pytest.approx(list(multipletests(chances, method="holm")[1]))
    assert false_discovery(chances) == pytest.approx(list(multipletests(chances, method="fdr_bh")[1]))


def test_only_who_differs_enough_is_told_apart() -> None:
    figures = {
        "anna": score_figure([95.0] * 40, population=400, peers=PEERS),
        "bram": score_figure([93.0] * 40, population=400, peers=PEERS),
        "cas": score_figure([60.0, 70.0] * 20, population=400, peers=PEERS),
        "new": score_figure([60.0], population=400, peers=PEERS),
    }
    assert tell_apart(figures) == {("anna", "bram"): False, ("anna", "cas"): True, ("bram", "cas"): True}
