"""The frame of a draw, and the preview of what it would find."""

from datetime import timedelta

from sqlalchemy import func, select

from qa.act import Act
from qa.interactions.kinds import Channel, InteractionState
from qa.mystery.models import Visit
from qa.people.models import User
from qa.sampling.frame import frame
from qa.sampling.period import parse_period
from tests.makers import Makers
from tests.sampling.plan_making import IN_OCTOBER, OCTOBER, ZONE, calls, foreseen, only


def test_the_frame_is_what_is_ready_in_the_period_and_matches(act: Act, make: Makers) -> None:
    here, there = make.team(), make.team()
    agent = make.agent(team=here)
    wanted = make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=60_000)
    last = make.interaction(agent=agent, started_at=OCTOBER.end - timedelta(seconds=1), duration_ms=60_000)
    make.interaction(agent=agent, started_at=OCTOBER.end)
    make.interaction(agent=agent, started_at=IN_OCTOBER, channel=Channel.CHAT)
    make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=10_000)
    make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=None)  # type: ignore[arg-type]
    make.interaction(agent=agent, started_at=IN_OCTOBER, team_id=there.id)
    make.interaction(agent=agent, started_at=IN_OCTOBER, state=InteractionState.TRANSCRIBING)
    population = only(channels=(Channel.PHONE,), team_ids=(here.id,), min_duration_ms=30_000, max_duration_ms=600_000)
    assert dict(frame(act, population, period=OCTOBER)) == dict.fromkeys(
        (wanted.stable_key, last.stable_key), f"agent-{agent.id}"
    )


def test_a_mystery_visit_is_never_drawn(act: Act, make: Makers, team_of_three: list[User]) -> None:
    from tests.sampling.visits import visit_of  # noqa: PLC0415

    visited = make.interaction(agent=team_of_three[0], started_at=IN_OCTOBER)
    visit_of(make, visited)
    assert act.session.scalar(select(func.count()).select_from(Visit)) == 1
    assert visited.stable_key not in dict(frame(act, only(), period=OCTOBER))


def test_the_preview_tells_who_would_have_too_few(make: Makers, team_of_three: list[User]) -> None:
    make.agent("Dilan")
    make.interaction(agent=team_of_three[0], started_at=IN_OCTOBER, state=InteractionState.FAILED)
    found = foreseen(make, only(), period=OCTOBER, each=5)
    assert [(row.name, row.eligible, row.expected) for row in found.rows] == [
        ("Anna", 10, 5),
        ("Bram", 8, 5),
        ("Chris", 2, 2),
        ("Dilan", 0, 0),
    ]
    assert (found.eligible, found.expected) == (20, 12)
    # Calls of a minute and a half, and three minutes each to score.
    assert found.minutes == round(5 * 4.5) * 2 + 9
    assert [row.name for row in found.short] == ["Chris", "Dilan"]
    told = " ".join(str(note) for note in found.notes)
    assert "2 agents have fewer than 5" in told
    assert "1 interaction of this period is not ready" in told


def test_the_preview_says_when_nothing_matches(make: Makers, team_of_three: list[User]) -> None:
    found = foreseen(make, only(channels=(Channel.SMS,)), period=OCTOBER, each=5)
    assert str(found.notes[0]).startswith("No interaction matches")


def test_the_preview_says_that_the_clock_changes(make: Makers, team_of_three: list[User]) -> None:
    # In the last week of October a Dutch Sunday has 25 hours.
    week = parse_period("2026-W43", zone=ZONE)
    notes = [str(note) for note in foreseen(make, only(), period=week, each=1).notes]
    assert any("lasts 169 hours" in note for note in notes)
    plain = [str(note) for note in foreseen(make, only(), period=parse_period("2026-W41", zone=ZONE), each=1).notes]
    assert not any("clock" in note for note in plain)


def test_the_preview_says_who_moved_teams(make: Makers, team_of_three: list[User]) -> None:
    mover = team_of_three[0]
    before, after = mover.team_id, make.team("Returns")
    calls(make, mover, 3, at=IN_OCTOBER + timedelta(days=10), team_id=after.id)
    found = foreseen(make, only(team_ids=(after.id,)), period=OCTOBER, each=2)
    assert "1 agent moved teams" in " ".join(str(note) for note in found.notes)
    assert [(row.name, row.eligible) for row in found.rows if row.eligible] == [("Anna", 3)]
    assert before != after.id
