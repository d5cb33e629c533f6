"""Recordings written in the formats that telephone systems export, with PyAV."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 8000


@dataclass(frozen=True, slots=True)
class Container:
    """A file format: ``bit_rate`` in bits a second for each channel, 0 where the codec has none."""

    suffix: str
    codec: str
    sample_format: str
    bit_rate: int = 0
    rate: int = RATE
    options: tuple[tuple[str, str], ...] = ()


CONTAINERS = {
    "wav-ulaw": Container("wav", "pcm_mulaw", "s16"),
    "wav-alaw": Container("wav", "pcm_alaw", "s16"),
    "flac": Container("flac", "flac", "s16"),
    "mp3": Container("mp3", "libmp3lame", "s16p", bit_rate=16_000),
    "opus": Container("ogg", "libopus", "s16", bit_rate=11_000, options=(("application", "voip"),)),
    "m4a": Container("m4a", "aac", "fltp", bit_rate=20_000),
}


def write(path: Path, *, channels: npt.NDArray[np.float32], container: Container) -> None:
    """Write ``channels`` (one or two rows at 8 kHz, within -1 and 1) to ``path``, the same bytes every time."""
    count = channels.shape[0]
    layout = "mono" if count == 1 else "stereo"
    # The packed form PyAV takes: one row, the channels' samples by turns.
    whole = np.round(np.clip(channels, -1, 1) * 32767).astype(np.int16)
    packed = np.ascontiguousarray(whole.T).reshape(1, -1)
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream(container.codec, rate=container.rate, options=dict(container.options))
        stream.layout = layout
        stream.format = container.sample_format
        if container.bit_rate:
            stream.bit_rate = container.bit_rate * count
        resampler = av.AudioResampler(
            format=container.sample_format,
            layout=layout,
            rate=container.rate,
            frame_size=stream.codec_context.frame_size or 0,
        )
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
