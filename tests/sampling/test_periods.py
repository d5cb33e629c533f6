"""Periods: whole local days, also when the clock changes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.i18n import Language
from qa.sampling.period import (
    LAST,
    Anchor,
    PeriodKind,
    next_period,
    parse_period,
    period_label,
    period_of,
    period_on,
    previous_period,
)

AMSTERDAM = "Europe/Amsterdam"


def test_a_month_begins_at_local_midnight() -> None:
    month = period_on(date(2026, 11, 21), kind=PeriodKind.MONTH, zone=AMSTERDAM)
    assert month.start == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert month.end == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23.0), (date(2026, 10, 25), 25.0)])
def test_the_day_the_clock_changes_has_an_hour_less_or_more(day: date, hours: float) -> None:
    assert period_on(day, kind=PeriodKind.DAY, zone=AMSTERDAM).hours == hours
    assert period_on(day, kind=PeriodKind.WEEK, zone=AMSTERDAM).hours == 168 + hours - 24


def test_a_call_just_after_local_midnight_belongs_to_the_new_month() -> None:
    call = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert period_of(call, kind=PeriodKind.MONTH, zone=AMSTERDAM).code == "2026-11"
    assert period_of(call, kind=PeriodKind.MONTH, zone="UTC").code == "2026-10"


def test_weeks_follow_iso_8601_around_new_year() -> None:
    week = period_on(date(2027, 1, 1), kind=PeriodKind.WEEK, zone=AMSTERDAM)
    assert week.code == "2026-W53"
    assert week.first == date(2026, 12, 28)
    assert next_period(week).code == "2027-W01"


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(PeriodKind),
    st.sampled_from([AMSTERDAM, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Havana"]),
)
def test_periods_join_without_gap_and_hold_their_moments(moment: datetime, kind: PeriodKind, zone: str) -> None:
    period = period_of(moment, kind=kind, zone=zone)
    assert period.holds(moment)
    assert not next_period(period).holds(moment)
    assert next_period(period).start == period.end
    assert previous_period(period).end == period.start
    assert parse_period(period.code, zone=zone) == period


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(1, LAST),
    st.integers(0, 6),
    st.sampled_from([AMSTERDAM, "Pacific/Apia", "America/Havana"]),
)
def test_months_that_begin_on_a_weekday_join_as_well(moment: datetime, nth: int, weekday: int, zone: str) -> None:
    period = period_of(moment, kind=PeriodKind.MONTH, zone=zone, anchor=Anchor(nth, weekday))
    assert period.holds(moment)
    assert next_period(period).start == period.end
    assert previous_period(period).end == period.start
    assert parse_period(period.code, zone=zone) == period
    assert period.first.weekday() == weekday
    assert 28 <= (next_period(period).first - period.first).days <= 35


def test_the_fourth_thursday_and_the_last_friday_of_a_month() -> None:
    # Thanksgiving Day in the United States is the fourth Thursday of November.
    assert [Anchor(4, 3).day_in(date(year, 11, 1)).day for year in (2023, 2024, 2025, 2026)] == [23, 28, 27, 26]
    assert [Anchor(LAST, 4).day_in(date(2026, month, 9)).day for month in (1, 2, 10)] == [30, 27, 30]
    month = parse_period("2026-10-4thu", zone=AMSTERDAM)
    assert (month.code, month.hours) == ("2026-10-4THU", 35 * 24 + 1)
    assert period_label(month, Language.NL) == "22 okt 2026 – 25 nov 2026"
    with pytest.raises(ValueError, match="number 6"):
        Anchor(6, 0)


def test_periods_are_named_in_both_languages() -> None:
    day = date(2026, 11, 21)
    named = [
        (period_label(period, Language.EN), period_label(period, Language.NL))
        for period in (period_on(day, kind=kind, zone=AMSTERDAM) for kind in PeriodKind)
    ]
    assert named == [
        ("21 November 2026", "21 november 2026"),
        ("week 47 of 2026", "week 47 van 2026"),
        ("November 2026", "november 2026"),
    ]


def test_nonsense_is_refused_with_an_example() -> None:
    with pytest.raises(InvalidError, match="2026-W47"):
        parse_period("2026-W60", zone=AMSTERDAM)
    with pytest.raises(InvalidError, match="Europe/Amsterdam"):
        parse_period("2026-11", zone="Nederland")
    with pytest.raises(ValueError, match="time zone"):
        period_of(datetime(2026, 1, 1), kind=PeriodKind.DAY, zone=AMSTERDAM)
