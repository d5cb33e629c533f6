"""Many windows at once say what each says alone: the walk through passes, and the real network of the demo voice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcribe.alignment import TimedWord
from transcribe.audio import decode
from transcribe.crossing import EncodedWindow
from transcribe.errors import CancelledError
from transcribe.gate import gate
from transcribe.packing import Cuts, Piece, Window, cut, pack
from transcribe.passes import Decoded, heard_alone, heard_together, in_batches
from transcribe.types import Span, Word
from transcribe.vad import SileroVad
from transcribe.whisper_engine import WhisperEngine, load_whisper, tokenizer_of

CLIPS = Path(__file__).parent / "clips"
RATE = 16_000
FIRST_STAMP = 1000
Sound = NDArray[np.float32]


@dataclass
class Reading:
    """A decoder for sounds that carry their own script: the first sample says where in the sound a pass begins.

    Sample number n of a sound is n; a pass says its own place and stops where ``stops`` tells it to.
    """

    stops: dict[int, float] = field(default_factory=dict)
    doubtful: frozenset[int] = frozenset()
    sizes: list[int] = field(default_factory=list)
    warm: list[tuple[int, float]] = field(default_factory=list)
    timings: list[int] = field(default_factory=list)

    def encode(self, pieces: Sequence[Sound]) -> list[int]:
        """The mark of each window."""
        return [int(piece[0]) for piece in pieces]

    def decode(self, encoded: Sequence[int], *, language: str, prompt: str, temperature: float) -> list[Decoded]:
        """One token, the place, between two timestamps; two at the end where the text goes on."""
        assert (language, prompt) == ("nl", "Northwind")
        if temperature:
            self.warm += [(place, temperature) for place in encoded]
        else:
            self.sizes.append(len(encoded))
        found = []
        for place in encoded:
            stop = FIRST_STAMP + round(self.stops.get(place, 1.0) / 0.02)
            tokens = (FIRST_STAMP, 7, stop, stop) if place in self.stops else (FIRST_STAMP, 7, stop)
            doubtful = place in self.doubtful and temperature < 0.4
            found.append(Decoded(tokens, -2.0 if doubtful else -0.1 - temperature, 0.0, 1.0))
        return found

    def timed(
        self, encoded: Sequence[int], *, texts: Sequence[Sequence[int]], language: str, seconds: Sequence[float]
    ) -> list[list[TimedWord]]:
        """The place as a word."""
        assert language == "nl"
        assert all(list(text) == [7] for text in texts)
        self.timings.append(len(encoded))
        return [
            [TimedWord(f" {place}", 0.0, min(0.5, length), 1.0)] for place, length in zip(encoded, seconds, strict=True)
        ]

    def first_stamp(self, *, language: str) -> int:
        """Far above any word."""
        del language
        return FIRST_STAMP


def marked(seconds: float, *, index: int) -> Sound:
    """A sound whose every sample is its own number, millions apart from that of other sounds."""
    return (np.arange(round(seconds * RATE)) + index * 2**20).astype(np.float32)


def together(decoder: Reading, pieces: list[Sound], *, most: int, told: list[int] | None = None) -> list[list[Word]]:
    return heard_together(
        decoder, pieces, language="nl", prompt="Northwind", most=most,
        report_window=told.append if told is not None else lambda _done: None,
    )  # fmt: skip


def alone(decoder: Reading, pieces: list[Sound]) -> list[list[Word]]:
    return [heard_alone(decoder, piece, language="nl", prompt="Northwind") for piece in pieces]


lengths = st.lists(st.sampled_from([0.0, 0.01, 0.5, 2.0, 7.0, 12.0]), max_size=7)


@given(lengths, st.integers(1, 8), st.sets(st.integers(0, 6)), st.sampled_from([0.5, 2.0, 3.5]))
@settings(max_examples=60, deadline=None)
def test_in_any_batch_each_window_says_what_it_says_alone(
    seconds: list[float], most: int, unfinished: set[int], stop: float
) -> None:
    pieces = [marked(length, index=index) for index, length in enumerate(seconds)]
    stops = {index * 2**20: stop for index in unfinished}
    told: list[int] = []
    assert together(Reading(stops), pieces, most=most, told=told) == alone(Reading(stops), pieces)
    assert told == [0, *range(1, len(pieces))]


def test_a_text_that_stops_early_is_heard_on_from_there() -> None:
    pieces = [marked(8.0, index=0), marked(8.0, index=1)]
    decoder = Reading({0: 3.0})
    found = together(decoder, pieces, most=8)
    assert [[(word.text, word.start_ms) for word in words] for words in found] == [
        [("0", 0), (str(3 * RATE), 3000)], [(str(2**20), 0)],
    ]  # fmt: skip
    assert decoder.sizes == decoder.timings == [2, 1]


def test_only_the_windows_that_need_it_are_decoded_warmer() -> None:
    pieces = [marked(2.0, index=index) for index in range(4)]
    decoder = Reading(doubtful=frozenset({2**20, 3 * 2**20}))
    assert together(decoder, pieces, most=4) == alone(Reading(doubtful=decoder.doubtful), pieces)
    assert decoder.sizes == [4]
    assert decoder.warm == [(2**20, 0.2), (2**20, 0.4), (3 * 2**20, 0.2), (3 * 2**20, 0.4)]


def test_it_stops_between_batches() -> None:
    def stop(done: int) -> None:
        if done == 2:
            raise CancelledError("Stopped.")

    decoder = Reading()
    with pytest.raises(CancelledError):
        heard_together(
            decoder, [marked(2.0, index=index) for index in range(6)], language="nl", prompt="Northwind", most=2,
            report_window=stop,
        )  # fmt: skip
    assert decoder.sizes == [2]


@given(st.integers(0, 60), st.integers(1, 9))
def test_batches_are_few_and_even(count: int, most: int) -> None:
    items = [(index, 0) for index in range(count)]
    batches = in_batches(items, most=most)
    assert [item for batch in batches for item in batch] == items
    assert len(batches) == -(-count // most)
    sizes = [len(batch) for batch in batches]
    assert not sizes or (max(sizes) <= most and max(sizes) - min(sizes) <= 1)


def test_cuts_are_made_when_they_are_asked_for() -> None:
    sound = [np.arange(3 * RATE, dtype=np.float32)]
    windows = [(0, Window((Piece(300, Span(start, start + 500)),))) for start in (0, 1000, 2000)]
    cuts = Cuts(sound, windows, sample_rate=RATE)
    assert (len(cuts), len(cuts[1:])) == (3, 2)
    for piece, (_, window) in zip(cuts, windows, strict=True):
        assert np.array_equal(piece, cut(sound[0], window, sample_rate=RATE))
    assert np.array_equal(cuts[1:][1], cuts[2])


def demo_windows(clip: str) -> list[Sound]:
    """The clip's speech in many small windows: on its own, and of both parties."""
    pieces = []
    for channel in gate(decode(CLIPS / clip).samples, sample_rate=RATE).samples:
        spans = SileroVad().speech(channel, sample_rate=RATE)
        for limit_ms in (2_000, 4_000, 9_000):
            pieces += [cut(channel, window, sample_rate=RATE) for window in pack(spans, limit_ms=limit_ms)]
    return pieces


