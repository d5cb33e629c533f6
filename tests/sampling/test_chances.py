"""Chances in proportion to weights: exact, kept by the draw, and the same whoever works them out."""

import hashlib
import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from qa.errors import InvalidError
from qa.estimate.means import hajek_mean
from qa.sampling.chances import chances_of, is_within, pareto_rank
from qa.sampling.hashing import keyed
from qa.sampling.order import draw, draw_rolling, draw_weighted, permanent_number, rolling

SEED = bytes(range(32))
#: Of forty calls that weigh 1 to 5 in turn, the six that the seed draws.
EVERYWHERE = ["call-0", "call-13", "call-4", "call-2", "call-38", "call-24"]
HALF = 1 << 52

weighted_frames = st.dictionaries(
    st.text(min_size=1, max_size=6), st.tuples(st.sampled_from("ab"), st.integers(1, 12)), max_size=30
)
seeds = st.binary(min_size=32, max_size=32)


def numbered_seed(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def rows_of(frame: dict[str, tuple[str, int]]) -> list[tuple[str, str, int]]:
    return [(key, stratum, weight) for key, (stratum, weight) in frame.items()]


def test_the_hmac_is_that_of_the_standard() -> None:
    # RFC 4231, test cases 2 and 6: a short key, and one longer than a block.
    assert keyed(b"Jefe")(b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert keyed(b"\xaa" * 131)(b"Test Using Larger Than Block-Size Key - Hash Key First").hex() == (
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    )


def test_rosens_ranking_variable() -> None:
    # q = u(1-λ)/((1-u)λ): u = 1/2 and λ = 1/4 give 3; u = 1/4 and λ = 1/2 give 1/3, rounded down at 64 places.
    assert pareto_rank(HALF, Fraction(1, 4)) == 3 << 64
    assert pareto_rank(HALF >> 1, Fraction(1, 2)) == (1 << 64) // 3
    assert pareto_rank(HALF, Fraction(1)) == -1


def test_weights_are_scaled_to_the_number_and_certain_ones_are_taken_out() -> None:
    assert chances_of({90: 1, 6: 1, 3: 1, 1: 1}, size=2) == {
        90: 1,
        6: Fraction(6, 10),
        3: Fraction(3, 10),
        1: Fraction(1, 10),
    }
    # Once 100 is out, 40 of the rest is more than its share of one too: 2·40 ≥ 60.
    assert chances_of({100: 1, 40: 1, 10: 2}, size=3) == {100: 1, 40: 1, 10: Fraction(1, 2)}
    assert chances_of({4: 2, 1: 3}, size=9) == {4: 1, 1: 1}


@given(st.dictionaries(st.integers(1, 40), st.integers(1, 30), max_size=6), st.integers(0, 60))
def test_chances_add_up_to_the_number_drawn_exactly(classes: dict[int, int], size: int) -> None:
    chances = chances_of(classes, size=size)
    assert sum(chances[weight] * number for weight, number in classes.items()) == min(size, sum(classes.values()))
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert sorted(chances.values()) == [chances[weight] for weight in sorted(classes)]


@given(weighted_frames, seeds, st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_weighted_draw_does_not_depend_on_the_order_of_rows(
    frame: dict[str, tuple[str, int]], seed: bytes, size: int, shuffle: random.Random
) -> None:
    rows = rows_of(frame)
    first = draw_weighted(rows, seed=seed, sizes=size, reserve=2)
    shuffle.shuffle(rows)
    assert draw_weighted(rows, seed=seed, sizes=size, reserve=2) == first


@given(weighted_frames, seeds, st.integers(1, 5))
def test_a_weighted_draw_is_the_plain_ranking_of_all(frame: dict[str, tuple[str, int]], seed: bytes, size: int) -> None:
    """What is kept while the frame passes by, weight by weight, is what sorting everything would give."""
    sample = draw_weighted(rows_of(frame), seed=seed, sizes=size, reserve=len(frame))
    for stratum in {stratum for stratum, _weight in frame.values()}:
        members = {key: weight for key, (of, weight) in frame.items() if of == stratum}
        chances = chances_of(Counter(members.values()), size=size)

        def rank(key: str, members: dict[str, int] = members, chances: dict[int, Fraction] = chances) -> Fraction:
            chance, u = chances[members[key]], Fraction(permanent_number(seed, key), 1 << 53)
            return Fraction(-1) if chance == 1 else u * (1 - chance) / ((1 - u) * chance)

        found = [one for one in (*sample.drawn, *sample.reserve) if one.stratum == stratum]
        order = sorted(members, key=lambda key: (rank(key), permanent_number(seed, key)))
        assert [one.key for one in found] == order
        assert [one.inclusion_probability for one in found] == [float(chances[members[key]]) for key in order]


@given(weighted_frames, seeds, st.text(min_size=7, max_size=9), st.integers(1, 12))
def test_one_more_interaction_changes_no_other_stratum(
    frame: dict[str, tuple[str, int]], seed: bytes, extra: str, weight: int
) -> None:
    before = draw_weighted(rows_of(frame), seed=seed, sizes=3, reserve=2)
    after = draw_weighted(rows_of({**frame, extra: ("a", weight)}), seed=seed, sizes=3, reserve=2)
    for then, now in ((before.drawn, after.drawn), (before.reserve, after.reserve)):
        assert [one for one in then if one.stratum == "b"] == [one for one in now if one.stratum == "b"]


@given(weighted_frames, seeds, st.integers(0, 6))
def test_equal_weights_draw_as_equal_chances_do(frame: dict[str, tuple[str, int]], seed: bytes, size: int) -> None:
    plain = draw([(key, stratum) for key, (stratum, _weight) in frame.items()], seed=seed, sizes=size, reserve=3)
    equal = draw_weighted([(key, of, 7) for key, (of, _w) in frame.items()], seed=seed, sizes=size, reserve=3)
    assert (plain.drawn, plain.reserve) == (equal.drawn, equal.reserve)


def test_a_weighted_draw_gives_the_same_everywhere() -> None:
    """Worked out once by `docs/verify_draw.py`'s own arithmetic; no machine may ever give another order."""
    frame = [(f"call-{number}", "all", 1 + number % 5) for number in range(40)]
    drawn = draw_weighted(frame, seed=SEED, sizes=6).drawn
    assert [one.key for one in drawn] == EVERYWHERE


def test_weighted_draws_keep_their_chances_within_half_a_percentage_point() -> None:
    rounds = 8_000
    weights = [1 + (number % 7) for number in range(24)] + [60]
    frame = [(f"call-{number}", "all", weight) for number, weight in enumerate(weights)]
    target = chances_of(Counter(weights), size=6)
    drawn: Counter[str] = Counter()
    for number in range(rounds):
        sample = draw_weighted(frame, seed=numbered_seed(number), sizes=6).drawn
        assert len(sample) == 6
        drawn.update(one.key for one in sample)
    # Interactions of one weight share one chance; together they are counted more exactly than alone.
    for weight in set(weights):
        keys = [key for key, _stratum, of in frame if of == weight]
        achieved = sum(drawn[key] for key in keys) / rounds / len(keys)
        assert achieved == pytest.approx(float(target[weight]), abs=0.005)
    assert target[60] == 1
    assert drawn["call-24"] == rounds


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidError, match="above zero"):
        draw_weighted([("x", "a", 0)], seed=SEED, sizes=1)


def test_a_share_is_met_exactly_at_its_edge() -> None:
    assert is_within((1 << 53) // 4 - 1, share_bp=2500)
    assert not is_within((1 << 53) // 4, share_bp=2500)
    assert is_within((1 << 53) - 1, share_bp=10_000)


def test_a_rolling_draw_gives_every_day_the_same_chance() -> None:
    days = [[(f"{day}-{number}", "a") for number in range(1_000)] for day in range(6)]
    early = [one.key for one in rolling(days[0], seed=SEED, share_bp=1000)]
    whole = [row for day in days for row in day]
    found = draw_rolling(whole, seed=SEED, share_bp=1000)
    assert set(early) == {one.key for one in found.drawn if one.key.startswith("0-")}
    assert found.wanted == {"a": len(found.drawn)}
    per_day = Counter(one.key.split("-", 1)[0] for one in found.drawn)
    assert chisquare([per_day[str(day)] for day in range(6)]).pvalue > 0.001
    assert {one.inclusion_probability for one in found.drawn} == {0.1}
    # 600 expected of 6,000 with a standard deviation of 23.
    assert abs(len(found.drawn) - 600) < 4 * math.sqrt(6_000 * 0.1 * 0.9)


@given(
    st.dictionaries(st.text(min_size=1, max_size=6), st.sampled_from("ab"), max_size=40), seeds, st.integers(1, 10_000)
)
def test_a_rolling_draw_depends_on_no_order_and_no_day(frame: dict[str, str], seed: bytes, share_bp: int) -> None:
    rows = list(frame.items())
    whole = draw_rolling(rows, seed=seed, share_bp=share_bp).drawn
    cut = len(rows) // 2
    by_day = [*rolling(rows[cut:], seed=seed, share_bp=share_bp), *rolling(rows[:cut], seed=seed, share_bp=share_bp)]
    assert {one.key for one in by_day} == {one.key for one in whole}
    assert {one.key for one in whole} == {
        key for key in frame if Fraction(permanent_number(seed, key), 1 << 53) < Fraction(share_bp, 10_000)
    }


@pytest.mark.parametrize("share_bp", [0, -1, 10_001])
def test_a_share_of_nothing_or_more_than_all_is_refused(share_bp: int) -> None:
    with pytest.raises(InvalidError, match="share"):
        draw_rolling([("x", "a")], seed=SEED, share_bp=share_bp)


def test_hajeks_mean_undoes_the_preference_that_the_plain_mean_keeps() -> None:
    """Heavy interactions score 60 and light ones 90; four in ten are heavy, so that the truth is 78."""
    frame = [(f"call-{number}", "all", 5 if number % 5 < 2 else 1) for number in range(150)]
    scores = {key: 60.0 if weight == 5 else 90.0 for key, _stratum, weight in frame}
    plain, weighed = [], []
    for number in range(300):
        drawn = draw_weighted(frame, seed=numbered_seed(number), sizes=50).drawn
        values = [scores[one.key] for one in drawn]
        plain.append(sum(values) / 50)
        weighed.append(hajek_mean(values, probabilities=[one.inclusion_probability for one in drawn]).mean)
    # The heavy ones are drawn in the share 5·60/390, so that the plain mean tends to 66.9.
    assert sum(plain) / 300 == pytest.approx(66.9, abs=0.3)
    # A ratio of two estimates is a little biased, the less the larger the sample.
    assert sum(weighed) / 300 == pytest.approx(78.0, abs=0.5)
