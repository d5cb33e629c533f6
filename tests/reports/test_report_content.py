"""What a report's content refuses, concludes and signs."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.reports.content import (
    MOST_POINTS,
    QUOTE_LIMIT,
    BeyondControl,
    Change,
    DevelopmentPoint,
    Period,
    PeriodResult,
    Strength,
)
from scorecards.causes import Cause, Nature
from tests.reports.report_making import SEPTEMBER, bare_report, figure, full_report, quote

SYSTEMIC = [cause for cause in Cause if cause.nature is Nature.SYSTEMIC]
COACHABLE = [cause for cause in Cause if cause.nature is Nature.COACHABLE]


@pytest.mark.parametrize("cause", SYSTEMIC)
def test_a_cause_of_the_organisation_is_never_a_development_point(cause: Cause) -> None:
    with pytest.raises(InvalidError, match="never a development point"):
        DevelopmentPoint("Offers an alternative", better="Names two options.", cause=cause)


@pytest.mark.parametrize("cause", COACHABLE)
def test_what_can_be_coached_is_not_called_beyond_control(cause: Cause) -> None:
    with pytest.raises(InvalidError, match="did not control"):
        BeyondControl(cause, "Offers an alternative")


def test_a_fourth_development_point_is_refused() -> None:
    points = tuple(DevelopmentPoint(f"Point {number}", better="…") for number in range(MOST_POINTS + 1))
    with pytest.raises(InvalidError, match="at most 3 development points"):
        bare_report(points=points)


def test_a_fourth_strength_is_refused() -> None:
    with pytest.raises(InvalidError, match="at most 3 strengths"):
        bare_report(strengths=(Strength("Greets"),) * 4)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidError, match="before it begins"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (figure(90, 3), figure(70, 3), Change.BETTER),
        (figure(70, 3), figure(90, 3), Change.WORSE),
        (figure(82, 6), figure(78, 7), Change.WITHIN_CHANCE),
        (figure(90, 3, n=3), figure(70, 3), Change.TOO_FEW),
        (figure(90, 3), None, Change.NO_EARLIER),
    ],
)
def test_the_change_is_what_the_two_samples_allow(now: object, before: object, change: Change) -> None:
    previous = None if before is None else PeriodResult(SEPTEMBER, before)  # type: ignore[arg-type]  # a figure
    assert bare_report(overall=now, previous=previous).change is change


@given(st.text(max_size=1500))
def test_a_quote_on_the_page_is_short_and_begins_as_it_was_said(said: str) -> None:
    shown = quote(said).shown
    whole = " ".join(said.split())
    assert len(shown) <= QUOTE_LIMIT
    assert whole.startswith(shown.removesuffix(" …").rstrip(" ,;:"))
    assert quote(said).is_cut == (shown != whole)


def test_equal_content_has_one_digest_and_any_change_another() -> None:
    report = full_report()
    assert report.digest == full_report().digest
    assert len(report.digest) == 64
    assert replace(report, own_words=report.own_words + ".").digest != report.digest
