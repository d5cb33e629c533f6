"""Words go to who is heard during them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcribe.assignment import NEAREST_MS, UNKNOWN, assign, exclusive, overlapped
from transcribe.types import Doubt, Span, SpeakerSpan, Word


@st.composite
def stretches(draw: st.DrawFn) -> tuple[int, int]:
    start_ms = draw(st.integers(0, 20_000))
    return start_ms, start_ms + draw(st.integers(1, 4_000))


words = st.lists(
    st.builds(lambda text, time: Word(text, *time), st.text("abcdef", min_size=1, max_size=6), stretches()), max_size=20
)
spans = st.lists(
    st.builds(
        lambda time, speaker, covered: SpeakerSpan(time[0], time[1], speaker, covered=covered),
        stretches(),
        st.sampled_from(["A", "B", "C"]),
        st.booleans(),
    ),
    max_size=12,
)


@given(words, spans)
def test_no_word_is_lost_moved_or_changed(heard: list[Word], found: list[SpeakerSpan]) -> None:
    assigned = [word for _, word in assign(heard, found)]

    assert [(word.text, word.start_ms, word.end_ms) for word in assigned] == [
        (word.text, word.start_ms, word.end_ms) for word in heard
    ]


@given(words, spans)
def test_a_word_is_unknown_exactly_when_it_says_so(heard: list[Word], found: list[SpeakerSpan]) -> None:
    for speaker, word in assign(heard, found):
        assert (speaker == UNKNOWN) == (Doubt.NO_SPEAKER in word.doubts)
        assert speaker in {UNKNOWN} | {span.speaker for span in found if not span.covered}


@given(spans)
def test_exclusive_turns_never_overlap_and_cover_what_was_heard(found: list[SpeakerSpan]) -> None:
    turns = exclusive(found)

    assert all(first.end_ms <= second.start_ms for first, second in pairwise(turns))
    covered = {ms for turn in turns for ms in (turn.start_ms, turn.end_ms - 1)}
    heard = [span for span in found if not span.covered]
    assert all(any(span.start_ms <= ms < span.end_ms for span in heard) for ms in covered)
    for span in heard:
        middle = (span.start_ms + span.end_ms) // 2
        assert any(turn.start_ms <= middle < turn.end_ms for turn in turns)


@given(spans)
def test_exclusive_turns_stay_as_they_are(found: list[SpeakerSpan]) -> None:
    turns = exclusive(found)

    assert exclusive(turns) == turns
    assert overlapped(turns) == []


def test_a_word_goes_to_the_larger_share() -> None:
    word = Word("halfway", 900, 1_300)

    assert assign([word], [SpeakerSpan(0, 1_000, "A"), SpeakerSpan(1_000, 2_000, "B")]) == [("B", word)]


def test_a_word_between_turns_goes_to_the_nearest_within_a_second() -> None:
    turns = [SpeakerSpan(0, 1_000, "A"), SpeakerSpan(5_000, 6_000, "B")]
    near = Word("near", 1_000 + NEAREST_MS, 2_200)
    far = Word("far", 1_001 + NEAREST_MS, 2_200)

    assert assign([near], turns)[0][0] == "A"
    assert assign([far], turns) == [(UNKNOWN, Word("far", 2_001, 2_200, doubts=frozenset({Doubt.NO_SPEAKER})))]


def test_who_interrupts_gets_the_words_and_both_are_doubtful() -> None:
    spans = [SpeakerSpan(0, 4_000, "A"), SpeakerSpan(1_000, 2_000, "B")]
    said = [Word("so", 0, 400), Word("yes", 1_200, 1_500), Word("on", 2_100, 2_400)]

    assert [(speaker, Doubt.OVERLAP in word.doubts) for speaker, word in assign(said, spans)] == [
        ("A", False),
        ("B", True),
        ("A", False),
    ]


def test_covered_speech_takes_no_words_but_casts_doubt() -> None:
    spans = [SpeakerSpan(0, 4_000, "A"), SpeakerSpan(1_000, 2_000, "B", covered=True)]

    assert assign([Word("but", 1_200, 1_500)], spans) == [
        ("A", Word("but", 1_200, 1_500, doubts=frozenset({Doubt.OVERLAP})))
    ]
    assert overlapped(spans) == [Span(1_000, 2_000)]


def test_without_speakers_everybody_is_unknown() -> None:
    assert [speaker for speaker, _ in assign([Word("hello", 0, 300)], [])] == [UNKNOWN]


def test_a_word_of_which_its_speaker_is_heard_during_less_than_half_is_unsure() -> None:
    said = [Word("sure", 0, 1_000), Word("near", 2_000, 3_000), Word("far", 9_000, 9_500)]

    found = assign(said, [SpeakerSpan(0, 500, "A"), SpeakerSpan(2_501, 3_000, "B")])

    assert [(speaker, set(word.doubts)) for speaker, word in found] == [
        ("A", set()),
        ("B", {Doubt.UNSURE_SPEAKER}),
        (UNKNOWN, {Doubt.NO_SPEAKER}),
    ]
