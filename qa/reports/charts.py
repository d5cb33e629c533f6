"""The charts of the reports as vectors, each with its content in words."""

from collections.abc import Sequence
from decimal import Decimal

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import Color

from qa.estimate.figure import Figure
from qa.i18n import Language, _, say
from qa.reports.blocks import Picture
from qa.reports.content import PeriodResult, SectionResult
from qa.reports.fonts import BOLD, REGULAR, printable
from qa.reports.numbers import count_text, figure_text, period_text, spoken_figure, standing, value_text
from qa.reports.style import ACCENT, INK, MUTED, RULE, SIZE_SMALL, TINT, WHITE
from qa.reports.typeset import text_width
from qa.reports.wrapping import wrapped

ROW_HEIGHT = 32


def interval_bar(figure: Figure, *, width: float, language: Language, target: Decimal | None = None) -> Drawing:
    """Draw the figure on a line from 0 to 100: a band for the interval, a dot for the value, a tick for the target."""
    drawing = Drawing(width, 28)
    left, long = 3.0, width - 6
    _draw_bar(drawing, figure, left=left, middle=19, width=long, target=target)
    words = None if target is None else say(_("target {target}", target=target), language)
    at = left + long * _share(target)
    for x, text, anchor in ((left, "0", "start"), (left + long, "100", "end"), (at, words, "middle")):
        # The ends of the scale give way to the words at the target.
        if text and (words is None or text == words or abs(x - at) > 40):
            _string(drawing, x, 2.5, text, size=7, colour=MUTED if text != words else INK, anchor=anchor)
    return drawing


def _draw_bar(
    drawing: Drawing, figure: Figure, *, left: float, middle: float, width: float, target: Decimal | None
) -> None:
    drawing.add(Rect(left, middle - 0.5, width, 1, fillColor=RULE, strokeColor=None))
    for edge in (left, left + width):
        drawing.add(Line(edge, middle - 3, edge, middle + 3, strokeColor=RULE, strokeWidth=1))
    if not figure.too_few:
        low, high, value = (left + width * _share(part) for part in (figure.low, figure.high, figure.value))
        drawing.add(Rect(low, middle - 3.5, max(high - low, 1), 7, fillColor=TINT, strokeColor=None))
    if target is not None:
        at = left + width * _share(target)
        drawing.add(Line(at, middle - 7, at, middle + 7, strokeColor=INK, strokeWidth=1.2))
    if not figure.too_few:
        drawing.add(Circle(value, middle, 3.4, fillColor=ACCENT, strokeColor=WHITE, strokeWidth=0.8))


def _share(value: float | Decimal | None) -> float:
    return min(1.0, max(0.0, float(value or 0) / 100))


def _string(
    drawing: Drawing,
    x: float,
    y: float,
    text: str,
    *,
    font: str = REGULAR,
    size: float = SIZE_SMALL,
    colour: Color = INK,
    anchor: str = "start",
) -> None:
    shown = printable(text, font=font)
    drawing.add(String(x, y, shown, fontName=font, fontSize=size, fillColor=colour, textAnchor=anchor))


def section_profile(sections: Sequence[SectionResult], *, width: float, language: Language) -> Picture:
    """Draw each section's figure with its interval against its own threshold."""
    drawing = Drawing(width, ROW_HEIGHT * len(sections))
    name_width = width * 0.29
    standings = [
        "" if section.threshold is None else say(standing(section.figure, section.threshold), language)
        for section in sections
    ]
    texts = (printable(figure_text(section.figure, language), font=BOLD) for section in sections)
    words_width = max(
        *(text_width(text, font=BOLD, size=8) for text in texts),
        *(text_width(words, font=REGULAR, size=7) for words in standings),
    )
    bar_left, bar_width = name_width + 10, width - name_width - words_width - 30
    for index, section in enumerate(sections):
        middle = drawing.height - ROW_HEIGHT * (index + 0.5)
        if index:
            edge = middle + ROW_HEIGHT / 2
            drawing.add(Line(0, edge, width, edge, strokeColor=RULE, strokeWidth=0.4))
        lines = wrapped(printable(section.name, font=BOLD), width=name_width, font=BOLD, size=8.5, most=2)
        for number, line in enumerate(lines):
            _string(drawing, 0, middle - 3 + 5.5 * (len(lines) - 1) - 11 * number, line, font=BOLD, size=8.5)
        _draw_bar(drawing, section.figure, left=bar_left, middle=middle, width=bar_width, target=section.threshold)
        right = width - words_width
        colour = INK if not section.figure.too_few else MUTED
        words = standings[index]
        _figure(drawing, right, middle + (2.5 if words else -3), section.figure, language=language, colour=colour)
        if words:
            _string(drawing, right, middle - 8.5, words, colour=MUTED, size=7)
    return Picture(drawing, alt=profile_alt(sections, language=language))


