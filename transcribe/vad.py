"""Where people speak: the silero model, run by ONNX without torch."""

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
        found = stretches(probabilities, step=STEPS[sample_rate][0], threshold=self.threshold,
                          min_speech=sample_rate * self.min_speech_ms // 1000,
                          min_silence=sample_rate * self.min_silence_ms // 1000, length=len(samples))  # fmt: skip
        padded = _padded(found, pad=sample_rate * self.pad_ms // 1000, length=len(samples))
        return [Span(start * 1000 // sample_rate, -(-end * 1000 // sample_rate)) for start, end in padded]

    def probabilities(self, samples: Channel, *, sample_rate: int) -> NDArray[np.float32]:
        """Probability of speech for every step of 32 ms."""
        step, past = STEPS[sample_rate]
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(sample_rate, np.int64)
        found = np.zeros(-(-len(samples) // step), np.float32)
        before = np.zeros(past, np.float32)
        index = 0
        for block in blocks(samples, size=BLOCK // step * step):
            padded = np.zeros(past + -(-len(block) // step) * step, np.float32)
            padded[:past], padded[past : past + len(block)] = before, block
            for at in range(0, len(padded) - past, step):
                out, state = self._session.run(
                    None, {"input": padded[None, at : at + past + step], "state": state, "sr": rate}
                )
                found[index] = out[0, 0]
                index += 1
            before = padded[-past:]
        return found


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


def stretches(
    probabilities: NDArray[np.float32], *, step: int, threshold: float, min_speech: int, min_silence: int, length: int
) -> list[tuple[int, int]]:
    """Turn probabilities per ``step`` samples into speech from ``threshold`` until it stays under it less 0.15.

    Lengths in samples. The rule is silero-vad's own, for speech of any length.
    """
    found: list[tuple[int, int]] = []
    start: int | None = None
    quiet: int | None = None
    for index, probability in enumerate(probabilities):
        here = index * step
        if probability >= threshold:
            quiet = None
            if start is None:
                start = here
        elif probability < max(threshold - 0.15, 0.01) and start is not None:
            quiet = here if quiet is None else quiet
            if here - quiet >= min_silence:
                if quiet - start > min_speech:
                    found.append((start, quiet))
                start = quiet = None
    if start is not None and length - start > min_speech:
        found.append((start, length))
    return found


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
