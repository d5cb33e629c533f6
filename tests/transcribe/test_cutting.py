"""A stretch is cut out of a recording: nothing before it, nothing after it."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from tests.transcribe.sounds import side_by_side, silence, tone, write
from transcribe.cutting import cut_to_opus
from transcribe.errors import AudioError
from transcribe.playback import to_opus
from transcribe.types import Span


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Thirty seconds: a tone on the left from 10 to 12 s, on the right from 20 to 22 s, nothing else."""
    left = np.concatenate([silence(10), tone(2), silence(18)])
    right = np.concatenate([silence(20), tone(2), silence(8)])
    whole = write(tmp_path / "whole.wav", side_by_side(left, right))
    to_opus(whole, tmp_path / "whole.ogg")
    return tmp_path / "whole.ogg"


def heard(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    with av.open(io.BytesIO(data)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1)


def test_a_stretch_holds_its_own_sound_on_its_own_channel(recording: Path) -> None:
    found = heard(cut_to_opus(recording, Span(9_500, 12_500)))
    left, right = (np.abs(channel) for channel in found)
    assert found.shape[1] / 48_000 == pytest.approx(3.0, abs=0.05)
    assert left[24_000 + 4_800 : 120_000 - 4_800].max() > 0.2
    assert left[:19_000].max() < 0.01, "what was before stays out"
    assert right.max() < 0.01


def test_a_late_stretch_is_found_as_well(recording: Path) -> None:
    left, right = (np.abs(channel) for channel in heard(cut_to_opus(recording, Span(20_000, 22_000))))
    assert right.max() > 0.2
    assert left.max() < 0.01


def test_what_lies_beyond_the_end_is_left_out(recording: Path) -> None:
    assert heard(cut_to_opus(recording, Span(29_000, 40_000))).shape[1] / 48_000 == pytest.approx(1.0, abs=0.05)
    with pytest.raises(AudioError, match="shorter"):
        cut_to_opus(recording, Span(50_000, 60_000))


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ogg").write_bytes(b"no sound" * 100)
    with pytest.raises(AudioError, match="cannot be read"):
        cut_to_opus(tmp_path / "x.ogg", Span(0, 1_000))


def test_mono_and_other_rates_come_out_as_they_went_in(tmp_path: Path) -> None:
    path = write(tmp_path / "mono.wav", tone(4, rate=8_000)[None, :], rate=8_000)
    found = heard(cut_to_opus(path, Span(1_000, 2_000)))
    assert found.shape[0] == 1
    assert found.shape[1] / 48_000 == pytest.approx(1.0, abs=0.05)
