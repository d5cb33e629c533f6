"""From a file to a transcript."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE, babble, chord, noise, side_by_side, silence, write
from transcribe.audio import decode
from transcribe.errors import N_, AudioError, CancelledError
from transcribe.gate import levels_db
from transcribe.pipeline import Options, transcribe_file
from transcribe.samples import Channel
from transcribe.types import (
    ChannelRoles,
    EventKind,
    Layout,
    Progress,
    Reason,
    Report,
    Role,
    Span,
    SpeakerSpan,
    Word,
    silent,
)
from transcribe.vad import SileroVad
from transcribe.whisper_engine import load_whisper

ROLES = ChannelRoles((Role.AGENT, Role.CUSTOMER))


class LoudnessVad:
    """Hears speech wherever it is loud: enough for babble."""

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """Stretches over -50 dB."""
        loud = np.concatenate([[False], levels_db(samples, sample_rate=sample_rate) > -50, [False]]).astype(int)
        edges = np.flatnonzero(np.diff(loud)) * 20
        return [Span(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@dataclass
class Counting:
    """Says one number for every second of a window, however it sounds."""

    engine: str = "counting"
    model: str = "numbers"
    heard_in: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """One word a second."""
        self.heard_in.append(language)
        self.prompts.append(prompt)
        seconds = len(samples) // RATE
        return [Word(str(second), second * 1000 + 300, second * 1000 + 900) for second in range(seconds)]

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """The last language of those asked for."""
        del samples
        return {language: float(language == among[-1]) for language in among}


class EveryFiveSeconds:
    """Two speakers who take turns by the clock."""

    name = "clock"

    def diarise(
        self,
        samples: NDArray[np.float32],
        *,
        speech: Sequence[Span] | None = None,
        max_speakers: int = 2,
        report: Report = silent,
    ) -> list[SpeakerSpan]:
        """Five seconds each."""
        del speech, max_speakers
        report(Progress("speakers", 1, 1))
        count = len(samples) // RATE // 5 + 1
        return [SpeakerSpan(index * 5000, (index + 1) * 5000, "AB"[index % 2]) for index in range(count)]


def call(path: Path) -> Path:
    agent = np.concatenate([babble(5, seed=1), silence(5), babble(5, seed=2), silence(1)])
    customer = np.concatenate([silence(5), babble(5, seed=3), silence(6)])
    return write(path, side_by_side(agent, customer))


def test_stereo_is_told_apart_by_channel(tmp_path: Path) -> None:
    found = transcribe_file(
        call(tmp_path / "call.wav"), options=Options(), recogniser=Counting(), vad=LoudnessVad(), diariser=None,
        roles=ROLES,
    )  # fmt: skip
    assert found.layout is Layout.STEREO
    assert (found.language, found.engine, found.model, found.diariser) == ("en", "counting", "numbers", "channels")
    assert (found.duration_ms, found.warnings) == (16_000, ())
    spoken = {Role.AGENT: [(0, 5500), (9500, 15_500)], Role.CUSTOMER: [(4500, 10_500)]}
    assert {turn.role for turn in found.turns} == set(spoken)
    for turn in found.turns:
        assert any(start <= turn.start_ms <= turn.end_ms <= end for start, end in spoken[turn.role])


@pytest.mark.parametrize(("leaking", "kept"), [(False, 4), (True, 0)])
def test_the_same_word_on_both_sides_is_an_echo_only_where_the_channels_leak(
    tmp_path: Path, leaking: bool, kept: int
) -> None:
    agent = babble(4, seed=1, gain=0.2)
    customer = agent * np.float32(0.15) if leaking else babble(4, seed=2, gain=0.05)
    quiet = silence(3)
    sound = side_by_side(np.concatenate([agent, quiet, quiet]), np.concatenate([customer, quiet, babble(3, seed=3)]))
    found = transcribe_file(
        write(tmp_path / "call.wav", sound), options=Options(language="en"), recogniser=Counting(), vad=LoudnessVad(),
        diariser=None, roles=ROLES,
    )  # fmt: skip
    heard = [word for turn in found.turns if turn.role is Role.CUSTOMER for word in turn.words if word.end_ms < 4500]
    assert len(heard) == kept


def test_mono_goes_through_the_diariser(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", babble(15, seed=1)[None])
    found = transcribe_file(
        path, options=Options(language="nl"), recogniser=Counting(), vad=LoudnessVad(), diariser=EveryFiveSeconds(),
        roles=ROLES,
    )  # fmt: skip
    assert (found.layout, found.diariser, found.language) == (Layout.MONO, "clock", "nl")
    assert {turn.speaker for turn in found.turns} == {"A", "B"}
    assert {turn.role for turn in found.turns} == {Role.UNKNOWN}
    assert found.warnings == ()


def test_without_a_diariser_nobody_is_named_and_the_reader_is_warned(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", babble(5, seed=1)[None])
    found = transcribe_file(
        path, options=Options(), recogniser=Counting(), vad=LoudnessVad(), diariser=None, roles=ROLES
    )
    assert {(turn.speaker, turn.role) for turn in found.turns} == {("unknown", Role.UNKNOWN)}
    assert len(found.warnings) == 1
    assert "could not be told apart" in str(found.warnings[0])


@pytest.mark.parametrize(
    ("channels", "layout", "words"),
    [
        ((babble(4, seed=1), babble(4, seed=1)), Layout.FAKE_STEREO, "this recording is mono"),
        ((babble(4, seed=1), silence(4)), Layout.ONE_SILENT_CHANNEL, "One channel of this recording is silent"),
        ((babble(4, seed=1), babble(4, seed=2), babble(4, seed=3)), Layout.MANY, "This recording has 3 channels"),
    ],
)
def test_a_layout_that_is_no_real_stereo_is_mixed_with_a_warning(
    tmp_path: Path, channels: tuple[NDArray[np.float32], ...], layout: Layout, words: str
) -> None:
    path = write(tmp_path / "call.wav", side_by_side(*channels))
    found = transcribe_file(
        path, options=Options(), recogniser=Counting(), vad=LoudnessVad(), diariser=EveryFiveSeconds(), roles=ROLES
    )
    assert found.layout is layout
    assert words in str(found.warnings[0])
    assert found.turns


def test_a_recording_without_speech_has_no_turns_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", side_by_side(noise(5, gain=0.002), noise(5, gain=0.002, seed=1)))
    recogniser = Counting()
    found = transcribe_file(
        path, options=Options(), recogniser=recogniser, vad=LoudnessVad(), diariser=None, roles=ROLES
    )
    assert found.turns == ()
    assert "No speech was found in this recording." in [str(warning) for warning in found.warnings]
    assert recogniser.heard_in == []


@dataclass
class Scripted(Counting):
    """Says the same words in every window, three a second, whatever it hears."""

    script: str = ""

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """The script."""
        del samples, language, prompt
        return [Word(text, 300 + 300 * at, 600 + 300 * at, 0.4) for at, text in enumerate(self.script.split())]


def test_what_a_recogniser_invents_is_kept_beside_the_transcript(tmp_path: Path) -> None:
    script = "Bedankt voor het kijken " + "goed " * 10 + "dag"
    found = transcribe_file(
        call(tmp_path / "call.wav"), options=Options(), recogniser=Scripted(script=script), vad=LoudnessVad(),
        diariser=None, roles=ROLES,
    )  # fmt: skip
    assert {turn.text for turn in found.turns if turn.role is Role.CUSTOMER} == {"goed dag"}
    gone = [item for item in found.removed if item.channel == 1]
    assert [item.text for item in gone] == ["Bedankt", "voor", "het", "kijken", *["goed"] * 9]
    assert [item.reason for item in gone] == [Reason.PHANTOM] * 4 + [Reason.REPEATED] * 9


def test_speech_that_gets_no_words_is_told_of(tmp_path: Path) -> None:
    found = transcribe_file(
        call(tmp_path / "call.wav"), options=Options(), recogniser=Scripted(), vad=LoudnessVad(), diariser=None,
        roles=ROLES,
    )  # fmt: skip
    assert found.turns == ()
    unheard = [event for event in found.events if event.kind is EventKind.UNHEARD]
    assert {event.channel for event in unheard} == {0, 1}
    assert all(event.end_ms - event.start_ms >= 1_500 for event in unheard)


def test_the_prompt_and_the_language_reach_the_recogniser(tmp_path: Path) -> None:
    recogniser = Counting()
    transcribe_file(
        call(tmp_path / "call.wav"), options=Options(language="nl", prompt="Steekproef"), recogniser=recogniser,
        vad=LoudnessVad(), diariser=None, roles=ROLES,
    )  # fmt: skip
    assert recogniser.heard_in == ["nl", "nl"]
    assert recogniser.prompts == ["Steekproef", "Steekproef"]


def test_progress_goes_from_the_first_window_to_the_last(tmp_path: Path) -> None:
    told: list[Progress] = []
    transcribe_file(
        call(tmp_path / "call.wav"), options=Options(), recogniser=Counting(), vad=LoudnessVad(), diariser=None,
        roles=ROLES, report=told.append,
    )  # fmt: skip
    assert [(step.done, step.total) for step in told if step.step == "recognise"] == [(0, 2), (1, 2), (2, 2)]
    assert list(dict.fromkeys(step.step for step in told)) == ["decode", "speech", "language", "recognise"]


def test_it_stops_when_asked(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == "recognise":
            raise CancelledError(N_("Stopped."))

    recogniser = Counting()
    with pytest.raises(CancelledError):
        transcribe_file(
            call(tmp_path / "call.wav"), options=Options(), recogniser=recogniser, vad=LoudnessVad(), diariser=None,
            roles=ROLES, report=stop,
        )  # fmt: skip
    assert recogniser.heard_in == []


def test_a_refused_file_is_called_what_the_user_calls_it(tmp_path: Path) -> None:
    (tmp_path / "3f2a").write_bytes(b"")
    with pytest.raises(AudioError, match=r"The file call 7\.wav is empty"):
        transcribe_file(
            tmp_path / "3f2a", options=Options(name="call 7.wav"), recogniser=Counting(), vad=LoudnessVad(),
            diariser=None, roles=ROLES,
        )  # fmt: skip


@pytest.mark.speech
@pytest.mark.parametrize(
    ("clip", "language", "said"),
    [
        ("parties-en.ogg", "en", "Good morning, thank you for calling Northwind Energy, how can I help you?"),
        ("parties-nl.ogg", "nl", "Goedemorgen, waarmee kan ik u van dienst zijn."),
    ],
)
def test_the_demo_voice_understands_its_own_kind(clip: str, language: str, said: str) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)

    found = transcribe_file(
        Path(__file__).parent / "clips" / clip, options=Options(), recogniser=load_whisper("demo-voice", threads=1),
        vad=SileroVad(), diariser=None, roles=ROLES,
    )  # fmt: skip
    assert (found.language, found.layout, found.model) == (language, Layout.STEREO, "demo-voice")
    assert [turn.role for turn in found.turns] == [Role.AGENT, Role.CUSTOMER, Role.AGENT, Role.CUSTOMER]
    assert found.turns[0].text == said
    assert all(word.end_ms - word.start_ms <= 2000 for turn in found.turns for word in turn.words)


@pytest.mark.speech
@pytest.mark.parametrize(("seconds", "said"), [(3.0, "Good morning, thank you"), (2.55, "Good morning, thank you")])
def test_what_is_short_or_stops_within_a_word_brings_nothing_that_was_not_said(
    tmp_path: Path, seconds: float, said: str
) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)

    spoken = decode(Path(__file__).parent / "clips" / "parties-en.ogg").array()[:, : int(seconds * RATE)]
    found = transcribe_file(
        write(tmp_path / "cut.wav", spoken), options=Options(), recogniser=load_whisper("demo-voice", threads=1),
        vad=SileroVad(), diariser=None, roles=ROLES,
    )  # fmt: skip
    (turn,) = found.turns
    assert turn.text.startswith(said)
    assert "Good morning, thank you for calling Northwind".startswith(turn.text.rstrip(".,?"))
    assert turn.end_ms <= round(seconds * 1000)


@pytest.mark.speech
def test_hold_music_brings_no_words_and_is_a_hold(tmp_path: Path) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)

    spoken = decode(Path(__file__).parent / "clips" / "parties-en.ogg").array()[:, : 7 * RATE]
    music = side_by_side(chord(25), silence(25))
    path = write(tmp_path / "hold.wav", np.concatenate([spoken, music, spoken], axis=1))
    found = transcribe_file(
        path, options=Options(), recogniser=load_whisper("demo-voice", threads=1), vad=SileroVad(), diariser=None,
        roles=ROLES,
    )  # fmt: skip
    (hold,) = [event for event in found.events if event.kind is EventKind.HOLD]
    assert hold.start_ms == pytest.approx(7000, abs=300)
    assert hold.end_ms == pytest.approx(32_000, abs=700)
    assert not [turn for turn in found.turns if 7500 < turn.start_ms < 31_500]
    assert found.turns[0].text.startswith("Good morning")
    assert found.turns[-1].start_ms > 32_000
