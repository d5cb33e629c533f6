"""CSV files as rows by header, with the line each row begins on: delimiter and encoding are found, not asked."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.values import Problem

DELIMITERS = (",", ";", "\t", "|")

_SAMPLE_ROWS = 20


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


def read_table(data: bytes, *, file: str, delimiter: str = "") -> Table:
    """Return the rows of a CSV file with a header line; an empty ``delimiter`` is found out.

    A row that cannot be read is kept with its fault. Raises ``InvalidError`` where there is no text or no header.
    """
    decoded = decode(data)
    text, first_line, stated = _without_separator_line(decoded.text)
    delimiter = delimiter or stated or _likely_delimiter(text)
    records = list(_records(text, delimiter=delimiter, first_line=first_line))
    if not records or records[0][2] is not None:
        raise InvalidError(_("The first line must hold the names of the columns. Add them, one per column."))
    headers = _distinct(records[0][1])
    if not any(headers):
        raise InvalidError(_("The first line must hold the names of the columns. Add them, one per column."))
    rows = tuple(_row(line, cells, headers=headers, fault=fault) for line, cells, fault in records[1:])
    return Table(headers, rows, decoded.encoding, delimiter, decoded.problems(file))


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
    records = _records(text, delimiter=delimiter, first_line=1)
    return [record for record, _count in zip(records, range(_SAMPLE_ROWS), strict=False)]


def _records(text: str, *, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str], Text | None]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
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
