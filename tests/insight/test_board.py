"""Dashboards: the same figures from kept counts as from the scores, the same cost whatever there is, and who sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select

from qa.act import Act
from qa.auth.roles import Role
from qa.feedback.queries import figures_between
from qa.insight import board
from qa.insight.board import Wish
from qa.insight.contacts import Contacts, contacts_of
from qa.insight.counting import count_draws
from qa.insight.criteria import criteria_of
from qa.insight.dashboard import Dashboard, dashboard_of
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.keeping import changed_draws, count_days, due_days, keep_days, keep_draw
from qa.insight.models import DrawSums
from qa.insight.peers import read_peers
from qa.insight.queries import read_sample
from qa.insight.reviewing import reviewers_of
from qa.insight.stretch import stretch_of
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.people.models import Team, User
from tests.insight.scene import OCTOBER, SEPTEMBER, Scene
from tests.makers import Makers

WHOLE = stretch_of(OCTOBER)


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


@pytest.fixture
def team(make: Makers) -> Team:
    return make.team("Invoices")


@pytest.fixture
def agents(make: Makers, team: Team) -> list[User]:
    return [make.agent("Anna", team=team), make.agent("Bram", team=make.team("Returns"))]


@pytest.fixture
def scored(scene: Scene, agents: list[User]) -> Scene:
    """Two months of six calls of two agents in different teams; one of October's is a chat."""
    scene.draw(agents, period=SEPTEMBER)
    for agent in agents:
        scene.score_all(agent, [100, 75, 100, 50, 100, 75])
    scene.draw(agents)
    first = scene.open_ones(agents[0])[0]
    first.interaction.channel = Channel.CHAT
    scene.make.act.session.flush()
    scene.score_all(agents[0], [100, 75, 100, 75, 100, 100])
    scene.score_all(agents[1], [50, 75, 50, 75, 100, 0])
    return scene


def kept(act: Act) -> int:
    """Keep what changed, as the hourly job does; returns how many draws that were."""
    changed = changed_draws(act)
    for draw_id, state in changed.items():
        keep_draw(act, draw_id, count_draws(act, [draw_id]), state=state)
    return len(changed)


def plain(page: Dashboard) -> Dashboard:
    """The page without when it was counted, its figures to so many places as people could tell apart."""
    return replace(page, counted_at=None)


def test_a_dashboard_shows_the_score_that_the_week_shows(act: Act, scored: Scene) -> None:
    page = dashboard_of(act, Wish(WHOLE))
    sample = read_sample(act, WHOLE)
    same = sample_figure(sample, peers=peers_by_card(read_peers(act, WHOLE)))
    assert (page.figure.n, page.figure.population, page.figure.draw_ids) == (12, 160, same.draw_ids)
    assert page.figure.value == pytest.approx(same.value)
    assert page.figure.low == pytest.approx(same.low)
    assert [row.key for row in page.sections] == ["courtesy", "empathy", "resolution"]
    courtesy = sample_figure(sample.section("courtesy"), peers={}).value
    assert page.sections[0].figure.value == pytest.approx(courtesy)


