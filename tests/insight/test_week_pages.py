"""The week of a large company as supervisors meet it: teams first, agents by team, and all agents page by page."""

import re
from dataclasses import dataclass

import pytest

from qa.i18n import Language
from tests.conftest import Stored
from tests.insight.test_page_queries import Growing, keep
from tests.visitor import Visitor

MONTH = "/week?period=2026-10"


@dataclass(frozen=True, slots=True)
class Large:
    supervisor: int
    reader: int
    agent: int
    team: int


@pytest.fixture
def large(stored: Stored) -> Large:
    """Sixty agents in two teams, of each of whom one call a month is drawn and scored."""
    with stored() as make:
        company = Growing(make)
        company.grow(agents=60, periods=2, plan="Few calls")
        reader = company.scene.supervisor
        dutch = make.user(reader.role, language=Language.NL)
        return Large(reader.id, dutch.id, company.agents[0].id, company.teams[0].id)


def test_a_company_of_many_agents_sees_its_teams_first(large: Large, visitor: Visitor) -> None:
    page = visitor.as_user(large.supervisor).get(MONTH).text
    assert f'href="/week?period=2026-10&amp;team={large.team}"' in page
    assert page.index("Invoices</a></th>") < page.index("Returns</a></th>")
    assert re.search(r"n 30 of 2[,.]?400", page)
    assert f"/week/agents/{large.agent}" not in page


def test_a_teams_page_has_its_agents(large: Large, visitor: Visitor) -> None:
    page = visitor.as_user(large.supervisor).get(f"{MONTH}&team={large.team}").text
    assert page.count('href="/week/agents/') == 30
    assert "By team" not in page


def test_all_agents_stand_in_one_list_a_page_at_a_time(large: Large, visitor: Visitor) -> None:
    visitor.as_user(large.supervisor)
    first, second = visitor.get(f"{MONTH}&agents=all").text, visitor.get(f"{MONTH}&agents=all&page=2").text
    assert [first.count('href="/week/agents/'), second.count('href="/week/agents/')] == [50, 10]
    assert "1–50 of 60" in first
    assert "By team" in first


def test_the_file_holds_every_agent(large: Large, visitor: Visitor) -> None:
    assert len(visitor.as_user(large.supervisor).get("/week.csv?period=2026-10").text.splitlines()) == 61


def test_the_page_says_when_what_was_kept_was_counted(
    large: Large, visitor: Visitor, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.as_user(large.reader)
    assert "oudere zoals ze er" not in visitor.get(MONTH).text
    with stored() as make:
        keep(make.act)
    monkeypatch.setattr("qa.insight.board.MOST_LIVE", 0)
    page = visitor.get(MONTH).text
    assert "Op naam, niet op score. Een verschil" in page
    assert "oudere zoals ze er" in page


def test_agents_do_not_see_it(large: Large, visitor: Visitor) -> None:
    assert visitor.as_user(large.agent).get(f"{MONTH}&agents=all").status_code == 403
