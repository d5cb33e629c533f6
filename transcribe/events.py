"""What is heard besides conversation: silence, music, tones, noise, and the hold they make together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.parts import without
from transcribe.samples import Channel, Channels
from transcribe.spans import united
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
#: Ring-back and dial tones of the world lie within this band; DTMF joins one of each group (ITU-T Q.23), in Hz.
RINGING = (380.0, 500.0)
DTMF_LOW, DTMF_HIGH = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
#: How far from its frequency a tone may be found, in Hz, and how much weaker one of a pair may be, in dB.
TONE_WIDTH, TWIST_DB = 20.0, 12.0
#: A busy tone sounds half a second at a time, ring-back longer; a beep is one short tone.
SHORTEST_RING_MS, LONGEST_BEEP_MS = 700, 2_000
#: Hops on either side of a tone that it spoils.
EDGE_HOPS = 2
#: Shortest stretch that is reported, and the gaps it may have.
SHORTEST_MS = {
    EventKind.SILENCE: 3_000,
    EventKind.MUSIC: 2_000,
    EventKind.TONE: 200,
    EventKind.DTMF: 60,
    EventKind.NOISE: 3_000,
}
GAP_MS = {
    EventKind.SILENCE: 0,
    EventKind.MUSIC: 1_000,
    EventKind.TONE: 300,
    EventKind.DTMF: 300,
    EventKind.NOISE: 500,
}
#: A hold is music or tones this long, pauses of the tune included, and announcements between two pieces of it.
SHORTEST_HOLD_MS = 5_000
HOLD_GAP_MS = 5_000
LONGEST_ANNOUNCEMENT_MS = 20_000
#: So long without any sound at all on the agent's side, quieter than a room is, the line is on hold.
SILENT_HOLD_MS, MUTED_DB = 20_000, -70.0
WAITING = frozenset({EventKind.MUSIC, EventKind.TONE, EventKind.RING_BACK, EventKind.BEEP})


def events_of(
    samples: Channels,
    *,
    speech: Sequence[Sequence[Span]],
    sample_rate: int,
    agent: int | None = None,
    unrecorded: Sequence[Span] = (),
) -> tuple[AudioEvent, ...]:
    """Tell what is heard outside of ``speech``, which holds the stretches of each channel of ``samples``.

    What is ``unrecorded`` is neither silence nor hold, whatever stands on both sides of it.

    Silence and hold concern the whole recording, the others one channel. A hold is five seconds or more of music or
    tones on a channel whose own party does not speak, after the first words of the call: ring-back is none. Where the
    channel of the ``agent`` is known, only music there counts, and twenty seconds of it without any sound are a hold
    too, if the customer hardly speaks meanwhile and the agent comes back.
    """
    found: list[AudioEvent] = []
    quiet: list[NDArray[np.bool_]] = []
    muted: list[Span] = []
    recorded: NDArray[np.bool_] | None = None
    for channel, sound in enumerate(samples):
        heard = features(sound, sample_rate=sample_rate)
        spoken = _mask(speech[channel], count=len(heard.levels))
        recorded = ~_mask(unrecorded, count=len(heard.levels)) if recorded is None else recorded
        loud = (heard.levels > QUIET_DB) & ~spoken
        dialled = loud & heard.dtmf
        tone = loud & (heard.shares > TONE_SHARE) & ~dialled
        # Where a tone begins or ends its spectrum is spread, which is neither music nor noise.
        other = loud & ~_widened(tone | dialled, hops=EDGE_HOPS)
        music = other & (heard.flatness < MUSIC_FLATNESS)
        for kind, mask in (
            (EventKind.DTMF, dialled),
            (EventKind.MUSIC, music),
            (EventKind.NOISE, other & ~music),
        ):
            found += [AudioEvent(kind, span.start_ms, span.end_ms, channel) for span in _runs(mask, kind=kind)]
        for span in _runs(tone, kind=EventKind.TONE):
            kind = _kind_of_tone(span, strongest=heard.strongest, sounding=tone)
            found.append(AudioEvent(kind, span.start_ms, span.end_ms, channel))
        quiet.append((heard.levels <= QUIET_DB) & ~spoken & recorded)
        if channel == agent:
            muted = _runs((heard.levels <= MUTED_DB) & ~spoken & recorded, kind=EventKind.SILENCE)
    silences = _runs(np.logical_and.reduce(quiet), kind=EventKind.SILENCE)
    found += [AudioEvent(EventKind.SILENCE, span.start_ms, span.end_ms) for span in silences]
    begun = min((span.start_ms for spans in speech for span in spans), default=None)
    if begun is not None:
        waited = [] if agent is None else _waited(muted, speech=speech, agent=agent)
        held = holds(found, after_ms=begun, speech=speech, agent=agent, waited=waited)
        found += [
            AudioEvent(EventKind.HOLD, span.start_ms, span.end_ms)
            for event in held
            for span in without(Span(event.start_ms, event.end_ms), unrecorded)
        ]
    return tuple(sorted(found, key=lambda event: (event.start_ms, event.kind, event.channel or 0)))


def holds(
    events: Sequence[AudioEvent],
    *,
    after_ms: int,
    speech: Sequence[Sequence[Span]] = (),
    agent: int | None = None,
    waited: Sequence[Span] = (),
) -> list[AudioEvent]:
    """Join music and tones of a channel that begin after ``after_ms``, and silences ``waited`` through, into holds.

    An announcement, which is speech of one channel between two pieces of music there, belongs to the hold.
    """
    joined: list[Span] = list(waited)
    channels = {event.channel for event in events if event.channel is not None}
    for channel in sorted(channels if agent is None else channels & {agent}):
        heard = sorted(
            (event.start_ms, event.end_ms)
            for event in events
            if event.channel == channel and event.kind in WAITING and event.start_ms >= after_ms
        )
        runs: list[Span] = []
        for start, end in heard:
            if runs and _goes_on(runs[-1].end_ms, start, channel=channel, speech=speech):
                runs[-1] = Span(runs[-1].start_ms, max(runs[-1].end_ms, end))
            else:
                runs.append(Span(start, end))
        for run in runs:
            sounding = sum(min(end, run.end_ms) - start for start, end in heard if run.start_ms <= start < run.end_ms)
            if sounding >= SHORTEST_HOLD_MS:
                joined.append(run)
    return [AudioEvent(EventKind.HOLD, span.start_ms, span.end_ms) for span in united(joined)]


def _goes_on(end_ms: int, start_ms: int, *, channel: int, speech: Sequence[Sequence[Span]]) -> bool:
    """Whether music that ends and music that begins are one hold: a pause, or an announcement that nobody answers."""
    if start_ms - end_ms <= HOLD_GAP_MS:
        return True
    if start_ms - end_ms > LONGEST_ANNOUNCEMENT_MS or len(speech) < 2:
        return False
    return not any(
        span.start_ms < start_ms and span.end_ms > end_ms
        for other, spans in enumerate(speech)
        if other != channel
        for span in spans
    )


def _waited(muted: Sequence[Span], *, speech: Sequence[Sequence[Span]], agent: int) -> list[Span]:
    """The long silences of the agent's channel in the middle of the call in which the customer hardly speaks."""
    own = speech[agent]
    if not own or len(speech) < 2:
        return []
    found = []
    for span in muted:
        length = span.end_ms - span.start_ms
        within = own[0].start_ms < span.start_ms and span.end_ms <= own[-1].end_ms
        talk = sum(
            max(0, min(said.end_ms, span.end_ms) - max(said.start_ms, span.start_ms))
            for other, spans in enumerate(speech)
            if other != agent
            for said in spans
        )
        if within and length >= SILENT_HOLD_MS and talk * 10 <= length:
            found.append(span)
    return found


