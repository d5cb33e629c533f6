"""The rows of a frame as they pass by, some at a time, so that no more of a large frame is held than that."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

#: One interaction of a frame: its stable key and stratum, and its weight where the draw gives unequal chances.
FrameRow = tuple[str, str] | tuple[str, str, int]

#: How many rows are held together. Beyond a few hundred Python looks through them for garbage again and again, which then
#: takes longer than reading them.
AT_ONCE = 500


class Batch(NamedTuple):
    """Some interactions of a frame, equally many of each: stable keys, strata, and weights, which are 1 unless given."""

    keys: Sequence[str]
    strata: Sequence[str]
    weights: Sequence[int]


@dataclass(frozen=True, slots=True)
class Batches:
    """A frame of equal chances that comes some interactions at a time; who goes through it gets them one by one.

    It can be gone through once, in either way. Millions pass, and taking each by itself at every step costs more than
    what is done with it.
    """

    batches: Iterator[Batch]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Give each interaction's stable key and stratum."""
        for some in self.batches:
            yield from zip(some.keys, some.strata, strict=True)


#: The weights of as many interactions as come at a time where chances are equal.
_ONES = (1,) * AT_ONCE


def unweighted(keys: Sequence[str], strata: Sequence[str]) -> Batch:
    """Put some interactions of equal chances together; at most ``AT_ONCE``."""
    return Batch(keys, strata, _ONES[: len(keys)])


#: Is told the interactions of a frame as they pass by: their tokens in UTF-8, in the order of the batch.
Note = Callable[[Sequence[bytes], Batch], None]


def in_batches(rows: Iterable[FrameRow]) -> Iterator[Batch]:
    """Give the rows some at a time, each with a weight: its own, or 1."""
    if isinstance(rows, Batches):
        yield from rows.batches
        return
    source = iter(rows)
    while some := list(islice(source, AT_ONCE)):
        yield Batch(
            [row[0] for row in some], [row[1] for row in some], [row[2] if len(row) == 3 else 1 for row in some]
        )


def weighted(rows: Iterable[FrameRow]) -> Iterator[tuple[str, str, int]]:
    """Give every row a weight: its own, or 1."""
    for some in in_batches(rows):
        yield from zip(*some, strict=True)
