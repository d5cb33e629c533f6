"""Which language is spoken where: votes, their order in time, and turns cut where it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE
from transcribe.ballot import Ballot, Spoken, first_places, languages_of, parts_of, reconsidered
from transcribe.languages import (
    ELSEWHERE,
    Stretch,
    Unit,
    Vote,
    doubted_elsewhere,
    in_languages,
    likeliest,
    own_name,
    smoothed,
    vote_of,
)
from transcribe.packing import Window, pack
from transcribe.types import Doubt, Role, Span, Turn, Word

AMONG = ("nl", "en")
NL, EN = 0.2, 0.8


def unit(seconds: float, dutch: float) -> Unit:
    return Unit(seconds, Vote({"nl": dutch, "en": 1 - dutch, ELSEWHERE: 0.0}))


def path(*units: Unit, main: str = "nl") -> list[str]:
    return smoothed(units, among=AMONG, main=main)


@given(st.lists(st.tuples(st.floats(0.1, 28), st.floats(0.6, 1.0)), min_size=2, max_size=20), st.data())
def test_a_single_doubtful_vote_never_changes_the_language(
    votes: list[tuple[float, float]], data: st.DataObject
) -> None:
    units = [unit(seconds, share) for seconds, share in votes]
    units[data.draw(st.integers(0, len(units) - 1))] = unit(28, data.draw(st.floats(0.2, 0.5)))
    assert set(path(*units)) == {"nl"}


def test_a_change_needs_sure_speech_that_goes_on() -> None:
    dutch, english, short = unit(5, 0.99), unit(3, 0.01), unit(2, 0.01)
    assert path(dutch, dutch, english, english, dutch) == ["nl", "nl", "en", "en", "nl"]
    assert path(dutch, dutch, short, short, dutch) == ["nl"] * 5
    assert path(dutch, dutch, english) == ["nl", "nl", "en"]
    assert path(dutch, dutch, short) == ["nl"] * 3


def test_speech_without_a_vote_goes_with_its_neighbours() -> None:
    silent = Unit(28, None)
    assert path(silent, unit(5, 0.99), unit(5, 0.01), unit(5, 0.01), silent) == ["nl", "nl", "en", "en", "en"]
    assert path(silent, silent, main="en") == ["en", "en"]
    assert path() == []


@pytest.mark.parametrize(
    ("chances", "best", "sure"),
    [
        ({"nl": 0.95, "en": 0.01}, "nl", True),
        ({"nl": 0.4, "en": 0.05, "af": 0.5}, "nl", False),
        ({"nl": 0.02, "en": 0.02, "de": 0.9}, ELSEWHERE, True),
        ({"nl": 0.001, "en": 0.0, "la": 0.08}, "nl", True),
        ({"nl": 0.0, "en": 0.0}, "nl", False),
    ],
)
def test_another_language_is_believed_only_with_most_of_the_weight(
    chances: dict[str, float], best: str, sure: bool
) -> None:
    vote = vote_of(chances, among=AMONG)
    assert (vote.best, vote.sure) == (best, sure)
    assert sum(vote.shares.values()) == pytest.approx(1)


def test_of_other_languages_only_a_likelier_one_is_told() -> None:
    assert likeliest({"de": 0.6, "nl": 0.3, "fr": 0.1}, among=AMONG) == {"nl": 0.3, "en": 0.0, "de": 0.6}
    assert likeliest({"de": 0.2, "nl": 0.7, "en": 0.1}, among=AMONG) == {"nl": 0.7, "en": 0.1}


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    assert [own_name(tag) for tag in ("nl", "en", "xx-unknown")] == ["Nederlands", "English", "xx-unknown"]


def said(text: str, *, start_ms: int) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_ms + 500 * place, start_ms + 500 * place + 400) for place, word in enumerate(text.split())
    )


def test_a_turn_is_cut_where_its_speaker_changes_language() -> None:
    words = said("goedemorgen hoe good morning", start_ms=0)
    turns = [Turn("a", Role.AGENT, 0, 1900, words), Turn("b", Role.CUSTOMER, 500, 900, said("yes", start_ms=500))]
    cut = in_languages(turns, {"a": [Stretch(0, "nl"), Stretch(1000, "en")], "b": [Stretch(0, "nl")]}, main="nl")
    assert [(turn.speaker, turn.text, turn.language) for turn in cut] == [
        ("a", "goedemorgen hoe", None),
        ("b", "yes", None),
        ("a", "good morning", "en"),
    ]
    assert [(turn.start_ms, turn.end_ms) for turn in cut] == [(0, 900), (500, 900), (1000, 1900)]


def test_words_that_read_as_the_other_language_of_a_call_are_of_it() -> None:
    dutch, english = said("kunt u uw postcode bevestigen?", start_ms=0), said("thank you very much", start_ms=4000)
    turns = [Turn("a", Role.AGENT, 0, 6000, dutch + english)]
    wrongly = {"a": [Stretch(0, "en")], "b": [Stretch(0, "nl")]}
    assert [(turn.text, turn.language) for turn in in_languages(turns, wrongly, main="en")] == [
        ("kunt u uw postcode bevestigen?", "nl"),
        ("thank you very much", None),
    ], "one stretch that reads as both is told apart by its sentences"
    cut = in_languages(turns, {"a": [Stretch(0, "en"), Stretch(4000, "nl")], "b": [Stretch(0, "nl")]}, main="en")
    assert [(turn.text, turn.language) for turn in cut] == [
        ("kunt u uw postcode bevestigen?", "nl"),
        ("thank you very much", None),
    ]


def test_in_a_call_of_one_language_nothing_is_read_as_another() -> None:
    turns = [Turn("a", Role.AGENT, 0, 2400, said("kunt u uw postcode bevestigen?", start_ms=0))]
    assert [turn.language for turn in in_languages(turns, {"a": [Stretch(0, "en")]}, main="en")] == [None]


def test_words_of_another_language_are_doubtful() -> None:
    marked = doubted_elsewhere(said("een zwei drei", start_ms=0), [Stretch(0, "nl"), Stretch(400, ELSEWHERE)])
    assert [Doubt.OTHER_LANGUAGE in word.doubts for word in marked] == [False, True, True]


@dataclass
class Tuned:
    """Hears its language from how loud it is: louder than half is English; both in one window are weighed."""

    engine: str = "tuned"
    model: str = "loudness"
    asked: list[float] = field(default_factory=list)

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Nothing."""
        del samples, language, prompt
        return []

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """The share of the speech that is as loud as English."""
        assert tuple(among) == AMONG
        self.asked.append(len(samples) / RATE)
        speech = samples[samples != 0]
        english = float((speech > (NL + EN) / 2).mean())
        return {"nl": 0.01 + 0.98 * (1 - english), "en": 0.01 + 0.98 * english}


