"""Words while a conversation goes on: for good, in time, and in the end what the whole gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE, babble, chord, side_by_side, silence, tone
from transcribe.audio import Audio, decode
from transcribe.errors import AudioError
from transcribe.gate import gate, leak_db
from transcribe.layout import likeness
from transcribe.live import LiveTranscription, StableWord
from transcribe.live_hearing import followed
from transcribe.live_sound import BEAT, StereoSound, StreamResampler
from transcribe.measures import edits
from transcribe.pipeline import Options, transcribe_audio
from transcribe.recogniser import Recogniser
from transcribe.samples import Channel
from transcribe.types import ChannelRoles, Role, Span, Transcript, Word
from transcribe.vad import Activity, SileroVad, StreamingVad, stretches
from transcribe.whisper_engine import load_whisper

ROLES = ChannelRoles((Role.AGENT, Role.CUSTOMER))
CLIPS = Path(__file__).parent / "clips"
STEP = 320


class LoudStream:
    """Hears speech wherever it is loud, with the rule of the real voice activity."""

    def __init__(self) -> None:
        self._activity = loudness()
        self._rest = np.zeros(0, np.float32)
        self._length = 0

    @property
    def going(self) -> Span | None:
        """What goes on."""
        found = self._activity.going
        return Span(found[0] // 16, found[1] // 16) if found else None

    def add(self, block: NDArray[np.float32]) -> list[Span]:
        """Step by step."""
        self._length += len(block)
        rest = np.concatenate([self._rest, block])
        self._rest = rest[len(rest) // STEP * STEP :]
        ended = [self._activity.add(likely) for likely in loud_steps(rest[: len(rest) // STEP * STEP])]
        return [Span(start // 16, end // 16) for start, end in filter(None, ended)]

    def end(self) -> list[Span]:
        """What was still loud."""
        found = self._activity.end(length=self._length)
        return [Span(found[0] // 16, found[1] // 16)] if found else []


class LoudVad:
    """The same for a whole."""

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """Stretches that are loud."""
        del sample_rate
        sound = samples[0 : len(samples)]
        likely = loud_steps(sound[: len(sound) // STEP * STEP])
        return [Span(a // 16, b // 16) for a, b in stretches(likely, activity=loudness(), length=len(sound))]

    def stream(self, *, sample_rate: int) -> LoudStream:
        """Begin a channel."""
        del sample_rate
        return LoudStream()


def loudness() -> Activity:
    return Activity(step=STEP, threshold=0.5, min_speech=RATE // 4, min_silence=RATE // 5)


def loud_steps(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    power = np.square(sound.reshape(-1, STEP)).mean(axis=1)
    return np.asarray(power > 1e-5, np.float32)


@dataclass
class Scripted:
    """Writes the loudness of every half second as a word: what it says depends on the sound and on nothing else."""

    engine: str = "scripted"
    model: str = "loudness"

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Two words a second, where there is sound."""
        del language, prompt
        words = []
        for at in range(4_800, len(samples) - 7_999, 8_000):
            level = float(np.abs(samples[at : at + 8_000]).mean())
            if level > 1e-3:
                words.append(Word(f"w{round(level * 1e4)}", at // 16, at // 16 + 450))
        return words

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """The first."""
        del samples
        return {language: float(language == among[0]) for language in among}


def live(
    channels: int, *, rate: int = RATE, recogniser: Recogniser | None = None, vad: StreamingVad | None = None
) -> LiveTranscription:
    return LiveTranscription(
        channels=channels, sample_rate=rate, options=Options(), recogniser=recogniser or Scripted(),
        vad=vad or LoudVad(), roles=ROLES,
    )  # fmt: skip


def fed(
    going: LiveTranscription, sound: NDArray[np.float32], *, sizes: Sequence[int] = (1_600,)
) -> list[tuple[int, StableWord]]:
    """The words with how many samples had been fed when each came; those of the end count as the whole."""
    found: list[tuple[int, StableWord]] = []
    at = turn = 0
    while at < sound.shape[1]:
        size = sizes[turn % len(sizes)]
        words = going.feed(sound[:, at : at + size])
        at, turn = at + size, turn + 1
        found += [(at, word) for word in words]
    return found + [(sound.shape[1], word) for word in going.end()]


def words_of(found: Sequence[tuple[int, StableWord]]) -> list[StableWord]:
    return [word for _at, word in found]


def conversation() -> NDArray[np.float32]:
    agent = np.concatenate([babble(6, seed=1), silence(7), babble(9, seed=2), silence(2), babble(14, seed=4)])
    customer = np.concatenate([silence(6.5), babble(6, seed=3), silence(9.5), babble(2, seed=5), silence(14)])
    return side_by_side(agent, customer)


CALL = conversation()
WHOLE = words_of(fed(live(2), CALL))


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=8).filter(lambda sizes: sum(sizes) > 4_000))
def test_words_do_not_depend_on_how_the_sound_was_cut(sizes: list[int]) -> None:
    assert words_of(fed(live(2), CALL, sizes=sizes)) == WHOLE


