"""The frame of a draw in storage: written row by row while the draw is made, and read row by row."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from qa.act import Act
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.sampling.models import Draw
from qa.sampling.rows import AT_ONCE, Batch, Batches, FrameRow, Meeting, Row_co, Whole, in_batches

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
#: The same for a text, without what it takes to find out that it is one.
_text = json.encoder.encode_basestring


class FrameFile:
    """A frame on its way to storage; what was not stored when the draw failed leaves nothing behind."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl")  # noqa: SIM115 - see __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def through(self, rows: Iterable[Row_co]) -> Batches[Row_co]:
        """Write every row while it passes by: its key, its stratum and, where it has one, its weight."""
        return Batches(self._written(in_batches(rows)))

    def _written(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        met: Sequence[str] = ()
        # What stands behind the key, by stratum.
        ends: list[str] = []
        for some in batches:
            if some.met is not met:
                met, ends = some.met, []
            ends += [f",{_json(stratum)}" for stratum in met[len(ends) :]]
            starts = _quoted(some.keys)
            of_each = zip(starts, map(ends.__getitem__, some.places.tolist()), strict=True)
            if some.weights is None:
                lines = [f"[{start}{end}]\n" for start, end in of_each]
            else:
                of_all = zip(of_each, some.weights.tolist(), strict=True)
                lines = [f"[{start}{end},{weight}]\n" for (start, end), weight in of_all]
            self._file.write("".join(lines))
            yield some

    def read(self) -> Batches[FrameRow]:
        """Give the rows that were written, as often as is asked."""
        self._file.flush()
        return Batches(self._again())

    def _again(self) -> Iterator[Batch]:
        with Path(self._file.name).open("rb") as file:
            yield from _batches(file)

    def store(self, act: Act, draw: Draw, *, digest: str) -> str:
        """Keep what was written in storage; return its key there.

        The name holds the digest, so that a draw that is rolled back and made again never meets another's frame.
        """
        self._file.flush()
        key = f"draws/{draw.id}/{digest}.jsonl"
        act.blobs.put_file(key, Path(self._file.name))
        return key


def _quoted(keys: Sequence[str]) -> Iterable[str]:
    """Write keys as JSON writes texts; most are of signs that stand for themselves."""
    together = "".join(keys)
    if len(_text(together)) == len(together) + 2:
        return [f'"{key}"' for key in keys]
    return map(_text, keys)


def read_frame(act: Act, draw: Draw) -> Batches[FrameRow]:
    """Give the rows of a frame as it was kept.

    Raises:
        InvalidError: while they are read, when the file is no longer there or cannot be read.

    """
    return Batches(_kept(act, draw))


def _kept(act: Act, draw: Draw) -> Iterator[Batch]:
    try:
        with act.blobs.open(draw.frame_key or "") as file:
            yield from _batches(file)
    except (NotFoundError, OverflowError, TypeError, ValueError) as error:
        raise InvalidError(
            _("The list of interactions of this draw cannot be read, so the draw cannot be redone.")
        ) from error


def _batches(file: IO[bytes]) -> Iterator[Batch]:
    meeting = Meeting()
    while lines := list(islice(file, AT_ONCE)):
        rows = json.loads(b"[%b]" % b",".join(lines))
        widths = set(map(len, rows))
        if set(map(type, rows)) != {list} or not widths <= {2, 3}:
            raise TypeError(_MEANT)
        keys, strata = [row[0] for row in rows], [row[1] for row in rows]
        if {*map(type, keys), *map(type, strata)} != {str}:
            raise TypeError(_MEANT)
        yield Batch(keys, meeting.places(strata), meeting.met, _weights(rows) if 3 in widths else None)


_MEANT = "A row of a frame is a key and a stratum, and a whole weight above 0 where chances differ."


def _weights(rows: Sequence[Sequence[object]]) -> Whole:
    weights = [row[2] if len(row) == 3 else 1 for row in rows]
    if not all(isinstance(weight, int) and weight > 0 for weight in weights):
        raise TypeError(_MEANT)
    return np.array(weights, dtype=np.int64)
