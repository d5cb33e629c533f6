"""Weekdays and hours of a period as stretches of real time, also on the days on which the clock changes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from qa.sampling.period import Period, time_zone

DAY_MINUTES = 24 * 60
_DAY, _HOUR, _MINUTE, _SECOND = (timedelta(seconds=seconds) for seconds in (86_400, 3_600, 60, 1))

Window = tuple[datetime, datetime]


def windows(
    period: Period, *, weekdays: Sequence[int] = (), since: int | None = None, until: int | None = None
) -> list[Window]:
    """Return when in the period the clock on the wall shows one of the weekdays and a time from `since` to `until`.

    Weekdays are numbers, 0 for Monday, none for all; times are minutes after midnight, the second not included. Where
    `until` is not later than `since` the hours run on over midnight, each part on the weekday it falls on. The result
    is aware, UTC, in order; the end of a window does not belong to it. An hour that the clock shows twice counts twice,
    one that it skips not at all.
    """
    days = frozenset(weekdays or range(7))
    first, last = since or 0, DAY_MINUTES if until is None else until
    bands = [(first, last)] if first < last else [(0, last), (first, DAY_MINUTES)]
    found: list[Window] = []
    for begin, end, offset in _steady(period):
        day = datetime.combine((begin + offset).date(), time.min, tzinfo=UTC) - offset
        while day < end:
            if (day + offset).weekday() in days:
                for low, high in bands:
                    opens, closes = max(begin, day + low * _MINUTE), min(end, day + high * _MINUTE)
                    if opens < closes:
                        found.append((opens, closes))
            day += _DAY
    return _joined(found)


def _steady(period: Period) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut the period where the clock changes; each piece with its difference from UTC."""
    zone = time_zone(period.zone)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).utcoffset() or timedelta()

    begin = at = period.start
    while at < period.end:
        later = min(at + _HOUR, period.end)
        if offset(later) != offset(at):
            low, high = at, later
            while high - low > _SECOND:
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
            change = high.replace(microsecond=0)
            yield begin, change, offset(begin)
            begin = change
        at = later
    yield begin, period.end, offset(begin)


def _joined(found: list[Window]) -> list[Window]:
    joined: list[Window] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined
