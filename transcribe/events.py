"""What is heard besides conversation: silence, music, tones, noise, and the hold they make together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transcribe.samples import Channel, Channels
from transcribe.types import AudioEvent, EventKind, Span

#: Analysis frame and hop, in milliseconds.
FRAME_MS, HOP_MS = 64, 32
#: Quieter than this is silence, in dB of full scale.
QUIET_DB = -50.0
#: The band of a telephone, in Hz.
BAND = (250.0, 3500.0)
#: Share of the energy in the four strongest frequencies from which a frame is a tone (ring-back, DTMF, a beep).
TONE_SHARE = 0.9
#: Flatness of the spectrum (0 a pure tone, 1 white noise) under which a frame is music.
MUSIC_FLATNESS = 0.3
#: Shortest stretch that is reported, and the gaps it may have.
SHORTEST_MS = {EventKind.SILENCE: 3_000, EventKind.MUSIC: 2_000, EventKind.TONE: 200, EventKind.NOISE: 3_000}
GAP_MS = {EventKind.SILENCE: 0, EventKind.MUSIC: 1_000, EventKind.TONE: 300, EventKind.NOISE: 500}
#: A hold is music or tones this long, pauses of the tune included.
SHORTEST_HOLD_MS = 5_000
HOLD_GAP_MS = 5_000


def events_of(samples: Channels, *, speech: Sequence[Sequence[Span]], sample_rate: int) -> tuple[AudioEvent, ...]:
    """Tell what is heard outside of ``speech``, which holds the stretches of each channel of ``samples``.

    Silence and hold concern the whole recording, the others one channel. A hold is five seconds or more of music or
    tones on a channel whose own party does not speak, after the first words of the call: ring-back is none.
    """
    found: list[AudioEvent] = []
    quiet: list[NDArray[np.bool_]] = []
    for channel, sound in enumerate(samples):
        levels, flatness, shares = _features(sound, sample_rate=sample_rate)
        spoken = _mask(speech[channel], count=len(levels))
        loud = (levels > QUIET_DB) & ~spoken
        tone = loud & (shares > TONE_SHARE)
        music = loud & ~tone & (flatness < MUSIC_FLATNESS)
        for kind, mask in (
            (EventKind.TONE, tone),
            (EventKind.MUSIC, music),
            (EventKind.NOISE, loud & ~tone & ~music),
        ):
            found += [AudioEvent(kind, span.start_ms, span.end_ms, channel) for span in _runs(mask, kind=kind)]
        quiet.append((levels <= QUIET_DB) & ~spoken)
    silences = _runs(np.logical_and.reduce(quiet), kind=EventKind.SILENCE)
    found += [AudioEvent(EventKind.SILENCE, span.start_ms, span.end_ms) for span in silences]
    begun = min((span.start_ms for spans in speech for span in spans), default=None)
    if begun is not None:
        found += holds(found, after_ms=begun)
    return tuple(sorted(found, key=lambda event: (event.start_ms, event.kind, event.channel or 0)))


def holds(events: Sequence[AudioEvent], *, after_ms: int) -> list[AudioEvent]:
    """Join music and tones of a channel that begin after ``after_ms`` into holds."""
    joined: list[Span] = []
    for channel in sorted({event.channel for event in events if event.channel is not None}):
        heard = sorted(
            (event.start_ms, event.end_ms)
            for event in events
            if event.channel == channel
            and event.kind in {EventKind.MUSIC, EventKind.TONE}
            and event.start_ms >= after_ms
        )
        runs: list[Span] = []
        for start, end in heard:
            if runs and start - runs[-1].end_ms <= HOLD_GAP_MS:
                runs[-1] = Span(runs[-1].start_ms, max(runs[-1].end_ms, end))
            else:
                runs.append(Span(start, end))
        for run in runs:
            sounding = sum(min(end, run.end_ms) - start for start, end in heard if run.start_ms <= start < run.end_ms)
            if sounding >= SHORTEST_HOLD_MS:
                joined.append(run)
    return [AudioEvent(EventKind.HOLD, span.start_ms, span.end_ms) for span in united(joined)]


def united(spans: Sequence[Span]) -> list[Span]:
    """Join stretches that touch or overlap."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start_ms):
        if out and span.start_ms <= out[-1].end_ms:
            out[-1] = Span(out[-1].start_ms, max(out[-1].end_ms, span.end_ms))
        else:
            out.append(span)
    return out


def _features(
    sound: Channel, *, sample_rate: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return level in dB, spectral flatness, and the share of the strongest frequencies, per hop."""
    size, hop = FRAME_MS * sample_rate // 1000, HOP_MS * sample_rate // 1000
    count = max(1, -(-len(sound) // hop))
    shape = np.hanning(size).astype(np.float32)
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
    levels, flatness, shares = np.zeros(count), np.zeros(count), np.zeros(count)
    # In blocks, so that a long call does not need its whole spectrogram in memory.
    for first in range(0, count, 1000):
        last = min(first + 1000, count)
        piece = np.zeros((last - first - 1) * hop + size, np.float32)
        heard = sound[first * hop : first * hop + len(piece)]
        piece[: len(heard)] = heard
        rows = np.lib.stride_tricks.sliding_window_view(piece, size)[::hop]
        levels[first:last] = 10 * np.log10(np.square(rows).mean(axis=1) + 1e-12)
        power = np.square(np.abs(np.fft.rfft(rows * shape, axis=1)[:, band])) + 1e-12
        flatness[first:last] = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
        # A pure tone falls into three neighbouring bins of the window's main lobe; two tones into six.
        strongest = np.sort(power, axis=1)[:, -8:].sum(axis=1)
        shares[first:last] = strongest / power.sum(axis=1)
    return levels, flatness, shares


def _mask(spans: Sequence[Span], *, count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, np.bool_)
    for span in spans:
        mask[max(0, span.start_ms // HOP_MS - 1) : span.end_ms // HOP_MS + 1] = True
    return mask


def _runs(mask: NDArray[np.bool_], *, kind: EventKind) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    runs: list[Span] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        span = Span(int(start) * HOP_MS, int(end) * HOP_MS)
        if runs and span.start_ms - runs[-1].end_ms <= GAP_MS[kind]:
            runs[-1] = Span(runs[-1].start_ms, span.end_ms)
        else:
            runs.append(span)
    return [run for run in runs if run.end_ms - run.start_ms >= SHORTEST_MS[kind]]
