"""Dates and times as files write them, to aware UTC; also in the hours when the clock is put forward or back."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _


class DateOrder(StrEnum):
    """How a numeric date is written when its year comes last."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mrt maa", "apr", "may mei", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec"), start=1
    )
    for name in names.split()
}

_DATE = re.compile(
    r"(?P<first>\d{1,4})(?P<between>[-/. ]+)(?P<second>\d{1,2}|[a-z]{3,9})[-/., ]+(?P<third>\d{1,4})(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?:uur|h)?\s*(?P<offset>z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:\s|,|t|om|at|klo)*", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_HOURS_IN_HALF_DAY = 12
_LONGEST = 80


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone, such as ``Europe/Amsterdam``; raises ``InvalidError`` for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidError(
            _("{name} is no time zone. Write one such as Europe/Amsterdam.", name=name[:_LONGEST])
        ) from error


def to_utc(local: datetime, *, zone: ZoneInfo, not_before: datetime | None = None) -> datetime:
    """Return the moment at which clocks in the zone showed ``local``.

    An hour that comes twice is the first, unless only the second is not before ``not_before``, the message
    above it. An hour that is skipped is what a clock that was not put forward would show.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not_before is not None and first < not_before <= second:
        return second
    return first


def parse_moment(
    written: str, *, zone: ZoneInfo, order: DateOrder = DateOrder.DAY_FIRST, not_before: datetime | None = None
) -> datetime:
    """Return the moment as aware UTC: ISO 8601, day-month-year, month names, RFC 5322 or seconds since 1970.

    A time without an offset is in ``zone``. Raises ``InvalidError`` for anything else.
    """
    text = " ".join(written.replace("\u200e", "").split())
    try:
        found = _iso(text) or _epoch(text) or _spelled(text, order=order) or _mail_date(text)
        if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise _unreadable(written)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        return to_utc(found, zone=zone, not_before=not_before)
    except (ValueError, OverflowError, OSError) as error:
        raise _unreadable(written) from error


def guess_order(written: Iterable[str]) -> DateOrder:
    """Return the order that all dates allow; day first where both would do, as everywhere in Europe."""
    month_first = False
    for text in written:
        date = _DATE.match(text.strip().lstrip("[\u200e"))
        if date is None or len(date["first"]) == 4 or not date["second"].isdigit():
            continue
        if int(date["first"]) > 12:
            return DateOrder.DAY_FIRST
        month_first = month_first or int(date["second"]) > 12
    return DateOrder.MONTH_FIRST if month_first else DateOrder.DAY_FIRST


def _unreadable(written: str) -> InvalidError:
    if not written.strip():
        return InvalidError(_("The time is empty. Write it as 2026-03-28 14:30 or 28-03-2026 14:30."))
    return InvalidError(
        _(
            "The time “{value}” cannot be read. Write it as 2026-03-28 14:30 or 28-03-2026 14:30.",
            value=written[:_LONGEST],
        )
    )


def _iso(text: str) -> datetime | None:
    if len(text) < 10 or text[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    whole = text.partition(".")[0]
    seconds, rest = divmod(int(whole), 1000) if len(whole) == 13 else (int(whole), 0)
    fraction = float(f"0.{text.partition('.')[2] or 0}") if len(whole) == 10 else 0.0
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest, seconds=fraction)


def _spelled(text: str, *, order: DateOrder) -> datetime | None:
    date = _DATE.match(text)
    if date is None:
        return None
    rest = text[_end_of_separator(text, start=date.end()) :]
    year, month, day = _date_parts(date, order=order)
    if not rest:
        return datetime(year, month, day)  # noqa: DTZ001 - the zone is added by the caller
    time = _TIME.fullmatch(rest)
    if time is None:
        return None
    hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
    if time["half"]:
        if not 1 <= hour <= _HOURS_IN_HALF_DAY:
            return None
        hour = hour % _HOURS_IN_HALF_DAY + (_HOURS_IN_HALF_DAY if time["half"].lower().startswith("p") else 0)
    microsecond = int((time["fraction"] or "")[:6].ljust(6, "0"))
    offset = _offset(time["offset"]) if time["offset"] else None
    return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=offset)


def _end_of_separator(text: str, *, start: int) -> int:
    between = _BETWEEN.match(text, start)
    return between.end() if between else start


def _date_parts(date: re.Match[str], *, order: DateOrder) -> tuple[int, int, int]:
    first, second, third = date["first"], date["second"], date["third"]
    if not second.isdigit():
        month = _MONTHS.get(second[:3].lower(), 0)
        return _full_year(third), month, int(first)
    if len(first) == 4:
        return int(first), int(second), int(third)
    if order is DateOrder.MONTH_FIRST:
        return _full_year(third), int(first), int(second)
    return _full_year(third), int(second), int(first)


def _full_year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _offset(written: str) -> timezone:
    if written.lower() == "z":
        return UTC
    digits = written[1:].replace(":", "")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if written[0] == "-" else distance)


def _mail_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
