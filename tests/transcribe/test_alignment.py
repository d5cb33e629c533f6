"""The cheapest path through attention, against openai-whisper's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.alignment import TimedWord, cheapest_path, joined_punctuation, running_median


def test_a_path_follows_the_cheap_cells() -> None:
    cost = np.array([[0.0, 0.0, 9.0, 9.0], [9.0, 9.0, 0.0, 9.0], [9.0, 9.0, 9.0, 0.0]])
    rows, columns = cheapest_path(cost)
    assert rows.tolist() == [0, 0, 1, 2]
    assert columns.tolist() == [0, 1, 2, 3]


@pytest.mark.speech
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 7), (7, 1), (5, 40), (40, 300)])
def test_it_is_the_path_whisper_takes(rows: int, columns: int) -> None:
    timing = pytest.importorskip("whisper.timing", exc_type=ImportError)
    cost = np.random.default_rng(rows).standard_normal((rows, columns))
    assert np.array_equal(np.array(cheapest_path(cost)), timing.dtw_cpu(cost.copy()))


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_no_other_path_is_cheaper(table: list[list[int]]) -> None:
    cost = np.array(table, dtype=np.float64)
    least = np.full((cost.shape[0] + 1, cost.shape[1] + 1), np.inf)
    least[0, 0] = 0.0
    for row in range(cost.shape[0]):
        for column in range(cost.shape[1]):
            before = min(least[row, column], least[row, column + 1], least[row + 1, column])
            least[row + 1, column + 1] = cost[row, column] + before
    rows, columns = cheapest_path(cost)
    assert cost[rows, columns].sum() == least[-1, -1]


@given(
    st.integers(0, 4).flatmap(
        lambda half: st.tuples(
            st.just(2 * half + 1), st.lists(st.integers(-9, 9), min_size=max(2, half + 1), max_size=30)
        )
    )
)
def test_a_running_median_is_that_of_each_place_and_its_neighbours(drawn: tuple[int, list[int]]) -> None:
    width, values = drawn
    mirrored = np.pad(np.array(values, np.float32), width // 2, mode="reflect")
    expected = [np.median(mirrored[place : place + width]) for place in range(len(values))]
    assert running_median(np.array([[values]], np.float32), width=width).tolist() == [[expected]]


def test_marks_belong_to_their_words() -> None:
    heard = [(' "', 0), ("Goede", 1), (" dag", 2), ("!", 3), ('"', 4), (" Ja", 5), ("...", 6)]
    joined = joined_punctuation([TimedWord(text, start, start + 1, 1.0) for text, start in heard])
    assert [word.text.strip() for word in joined] == ['"Goede', 'dag!"', "Ja", "..."]
    assert [word.start for word in joined] == [0, 2, 5, 6]
