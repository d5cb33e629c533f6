"""Recordings that a browser plays: which ones do as they are, and the others converted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from transcribe.audio import Audio, AudioFacts, Limits
from transcribe.mixing import mixed_blocks, sides_of, sources
from transcribe.parts import Part, only
from transcribe.samples import blocks
from transcribe.types import Span
from transcribe.waveform import PeakMeter

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
#: How finely the waveform on a page is drawn.
PEAKS_PER_SECOND = 20
#: Samples handed to an encoder at once.
BLOCK = 48_000


def browser_plays(facts: AudioFacts) -> bool:
    """Whether browsers play the file as it is; telephone codecs such as A-law, µ-law, GSM and ADPCM are not played."""
    return facts.channels <= 2 and facts.codec in PLAYED.get(facts.container, frozenset())


@dataclass(frozen=True, slots=True)
class Playable:
    """What was written for a browser: its length, and the peaks of each channel, 0 to 100."""

    duration_ms: int
    peaks: list[list[int]]


def to_opus(
    path: Path, out: Path, *, silent: Sequence[Span] = (), limits: Limits | None = None, name: str | None = None
) -> Playable:
    """Convert the recording at ``path`` to Ogg/Opus at ``out``, without sound where ``silent`` says so.

    Channels stay apart and the length is that of the recording, to the sample; more than two channels are mixed to
    one. Recordings of any length take the same memory. Raises ``AudioError`` as ``decode`` does.
    """
    return parts_to_opus(only(path, name=name), out, silent=silent, limits=limits)


def parts_to_opus(
    parts: Sequence[Part], out: Path, *, silent: Sequence[Span] = (), limits: Limits | None = None
) -> Playable:
    """Write all recordings of a conversation as one file on its clock; ``silent`` is on that clock too.

    Two channels as soon as one part tells the parties apart; a part that does not is heard on both.
    """
    limits = limits or Limits()
    found = sources(parts, limits=limits)
    sides = sides_of(found)
    layout = "stereo" if sides == 2 else "mono"
    meter = PeakMeter(sides, sample_rate=OPUS_RATE, per_second=PEAKS_PER_SECOND)
    length = 0
    with av.open(str(out), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        stream.bit_rate = OPUS_BITS_A_CHANNEL * sides
        for block in mixed_blocks(found, sides=sides, limits=limits, sample_rate=OPUS_RATE):
            heard = _muted(block, silent, at=length)
            meter.add(heard)
            for frame in frames_of(heard, layout=layout, sample_rate=OPUS_RATE, at=length):
                container.mux(stream.encode(frame))
            length += heard.shape[1]
        container.mux(stream.encode(None))
    return Playable(length * 1000 // OPUS_RATE, meter.peaks())


def _muted(block: NDArray[np.float32], silent: Sequence[Span], *, at: int) -> NDArray[np.float32]:
    """Return a block that begins at sample ``at`` without what was said in the stretches, on every channel."""
    kept = np.array(block)
    for span in silent:
        first, last = (moment * OPUS_RATE // 1000 - at for moment in (span.start_ms, span.end_ms))
        kept[:, max(0, first) : max(0, last)] = 0.0
    return kept


def write_wav(audio: Audio, out: Path) -> None:
    """Write ``audio`` as 16-bit PCM, exact to the sample."""
    layout = {1: "mono", 2: "stereo"}.get(audio.channels, f"{audio.channels}c")
    with av.open(str(out), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=audio.sample_rate, layout=layout)
        at = 0
        for parts in zip(*(blocks(channel) for channel in audio.samples), strict=True):
            for frame in frames_of(np.stack(parts), layout=layout, sample_rate=audio.sample_rate, at=at):
                container.mux(stream.encode(frame))
            at += len(parts[0])
        container.mux(stream.encode(None))


def frames_of(samples: NDArray[np.float32], *, layout: str, sample_rate: int, at: int = 0) -> Iterator[av.AudioFrame]:
    """Yield samples of shape (channels, length) as an encoder takes them; ``at`` is the place of the first one."""
    for first in range(0, samples.shape[1], BLOCK):
        block = np.clip(samples[:, first : first + BLOCK], -1.0, 1.0)
        packed = np.ascontiguousarray(np.rint(block.T * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate = sample_rate
        frame.time_base = Fraction(1, sample_rate)
        frame.pts = at + first
        yield frame