def channel(*parts: tuple[int, float]) -> tuple[NDArray[np.float32], list[Span]]:
    """Seconds of speech at a loudness each, as stretches of 4 s with half a second of silence after each."""
    sound: list[NDArray[np.float32]] = []
    spans: list[Span] = []
    at_ms = 0
    for seconds, loud in parts:
        for _ in range(seconds // 4):
            sound += [np.full(4 * RATE, loud, np.float32), np.zeros(RATE // 2, np.float32)]
            spans.append(Span(at_ms, at_ms + 4000))
            at_ms += 4500
    return np.concatenate(sound), spans


def spoken(*channels: tuple[NDArray[np.float32], list[Span]]) -> tuple[Spoken, Tuned, Ballot]:
    recogniser = Tuned()
    ballot = Ballot([sound for sound, _ in channels], recogniser, AMONG, RATE, report=lambda: None)
    return languages_of([pack(spans) for _, spans in channels], ballot=ballot, votes=3), recogniser, ballot


def heard(windows: Sequence[Window], languages: Sequence[str]) -> dict[int, str]:
    """The language at the start of each stretch."""
    return {
        piece.source.start_ms: language
        for window, language in zip(windows, languages, strict=True)
        for piece in window.pieces
    }


@pytest.mark.parametrize(("seconds", "votes"), [(20, 2), (48, 3), (120, 3), (1200, 5)])
def test_one_language_is_heard_from_few_places_and_windows_stay_as_they_are(seconds: int, votes: int) -> None:
    both = channel((seconds, NL)), channel((seconds, NL))
    found, recogniser, _ballot = spoken(*both)
    assert found.main == "nl"
    assert found.windows == [pack(spans) for _, spans in both]
    assert {language for languages in found.languages for language in languages} == {"nl"}
    assert len(recogniser.asked) == votes


def test_the_first_places_lie_at_begin_middle_and_end_of_both_channels() -> None:
    windows = [pack(spans) for _, spans in (channel((200, NL)), channel((200, NL)))]
    assert first_places(windows, votes=3) == [(0, windows[0][0]), (1, windows[1][4]), (0, windows[0][-1])]


def test_a_change_is_found_at_its_pause_and_no_window_mixes_languages() -> None:
    sound, spans = channel((300, NL), (200, EN), (100, NL))
    found, recogniser, _ballot = spoken((sound, spans))
    assert found.main == "nl"
    expected = ["nl"] * 75 + ["en"] * 50 + ["nl"] * 25
    assert list(heard(found.windows[0], found.languages[0]).values()) == expected
    assert len(recogniser.asked) < 40


def test_a_change_in_a_recording_of_two_windows_is_found() -> None:
    found, _recogniser, _ballot = spoken(channel((24, NL), (16, EN)))
    assert list(heard(found.windows[0], found.languages[0]).values()) == ["nl"] * 6 + ["en"] * 4


def test_parties_may_speak_a_language_each() -> None:
    found, recogniser, _ballot = spoken(channel((200, NL)), channel((100, EN)))
    assert found.main == "nl"
    assert [set(languages) for languages in found.languages] == [{"nl"}, {"en"}]
    assert found.share("en") == pytest.approx(1 / 3)
    assert len(recogniser.asked) < 8


def test_improbable_words_make_it_listen_again() -> None:
    sound, spans = channel((100, NL), (52, EN), (148, NL), (300, NL))
    found, _recogniser, ballot = spoken((sound, spans))
    assert set(found.languages[0]) == {"nl"}
    likely = [Word("ja", span.start_ms, span.end_ms, 0.9) for span in spans]
    assert reconsidered(found, [likely], ballot=ballot) is found
    doubtful = [
        Word("ja", span.start_ms, span.end_ms, 0.2 if 25 <= place < 38 else 0.9) for place, span in enumerate(spans)
    ]
    again = reconsidered(found, [doubtful], ballot=ballot)
    expected = ["nl"] * 25 + ["en"] * 13 + ["nl"] * 112
    assert list(heard(again.windows[0], again.languages[0]).values()) == expected


def test_words_of_another_language_make_it_listen_closely() -> None:
    sound, spans = channel((12, NL), (12, EN), (36, NL))
    recogniser = Tuned()
    ballot = Ballot([sound], recogniser, AMONG, RATE, report=lambda: None)
    windows = [pack(spans)]
    found = Spoken.wholly("nl", windows, main="nl")
    ballot.vote(0, windows[0][1])
    dutch, english = "dat is het niet met de van een", "that is it not with the of a you have your my"
    texts = [english if 3 <= place < 6 else dutch for place in range(len(spans))]
    written = [
        Word(text, span.start_ms + 100 * at, span.start_ms + 100 * at + 90, 0.9)
        for span, sentence in zip(spans, texts, strict=True)
        for at, text in enumerate(sentence.split())
    ]
    again = reconsidered(found, [written], ballot=ballot)
    expected = ["nl"] * 3 + ["en"] * 3 + ["nl"] * 9
    assert list(heard(again.windows[0], again.languages[0]).values()) == expected


def test_what_cannot_tell_languages_apart_is_not_asked_on_and_on() -> None:
    class Deaf(Tuned):
        def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
            self.asked.append(len(samples) / RATE)
            return dict.fromkeys(among, 1 / len(among))

    sound, spans = channel((300, NL))
    recogniser = Deaf()
    ballot = Ballot([sound], recogniser, AMONG, RATE, report=lambda: None)
    assert languages_of([pack(spans)], ballot=ballot, votes=3).main == "nl"
    assert len(recogniser.asked) == 3


def test_short_stretches_are_listened_to_with_their_neighbours() -> None:
    spans = [Span(0, 300), Span(500, 3000), Span(3200, 3500), Span(4000, 8000)]
    (window,) = pack(spans)
    assert [[piece.source for piece in part.pieces] for part in parts_of(window)] == [spans[:3], spans[3:]]
