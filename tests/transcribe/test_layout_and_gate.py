"""How the parties lie in the channels, and how cross-talk is kept out."""

import numpy as np
import pytest

from tests.transcribe.sounds import RATE, Sound, babble, noise, side_by_side, silence
from transcribe.gate import Gated, gate, leak_db
from transcribe.layout import layout_of
from transcribe.samples import whole
from transcribe.types import Layout

AGENT = np.concatenate([babble(4.0, seed=1), silence(4.0), babble(4.0, seed=2)])
CUSTOMER = np.concatenate([silence(4.0), babble(4.0, seed=3), silence(4.0)])


def heard(gated: Gated) -> Sound:
    return np.stack([whole(channel) for channel in gated.samples])


@pytest.mark.parametrize(
    ("samples", "layout"),
    [
        (AGENT[None], Layout.MONO),
        (side_by_side(AGENT, CUSTOMER), Layout.STEREO),
        (side_by_side(AGENT + CUSTOMER, 0.5 * (AGENT + CUSTOMER) + noise(12.0, gain=0.001)), Layout.FAKE_STEREO),
        (side_by_side(AGENT, -AGENT), Layout.FAKE_STEREO),
        (side_by_side(AGENT + CUSTOMER, noise(12.0, gain=0.0005)), Layout.ONE_SILENT_CHANNEL),
        (side_by_side(silence(1.0), silence(1.0)), Layout.FAKE_STEREO),
        (side_by_side(AGENT, CUSTOMER, AGENT), Layout.MANY),
    ],
)
def test_the_layout_is_told_from_the_sound(samples: Sound, layout: Layout) -> None:
    assert layout_of(samples) is layout


def leaking(db: float, *, late_ms: int = 40) -> Sound:
    clean = side_by_side(AGENT, CUSTOMER)
    copies = np.roll(clean[::-1], late_ms * RATE // 1000, axis=1)
    return np.asarray(clean + 10 ** (db / 20) * copies, dtype=np.float32)


@pytest.mark.parametrize("db", [-10, -20, -30])
def test_a_leak_is_measured(db: int) -> None:
    assert leak_db(leaking(db), sample_rate=RATE) == pytest.approx(db, abs=1.5)


def test_people_who_answer_each_other_do_not_leak() -> None:
    samples = side_by_side(AGENT, CUSTOMER)
    gated = gate(samples, sample_rate=RATE)
    assert gated.leak_db < -45
    assert np.array_equal(heard(gated), samples)


def test_the_gate_silences_the_copy_and_keeps_the_voice() -> None:
    gated = gate(leaking(-20), sample_rate=RATE)
    assert gated.warnings == ()
    spoken, listened = slice(1 * RATE, 3 * RATE), slice(5 * RATE, 7 * RATE)
    clean = side_by_side(AGENT, CUSTOMER)
    assert np.square(heard(gated)[1, spoken]).sum() < 0.02 * np.square(leaking(-20)[1, spoken]).sum()
    assert np.square(heard(gated)[0, spoken]).sum() > 0.98 * np.square(clean[0, spoken]).sum()
    assert np.square(heard(gated)[1, listened]).sum() > 0.98 * np.square(clean[1, listened]).sum()


def test_a_leak_too_strong_to_mend_is_told() -> None:
    gated = gate(leaking(-6), sample_rate=RATE)
    (warning,) = gated.warnings
    assert str(warning).startswith("The channels of this recording leak into each other (-7 dB)")


def test_a_recording_shorter_than_a_hop_passes() -> None:
    assert heard(gate(np.zeros((2, 5), np.float32), sample_rate=RATE)).shape == (2, 5)