def test_kept_counts_say_the_same_as_the_scores(
    act: Act, scored: Scene, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = [
        Wish(WHOLE),
        Wish(WHOLE, team_id=team.id),
        Wish(WHOLE, channel=Channel.PHONE),
        Wish(WHOLE, team_id=team.id, channel=Channel.CHAT),
    ]
    counted_now = [dashboard_of(act, wish) for wish in wishes]
    assert all(page.counted_at is None for page in counted_now)
    assert kept(act) == 2
    monkeypatch.setattr(board, "MOST_LIVE", 0)
    for wish, before in zip(wishes, counted_now, strict=True):
        after = dashboard_of(act, wish)
        assert after.counted_at == act.now
        assert plain(after) == plain(before)


def test_a_channel_is_a_part_of_each_stratum_and_says_no_number_that_nobody_counted(act: Act, scored: Scene) -> None:
    page = dashboard_of(act, Wish(WHOLE, channel=Channel.PHONE))
    assert (page.figure.n, page.figure.population) == (11, None)
    assert dashboard_of(act, Wish(WHOLE, channel=Channel.CHAT)).figure.too_few


def test_what_changed_since_is_counted_anew_and_nothing_else(act: Act, scored: Scene, agents: list[User]) -> None:
    assert kept(act) == 2
    assert kept(act) == 0
    scored.draw([agents[0]], plan="More calls", each=5)
    assert kept(act) == 1
    scored.score_all(agents[0], [100])
    assert kept(act) == 1
    assert kept(act) == 0


def test_large_draws_that_nobody_counted_yet_are_told_and_left_out(
    act: Act, scored: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_LIVE", 12)
    page = dashboard_of(act, Wish(WHOLE))
    assert (page.uncounted, page.figure.n, page.before.n) == (1, 12, 0)
    kept(act)
    page = dashboard_of(act, Wish(WHOLE))
    assert (page.uncounted, page.before.n) == (0, 12)


def test_only_the_asked_card_and_purpose_count(act: Act, scored: Scene) -> None:
    card = scored.version.scorecard_id
    assert dashboard_of(act, Wish(WHOLE, scorecard_id=card)).figure.n == 12
    assert dashboard_of(act, Wish(WHOLE, scorecard_id=card + 1)).figure.n == 0


def test_a_criterion_is_followed_over_time(act: Act, scored: Scene) -> None:
    page = criteria_of(act, Wish(WHOLE, scorecard_id=scored.version.scorecard_id), scored.version)
    row = page.rows[0]
    assert row.figure.n == 12
    assert row.figure.value is not None
    assert row.figure.low is not None
    assert row.figure.low < row.figure.value
    assert [point.figure.n for point in row.course.points[-2:]] == [12, 12]


def test_reviewers_see_their_own_work_alone(act: Act, scored: Scene) -> None:
    other = scored.make.user(Role.REVIEWER, name="Olga Other")
    now = stretch_of(OCTOBER).before
    everybody = reviewers_of(act, now)
    assert [row.reviewer.name for row in everybody.rows] == ["Olga Other", "Rita Reviewer"]
    mine = reviewers_of(replace(act, actor=other), now)
    assert [row.reviewer.name for row in mine.rows] == ["Olga Other"]


def test_contacts_are_counted_once_whatever_was_kept(act: Act, make: Makers, team: Team) -> None:
    stretches = [WHOLE.before, WHOLE]
    agent = make.agent(team=team)
    make.interaction(agent=agent, started_at=WHOLE.start + timedelta(days=2), duration_ms=60_000)
    make.interaction(agent=agent, started_at=WHOLE.start - timedelta(minutes=1), duration_ms=120_000)
    before = contacts_of(act, stretches).stretches
    assert list(before) == [Contacts(1, 1, 120_000), Contacts(1, 1, 60_000)]
    keep_days(act, count_days(act))
    assert contacts_of(act, stretches).stretches == before
    late = make.interaction(agent=agent, started_at=WHOLE.start + timedelta(days=3), channel=Channel.CHAT)
    late.duration_ms = None
    act.session.flush()
    assert contacts_of(act, stretches).stretches[1] == Contacts(2, 1, 60_000)
    assert contacts_of(act, stretches, channel=Channel.CHAT).stretches[1] == Contacts(1, 0, 0)
    assert contacts_of(act, stretches, team_id=team.id).stretches[1] == Contacts(2, 1, 60_000)
    keep_days(act, count_days(act))
    assert contacts_of(act, stretches).stretches[1] == Contacts(2, 1, 60_000)
    assert act.session.scalar(select(Interaction.id).where(Interaction.id == late.id))


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_costs_the_same_number_of_queries_in_a_larger_company(
    act: Act, scored: Scene, agents: list[User], engine: Engine
) -> None:
    def queries() -> list[int]:
        found = []
        for ask in (
            lambda: dashboard_of(act, Wish(WHOLE)),
            lambda: criteria_of(act, Wish(WHOLE, scorecard_id=scored.version.scorecard_id), scored.version),
            lambda: reviewers_of(act, WHOLE),
        ):
            act.session.expire_all()
            with counted(engine) as seen:
                ask()
            found.append(len(seen))
        return found

    small = queries()
    kept(act)
    more = [scored.make.agent(team=scored.make.team()) for _ in range(4)]
    for number in range(3):
        scored.draw([*agents, *more], plan=f"Calls {number}", each=4)
    for agent in more:
        scored.score_all(agent, [100] * 12)
    scored.make.user(Role.REVIEWER)
    kept(act)
    assert act.session.scalars(select(DrawSums.id)).all()
    assert queries() == small


def test_what_customers_answer_is_told_as_the_answers_themselves_tell_it(act: Act, make: Makers, team: Team) -> None:
    agent = make.agent(team=team)
    for number in range(12):
        call = make.interaction(agent=agent, started_at=WHOLE.start + timedelta(days=number))
        make.answer(call, csat=1 + number % 5, nps=number % 11, resolved=number % 3 == 0)
    told = figures_between(act, WHOLE.start, WHOLE.end)
    for _times in range(2):
        found = contacts_of(act, [WHOLE.before, WHOLE])
        now = found.stretches[1]
        assert found.stretches[0] == Contacts()
        for own, other in (
            (now.nps, told.nps),
            (now.resolved, told.resolved),
            (now.response, told.response),
            (now.csat(found.peers), told.csat),
        ):
            assert (own.n, own.population, own.method) == (other.n, other.population, other.method)
            assert (own.value, own.low, own.high) == pytest.approx((other.value, other.low, other.high))
        days = due_days(act)
        if days is not None:
            keep_days(act, days)


def test_an_answer_of_today_about_an_older_contact_is_counted_within_the_hour(act: Act, make: Makers) -> None:
    call = make.interaction(started_at=WHOLE.start + timedelta(days=2))
    keep_days(act, count_days(act))
    later = replace(act, now=act.now + timedelta(hours=1))
    Makers(later).answer(call, nps=9)
    days = due_days(later)
    assert days is not None
    assert {row["day"] for row in days.rows} == {WHOLE.first + timedelta(days=2)}
    keep_days(later, days)
    assert contacts_of(later, [WHOLE]).stretches[0].promoters == 1
    assert due_days(later) is None
