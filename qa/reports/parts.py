"""The parts that every report is laid out from: headings, sentences, quotes, tables, the foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reportlab.lib.colors import Color

from qa.estimate.figure import Figure
from qa.i18n import Language, Text, _, date_text, datetime_text, duration_text, say
from qa.reports import style as look
from qa.reports.blocks import Block, Columns, Prose, Style, TaggedCanvas, Together, group, stacked
from qa.reports.content import AnswerLine, Contact, Quote
from qa.reports.document import Sheet
from qa.reports.fonts import BOLD, REGULAR, in_fonts, lacks_signs, legible, printable
from qa.reports.labels import kept_words
from qa.reports.numbers import figure_text, signed_text
from qa.reports.quoted import MOST_ABOVE, Quoted
from qa.reports.tables import Column, DataTable
from qa.reports.typeset import Line, Run, show_lines, text_width
from qa.reports.wrapping import wrapped

FOOT_LEADING = 8.5

#: Height in points that a computation needs to begin on a page: headings, verdict and some lines of its table.
TABLE_START = 150

#: The same with the heading of the part above it and some lines of what it is about.
PART_START = TABLE_START + 50


def runs_of(text: str, *, font: str, size: float, colour: Color) -> list[Run]:
    """Return the text as runs, each in a font that has its signs."""
    return [Run(stretch, fits, size, colour) for stretch, fits in in_fonts(text, font=font)]


def _in_style(text: str, style: Style, *, font: str = "") -> list[Run]:
    return runs_of(text, font=font or style.font, size=style.size, colour=style.colour)


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
        return signed_text(value, self.language, digits=digits)

    def date(self, value: date) -> str:
        """Return the date."""
        return date_text(value, self.language)

    def moment(self, value: datetime) -> str:
        """Return date and time in the reader's zone."""
        return datetime_text(value, self.language, zone=self.zone)

    def prose(self, text: Text | str, style: Style) -> Prose:
        """Return a paragraph; the text is no markup."""
        said = self.say(text)
        return Prose(_in_style(said, style), style, spoken=legible(said))

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
        runs = [*_in_style(head + "\N{NO-BREAK SPACE} ", style, font=BOLD), *_in_style(rest, style)]
        return Prose(runs, style, spoken=legible(f"{head} {rest}"))

    def items(self, texts: Sequence[str]) -> list[Block]:
        """Return the texts as a list."""
        style = look.styles().item
        listed: list[Block] = []
        for text in texts:
            listed += group("LI", [Prose(_in_style(text, style), style, bullet="•", spoken=legible(text))])
        return group("L", listed)

    def numbered(self, texts: Sequence[tuple[str, str]]) -> list[Block]:
        """Return a numbered list of (bold text, further text)."""
        style = look.styles().item
        listed: list[Block] = []
        for place, (head, rest) in enumerate(texts, start=1):
            runs = [*_in_style(head, style, font=BOLD), *(_in_style(f" – {rest}", style) if rest else ())]
            spoken = legible(f"{place}. {head} – {rest}" if rest else f"{place}. {head}")
            listed += group("LI", [Prose(runs, style, bullet=f"{place}.", spoken=spoken)])
        return group("L", listed)

    def contact(self, contact: Contact, *, start_ms: int | None = None) -> str:
        """Return when, through what and which interaction, with the time code where there is one."""
        parts = [self.moment(contact.occurred_at), contact.channel, contact.reference]
        if start_ms is not None:
            parts.insert(0, self.say(_("at {time}", time=duration_text(start_ms))))
        return " · ".join(part for part in parts if part)

    def quote(self, quote: Quote, *, above: Sequence[Block] = ()) -> list[Block]:
        """Return what is said ``above`` the words, the words with a rule beside them, and where they were said below."""
        styles = look.styles()
        source = self.contact(quote.contact, start_ms=quote.start_ms)
        if quote.is_cut:
            source += " · " + self.say(_("shortened; the whole stands in the interaction"))
        words = self.prose(f"“{quote.shown}”", styles.quote)
        place = self.prose(source, styles.source)
        alt = _("QR code that opens this place in the interaction, for who may see it.") if quote.link else ""
        beside = list(above) if stacked(above, self.width) <= MOST_ABOVE else []
        quoted = Quoted(words, place, above=beside, link=quote.link, alt=self.say(alt))
        return [quoted] if beside else [*above, quoted]

    def figure(self, figure: Figure) -> Prose:
        """Return the report's main number, large, with its margin and n."""
        text = figure_text(figure, self.language)
        if figure.too_few:
            style = look.styles().lead
            return Prose(runs_of(text, font=REGULAR, size=style.size, colour=look.MUTED), style, spoken=legible(text))
        value, rest = text.split(" ", 1)
        return self.large(value, rest)

    def large(self, value: str, rest: str) -> Prose:
        """Return a number, large, with what stands behind it."""
        style = look.styles().number
        runs = [
            *runs_of(value, font=BOLD, size=look.SIZE_NUMBER, colour=look.ACCENT),
            *_in_style(" " + rest, style),
        ]
        return Prose(runs, style, spoken=legible(f"{value} {rest}"))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, total: bool = False) -> DataTable:
        """Return a table of texts; the first column heads its row. With ``total`` the last row is set apart."""
        return DataTable(columns, rows, width=self.width, total=total)

    def computation(
        self, lines: Sequence[AnswerLine], *, quality: Decimal | None, final: Decimal | None
    ) -> list[Block]:
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
        parts: list[Block] = [self.table(columns, rows, total=True)]
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

    def replaced_note(self, texts: Sequence[str]) -> list[Block]:
        """Return a remark where a character of the texts has no sign in the fonts."""
        if not any(lacks_signs(text) for text in texts):
            return []
        return [self.muted(_("◌ stands for a character that the report's font does not have."))]


