"""Customers' answers from a survey's CSV file: what each of them said of which interaction. Nothing of it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from qa.errors import InvalidError
from qa.estimate.validity import Said
from qa.i18n import Text, _
from qa.interactions.reading.tables import Row, read_table

#: Columns that are read; of the answers one is enough.
REFERENCE, SOURCE = "reference", "source"
ANSWERS = ("csat", "nps", "resolved")

#: Bytes of a file with answers.
LARGEST_FILE = 20_000_000

Answer = TypeVar("Answer")

_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "waar"})
_NO = frozenset({"no", "n", "false", "0", "nee", "onwaar"})


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line (from 1) of the file that cannot be used, and why."""

    line: int
    why: Text


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said, by (source or empty, reference); the last answer on an interaction is the one that is used."""

    said: Mapping[tuple[str, str], Said]
    wrong: tuple[WrongLine, ...]


def read_answers(data: bytes, *, file: str) -> Answers:
    """Read the answers; a line without any answer is a customer who gave none and is passed over.

    Raises ``InvalidError`` where the file as a whole cannot be used.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidError(_("The file is larger than {n} kB.", n=LARGEST_FILE // 1000), field="file")
    table = read_table(data, file=file)
    columns = {header.casefold(): header for header in table.headers}
    if REFERENCE not in columns or not any(name in columns for name in ANSWERS):
        raise InvalidError(
            _("The file needs a column reference, and at least one of csat, nps and resolved."), field="file"
        )
    said: dict[tuple[str, str], Said] = {}
    wrong: list[WrongLine] = []
    for row in table.rows:
        try:
            key, found = _answer(row, columns)
        except InvalidError as error:
            wrong.append(WrongLine(row.line, error.sentence))
            continue
        if found != Said():
            said[key] = found
    return Answers(said, tuple(wrong))


def _answer(row: Row, columns: Mapping[str, str]) -> tuple[tuple[str, str], Said]:
    if row.fault is not None:
        raise InvalidError(row.fault)

    def cell(name: str) -> str:
        return row.cells.get(columns.get(name, ""), "").strip()

    if not cell(REFERENCE):
        raise InvalidError(_("The reference is missing."))
    return (cell(SOURCE), cell(REFERENCE)), Said(
        csat=_read(cell("csat"), _satisfaction),
        nps=_read(cell("nps"), _likelihood),
        resolved=_read(cell("resolved"), _yes_or_no),
    )


def _read(text: str, read: Callable[[str], Answer]) -> Answer | None:
    return read(text) if text else None


def _satisfaction(text: str) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 100.0:
        raise InvalidError(_("“{value}” is no CSAT: a number from 0 to 100.", value=text[:40]))
    return found


def _likelihood(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 10:
        raise InvalidError(
            _("“{value}” is no answer to the NPS question: a whole number from 0 to 10.", value=text[:40])
        )
    return int(text)


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise InvalidError(_("“{value}” does not say whether it was resolved: yes or no.", value=text[:40]))
    return word in _YES
