"""What is measured of words given to speakers: the figures count what they say they count."""

import pytest

from benchmarks.speaker_words import conversation, cp_wer, measure_words, overlapped_part


def test_the_speakers_are_paired_as_suits_them_best() -> None:
    truth = {"agent": "good morning", "customer": "my parcel is late"}

    assert cp_wer(truth, {"B": "good morning", "A": "my parcel is late"}) == (0, 6)
    assert cp_wer(truth, {"A": "good morning my parcel is late"}) == (4, 6)
    assert cp_wer(truth, {"A": "good", "B": "morning", "C": "my parcel is late"}) == (2, 6)


@pytest.mark.parametrize("overlap", [0.0, 0.15])
def test_a_conversation_overlaps_as_much_as_it_was_asked_to(overlap: float) -> None:
    parts = [overlapped_part(conversation(seed, overlap=overlap)[1]) for seed in range(10)]

    assert sum(parts) / len(parts) == pytest.approx(overlap, abs=0.02)


def test_few_words_go_to_the_wrong_speaker() -> None:
    assert measure_words(overlap=0.0, calls=4)[0] <= 3
    assert 3 < measure_words(overlap=0.15, calls=4)[0] <= 18
