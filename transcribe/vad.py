"""Where people speak: the silero model, run by ONNX without torch."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import N_, ModelError
from transcribe.samples import BLOCK, Channel, blocks
from transcribe.types import Span

#: Samples of one step of the model and of the past it wants in front, per rate.
STEPS = {16_000: (512, 64), 8_000: (256, 32)}


class Vad(Protocol):
    """Finds stretches of speech."""

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """Return the stretches of speech in mono ``samples`` (8 or 16 kHz), in order and apart from each other."""
        ...


class SpeechStream(Protocol):
    """Finds stretches of speech in one channel while its sound comes in."""

    @property
    def going(self) -> Span | None:
        """The stretch that goes on, as far as it was heard; nothing where it may yet prove too short."""
        ...

    def add(self, block: NDArray[np.float32]) -> list[Span]:
        """Take the next sound and return the stretches that ended, for good and in order."""
        ...

    def end(self) -> list[Span]:
        """Return what was still going on when the sound ended."""
        ...


class StreamingVad(Vad, Protocol):
    """Voice activity that also follows sound as it comes, with the same stretches as for the whole."""

    def stream(self, *, sample_rate: int) -> SpeechStream:
        """Begin a channel of sound at 8 or 16 kHz."""
        ...


class SileroVad:
    """Voice activity by silero-vad's own network; loaded once, used for many recordings.

    ``threshold`` is the probability from which speech begins (it ends 0.15 lower); speech shorter than
    ``min_speech_ms`` is dropped, pauses shorter than ``min_silence_ms`` are kept inside, and every stretch is
    widened by ``pad_ms`` on both sides.
    """

    def __init__(
        self, *, threshold: float = 0.5, min_speech_ms: int = 250, min_silence_ms: int = 200, pad_ms: int = 40
    ) -> None:
        import onnxruntime  # noqa: PLC0415 - a machine that only serves pages never loads it

        self.threshold = threshold
        self.min_speech_ms = min_speech_ms
        self.min_silence_ms = min_silence_ms
        self.pad_ms = pad_ms
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(model_path()), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """Return the stretches of speech in mono ``samples`` (8 or 16 kHz)."""
        probabilities = self.probabilities(samples, sample_rate=sample_rate)
        found = stretches(probabilities, activity=self.activity(sample_rate=sample_rate), length=len(samples))
        padded = _padded(found, pad=sample_rate * self.pad_ms // 1000, length=len(samples))
        return [Span(start * 1000 // sample_rate, -(-end * 1000 // sample_rate)) for start, end in padded]

    def probabilities(self, samples: Channel, *, sample_rate: int) -> NDArray[np.float32]:
        """Probability of speech for every step of 32 ms."""
        step, _past = STEPS[sample_rate]
        steps = _Steps(self._session, sample_rate=sample_rate)
        found = [steps.add(block) for block in blocks(samples, size=BLOCK // step * step)]
        return np.concatenate([np.zeros(0, np.float32), *found])

    def stream(self, *, sample_rate: int) -> "SileroStream":
        """Begin a channel whose sound comes bit by bit; pauses must be at least twice as long as what widens speech."""
        return SileroStream(self, _Steps(self._session, sample_rate=sample_rate), sample_rate=sample_rate)

    def activity(self, *, sample_rate: int) -> "Activity":
        """Return the rule that turns probabilities into stretches, at its beginning."""
        return Activity(
            step=STEPS[sample_rate][0],
            threshold=self.threshold,
            min_speech=sample_rate * self.min_speech_ms // 1000,
            min_silence=sample_rate * self.min_silence_ms // 1000,
        )


class _Steps:
    """The network over one channel, step after step; it remembers what it heard."""

    def __init__(self, session: Any, *, sample_rate: int) -> None:
        self._session = session
        self._step, past = STEPS[sample_rate]
        self._rate = np.array(sample_rate, np.int64)
        self._state = np.zeros((2, 1, 128), np.float32)
        self._before = np.zeros(past, np.float32)

    def add(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability of every step of ``block``; only the last block may end within a step."""
        step, past = self._step, len(self._before)
        padded = np.zeros(past + -(-len(block) // step) * step, np.float32)
        padded[:past], padded[past : past + len(block)] = self._before, block
        found = np.zeros((len(padded) - past) // step, np.float32)
        for index in range(len(found)):
            at = index * step
            out, self._state = self._session.run(
                None, {"input": padded[None, at : at + past + step], "state": self._state, "sr": self._rate}
            )
            found[index] = out[0, 0]
        self._before = padded[-past:]
        return found


class SileroStream:
    """Speech in one channel while it comes in: the stretches of ``SileroVad.speech``, each as soon as it is over."""

    def __init__(self, vad: SileroVad, steps: _Steps, *, sample_rate: int) -> None:
        self._steps, self._rate = steps, sample_rate
        self._step = STEPS[sample_rate][0]
        self._pad = sample_rate * vad.pad_ms // 1000
        self._activity = vad.activity(sample_rate=sample_rate)
        self._rest = np.zeros(0, np.float32)
        self._length = 0

    @property
    def going(self) -> Span | None:
        """The stretch that goes on, once it is long enough to be speech."""
        found = self._activity.going
        return self._span(found) if found else None

    def add(self, block: NDArray[np.float32]) -> list[Span]:
        """Take the next sound and return the stretches that ended."""
        self._length += len(block)
        rest = np.concatenate([self._rest, block])
        whole_steps = len(rest) // self._step * self._step
        self._rest = rest[whole_steps:]
        ended = [self._activity.add(probability) for probability in self._steps.add(rest[:whole_steps])]
        return [self._span(found) for found in ended if found]

    def end(self) -> list[Span]:
        """Return what was still going on when the sound ended."""
        ended = [self._activity.add(probability) for probability in self._steps.add(self._rest)]
        self._rest = self._rest[:0]
        return [self._span(found) for found in (*ended, self._activity.end(length=self._length)) if found]

    def _span(self, found: tuple[int, int]) -> Span:
        start, end = max(0, found[0] - self._pad), min(self._length, found[1] + self._pad)
        return Span(start * 1000 // self._rate, -(-end * 1000 // self._rate))


def model_path() -> Path:
    """Where the installed silero-vad package keeps its network; raises ``ModelError`` when it is not installed."""
    spec = find_spec("silero_vad")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "silero_vad.onnx"
        if path.is_file():
            return path
    raise ModelError(
        N_("The voice-activity model is not installed on this machine. Install Steekproef with its speech parts.")
    )


class Activity:
    """Turns probabilities per ``step`` samples into speech from ``threshold`` until it stays under it less 0.15.

    Lengths in samples. The rule is silero-vad's own, for speech of any length.
    """

    def __init__(self, *, step: int, threshold: float, min_speech: int, min_silence: int) -> None:
        self._step, self._threshold = step, threshold
        self._min_speech, self._min_silence = min_speech, min_silence
        self._start: int | None = None
        self._quiet: int | None = None
        self._here = 0

    @property
    def going(self) -> tuple[int, int] | None:
        """The stretch that goes on, once it is long enough to be speech."""
        if self._start is None:
            return None
        end = self._here if self._quiet is None else self._quiet
        return (self._start, end) if end - self._start > self._min_speech else None

    def add(self, probability: float) -> tuple[int, int] | None:
        """Take one step and return the stretch that it ended, if it did."""
        here, found = self._here, None
        self._here += self._step
        if probability >= self._threshold:
            self._quiet = None
            if self._start is None:
                self._start = here
        elif probability < max(self._threshold - 0.15, 0.01) and self._start is not None:
            self._quiet = here if self._quiet is None else self._quiet
            if here - self._quiet >= self._min_silence:
                found = self._long_enough(self._start, self._quiet)
                self._start = self._quiet = None
        return found

    def end(self, *, length: int) -> tuple[int, int] | None:
        """Return what goes on at the end of ``length`` samples."""
        start, self._start = self._start, None
        return None if start is None else self._long_enough(start, length)

    def _long_enough(self, start: int, end: int) -> tuple[int, int] | None:
        return (start, end) if end - start > self._min_speech else None


def stretches(probabilities: Iterable[float], *, activity: Activity, length: int) -> list[tuple[int, int]]:
    """Return the speech of a recording of ``length`` samples."""
    ended = [*(activity.add(probability) for probability in probabilities), activity.end(length=length)]
    return [found for found in ended if found]


def _padded(found: list[tuple[int, int]], *, pad: int, length: int) -> list[tuple[int, int]]:
    """Widen by ``pad`` samples; neighbours too near for that share what lies between them."""
    widened: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(found):
        before = start - found[index - 1][1] if index else None
        after = found[index + 1][0] - end if index + 1 < len(found) else None
        left = pad if before is None or before >= 2 * pad else before // 2
        right = pad if after is None or after >= 2 * pad else after // 2
        widened.append((max(0, start - left), min(length, end + right)))
    return widened
