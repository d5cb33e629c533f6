"""How a figure, a period and a verdict are said: one form everywhere."""

from datetime import timedelta
from decimal import Decimal

from babel.dates import format_interval

from qa.estimate.figure import Figure
from qa.i18n import Language, Text, _, date_text, number_text, say
from qa.i18n.formats import locale_of
from qa.reports.content import Period


def signed_text(value: float | Decimal, language: Language, *, digits: int | None = None) -> str:
    """Return a number with the language's decimal sign, and with a minus that is as wide as a plus."""
    return number_text(value, language, digits=digits).replace("-", "\N{MINUS SIGN}")


def margin_text(value: float, low: float, high: float, language: Language) -> str:
    """Return an interval as ``±6``, or as ``38–96`` where the two sides differ after rounding; ``−29 … 8`` below nought."""
    below, above = round(value - low), round(high - value)
    if below == above:
        return f"±{signed_text(below, language)}"
    between = " … " if round(low) < 0 else "–"
    return f"{signed_text(round(low), language)}{between}{signed_text(round(high), language)}"


def value_text(figure: Figure, language: Language) -> str:
    """Return the value in whole points."""
    return signed_text(round(figure.value or 0), language)


def ends_text(figure: Figure, language: Language) -> tuple[str, str]:
    """Return both ends of the interval in whole points."""
    return signed_text(round(figure.low or 0), language), signed_text(round(figure.high or 0), language)


def count_text(figure: Figure) -> Text:
    """Return ``n 24 of 310``, without the second number where it is not known."""
    if figure.population is None:
        return _("n {n}", n=figure.n)
    return _("n {n} of {total}", n=figure.n, total=figure.population)


def spread_text(figure: Figure, language: Language) -> str:
    """Return ``±6``, or both ends in brackets, as on the pages: a print has no second shade to tell them from the value."""
    value, low, high = (part or 0.0 for part in (figure.value, figure.low, figure.high))
    margin = margin_text(value, low, high, language)
    return margin if margin.startswith("±") else f"({margin})"


def figure_text(figure: Figure, language: Language) -> str:
    """Return ``82 ±6 · n 24 of 310``, or that there is too little to say, with the n."""
    count = say(count_text(figure), language)
    if figure.too_few:
        return say(_("too few to say"), language) + f" · {count}"
    return f"{value_text(figure, language)} {spread_text(figure, language)} · {count}"


def spoken_figure(figure: Figure, language: Language) -> str:
    """Return the figure with its interval in words, for those who do not see the picture."""
    if figure.too_few:
        return figure_text(figure, language)
    low, high = ends_text(figure, language)
    interval = _("{value}, 95% interval {low} to {high}", value=value_text(figure, language), low=low, high=high)
    return f"{say(interval, language)}, {say(count_text(figure), language)}"


def standing(figure: Figure, mark: Decimal) -> Text:
    """Say how the figure stands to a section's threshold, as far as its interval allows."""
    if figure.too_few:
        return _("threshold {mark}", mark=mark)
    if (figure.low or 0) >= mark:
        return _("threshold {mark}: reached", mark=mark)
    if (figure.high or 0) < mark:
        return _("threshold {mark}: not reached yet", mark=mark)
    return _("threshold {mark}: within the margin", mark=mark)


def period_text(period: Period, language: Language) -> str:
    """Return the period's days, such as ``1–14 Oct 2026``; a whole month as its name."""
    first, after = period.first, period.last + timedelta(days=1)
    if first.day == after.day == 1 and (first.year, first.month) == (period.last.year, period.last.month):
        return date_text(first, language, style="MMMM y")
    if first == period.last:
        return date_text(first, language)
    return str(format_interval(first, period.last, "yMMMd", locale=locale_of(language)))
