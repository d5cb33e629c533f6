"""A stretch of a recording as a file of its own, so that whoever hears it hears nothing else."""

import io
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from transcribe.errors import N_, AudioError
from transcribe.playback import OPUS_BITS_A_CHANNEL, OPUS_RATE, frames_of
from transcribe.types import Span

#: Opus needs this much before a place to sound as it did: RFC 7845, section 4.6.
_PREROLL_MS = 80


def cut_to_opus(path: Path, span: Span) -> bytes:
    """Return the stretch as Ogg/Opus, its channels kept apart; what lies beyond the end of the recording is left out.

    Only what is needed is decoded, so that the place in a long recording makes no difference.

    Raises:
        AudioError: when the file cannot be read, or holds nothing there.

    """
    try:
        samples = _samples(path, span)
    except (av.error.FFmpegError, IndexError) as error:
        raise AudioError(N_("The recording cannot be read.")) from error
    if samples.shape[1] == 0:
        raise AudioError(N_("The recording is shorter than that."))
    layout = "stereo" if samples.shape[0] == 2 else "mono"
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        stream.bit_rate = OPUS_BITS_A_CHANNEL * samples.shape[0]
        for frame in frames_of(samples, layout=layout, sample_rate=OPUS_RATE):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _samples(path: Path, span: Span) -> NDArray[np.float32]:
    """Decode the stretch, (channels, samples) at Opus' rate."""
    first, last = (moment * OPUS_RATE // 1000 for moment in (span.start_ms, span.end_ms))
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        layout = "stereo" if stream.channels >= 2 else "mono"
        resampler = AudioResampler(format="fltp", layout=layout, rate=OPUS_RATE)
        container.seek(max(0, span.start_ms - _PREROLL_MS) * 1000)
        pieces: list[NDArray[np.float32]] = []
        at: int | None = None
        for decoded in container.decode(stream):
            if at is None:
                at = round(float(decoded.pts * decoded.time_base) * OPUS_RATE) if decoded.pts is not None else 0
            for frame in resampler.resample(decoded):
                block = np.asarray(frame.to_ndarray(), np.float32)
                pieces.append(block[:, max(0, first - at) : max(0, last - at)])
                at += block.shape[1]
            if at >= last:
                break
    if not pieces:
        return np.zeros((1, 0), np.float32)
    return np.concatenate(pieces, axis=1)
