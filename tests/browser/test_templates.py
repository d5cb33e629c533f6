"""Comment templates on the desk by keyboard: put in at the caret, found by typing, kept of a comment."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa.auth.roles import Role
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import Place
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.comment_templates.making import greeting, kept
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, make_desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        made = make_desk(make)
        place = greeting(make.act)
        kept(make.act, en="Greet before you ask for a number.", nl="Groet eerst.", place=place, uses=3)
        kept(make.act, en="Say your name.", place=place, uses=2)
        kept(make.act, nl="Noem de afdeling.", place=place)
        kept(make.act, en="Keep to plain words.", place=Place(place.scorecard_id, "respectful"))
        return made


def opened(page: Page, live: str, desk: Desk) -> None:
    page.goto(f"{live}{desk.path}/desk")
    expect(page.locator("#desk[data-live]")).to_be_attached()


def test_a_template_is_put_into_the_comment_by_keyboard(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(desk.reviewer_id)
    opened(page, live, desk)
    comment = page.locator("#criterion-greeting .comment textarea")
    page.keyboard.press("c")
    page.keyboard.type("First part, last part.")
    for _step in range(len(" last part.")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("#templates")).to_be_visible()
    expect(page.locator("#templates-find")).to_be_focused()
    shown = page.locator("#templates-list [role=option]:visible")
    expect(shown.locator("[data-text]")).to_have_text(
        ["Greet before you ask for a number.", "Say your name.", "Noem de afdeling."]
    )
    expect(shown.last).to_contain_text("Nederlands")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#templates")).to_be_hidden()
    expect(comment).to_be_focused()
    expect(comment).to_have_value("First part, Say your name. last part.")
    page.keyboard.type("!")
    expect(comment).to_have_value("First part, Say your name.! last part.")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    with stored() as make:
        used = make.act.session.scalars(select(CommentTemplate).where(CommentTemplate.text_en == "Say your name."))
        assert used.one().uses == 3
    assert complaints == []


def test_typing_filters_the_templates_and_escape_changes_nothing(desk: Desk, live: str, sign_in: SignIn) -> None:
    page = sign_in(desk.reviewer_id)
    opened(page, live, desk)
    page.keyboard.press("j")
    page.keyboard.press("t")
    shown = page.locator("#templates-list [role=option]:visible [data-text]")
    expect(shown).to_have_text(["Keep to plain words."])
    page.keyboard.press("Escape")
    expect(page.locator("#criterion-respectful .comment textarea")).to_have_value("")
    page.keyboard.press("k")
    page.keyboard.press("t")
    page.keyboard.type("ASK number")
    expect(shown).to_have_text(["Greet before you ask for a number."])
    page.keyboard.type(" zzz")
    expect(page.locator("#templates [data-none]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#templates")).to_be_visible()
    assert_accessible(page)


def test_a_comment_is_kept_as_a_template_and_offered_at_once(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(desk.reviewer_id)
    opened(page, live, desk)
    page.keyboard.press("c")
    page.keyboard.type("Wait for the answer.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#keep-text")).to_have_value("Wait for the answer.")
    assert_accessible(page)
    page.get_by_role("button", name="Keep template").press("Enter")
    expect(page.locator("#desk-said")).to_have_text("Kept as a template")
    page.locator("#criterion-greeting").focus()
    page.keyboard.press("t")
    page.keyboard.type("wait for")
    page.keyboard.press("Enter")
    expect(page.locator("#criterion-greeting .comment textarea")).to_have_value(
        "Wait for the answer. Wait for the answer."
    )
    with stored() as make:
        own = make.act.session.scalars(select(CommentTemplate).where(CommentTemplate.owner_id.is_not(None))).one()
        assert (own.text_en, own.criterion, own.owner_id) == ("Wait for the answer.", "greeting", desk.reviewer_id)
    assert complaints == []


def test_the_pages_of_templates_are_accessible(desk: Desk, stored: Stored, live: str, sign_in: SignIn) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR).id
        lost = kept(make.act, en="Lost.", place=greeting(make.act))
        lost.criterion = "gone"
    page = sign_in(desk.reviewer_id)
    page.goto(live)
    page.get_by_role("link", name="Templates").click()
    expect(page).to_have_url(re.compile("/templates$"))
    assert_accessible(page)
    page.get_by_role("link", name="New template").click()
    assert_accessible(page, on="New template")
    page = sign_in(supervisor)
    page.goto(f"{live}/templates")
    page.get_by_role("link", name="Edit “Lost.”").click()
    assert_accessible(page, on="Template")
    page.goto(f"{live}/templates/from-file")
    assert_accessible(page)
