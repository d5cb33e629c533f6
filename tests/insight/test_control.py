"""Scores over the periods: a change is one only where a rule of the control chart says so."""

from itertools import pairwise

import pytest

from qa.estimate.charts import FEWEST_POINTS, Rule
from qa.estimate.figure import score_figure
from qa.insight.control import MANY, Count, counted_course, course_of, periods_until, score_course
from qa.insight.figures import Frame, Sample, Scored
from qa.insight.stretch import Stretch, stretch_of
from tests.insight.scene import OCTOBER

MONTHS = periods_until(stretch_of(OCTOBER))


def sample_of(periods: list[list[float]], *, passed: float = 75.0) -> Sample:
    """An agent's scores, month by month; a zero is a critical failure."""
    stretches = MONTHS[-len(periods) :]
    scored, frames = [], []
    for number, (stretch, values) in enumerate(zip(stretches, periods, strict=True), start=1):
        frames.append(Frame(number, "agent-1", 1, None, 400, len(values), stretch.start, stretch.end))
        scored += [
            Scored(
                1000 * number + at,
                1000 * number + at,
                1,
                None,
                number,
                "agent-1",
                "card",
                stretch.start,
                value,
                passed=value >= passed,
                critical_failed=value == 0,
            )
            for at, value in enumerate(values)
        ]
    return Sample(Stretch(stretches[0].first, MONTHS[-1].last, MONTHS[-1].zone), tuple(scored), tuple(frames))


def test_twelve_months_end_with_the_one_that_is_shown() -> None:
    assert len(MONTHS) == 12
    assert MONTHS[-1] == stretch_of(OCTOBER)
    assert all(after.before == before for before, after in pairwise(MONTHS))


def test_a_calm_series_has_not_changed() -> None:
    course = score_course(sample_of([[80.0 + month % 3] * 6 for month in range(12)]), MONTHS, peers={})
    assert course.middle == pytest.approx(81.0)
    assert course.changed == ()
    assert all(point.upper is not None and point.lower is not None for point in course.points)


def test_a_fall_is_a_change_that_names_its_rule() -> None:
    months = [[80.0 + month % 3] * 6 for month in range(11)] + [[50.0] * 6]
    course = score_course(sample_of(months), MONTHS, peers={})
    assert Rule.BEYOND_LIMITS in course.changed
    assert all(Rule.BEYOND_LIMITS not in point.fired for point in course.points[:-1])


def test_months_with_too_few_have_no_place_on_the_chart() -> None:
    months = [[80.0 + month % 3] * (6 if month % 4 else 2) for month in range(12)]
    course = score_course(sample_of(months), MONTHS, peers={})
    assert course.charted == 9
    assert [place for place, point in enumerate(course.points) if point.upper is None] == [0, 4, 8]


def test_too_few_months_have_no_limits_and_no_change() -> None:
    course = score_course(sample_of([[80.0] * 6] * (FEWEST_POINTS - 2) + [[20.0] * 6]), MONTHS, peers={})
    assert course.charted == FEWEST_POINTS - 1
    assert course.middle is None
    assert course.changed == ()
    assert course_of([], []).changed == ()


def test_no_limit_lies_where_no_score_can() -> None:
    figures = [score_figure([98.0 if month % 2 else 88.0] * 6, population=400) for month in range(12)]
    course = course_of(MONTHS, figures)
    assert {point.upper for point in course.points} == {100.0}


def test_many_evaluations_are_charted_as_shares_and_rates() -> None:
    months = [[100.0] * (MANY - 8 - month % 3) + [50.0] * (6 + month % 3) + [0.0] * 2 for month in range(12)]
    passed = counted_course(MONTHS, [Count(found.count(100.0), len(found), (1,)) for found in months])
    critical = counted_course(MONTHS, [Count(found.count(0.0), len(found), (1,)) for found in months], rare=True)
    assert passed is not None
    assert critical is not None
    assert passed.middle == pytest.approx(100 * sum(MANY - 8 - month % 3 for month in range(12)) / (12 * MANY))
    assert critical.middle == pytest.approx(100 * 2 / MANY)
    assert passed.changed == critical.changed == ()
    assert passed.points[0].figure.draw_ids == (1,)


def test_a_surge_of_critical_failures_is_a_change() -> None:
    months = [[100.0] * (MANY - 1) + [0.0] for _ in range(11)] + [[100.0] * (MANY - 20) + [0.0] * 20]
    counts = [Count(found.count(0.0), len(found), (1,)) for found in months]
    course = counted_course(MONTHS, counts, rare=True)
    assert course is not None
    assert Rule.BEYOND_LIMITS in course.changed


def test_few_evaluations_are_not_charted_as_shares() -> None:
    assert counted_course(MONTHS, [Count(40, MANY - 1, (1,))] * 12) is None
    assert counted_course(MONTHS, [Count(1, MANY, (1,))] * (FEWEST_POINTS - 1), rare=True) is None
