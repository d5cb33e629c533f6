"""Where people speak."""

from pathlib import Path

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, chord, noise, silence, tone
from transcribe.audio import decode
from transcribe.types import Span
from transcribe.vad import Activity, SileroVad, stretches

pytestmark = pytest.mark.speech
pytest.importorskip("silero_vad", exc_type=ImportError)

CLIPS = Path(__file__).parent / "clips"


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return SileroVad()


def test_each_party_is_found_where_they_speak(vad: SileroVad) -> None:
    agent, customer = decode(CLIPS / "parties-en.ogg").samples
    heard = vad.speech(agent, sample_rate=RATE)
    assert heard[0].start_ms == pytest.approx(400, abs=150)
    assert heard[-1].end_ms == pytest.approx(8780, abs=450)
    assert all(span.end_ms <= 5370 or span.start_ms >= 6810 for span in heard)
    assert all(span.start_ms >= 5200 for span in vad.speech(customer, sample_rate=RATE))


@pytest.mark.parametrize(
    "sound",
    [silence(20), noise(20, gain=0.01), tone(20), chord(20), tone(20, hertz=770) + tone(20, hertz=1336)],
    ids=["silence", "noise", "ring-back", "music", "keys"],
)
def test_what_is_no_speech_is_not_heard_as_such(
    vad: SileroVad, sound: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    assert sum(span.end_ms - span.start_ms for span in vad.speech(sound, sample_rate=RATE)) < 500


def test_nothing_is_heard_in_nothing(vad: SileroVad) -> None:
    assert vad.speech(np.zeros(0, np.float32), sample_rate=RATE) == []


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_it_hears_what_silero_itself_hears(vad: SileroVad, rate: int) -> None:
    import torch  # noqa: PLC0415 - only where it is installed
    from silero_vad import get_speech_timestamps, load_silero_vad  # noqa: PLC0415 - only where it is installed

    samples = decode(CLIPS / "parties-nl.ogg", sample_rate=rate).array().sum(axis=0)
    theirs = get_speech_timestamps(
        torch.from_numpy(samples), load_silero_vad(onnx=True), sampling_rate=rate, min_silence_duration_ms=200,
        speech_pad_ms=40,
    )  # fmt: skip
    expected = [Span(found["start"] * 1000 // rate, -(-found["end"] * 1000 // rate)) for found in theirs]
    assert vad.speech(samples, sample_rate=rate) == expected


def test_a_short_pause_stays_inside_and_a_click_is_dropped() -> None:
    likely = np.array([0, 0.9, 0.9, 0.2, 0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1], np.float32)
    activity = Activity(step=10, threshold=0.5, min_speech=20, min_silence=20)
    assert stretches(likely, activity=activity, length=130) == [(10, 60)]
