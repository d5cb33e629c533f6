"""Numbers, dates and durations as readers of a language write them."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from qa.i18n.language import Language

#: British dates in English: day before month, as everywhere in Europe.
_LOCALES = {Language.EN: "en_GB", Language.NL: "nl_NL"}

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


def locale_of(language: Language) -> str:
    """Return Babel's locale for the language."""
    return _LOCALES[language]


@lru_cache(maxsize=4096, typed=True)
def number_text(value: float | Decimal, language: Language, *, digits: int | None = None) -> str:
    """Return the number with the language's decimal sign; ``digits`` fixes the decimals shown."""
    # A report holds hundreds of numbers, most of them the same few.
    return _written(value, language, digits)


@lru_cache(maxsize=4096)
def _written(value: float | Decimal, language: Language, digits: int | None) -> str:
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale_of(language))


def percent_text(basis_points: int, language: Language, *, digits: int = 1) -> str:
    """Return hundredths of a per cent as a percentage, such as ``62,2 %``."""
    return f"{number_text(Decimal(basis_points) / 100, language, digits=digits)} %"


def date_text(value: date, language: Language, *, style: str = "medium") -> str:
    """Return a date, such as ``14 Nov 2026``; a moment is first put in its own zone by the caller."""
    return format_date(value, format=style, locale=locale_of(language))


def datetime_text(value: datetime, language: Language, *, zone: str = "UTC", style: str = "d MMM y HH:mm") -> str:
    """Return a moment in the reader's time zone, such as ``14 Nov 2026 10:32``."""
    return format_datetime(value.astimezone(ZoneInfo(zone)), format=style, locale=locale_of(language))


def duration_text(duration_ms: int) -> str:
    """Return a duration as ``mm:ss``, from an hour on as ``h:mm:ss``; the same in every language."""
    hours, rest = divmod(max(0, duration_ms), HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    seconds = rest // 1000
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
