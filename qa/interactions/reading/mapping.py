"""Which column of a file means what: a value that is guessed, shown, corrected, kept as JSON and applied."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.reading.moments import DateOrder, guess_order, zone_named
from qa.interactions.reading.tables import DELIMITERS, Row, Table

DEFAULT_ZONE = "Europe/Amsterdam"

#: Below this a guess is not made.
_LOWEST_CONFIDENCE = 0.55
_SAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something a reader can use: its name, the headers it is known by, and a test of what its cells look like."""

    name: str
    aliases: tuple[str, ...]
    required: bool = False
    looks_right: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a table is read: ``columns`` from wanted name to header, ``constants`` for what no column holds.

    ``values`` says per wanted name what a word of the file means, such as ``{"role": {"Mdw": "agent"}}``.
    Where ``date_order`` or ``decimal_comma`` is empty, the cells decide.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    time_zone: str = DEFAULT_ZONE
    date_order: DateOrder | None = None
    decimal_comma: bool | None = None
    delimiter: str = ""

    def apply(self, row: Row) -> dict[str, str]:
        """Return the row's cells by wanted name, constants filled in, the file's words put into ours."""
        found = dict(self.constants)
        for name, header in self.columns.items():
            cell = row.cells.get(header, "")
            if cell.strip() or name not in found:
                found[name] = self._meaning(name, cell)
        return found

    def order_in(self, table: Table, *, names: Sequence[str]) -> DateOrder:
        """Return the stated order of dates, or the one that the named columns' cells allow."""
        if self.date_order is not None:
            return self.date_order
        headers = [self.columns[name] for name in names if name in self.columns]
        return guess_order(row.cells.get(header, "") for row in table.rows for header in headers)

    def _meaning(self, name: str, cell: str) -> str:
        known = self.values.get(name)
        if not known:
            return cell
        return {word.casefold(): meaning for word, meaning in known.items()}.get(cell.strip().casefold(), cell)


@dataclass(frozen=True, slots=True)
class Guess:
    """A guessed mapping, how sure each column is (0 to 1), the headers left over and the required names not found."""

    mapping: ColumnMapping
    confidence: Mapping[str, float]
    unused: tuple[str, ...]
    missing: tuple[str, ...]


def guess_mapping(table: Table, *, wanted: Sequence[Wanted], time_zone: str = DEFAULT_ZONE) -> Guess:
    """Return the mapping that the headers, in Dutch or English, and the first cells suggest; surest pairs first."""
    pairs = sorted(
        (
            (_confidence(one, header, table=table), one.name, header)
            for one in wanted
            for header in table.headers
            if header
        ),
        key=lambda pair: -pair[0],
    )
    columns: dict[str, str] = {}
    confidence: dict[str, float] = {}
    for sure, name, header in pairs:
        if sure >= _LOWEST_CONFIDENCE and name not in columns and header not in columns.values():
            columns[name], confidence[name] = header, round(sure, 2)
    unused = tuple(header for header in table.headers if header and header not in columns.values())
    missing = tuple(one.name for one in wanted if one.required and one.name not in columns)
    return Guess(ColumnMapping(columns, time_zone=time_zone), confidence, unused, missing)


def check_mapping(mapping: ColumnMapping, *, headers: Sequence[str], wanted: Sequence[Wanted]) -> None:
    """Raise ``InvalidError`` for a column the file lacks, a name nobody wants, or a required one that is nowhere."""
    known = {one.name for one in wanted}
    listed = ", ".join(header for header in headers if header)
    for name, header in mapping.columns.items():
        if name not in known:
            raise InvalidError(
                _(
                    "The mapping names “{name}”, which is not one of: {known}.",
                    name=name,
                    known=", ".join(sorted(known)),
                )
            )
        if header not in headers:
            near = get_close_matches(header, headers, n=1)
            if near:
                raise InvalidError(
                    _("The file has no column “{header}”; did you mean “{near}”?", header=header, near=near[0])
                )
            raise InvalidError(
                _("The file has no column “{header}”. Its columns are: {listed}.", header=header, listed=listed)
            )
    for one in wanted:
        if one.required and one.name not in mapping.columns and one.name not in mapping.constants:
            raise InvalidError(
                _(
                    "No column was found for “{name}”. Say in the mapping which column it is. The file's columns are: {listed}.",
                    name=one.name,
                    listed=listed,
                )
            )
    zone_named(mapping.time_zone)


