"""Periods of a plan: a day, an ISO week or a month of a time zone, as aware UTC instants.

A month is that of the calendar, or runs from one fixed weekday of the month, such as the fourth Thursday, to the next.
Either way periods join without a gap, so that every interaction belongs to exactly one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.days import within_reach
from qa.errors import InvalidError
from qa.i18n import Language, Text, _, date_text, say


class PeriodKind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


#: The `nth` of an anchor that means the last such weekday of the month.
LAST = 5
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_ANCHORED = re.compile(r"(\d{4})-(\d{2})-([1-4L])(" + "|".join(_DAYS) + ")")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The weekday on which months of a plan begin, such as the fourth Thursday; raises ``ValueError`` for none there is."""

    #: 1 to 4, or `LAST`.
    nth: int
    #: 0 is Monday.
    weekday: int

    def __post_init__(self) -> None:
        if not (1 <= self.nth <= LAST and 0 <= self.weekday <= 6):
            raise ValueError(f"There is no weekday {self.weekday} number {self.nth} in every month.")

    @property
    def code(self) -> str:
        """The anchor as codes of periods end: 4THU, or LFRI for the last Friday."""
        return f"{'L' if self.nth == LAST else self.nth}{_DAYS[self.weekday]}"

    def day_in(self, month: date) -> date:
        """Return that weekday of the month in which a day lies."""
        first = month.replace(day=1)
        if self.nth == LAST:
            last = _next_month(first) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - self.weekday) % 7)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))


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
    #: The weekday on which a month begins that is not the calendar's.
    anchor: Anchor | None = None

    @property
    def code(self) -> str:
        """The period as it is stored and sorted: 2026-11-21, 2026-W47, 2026-11, or 2026-11-4THU with an anchor."""
        if self.kind is PeriodKind.DAY:
            return self.first.isoformat()
        if self.kind is PeriodKind.WEEK:
            year, week, _weekday = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        month = f"{self.first.year:04d}-{self.first.month:02d}"
        return f"{month}-{self.anchor.code}" if self.anchor else month

    @property
    def hours(self) -> float:
        """Real length in hours; the days on which the clock changes have 23 or 25."""
        return (self.end - self.start) / timedelta(hours=1)

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment falls in the period."""
        return self.start <= moment < self.end


def period_of(moment: datetime, *, kind: PeriodKind, zone: str, anchor: Anchor | None = None) -> Period:
    """The period of that kind in which an aware moment falls, seen from the time zone; an anchor goes with months."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return period_on(moment.astimezone(time_zone(zone)).date(), kind=kind, zone=zone, anchor=anchor)


def period_on(day: date, *, kind: PeriodKind, zone: str, anchor: Anchor | None = None) -> Period:
    """The period of that kind that holds a local day; an anchor goes with months."""
    local = time_zone(zone)
    if kind is PeriodKind.DAY:
        first, after = day, day + timedelta(days=1)
    elif kind is PeriodKind.WEEK:
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    elif anchor is None:
        first = day.replace(day=1)
        after = _next_month(first)
    else:
        first = anchor.day_in(day)
        if first > day:
            first = anchor.day_in(day.replace(day=1) - timedelta(days=1))
        after = anchor.day_in(_next_month(first.replace(day=1)))
    kept = anchor if kind is PeriodKind.MONTH else None
    return Period(kind, first, zone, _midnight(first, local), _midnight(after, local), kept)


def parse_period(code: str, *, zone: str) -> Period:
    """Read a period's code back: 2026-11-21, 2026-W47, 2026-11 or 2026-11-4THU."""
    kind, day, anchor = _parts(code)
    return period_on(within_reach(day), kind=kind, zone=zone, anchor=anchor)


def _parts(code: str) -> tuple[PeriodKind, date, Anchor | None]:
    """Return the kind of period that a code names, a day in it, and its anchor."""
    try:
        if anchored := _ANCHORED.fullmatch(code.strip().upper()):
            year, month, nth, day = anchored.groups()
            anchor = Anchor(LAST if nth == "L" else int(nth), _DAYS.index(day))
            return PeriodKind.MONTH, anchor.day_in(date(int(year), int(month), 1)), anchor
        if "W" in code.upper():
            year, week = code.upper().split("-W")
            return PeriodKind.WEEK, date.fromisocalendar(int(year), int(week), 1), None
        if code.count("-") == 1:
            year, month = code.split("-")
            return PeriodKind.MONTH, date(int(year), int(month), 1), None
        return PeriodKind.DAY, date.fromisoformat(code), None
    except (OverflowError, ValueError) as error:
        raise InvalidError(
            _(
                "“{code}” is not a period. Write a day as 2026-11-21, a week as 2026-W47 or a month as 2026-11.",
                code=code,
            )
        ) from error


def next_period(period: Period) -> Period:
    """The period of the same kind that follows."""
    day = period.end.astimezone(time_zone(period.zone)).date()
    return period_on(day, kind=period.kind, zone=period.zone, anchor=period.anchor)


def previous_period(period: Period) -> Period:
    """The period of the same kind that came before."""
    day = period.first - timedelta(days=1)
    return period_on(day, kind=period.kind, zone=period.zone, anchor=period.anchor)


def period_label(period: Period, language: Language) -> str:
    """Name the period as people say it: “21 November 2026”, “week 47 of 2026”, “November 2026”, else by both its days."""
    if period.anchor is not None:
        last = period.end.astimezone(time_zone(period.zone)).date() - timedelta(days=1)
        return f"{date_text(period.first, language)} – {date_text(last, language)}"
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


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date, local: ZoneInfo) -> datetime:
    # Where the clock skips midnight, the offset before the change names the first moment that exists.
    return datetime.combine(day, time.min, tzinfo=local).astimezone(UTC)