def together(parts: Sequence[Block]) -> Together:
    """Keep the parts on one page where they fit on one."""
    return Together(list(parts))


def side_by_side(left: Sequence[Block], right: Sequence[Block], *, share: float) -> Columns:
    """Return two columns; ``share`` is the left one's part of the width."""
    return Columns(left, right, share=share, between=look.LARGE)


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
        first = top - FOOT_LEADING
        texts = (*self.lines, f"SHA-256 {self.digest}")
        lines = [_line(text, size=look.SIZE_FOOT, colour=look.MUTED) for text in texts]
        show_lines(canvas, lines, x=sheet.left, first=first, leading=FOOT_LEADING)
        number = say(_("Page {page} of {pages}", page=page, pages=pages), self.language)
        count = _line(number, size=look.SIZE_SMALL, colour=look.INK)
        last = first - FOOT_LEADING * len(self.lines)
        show_lines(canvas, [count], x=right - count.width, first=last, leading=FOOT_LEADING)
        if page > 1:
            above = sheet.size[1] - sheet.top + look.MEDIUM
            head = _line(self.head, size=look.SIZE_SMALL, colour=look.MUTED)
            show_lines(canvas, [head], x=sheet.left, first=above, leading=FOOT_LEADING)


def _line(text: str, *, size: float, colour: Color) -> Line:
    return Line(((Run(text, REGULAR, size, colour), text),), text_width(text, font=REGULAR, size=size))


def purpose_line(scribe: Scribe, purpose: str, *, keep_until: date | None) -> str:
    """Return what a report is for and until when it is kept, for its foot."""
    said = (_("Purpose: {purpose}", purpose=purpose.rstrip(". ")), kept_words(keep_until))
    return " · ".join(scribe.say(one) for one in said)


def foot_of(sentences: Sequence[str], *, digest: str, head: str, language: Language, width: float) -> Foot:
    """Return the foot with its sentences broken into lines of ``width`` points."""
    lines: list[str] = []
    for sentence in sentences:
        lines += wrapped(printable(sentence), width=width, font=REGULAR, size=look.SIZE_FOOT, most=4)
    clean = printable(head)
    if text_width(clean, font=REGULAR, size=look.SIZE_SMALL) > width:
        clean = wrapped(clean, width=width, font=REGULAR, size=look.SIZE_SMALL, most=1)[0]
    return Foot(tuple(lines), digest, clean, language)
