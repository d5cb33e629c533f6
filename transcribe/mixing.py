"""Several recordings poured into one stream of sound on the conversation's clock, a second at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import AudioFacts, Limits, decoded_blocks, fitted, probe
from transcribe.parts import Part


@dataclass(frozen=True, slots=True)
class Source:
    """A part with what its file declares."""

    part: Part
    facts: AudioFacts


def sources(parts: Sequence[Part], *, limits: Limits) -> list[Source]:
    """Look at every part's file; raises ``AudioError`` as ``probe`` does."""
    return [Source(part, probe(part.path, limits=limits, name=part.name)) for part in parts]


def sides_of(found: Sequence[Source]) -> int:
    """Return how many channels the whole has: two as soon as one part tells the parties apart."""
    return 2 if any(one.part.side is not None or one.facts.channels == 2 for one in found) else 1


def mixed_blocks(
    found: Sequence[Source], *, sides: int, limits: Limits, sample_rate: int
) -> Iterator[NDArray[np.float32]]:
    """Yield the whole conversation in blocks of shape (``sides``, length): gaps are silent, overlaps added up.

    A part is opened when its time comes and closed at its end, so that no more is held than sounds at once.
    """
    waiting = sorted(found, key=lambda one: one.part.offset_ms or 0)
    sounding: list[_Tap] = []
    at = 0
    while waiting or sounding:
        end = at + sample_rate
        while waiting and _first(waiting[0], sample_rate) < end:
            sounding.append(_Tap(waiting.pop(0), sides=sides, limits=limits, sample_rate=sample_rate))
        block = np.zeros((sides, sample_rate), np.float32)
        reached = max((tap.pour(block, at=at) for tap in sounding), default=0)
        sounding = [tap for tap in sounding if not tap.empty]
        yield block if waiting or sounding else block[:, :reached]
        at = end


class _Tap:
    """One part that sounds: what it gives next, and where that belongs, in samples of the whole."""

    def __init__(self, source: Source, *, sides: int, limits: Limits, sample_rate: int) -> None:
        self._source, self._sides = source, sides
        self._blocks = decoded_blocks(source.part.path, limits=limits, name=source.part.name, sample_rate=sample_rate)
        self._left = np.zeros((sides, 0), np.float32)
        self._next = _first(source, sample_rate)
        self.empty = False

    def pour(self, block: NDArray[np.float32], *, at: int) -> int:
        """Add what belongs into a block that begins at sample ``at``; return how far into the block it reached."""
        reached = 0
        while self._next < at + block.shape[1]:
            if not self._left.shape[1] and not self._refill():
                self.empty = True
                break
            first = self._next - at
            count = min(self._left.shape[1], block.shape[1] - first)
            block[:, first : first + count] += self._left[:, :count]
            self._left = self._left[:, count:]
            self._next += count
            reached = first + count
        return reached

    def _refill(self) -> bool:
        for decoded in self._blocks:
            if decoded is not None and decoded.shape[1]:
                self._left = self._on_sides(decoded)
                return True
        return False

    def _on_sides(self, decoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay a block on the channels of the whole: a party's on its own, what belongs to both on both."""
        side = self._source.part.side
        if side is None and len(decoded) == self._sides:
            return decoded
        one = fitted(decoded, channels=1)
        if side is None:
            return fitted(one, channels=self._sides)
        laid = np.zeros((self._sides, decoded.shape[1]), np.float32)
        laid[side] = one[0]
        return laid


def _first(source: Source, sample_rate: int) -> int:
    return (source.part.offset_ms or 0) * sample_rate // 1000
