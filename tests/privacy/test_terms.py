"""When a term ends: by whole days of the company's clock, whatever the length of the month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.days import last_day_past, months_later
from qa.errors import InvalidError
from qa.privacy.terms import Kept, kept_until, past_before
from qa.settings import LONGEST_TERM_MONTHS, Settings, read_settings

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(today=DAYS, months=MONTHS, back=st.integers(0, 5))
def test_exactly_the_days_up_to_the_last_one_are_past(today: date, months: int, back: int) -> None:
    last = last_day_past(today, months)
    assert months_later(last - timedelta(days=back), months) < today
    assert months_later(last + timedelta(days=1 + back), months) >= today


def test_the_day_until_which_a_report_is_kept_is_not_past() -> None:
    settings = Settings()
    assert kept_until(settings, date(2026, 11, 22)) == date(2028, 11, 22)
    in_amsterdam = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert kept_until(settings, in_amsterdam) == date(2028, 11, 22)
    on_the_day = past_before(settings, Kept.REPORTS, now=datetime(2028, 11, 22, 12, tzinfo=UTC))
    day_after = past_before(settings, Kept.REPORTS, now=datetime(2028, 11, 23, 12, tzinfo=UTC))
    assert on_the_day is not None
    assert day_after is not None
    assert on_the_day <= in_amsterdam < day_after


def test_nought_is_no_end() -> None:
    settings = Settings(keep_evaluations_months=0)
    assert kept_until(settings, date(2026, 11, 22)) is None
    assert past_before(settings, Kept.EVALUATIONS, now=datetime(2026, 11, 22, tzinfo=UTC)) is None


@pytest.mark.parametrize("given", ["-1", str(LONGEST_TERM_MONTHS + 1)])
def test_a_term_that_makes_no_sense_is_refused(given: str) -> None:
    with pytest.raises(InvalidError, match=r"STEEKPROEF_KEEP_SOUND_MONTHS.*0, for no end"):
        read_settings({"STEEKPROEF_KEEP_SOUND_MONTHS": given})
