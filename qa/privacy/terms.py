"""How long what is kept, by the settings; and until which day a report is."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from qa.days import last_day_past, months_later
from qa.settings import Settings


class Kept(StrEnum):
    """What has a term, in the order in which it is erased."""

    SOUND = "sound"
    TEXTS = "texts"
    EVALUATIONS = "evaluations"
    REPORTS = "reports"
    WAITING = "waiting"


def months_of(settings: Settings, kind: Kept) -> int:
    """Return the term in months, 0 for no end."""
    return {
        Kept.SOUND: settings.keep_sound_months,
        Kept.TEXTS: settings.keep_texts_months,
        Kept.EVALUATIONS: settings.keep_evaluations_months,
        Kept.REPORTS: settings.keep_evaluations_months,
        Kept.WAITING: settings.keep_waiting_months,
    }[kind]


def past_before(settings: Settings, kind: Kept, *, now: datetime) -> datetime | None:
    """Return the moment before which what began is past its term; none where it has no end.

    What began on a day is kept until the same day of its last month, that day included, by the company's clock.
    """
    months = months_of(settings, kind)
    if not months:
        return None
    zone = ZoneInfo(settings.time_zone)
    day = last_day_past(now.astimezone(zone).date(), months)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


def kept_until(settings: Settings, since: date | datetime) -> date | None:
    """Return the last day on which an evaluation's texts, or a report, of then are kept; none where that has no end."""
    months = settings.keep_evaluations_months
    if not months:
        return None
    day = since.astimezone(ZoneInfo(settings.time_zone)).date() if isinstance(since, datetime) else since
    return months_later(day, months)
