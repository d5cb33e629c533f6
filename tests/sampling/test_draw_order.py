"""Draws: anyone with the seed gets the same, and every interaction had the chance it was promised."""

import hashlib
import hmac
import os
import random
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from qa.act import Act
from qa.errors import InvalidError
from qa.sampling.frame import EVERYTHING
from qa.sampling.frame import frame as frame_of
from qa.sampling.order import as_fraction, draw, permanent_number, replace_drawn
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls

SEED = bytes(range(32))

frames = st.dictionaries(st.text(min_size=1, max_size=8), st.sampled_from(["a", "b", "c"]), max_size=60)
seeds = st.binary(min_size=32, max_size=32)


def numbered_seed(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def test_the_number_is_the_first_53_bits_of_the_hmac() -> None:
    whole = int(hmac.new(SEED, b"pbx:1", hashlib.sha256).hexdigest(), 16)
    assert permanent_number(SEED, "pbx:1") == whole >> (256 - 53)
    assert 0.0 <= as_fraction(permanent_number(SEED, "pbx:1")) < 1.0


@given(frames, seeds, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    frame: dict[str, str], seed: bytes, size: int, shuffle: random.Random
) -> None:
    rows = list(frame.items())
    first = draw(rows, seed=seed, sizes=size, reserve=2)
    shuffle.shuffle(rows)
    assert draw(rows, seed=seed, sizes=size, reserve=2) == first


@given(frames, seeds, st.integers(0, 5))
def test_a_stratum_gets_its_smallest_numbers(frame: dict[str, str], seed: bytes, size: int) -> None:
    sample = draw(frame.items(), seed=seed, sizes=size)
    for stratum in set(frame.values()):
        keys = [key for key, of in frame.items() if of == stratum]
        expected = sorted(keys, key=lambda key: (permanent_number(seed, key), key))[:size]
        assert [one.key for one in sample.drawn if one.stratum == stratum] == expected


def test_the_smallest_are_kept_when_thousands_pass_by() -> None:
    keys = [f"call-{number}" for number in range(5_000)]
    sample = draw(((key, "all") for key in keys), seed=SEED, sizes=7, reserve=3)
    expected = sorted(keys, key=lambda key: permanent_number(SEED, key))
    assert [one.key for one in (*sample.drawn, *sample.reserve)] == expected[:10]
    assert sample.population == {"all": 5_000}
    assert sample.drawn[0].inclusion_probability == 7 / 5_000


@given(frames, seeds, st.text(min_size=9, max_size=12))
def test_one_more_interaction_changes_no_other_stratum(frame: dict[str, str], seed: bytes, extra: str) -> None:
    before = draw(frame.items(), seed=seed, sizes=3, reserve=2)
    after = draw({**frame, extra: "a"}.items(), seed=seed, sizes=3, reserve=2)
    assert [one for one in before.drawn if one.stratum != "a"] == [one for one in after.drawn if one.stratum != "a"]
    assert [one for one in before.reserve if one.stratum != "a"] == [one for one in after.reserve if one.stratum != "a"]


def test_one_seed_draws_the_same_and_another_seed_something_else() -> None:
    frame = [(f"call-{number}", "all") for number in range(200)]
    assert draw(frame, seed=SEED, sizes=10) == draw(frame, seed=SEED, sizes=10)
    assert draw(frame, seed=SEED, sizes=10).drawn != draw(frame, seed=numbered_seed(1), sizes=10).drawn


def test_another_process_draws_the_same() -> None:
    code = (
        "from qa.sampling.order import draw;"
        "print(*(one.key for one in draw([(f'c{n}', 'all') for n in range(99)], seed=bytes(range(32)), sizes=5).drawn))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    here = draw([(f"c{number}", "all") for number in range(99)], seed=SEED, sizes=5)
    assert other.stdout.split() == [one.key for one in here.drawn]


def test_every_interaction_is_drawn_equally_often() -> None:
    frame = [(f"call-{number}", "all") for number in range(40)]
    drawn = Counter(
        one.key for number in range(4_000) for one in draw(frame, seed=numbered_seed(number), sizes=4).drawn
    )
    assert chisquare([drawn[key] for key, _stratum in frame]).pvalue > 0.001


def test_every_order_of_three_comes_equally_often() -> None:
    orders = Counter(
        tuple(one.key for one in draw([("x", "all"), ("y", "all"), ("z", "all")], seed=numbered_seed(n), sizes=3).drawn)
        for n in range(3_000)
    )
    assert len(orders) == 6
    assert chisquare(list(orders.values())).pvalue > 0.001


def test_replacing_follows_the_order_and_ends_when_nobody_is_left() -> None:
    frame = [(f"a-{number}", "a") for number in range(5)] + [(f"b-{number}", "b") for number in range(9)]
    sample = draw(frame, seed=SEED, sizes=3, reserve=2)
    order = [one.key for one in draw(frame, seed=SEED, sizes={"a": 5}).drawn]
    sample, heir = replace_drawn(sample, order[0])
    assert heir is not None
    assert heir.key == order[3]
    sample, heir = replace_drawn(sample, order[3])
    assert heir is not None
    assert heir.key == order[4]
    sample, heir = replace_drawn(sample, order[1])
    assert heir is None
    assert [one.key for one in sample.drawn if one.stratum == "a"] == [order[2], order[4]]
    with pytest.raises(InvalidError, match="was not drawn"):
        replace_drawn(sample, order[0])


def test_a_stratum_with_too_few_is_taken_whole_and_said() -> None:
    sample = draw([("x", "a"), ("y", "a")], seed=SEED, sizes={"a": 5, "empty": 1})
    assert [one.inclusion_probability for one in sample.drawn] == [1.0, 1.0]
    assert sample.shortages == {"a": 3, "empty": 1}


def test_a_salt_changes_the_names_but_not_the_chances() -> None:
    frame = [("pbx:0612345678", "a"), ("pbx:0687654321", "a")]
    one = draw(frame, seed=SEED, sizes=1, salt=b"s" * 32).drawn[0]
    assert "06" not in one.token[:2] or len(one.token) == 64
    assert one.number == permanent_number(SEED, one.token)
    assert one.key in dict(frame)


def test_less_than_nothing_cannot_be_drawn() -> None:
    with pytest.raises(InvalidError, match="below zero"):
        draw([("x", "a")], seed=SEED, sizes=-1)


def test_draws_from_two_databases_are_one_draw(act: Act, make: Makers) -> None:
    """What the frame's file holds decides the draw: rows as this database gives them, and the same rows sorted."""
    for agent in (make.agent(), make.agent()):
        calls(make, agent, 9)
    rows = list(frame_of(act, EVERYTHING, period=OCTOBER))
    assert len(rows) == 18
    assert draw(rows, seed=SEED, sizes=3, salt=SEED) == draw(sorted(rows), seed=SEED, sizes=3, salt=SEED)
