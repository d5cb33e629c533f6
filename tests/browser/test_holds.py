"""Legal hold in the browser: placed by keyboard, seen in the list and among the terms, lifted; nothing overflows on a phone."""

import pytest
from playwright.sync_api import Page, expect

from qa.auth.roles import Role
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) <= 0, page.url
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_hold_is_placed_found_and_lifted(stored: Stored, live: str, sign_in: SignIn, complaints: list[str]) -> None:
    with stored() as make:
        admin = make.user(Role.ADMIN, name="Ada Jansen").id
        call = make.interaction(days_ago=900, reference="a-rather-long-reference-of-a-telephone-system-0123456789")
        make.recording(call)
        make.transcript(call)
        number = call.id
    page = sign_in(admin)
    page.goto(f"{live}/interactions/{number}")
    page.get_by_role("link", name="Place under legal hold").click()
    assert_accessible(page, on="Place under legal hold")
    on_a_phone(page)
    page.get_by_role("button", name="Place under legal hold").click()
    page.get_by_role("link", name="Reason: Say why, in a sentence that can be understood later.").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Claim 2026-17")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("since", exact=False).filter(has_text="by Ada Jansen").first).to_be_visible()
    expect(page.get_by_text("Reason: Claim 2026-17")).to_be_visible()
    assert_accessible(page)
    on_a_phone(page)
    page.goto(f"{live}/people")
    page.get_by_role("link", name="How long things are kept").click()
    assert_accessible(page, on="How long things are kept")
    on_a_phone(page)
    expect(page.get_by_text("Under legal hold: 1").first).to_be_visible()
    page.get_by_role("link", name="Legal holds").click()
    assert_accessible(page, on="Legal holds")
    on_a_phone(page)
    page.get_by_role("row", name="Claim 2026-17").get_by_role("link").click()
    page.get_by_role("link", name="Lift the hold").click()
    assert_accessible(page, on="Lift the legal hold")
    page.get_by_label("Reason").fill("Settled out of court")
    page.get_by_role("button", name="Lift the hold").click()
    expect(page.get_by_text("The legal hold was lifted.")).to_be_visible()
    expect(page.locator(".note", has_text="Under legal hold")).to_have_count(0)
    assert [one for one in complaints if "422" not in one] == []
