"""Stretches that were played: joined, never taken away, kept few, and compared with evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluations.played import MOST, percent_of, plain_spans, spans_of, was_heard, with_more
from transcribe.spans import length_ms, united, within
from transcribe.types import Span

DURATION_MS = 600_000

spans = st.lists(
    st.builds(
        lambda start, length: Span(start, start + length),
        st.integers(0, DURATION_MS + 50_000),
        st.integers(1, 60_000),
    ),
    max_size=30,
)


def known(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(start, end) for start, end in pairs]


@given(spans, spans)
def test_what_was_played_is_never_taken_away_and_never_more_than_was_told(first: list[Span], later: list[Span]) -> None:
    kept = with_more([], first, duration_ms=DURATION_MS)
    more = with_more(kept, later, duration_ms=DURATION_MS)
    assert length_ms([*kept, *more]) == length_ms(more)
    assert more == united(more)
    assert all(0 <= span.start_ms < span.end_ms <= DURATION_MS for span in more)
    # Rounding moves a border by at most 50 ms, and joining bridges at most 200 ms between two stretches.
    told = within([*first, *later], start_ms=0, end_ms=DURATION_MS)
    assert length_ms(more) <= length_ms(told) + (len(first) + len(later)) * 300


@given(spans)
def test_telling_the_same_again_changes_nothing(told: list[Span]) -> None:
    kept = with_more([], told, duration_ms=DURATION_MS)
    assert with_more(kept, kept, duration_ms=DURATION_MS) == kept
    assert with_more(kept, told, duration_ms=DURATION_MS) == kept
    assert spans_of(plain_spans(kept)) == kept


@given(spans, spans)
def test_the_order_of_telling_does_not_matter_to_what_is_covered(first: list[Span], later: list[Span]) -> None:
    one = with_more(with_more([], first, duration_ms=DURATION_MS), later, duration_ms=DURATION_MS)
    other = with_more(with_more([], later, duration_ms=DURATION_MS), first, duration_ms=DURATION_MS)
    assert one == other


def test_no_more_stretches_are_kept_than_there_is_room_for_and_the_longest_new_ones_stay() -> None:
    kept = with_more([], [Span(at * 1000, at * 1000 + 500) for at in range(MOST - 1)], duration_ms=DURATION_MS)
    short, long = Span(500_000, 500_300), Span(510_000, 520_000)
    assert with_more(kept, [short, long], duration_ms=DURATION_MS) == [*kept, long]
    assert len(with_more(kept, [Span(300, 500_000), short, long], duration_ms=DURATION_MS)) == 2


@pytest.mark.parametrize(
    ("played", "span", "heard"),
    [
        ([(0, 8_000)], (0, 10_000), True),
        ([(0, 7_900)], (0, 10_000), False),
        ([(0, 4_000), (5_000, 9_000)], (0, 10_000), True),
        ([], (0, 10_000), False),
        ([(2_000, 3_000)], (2_500, 2_500), True),
        ([(2_000, 3_000)], (3_500, 3_500), False),
    ],
)
def test_evidence_was_played_when_four_fifths_of_it_were(
    played: list[tuple[int, int]], span: tuple[int, int], *, heard: bool
) -> None:
    assert was_heard(known(*played), Span(*span)) is heard


def test_the_share_is_rounded_and_never_says_nothing_where_something_was_played() -> None:
    whole = known((0, 100_000))
    assert percent_of([], whole) == 0
    assert percent_of(known((0, 62_400)), whole) == 62
    assert percent_of(known((0, 100)), whole) == 1
    assert percent_of(known((0, 99_400)), whole) == 99
    assert percent_of(whole, known((0, 10_000), (5_000, 20_000))) == 100
    assert percent_of(whole, []) is None


@pytest.mark.parametrize("told", [None, {}, "[]", [1], [[1]], [[5, 2]], [[-1, 2]], [[0.5, 2]], [[True, 2]], [["a", 2]]])
def test_what_is_no_stretch_is_left_out(told: object) -> None:
    assert spans_of(told) == []