@pytest.fixture(scope="module")
def voice() -> WhisperEngine:
    pytest.importorskip("whisper", exc_type=ImportError)
    return load_whisper("demo-voice", threads=1, batch=8)


def assert_same(found: list[list[Word]], expected: list[list[Word]], *, step_ms: int, chance: float) -> None:
    assert [[word.text for word in words] for words in found] == [[word.text for word in words] for words in expected]
    for words, others in zip(found, expected, strict=True):
        for word, other in zip(words, others, strict=True):
            assert abs(word.start_ms - other.start_ms) <= step_ms
            assert abs(word.end_ms - other.end_ms) <= step_ms
            assert abs(word.probability - other.probability) <= chance


@pytest.mark.speech
@pytest.mark.parametrize(("clip", "language"), [("parties-en.ogg", "en"), ("parties-nl.ogg", "nl")])
def test_batches_of_real_speech_say_what_the_sequential_reference_says(
    voice: WhisperEngine, clip: str, language: str
) -> None:
    pieces = demo_windows(clip)
    expected = [voice.recognise(piece, language=language) for piece in pieces]
    found = voice.recognise_many(pieces, language=language, report_window=lambda _done: None)
    assert sum(len(words) for words in expected) > 30
    # Sums in another order may differ in their last digits; where that moves a word, then by one step of the encoder.
    assert_same(found, expected, step_ms=20, chance=1e-4)


def decoded_texts(voice: WhisperEngine, encoded: Sequence[EncodedWindow]) -> list[list[int]]:
    """The words of windows as tokens, without the timestamps between them."""
    decoded = voice.decode(encoded, language="en", prompt="", temperature=0.0)
    return [[token for token in text.tokens if token < voice.first_stamp(language="en")] for text in decoded]


