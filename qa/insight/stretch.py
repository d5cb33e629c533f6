"""Stretches of whole local days, as reports and pages ask for them, and the stretch before each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling.period import Period, PeriodKind, period_on, previous_period, time_zone

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first local day to the last, both included."""

    first: date
    last: date
    zone: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidError(_("The period ends before it begins."), field="ends_on")
        time_zone(self.zone)

    @property
    def start(self) -> datetime:
        """Its first moment, aware, UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it, aware, UTC."""
        return _midnight(self.last + ONE_DAY, self.zone)

    @property
    def period(self) -> Period | None:
        """The day, week or month it is, if it is exactly one."""
        for kind in (PeriodKind.MONTH, PeriodKind.WEEK, PeriodKind.DAY):
            found = period_on(self.first, kind=kind, zone=self.zone)
            if (found.first, found.end) == (self.first, self.end):
                return found
        return None

    @property
    def before(self) -> "Stretch":
        """The month before a month, the week before a week, else as many days before."""
        if self.first <= date(1901, 1, 1):
            return self
        if self.period is not None:
            return stretch_of(previous_period(self.period))
        last = self.first - ONE_DAY
        return Stretch(last - (self.last - self.first), last, self.zone)

    def holds(self, moment: datetime) -> bool:
        """Whether an aware moment falls in it."""
        return self.start <= moment < self.end


def stretch_of(period: Period) -> Stretch:
    """Return the days of a period of the sampling."""
    after = period.end.astimezone(time_zone(period.zone)).date()
    return Stretch(period.first, after - ONE_DAY, period.zone)


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=time_zone(zone)).astimezone(UTC)
