"""Recordings that a browser plays: which ones do as they are, and the others converted."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from transcribe.audio import Audio, AudioFacts, Limits, decode

#: Codecs that Chromium, Firefox and Safari all play, by container.
PLAYED: dict[str, frozenset[str]] = {
    "wav": frozenset({"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"}),
    "mp3": frozenset({"mp3", "mp3float"}),
    "ogg": frozenset({"opus", "libopus", "vorbis"}),
    "flac": frozenset({"flac"}),
    "mov": frozenset({"aac", "mp3", "mp3float"}),
    "matroska": frozenset({"opus", "libopus", "vorbis"}),
}
#: Opus knows one rate inside its files.
OPUS_RATE = 48_000
OPUS_BITS_A_CHANNEL = 32_000
#: Samples handed to an encoder at once.
BLOCK = 48_000


def browser_plays(facts: AudioFacts) -> bool:
    """Whether browsers play the file as it is; telephone codecs such as A-law, µ-law, GSM and ADPCM are not played."""
    return facts.channels <= 2 and facts.codec in PLAYED.get(facts.container, frozenset())


def to_opus(path: Path, out: Path, *, limits: Limits | None = None, name: str | None = None) -> int:
    """Convert the recording at ``path`` to Ogg/Opus at ``out`` and return its length in milliseconds.

    Channels stay apart and the length is that of the recording, to the sample; more than two channels are mixed to
    one. Raises ``AudioError`` as ``decode`` does.
    """
    audio = decode(path, limits=limits, name=name, sample_rate=OPUS_RATE)
    write_opus(audio, out)
    return audio.duration_ms


def write_opus(audio: Audio, out: Path) -> None:
    """Write sound of one or two channels at 48 kHz as Ogg/Opus."""
    samples = audio.samples if audio.channels <= 2 else audio.samples.mean(axis=0, keepdims=True)
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(out), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        stream.bit_rate = OPUS_BITS_A_CHANNEL * len(samples)
        for frame in _frames(samples, layout=layout, sample_rate=OPUS_RATE):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_wav(audio: Audio, out: Path) -> None:
    """Write ``audio`` as 16-bit PCM, exact to the sample."""
    layout = {1: "mono", 2: "stereo"}.get(audio.channels, f"{audio.channels}c")
    with av.open(str(out), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=audio.sample_rate, layout=layout)
        for frame in _frames(audio.samples, layout=layout, sample_rate=audio.sample_rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frames(samples: NDArray[np.float32], *, layout: str, sample_rate: int) -> Iterator[av.AudioFrame]:
    for first in range(0, samples.shape[1], BLOCK):
        block = np.clip(samples[:, first : first + BLOCK], -1.0, 1.0)
        packed = np.ascontiguousarray(np.rint(block.T * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate = sample_rate
        frame.time_base = Fraction(1, sample_rate)
        frame.pts = first
        yield frame