def _kind_of_tone(span: Span, *, strongest: NDArray[np.float64], sounding: NDArray[np.bool_]) -> EventKind:
    """What a stretch of tone is called, by its pitch (Hz in every hop) and its length."""
    hops = slice(span.start_ms // HOP_MS, span.end_ms // HOP_MS)
    pitches = strongest[hops][sounding[hops]]
    length = span.end_ms - span.start_ms
    low, high = np.quantile(pitches, (0.1, 0.9))
    if RINGING[0] <= low and high <= RINGING[1]:
        return EventKind.RING_BACK if length >= SHORTEST_RING_MS else EventKind.TONE
    if length <= LONGEST_BEEP_MS and high - low <= 2 * TONE_WIDTH:
        return EventKind.BEEP
    return EventKind.TONE


@dataclass(frozen=True, slots=True)
class Features:
    """Per hop: level in dB, flatness of the spectrum, share of its strongest frequencies, the strongest in Hz, DTMF."""

    levels: NDArray[np.float64]
    flatness: NDArray[np.float64]
    shares: NDArray[np.float64]
    strongest: NDArray[np.float64]
    dtmf: NDArray[np.bool_]


def features(sound: Channel, *, sample_rate: int) -> Features:
    """Measure mono ``sound`` every 32 ms over 64 ms."""
    size, hop = FRAME_MS * sample_rate // 1000, HOP_MS * sample_rate // 1000
    count = max(1, -(-len(sound) // hop))
    shape = np.hanning(size).astype(np.float32)
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
    inside = np.asarray(frequencies[band], np.float64)
    levels, flatness, shares, strongest = (np.zeros(count) for _ in range(4))
    dtmf = np.zeros(count, np.bool_)
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
        shares[first:last] = np.sort(power, axis=1)[:, -8:].sum(axis=1) / power.sum(axis=1)
        strongest[first:last] = inside[power.argmax(axis=1)]
        dtmf[first:last] = _dialled(power, inside)
    return Features(levels, flatness, shares, strongest, dtmf)


def _dialled(power: NDArray[np.float64], frequencies: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each row of ``power`` is one low and one high tone of a keypad, and little else."""
    groups = []
    for group in (DTMF_LOW, DTMF_HIGH):
        near = np.stack([power[:, np.abs(frequencies - hertz) <= TONE_WIDTH].sum(axis=1) for hertz in group])
        groups.append(near.max(axis=0))
    low, high = groups
    twist = 10 ** (TWIST_DB / 10)
    whole = power.sum(axis=1)
    return np.asarray((low + high > 0.75 * whole) & (low < twist * high) & (high < twist * low))


def _widened(mask: NDArray[np.bool_], *, hops: int) -> NDArray[np.bool_]:
    return np.convolve(mask, np.ones(2 * hops + 1))[hops : hops + len(mask)] > 0.5


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
