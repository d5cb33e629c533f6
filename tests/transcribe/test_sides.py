"""Words across a pause go to the side of their sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.packing import pack
from transcribe.sides import PAUSE_MS, on_their_side
from transcribe.types import Span, Word
from transcribe.words import placed

#: In the window the stretches begin at 300, 2300 and 3500 ms.
(WINDOW,) = pack([Span(10_000, 11_700), Span(15_000, 15_900), Span(16_100, 18_000)])

texts = st.sampled_from(["ja", "Ja.", "ik", "Ik", "meter,", "klopt?", "zo…", "”", "Goed!”"])


@st.composite
def heard(draw: st.DrawFn) -> list[Word]:
    """Words as a recogniser gives them: each begins where the one before it ends, or a little later."""
    found, at_ms = [], draw(st.integers(0, 400))
    for pause_ms, length_ms in draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 1_500)), max_size=12)):
        found.append(Word(draw(texts), at_ms + pause_ms, at_ms + pause_ms + length_ms))
        at_ms += pause_ms + length_ms
    return found


@given(heard())
def test_no_word_is_lost_or_changes_its_place_and_times_run_on(words: list[Word]) -> None:
    found = on_their_side(words, WINDOW)
    assert [word.text for word in found] == [word.text for word in words]
    for before, after in zip(words, found, strict=True):
        assert before.start_ms <= after.start_ms < after.end_ms <= before.end_ms or before == after
    starts = [word.start_ms for word in found]
    assert starts == sorted(starts)


@given(heard())
def test_what_is_settled_stays_so(words: list[Word]) -> None:
    once = on_their_side(words, WINDOW)
    assert on_their_side(once, WINDOW) == once


@given(heard(), st.integers(0, PAUSE_MS - 1))
def test_without_a_pause_nothing_moves(words: list[Word], breath_ms: int) -> None:
    (window,) = pack([Span(0, 1_700), Span(1_700 + breath_ms, 4_000)])
    assert on_their_side(words, window) == words


@given(heard(), st.integers(0, 12))
def test_it_is_the_same_whether_the_first_words_were_settled_before(words: list[Word], count: int) -> None:
    count = min(count, len(words))
    before = words[count - 1].text if count else ""
    assert on_their_side(words[count:], WINDOW, before=before) == on_their_side(words, WINDOW)[count:]


def test_a_word_that_begins_a_sentence_is_heard_after_the_pause() -> None:
    words = [
        Word("you?", 1_400, 1_700),
        Word("I", 1_700, 2_350),
        Word("am", 2_350, 2_500),
        Word("sorry.", 2_500, 3_000),
    ]
    assert [word.start_ms for word in placed(words, WINDOW)] == [11_100, 15_000, 15_050, 15_200]


def test_a_word_that_ends_a_sentence_is_heard_before_the_pause() -> None:
    words = [Word("geld", 1_400, 1_900), Word("terug.", 1_900, 2_900), Word("Dat", 2_900, 3_100)]
    assert [(word.start_ms, word.end_ms) for word in placed(words, WINDOW)] == [
        (11_100, 11_600),
        (11_600, 11_700),
        (15_600, 15_800),
    ]


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("you", "I", "am"), "within a sentence"),
        (("you?", "Yes.", "I"), "a sentence of its own"),
        (("you?", "I"), "nothing goes on"),
    ],
)
def test_a_word_whose_sentence_does_not_tell_stays_where_it_was_timed(texts: tuple[str, ...], reason: str) -> None:
    times = [(1_400, 1_900), (1_900, 2_350), (2_350, 2_500)]
    words = [Word(text, *time) for text, time in zip(texts, times, strict=False)]
    assert on_their_side(words, WINDOW) == words, reason


def test_a_word_that_lies_over_more_than_one_pause_is_left_alone() -> None:
    words = [Word("you?", 1_400, 1_650), Word("What", 1_650, 3_900), Word("do", 3_900, 4_000)]
    assert on_their_side(words, WINDOW) == words
