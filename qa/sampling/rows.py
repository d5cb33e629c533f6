"""The rows of a frame as they pass by, some at a time, so that no more of a large frame is held than that."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

#: One interaction of a frame: its stable key and stratum, and its weight where the draw gives unequal chances.
FrameRow = tuple[str, str] | tuple[str, str, int]
Row_co = TypeVar("Row_co", bound=FrameRow, covariant=True)
Whole = NDArray[np.int64]

#: How many rows are held together. Beyond a few hundred Python looks through them for garbage again and again, which then
#: takes longer than reading them.
AT_ONCE = 500


class Batch(NamedTuple):
    """Some interactions of a frame, equally many of each: stable keys, strata and weights."""

    keys: Sequence[str]
    #: Of each, where its stratum stands in ``met``: the strata met so far in this frame, which are only added to.
    places: Whole
    met: Sequence[str]
    #: None where each weighs 1.
    weights: Whole | None = None

    @property
    def strata(self) -> list[str]:
        """The stratum of each."""
        return [self.met[place] for place in self.places.tolist()]


@dataclass(frozen=True, slots=True)
class Batches(Generic[Row_co]):
    """A frame that comes some interactions at a time; who goes through it gets them one by one.

    It can be gone through once, in either way. Millions pass, and taking each by itself at every step costs more than
    what is done with it.
    """

    batches: Iterator[Batch]

    def __iter__(self) -> Iterator[Row_co]:
        """Give each interaction's stable key and stratum, and its weight where it has one."""
        for some in self.batches:
            rows: Iterable[FrameRow] = zip(some.keys, some.strata, strict=True)
            if some.weights is not None:
                rows = zip(some.keys, some.strata, some.weights.tolist(), strict=True)
            yield from cast("Iterable[Row_co]", rows)


#: Is told the interactions of a frame as they pass by: their tokens in UTF-8, in the order of the batch.
Note = Callable[[Sequence[bytes], Batch], None]


class Meeting:
    """Gives the strata of one frame their places as they are met."""

    def __init__(self) -> None:
        self.met: list[str] = []
        self._places: dict[str, int] = {}

    def places(self, strata: Sequence[str]) -> Whole:
        """Return where each of these stands among the strata met."""
        for stratum in set(strata).difference(self._places):
            self._places[stratum] = len(self.met)
            self.met.append(stratum)
        return np.fromiter(map(self._places.__getitem__, strata), dtype=np.int64, count=len(strata))


class Numbering:
    """Gives strata numbers that stay the same from one frame to the next, whichever of them meets a stratum first."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._met: Sequence[str] = ()
        self._own = np.zeros(0, dtype=np.int64)

    def of(self, some: Batch) -> Whole:
        """Return the number of each interaction's stratum."""
        if some.met is not self._met:
            self._met, self._own = some.met, np.zeros(0, dtype=np.int64)
        if len(self._own) < len(some.met):
            more = [self.numbers.setdefault(name, len(self.numbers)) for name in some.met[len(self._own) :]]
            self._own = np.append(self._own, np.array(more, dtype=np.int64))
        return self._own[some.places]


def in_batches(rows: Iterable[FrameRow]) -> Iterator[Batch]:
    """Give the rows some at a time; where any of them has a weight, the others of its batch weigh 1."""
    if isinstance(rows, Batches):
        yield from rows.batches
        return
    source, meeting = iter(rows), Meeting()
    while some := list(islice(source, AT_ONCE)):
        weights = [row[2] if len(row) == 3 else 1 for row in some] if any(len(row) == 3 for row in some) else None
        yield Batch(
            [row[0] for row in some],
            meeting.places([row[1] for row in some]),
            meeting.met,
            None if weights is None else np.array(weights, dtype=np.int64),
        )


def weighted(rows: Iterable[FrameRow]) -> Iterator[tuple[str, str, int]]:
    """Give every row a weight: its own, or 1."""
    for row in rows:
        yield row if len(row) == 3 else (*row, 1)
