"""Several recordings of one conversation as one sound on its clock, read piece by piece; nothing is copied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import Audio, Limits
from transcribe.errors import N_, AudioError, Sentence
from transcribe.layout import SILENT_DB, layout_of, loudest_db
from transcribe.parts import Part, in_order, outside
from transcribe.samples import Channel, MixedChannel
from transcribe.types import Layout, Span

#: Two files of one pair may differ this much in length: one side of a line is often closed a little later.
PAIR_MS, PAIR_SHARE = 1_000, 0.02
#: Overlaps shorter than this come from clocks, not from two calls at once.
OVERLAP_MS = 1_000

LAID_OVER = N_("The recordings {first} and {second} overlap by {seconds} seconds; there both are heard at once.")
UNEQUAL = N_("The recordings {first} and {second} belong together but differ by {seconds} seconds in length.")
SILENT = N_("Nothing is heard in the recording {name}.")
TOO_LONG = N_(
    "The recordings of this conversation reach over {length} minutes; at most {limit} are accepted. "
    "Check when each of them begins."
)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A part that was decoded, with how the parties lie in it."""

    part: Part
    audio: Audio
    layout: Layout

    @property
    def span(self) -> Span:
        """Where it lies on the conversation's clock."""
        start_ms = self.part.offset_ms or 0
        return Span(start_ms, start_ms + self.audio.duration_ms)

    @property
    def apart(self) -> bool:
        """Whether its parties lie in channels of their own."""
        return self.part.side is not None or self.layout in {Layout.STEREO, Layout.ONE_SILENT_CHANNEL}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Parts that are transcribed together, because the parties are told apart in the same way; as long as the whole."""

    audio: Audio
    layout: Layout


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """A whole conversation: its parts with their lengths in milliseconds, in one group or two.

    One group has channels of its own for the parties, the other has not.
    """

    parts: tuple[Part, ...]
    lengths: tuple[int, ...]
    groups: tuple[Group, ...]
    duration_ms: int
    unrecorded: tuple[Span, ...]
    warnings: tuple[Sentence, ...]


def placed(decoded: Sequence[tuple[Part, Audio]]) -> list[Placed]:
    """Put the decoded parts in their places, and look how the parties lie in each."""
    parts = in_order([(part, audio.duration_ms) for part, audio in decoded])
    return [Placed(part, audio, layout_of(audio.samples)) for part, (_part, audio) in zip(parts, decoded, strict=True)]


def join(parts: Sequence[Placed], *, limits: Limits | None = None) -> Joined:
    """Join the decoded parts, of one sample rate, at their places.

    Parts that overlap are added up. Raises ``AudioError`` when the whole is longer than the limits.
    """
    limits = limits or Limits()
    duration_ms = max(one.span.end_ms for one in parts)
    if duration_ms > limits.duration_ms and len(parts) > 1:
        raise AudioError(TOO_LONG, length=-(-duration_ms // 60_000), limit=limits.duration_ms // 60_000)
    unrecorded = outside([one.span for one in parts], duration_ms=duration_ms)
    told = tuple(one.part for one in parts), tuple(one.audio.duration_ms for one in parts)
    if len(parts) == 1 and parts[0].part.side is None and not parts[0].part.offset_ms:
        group = Group(parts[0].audio, parts[0].layout)
        return Joined(*told, (group,), duration_ms, unrecorded, parts[0].audio.warnings)
    kinds = [one for one in parts if one.apart], [one for one in parts if not one.apart]
    groups = [_group(together, duration_ms=duration_ms) for together in kinds if together]
    warnings = (*(warning for one in parts for warning in one.audio.warnings), *_warnings(parts))
    return Joined(*told, tuple(groups), duration_ms, unrecorded, warnings)


def _group(parts: Sequence[Placed], *, duration_ms: int) -> Group:
    rate = parts[0].audio.sample_rate
    length = max(_first(one) + len(one.audio.samples[0]) for one in parts)
    sides: list[list[tuple[int, Channel]]] = [[], []] if parts[0].apart else [[]]
    for one in parts:
        for side, channel in _channels(one):
            sides[side].append((_first(one), channel))
    samples = [JoinedChannel(pieces, length=length) for pieces in sides]
    gaps = outside([one.span for one in parts], duration_ms=duration_ms)
    audio = Audio(samples, rate, unrecorded=gaps)
    if not parts[0].apart:
        return Group(audio, Layout.MONO)
    layout = layout_of(samples)
    if layout is Layout.ONE_SILENT_CHANNEL and any(one.part.side is not None for one in parts):
        # One party's file is not there or silent; whose the other is was told.
        layout = Layout.STEREO
    return Group(audio, layout)


def _channels(one: Placed) -> Iterator[tuple[int, Channel]]:
    """Yield the sides of its group that a part fills, with what it fills them with."""
    samples = one.audio.samples
    if one.apart and one.part.side is None:
        yield from enumerate(samples)
    else:
        yield one.part.side or 0, samples[0] if len(samples) == 1 else MixedChannel(samples)


def _first(one: Placed) -> int:
    return one.span.start_ms * one.audio.sample_rate // 1000


def _warnings(parts: Sequence[Placed]) -> Iterator[Sentence]:
    for one in parts:
        if max(loudest_db(channel) for channel in one.audio.samples) < SILENT_DB:
            yield Sentence(SILENT, {"name": one.part.name})
    ordered = sorted(parts, key=lambda one: (one.span.start_ms, one.part.side or 0))
    for first, second in pairwise(ordered):
        sides = {first.part.side, second.part.side}
        names = {"first": first.part.name, "second": second.part.name}
        lengths = first.audio.duration_ms, second.audio.duration_ms
        if sides == {0, 1} and first.span.start_ms == second.span.start_ms:
            differ = abs(lengths[0] - lengths[1])
            if differ > max(PAIR_MS, PAIR_SHARE * max(lengths)):
                yield Sentence(UNEQUAL, {**names, "seconds": round(differ / 1000)})
            continue
        common = min(first.span.end_ms, second.span.end_ms) - second.span.start_ms
        if sides != {0, 1} and common > OVERLAP_MS:
            yield Sentence(LAID_OVER, {**names, "seconds": round(common / 1000)})


class JoinedChannel:
    """One channel of a conversation made of pieces at their places, in samples; between them it is silent."""

    def __init__(self, pieces: Sequence[tuple[int, Channel]], *, length: int) -> None:
        self._pieces, self._length = pieces, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        start, stop, _step = part.indices(self._length)
        sound = np.zeros(max(0, stop - start), np.float32)
        for first, channel in self._pieces:
            low, high = max(start, first), min(stop, first + len(channel))
            if low < high:
                sound[low - start : high - start] += channel[low - first : high - first]
        return sound
