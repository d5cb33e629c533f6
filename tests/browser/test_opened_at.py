"""The address on a printed report opens the conversation at that second; nothing plays by itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.browser.test_desk_keyboard import desk_with_sound
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        return desk_with_sound(make)


def test_the_recording_stands_at_the_second_that_the_address_names(desk: Desk, live: str, sign_in: SignIn) -> None:
    page: Page = sign_in(desk.reviewer_id)
    page.goto(f"{live}/interactions/{desk.interaction_id}?at=8")
    expect(page.locator("#player[data-ready]")).to_be_attached()
    expect(page.locator("#position")).to_have_value("8000")
    expect(page.locator(".turn.is-now")).to_contain_text("I am sorry to hear that")
    assert page.evaluate("document.querySelector('audio').paused")
    expect(page.get_by_role("link", name="Go to what is said at 00:08")).to_be_visible()
    assert_accessible(page)
