"""Measuring a transcript against the truth."""

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.demo.truth import Measures, Truth, measure
from transcribe.measures import edits, normalised, speaker_time, spoken
from transcribe.types import Role, SpeakerSpan, Transcript, Turn, Word

words = st.lists(st.sampled_from(["ja", "nee", "factuur", "meter", "klopt", "o'clock"]), min_size=1, max_size=12)


@st.composite
def speech(draw: st.DrawFn, *, names: tuple[str, ...] = ("a", "b")) -> list[SpeakerSpan]:
    """Stretches of speech; a speaker never overlaps with itself."""
    spans: list[SpeakerSpan] = []
    for name in names:
        clock = 0
        for pause, length in draw(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 4000)), max_size=5)):
            spans.append(SpeakerSpan(clock + pause, clock + pause + length, name))
            clock += pause + length
    return sorted(spans, key=lambda span: span.start_ms)


def turn(role: Role, start_ms: int, text: str, *, speaker: str = "") -> Turn:
    said = tuple(
        Word(word, start_ms + 300 * place, start_ms + 300 * place + 300) for place, word in enumerate(text.split())
    )
    return Turn(speaker or role.value, role, start_ms, said[-1].end_ms, said)


def a_truth(*turns: Turn, channels: tuple[str, ...] = ("agent", "customer")) -> Truth:
    return Truth("x", "nl", 60_000, channels, turns, ())


@given(words, words)
def test_word_errors_equal_those_of_jiwer(said: list[str], heard: list[str]) -> None:
    judged = jiwer.process_words(" ".join(said), " ".join(heard))
    assert edits(said, heard) == judged.substitutions + judged.deletions + judged.insertions


@settings(deadline=None, max_examples=40)
@given(speech(), speech(names=("x", "y", "z")), st.sampled_from([0, 250]))
def test_speaker_time_equals_that_of_pyannote_metrics(
    reference: list[SpeakerSpan],
    found: list[SpeakerSpan],
    collar_ms: int,
) -> None:
    core = pytest.importorskip("pyannote.core")
    diarization = pytest.importorskip("pyannote.metrics.diarization")

    def annotation(spans: list[SpeakerSpan]) -> object:
        made = core.Annotation(uri="call")
        for place, span in enumerate(spans):
            made[core.Segment(span.start_ms / 1000, span.end_ms / 1000), place] = span.speaker
        return made

    # Its collar is the whole width, half on either side.
    judge = diarization.DiarizationErrorRate(collar=2 * collar_ms / 1000)
    whole = core.Timeline([core.Segment(0, 60)])
    parts = judge(annotation(reference), annotation(found), detailed=True, uem=whole)
    own = speaker_time(reference, found, collar_ms=collar_ms)
    mine = [own.speech_ms, own.missed_ms, own.invented_ms, own.confused_ms]
    theirs = [1000 * parts[name] for name in ("total", "missed detection", "false alarm", "confusion")]
    assert mine == pytest.approx(theirs, abs=2)


def test_a_transcript_that_says_the_same_has_no_error() -> None:
    turns = (turn(Role.AGENT, 0, "Goedemorgen, met Sanne."), turn(Role.CUSTOMER, 2000, "Mijn meter doet het niet."))
    found = measure(a_truth(*turns), Transcript("nl", 60_000, turns))
    assert found.word_error_rate == 0
    assert found.diarisation_error_rate == 0
    assert (found.turns, found.turns_right, found.languages_right) == (2, 2, 1)


def test_a_turn_given_to_the_wrong_party_is_counted_wrong() -> None:
    truth = a_truth(turn(Role.AGENT, 0, "goedemorgen met sanne"), turn(Role.CUSTOMER, 5000, "mijn meter"))
    heard = (turn(Role.CUSTOMER, 0, "goedemorgen met sanne"), turn(Role.CUSTOMER, 5000, "mijn meter"))
    found = measure(truth, Transcript("nl", 60_000, heard))
    assert (found.turns, found.turns_right) == (2, 1)
    assert found.word_errors == 6


def test_in_one_channel_the_words_count_whoever_they_were_given_to() -> None:
    truth = a_truth(turn(Role.AGENT, 0, "ja dat klopt"), turn(Role.CUSTOMER, 3000, "dank u"), channels=("mix",))
    heard = (turn(Role.UNKNOWN, 0, "Ja, dat klopt.", speaker="S1"), turn(Role.UNKNOWN, 3000, "Dank u!", speaker="S2"))
    found = measure(truth, Transcript("nl", 60_000, heard))
    assert found.word_error_rate == 0
    assert found.diarisation_error_rate == 0
    assert found.turns == 0


def test_a_hold_inside_a_turn_is_not_speech() -> None:
    said = Turn("agent", Role.AGENT, 0, 20_000, (Word("moment", 0, 500), Word("daar", 19_000, 20_000)))
    assert [(span.start_ms, span.end_ms) for span in spoken([said])] == [(0, 500), (19_000, 20_000)]


def test_measures_add_up_over_recordings() -> None:
    both = Measures(words=10, word_errors=1, recordings=1) + Measures(words=30, word_errors=3, recordings=1)
    assert both.word_error_rate == pytest.approx(0.1)
    assert both.recordings == 2


def test_case_and_punctuation_do_not_matter() -> None:
    assert normalised("Om half negen, 's ochtends; e-mail: Oké?") == [
        "om",
        "half",
        "negen",
        "s",
        "ochtends",
        "e",
        "mail",
        "oké",
    ]


def test_a_word_timed_just_after_it_was_said_still_belongs_to_its_party() -> None:
    truth = a_truth(turn(Role.CUSTOMER, 0, "ja graag"), turn(Role.AGENT, 4000, "een ogenblik"))
    late = Turn("customer", Role.CUSTOMER, 640, 660, (Word("graag", 640, 660),))
    assert measure(truth, Transcript("nl", 60_000, (late,))).turns_right == 1
