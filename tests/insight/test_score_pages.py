"""One agent's score, and whom the data can tell apart, as supervisors meet them."""

from dataclasses import astuple, dataclass, replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import InvalidError
from qa.evaluations.marks import Mark
from qa.i18n import Language
from qa.insight import peers, ranked
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.peers import read_peers
from qa.insight.queries import read_sample
from qa.insight.ranked import groups_of
from qa.insight.standing import course_of_agent, standing_of
from qa.insight.stretch import Stretch, stretch_of
from qa.insight.week import week_of
from tests.conftest import Stored
from tests.insight.scene import OCTOBER, SEPTEMBER, Scene
from tests.makers import Makers
from tests.visitor import Visitor

WHOLE = stretch_of(OCTOBER)


@dataclass(frozen=True, slots=True)
class Company:
    supervisor: int
    reader: int
    good: int
    poor: int
    alike: int
    new: int
    draw: int


@pytest.fixture
def company(stored: Stored) -> Company:
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        good, poor, alike, new = (make.agent(name, team=team) for name in ("Anna", "Bram", "Cas", "Dirk"))
        scene.draw([good], period=SEPTEMBER, each=6)
        scene.score_all(good, [100, 75, 100, 75, 100, 100])
        draw = scene.draw([good, poor, alike], each=6)
        few = scene.draw([new], each=2, plan="Few calls")
        scene.score_all(good, [100] * 6)
        scene.score_all(poor, [0] * 6)
        scene.score_all(alike, [100] * 5 + [75])
        scene.score_all(new, [100] * 2)
        assert few.id != draw.id
        reader = make.user(Role.SUPERVISOR, language=Language.NL)
        return Company(scene.supervisor.id, reader.id, good.id, poor.id, alike.id, new.id, draw.id)


