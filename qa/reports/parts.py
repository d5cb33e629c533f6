"""The parts that every report is laid out from: headings, sentences, quotes, tables, the foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Spacer, TableStyle

from qa.estimate.figure import Figure
from qa.i18n import Language, Text, _, date_text, datetime_text, duration_text, number_text, say
from qa.reports import style as look
from qa.reports.content import AnswerLine, Contact, Quote
from qa.reports.document import Sheet, TaggedCanvas
from qa.reports.fonts import BOLD, REGULAR, lacks_signs, legible, markup, printable, text_width
from qa.reports.numbers import figure_text
from qa.reports.tagging import CellText, Columns, DataTable, Prose, group
from qa.reports.wrapping import wrapped

CELL_PAD = 4
FOOT_LEADING = 8.5

#: Height in points that a computation needs to begin on a page: headings, verdict and some lines of its table.
TABLE_START = 150


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, and whether numbers line up on the right."""

    head: str
    share: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes parts in one language and time zone for one width, in points."""

    language: Language
    zone: str
    width: float

    def say(self, text: Text | str) -> str:
        """Return the sentence in the reader's language."""
        return say(text, self.language)

    def number(self, value: float | Decimal, *, digits: int = 0) -> str:
        """Return the number with the language's decimal sign."""
        return number_text(value, self.language, digits=digits)

    def date(self, value: date) -> str:
        """Return the date."""
        return date_text(value, self.language)

    def moment(self, value: datetime) -> str:
        """Return date and time in the reader's zone."""
        return datetime_text(value, self.language, zone=self.zone)

    def prose(self, text: Text | str, style: ParagraphStyle) -> Prose:
        """Return a paragraph; the text is no markup."""
        said = self.say(text)
        return Prose(markup(said, font=style.fontName), style, spoken=legible(said))

    def title(self, text: Text | str) -> Prose:
        """The report's own heading."""
        return self.prose(text, look.styles().title)

    def heading(self, text: Text | str) -> Prose:
        """The heading of a part."""
        return self.prose(text, look.styles().heading)

    def subheading(self, text: Text | str) -> Prose:
        """A heading inside a part."""
        return self.prose(text, look.styles().subheading)

    def body(self, text: Text | str) -> Prose:
        """Running text."""
        return self.prose(text, look.styles().body)

    def muted(self, text: Text | str) -> Prose:
        """A remark beside the matter."""
        return self.prose(text, look.styles().muted)

    def labelled(self, label: Text | str, text: Text | str, *, small: bool = False) -> Prose:
        """Return ``Label: text`` with the label in bold."""
        style = look.styles().small if small else look.styles().body
        head, rest = self.say(label), self.say(text)
        source = f'<font name="{BOLD}">{markup(head, font=BOLD)}</font>&nbsp; {markup(rest)}'
        return Prose(source, style, spoken=legible(f"{head} {rest}"))

    def items(self, texts: Sequence[str]) -> list[Any]:
        """Return the texts as a list."""
        listed: list[Any] = []
        for text in texts:
            listed += group("LI", [Prose(markup(text), look.styles().item, bulletText="•", spoken=legible(text))])
        return group("L", listed)

    def numbered(self, texts: Sequence[tuple[str, str]]) -> list[Any]:
        """Return a numbered list of (bold text, further text)."""
        listed: list[Any] = []
        for place, (head, rest) in enumerate(texts, start=1):
            source = f'<font name="{BOLD}">{markup(head, font=BOLD)}</font>' + (f" – {markup(rest)}" if rest else "")
            spoken = legible(f"{place}. {head} – {rest}" if rest else f"{place}. {head}")
            listed += group("LI", [Prose(source, look.styles().item, bulletText=f"{place}.", spoken=spoken)])
        return group("L", listed)

    def contact(self, contact: Contact, *, start_ms: int | None = None) -> str:
        """Return when, through what and which interaction, with the time code where there is one."""
        parts = [self.moment(contact.occurred_at), contact.channel, contact.reference]
        if start_ms is not None:
            parts.insert(0, self.say(_("at {time}", time=duration_text(start_ms))))
        return " · ".join(part for part in parts if part)

    def quote(self, quote: Quote) -> list[Any]:
        """Return the words with a rule beside them and where they were said below."""
        styles = look.styles()
        source = self.contact(quote.contact, start_ms=quote.start_ms)
        if quote.is_cut:
            source += " · " + self.say(_("shortened; the whole stands in the interaction"))
        words = self.prose(f"“{quote.shown}”", styles.quote)
        place = Prose(markup(source), styles.source, spoken=legible(source))
        return [Ruled(words), Ruled(place), Spacer(0, look.TIGHT)]

    def figure(self, figure: Figure) -> Prose:
        """Return the report's main number, large, with its margin and n."""
        text = figure_text(figure, self.language)
        style = look.styles().number
        if figure.too_few:
            return Prose(f'<font color="{_hex(look.MUTED)}">{markup(text)}</font>', style)
        value, rest = text.split(" ", 1)
        big = f'<font name="{BOLD}" size="{look.SIZE_NUMBER}" color="{_hex(look.ACCENT)}">{markup(value)}</font>'
        return Prose(f"{big} {markup(rest)}", style)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, total: bool = False) -> DataTable:
        """Return a table of texts; the first column heads its row. With ``total`` the last row is set apart."""
        widths = [column.share * self.width for column in columns]
        head = [self._cell(column.head, width, font=BOLD) for column, width in zip(columns, widths, strict=True)]
        data = [head] + [
            [
                self._cell(text, width, font=BOLD if total and place == len(rows) - 1 else REGULAR)
                for text, width in zip(row, widths, strict=True)
            ]
            for place, row in enumerate(rows)
        ]
        table = DataTable(data, colWidths=widths, repeatRows=1, hAlign="LEFT")
        table.setStyle(_table_style(tuple(column.is_number for column in columns), total))
        return table

    def _cell(self, text: str, width: float, *, font: str) -> str:
        clean = printable(text, font=font)
        lines = wrapped(clean, width=width - 2 * CELL_PAD, font=font, size=look.SIZE_SMALL)
        return clean if clean == text and len(lines) == 1 else CellText.of(lines, whole=legible(text))

    def computation(self, lines: Sequence[AnswerLine], *, quality: Decimal | None, final: Decimal | None) -> list[Any]:
        """Return the computation of one evaluation, line by line, with its sum and outcome."""
        columns = (
            Column(self.say(_("Criterion")), 0.34),
            Column(self.say(_("Section")), 0.16),
            Column(self.say(_("Answer")), 0.20),
            Column(self.say(_("Value")), 0.09, is_number=True),
            Column(self.say(_("Weight")), 0.105, is_number=True),
            Column(self.say(_("Adds")), 0.105, is_number=True),
        )
        rows = [self._computed(line) for line in lines]
        weight = sum((line.weight for line in lines), Decimal(0))
        sum_text = "–" if quality is None else self.number(quality, digits=1)
        rows.append([self.say(_("Quality score")), "", "", "", self.number(weight, digits=1) + " %", sum_text])
        parts: list[Any] = [self.table(columns, rows, total=True)]
        if final is not None and final != quality:
            outcome = _("Final outcome, with bonus and critical errors: {final}.", final=self.number(final, digits=1))
            parts.append(self.body(outcome))
        return parts

    def _computed(self, line: AnswerLine) -> list[str]:
        if line.value is None:
            return [line.criterion, line.section, line.answer, "–", "–", "–"]
        value, weight, adds = (self.number(part, digits=1) for part in (line.value, line.weight, line.contribution))
        return [
            line.criterion,
            line.section,
            line.answer,
            value.removesuffix(".0").removesuffix(",0"),
            weight + " %",
            adds,
        ]

    def replaced_note(self, texts: Sequence[str]) -> list[Any]:
        """Return a remark where a character of the texts has no sign in the fonts."""
        if not any(lacks_signs(text) for text in texts):
            return []
        return [self.muted(_("◌ stands for a character that the report's font does not have."))]


