"""The frame of a draw in storage: written row by row while the draw is made, and read row by row."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from qa.act import Act
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.sampling.models import Draw
from qa.sampling.rows import AT_ONCE, Batch, Batches, FrameRow

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

    def through(self, rows: Iterable[FrameRow]) -> Iterable[FrameRow]:
        """Write every row while it passes by: its key, its stratum and, where it has one, its weight."""
        return Batches(self._batches(rows.batches)) if isinstance(rows, Batches) else self._one_by_one(rows)

    def _batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        # What stands behind the key is the same for all of one stratum.
        ends: dict[str, str] = {}
        for some in batches:
            for stratum in set(some.strata).difference(ends):
                ends[stratum] = f",{_json(stratum)}]\n"
            pairs = zip(some.keys, some.strata, strict=True)
            self._file.write("".join([f"[{_text(key)}{ends[stratum]}" for key, stratum in pairs]))
            yield some

    def _one_by_one(self, rows: Iterable[FrameRow]) -> Iterator[FrameRow]:
        # The same for all of one stratum and weight.
        ends: dict[tuple[str, ...] | tuple[str, int], str] = {}
        source = iter(rows)
        while some := list(islice(source, AT_ONCE)):
            for end in {row[1:] for row in some}:
                if end not in ends:
                    ends[end] = f",{_json(end)[1:]}\n"
            self._file.write("".join([f"[{_text(row[0])}{ends[row[1:]]}" for row in some]))
            yield from some

    def read(self) -> Iterator[FrameRow]:
        """Yield the rows that were written, as often as is asked."""
        self._file.flush()
        with Path(self._file.name).open("rb") as file:
            yield from _rows(file)

    def store(self, act: Act, draw: Draw, *, digest: str) -> str:
        """Keep what was written in storage; return its key there.

        The name holds the digest, so that a draw that is rolled back and made again never meets another's frame.
        """
        self._file.flush()
        key = f"draws/{draw.id}/{digest}.jsonl"
        act.blobs.put_file(key, Path(self._file.name))
        return key


def read_frame(act: Act, draw: Draw) -> Iterator[FrameRow]:
    """Yield the rows of a frame as it was kept.

    Raises:
        InvalidError: when the file is no longer there or cannot be read.

    """
    try:
        with act.blobs.open(draw.frame_key or "") as file:
            yield from _rows(file)
    except (NotFoundError, TypeError, ValueError) as error:
        raise InvalidError(
            _("The list of interactions of this draw cannot be read, so the draw cannot be redone.")
        ) from error


def _rows(file: IO[bytes]) -> Iterator[FrameRow]:
    while lines := list(islice(file, AT_ONCE)):
        for row in json.loads(b"[%b]" % b",".join(lines)):
            yield _row(row)


def _row(read: object) -> FrameRow:
    if isinstance(read, list) and 2 <= len(read) <= 3 and isinstance(read[0], str) and isinstance(read[1], str):
        if len(read) == 2:
            return read[0], read[1]
        if isinstance(read[2], int) and read[2] > 0:
            return read[0], read[1], read[2]
    raise TypeError("A row of a frame is a key and a stratum, and a weight where chances differ.")
