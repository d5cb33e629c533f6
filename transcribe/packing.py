"""Speech packed into windows for a recogniser, and times mapped back to the recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from transcribe.samples import Channel
from transcribe.types import Span

#: Every window costs a whole encoder pass of 30 s however little speech it holds; 2 s are left for the model to end.
LIMIT_MS = 28_000
#: Silence in front of every stretch, so that sentences stay apart.
GAP_MS = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the recording and where it begins in its window."""

    at_ms: int
    source: Span

    @property
    def end_ms(self) -> int:
        """Where the stretch ends in its window."""
        return self.at_ms + self.source.end_ms - self.source.start_ms


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of speech that are recognised together."""

    pieces: tuple[Piece, ...]

    @property
    def duration_ms(self) -> int:
        """Length with its gaps."""
        return self.pieces[-1].end_ms

    def piece_at(self, span: Span) -> Piece:
        """The piece that ``span`` of the window lies in most, or else the nearest."""
        return min(self.pieces, key=lambda piece: (-_shared(piece, span), _apart(piece, span)))

    def source(self, span: Span) -> Span:
        """Map ``span`` of the window to the recording, cut to the piece it lies in."""
        piece = self.piece_at(span)
        shift = piece.source.start_ms - piece.at_ms
        start = min(max(span.start_ms, piece.at_ms), piece.end_ms)
        return Span(start + shift, min(max(span.end_ms, start), piece.end_ms) + shift)

    def distance_ms(self, span: Span) -> int:
        """How far ``span`` of the window lies from any speech; 0 when it touches some."""
        return min(_apart(piece, span) for piece in self.pieces)


def _shared(piece: Piece, span: Span) -> int:
    return max(0, min(piece.end_ms, span.end_ms) - max(piece.at_ms, span.start_ms))


def _apart(piece: Piece, span: Span) -> int:
    return max(0, piece.at_ms - span.end_ms, span.start_ms - piece.end_ms)


def pack(spans: Sequence[Span], *, limit_ms: int = LIMIT_MS, gap_ms: int = GAP_MS) -> list[Window]:
    """Pack stretches of speech, in order, into windows of at most ``limit_ms``, each after ``gap_ms`` of silence.

    A stretch that does not fit in any window is cut into equal parts.
    """
    windows: list[Window] = []
    pieces: list[Piece] = []
    end = 0
    for span in spans:
        for part in _parts(span, longest_ms=limit_ms - gap_ms):
            length = part.end_ms - part.start_ms
            if pieces and end + gap_ms + length > limit_ms:
                windows.append(Window(tuple(pieces)))
                pieces, end = [], 0
            pieces.append(Piece(end + gap_ms, part))
            end += gap_ms + length
    if pieces:
        windows.append(Window(tuple(pieces)))
    return windows


def _parts(span: Span, *, longest_ms: int) -> list[Span]:
    length = span.end_ms - span.start_ms
    count = max(1, -(-length // longest_ms))
    edges = [span.start_ms + length * index // count for index in range(count + 1)]
    return [Span(start, end) for start, end in pairwise(edges) if end > start]


def cut(samples: Channel, window: Window, *, sample_rate: int) -> NDArray[np.float32]:
    """Return the sound of ``window`` from mono ``samples``, with digital silence in the gaps."""
    out = np.zeros(window.duration_ms * sample_rate // 1000, np.float32)
    for piece in window.pieces:
        sound = samples[piece.source.start_ms * sample_rate // 1000 : piece.source.end_ms * sample_rate // 1000]
        at = piece.at_ms * sample_rate // 1000
        sound = sound[: len(out) - at]
        out[at : at + len(sound)] = sound
    return out


class Cuts(Sequence[NDArray[np.float32]]):
    """The sounds of many windows, each cut from its channel only when it is asked for."""

    def __init__(self, sound: Sequence[Channel], windows: Sequence[tuple[int, Window]], *, sample_rate: int) -> None:
        self._sound, self._windows, self._sample_rate = sound, windows, sample_rate

    def __len__(self) -> int:
        return len(self._windows)

    @overload
    def __getitem__(self, index: int) -> NDArray[np.float32]: ...
    @overload
    def __getitem__(self, index: slice) -> "Cuts": ...
    def __getitem__(self, index: int | slice) -> "NDArray[np.float32] | Cuts":
        if isinstance(index, slice):
            return Cuts(self._sound, self._windows[index], sample_rate=self._sample_rate)
        channel, window = self._windows[index]
        return cut(self._sound[channel], window, sample_rate=self._sample_rate)


def split_at_quiet(
    spans: Sequence[Span], samples: Channel, *, sample_rate: int, longest_ms: int = LIMIT_MS - GAP_MS
) -> list[Span]:
    """Cut stretches longer than ``longest_ms`` at the quietest tenth of a second of their last third."""
    out: list[Span] = []
    for span in spans:
        rest = span
        while rest.end_ms - rest.start_ms > longest_ms:
            low, high = rest.start_ms + longest_ms * 2 // 3, rest.start_ms + longest_ms
            edges = range(low, high, 100)
            power = [
                float(np.square(samples[edge * sample_rate // 1000 : (edge + 100) * sample_rate // 1000]).sum())
                for edge in edges
            ]
            middle = edges[int(np.argmin(power))] + 50
            out.append(Span(rest.start_ms, middle))
            rest = Span(middle, rest.end_ms)
        out.append(rest)
    return out
