"""Dashboards in a browser: filters in the address, charts with their tables, files, both languages, a phone's width."""

import pytest
from playwright.sync_api import expect

from qa.auth.roles import Role
from qa.i18n import Language
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.insight.scene import OCTOBER, SEPTEMBER, Scene

pytestmark = pytest.mark.browser


def company(stored: Stored) -> tuple[int, int]:
    """Two months of scores of two teams; returns a Dutch supervisor and an English one."""
    with stored() as make:
        scene = Scene(make)
        agents = [make.agent("Anna", team=make.team("Invoices")), make.agent("Bram", team=make.team("Returns"))]
        for period in (SEPTEMBER, OCTOBER):
            scene.draw(agents, period=period)
            for agent in agents:
                for number, evaluation in enumerate(scene.open_ones(agent)):
                    make.answer(evaluation.interaction, csat=1 + number % 5, nps=number % 11, resolved=number > 1)
                scene.score_all(agent, [100, 75, 100, 50, 100, 75])
        return make.user(Role.SUPERVISOR, language=Language.NL).id, scene.supervisor.id


def test_filters_charts_and_files(stored: Stored, live: str, sign_in: SignIn, complaints: list[str]) -> None:
    _dutch, english = company(stored)
    page = sign_in(english)
    page.goto(f"{live}/dashboards?period=2026-10")
    chart = page.get_by_role("img", name="Score of all teams, with its 95% interval")
    expect(chart).to_be_visible()
    figure = page.locator("figure").filter(has=chart)
    figure.get_by_text("The same as a table").press("Enter")
    expect(figure.get_by_role("row", name="October 2026")).to_contain_text("n 12 of 160")
    expect(page.get_by_role("img", name="Net Promoter Score, with its 95% interval")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Team", exact=True).select_option("Returns")
    page.get_by_label("Channel", exact=True).select_option("Call")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Figures of Returns: October 2026")
    assert "channel=phone" in page.url
    expect(page.locator("#score + p")).to_contain_text("n 6 of 80")
    with page.expect_download() as asked:
        page.get_by_role("link", name="Save as CSV").press("Enter")
    assert asked.value.suggested_filename == "steekproef-figures-2026-10-01-2026-10-31.csv"
    page.get_by_role("link", name="Criteria", exact=True).press("Enter")
    page.locator(".table tbody a").first.press("Enter")
    expect(page.get_by_role("img")).to_be_visible()
    page.get_by_text("How is this worked out?").press("Enter")
    expect(page.get_by_text("100 for the best option and 0 for the worst")).to_be_visible()
    assert_accessible(page)
    assert complaints == []


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/dashboards?period=2026-10", "Cijfers van alle teams: oktober 2026"),
        ("/dashboards/criteria?period=2026-10", "Criteria van "),
        ("/dashboards/reviewers?period=2026-11", "Beoordelaars: november 2026"),
        ("/account/e-mail", "E-mail over wat wacht"),
    ],
)
def test_on_a_phone_in_dutch(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], path: str, heading: str
) -> None:
    dutch, _english = company(stored)
    page = sign_in(dutch)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}{path}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    assert complaints == []