@pytest.mark.speech
def test_windows_timed_together_get_the_times_that_whisper_itself_gives_each(voice: WhisperEngine) -> None:
    import whisper  # noqa: PLC0415 - only where it is installed
    from whisper.timing import find_alignment  # noqa: PLC0415 - only where it is installed

    pieces = demo_windows("parties-en.ogg")
    encoded = voice.encode(pieces)
    texts = decoded_texts(voice, encoded)
    seconds = [len(piece) / RATE for piece in pieces]
    found = voice.timed(encoded, texts=texts, language="en", seconds=seconds)
    assert sum(len(words) for words in found) > 30
    tokenizer = tokenizer_of(voice.network, language="en")
    for piece, text, words in zip(pieces, texts, found, strict=True):
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(piece))
        theirs = find_alignment(voice.network, tokenizer, text, mel, 2 * round(len(piece) / RATE * 50))
        theirs = [word for word in theirs if word.word.strip(" .,?!-'")]
        assert "".join(word.text for word in words) == tokenizer.decode(text)
        assert [word.start for word in words] == pytest.approx([word.start for word in theirs], abs=0.02)
        assert [word.probability for word in words] == pytest.approx([word.probability for word in theirs], abs=1e-4)


@pytest.mark.speech
def test_what_is_left_behind_times_words_as_computing_it_anew_does(voice: WhisperEngine) -> None:
    encoded = voice.encode(demo_windows("parties-en.ogg")[-3:])
    texts = decoded_texts(voice, encoded)
    first = voice.timed(encoded, texts=texts, language="en", seconds=[28.0] * 3)
    fresh = [EncodedWindow(window.states) for window in encoded]
    for one, text, timed in zip(fresh, texts, first, strict=True):
        (second,) = voice.timed([one], texts=[text], language="en", seconds=[28.0])
        assert len(timed) > 3
        assert [word.text for word in timed] == [word.text for word in second]
        for word, other in zip(timed, second, strict=True):
            assert (word.start, word.end) == pytest.approx((other.start, other.end), abs=0.02)
            assert word.probability == pytest.approx(other.probability, abs=1e-4)


@pytest.mark.speech
def test_a_window_that_voted_on_the_language_says_what_it_says_without_a_vote(voice: WhisperEngine) -> None:
    pieces = demo_windows("parties-nl.ogg")[-4:]
    expected = voice.recognise_many(pieces, language="nl", report_window=lambda _done: None)
    for piece in (pieces[0], pieces[2]):
        assert voice.detect_language(piece, among=("nl", "en"))["nl"] > 0.9
    found = voice.recognise_many(pieces, language="nl", report_window=lambda _done: None)
    assert_same(found, expected, step_ms=20, chance=1e-4)


@pytest.mark.speech
def test_beams_say_in_any_batch_what_they_say_alone(voice: WhisperEngine) -> None:
    beams = WhisperEngine(voice.network, model="demo-voice", beam_size=2, batch=8)
    pieces = demo_windows("parties-en.ogg")[:3]
    expected = [beams.recognise(piece, language="en") for piece in pieces]
    assert beams.recognise_many(pieces, language="en", report_window=lambda _done: None) == expected


@pytest.mark.speech
def test_a_prompt_reaches_every_window_of_a_batch(voice: WhisperEngine) -> None:
    pieces = demo_windows("parties-nl.ogg")[:3]
    expected = [voice.recognise(piece, language="nl", prompt="Northwind Energy") for piece in pieces]
    found = voice.recognise_many(pieces, language="nl", prompt="Northwind Energy", report_window=lambda _done: None)
    assert_same(found, expected, step_ms=20, chance=1e-4)


@pytest.mark.speech
def test_chance_is_the_same_every_time(voice: WhisperEngine) -> None:
    encoded = voice.encode(demo_windows("parties-en.ogg")[:1])
    once = voice.decode(encoded, language="en", prompt="", temperature=0.4)
    assert voice.decode(encoded, language="en", prompt="", temperature=0.4) == once


@pytest.mark.speech
def test_a_sign_of_the_model_amid_the_text_is_no_word(voice: WhisperEngine) -> None:
    encoded = voice.encode(demo_windows("parties-nl.ogg")[-1:])
    tokenizer = tokenizer_of(voice.network, language="nl")
    tokens = tokenizer.encode(" ik kom morgen")
    plain = voice.timed(encoded, texts=[tokens], language="nl", seconds=[28.0])
    signed = [tokens[0], tokenizer.special_tokens["<|nl|>"], *tokens[1:]]
    assert voice.timed(encoded, texts=[signed], language="nl", seconds=[28.0]) == plain
    assert voice.timed(encoded, texts=[signed[1:2]], language="nl", seconds=[28.0]) == [[]]
