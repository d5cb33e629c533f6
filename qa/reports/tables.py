"""Tables of data: header cells with their scope, one element over all their pages, repeated heads as decoration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from reportlab.lib.colors import Color

from qa.reports import style as look
from qa.reports.blocks import Block, TaggedCanvas, opened
from qa.reports.fonts import BOLD, REGULAR, legible, printable
from qa.reports.tagging import Element
from qa.reports.typeset import Line, Run, show_lines, text_width
from qa.reports.wrapping import wrapped

PAD = 4.0
ABOVE, BELOW, LEADING = 2.5, 3.0, 10.0

#: A row with more lines than these goes on in a row of its own, so that it fits on any page.
MOST_LINES = 40

#: So many rows at the end stay together where the last is a sum.
WITH_SUM = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, and whether numbers line up on the right."""

    head: str
    share: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of a cell, and its text where that differs from them."""

    lines: tuple[str, ...]
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other; ``height`` in points."""

    cells: tuple[Cell, ...]
    height: float


class DataTable(Block):
    """A table of texts; the first column heads its row. With ``total`` the last row is set apart."""

    after = look.TIGHT

    def __init__(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: float, total: bool = False
    ) -> None:
        self.columns = columns
        self.widths = [column.share * width for column in columns]
        self.head = self._row([column.head for column in columns], font=BOLD)
        self.rows: list[Row] = []
        for place, row in enumerate(rows):
            font = BOLD if total and place == len(rows) - 1 else REGULAR
            self.rows += _short_enough(self._row(row, font=font))
        self.total = total
        self.element = Element("Table")
        self.is_continued = False

    def _row(self, texts: Sequence[str], *, font: str) -> Row:
        return _row(_cell(text, width - 2 * PAD, font=font) for text, width in zip(texts, self.widths, strict=True))

    def height(self, width: float) -> float:  # noqa: ARG002 - the columns' widths were given
        return self.head.height + sum(row.height for row in self.rows)

    def least(self, width: float) -> float:
        if len(self.rows) <= WITH_SUM:
            return self.height(width)
        return self.head.height + sum(row.height for row in self.rows[:2])

    def split(self, width: float, *, room: float) -> "tuple[DataTable, DataTable] | None":  # noqa: ARG002
        left, fit = room - self.head.height, 0
        for row in self.rows:
            left -= row.height
            if left < 0:
                break
            fit += 1
        if self.total and len(self.rows) > WITH_SUM:
            fit = min(fit, len(self.rows) - WITH_SUM)
        if fit < 1 or fit >= len(self.rows):
            return None
        first, rest = self._part(self.rows[:fit]), self._part(self.rows[fit:])
        first.total, rest.is_continued = False, True
        first.is_continued = self.is_continued
        return first, rest

    def _part(self, rows: list[Row]) -> "DataTable":
        part = object.__new__(DataTable)
        part.columns, part.widths, part.head, part.rows = self.columns, self.widths, self.head, rows
        part.total, part.element, part.is_continued = self.total, self.element, self.is_continued
        return part

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:  # noqa: ARG002
        structure, wide = canvas.structure, sum(self.widths)
        with opened(structure, self.element):
            with structure.artifact(canvas):
                self._rules(canvas, x=x, top=top, width=wide)
            if self.is_continued:
                with structure.artifact(canvas, kind="Pagination"):
                    self._draw_row(canvas, self.head, x=x, top=top, font=BOLD, is_head=True)
            else:
                with opened(structure, Element("TR")):
                    self._draw_row(canvas, self.head, x=x, top=top, font=BOLD, is_head=True)
            y = top - self.head.height
            for place, row in enumerate(self.rows):
                font = BOLD if self.total and place == len(self.rows) - 1 else REGULAR
                with opened(structure, Element("TR")):
                    self._draw_row(canvas, row, x=x, top=y, font=font)
                y -= row.height

    def _rules(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        y = top - self.head.height
        code = [
            f"{_rgb(look.WASH)} rg {x:.2f} {y:.2f} {width:.2f} {top - y:.2f} re f",
            _rule(x, y, width, colour=look.ACCENT, thick=0.8),
        ]
        for place, row in enumerate(self.rows):
            if self.total and place == len(self.rows) - 1:
                code.append(_rule(x, y, width, colour=look.INK, thick=0.8))
            y -= row.height
            code.append(_rule(x, y, width, colour=look.RULE, thick=0.4))
        canvas.addLiteral("\n".join(code))

    def _draw_row(
        self, canvas: TaggedCanvas, row: Row, *, x: float, top: float, font: str, is_head: bool = False
    ) -> None:
        first = top - ABOVE - look.SIZE_SMALL
        for place, (cell, wide, column) in enumerate(zip(row.cells, self.widths, self.columns, strict=True)):
            scope = "Column" if is_head else "Row" if place == 0 else None
            element = Element("TD" if scope is None else "TH", scope=scope, spoken=cell.spoken)
            begins, ends = canvas.structure.mark(canvas, element)
            canvas.addLiteral(begins)
            for down, text in enumerate(cell.lines):
                left = x + PAD
                if column.is_number:
                    left = x + wide - PAD - text_width(text, font=font, size=look.SIZE_SMALL)
                line = Line(((Run(text, font, look.SIZE_SMALL, look.INK), text),), 0)
                show_lines(canvas, [line], x=left, first=first - down * LEADING, leading=LEADING)
            canvas.addLiteral(ends)
            x += wide


@cache
def _rgb(colour: Color) -> str:
    return f"{colour.red:.4g} {colour.green:.4g} {colour.blue:.4g}"


def _rule(x: float, y: float, width: float, *, colour: Color, thick: float) -> str:
    return f"{_rgb(colour)} RG {thick:g} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S"


def _cell(text: str, width: float, *, font: str) -> Cell:
    clean = printable(text, font=font)
    lines = wrapped(clean, width=width, font=font, size=look.SIZE_SMALL)
    return Cell(tuple(lines), None if clean == text and len(lines) == 1 else legible(text))


def _row(cells: Iterable[Cell]) -> Row:
    made = tuple(cells)
    return Row(made, ABOVE + BELOW + LEADING * max(len(cell.lines) for cell in made))


def _short_enough(row: Row) -> list[Row]:
    longest = max(len(cell.lines) for cell in row.cells)
    if longest <= MOST_LINES:
        return [row]
    # What is read aloud stands whole in the first of the rows.
    return [
        _row(
            Cell(cell.lines[start : start + MOST_LINES] or ("",), cell.spoken if start == 0 else "")
            for cell in row.cells
        )
        for start in range(0, longest, MOST_LINES)
    ]
