"""A transcript corrected by keyboard: words that are selected, a turn, and back; on the interaction's page and the desk."""

import pytest
from playwright.sync_api import Page, expect

from qa.i18n import Language
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.browser.test_desk_keyboard import desk_with_sound
from tests.conftest import Stored
from tests.edits.editing import newest, texts

pytestmark = pytest.mark.browser

SELECT = """([turn, first, last]) => {
  const words = document.querySelectorAll(`#turn-${turn} .word`);
  getSelection().setBaseAndExtent(words[first].firstChild, 0, words[last].firstChild, words[last].textContent.length);
}"""


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("width", "language"), [(1440, Language.EN), (390, Language.NL)])
def test_words_are_corrected_by_keyboard_and_what_was_heard_is_shown(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], *, width: int, language: Language
) -> None:
    with stored() as make:
        desk = desk_with_sound(make)
        make.act.session.get_one(type(make.user()), desk.reviewer_id).language = language
    page = sign_in(desk.reviewer_id)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live}/interactions/{desk.interaction_id}")
    expect(page.locator("#desk[data-live]")).to_be_attached()

    page.evaluate(SELECT, [desk.turn_ids[1], 1, 1])
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox").first).to_have_value("parcel")
    assert_accessible(page)
    page.keyboard.type("new package")
    page.keyboard.press("Control+Enter")

    corrected = page.locator(".word-corrected")
    expect(corrected).to_have_text(["new", "package"])
    heard = page.locator(".heard-here")
    heard.focus()
    expect(heard.locator(".heard-text")).to_contain_text("parcel")
    assert heard.locator(".heard-text").evaluate("one => getComputedStyle(one).clipPath") == "none"
    assert_accessible(page)
    assert fits(page)

    # A turn is reached by Tab: its link opens the same form, and says who spoke.
    page.locator(f"#turn-{desk.turn_ids[2]} [data-correct]").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.locator("[value=customer]").press("Enter")
    expect(page.locator(f"#turn-{desk.turn_ids[2]}")).to_have_attribute("data-role", "customer")
    page.locator(".edits .edit-action button").first.press("Enter")
    expect(page.locator(f"#turn-{desk.turn_ids[2]}")).to_have_attribute("data-role", "agent")
    with stored() as make:
        assert texts(newest(make.act, desk.interaction_id))[1] == ("customer", "My new package did not arrive.")
    assert complaints == []


def test_on_the_desk_answers_are_kept_and_evidence_stays_where_it_was_bound(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        desk = desk_with_sound(make)
    page = sign_in(desk.reviewer_id)
    page.goto(f"{live}{desk.path}/desk")
    expect(page.locator("#desk[data-live]")).to_be_attached()
    page.evaluate(SELECT, [desk.turn_ids[1], 1, 2])
    page.keyboard.press("e")
    page.keyboard.press("1")
    page.evaluate(SELECT, [desk.turn_ids[1], 0, 0])
    page.keyboard.press("w")
    page.keyboard.type("Dear sirs my")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".word-corrected")).to_have_count(3)
    expect(page.locator(".criterion input:checked").first).to_be_attached()
    expect(page.locator(".word.is-evidence")).to_have_text(["parcel", "did"])
    expect(page.locator("[data-chip-corrected]").first).to_be_hidden()

    page.evaluate(SELECT, [desk.turn_ids[1], 3, 3])
    page.keyboard.press("w")
    page.keyboard.type("package")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".word.is-evidence")).to_have_text(["package", "did"])
    expect(page.locator(".chip q").first).to_have_text("parcel did")
    expect(page.locator("[data-chip-corrected]").first).to_be_visible()
    assert_accessible(page)
    assert complaints == []
