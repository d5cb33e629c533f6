"""Sound that comes in bit by bit: brought to one rate, its last stretch kept, crosstalk kept out as far as is known."""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from transcribe.audio import SPEECH_RATE
from transcribe.gate import HEARD_DB, LATEST_S, NO_LEAK_DB, correlated, dominance, stronger_db
from transcribe.layout import SAME_SIGNAL, SILENT_DB, Likeness

Samples = NDArray[np.float32]

#: Everything is decided beat by beat, however the sound was cut when it came: eight hops of the gate, five of the VAD.
BEAT, HOP = 2_560, 320
#: What the gate must know around a beat: half of its window of 100 ms on either side.
AROUND = 640
#: Seconds of sound after which no leak means that there is none; until then the gate works as if there were one.
SURE_S = 5
#: A leak is looked for in every second of the sound, at half of its rate.
LEAK_BLOCK, LEAK_STEP = SPEECH_RATE, 2


class StreamResampler:
    """Brings sound that comes in chunks to 16 kHz, as decoding a file of it does."""

    def __init__(self, channels: int, *, sample_rate: int) -> None:
        self._rate = sample_rate
        self._layout = {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")
        self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=SPEECH_RATE)
        self._begun = False

    def add(self, chunk: Samples) -> Iterator[Samples]:
        """Yield what ``chunk``, of shape (channels, length), completes."""
        if not chunk.shape[1]:
            return
        self._begun = True
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(chunk, np.float32), format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        for out in self._resampler.resample(frame):
            yield np.asarray(out.to_ndarray(), np.float32)

    def end(self) -> Iterator[Samples]:
        """Yield what was held back for the next chunk."""
        for out in self._resampler.resample(None) if self._begun else ():
            yield np.asarray(out.to_ndarray(), np.float32)


class Recent:
    """The last stretch of one channel, read by its place in the whole; what is older is gone."""

    def __init__(self, *, seconds: int) -> None:
        self._most = seconds * SPEECH_RATE
        self._kept = np.zeros(0, np.float32)
        self._first = 0

    def __len__(self) -> int:
        return self._first + len(self._kept)

    def __getitem__(self, part: slice, /) -> Samples:
        start, stop, _step = part.indices(len(self))
        return self._kept[max(0, start - self._first) : max(0, stop - self._first)]

    def add(self, block: Samples) -> None:
        """Append sound; a quarter more than is asked for may stay, so that not every block moves everything."""
        self._kept = np.concatenate([self._kept, block])
        if len(self._kept) > self._most * 5 // 4:
            self._first += len(self._kept) - self._most
            self._kept = self._kept[-self._most :].copy()


class LeakMeter:
    """How strongly one of two channels is heard in the other, on what came in so far: see ``gate.leak_db``."""

    def __init__(self) -> None:
        self.leak_db = NO_LEAK_DB
        self._late = round(LATEST_S * SPEECH_RATE / LEAK_STEP)
        self._correlations = np.zeros((2, self._late))
        self._energies = np.zeros(2)
        self._heard_s = self._at = 0

    @property
    def gates(self) -> bool:
        """Whether the quieter channel is to be muted: one leaks, or too little was heard to know."""
        return self.leak_db >= HEARD_DB or self._heard_s < SURE_S

    @property
    def leaks(self) -> bool:
        """Whether one channel can be heard in the other."""
        return self.leak_db >= HEARD_DB

    def follow(self, channels: tuple[Recent, Recent]) -> None:
        """Take every whole second that is new in ``channels`` and has half a second after it."""
        while self._at + LEAK_BLOCK + self._late * LEAK_STEP <= len(channels[0]):
            end = self._at + LEAK_BLOCK
            after = [
                channel[self._at : end + self._late * LEAK_STEP][::LEAK_STEP].astype(np.float64) for channel in channels
            ]
            here = [sound[: LEAK_BLOCK // LEAK_STEP] for sound in after]
            for source in (0, 1):
                self._correlations[source] += correlated(here[source], after[1 - source], late=self._late)
                self._energies[source] += np.dot(here[source], here[source])
            loudest_db = 10 * np.log10(max(np.square(sound).mean() for sound in here) + 1e-12)
            self._heard_s += bool(loudest_db > SILENT_DB)
            self._at = end
            self.leak_db = stronger_db(list(zip(self._correlations, self._energies.tolist(), strict=True)))


class StereoSound:
    """Two channels as they come: the quieter one is muted where the other leaks into it, equal ones become one."""

    def __init__(self) -> None:
        #: Both channels as they came, for half a minute.
        self.recent = (Recent(seconds=30), Recent(seconds=30))
        self.meter = LeakMeter()
        self._likeness = Likeness()
        #: Sound that is still needed, from ``_held_from`` on; it was given away up to ``_done``.
        self._held = np.zeros((2, 0), np.float32)
        self._held_from = self._done = 0

    def add(self, beat: Samples) -> Samples:
        """Take the next beat, of shape (2, length), and return what lies up to 40 ms before its end."""
        for recent, channel in zip(self.recent, beat, strict=True):
            recent.add(channel)
        self._likeness.add(beat[0], beat[1])
        self.meter.follow(self.recent)
        self._held = np.concatenate([self._held, beat], axis=1)
        return self._given(len(self.recent[0]) - AROUND)

    def end(self) -> Samples:
        """Return what was held back for the gate."""
        return self._given(len(self.recent[0]))

    def _given(self, until: int) -> Samples:
        start, stop = self._done - self._held_from, until - self._held_from
        ready = self._held[:, start:stop]
        if self._likeness.value > SAME_SIGNAL:
            ready = np.stack([ready.mean(axis=0), np.zeros_like(ready[0])])
        elif self.meter.gates and ready.size:
            kept = np.repeat(dominance(self._held, sample_rate=SPEECH_RATE), HOP, axis=1)
            ready = np.where(kept[:, start:stop], ready, np.float32(0.0))
        drop = max(0, until - AROUND) - self._held_from
        self._held, self._held_from, self._done = self._held[:, drop:], self._held_from + drop, until
        return ready


class MixedSound:
    """Any other number of channels as they come: all of them as one."""

    def add(self, beat: Samples) -> Samples:
        """Return the mean of ``beat``, of shape (1, length)."""
        return np.asarray(beat.mean(axis=0, keepdims=True), np.float32)

    def end(self) -> Samples:
        """Return nothing: nothing is held back."""
        return np.zeros((1, 0), np.float32)
