"""What a diariser is given: speech and nothing else, and how many people may be in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transcribe.sounds import Sound, chord, noise, tone
from tests.transcribe.test_pipeline import Counting
from tests.transcribe.voices import RATE, call
from transcribe.audio import Audio
from transcribe.diariser import MARGIN_MS, Diariser, only_speech
from transcribe.pipeline import Options, transcribe_audio
from transcribe.samples import Channel
from transcribe.speakers import choose_diariser
from transcribe.types import ChannelRoles, Report, Span, SpeakerSpan, silent

BREAK_MS, HOLD_MS = 20_500, 12_000


def with_hold(music: Sound) -> tuple[Sound, list[Span]]:
    """The two voices with twelve seconds on hold between them, and where they speak."""
    samples, spoken = call()
    at = BREAK_MS * RATE // 1000
    spans = [
        Span(span.start_ms + later, span.end_ms + later)
        for span in spoken
        for later in [HOLD_MS if span.start_ms >= BREAK_MS else 0]
    ]
    return np.concatenate([samples[:at], music, samples[at:]]), spans


@dataclass
class Told:
    """A voice-activity detector that was told where people speak."""

    spans: list[Span]

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """What it was told."""
        del samples, sample_rate
        return self.spans


@dataclass
class Listening:
    """Passes everything on to a diariser and keeps what it was asked and what it answered."""

    diariser: Diariser
    name: str = "listening"
    limits: list[int] = field(default_factory=list)
    heard: list[Sound] = field(default_factory=list)
    found: list[SpeakerSpan] = field(default_factory=list)

    def diarise(
        self,
        samples: NDArray[np.float32],
        *,
        speech: Sequence[Span] | None = None,
        max_speakers: int = 2,
        report: Report = silent,
    ) -> list[SpeakerSpan]:
        """As the diariser behind it."""
        self.limits.append(max_speakers)
        self.heard.append(samples)
        self.found = self.diariser.diarise(samples, speech=speech, max_speakers=max_speakers, report=report)
        return self.found


@pytest.mark.speech
@pytest.mark.parametrize(
    ("music", "most"), [(chord(12), 3), (tone(12), 4), (noise(12), 3)], ids=["music", "ring-back", "noise"]
)
def test_what_is_heard_on_hold_never_becomes_a_speaker(music: Sound, most: int) -> None:
    tiny = choose_diariser("tiny-speakers", threads=1).diariser
    assert tiny is not None
    listening = Listening(tiny)
    samples, spoken = with_hold(music)

    transcribe_audio(
        Audio(samples[None], RATE, ()), options=Options(language="en", max_speakers=3), recogniser=Counting(),
        vad=Told(spoken), diariser=listening, roles=ChannelRoles(),
    )  # fmt: skip

    def on_hold(spans: Sequence[SpeakerSpan]) -> bool:
        return any(span.start_ms < BREAK_MS + 11_000 and span.end_ms > BREAK_MS + 1_000 for span in spans)

    # Who rings somebody up in the middle may hear a third person.
    assert listening.limits == [most]
    assert not on_hold(listening.found)
    assert len({span.speaker for span in listening.found}) == 2
    # Without the silencing there would be somebody: this test can fail.
    assert on_hold(tiny.diarise(samples, max_speakers=3))


spans = st.lists(st.tuples(st.integers(0, 3_000), st.integers(50, 900)), max_size=5).map(
    lambda pairs: [Span(start, start + length) for start, length in pairs]
)


@given(spans)
def test_speech_stays_as_it_is_and_the_rest_is_silent(speech: list[Span]) -> None:
    samples = np.ones(3_000 * 16, np.float32)

    kept = only_speech(samples, speech, sample_rate=RATE)

    assert len(kept) == len(samples)
    spoken, near = np.zeros(len(samples), bool), np.zeros(len(samples), bool)
    for span in speech:
        spoken[span.start_ms * 16 : span.end_ms * 16] = True
        near[max(0, span.start_ms - MARGIN_MS) * 16 : (span.end_ms + MARGIN_MS) * 16] = True
    assert (kept[~near] == 0.0).all()
    inside = spoken.copy()
    inside[:160] = inside[-160:] = False  # where the recording itself begins and ends, sound fades too
    assert (kept[inside] == 1.0).all()
