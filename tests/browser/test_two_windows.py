"""One evaluation in two windows, or on two computers: the second is told, and both can be put together."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.browser.test_drafts import kept, opened, saved, status
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, make_desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        return make_desk(make)


def carry_on(page: Page) -> None:
    page.get_by_role("button", name="Carry on here with both").click()


def test_a_second_window_is_told_at_once_and_goes_on_with_both(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn, complaints: list[str]
) -> None:
    first = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    expect(first.locator("#desk-note")).to_be_hidden()
    second = opened(context.new_page(), f"{live}{desk.path}/desk")
    expect(second.locator("#desk-note")).to_contain_text("open in another window too")
    assert_accessible(second)
    first.keyboard.press("1")
    saved(first)
    second.keyboard.press("j")
    second.keyboard.press("3")
    status(second, "not yet on the server")
    second.wait_for_timeout(1500)
    assert kept(stored, desk) == {"greeting": "yes"}
    carry_on(second)
    saved(second)
    expect(second.locator("#criterion-greeting input:checked")).to_have_value("yes")
    expect(first.locator("#desk-note")).to_contain_text("in another window")
    assert kept(stored, desk) == {"greeting": "yes", "respectful": "3"}
    assert complaints == []


def test_what_was_changed_in_both_windows_is_shown_side_by_side_to_choose(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    first = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    second = opened(context.new_page(), f"{live}{desk.path}/desk")
    first.keyboard.press("1")
    saved(first)
    second.keyboard.press("2")
    second.locator("#summary").fill("From the second window.")
    carry_on(second)
    clash = second.locator("#criterion-greeting .clash")
    expect(clash).to_contain_text("choose what counts")
    assert_accessible(second)
    assert kept(stored, desk) == {"greeting": "yes"}
    clash.get_by_label("Saved elsewhere").check()
    expect(second.locator("#criterion-greeting .pills input:checked")).to_have_value("yes")
    clash.get_by_label("Typed here").check()
    expect(second.locator("#criterion-greeting .pills input:checked")).to_have_value("no")
    second.keyboard.press("s")
    saved(second)
    assert kept(stored, desk) == {"greeting": "no"}


def test_when_the_window_that_saved_is_closed_the_other_goes_on_by_itself(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    first = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    second = opened(context.new_page(), f"{live}{desk.path}/desk")
    second.keyboard.press("2")
    first.close()
    saved(second)
    expect(second.locator("#desk-note")).to_be_hidden()
    assert kept(stored, desk) == {"greeting": "no"}


def test_another_computer_is_told_by_what_is_stored(
    desk: Desk, stored: Stored, live: str, browser: Browser, context: BrowserContext, sign_in: SignIn
) -> None:
    here = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    elsewhere = browser.new_context()
    elsewhere.add_cookies([{"name": c["name"], "value": c["value"], "url": live} for c in context.cookies()])
    there = opened(elsewhere.new_page(), f"{live}{desk.path}/desk")
    there.keyboard.press("1")
    saved(there)
    here.keyboard.press("j")
    here.keyboard.press("3")
    expect(here.locator("#desk-note")).to_contain_text("on another computer")
    assert kept(stored, desk) == {"greeting": "yes"}
    carry_on(here)
    saved(here)
    expect(here.locator("#desk-note")).to_contain_text("Taken over from what was saved elsewhere: 1.")
    assert kept(stored, desk) == {"greeting": "yes", "respectful": "3"}
    elsewhere.close()
