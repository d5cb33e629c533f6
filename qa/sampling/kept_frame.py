"""The frame of a draw in storage: written row by row while the draw is made, and read row by row."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.act import Act
from qa.errors import InvalidError, NotFoundError
from qa.i18n import _
from qa.sampling.models import Draw
from qa.sampling.order import FrameRow

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


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

    def through(self, rows: Iterable[FrameRow]) -> Iterator[FrameRow]:
        """Write every row while it passes by: its key, its stratum and, where it has one, its weight."""
        # What stands behind the key is the same for all of one stratum and weight.
        ends: dict[tuple[str, ...] | tuple[str, int], str] = {}
        write = self._file.write
        for row in rows:
            end = ends.get(row[1:])
            if end is None:
                end = ends[row[1:]] = f",{_json(row[1:])[1:]}\n"
            # A stable key is hexadecimal; only another one needs escaping.
            write(f'["{row[0]}"{end}' if row[0].isalnum() else f"[{_json(row[0])}{end}")
            yield row

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
            for line in file:
                yield _row(line)
    except (NotFoundError, TypeError, ValueError) as error:
        raise InvalidError(
            _("The list of interactions of this draw cannot be read, so the draw cannot be redone.")
        ) from error


def _row(line: bytes) -> FrameRow:
    match json.loads(line):
        case [str(key), str(stratum)]:
            return key, stratum
        case [str(key), str(stratum), int(weight)] if weight > 0:
            return key, stratum, weight
        case _:
            raise TypeError("A row of a frame is a key and a stratum, and a weight where chances differ.")
