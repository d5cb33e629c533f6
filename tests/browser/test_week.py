"""The week of a large company in a browser: from teams to the agents of one, and all of them page by page."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.insight.test_page_queries import Growing

pytestmark = pytest.mark.browser


def test_from_the_teams_to_their_agents(stored: Stored, live: str, sign_in: SignIn, complaints: list[str]) -> None:
    with stored() as make:
        company = Growing(make)
        company.grow(agents=60, periods=1, plan="Few calls")
        supervisor = company.scene.supervisor.id
    page = sign_in(supervisor)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/week?period=2026-10")
    expect(page.get_by_role("heading", name="Teams")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.get_by_role("link", name="Invoices").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoices")
    expect(page.get_by_role("heading", name="Agents")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="All agents by name").press("Enter")
    expect(page.get_by_text("1–50 of 60")).to_be_visible()
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.get_by_text("51–60 of 60")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.get_by_role("link", name="By team").press("Enter")
    expect(page.get_by_role("heading", name="Teams")).to_be_visible()
    assert complaints == []