def test_every_word_comes_once_in_order_and_within_five_seconds() -> None:
    found = fed(live(2), CALL)
    assert len(found) > 50
    assert max(at // 16 - word.word.end_ms for at, word in found) <= 5_000
    for role in ROLES.roles:
        said = [(word.word.start_ms, word.word.text) for _at, word in found if word.role is role]
        assert [start_ms for start_ms, _text in said] == sorted(start_ms for start_ms, _text in said)
        assert len(set(said)) == len(said)


def test_the_end_is_the_transcript_of_the_whole() -> None:
    going = live(2)
    found = words_of(fed(going, CALL))
    whole: Transcript = transcribe_audio(
        Audio(CALL, RATE), options=Options(), recogniser=Scripted(), vad=LoudVad(), diariser=None, roles=ROLES
    )
    assert going.finish() == whole
    for role in ROLES.roles:
        said = [word.word.text for word in found if word.role is role]
        in_the_end = [word.text for turn in whole.turns if turn.role is role for word in turn.words]
        assert edits(in_the_end, said) <= 0.02 * len(in_the_end)


@dataclass
class Early(Scripted):
    """Says the same sentence in every stretch, and lets it begin in the end of the stretch before, as Whisper does."""

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """As much of each sentence as was heard of its stretch."""
        del language, prompt
        silent = np.concatenate([[True], loud_steps(samples[: len(samples) // STEP * STEP]) < 0.5, [True]])
        edges = np.flatnonzero(np.diff(silent)) * (STEP // 16)
        words, before_ms = [], 0
        for at_ms, end_ms in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            times = [(max(0, before_ms - 200), at_ms + 150), (at_ms + 150, at_ms + 500), (at_ms + 500, at_ms + 900)]
            words += [Word(text, *time) for text, time in zip(("Ik", "ben", "klaar."), times, strict=True)
                      if time[1] <= end_ms]  # fmt: skip
            before_ms = end_ms
        return words


def test_what_begins_a_sentence_is_said_after_the_pause_on_the_way_as_in_the_end() -> None:
    sound = np.concatenate([part for _ in range(4) for part in (tone(1.2), silence(0.8))])[None]
    going = live(1, recogniser=Early())
    on_the_way = [(word.word.text, word.word.start_ms) for word in words_of(fed(going, sound))]
    in_the_end = [(word.text, word.start_ms) for turn in going.finish().turns for word in turn.words]
    assert on_the_way == in_the_end
    assert [start_ms for text, start_ms in in_the_end if text == "Ik"] == [0, 2_000, 4_000, 6_000]


def test_long_speech_is_cut_where_the_whole_cuts_it_and_nothing_waits_for_its_end() -> None:
    found = fed(live(1), babble(70, seed=7)[None])
    assert max(at // 16 - word.word.end_ms for at, word in found) <= 5_000
    assert found[-1][1].word.end_ms > 68_000


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.4, 3.0])
def test_little_sound_is_enough(seconds: float) -> None:
    going = live(1)
    found = fed(going, babble(seconds + 0.2, seed=1)[None, : round(seconds * RATE)])
    assert going.finish().duration_ms == round(seconds * 1000)
    assert bool(found) == (seconds > 1)


def test_speech_that_breaks_off_is_written_down_to_its_end() -> None:
    found = fed(live(1), babble(7.3, seed=2)[None])
    assert found[-1][1].word.end_ms > 6_500


def test_another_number_of_channels_is_refused_with_a_sentence() -> None:
    going = live(2)
    going.feed(CALL[:, :8_000])
    with pytest.raises(AudioError, match="began with 2 channels and now comes with 1"):
        going.feed(CALL[:1, :8_000])
    assert going.duration_ms == 500


def test_nothing_is_added_after_the_end() -> None:
    going = live(1)
    going.end()
    with pytest.raises(AudioError, match="was ended"):
        going.feed(babble(1, seed=1)[None])


def test_the_same_sound_on_both_channels_is_written_once() -> None:
    sound = babble(8, seed=3)
    found = words_of(fed(live(2), side_by_side(sound, sound)))
    assert {word.channel for word in found} == {0}


def test_a_leak_is_measured_and_muted_as_in_the_whole() -> None:
    clean = conversation()
    late = np.roll(clean[::-1], 320, axis=1)
    sound = clean + np.float32(0.1) * late
    stereo = StereoSound()
    parts = [stereo.add(sound[:, at : at + BEAT]) for at in range(0, sound.shape[1], BEAT)] + [stereo.end()]
    muted = np.concatenate(parts, axis=1)
    assert stereo.meter.leak_db == pytest.approx(leak_db(sound, sample_rate=RATE), abs=0.5)
    whole = np.stack([channel[0 : len(channel)] for channel in gate(sound, sample_rate=RATE).samples])
    assert np.array_equal(muted, whole)


def test_without_a_leak_nothing_stays_muted() -> None:
    sound = side_by_side(babble(12, seed=1, gain=0.02), babble(12, seed=2))
    assert likeness(sound[0], sound[1]) < 0.5
    stereo = StereoSound()
    parts = [stereo.add(sound[:, at : at + BEAT]) for at in range(0, sound.shape[1], BEAT)] + [stereo.end()]
    assert not stereo.meter.leaks
    assert np.array_equal(np.concatenate(parts, axis=1)[:, 8 * RATE :], sound[:, 8 * RATE :])


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=5).filter(lambda sizes: sum(sizes) > 300))
@settings(max_examples=8, deadline=None)
def test_resampling_does_not_depend_on_the_chunks(sizes: list[int]) -> None:
    sound = side_by_side(tone(1, rate=8_000), babble(0.5, seed=1))
    wanted = _resampled(sound, sizes=[sound.shape[1]])
    assert wanted.shape[1] == pytest.approx(2 * sound.shape[1], abs=2)
    assert np.array_equal(_resampled(sound, sizes=sizes), wanted)


def _resampled(sound: NDArray[np.float32], *, sizes: Sequence[int]) -> NDArray[np.float32]:
    resampler = StreamResampler(len(sound), sample_rate=8_000)
    parts: list[NDArray[np.float32]] = []
    at = turn = 0
    while at < sound.shape[1]:
        size = sizes[turn % len(sizes)]
        parts += resampler.add(sound[:, at : at + size])
        at, turn = at + size, turn + 1
    return np.concatenate([*parts, *resampler.end()], axis=1)


@pytest.mark.parametrize(
    ("settled", "heard", "first"),
    [
        ("", "a b", 0),
        ("a b", "a b c", 2),
        ("a b", "a x c", 2),
        ("a b c", "a c d", 2),
        ("a b", "a b b", 2),
        ("a b", "", 0),
    ],
)
def test_what_follows_the_settled_words_is_found(settled: str, heard: str, first: int) -> None:
    assert followed(settled.split(), heard.split()) == first


@pytest.mark.speech
def test_speech_is_found_in_a_stream_as_in_the_whole() -> None:
    vad = SileroVad()
    for channel in decode(CLIPS / "parties-nl.ogg").samples:
        stream = vad.stream(sample_rate=RATE)
        found = [span for at in range(0, len(channel), 1_000) for span in stream.add(channel[at : at + 1_000])]
        assert [*found, *stream.end()] == vad.speech(channel, sample_rate=RATE)


@pytest.mark.speech
def test_music_and_silence_give_no_words() -> None:
    going = live(1, recogniser=load_whisper("demo-voice", threads=1), vad=SileroVad())
    assert fed(going, np.concatenate([silence(3), chord(12), silence(3)])[None]) == []
    assert going.finish().turns == ()


@pytest.mark.speech
def test_the_demo_voice_says_on_the_way_what_it_says_in_the_end() -> None:
    sound = decode(CLIPS / "parties-nl.ogg", sample_rate=8_000).array()[:, : 7 * 8_000]
    going = live(2, rate=8_000, recogniser=load_whisper("demo-voice", threads=1), vad=SileroVad())
    found = fed(going, sound, sizes=(800,))
    whole = going.finish()
    assert whole.language == "nl"
    for role in ROLES.roles:
        said = [word.word.text for _at, word in found if word.role is role]
        assert said == [word.text for turn in whole.turns if turn.role is role for word in turn.words]
