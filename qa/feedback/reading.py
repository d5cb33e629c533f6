"""Files with customers' answers, read line by line so that they may be of any size: CSV, JSON Lines; and JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from qa.errors import InvalidError
from qa.feedback.columns import ANSWER_COLUMNS, QUESTIONS
from qa.feedback.values import IncomingAnswer, Manner, Scale, answer_of
from qa.i18n import Text, _
from qa.interactions.reading.decoding import encoding_of
from qa.interactions.reading.json_values import load_json
from qa.interactions.reading.mapping import ColumnMapping, check_mapping, guess_mapping
from qa.interactions.reading.moments import DateOrder, guess_order, zone_named
from qa.interactions.reading.tables import Row, Table, open_table
from qa.interactions.reading.values import Problem

SURVEYS = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"})
#: A JSON document has to be held whole, unlike lines.
LARGEST_DOCUMENT = 20_000_000
#: Rows that are looked at to find out what the columns mean.
_SAMPLE_ROWS = 50
_LISTS = ("answers", "responses", "data", "results")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read where it does not say: the zone of its times, its columns, its scale of satisfaction.

    ``usual`` is a mapping that holds only where the file has its columns.
    """

    time_zone: str
    mapping: ColumnMapping | None = None
    usual: ColumnMapping | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Headers with the first rows to look at, and all rows, from the beginning each time they are asked for."""

    first: Table
    begin: Callable[[], Iterator[Row]]
    #: Whether rows are numbered as answers and not as lines.
    numbered: bool = False


def read_answers(path: Path, *, name: str, options: ReadOptions) -> Iterator[IncomingAnswer | Problem]:
    """Yield what each line says, or what is wrong with it; nothing wrong stops the rest.

    ``name`` is what the file is called towards the user.
    """
    try:
        found = _opened(path, name=name, delimiter=options.mapping.delimiter if options.mapping else "")
        mapping = _mapping(found.first, options)
        manner = _manner(found, mapping=mapping, options=options)
    except InvalidError as error:
        yield Problem(name, None, error.sentence)
        return
    except FileNotFoundError:
        yield Problem(name, None, _("There is no such file or folder. Check the name."))
        return
    except OSError:
        yield Problem(name, None, _("The file cannot be read. Check who may read it."))
        return
    for row in found.begin():
        told = _told(row, mapping=mapping, manner=manner)
        if isinstance(told, IncomingAnswer):
            yield told
        elif found.numbered:
            yield Problem(name, None, _("Answer {n}: {sentence}", n=row.line, sentence=told))
        else:
            yield Problem(name, row.line, told)


def _told(row: Row, *, mapping: ColumnMapping, manner: Manner) -> IncomingAnswer | Text:
    """Return what the row says, or what is wrong with it."""
    if row.fault is not None:
        return row.fault
    try:
        return answer_of(mapping.apply(row), line=row.line, headers=mapping.columns, manner=manner)
    except InvalidError as error:
        return error.sentence


def _opened(path: Path, *, name: str, delimiter: str) -> _Rows:
    ending = Path(name).suffix.lower()
    if ending in {".jsonl", ".ndjson"}:
        return _Rows(_sampled(islice(_lines(path), _SAMPLE_ROWS)), lambda: _lines(path))
    if ending == ".json":
        rows = _document(path)
        return _Rows(_sampled(rows[:_SAMPLE_ROWS]), lambda: iter(rows), numbered=True)
    table = open_table(path, delimiter=delimiter)
    return _Rows(table.first, table.rows)


def _mapping(first: Table, options: ReadOptions) -> ColumnMapping:
    usual = options.usual if options.usual and set(options.usual.columns.values()) <= set(first.headers) else None
    mapping = (
        options.mapping or usual or guess_mapping(first, wanted=ANSWER_COLUMNS, time_zone=options.time_zone).mapping
    )
    check_mapping(mapping, headers=first.headers, wanted=ANSWER_COLUMNS)
    if not any(name in mapping.columns for name in QUESTIONS):
        raise InvalidError(
            _(
                "No column with answers was found: csat, nps, ces, resolved or comment. The file's columns are: {listed}.",
                listed=", ".join(header for header in first.headers if header),
            )
        )
    return mapping


def _manner(found: _Rows, *, mapping: ColumnMapping, options: ReadOptions) -> Manner:
    order = mapping.date_order
    if order is None:
        header = mapping.columns.get("answered_at")
        # Dates are looked at until one tells, so that a long file is hardly ever read twice.
        order = guess_order(row.cells.get(header, "") for row in found.begin()) if header else DateOrder.DAY_FIRST
    manner = Manner(zone_named(mapping.time_zone), order, mapping.decimal_comma)
    return replace(manner, scale=options.scale) if options.scale is not None else manner


def _sampled(rows: Iterable[Row]) -> Table:
    """Put the fields of the first objects into the form of a table."""
    looked_at = tuple(rows)
    headers = tuple(dict.fromkeys(name for row in looked_at for name in row.cells))
    if not headers:
        fault = next((row.fault for row in looked_at if row.fault is not None), None)
        raise InvalidError(fault or _("The file is empty. Export it again."))
    return Table(headers, looked_at, "utf-8", ",")


def _lines(path: Path) -> Iterator[Row]:
    encoding, errors = encoding_of(path)
    with path.open(encoding=encoding, errors=errors) as text:
        for line, written in enumerate(text, start=1):
            if written.strip():
                yield _row(written, line=line)


def _row(written: str, *, line: int) -> Row:
    try:
        value = load_json(written)
    except InvalidError as error:
        return Row(line, {}, error.sentence)
    if not isinstance(value, dict):
        return Row(line, {}, _("This line is not a JSON object. Each line holds one answer in braces."))
    return Row(line, _cells(value))


def _document(path: Path) -> list[Row]:
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise InvalidError(
            _(
                "A JSON file can have at most {n} MB. Save a larger one as JSON Lines or CSV.",
                n=LARGEST_DOCUMENT // 1_000_000,
            )
        )
    encoding, errors = encoding_of(path)
    value = load_json(path.read_text(encoding=encoding, errors=errors))
    if isinstance(value, dict):
        value = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), [value])
    if not isinstance(value, list) or not value:
        raise InvalidError(_("The file holds no list of answers. Export it again."))
    return [_item(one, number=number) for number, one in enumerate(value, start=1)]


def _item(value: object, *, number: int) -> Row:
    if not isinstance(value, dict):
        return Row(number, {}, _("this is not a JSON object."))
    return Row(number, _cells(value))


def _cells(value: Mapping[str, object]) -> dict[str, str]:
    """Return an object's fields as text; what holds more fields is left out."""
    found = {}
    for name, field in value.items():
        if isinstance(field, bool):
            found[name] = "yes" if field else "no"
        elif field is None or isinstance(field, str | int | float):
            found[name] = "" if field is None else str(field)
    return found
