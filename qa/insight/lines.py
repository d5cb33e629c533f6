"""Figures as lines of a table, for spreadsheets and programs: each with its period, n, interval, method and draws."""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.csv_out import csv_bytes
from qa.estimate.figure import Figure
from qa.i18n import Language, Text, _, say
from qa.insight.stretch import Stretch
from qa.parquet_out import Column, ColumnKind, parquet_bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one period; where there are too few to say value and ends are empty."""

    #: What is measured, by a name that stays the same in every language, and of whom or what.
    measure: str
    of: str
    stretch: Stretch
    value: float | None
    low: float | None
    high: float | None
    n: int
    population: int | None
    method: str
    draws: str = ""


def line_of(measure: str, of: str, stretch: Stretch, figure: Figure) -> Line:
    """Return the line of an estimate."""
    shown = not figure.too_few
    return Line(
        measure,
        of,
        stretch,
        round(figure.value, 2) if shown and figure.value is not None else None,
        round(figure.low, 2) if shown and figure.low is not None else None,
        round(figure.high, 2) if shown and figure.high is not None else None,
        figure.n,
        figure.population,
        figure.method.value,
        " ".join(str(number) for number in figure.draw_ids),
    )


def count_line(measure: str, of: str, stretch: Stretch, value: float | None, *, n: int, population: int) -> Line:
    """Return the line of something that was counted, where chance plays no part; ``n`` of ``population`` are known."""
    return Line(measure, of, stretch, value, None, None, n, population, "counted")


_COLUMNS = (
    Column("measure", ColumnKind.TEXT),
    Column("of", ColumnKind.TEXT),
    Column("first_day", ColumnKind.TEXT),
    Column("last_day", ColumnKind.TEXT),
    Column("value", ColumnKind.NUMBER),
    Column("low", ColumnKind.NUMBER),
    Column("high", ColumnKind.NUMBER),
    Column("n", ColumnKind.WHOLE),
    Column("population", ColumnKind.WHOLE),
    Column("method", ColumnKind.TEXT),
    Column("draws", ColumnKind.TEXT),
)

_HEADS: tuple[Text, ...] = (
    _("Measure"),
    _("Of whom or what"),
    _("First day"),
    _("Last day"),
    _("Value"),
    _("Low end of the 95% interval"),
    _("High end of the 95% interval"),
    _("n"),
    _("of"),
    _("Method"),
    _("Draws"),
)


def lines_csv(lines: Iterable[Line], *, language: Language) -> bytes:
    """Return the lines as CSV, its heads in the reader's language."""
    return csv_bytes([say(head, language) for head in _HEADS], map(_row, lines))


def lines_parquet(lines: Iterable[Line]) -> bytes:
    """Return the lines as Parquet, its columns named the same in every language."""
    return parquet_bytes(_COLUMNS, map(_row, lines))


def _row(line: Line) -> tuple[str | float | None, ...]:
    return (
        line.measure,
        line.of,
        line.stretch.first.isoformat(),
        line.stretch.last.isoformat(),
        line.value,
        line.low,
        line.high,
        line.n,
        line.population,
        line.method,
        line.draws,
    )
