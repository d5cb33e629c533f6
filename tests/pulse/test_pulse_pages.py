"""The pulse as people meet it: opening a round, answering it, and what supervisors read on the dashboards."""

import csv
import io
import re
from dataclasses import dataclass

import pytest

from qa.auth.roles import Role
from qa.i18n import Language
from qa.pulse.models import PulseRound
from tests.conftest import Stored
from tests.pulse.asking import FAIR, RECOMMEND, answered, opened
from tests.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Company:
    supervisor: int
    reviewer: int
    agents: list[int]
    teams: tuple[int, int, int]
    round: int


@pytest.fixture
def company(stored: Stored) -> Company:
    """Three teams with six, six and three answers to a round that is open."""
    with stored() as make:
        teams = [make.team(name) for name in ("Invoices", "Returns", "Chat")]
        supervisor = make.user(Role.SUPERVISOR)
        agents = [make.agent(team=team) for team in teams for _number in range(6)]
        found = opened(make, by=supervisor)
        for place, one in enumerate(agents[:15]):
            answered(make, found, one, {FAIR: 1 + place // 6, RECOMMEND: 10}, words=f"Words {place}")
        return Company(
            supervisor.id,
            make.user(Role.REVIEWER).id,
            [one.id for one in agents],
            (teams[0].id, teams[1].id, teams[2].id),
            found.id,
        )


def close(visitor: Visitor, company: Company) -> None:
    assert visitor.as_user(company.supervisor).post(f"/pulse/{company.round}/close").status_code == 303


def test_a_supervisor_opens_a_round_and_agents_find_it_on_their_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, reviewer = make.user(Role.SUPERVISOR), make.user(Role.REVIEWER)
        agents = [make.agent(language=Language.NL) for _number in range(5)]
    form: dict[str, object] = {"last_day": "2026-11-30", "shipped": [FAIR, RECOMMEND], "english_1": "We laugh enough."}
    wrong = visitor.as_user(supervisor).post("/pulse/new", form)
    assert wrong.status_code == 422
    assert "Write each statement in both languages" in wrong.text
    assert 'value="We laugh enough."' in wrong.text
    made = visitor.post("/pulse/new", {**form, "dutch_1": "Wij lachen genoeg.", "words": "y", "reviewers": "y"})
    assert made.status_code == 303
    address = made.headers["Location"]
    assert "0 of 6 answered" in visitor.get(address).text
    assert f"{address}/answer" in visitor.as_user(agents[0]).get("/me").text
    assert f"{address}/answer" in visitor.as_user(reviewer).get("/evaluations/desk").text
    page = visitor.as_user(agents[0]).get(f"{address}/answer").text
    assert "Wij lachen genoeg." in page
    assert "Mijn werk wordt eerlijk beoordeeld." in page
    assert "Noem niemand" in page


def test_what_was_chosen_and_written_stands_there_again_when_something_is_wrong(
    company: Company, visitor: Visitor
) -> None:
    visitor.as_user(company.agents[-1])
    address = f"/pulse/{company.round}/answer"
    long = "x" * 1001
    told = visitor.post(address, {f"answer-{FAIR}": "2", "words": long})
    assert told.status_code == 422
    assert "Use at most 1,000 characters." in told.text
    assert long in told.text
    assert re.search(r'name="answer-judged_fairly"\s+value="2"\s+checked', told.text)
    assert visitor.post(address, {}).status_code == 422
    assert visitor.post(address, {f"answer-{FAIR}": "²"}).status_code == 422
    assert visitor.post(address, {f"answer-{FAIR}": "2"}).status_code == 303
    assert visitor.post(address, {f"answer-{FAIR}": "2"}).status_code == 409
    assert "answered this round already" in visitor.get(address).text
    assert address not in visitor.get("/me").text


def test_nobody_else_answers_or_reads(company: Company, visitor: Visitor) -> None:
    address = f"/pulse/{company.round}"
    assert visitor.as_user(company.reviewer).get(f"{address}/answer").status_code == 404
    assert visitor.as_user(company.supervisor).get(f"{address}/answer").status_code == 403
    for one in (company.reviewer, company.agents[0]):
        for path in ("/pulse", "/pulse/new", address, "/dashboards"):
            assert visitor.as_user(one).get(path).status_code == 403


def test_while_a_round_is_open_nothing_of_it_is_told(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get(f"/pulse/{company.round}").text
    assert "15 of 18 answered" in page
    assert "Words 3" not in page
    assert 'data-method="bounded"' not in page
    assert 'id="employees"' not in visitor.get("/dashboards").text


def test_a_round_that_is_over_is_told_of_groups_that_are_large_enough(company: Company, visitor: Visitor) -> None:
    close(visitor, company)
    page = visitor.get(f"/pulse/{company.round}").text
    assert "n 15 of 18" in page
    assert page.count('class="pulse-said"') == 15
    board = visitor.get("/dashboards?period=2026-11").text
    assert 'id="employees"' in board
    assert "Employees who gave 9 or 10" in board
    # Three answered of the third team: with both others told they could be worked out, so one of those is not told either.
    told = ["n 6 of 6" in visitor.get(f"/dashboards?period=2026-11&team={team}").text for team in company.teams]
    assert sorted(told) == [False, False, True]
    assert not told[2]
    assert 'id="employees"' not in visitor.get("/dashboards?period=2026-10").text
    hidden = visitor.get(f"/dashboards?period=2026-11&team={company.teams[2]}").text
    assert "not shown: fewer than 5 answers" in hidden


def test_the_files_hold_what_the_page_tells_and_no_more(company: Company, visitor: Visitor) -> None:
    close(visitor, company)
    rows = {
        team: [
            row
            for row in csv.DictReader(
                io.StringIO(visitor.get(f"/dashboards/figures.csv?period=2026-11{team}").get_data().decode("utf-8-sig"))
            )
            if row["Measure"] == "pulse"
        ]
        for team in ("", f"&team={company.teams[2]}")
    }
    assert [(row["Of whom or what"], row["n"], row["of"]) for row in rows[""]] == [
        (FAIR, "15", "18"),
        (RECOMMEND, "15", "18"),
    ]
    assert rows[""][1]["Value"] == "100.0"
    assert (rows[""][0]["First day"], rows[""][0]["Last day"]) == ("2026-11-18", "2026-11-18")
    assert rows[f"&team={company.teams[2]}"] == []
    assert b"pulse" in visitor.get("/dashboards/figures.parquet?period=2026-11").get_data()


def test_words_are_taken_away_by_their_number(company: Company, visitor: Visitor, stored: Stored) -> None:
    close(visitor, company)
    page = visitor.get(f"/pulse/{company.round}").text
    at = page.index(f"/pulse/{company.round}/words/")
    address = page[at : page.index('"', at)]
    assert visitor.post(address).status_code == 303
    assert visitor.get(f"/pulse/{company.round}").text.count('class="pulse-said"') == 14
    assert visitor.post(address).status_code == 404
    with stored() as make:
        assert make.act.session.get_one(PulseRound, company.round).closed_on is not None
