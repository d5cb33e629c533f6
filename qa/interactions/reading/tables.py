"""CSV files as rows by header, with the line each row begins on: delimiter and encoding are found, not asked."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.reading.decoding import decode, encoding_of
from qa.interactions.reading.values import Problem

DELIMITERS = (",", ";", "\t", "|")

_SAMPLE_ROWS = 20
#: Characters of a file from which the delimiter is found.
_SAMPLE_TEXT = 1 << 18


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by header, the line (from 1) it begins on, and what is wrong with it, if anything."""

    line: int
    cells: Mapping[str, str]
    fault: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: headers as written, made different where two are alike."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class LongTable:
    """A CSV file of any size: its rows are read anew, one by one, each time they are asked for."""

    path: Path
    #: The headers, with the first rows to look at.
    first: Table
    _errors: str
    _first_line: int

    def rows(self) -> Iterator[Row]:
        """Yield the rows; one with damaged characters has that as its fault."""
        with self.path.open(encoding=self.first.encoding, errors=self._errors, newline="") as text:
            for _line in range(1, self._first_line):
                next(text)
            records = _records(text, delimiter=self.first.delimiter, first_line=self._first_line)
            next(records)
            for line, cells, fault in records:
                damaged = any("\ufffd" in cell for cell in cells)
                yield _row(line, cells, headers=self.first.headers, fault=_damaged() if damaged else fault)


def open_table(path: Path, *, delimiter: str = "") -> LongTable:
    """Open a CSV file with a header line by the rules of ``read_table``, without holding it in memory."""
    encoding, errors = encoding_of(path)
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        head, first_line, stated = _without_separator_line(text.read(_SAMPLE_TEXT))
    # A row that the sample cuts off would count as a fault.
    whole = head if len(head) < _SAMPLE_TEXT // 2 else head[: head.rfind("\n") + 1] or head
    delimiter = delimiter or stated or _likely_delimiter(whole)
    records = _records(io.StringIO(whole, newline=""), delimiter=delimiter, first_line=first_line)
    found = list(islice(records, _SAMPLE_ROWS + 1))
    headers = _headers(found)
    rows = tuple(_row(line, cells, headers=headers, fault=fault) for line, cells, fault in found[1:])
    return LongTable(path, Table(headers, rows, encoding, delimiter), errors, first_line)


def read_table(data: bytes, *, file: str, delimiter: str = "") -> Table:
    """Return the rows of a CSV file with a header line; an empty ``delimiter`` is found out.

    A row that cannot be read is kept with its fault. Raises ``InvalidError`` where there is no text or no header.
    """
    decoded = decode(data)
    text, first_line, stated = _without_separator_line(decoded.text)
    delimiter = delimiter or stated or _likely_delimiter(text)
    records = list(_records(io.StringIO(text, newline=""), delimiter=delimiter, first_line=first_line))
    headers = _headers(records)
    rows = tuple(_row(line, cells, headers=headers, fault=fault) for line, cells, fault in records[1:])
    return Table(headers, rows, decoded.encoding, delimiter, decoded.problems(file))


def _headers(records: list[tuple[int, list[str], Text | None]]) -> tuple[str, ...]:
    headers = _distinct(records[0][1]) if records and records[0][2] is None else ()
    if not any(headers):
        raise InvalidError(_("The first line must hold the names of the columns. Add them, one per column."))
    return headers


def _without_separator_line(text: str) -> tuple[str, int, str]:
    """Spreadsheets may state the delimiter on a line of its own: ``sep=;``."""
    first, _newline, rest = text.partition("\n")
    stated = first.strip().strip('"')
    if first.lower().startswith(("sep=", '"sep=')):
        delimiter = "\t" if "\t" in first else stated[4:5]
        return rest, 2, delimiter if delimiter in DELIMITERS else ""
    return text, 1, ""


def _likely_delimiter(text: str) -> str:
    """Return the delimiter that gives the most columns in the header and the same number in the rows below."""
    best, best_worth = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        records = [cells for _line, cells, _fault in _first(text, delimiter=delimiter)]
        if not records or len(records[0]) < 2:
            continue
        alike = sum(len(cells) == len(records[0]) for cells in records) / len(records)
        worth = alike * min(len(records[0]), 50)
        if worth > best_worth:
            best, best_worth = delimiter, worth
    return best


def _first(text: str, *, delimiter: str) -> list[tuple[int, list[str], Text | None]]:
    records = _records(io.StringIO(text, newline=""), delimiter=delimiter, first_line=1)
    return [record for record, _count in zip(records, range(_SAMPLE_ROWS), strict=False)]


def _records(text: Iterable[str], *, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str], Text | None]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], _csv_fault(str(error), lines=first_line + reader.line_num - line)
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells, None


def _csv_fault(message: str, *, lines: int) -> Text:
    if "end of data" in message:
        return _(
            "A quotation mark opened here is never closed, so this and the following lines ({lines} in all) were not read. "
            "The file may be cut off: export it again.",
            lines=lines,
        )
    if "field limit" in message:
        return _(
            "A cell here is longer than 131072 characters. A quotation mark may be missing; export the file again."
        )
    return _("The quotation marks on this line do not match. A quotation mark inside a text must be written twice.")


def _damaged() -> Text:
    return _("Some characters on this line are damaged. Export the file again as UTF-8, and send it once more.")


def _distinct(headers: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    distinct = []
    for header in headers:
        name = " ".join(header.split())
        seen[name] = seen.get(name, 0) + 1
        distinct.append(f"{name} ({seen[name]})" if seen[name] > 1 and name else name)
    return tuple(distinct)


def _row(line: int, cells: list[str], *, headers: tuple[str, ...], fault: Text | None) -> Row:
    while len(cells) > len(headers) and not cells[-1].strip():
        cells = cells[:-1]
    if fault is None and len(cells) != len(headers):
        fault = _(
            "This line has {found} cells where the header has {expected}. A text that holds the delimiter must stand in "
            "quotation marks.",
            found=len(cells),
            expected=len(headers),
        )
    return Row(line, {header: cell for header, cell in zip(headers, cells, strict=False) if header}, fault)