def _figure(drawing: Drawing, x: float, y: float, figure: Figure, *, language: Language, colour: Color) -> None:
    text = figure_text(figure, language)
    if not figure.too_few:
        bold, rest = text.split(" ", 1)
        _string(drawing, x, y, bold, font=BOLD, size=8.5, colour=colour)
        x += text_width(bold + " ", font=BOLD, size=8.5)
        text = rest
    _string(drawing, x, y, text, size=8, colour=colour)


def profile_alt(sections: Sequence[SectionResult], *, language: Language) -> str:
    """Say what the profile shows."""
    parts = [say(_("Chart: result by section, from 0 to 100."), language)]
    for section in sections:
        parts.append(f"{section.name}: {spoken_figure(section.figure, language)}.")
        if section.threshold is not None:
            parts.append(say(standing(section.figure, section.threshold), language) + ".")
    return " ".join(parts)


def score_course(
    results: Sequence[PeriodResult], *, width: float, language: Language, target: Decimal | None = None
) -> Picture:
    """Draw the overall figure of each period with its interval; a period that says too little is an open mark."""
    height, left, bottom, top = 150.0, 26.0, 36.0, 14.0
    words = "" if target is None else say(_("target {target}", target=target), language)
    right = width - (text_width(words, font=REGULAR, size=7) + 6 if words else 0)
    drawing = Drawing(width, height)
    plot = height - bottom - top
    for mark in (0, 25, 50, 75, 100):
        y = bottom + plot * mark / 100
        drawing.add(Line(left, y, right, y, strokeColor=RULE, strokeWidth=0.5))
        _string(drawing, left - 5, y - 2.5, str(mark), size=7, colour=MUTED, anchor="end")
    if target is not None:
        y = bottom + plot * _share(target)
        drawing.add(Line(left, y, right, y, strokeColor=INK, strokeWidth=0.9, strokeDashArray=[4, 3]))
        _string(drawing, right + 4, y - 2.5, words, size=7)
    step = (right - left) / max(len(results), 1)
    before: tuple[float, float] | None = None
    for index, result in enumerate(results):
        x = left + step * (index + 0.5)
        y = bottom + plot * _share(result.figure.value)
        said = not result.figure.too_few
        if said:
            low, high = (bottom + plot * _share(part) for part in (result.figure.low, result.figure.high))
            drawing.add(Rect(x - 4, low, 8, max(high - low, 1), fillColor=TINT, strokeColor=None))
            if before:
                drawing.add(Line(*before, x, y, strokeColor=ACCENT, strokeWidth=0.8))
            value = value_text(result.figure, language)
            _string(drawing, x, high + 3, value, font=BOLD, size=8.5, anchor="middle")
        else:
            y = bottom + 6
            drawing.add(Polygon([x - 4, y, x, y + 4, x + 4, y, x, y - 4], fillColor=WHITE, strokeColor=MUTED))
        before = (x, y) if said else None
        lines = wrapped(period_text(result.period, language), width=step - 4, font=REGULAR, size=7, most=2)
        for number, line in enumerate(lines):
            _string(drawing, x, bottom - 11 - 8.5 * number, line, size=7, anchor="middle")
        count = say(count_text(result.figure), language)
        _string(drawing, x, bottom - 11 - 8.5 * len(lines), count, size=7, colour=MUTED, anchor="middle")
    for index, result in enumerate(results):
        if not result.figure.too_few:
            x, y = left + step * (index + 0.5), bottom + plot * _share(result.figure.value)
            drawing.add(Circle(x, y, 3.4, fillColor=ACCENT, strokeColor=WHITE, strokeWidth=0.8))
    return Picture(drawing, alt=course_alt(results, language=language, target=target))


def course_alt(results: Sequence[PeriodResult], *, language: Language, target: Decimal | None = None) -> str:
    """Say what the course shows."""
    parts = [say(_("Chart: result per period, from 0 to 100."), language)]
    if target is not None:
        parts.append(say(_("The target is {target}.", target=target), language))
    parts += [
        f"{period_text(result.period, language)}: {spoken_figure(result.figure, language)}." for result in results
    ]
    return " ".join(parts)
