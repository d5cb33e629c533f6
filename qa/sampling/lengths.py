"""The lengths that a draw by minutes of review went by: kept beside its frame, with a digest in the record."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from qa.act import Act
from qa.errors import InvalidError, NotFoundError
from qa.i18n import Text, _
from qa.sampling.commitment import canonical_json
from qa.sampling.digesting import FrameDigest
from qa.sampling.frame import Unit
from qa.sampling.models import Draw
from qa.sampling.order import names
from qa.sampling.record import Check, DrawRecord, Finding
from qa.sampling.rows import AT_ONCE, Batch, FrameRow
from qa.sampling.strata import whole_of

#: What is digested of a length: the token, which is hexadecimal, and milliseconds of review, as canonical JSON.
_LINE = b'["%b",%d]'
#: They are digested together, whatever their strata.
_ONE_STRATUM = ("",)


class LengthsFile:
    """Milliseconds of review of every interaction of a frame, on their way to storage."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile("wb", suffix=".jsonl")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def through(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """Write (stable key, milliseconds of review) of every interaction while it passes by."""
        source = iter(units)
        while some := list(islice(source, AT_ONCE)):
            self._file.write(b"".join([canonical_json((unit.key, unit.review_ms)) + b"\n" for unit in some]))
            yield from some

    def digest(self, *, salt: bytes) -> str:
        """SHA-256 of (token, milliseconds of review) of all that passed: lines of canonical JSON, sorted by token."""
        self._file.flush()
        with Path(self._file.name).open("rb") as file:
            return _digest(_read(file), salt=salt)

    def store(self, act: Act, draw: Draw) -> None:
        """Keep what was written in storage."""
        self._file.flush()
        act.blobs.put_file(_key(draw), Path(self._file.name))


def check_lengths(act: Act, draw: Draw, record: DrawRecord, rows: Iterable[FrameRow]) -> list[Finding]:
    """Hold the kept lengths against the digest and the sums in the record; nothing where the draw did not go by them.

    They stand in the order of the frame.
    """
    told = record.plan.get("allocation")
    if not isinstance(told, dict) or "lengths_digest" not in told:
        return []
    sums: dict[str, int] = {}
    try:
        with act.blobs.open(_key(draw)) as file:
            agrees = _digest(_beside(_read(file), rows, sums), salt=record.salt or b"") == told["lengths_digest"]
        agrees = agrees and sums == {name: of["review_ms"] for name, of in told["strata"].items()}
    except (InvalidError, NotFoundError, KeyError, OverflowError, TypeError, ValueError):
        return [_finding(_("The lengths by which the minutes were divided cannot be read."), agrees=False)]
    if agrees:
        return [_finding(_("The lengths are those by which the minutes were divided."), agrees=True)]
    return [_finding(_("The lengths are not those by which the minutes were divided."), agrees=False)]


def _read(file: IO[bytes]) -> Iterator[tuple[str, int]]:
    while lines := list(islice(file, AT_ONCE)):
        for key, review_ms in json.loads(b"[%b]" % b",".join(lines)):
            yield str(key), int(review_ms)


def _digest(lengths: Iterable[tuple[str, int]], *, salt: bytes) -> str:
    name, source = names(salt), iter(lengths)
    with FrameDigest(line=_LINE) as digest:
        while some := list(islice(source, AT_ONCE)):
            keys = [key for key, _review_ms in some]
            lengths_ms = np.array([review_ms for _key, review_ms in some], dtype=np.int64)
            digest.note([name(key) for key in keys], Batch(keys, np.zeros_like(lengths_ms), _ONE_STRATUM, lengths_ms))
        return "".join(found for _stratum, _number, found in digest.strata())


def _beside(
    lengths: Iterable[tuple[str, int]], rows: Iterable[FrameRow], sums: dict[str, int]
) -> Iterator[tuple[str, int]]:
    """Add up the lengths by stratum while they pass by, each with the row of the same interaction."""
    for (key, review_ms), row in zip(lengths, rows, strict=True):
        if key != row[0]:
            raise ValueError("The lengths do not stand in the order of the frame.")
        stratum = whole_of(row[1])
        sums[stratum] = sums.get(stratum, 0) + review_ms
        yield key, review_ms


def _key(draw: Draw) -> str:
    return f"draws/{draw.id}/{draw.frame_digest}.lengths.jsonl"


def _finding(sentence: Text, *, agrees: bool) -> Finding:
    return Finding(Check.ALLOCATION, agrees=agrees, sentence=sentence)