def test_an_agents_page_says_what_the_score_rests_on(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get(f"/week/agents/{company.good}?period=2026-10").text
    assert "Anna" in page
    assert "n 6 of 80" in page
    assert 'data-method="bounded"' in page
    assert f'href="/draws/{company.draw}"' in page
    assert "September 2026" in page
    assert "No difference that chance could not make" in page or "Higher by" in page
    assert "Whether something changed is said from 8 periods with a number; so far there are 2." in page


def test_the_page_is_for_supervisors_and_of_agents(company: Company, visitor: Visitor) -> None:
    assert visitor.as_user(company.good).get(f"/week/agents/{company.good}").status_code == 403
    assert visitor.as_user(company.supervisor).get(f"/week/agents/{company.supervisor}").status_code == 404
    assert visitor.get("/week/agents/99999").status_code == 404


def test_groups_hold_who_cannot_be_told_apart(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/week/groups?period=2026-10").text
    assert "Group 1 of 2" in page
    assert page.index("Anna") < page.index("Cas") < page.index("Group 2 of 2") < page.index("Bram")
    assert "1 to 2 of 3" in page
    assert "3 of 3" in page
    assert page.index("Too few to have a place") < page.rindex("Dirk")


def test_two_agents_are_compared_with_an_interval(company: Company, visitor: Visitor) -> None:
    address = f"/week/groups?period=2026-10&one={company.good}&other={company.poor}"
    page = visitor.as_user(company.supervisor).get(address).text
    assert "Anna beside Bram:" in page
    assert "more than chance (between" in page
    page = visitor.get(f"/week/groups?period=2026-10&one={company.good}&other={company.new}").text
    assert "Too few were reviewed to compare." in page
    assert "beside Bram:" not in visitor.get("/week/groups?period=2026-10&one=1&other=9999").text


def test_both_pages_speak_dutch(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.reader)
    assert "Wie van elkaar verschillen" in visitor.get("/week/groups?period=2026-10").text
    assert "Waar de score op rust" in visitor.get(f"/week/agents/{company.good}?period=2026-10").text


def test_a_period_without_scores_says_so(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    assert "Nothing was scored in this period" in visitor.get("/week/groups?period=2026-W20").text
    assert visitor.get(f"/week/agents/{company.good}?period=1901-01").status_code == 200


def test_more_agents_than_anybody_reads_are_refused_with_a_way_on(
    company: Company, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranked, "MOST_COMPARED", 3)
    page = visitor.as_user(company.supervisor).get("/week/groups?period=2026-10").text
    assert "These are 4 agents; at most 3 are compared. Choose a team." in page


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


def seen_by_supervisor(act: Act, scene: Scene) -> Act:
    return replace(act, actor=scene.supervisor)


def test_a_figure_is_the_same_on_every_page(act: Act, make: Makers, scene: Scene) -> None:
    agents = [make.agent() for _ in range(7)]
    for period in (SEPTEMBER, OCTOBER):
        scene.draw(agents, period=period, each=6)
        for place, agent in enumerate(agents):
            scene.score_all(agent, [100, 75, 100, 50, 100, 25 * (place % 4)])
    viewed = seen_by_supervisor(act, scene)

    week = week_of(viewed, WHOLE)
    groups = groups_of(viewed, WHOLE)
    for agent in agents:
        standing = standing_of(viewed, agent.id, WHOLE)
        (row,) = (row for row in week.rows if row.agent.id == agent.id)
        (ranked_row,) = (one for group in groups.groups for one in group if one.agent.id == agent.id)
        told = ((standing.figure, row.figure), (standing.figure, ranked_row.figure), (standing.before, row.before))
        for one, other in told:
            assert (one.n, one.population, one.method, one.draw_ids) == (
                other.n,
                other.population,
                other.method,
                other.draw_ids,
            )
            # These are put together from sums, the agent's page reads the scores.
            assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))
        assert standing.difference.verdict is row.difference.verdict
        assert standing.pooled is not None
        assert ranked_row.pooled is not None
        assert astuple(ranked_row.pooled) == pytest.approx(astuple(standing.pooled))
        assert course_of_agent(viewed, agent, WHOLE) == standing.course


def test_what_is_pooled_stands_beside_a_shown_score_only(act: Act, make: Makers, scene: Scene) -> None:
    agents = [make.agent() for _ in range(7)]
    scene.draw(agents, each=6)
    for place, agent in enumerate(agents):
        scene.score_all(agent, [100, 75, 100, 50, 25 * (place % 4)][: 3 if place == 0 else 5])
    viewed = seen_by_supervisor(act, scene)
    few, enough = (standing_of(viewed, agent.id, WHOLE) for agent in agents[:2])
    assert few.figure.too_few
    assert few.pooled is None
    assert enough.pooled is not None
    assert enough.figure.value != enough.pooled.value
    low, high = sorted((enough.figure.value or 0.0, enough.pooled.centre))
    assert low <= enough.pooled.value <= high


def test_peers_are_a_bounded_number_of_the_latest_scores(
    act: Act, make: Makers, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents = [make.agent() for _ in range(5)]
    scene.draw(agents, each=6)
    for agent in agents:
        scene.score_all(agent, [100] * 6)
    assert len(read_peers(act, WHOLE).scored) == 30
    monkeypatch.setattr(peers, "AGENTS", 3)
    monkeypatch.setattr(peers, "SCORES_EACH", 4)
    chosen = read_peers(act, WHOLE).scored
    assert len(chosen) == 12
    assert len({item.agent_id for item in chosen}) == 3
    # Wherever the stretch begins they are the same, so that an interval does not depend on the page.
    longer = Stretch(SEPTEMBER.first, WHOLE.last, WHOLE.zone)
    assert {item.evaluation_id for item in read_peers(act, longer).scored} == {item.evaluation_id for item in chosen}


def test_sections_are_read_only_when_asked_for(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=5)
    scene.score_all(agent, [100] * 5)
    assert all(item.sections for item in read_sample(act, WHOLE).scored)
    assert not any(item.sections for item in read_sample(act, WHOLE, sections=False).scored)
    assert not any(item.sections for item in read_peers(act, WHOLE).scored)
    assert all(item.sections for item in read_peers(act, WHOLE, sections=True).scored)


def test_cards_are_never_ranked_together(act: Act, make: Makers, scene: Scene) -> None:
    one, other = make.agent(), make.agent()
    scene.draw([one], each=6)
    scene.score_all(one, [100] * 6)
    chats = Scene(make, card="chat-messaging")
    chats.draw([other], each=5, plan="Chats")
    for evaluation in chats.open_ones(other):
        chats.submit(evaluation, 100, first_reply=Mark(number="0"))
    viewed = seen_by_supervisor(act, scene)
    found = groups_of(viewed, WHOLE)
    assert found.cards == ("phone-service", "chat-messaging")
    assert [agent.id for agent in found.agents] == [one.id]
    assert [agent.id for agent in groups_of(viewed, WHOLE, card="chat-messaging").agents] == [other.id]
    assert groups_of(viewed, WHOLE, card="unknown").card == "phone-service"


def test_too_many_to_rank_are_refused(act: Act, make: Makers, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = [make.agent() for _ in range(2)]
    scene.draw(agents, each=1)
    for agent in agents:
        scene.score_all(agent, [100])
    monkeypatch.setattr(ranked, "MOST_COMPARED", 1)
    with pytest.raises(InvalidError, match="Choose a team"):
        groups_of(seen_by_supervisor(act, scene), WHOLE)


def test_a_figure_with_peers_is_narrower_than_without(act: Act, make: Makers, scene: Scene) -> None:
    agents = [make.agent() for _ in range(6)]
    scene.draw(agents, each=6)
    for agent in agents:
        scene.score_all(agent, [100, 75, 100, 75, 100, 100])
    own = read_sample(act, WHOLE, agent_id=agents[0].id)
    alone = sample_figure(own, peers={})
    beside = sample_figure(own, peers=peers_by_card(read_peers(act, WHOLE)))
    assert (beside.margin or 100) < (alone.margin or 0)
