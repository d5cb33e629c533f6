"""Several recordings as one conversation: places, gaps, sides, what is warned of, and what it is transcribed into."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.sounds import RATE, babble, silence, tone, write
from tests.transcribe.test_pipeline import Counting, LoudnessVad
from transcribe.audio import Audio, Limits, decode
from transcribe.conversation import decode_parts, tells_speakers_apart, transcribe_joined
from transcribe.errors import AudioError
from transcribe.joining import Joined, join, placed
from transcribe.media import parts_to_opus_apart
from transcribe.parts import Part, in_order, outside, without
from transcribe.pipeline import Options, transcribe_file
from transcribe.playback import PEAKS_PER_SECOND, parts_to_opus
from transcribe.samples import Gathered, whole
from transcribe.signals import signals
from transcribe.types import ChannelRoles, EventKind, Layout, Role, Span, Transcript
from transcribe.vad import SileroVad
from transcribe.whisper_engine import load_whisper

CLIP = Path(__file__).parent / "clips" / "parties-en.ogg"
ROLES = ChannelRoles((Role.AGENT, Role.CUSTOMER))
spans = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)).map(lambda at: Span(at[0], at[0] + at[1])))


def part(name: str, offset_ms: int | None = None, side: int | None = None, *, folder: Path = Path()) -> Part:
    return Part(folder / name, name, offset_ms, side)


def sound(*channels: np.ndarray) -> Audio:
    return Audio(np.stack(channels), RATE)


def heard(joined: Joined) -> Transcript:
    """Transcribe with a recogniser that counts the seconds."""
    return transcribe_joined(
        joined, options=Options(language="en"), recogniser=Counting(), vad=LoudnessVad(), diariser=None, roles=ROLES
    )


@given(spans)
def test_what_is_outside_and_what_is_covered_make_the_whole(found: list[Span]) -> None:
    gaps = outside(found, duration_ms=8000)
    for at in range(0, 8000, 100):
        inside = any(span.start_ms <= at < span.end_ms for span in found)
        assert not (inside and any(gap.start_ms <= at < gap.end_ms for gap in gaps))
    left = without(Span(0, 8000), found)
    covered = {at for span in found for at in range(span.start_ms, min(span.end_ms, 8000))}
    assert sum(span.end_ms - span.start_ms for span in left) == 8000 - len(covered)


def test_parts_without_an_offset_follow_each_other_and_pairs_stay_together() -> None:
    found = in_order(
        [
            (part("one-in", None, 0), 100), (part("one-out", None, 1), 120), (part("two-in", None, 0), 50),
            (part("two-out", None, 1), 50), (part("told", 500), 10), (part("last"), 10),
        ]
    )  # fmt: skip
    assert [one.offset_ms for one in found] == [0, 0, 120, 120, 500, 510]


def test_a_pair_is_stereo_and_unequal_lengths_are_told() -> None:
    left, right = babble(6.0, seed=1), babble(3.0, seed=2)
    joined = join(placed([(part("a", None, 0), sound(left)), (part("b", None, 1), sound(right))]))
    (group,) = joined.groups
    assert (group.layout, group.audio.channels, joined.duration_ms) == (Layout.STEREO, 2, 6000)
    assert np.array_equal(whole(group.audio.samples[0]), left)
    assert np.array_equal(whole(group.audio.samples[1])[: len(right)], right)
    assert not whole(group.audio.samples[1])[len(right) :].any()
    assert [str(warning) for warning in joined.warnings] == [
        "The recordings a and b belong together but differ by 3 seconds in length."
    ]
    assert joined.unrecorded == ()


def test_half_a_pair_is_one_known_party_and_not_a_mono_call() -> None:
    joined = join(placed([(part("b", 0, 1), sound(babble(3.0, seed=2)))]))
    assert tells_speakers_apart(joined)
    assert {turn.role for turn in heard(joined).turns} == {Role.CUSTOMER}


def test_a_pair_of_the_same_mix_is_no_stereo() -> None:
    same = babble(3.0, seed=2)
    joined = join(placed([(part("a", 0, 0), sound(same)), (part("b", 0, 1), sound(same))]))
    assert not tells_speakers_apart(joined)


def test_a_gap_is_neither_silence_nor_hold_nor_a_wait() -> None:
    first, second = sound(babble(4.0, seed=1), babble(4.0, seed=2)), sound(babble(4.0, seed=3), babble(4.0, seed=4))
    joined = join(placed([(part("one", 0), first), (part("two", 34_000), second)]))
    assert joined.unrecorded == (Span(4000, 34_000),)
    found = heard(joined)
    assert [(one.kind, one.start_ms, one.end_ms) for one in found.events if one.end_ms - one.start_ms > 5000] == [
        (EventKind.UNRECORDED, 4000, 34_000)
    ]
    figures = signals(found)
    assert (figures.unrecorded_ms, figures.hold_ms, figures.duration_ms) == (30_000, 0, 38_000)
    assert all(silence.length_ms < 4000 for silence in figures.silences)
    assert max(turn.start_ms for turn in found.turns) > 34_000
    late = join(placed([(part("two", 30_000), second)]))
    answered = signals(heard(late)).first_answer_ms
    assert answered is not None
    assert answered < 4000


def test_silence_that_was_recorded_still_counts() -> None:
    quiet = np.concatenate([babble(2.0, seed=1), silence(10.0), babble(2.0, seed=2)])
    joined = join(
        placed([(part("one", 0), sound(quiet, np.roll(quiet, 900))), (part("two"), sound(quiet, quiet[::-1]))])
    )
    assert max(silence.length_ms for silence in signals(heard(joined)).silences) >= 9_000


def test_stereo_and_mono_parts_are_each_told_apart_in_their_own_way() -> None:
    stereo, mono = sound(babble(4.0, seed=1), babble(4.0, seed=2)), sound(babble(4.0, seed=3))
    joined = join(placed([(part("one"), stereo), (part("two"), mono)]))
    assert [group.layout for group in joined.groups] == [Layout.STEREO, Layout.MONO]
    found = heard(joined)
    roles = {turn.role for turn in found.turns if turn.start_ms < 4000}
    later = {turn.role for turn in found.turns if turn.start_ms >= 4000}
    assert (roles, later) == ({Role.AGENT, Role.CUSTOMER}, {Role.UNKNOWN})
    assert "Some recordings of this conversation are mono" in " ".join(str(one) for one in found.warnings)
    assert not any(one.kind is EventKind.UNRECORDED for one in found.events)


def test_overlaps_are_heard_at_once_and_told_of() -> None:
    one, two = babble(4.0, seed=1), babble(4.0, seed=2)
    joined = join(placed([(part("one", 0), sound(one)), (part("two", 2000), sound(two))]))
    mixed = whole(joined.groups[0].audio.samples[0])
    assert np.allclose(mixed[2 * RATE : 4 * RATE], one[2 * RATE :] + two[: 2 * RATE])
    assert [str(warning) for warning in joined.warnings] == [
        "The recordings one and two overlap by 2 seconds; there both are heard at once."
    ]


def test_a_silent_part_and_a_whole_that_is_too_long_are_told() -> None:
    parts = placed([(part("one", 0), sound(babble(2.0, seed=1))), (part("two"), sound(silence(2.0)))])
    assert "Nothing is heard in the recording two." in [str(one) for one in join(parts).warnings]
    with pytest.raises(AudioError, match="reach over 1 minutes; at most 0 are accepted"):
        join(parts, limits=Limits(duration_ms=3000))


def test_long_parts_are_read_from_their_files(tmp_path: Path) -> None:
    """No piece that is asked for is longer than it has to be, whatever the whole is."""
    gathered = Gathered(1, in_memory=10)
    gathered.add(babble(3.0, seed=1)[None])
    joined = join(placed([(part("one", 1000), Audio(gathered.sound(), RATE)), (part("two"), sound(tone(2.0)))]))
    (channel,) = joined.groups[0].audio.samples
    assert len(channel) == 6 * RATE
    assert len(channel[RATE // 2 : RATE]) == RATE // 2
    assert not np.asarray(channel[0:RATE]).any()
    assert np.array_equal(channel[RATE : 2 * RATE], babble(3.0, seed=1)[:RATE])


def test_an_unreadable_part_is_left_out_and_named(tmp_path: Path) -> None:
    good = write(tmp_path / "good.wav", babble(2.0, seed=1)[None])
    (tmp_path / "bad.wav").write_bytes(b"%PDF-1.7 no sound")
    joined = decode_parts([part("bad.wav", folder=tmp_path), part("good.wav", folder=tmp_path)])
    assert [str(warning) for warning in joined.warnings] == [
        "The recording bad.wav cannot be read and was left out of this conversation.",
        "The file bad.wav is a PDF document, not a recording. Export the sound from the telephone system.",
    ]
    assert [one.name for one in joined.parts] == [good.name]
    with pytest.raises(AudioError, match="PDF document"):
        decode_parts([part("bad.wav", folder=tmp_path)])


def test_fifty_parts_of_any_rate_and_codec_become_one(tmp_path: Path) -> None:
    kinds = [("pcm_mulaw", 8000), ("pcm_s16le", 16_000), ("pcm_alaw", 8000), ("pcm_s16le", 44_100)]
    parts = []
    for number in range(50):
        codec, rate = kinds[number % 4]
        channels = np.stack([tone(0.5, rate=rate), tone(0.5, hertz=700, rate=rate)][: 1 + number % 2])
        write(tmp_path / f"{number}.wav", channels, codec=codec, rate=rate)
        parts.append(part(f"{number}.wav", number * 600, folder=tmp_path))
    playable = parts_to_opus(parts, tmp_path / "whole.ogg")
    assert playable.duration_ms == pytest.approx(49 * 600 + 500, abs=20)
    assert len(playable.peaks) == 2
    for number in range(50):
        at = number * 600 * PEAKS_PER_SECOND // 1000
        assert max(playable.peaks[0][at + 1 : at + 9]) > 20, number


def test_what_a_browser_plays_is_on_the_clock_of_the_conversation(tmp_path: Path) -> None:
    write(tmp_path / "in.wav", tone(2.0)[None], codec="pcm_mulaw")
    write(tmp_path / "out.wav", tone(1.0, hertz=900)[None], codec="pcm_alaw")
    write(tmp_path / "later.wav", tone(1.0, hertz=600)[None], rate=RATE)
    parts = [
        part("in.wav", 0, 0, folder=tmp_path), part("out.wav", 0, 1, folder=tmp_path),
        part("later.wav", 5000, folder=tmp_path),
    ]  # fmt: skip
    found = parts_to_opus_apart(parts, tmp_path / "whole.ogg", silent=[Span(5500, 5600)])
    assert found.duration_ms == 6000
    played = decode(tmp_path / "whole.ogg").array()

    def loud(side: int, start_ms: int, end_ms: int) -> bool:
        return bool(np.abs(played[side, start_ms * 16 + 320 : end_ms * 16 - 320]).max() > 0.05)

    assert [loud(0, 0, 1000), loud(0, 1000, 2000), loud(0, 2100, 4900), loud(0, 5000, 5500)] == [
        True,
        True,
        False,
        True,
    ]
    assert [loud(1, 0, 1000), loud(1, 1100, 2000), loud(1, 2100, 4900), loud(1, 5600, 6000)] == [
        True,
        False,
        False,
        True,
    ]
    assert not loud(0, 5520, 5580)


@pytest.mark.speech
@pytest.mark.slow
def test_a_real_call_cut_into_pairs_and_parts_says_what_it_said_in_one_piece(tmp_path: Path) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    recogniser = load_whisper("demo-voice")
    options = Options(language="en")
    once = transcribe_file(CLIP, options=options, recogniser=recogniser, vad=SileroVad(), diariser=None, roles=ROLES)
    array = decode(CLIP).array()
    cut = next(
        (before.end_ms + after.start_ms) // 2
        for before, after in zip(once.turns, once.turns[1:], strict=False)
        if after.start_ms > once.duration_ms // 3 and after.start_ms >= before.end_ms
    )
    parts = []
    for number, (start, end) in enumerate(((0, cut), (cut, once.duration_ms))):
        for side, name in enumerate(("in", "out")):
            piece = array[side : side + 1, start * 16 : end * 16]
            write(tmp_path / f"{number}-{name}.wav", piece)
            parts.append(part(f"{number}-{name}.wav", start + number * 10_000, side, folder=tmp_path))
    joined = decode_parts(parts)
    again = transcribe_joined(
        joined, options=options, recogniser=recogniser, vad=SileroVad(), diariser=None, roles=ROLES
    )
    assert [turn.role for turn in again.turns] == [turn.role for turn in once.turns]
    for before, after in zip(once.turns, again.turns, strict=True):
        # Windows are packed otherwise, which may change a word at their ends.
        assert SequenceMatcher(None, before.text, after.text).ratio() > 0.9
        shift = 10_000 if before.start_ms >= cut else 0
        assert after.start_ms == pytest.approx(before.start_ms + shift, abs=200)
    assert joined.unrecorded == (Span(cut, cut + 10_000),)


class ByLoudness(Counting):
    """Takes what is loud for English and what is soft for Dutch."""

    def detect_language(self, samples: np.ndarray, *, among: Sequence[str]) -> dict[str, float]:
        loud = float(np.abs(samples).max() > 0.2)
        return {language: loud if language == "en" else 1 - loud for language in among}


def test_mono_and_stereo_parts_in_two_languages_keep_each_its_own() -> None:
    loud, soft = [babble(8.0, seed=seed) for seed in (1, 2)], babble(4.0, seed=3)
    stereo, mono = sound(*(0.5 * one / np.abs(one).max() for one in loud)), sound(0.1 * soft / np.abs(soft).max())
    joined = join(placed([(part("one"), stereo), (part("two"), mono)]))
    found = transcribe_joined(
        joined, options=Options(), recogniser=ByLoudness(), vad=LoudnessVad(), diariser=None, roles=ROLES
    )
    assert found.language == "en"
    assert {turn.language for turn in found.turns if turn.start_ms < 8000} == {None}
    assert {turn.language for turn in found.turns if turn.start_ms >= 8000} == {"nl"}
