"""The shipped speaker models, through the real pyannote pipeline, on two voices made of numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfiltfilt

from transcribe.assignment import assign
from transcribe.diariser import Diariser
from transcribe.errors import CancelledError
from transcribe.speakers import choose_diariser
from transcribe.types import Progress, SpeakerSpan, Word

RATE = 16_000
pytestmark = pytest.mark.speech


def voice(seconds: float, *, pitch_hz: float, formants_hz: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """A buzz of pulses through resonances, syllable by syllable: no words, but a pitch and a timbre."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = pitch_hz * (1 + 0.08 * np.sin(2 * np.pi * 0.7 * time + rng.uniform(0, 6)))
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0)
    sound = pulses + 0.01 * rng.standard_normal(len(time))
    for formant_hz in formants_hz:
        radius, angle = np.exp(-np.pi * 90 / RATE), 2 * np.pi * formant_hz / RATE
        sound = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], sound)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    shaped = sound * syllables
    return np.asarray(0.3 * shaped / np.abs(shaped).max(), dtype=np.float32)


def call() -> tuple[NDArray[np.float32], list[SpeakerSpan]]:
    """Forty seconds of a low and a high voice in turn, in the band of a telephone, with a little noise."""
    samples = np.zeros(41 * RATE, np.float32)
    spans: list[SpeakerSpan] = []
    for number in range(10):
        start = (number * 4 + 1) * RATE
        low = number % 2 == 0
        said = voice(
            3.2,
            pitch_hz=95 if low else 210,
            formants_hz=(500, 1_200, 2_300) if low else (750, 1_900, 3_000),
            seed=number,
        )
        samples[start : start + len(said)] += said
        spans.append(SpeakerSpan(start * 1000 // RATE, (start + len(said)) * 1000 // RATE, "low" if low else "high"))
    samples += 0.001 * np.random.default_rng(99).standard_normal(len(samples)).astype(np.float32)
    band = sosfiltfilt(butter(4, [300, 3_400], "bandpass", fs=RATE, output="sos"), samples)
    return np.asarray(band, dtype=np.float32), spans


@pytest.fixture(scope="module")
def diariser() -> Diariser:
    choice = choose_diariser("tiny-speakers", threads=1)
    assert choice.diariser is not None
    return choice.diariser


def test_two_distinct_voices_are_told_apart_turn_by_turn(diariser: Diariser) -> None:
    samples, spans = call()

    found = diariser.diarise(samples)

    middles = [Word(span.speaker, span.start_ms + 1_000, span.end_ms - 1_000) for span in spans]
    by_voice = {(word.text, speaker) for speaker, word in assign(middles, found)}
    assert len(by_voice) == 2
    assert {voice for voice, _ in by_voice} == {"low", "high"}
    assert "unknown" not in {speaker for _, speaker in by_voice}
    spoken_ms = sum(span.end_ms - span.start_ms for span in found)
    assert spoken_ms == pytest.approx(32_000, rel=0.15)


def test_one_voice_stays_one_speaker(diariser: Diariser) -> None:
    samples = voice(20, pitch_hz=120, formants_hz=(500, 1_200, 2_300), seed=3)

    assert len({span.speaker for span in diariser.diarise(samples)}) == 1


@pytest.mark.parametrize("length", [0, 100, RATE, 10 * RATE])
def test_silence_has_no_speakers(diariser: Diariser, length: int) -> None:
    assert diariser.diarise(np.zeros(length, np.float32)) == []


def test_progress_grows_to_the_end_and_can_stop_the_work(diariser: Diariser) -> None:
    samples, _ = call()
    steps: list[Progress] = []

    def stop(progress: Progress) -> None:
        if progress.done > 30:
            raise CancelledError("Stopped.")

    diariser.diarise(samples, report=steps.append)

    done = [progress.done for progress in steps]
    assert done == sorted(done)
    assert (steps[-1].done, steps[-1].total) == (100, 100)
    with pytest.raises(CancelledError):
        diariser.diarise(samples, report=stop)


def test_a_transcript_made_with_the_demo_model_says_so() -> None:
    assert "only synthetic voices" in str(choose_diariser("tiny-speakers").warnings[0])
