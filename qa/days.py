"""Days that people name, in an address, a form or the code of a period: which of them anything is reckoned with."""

import calendar
from datetime import date, timedelta

from qa.errors import InvalidError
from qa.i18n import _

#: Beyond these no interaction lies, and a day more or a month less would leave the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def read_day(written: str) -> date:
    """Read a day such as 2026-11-14, or refuse it with a sentence."""
    try:
        day = date.fromisoformat(written.strip())
    except ValueError as error:
        raise InvalidError(_("Give a day, such as 2026-11-14.")) from error
    return within_reach(day)


def day_or_none(written: str | None) -> date | None:
    """Read a day where what is none is passed over."""
    try:
        return read_day(written or "")
    except InvalidError:
        return None


def within_reach(day: date) -> date:
    """Return the day, or refuse one that lies too far away."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidError(
            _("Give a day in the years {first} to {last}.", first=str(FIRST_DAY.year), last=str(LAST_DAY.year))
        )
    return day


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def last_day_past(today: date, months: int) -> date:
    """Return the last day whose same day so many months later lies before today."""
    day = months_later(today, -months)
    while months_later(day, months) >= today:
        day -= timedelta(days=1)
    return day