def mapping_to_json(mapping: ColumnMapping) -> dict[str, object]:
    """Return the mapping as JSON; what is empty is left out."""
    kept: dict[str, object] = {"columns": dict(mapping.columns), "time_zone": mapping.time_zone}
    if mapping.constants:
        kept["constants"] = dict(mapping.constants)
    if mapping.values:
        kept["values"] = {name: dict(words) for name, words in mapping.values.items()}
    if mapping.date_order is not None:
        kept["date_order"] = mapping.date_order.value
    if mapping.decimal_comma is not None:
        kept["decimal_comma"] = mapping.decimal_comma
    if mapping.delimiter:
        kept["delimiter"] = mapping.delimiter
    return kept


def mapping_from_json(kept: object) -> ColumnMapping:
    """Return the mapping kept by ``mapping_to_json``; raises ``InvalidError`` where it does not have that form."""
    if not isinstance(kept, dict):
        raise InvalidError(_("A mapping is a JSON object with “columns” in it."))
    allowed = {"columns", "constants", "values", "time_zone", "date_order", "decimal_comma", "delimiter"}
    unknown = sorted(str(name) for name in kept if name not in allowed)
    if unknown:
        raise InvalidError(
            _(
                "The mapping holds “{name}”, which is not one of: {known}.",
                name=unknown[0],
                known=", ".join(sorted(allowed)),
            )
        )
    order, comma = kept.get("date_order"), kept.get("decimal_comma")
    if order is not None and order not in {one.value for one in DateOrder}:
        raise InvalidError(_("“date_order” in the mapping is one of: {known}.", known=", ".join(DateOrder)))
    if comma is not None and not isinstance(comma, bool):
        raise InvalidError(_("“decimal_comma” in the mapping is true or false."))
    delimiter = _string(kept.get("delimiter", ""), name="delimiter")
    if delimiter and delimiter not in DELIMITERS:
        raise InvalidError(_("“delimiter” in the mapping is a comma, a semicolon, a tab or a vertical bar."))
    values = kept.get("values", {})
    if not isinstance(values, dict):
        raise _not_words("values")
    mapping = ColumnMapping(
        columns=_strings(kept.get("columns", {}), name="columns"),
        constants=_strings(kept.get("constants", {}), name="constants"),
        values={str(name): _strings(words, name=str(name)) for name, words in values.items()},
        time_zone=_string(kept.get("time_zone", DEFAULT_ZONE), name="time_zone"),
        date_order=None if order is None else DateOrder(order),
        decimal_comma=comma,
        delimiter=delimiter,
    )
    zone_named(mapping.time_zone)
    return mapping


def _strings(value: object, *, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _not_words(name)
    return {str(key): one for key, one in value.items()}


def _string(value: object, *, name: str) -> str:
    if not isinstance(value, str):
        raise _not_words(name)
    return value


def _not_words(name: str) -> InvalidError:
    return InvalidError(
        _("“{name}” in the mapping does not have the right form: names and texts in quotation marks.", name=name)
    )


def _confidence(wanted: Wanted, header: str, *, table: Table) -> float:
    name = _bare(header)
    sure = max((_likeness(name, _bare(alias)) for alias in (wanted.name, *wanted.aliases)), default=0.0)
    if sure == 0.0 or wanted.looks_right is None:
        return sure
    cells = [row.cells.get(header, "") for row in table.rows[:_SAMPLE_ROWS]]
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return sure
    right = sum(wanted.looks_right(cell) for cell in filled) / len(filled)
    return sure * (0.6 + 0.4 * right)


def _likeness(header: str, alias: str) -> float:
    if header == alias:
        return 1.0
    if f" {alias} " in f" {header} " and len(alias) > 2:
        return 0.8 + 0.1 * len(alias) / len(header)
    ratio = SequenceMatcher(None, header, alias).ratio()
    return 0.7 * ratio if ratio >= 0.84 else 0.0


def _bare(header: str) -> str:
    """Return lower-case words without accents: ``GespreksID`` and ``gespreks_id`` are both ``gespreks id``."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    plain = "".join(char for char in unicodedata.normalize("NFKD", split.casefold()) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", plain))
