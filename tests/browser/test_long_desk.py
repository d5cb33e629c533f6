"""A long call in the browser: it can be worked on at once, and the rest comes by itself, also at a second try."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, make_desk
from web.evaluations.scoring import FIRST_LINES

pytestmark = pytest.mark.browser

TURNS = FIRST_LINES + 130


@pytest.fixture
def desk(stored: Stored) -> Desk:
    said = [("agent" if place % 2 == 0 else "customer", f"Sentence number {place} is said.") for place in range(TURNS)]
    with stored() as make:
        return make_desk(make, said=said)


def opened(sign_in: SignIn, desk: Desk, live: str) -> Page:
    page = sign_in(desk.reviewer_id)
    page.goto(f"{live}{desk.path}/desk")
    page.wait_for_selector("#desk[data-live]")
    return page


def test_the_rest_comes_by_itself_and_is_searched(
    desk: Desk, sign_in: SignIn, live: str, complaints: list[str]
) -> None:
    page = opened(sign_in, desk, live)
    expect(page.locator(".turn")).to_have_count(TURNS)
    expect(page.locator("[data-rest]")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type(f"number {TURNS - 1} is")
    expect(page.locator("#find-count")).to_have_text(re.compile("1"))
    expect(page.locator(".word.is-found-now").first).to_be_in_viewport()
    assert complaints == []


def test_what_does_not_come_is_told_and_asked_for_again(desk: Desk, sign_in: SignIn, live: str, page: Page) -> None:
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("turns=rest"), answer)
    opened(sign_in, desk, live)
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("j")
    again.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(TURNS)
    assert len(asked) == 2
