"""Periods of a plan: a day, an ISO week or a month of a time zone, as aware UTC instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.errors import InvalidError
from qa.i18n import Language, Text, _, date_text, say


class PeriodKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole local days; `start` belongs to it, `end` does not."""

    kind: PeriodKind
    #: First local day.
    first: date
    zone: str
    #: Aware, UTC.
    start: datetime
    #: Aware, UTC.
    end: datetime

    @property
    def code(self) -> str:
        """The period as it is stored and sorted: 2026-11-21, 2026-W47 or 2026-11."""
        if self.kind is PeriodKind.DAY:
            return self.first.isoformat()
        if self.kind is PeriodKind.WEEK:
            year, week, _weekday = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.first.year:04d}-{self.first.month:02d}"

    @property
    def hours(self) -> float:
        """Real length in hours; the days on which the clock changes have 23 or 25."""
        return (self.end - self.start) / timedelta(hours=1)

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment falls in the period."""
        return self.start <= moment < self.end


def period_of(moment: datetime, *, kind: PeriodKind, zone: str) -> Period:
    """The period of that kind in which an aware moment falls, seen from the time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return period_on(moment.astimezone(time_zone(zone)).date(), kind=kind, zone=zone)


def period_on(day: date, *, kind: PeriodKind, zone: str) -> Period:
    """The period of that kind that holds a local day."""
    local = time_zone(zone)
    if kind is PeriodKind.DAY:
        first, after = day, day + timedelta(days=1)
    elif kind is PeriodKind.WEEK:
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    else:
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    return Period(kind, first, zone, _midnight(first, local), _midnight(after, local))


def parse_period(code: str, *, zone: str) -> Period:
    """Read a period's code back: 2026-11-21, 2026-W47 or 2026-11."""
    try:
        if "W" in code.upper():
            year, week = code.upper().split("-W")
            return period_on(date.fromisocalendar(int(year), int(week), 1), kind=PeriodKind.WEEK, zone=zone)
        if code.count("-") == 1:
            year, month = code.split("-")
            return period_on(date(int(year), int(month), 1), kind=PeriodKind.MONTH, zone=zone)
        return period_on(date.fromisoformat(code), kind=PeriodKind.DAY, zone=zone)
    except ValueError as error:
        raise InvalidError(
            _(
                "“{code}” is not a period. Write a day as 2026-11-21, a week as 2026-W47 or a month as 2026-11.",
                code=code,
            )
        ) from error


def next_period(period: Period) -> Period:
    """The period of the same kind that follows."""
    return period_on(period.end.astimezone(time_zone(period.zone)).date(), kind=period.kind, zone=period.zone)


def previous_period(period: Period) -> Period:
    """The period of the same kind that came before."""
    return period_on(period.first - timedelta(days=1), kind=period.kind, zone=period.zone)


def period_label(period: Period, language: Language) -> str:
    """Name the period as people say it: “21 November 2026”, “week 47 of 2026”, “November 2026”."""
    if period.kind is PeriodKind.WEEK:
        year, week, _weekday = period.first.isocalendar()
        return say(week_label(year, week), language)
    pattern = "d MMMM y" if period.kind is PeriodKind.DAY else "MMMM y"
    return date_text(period.first, language, style=pattern)


def week_label(year: int, week: int) -> Text:
    """Name an ISO week; its year is the ISO year, which differs from the calendar's around New Year."""
    return _("week {week} of {year}", week=week, year=str(year))


def time_zone(name: str) -> ZoneInfo:
    """Find a time zone by its name, or refuse with a sentence."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidError(
            _("“{name}” is not a time zone. An example of one is Europe/Amsterdam.", name=name)
        ) from error


def _midnight(day: date, local: ZoneInfo) -> datetime:
    # Where the clock skips midnight, the offset before the change names the first moment that exists.
    return datetime.combine(day, time.min, tzinfo=local).astimezone(UTC)
