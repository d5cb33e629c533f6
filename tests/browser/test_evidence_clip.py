"""From a piece of evidence to a session that is planned with it, in the browser; the page fits on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.evaluations.desk_making import make_desk
from tests.talks.test_evidence_clips import SAID, submit

pytestmark = pytest.mark.browser


def test_a_piece_of_evidence_is_put_into_a_new_session(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        desk = make_desk(make, said=SAID)
        submit(make, desk)
    page = sign_in(desk.supervisor_id)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}{desk.path}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("Use as example.*Good morning")).click()
    expect(page.get_by_label("To", exact=True)).to_have_value("00:01.2")
    assert_accessible(page)
    page.get_by_label("Session").select_option("new")
    page.get_by_role("button", name="Use this clip").click()
    assert_accessible(page, on="Plan a session")
    clips = page.get_by_role("group", name="Clips")
    expect(clips.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_text("The session is planned.")).to_be_visible()
    expect(page.locator(".clip")).to_contain_text("Good morning")
    assert complaints == []
