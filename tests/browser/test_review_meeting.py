"""The review meeting's page: what a plan holds is released together, by keyboard."""

import pytest
from playwright.sync_api import expect

from qa.auth.roles import Role
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.evaluations.test_review_meeting import drawn

pytestmark = pytest.mark.browser


def test_what_is_held_is_released_by_keyboard(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        drawn(make, name="Monthly", held=True)
        supervisor = make.user(Role.SUPERVISOR).id
    page = sign_in(supervisor)
    page.goto(f"{live}/evaluations")
    page.get_by_role("link", name="Review meeting").press("Enter")
    expect(page.get_by_role("heading", name="Monthly")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="Release what is ticked").press("Enter")
    expect(page.locator("#flashes")).to_contain_text("1 evaluation was released")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    assert_accessible(page)
    assert complaints == []
