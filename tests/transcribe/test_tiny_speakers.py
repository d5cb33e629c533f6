"""The shipped speaker models, through the real pyannote pipeline, on two voices made of numbers."""

import numpy as np
import pytest

from tests.transcribe.voices import RATE, call, voice
from transcribe.assignment import assign
from transcribe.diariser import Diariser
from transcribe.errors import CancelledError
from transcribe.speakers import choose_diariser
from transcribe.types import Progress, Word

pytestmark = pytest.mark.speech


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
