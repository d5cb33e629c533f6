"""Speakers of a mono recording by an ONNX speaker embedding and clustering: no account, no torch.

Any network of the WeSpeaker form will do: input (batch, frames, 80), the filter bank; output (batch, dimension).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.clustering import grouped
from transcribe.diariser import MAX_SPEAKERS
from transcribe.errors import N_, ModelError
from transcribe.filterbank import MEL_BINS, SAMPLE_RATE, filterbank
from transcribe.types import Progress, Report, Span, SpeakerSpan, silent

#: What is looked for in the folder of models.
EMBEDDING_FILE = "speaker-embedding.onnx"
POINTER = b"version https://git-lfs"
#: Stretches that are embedded: long enough to hold a voice, near enough to each other to find where it changes.
WINDOW_MS, HOP_MS, SHORTEST_MS = 1_500, 500, 500
#: Average cosine distance from which two groups are two speakers.
DISTANCE = 0.7


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of speech: ``heard`` goes to the network, ``own`` gets the speaker it finds."""

    heard: Span
    own: Span


class OnnxDiariser:
    """Tells speakers apart by the embeddings of stretches of speech; loaded once."""

    def __init__(self, path: Path, *, threads: int | None = None, distance: float = DISTANCE) -> None:
        """Open the network at ``path``. Raises ``ModelError`` that says what is wrong with the file."""
        self._session = _opened(path, threads=threads)
        self._distance = distance
        self._input = self._session.get_inputs()[0].name
        self._name = f"onnx:{path.stem}"

    @property
    def name(self) -> str:
        """The name stored with a transcript and shown to its reader."""
        return self._name

    def diarise(
        self,
        samples: NDArray[np.float32],
        *,
        speech: Sequence[Span] | None = None,
        max_speakers: int = MAX_SPEAKERS,
        report: Report = silent,
    ) -> list[SpeakerSpan]:
        """Return the turns in mono 16 kHz ``samples``, one speaker at a time; see ``Diariser``."""
        length_ms = len(samples) * 1000 // SAMPLE_RATE
        stretches = cut_up([Span(0, length_ms)] if speech is None else speech, length_ms=length_ms)
        if not stretches:
            return []
        embeddings = []
        for number, stretch in enumerate(stretches):
            report(Progress("speakers", min(99, 100 * number // len(stretches)), 100))
            embeddings.append(self._embedding(samples, stretch.heard))
        labels = grouped(np.stack(embeddings), distance=self._distance, max_groups=max_speakers)
        report(Progress("speakers", 100, 100))
        return turns_of(stretches, labels)

    def _embedding(self, samples: NDArray[np.float32], span: Span) -> NDArray[np.float32]:
        sound = samples[span.start_ms * SAMPLE_RATE // 1000 : span.end_ms * SAMPLE_RATE // 1000]
        try:
            (found, *_rest) = self._session.run(None, {self._input: filterbank(sound)[None]})
        except Exception as error:
            # onnxruntime has no public base class for what its networks raise.
            raise ModelError(
                N_("The speaker model {model} failed on this recording ({reason})."),
                model=self._name,
                reason=type(error).__name__,
            ) from error
        return np.asarray(found[0], dtype=np.float32)


def find_embedding(models: Path | None) -> Path | None:
    """Where an ONNX speaker embedding lies in the folder of models, if one does."""
    path = models / EMBEDDING_FILE if models is not None else None
    return path if path is not None and path.is_file() else None


def cut_up(speech: Sequence[Span], *, length_ms: int) -> list[Stretch]:
    """Cut ``speech`` into stretches of 1.5 s every half second; shorter speech is one stretch, of half a second or more.

    Together the stretches' own parts cover the speech exactly once.
    """
    found: list[Stretch] = []
    for span in speech:
        start_ms, end_ms = max(0, span.start_ms), min(span.end_ms, length_ms)
        if end_ms <= start_ms:
            continue
        count = max(1, 1 + -(-(end_ms - start_ms - WINDOW_MS) // HOP_MS))
        # A stretch owns the speech up to half-way between its middle and the next one's.
        between = [start_ms + HOP_MS * index + (WINDOW_MS + HOP_MS) // 2 for index in range(count - 1)]
        for index, (first, last) in enumerate(pairwise([start_ms, *between, end_ms])):
            begin = max(start_ms, min(start_ms + HOP_MS * index, end_ms - WINDOW_MS))
            heard = _heard(begin, min(begin + WINDOW_MS, end_ms), length_ms=length_ms)
            found.append(Stretch(heard, Span(first, last)))
    return found


def turns_of(stretches: Sequence[Stretch], labels: NDArray[np.int64]) -> list[SpeakerSpan]:
    """Join neighbouring stretches of one speaker into turns."""
    turns: list[SpeakerSpan] = []
    for stretch, label in zip(stretches, labels.tolist(), strict=True):
        speaker = f"SPEAKER_{label:02d}"
        if turns and turns[-1].speaker == speaker and turns[-1].end_ms == stretch.own.start_ms:
            turns[-1] = SpeakerSpan(turns[-1].start_ms, stretch.own.end_ms, speaker)
        else:
            turns.append(SpeakerSpan(stretch.own.start_ms, stretch.own.end_ms, speaker))
    return turns


def _heard(start_ms: int, end_ms: int, *, length_ms: int) -> Span:
    """Widen a short stretch on both sides, as far as the recording goes."""
    more = max(0, SHORTEST_MS - (end_ms - start_ms))
    return Span(max(0, start_ms - more // 2), min(length_ms, end_ms + more - more // 2))


def _opened(path: Path, *, threads: int | None) -> Any:
    import onnxruntime  # noqa: PLC0415 - a machine that only serves pages never loads it

    if not path.is_file():
        raise ModelError(N_("The speaker model's file {file} does not exist."), file=str(path))
    with path.open("rb") as file:
        if file.read(len(POINTER)) == POINTER:
            raise ModelError(
                N_("The file {file} is only a git-lfs pointer, not the model itself. Run `git lfs pull` there."),
                file=str(path),
            )
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = threads or 1
    try:
        session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime has no public base class for what it raises on a foreign file.
        raise ModelError(
            N_("The speaker model {model} could not be read ({reason}). Download it again."),
            model=str(path),
            reason=type(error).__name__,
        ) from error
    shapes = [given.shape for given in session.get_inputs()]
    if len(shapes) != 1 or len(shapes[0]) != 3 or shapes[0][2] != MEL_BINS:
        raise ModelError(
            N_("The file {file} is no speaker embedding that takes a filter bank of {n} bins."),
            file=str(path),
            n=MEL_BINS,
        )
    return session
