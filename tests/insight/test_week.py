"""The week from kept sums: the figures of the scores themselves, whatever was kept and however periods cut draws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.estimate.comparisons import chance_of_difference, holm
from qa.estimate.figure import Figure, share_figure
from qa.evaluations.models import Evaluation
from qa.insight import board, control
from qa.insight.control import periods_until, score_course
from qa.insight.counting import count_draws
from qa.insight.figures import Sample, sample_figure
from qa.insight.keeping import changed_draws, keep_draw
from qa.insight.models import DrawSums
from qa.insight.queries import read_sample
from qa.insight.span import read_span
from qa.insight.spreads import spreads_of
from qa.insight.stretch import Stretch, stretch_of
from qa.insight.week import LEVEL, Compared, Week, week_of
from qa.sampling.models import DrawItem
from qa.sampling.period import PeriodKind, parse_period, period_of, period_on, previous_period
from tests.insight.generated import Generated
from tests.insight.scene import ZONE
from tests.makers import Makers

STRETCHES = (
    stretch_of(parse_period("2026-10", zone=ZONE)),
    stretch_of(parse_period("2026-W44", zone=ZONE)),
    Stretch(date(2026, 10, 12), date(2026, 11, 8), ZONE),
    Stretch(date(2026, 10, 6), date(2026, 10, 30), ZONE),
    stretch_of(parse_period("2026-10-20", zone=ZONE)),
)


def keep(act: Act) -> int:
    """Keep every draw, as the hourly job does."""
    changed = changed_draws(act)
    for draw_id, state in changed.items():
        keep_draw(act, draw_id, count_draws(act, [draw_id]), state=state)
    return len(changed)


def same(one: Figure, other: Figure) -> None:
    told = (one.n, one.population, one.method, one.draw_ids, one.too_few)
    assert told == (other.n, other.population, other.method, other.draw_ids, other.too_few)
    for name in ("value", "low", "high"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-7)
    assert (one.exclusions is None) == (other.exclusions is None)
    if one.exclusions and other.exclusions:
        assert one.exclusions.n == other.exclusions.n
        assert (one.exclusions.low, one.exclusions.high) == pytest.approx((other.exclusions.low, other.exclusions.high))


def as_the_scores_tell(act: Act, week: Week, *, team_id: int | None) -> None:
    """Compare the page with figures worked out from every score of all its periods."""
    stretch = week.stretch
    last = stretch if stretch.period else stretch_of(period_on(stretch.last, kind=PeriodKind.WEEK, zone=ZONE))
    periods, own = periods_until(last), periods_until(stretch)
    span = Stretch(min(periods[0].first, own[0].first), max(last.last, stretch.last), ZONE)
    everyone = read_sample(act, span)
    shown = everyone if team_id is None else everyone.of_team(team_id)
    peers = spreads_of(act, stretch).of()
    now = shown.within(stretch)
    same(week.overall, sample_figure(now, peers=peers))
    assert week.disputed == len(now.disputed)
    course = score_course(shown, periods, peers=peers)
    for mine, theirs in zip(week.course.points, course.points, strict=True):
        same(mine.figure, theirs.figure)
        assert mine.fired == theirs.fired
    counted(week, shown, periods)
    rows: dict[int, Compared] = dict(week.teams) or {row.agent.id: row for row in week.rows}
    parts = everyone.by_team() if week.teams else shown.by_agent()
    assert rows.keys() == {number for number, part in parts.items() if holds_something(part.within(stretch))}
    for number, row in rows.items():
        part = parts[number]
        same(row.figure, sample_figure(part.within(stretch), peers=peers))
        same(row.before, sample_figure(part.within(stretch.before), peers=peers))
        assert row.changed == score_course(part, own, peers=peers).changed
        assert row.disputed == len(part.within(stretch).disputed)
    chances = [chance_of_difference(row.figure, row.before) for row in rows.values()]
    told = holm([chance for chance in chances if chance is not None])
    assert sum(row.told for row in rows.values()) == sum(chance < LEVEL for chance in told)


def holds_something(part: Sample) -> bool:
    return bool(part.scored or part.disputed or part.frames)


def counted(week: Week, shown: Sample, periods: Sequence[Stretch]) -> None:
    """Compare what passed and what failed critically."""
    for course, what in ((week.passed, "passed"), (week.critical, "critical_failed")):
        if course is None:
            continue
        for point, one in zip(course.points, periods, strict=True):
            items = shown.within(one).scored
            given = [getattr(item, what) for item in items if getattr(item, what) is not None]
            draws = tuple(sorted({item.draw_id for item in items}))
            assert point.figure == share_figure(sum(given), n=len(given), draw_ids=draws)


@pytest.mark.parametrize("seed", range(3))
def test_the_week_is_as_the_scores_tell_it_whatever_was_kept(
    act: Act, make: Makers, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    company = Generated(make, seed)
    monkeypatch.setattr(control, "MANY", 1)
    viewed = replace(act, actor=company.scene.supervisor)

    def look() -> list[Week]:
        found = []
        for stretch in STRETCHES:
            for team_id in (None, company.teams[0].id):
                found.append(week_of(viewed, stretch, team_id=team_id))
                as_the_scores_tell(act, found[-1], team_id=team_id)
            found.append(week_of(viewed, stretch, by_team=True))
            as_the_scores_tell(act, found[-1], team_id=None)
        return found

    assert all(week.counted_at is None for week in look())
    assert keep(act)
    monkeypatch.setattr(board, "MOST_LIVE", 0)
    read_again = look()
    assert any(week.counted_at == act.now for week in read_again)
    assert any(week.passed for week in read_again)


def test_the_newest_draws_are_read_as_they_stand_and_older_ones_as_they_were_kept(
    act: Act, make: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Generated(make, 7)
    viewed = replace(act, actor=company.scene.supervisor)
    stretch = STRETCHES[0]
    keep(act)
    before = week_of(viewed, stretch)
    sample = read_sample(act, stretch)
    monthly = max(sample.frames, key=lambda frame: frame.end - frame.start).draw_id
    changed = next(item for item in sample.scored if item.draw_id == monthly and item.quality is not None)
    evaluation = act.session.get_one(Evaluation, changed.evaluation_id)
    evaluation.quality_bp = 10_000 - (evaluation.quality_bp or 0)
    act.session.flush()
    assert week_of(viewed, stretch).overall.value != pytest.approx(before.overall.value)
    monkeypatch.setattr(board, "MOST_LIVE", 0)
    assert week_of(viewed, stretch).overall.value == pytest.approx(before.overall.value)
    assert keep(act) == 1
    as_the_scores_tell(act, week_of(viewed, stretch), team_id=None)


@pytest.mark.parametrize("kind", [PeriodKind.WEEK, PeriodKind.MONTH])
def test_weeks_of_draws_by_the_month_and_months_of_those_by_the_week_are_taken_as_they_were_kept(
    act: Act, make: Makers, monkeypatch: pytest.MonkeyPatch, kind: PeriodKind
) -> None:
    company = Generated(make, 9)
    keep(act)
    monkeypatch.setattr(board, "MOST_LIVE", 0)
    period = previous_period(period_of(act.now, kind=kind, zone=ZONE))
    stretches = [stretch_of(period), stretch_of(previous_period(period))]
    for team_id in (None, company.teams[0].id):
        span = read_span(act, stretches, team_id=team_id, agents=True)
        assert not span.read.scored
        assert not span.read.frames
        assert all(shares for shares in span.shares(stretches))
        assert len(span.by_agent(stretches)[0]) > 1
    one_day = Stretch(stretches[0].first, stretches[0].first, ZONE)
    assert read_span(act, [one_day], agents=True).read.frames


def test_a_draw_with_a_call_from_outside_its_period_is_read_score_by_score(
    act: Act, make: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Generated(make, 8)
    viewed = replace(act, actor=company.scene.supervisor)
    stretch = STRETCHES[0]
    stray = read_sample(act, stretch).scored[0]
    item = act.session.get_one(DrawItem, stray.item_id)
    item.interaction.started_at -= timedelta(days=40)
    act.session.flush()
    keep(act)
    monkeypatch.setattr(board, "MOST_LIVE", 0)
    bare = act.session.scalars(select(DrawSums.draw_id).where(DrawSums.channel == "", DrawSums.agents.is_(None)))
    assert set(bare) == {item.draw_id}
    as_the_scores_tell(act, week_of(viewed, stretch), team_id=None)
