"""The period a page shows: read from its address, and the ones it offers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g

from qa.act import Act
from qa.i18n import Language, _, date_text, say
from qa.insight.control import Course, Point
from qa.insight.queries import newest_stretch
from qa.insight.stretch import ONE_DAY, Stretch, stretch_of
from qa.reports.content import Period as Days
from qa.reports.numbers import period_text
from qa.sampling.period import (
    Period,
    PeriodKind,
    next_period,
    parse_period,
    period_label,
    period_of,
    period_on,
    previous_period,
)

#: What ends the code of four weeks, after the code of the last of them.
FOUR_WEEKS = "+4"
WEEKS = 8
MONTHS = 6


@dataclass(frozen=True, slots=True)
class Steps:
    """Codes of the periods before and after, none where there is nothing to show yet."""

    before: str | None
    after: str | None


def stretch_asked(act: Act, code: str, *, agent_id: int | None = None) -> Stretch:
    """Return the period that the address names; without one the newest of which something was scored.

    A week alone seldom holds enough for a figure, so weekly samples are read four weeks at a time unless a week is
    asked for: ``2026-W46+4`` is week 46 with the three weeks before it.
    """
    zone = act.settings.time_zone
    if code.endswith(FOUR_WEEKS):
        return _four_weeks(stretch_of(parse_period(code.removesuffix(FOUR_WEEKS), zone=zone)))
    if code:
        return stretch_of(parse_period(code, zone=zone))
    newest = newest_stretch(act, zone=zone, agent_id=agent_id)
    return _four_weeks(newest) if _is_week(newest) else newest


def stretch_code(stretch: Stretch) -> str:
    """Return the code by which an address names the stretch, empty where none does."""
    if stretch.period is not None:
        return stretch.period.code
    last_week = _week_of(stretch)
    return last_week.code + FOUR_WEEKS if _four_weeks(stretch_of(last_week)) == stretch else ""


def period_choices(act: Act, stretch: Stretch) -> list[tuple[str, str]]:
    """Return the latest weeks and months, and the one that is shown, as code and name."""
    found: dict[str, str] = {}
    if stretch_code(stretch):
        found[stretch_code(stretch)] = stretch_name(stretch)
    for kind, count in ((PeriodKind.WEEK, WEEKS), (PeriodKind.MONTH, MONTHS)):
        period = period_of(act.now, kind=kind, zone=stretch.zone)
        for _place in range(count):
            found.setdefault(period.code, period_label(period, g.language))
            period = previous_period(period)
    return sorted(found.items(), reverse=True)


def steps(act: Act, stretch: Stretch) -> Steps:
    """Return where the links to the neighbouring periods lead."""
    if stretch.period is None:
        if not stretch_code(stretch):
            return Steps(None, None)
        later = Stretch(stretch.last + ONE_DAY, stretch.last + timedelta(weeks=4), stretch.zone)
        return Steps(stretch_code(stretch.before), stretch_code(later) if later.start <= act.now else None)
    after = next_period(stretch.period)
    return Steps(previous_period(stretch.period).code, after.code if after.start <= act.now else None)


def stretch_name(stretch: Stretch, *, language: Language | None = None) -> str:
    """Name the stretch as people say it."""
    reader: Any = language or g.language
    if stretch.period is not None:
        return period_label(stretch.period, reader)
    return period_text(Days(stretch.first, stretch.last), reader)


def short_name(stretch: Stretch) -> str:
    """Name the stretch where there is little room, as along a chart."""
    if _is_week(stretch):
        return say(_("wk {week}", week=stretch.first.isocalendar().week), g.language)
    if stretch.period is not None and stretch.period.kind is PeriodKind.MONTH:
        return date_text(stretch.first, g.language, style="MMM y")
    if stretch.period is None and stretch_code(stretch):
        first, last = stretch.first.isocalendar().week, stretch.last.isocalendar().week
        return say(_("wk {first}–{last}", first=first, last=last), g.language)
    return stretch_name(stretch)


def course_rows(course: Course) -> list[tuple[str, str, Point]]:
    """Return the name of each period of a course, its short name and its point."""
    return [(stretch_name(point.stretch), short_name(point.stretch), point) for point in course.points]


def _is_week(stretch: Stretch) -> bool:
    return stretch.period is not None and stretch.period.kind is PeriodKind.WEEK


def _week_of(stretch: Stretch) -> Period:
    """Return the week its last day lies in."""
    return period_on(stretch.last, kind=PeriodKind.WEEK, zone=stretch.zone)


def _four_weeks(week: Stretch) -> Stretch:
    """Return a week with the three weeks before it."""
    return Stretch(week.first - timedelta(weeks=3), week.last, week.zone)