def _hex(colour: Color) -> str:
    return "#" + str(colour.hexval())[2:]


def _table_style(numbers: tuple[bool, ...], total: bool) -> TableStyle:
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, look.SIZE_SMALL, 10),
        ("FONT", (0, 0), (-1, 0), BOLD, look.SIZE_SMALL, 10),
        ("TEXTCOLOR", (0, 0), (-1, -1), look.INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), CELL_PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("BACKGROUND", (0, 0), (-1, 0), look.WASH),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, look.ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, look.RULE),
    ]
    commands += [("ALIGN", (place, 0), (place, -1), "RIGHT") for place, is_number in enumerate(numbers) if is_number]
    if total:
        commands.append(("FONT", (0, -1), (-1, -1), BOLD, look.SIZE_SMALL, 10))
        commands.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, look.INK))
        # A sum never stands alone on the next page.
        commands.append(("NOSPLIT", (0, -3), (-1, -1)))
    return TableStyle(commands)


class Ruled(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A paragraph with a rule at its left side."""

    def __init__(self, prose: Prose) -> None:
        super().__init__()
        self.prose = prose

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        self.width, self.height = self.prose.wrap(availWidth, availHeight)
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list["Ruled"]:  # noqa: N803
        return [Ruled(part) for part in self.prose.split(availWidth, availHeight)]

    def getSpaceBefore(self) -> float:  # noqa: N802
        return 0

    def getSpaceAfter(self) -> float:  # noqa: N802
        return 0

    def draw(self) -> None:
        with self.canv.structure.artifact(self.canv):
            self.canv.setStrokeColor(look.ACCENT)
            self.canv.setLineWidth(1.6)
            self.canv.line(3, 0, 3, self.height)
        self.prose.drawOn(self.canv, 0, 0)


def together(parts: Sequence[Any]) -> KeepTogether:
    """Keep the parts on one page where they fit on one."""
    return KeepTogether(list(parts))


def side_by_side(left: Sequence[Any], right: Sequence[Any], *, width: float, share: float) -> Columns:
    """Return two columns; ``share`` is the left one's part of the width."""
    table = Columns([[list(left), list(right)]], colWidths=[width * share, width * (1 - share)], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), REGULAR, look.SIZE_BODY),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (0, -1), look.LARGE),
                ("RIGHTPADDING", (1, 0), (1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of every page; on the pages after the first, ``head`` says whose report it is."""

    lines: tuple[str, ...]
    digest: str
    head: str
    language: Language

    @property
    def height(self) -> float:
        """Height in points that the text leaves free."""
        return FOOT_LEADING * (len(self.lines) + 1) + look.SMALL

    def draw(self, canvas: TaggedCanvas, page: int, pages: int, *, sheet: Sheet) -> None:
        """Draw it; called once per page, when the number of pages is known."""
        right = sheet.left + sheet.width
        top = sheet.bottom - look.SMALL
        canvas.setStrokeColor(look.RULE)
        canvas.setLineWidth(0.5)
        canvas.line(sheet.left, top, right, top)
        canvas.setFillColor(look.MUTED)
        canvas.setFont(REGULAR, look.SIZE_FOOT)
        y = top - FOOT_LEADING
        for line in self.lines:
            canvas.drawString(sheet.left, y, line)
            y -= FOOT_LEADING
        canvas.drawString(sheet.left, y, f"SHA-256 {self.digest}")
        canvas.setFillColor(look.INK)
        canvas.setFont(REGULAR, look.SIZE_SMALL)
        number = say(_("Page {page} of {pages}", page=page, pages=pages), self.language)
        canvas.drawRightString(right, y, number)
        if page > 1:
            canvas.setFillColor(look.MUTED)
            canvas.drawString(sheet.left, sheet.size[1] - sheet.top + look.MEDIUM, self.head)


def foot_of(sentences: Sequence[str], *, digest: str, head: str, language: Language, width: float) -> Foot:
    """Return the foot with its sentences broken into lines of ``width`` points."""
    lines: list[str] = []
    for sentence in sentences:
        lines += wrapped(printable(sentence), width=width, font=REGULAR, size=look.SIZE_FOOT, most=4)
    clean = printable(head)
    if text_width(clean, font=REGULAR, size=look.SIZE_SMALL) > width:
        clean = wrapped(clean, width=width, font=REGULAR, size=look.SIZE_SMALL, most=1)[0]
    return Foot(tuple(lines), digest, clean, language)
