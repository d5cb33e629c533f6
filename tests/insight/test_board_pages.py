"""Dashboards as supervisors and reviewers meet them: filters in the address, tables, files, and how figures are worked out."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass

import pytest

from qa.auth.roles import Role
from qa.i18n import Language
from qa.interactions.kinds import Channel
from qa.parquet_out import Column, ColumnKind, parquet_bytes
from tests.conftest import Stored
from tests.insight.scene import SEPTEMBER, Scene
from tests.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Company:
    supervisor: int
    reader: int
    reviewer: int
    other: int
    agent: int
    team: int
    draw: int


@pytest.fixture
def company(stored: Stored) -> Company:
    with stored() as make:
        scene, team = Scene(make), make.team("=Invoices")
        agents = [make.agent("Anna", team=team), make.agent("Bram", team=make.team("Returns"))]
        scene.draw(agents, period=SEPTEMBER)
        for agent in agents:
            scene.score_all(agent, [100, 75, 100, 50, 100, 75])
        draw = scene.draw(agents)
        for evaluation in scene.open_ones(agents[0]):
            make.answer(evaluation.interaction, csat=4, nps=9, resolved=True)
        for agent in agents:
            scene.score_all(agent, [100, 75, 100, 75, 100, 0])
        return Company(
            scene.supervisor.id,
            make.user(Role.SUPERVISOR, language=Language.NL).id,
            scene.reviewer.id,
            make.user(Role.REVIEWER, name="Olga Other").id,
            agents[0].id,
            team.id,
            draw.id,
        )


def test_the_dashboard_shows_the_score_with_what_it_rests_on(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/dashboards?period=2026-10").text
    assert "n 12 of 160" in page
    assert 'data-method="bounded"' in page
    assert "How is this worked out?" in page
    assert f'href="/draws/{company.draw}"' in page
    assert "Σ(N × mean) ÷ ΣN" in page
    for section in ("Courtesy", "Empathy", "Resolution"):
        assert section in page
    assert page.index("=Invoices") < page.index("Returns")
    assert "Satisfaction (CSAT)" in page
    assert "Net Promoter Score" in page
    assert "all counted" in page
    assert "12 spoken, length known" in page


def test_filters_stand_in_the_address_and_links_carry_them_along(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    page = visitor.get(f"/dashboards?period=2026-10&team={company.team}&channel=phone&purpose=development").text
    assert "n 6 of 80" in page
    assert f'<option selected value="{company.team}">' in page
    assert f"/dashboards/figures.csv?period=2026-10&amp;team={company.team}&amp;channel=phone" in page
    assert "too few to say" in visitor.get("/dashboards?period=2026-10&channel=chat").text or (
        "Nothing was drawn in this period" in visitor.get("/dashboards?period=2026-10&channel=chat").text
    )
    for wrong in ("team=99999", "channel=smoke", "purpose=fun", "card=none"):
        assert visitor.get(f"/dashboards?{wrong}").status_code == 404, wrong


def test_the_figures_can_be_saved_for_a_spreadsheet(company: Company, visitor: Visitor) -> None:
    answer = visitor.as_user(company.supervisor).get("/dashboards/figures.csv?period=2026-10")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    score = [row for row in rows if row["Measure"] == "score"]
    assert len(score) == 12
    assert (score[-1]["n"], score[-1]["of"], score[-1]["Draws"]) == ("12", "160", str(company.draw))
    assert float(score[-1]["Low end of the 95% interval"]) < float(score[-1]["Value"])
    assert score[0]["Value"] == ""
    assert {row["Of whom or what"] for row in rows if row["Measure"] == "team"} == {"'=Invoices", "Returns"}
    nps = [row for row in rows if row["Measure"] == "nps"][-1]
    assert (nps["Value"], nps["n"]) == ("100.0", "6")
    dutch = visitor.as_user(company.reader).get("/dashboards/figures.csv?period=2026-10").get_data().decode("utf-8-sig")
    assert dutch.startswith("Maat,")


def test_the_figures_can_be_saved_for_a_program(company: Company, visitor: Visitor) -> None:
    answer = visitor.as_user(company.supervisor).get("/dashboards/figures.parquet?period=2026-10")
    data = answer.get_data()
    assert data[:4] == data[-4:] == b"PAR1"
    assert b"population" in data
    assert visitor.get("/dashboards/figures.xls").status_code == 404
    assert visitor.get("/dashboards/reviewers.parquet").get_data()[:4] == b"PAR1"
    assert visitor.get("/dashboards/criteria/phone-service/criteria.parquet").get_data()[:4] == b"PAR1"


def test_the_parquet_that_is_written_is_the_one_that_a_reader_of_the_format_read() -> None:
    """PyArrow 26 gave these rows back, empty cells, an emoji and a number of 41 bits among them."""
    columns = [Column("name", ColumnKind.TEXT), Column("n", ColumnKind.WHOLE), Column("v", ColumnKind.NUMBER)]
    rows = [("Anna", 1, None), (None, -5, 2.5), ("Łé😀", None, 1e300), ("", 2**40, 0.0)] * 40
    assert hashlib.sha256(parquet_bytes(columns, rows)).hexdigest() == (
        "265d56eb9857a6e4b76bc7855813a1c9e522f71a2cf788bfc1f31044bd9518a7"
    )


def test_criteria_lead_to_their_own_page(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    page = visitor.get("/dashboards/criteria?period=2026-10").text
    assert "n 12 of 160" in page
    links = re.findall(r'href="(/dashboards/criteria/phone-service/(?!criteria\.)[^"]+)"', page)
    one = visitor.get(links[0].replace("&amp;", "&"))
    assert one.status_code == 200
    assert "as wide as answers of yes and no" in one.text
    assert visitor.get("/dashboards/criteria/phone-service/none").status_code == 404
    assert visitor.get("/dashboards/criteria/none/none").status_code == 404


def test_a_reviewer_sees_the_own_work_alone(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/dashboards/reviewers?period=2026-11").text
    assert "Rita Reviewer" in page
    assert "Olga Other" in page
    mine = visitor.as_user(company.reviewer).get("/dashboards/reviewers?period=2026-11").text
    assert "Olga Other" not in mine
    assert visitor.get(f"/dashboards/reviewers/{company.reviewer}").status_code == 200
    assert visitor.get(f"/dashboards/reviewers/{company.other}").status_code == 404
    assert visitor.get("/dashboards").status_code == 403
    assert visitor.as_user(company.agent).get("/dashboards/reviewers").status_code == 403


def test_the_page_for_paper_shows_its_tables_open(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/dashboards?period=2026-10&view=print").text
    assert "<details open>" in page or '<details class="worked" open>' in page
    assert "Back to the screen" in page


def test_an_empty_company_is_told_what_will_stand_here(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR).id
        make.interaction(channel=Channel.CHAT)
    visitor.as_user(supervisor)
    assert "Nothing was drawn in this period" in visitor.get("/dashboards").text
    assert "No scorecard is in use yet" in visitor.get("/dashboards/criteria").text
    assert "Nobody reviews yet" in visitor.get("/dashboards/reviewers").text
