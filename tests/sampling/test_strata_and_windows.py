"""Names of strata, and weekdays and hours as real time on days when the clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.sampling.period import PeriodKind, parse_period, period_of
from qa.sampling.strata import (
    Dimension,
    agent_of,
    part_name,
    place_of,
    stratum_name,
    stratum_of,
    stretch_at,
    stretch_name,
    values_of,
    whole_of,
    with_part,
)
from qa.sampling.windows import windows

ZONES = ["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"]

queues = st.text(max_size=25)


@given(st.integers(1, 10**18), queues, st.sampled_from([None, "nl", "en"]), st.integers(1, 31))
def test_a_stratum_is_named_by_its_values_and_read_back(
    agent: int, queue: str, language: str | None, place: int
) -> None:
    name = stratum_name([(Dimension.AGENT, agent), (Dimension.QUEUE, queue), (Dimension.LANGUAGE, language)])
    part = stretch_name(name, place=place)
    assert values_of(part) == {Dimension.AGENT: str(agent), Dimension.QUEUE: queue, Dimension.LANGUAGE: language or ""}
    assert (agent_of(part), whole_of(part), place_of(part)) == (agent, name, place)
    assert (whole_of(name), place_of(name)) == (name, None)


@given(st.text(max_size=100), st.text(max_size=100))
def test_names_fit_their_column_and_two_queues_never_become_one(one: str, other: str) -> None:
    names = [
        stratum_name(
            [
                (Dimension.AGENT, 10**18),
                (Dimension.CHANNEL, "in_person"),
                (Dimension.TEAM, 10**18),
                (Dimension.QUEUE, queue),
                (Dimension.LANGUAGE, "nl"),
            ]
        )
        for queue in (one, other)
    ]
    assert all(len(stretch_name(name, place=31)) <= 200 for name in names)
    assert (names[0] == names[1]) == (one == other)


def test_an_agents_own_stratum_and_the_part_that_takes_anothers_place() -> None:
    assert stratum_of(12) == "agent-12"
    assert agent_of("team-12") is None
    both = stratum_name([(Dimension.AGENT, 12), (Dimension.CHANNEL, "chat")])
    assert with_part(both, part_name(Dimension.CHANNEL, "phone")) == "agent-12|channel-phone"
    assert with_part("team-3", "channel-phone") == "team-3"


@given(st.integers(1, 31), st.integers(0, 745 * 3600 - 1), st.integers(0, 999_999))
def test_every_moment_lies_in_one_stretch(parts: int, second: int, microsecond: int) -> None:
    month = parse_period("2026-10", zone="Europe/Amsterdam")
    moment = month.start + timedelta(seconds=second, microseconds=microsecond)
    place = stretch_at(moment, start=month.start, end=month.end, parts=parts)
    assert 1 <= place <= parts
    assert (place - 1) * (month.end - month.start) <= parts * (moment - month.start)
    assert parts * (moment - month.start) < place * (month.end - month.start)


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 6)),
    st.one_of(st.none(), st.integers(0, 1439)),
    st.one_of(st.none(), st.integers(1, 1440)),
)
def test_a_moment_is_in_a_window_when_the_clock_on_the_wall_says_so(
    moment: datetime, zone: str, weekdays: set[int], since: int | None, until: int | None
) -> None:
    week = period_of(moment, kind=PeriodKind.WEEK, zone=zone)
    found = windows(week, weekdays=sorted(weekdays), since=since, until=until)
    wall = moment.astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    first, last = since or 0, 1440 if until is None else until
    in_hours = first <= minute < last if first < last else minute >= first or minute < last
    expected = in_hours and (not weekdays or wall.weekday() in weekdays)
    assert any(opens <= moment < closes for opens, closes in found) == expected


def test_the_hour_that_comes_twice_counts_twice_and_the_skipped_one_not() -> None:
    def hours(week: str, since: int, until: int) -> float:
        period = parse_period(week, zone="Europe/Amsterdam")
        found = windows(period, weekdays=[6], since=since, until=until)
        return sum((closes - opens) / timedelta(hours=1) for opens, closes in found)

    assert hours("2026-W43", 120, 180) == 2
    assert hours("2026-W13", 120, 180) == 0
    assert hours("2026-W13", 90, 210) == 1
    assert hours("2026-W41", 120, 180) == 1
    assert hours("2026-W43", 1320, 360) == 9


def test_whole_days_that_follow_each_other_are_one_window() -> None:
    october = parse_period("2026-10", zone="Europe/Amsterdam")
    assert windows(october) == [(october.start, october.end)]
    assert len(windows(october, weekdays=[0, 1, 2, 3, 4])) == 5
