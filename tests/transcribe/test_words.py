"""Words after recognition."""

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, noise, side_by_side
from transcribe.packing import pack
from transcribe.types import Doubt, Span, Word
from transcribe.words import doubted, in_order, placed, voted, without_echo

(WINDOW,) = pack([Span(10_000, 12_000), Span(60_000, 61_000)])


def test_words_go_back_to_the_moment_they_were_said() -> None:
    heard = [Word("goede", 400, 700), Word("morgen", 700, 1300), Word("dag", 2700, 3000)]
    assert [(word.text, word.start_ms, word.end_ms) for word in placed(heard, WINDOW)] == [
        ("goede", 10_100, 10_400),
        ("morgen", 10_400, 11_000),
        ("dag", 60_100, 60_400),
    ]


def test_words_invented_after_the_speech_are_dropped() -> None:
    heard = [Word("dag", 2700, 3000), Word("Ondertiteling", 4200, 5500), Word("door", 20_000, 20_500)]
    assert [word.text for word in placed(heard, WINDOW)] == ["dag"]


def test_a_word_stretched_over_a_pause_is_cut_to_its_speech() -> None:
    (word,) = placed([Word("ja", 1800, 2900)], WINDOW)
    assert (word.start_ms, word.end_ms) == (11_500, 12_000)


def test_no_word_is_longer_than_two_seconds() -> None:
    (window,) = pack([Span(0, 9_000)])
    (word,) = placed([Word("eh", 300, 8_000)], window)
    assert word.end_ms - word.start_ms == 2_000


def test_a_word_at_the_very_end_keeps_some_width() -> None:
    (word,) = placed([Word("dag", 3600, 3600)], WINDOW)
    assert (word.start_ms, word.end_ms) == (60_980, 61_000)


def test_improbable_words_are_marked() -> None:
    first, second = doubted([Word("zeker", 0, 10, 0.9), Word("misschien", 10, 20, 0.1)])
    assert first.doubts == frozenset()
    assert second.doubts == {Doubt.LOW_PROBABILITY}


def test_order_is_kept_when_times_run_back() -> None:
    ordered = in_order([Word("een", 500, 700), Word("twee", 400, 450)])
    assert [(word.text, word.start_ms, word.end_ms) for word in ordered] == [("een", 500, 700), ("twee", 500, 500)]


def test_the_quiet_echo_of_a_word_is_dropped_and_the_same_word_said_back_stays() -> None:
    samples = side_by_side(noise(4.0, gain=0.2), noise(4.0, gain=0.02, seed=1))
    samples[1, 3 * RATE :] *= 10
    agent = [Word("Goedemorgen,", 100, 900), Word("zeven", 2500, 2900)]
    customer = [Word("goedemorgen", 250, 1000), Word("zeven", 3000, 3500)]
    kept = without_echo([agent, customer], samples, sample_rate=RATE)
    assert [[word.start_ms for word in words] for words in kept] == [[100, 2500], [3000]]


@pytest.mark.parametrize(
    ("votes", "weights", "language"),
    [
        ([{"nl": 0.9, "en": 0.1}], [1.0], "nl"),
        ([{"nl": 0.9, "en": 0.1}, {"nl": 0.2, "en": 0.8}], [2.0, 20.0], "en"),
        ([{"nl": 0.5, "en": 0.5}], [1.0], "nl"),
        ([], [], "nl"),
    ],
)
def test_the_language_with_most_speech_behind_it_wins(
    votes: list[dict[str, float]], weights: list[float], language: str
) -> None:
    assert voted(votes, weights=weights, among=["nl", "en"]) == language


def test_nothing_heard_is_nothing_to_place() -> None:
    assert placed([], WINDOW) == []
    assert without_echo([[], []], np.zeros((2, 10), np.float32), sample_rate=RATE) == [[], []]
