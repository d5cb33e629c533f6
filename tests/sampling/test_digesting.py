"""The digest of a frame: the same in pieces as at once, whatever the order, and no interaction twice."""

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.sampling import digesting
from qa.sampling.digesting import PLAIN, WEIGHTED, FrameDigest
from qa.sampling.rows import Batch

Frame = dict[str, tuple[str, int]]
#: Tokens hold no NUL: they are hexadecimal, or keys.
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5)
frames = st.dictionaries(names, st.tuples(st.sampled_from("abc"), st.integers(1, 9)), max_size=40)


def digest_of(rows: list[tuple[str, tuple[str, int]]], *, weighted: bool = False) -> list[tuple[str, int, str]]:
    with FrameDigest(line=WEIGHTED if weighted else PLAIN) as digest:
        for token, (stratum, weight) in rows:
            digest.note(
                [token.encode()], Batch([f"key of {token}"], np.zeros(1, dtype=np.int64), [stratum], np.array([weight]))
            )
        return digest.strata()


def expected(frame: Frame, *, weighted: bool) -> list[tuple[str, int, str]]:
    found = []
    for stratum in sorted({stratum for stratum, _weight in frame.values()}):
        tokens = sorted(token for token, (of, _weight) in frame.items() if of == stratum)
        lines = [f"{token} {frame[token][1]}\n" if weighted else f"{token}\n" for token in tokens]
        found.append((stratum, len(tokens), hashlib.sha256("".join(lines).encode()).hexdigest()))
    return found


@given(frames, st.booleans(), st.randoms(use_true_random=False))
def test_a_digest_is_that_of_the_sorted_tokens(frame: Frame, weighted: bool, shuffle: random.Random) -> None:
    rows = list(frame.items())
    shuffle.shuffle(rows)
    assert digest_of(rows, weighted=weighted) == expected(frame, weighted=weighted)


def test_tokens_put_aside_on_the_disk_give_the_same_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    frame: Frame = {hashlib.sha256(str(n).encode()).hexdigest(): (f"s{n % 7}", 1 + n % 3) for n in range(2_000)}
    at_once = digest_of(list(frame.items()), weighted=True)
    monkeypatch.setattr(digesting, "_HELD", 150)
    assert digest_of(list(frame.items()), weighted=True) == at_once == expected(frame, weighted=True)


@pytest.mark.parametrize("alike", [2, 5, 2_000])
def test_tokens_that_begin_alike_are_sorted_by_all_of_them(alike: int) -> None:
    """Most begin differently; so many begin with the same eight bytes, or all of them do."""
    frame: Frame = {
        f"{max(0, n - alike):08x}{hashlib.sha256(str(n).encode()).hexdigest()}": ("a", 1) for n in range(2_000)
    }
    assert digest_of(list(frame.items())) == expected(frame, weighted=False)


@pytest.mark.parametrize("held", [2, 100])
def test_an_interaction_told_twice_is_refused(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(digesting, "_HELD", held)
    rows = [("x", ("a", 1)), ("y", ("a", 1)), ("z", ("a", 1)), ("x", ("b", 1))]
    with pytest.raises(InvalidError, match="more than once"):
        digest_of(rows)
