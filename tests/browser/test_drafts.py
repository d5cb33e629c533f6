"""Nothing typed on the desk is lost: without a connection, without a server, signed out, in another's hands."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationState
from tests.browser.axe import assert_accessible
from tests.browser.conftest import Serving, SignIn
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk

pytestmark = pytest.mark.browser

COPIES = "Object.keys(localStorage).filter((key) => key.startsWith('steekproef-draft')).length"


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        return make_desk(make)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#desk[data-live]")).to_be_attached()
    return page


def status(page: Page, text: str) -> None:
    expect(page.locator("#draft-status")).to_contain_text(text, timeout=30_000)


def saved(page: Page) -> None:
    """Wait until the server has it: "Saved now", "Saved 2 sec. ago"."""
    expect(page.locator("#draft-status")).to_have_text(re.compile(r"^\s*Saved (now|\d+ sec)"), timeout=30_000)


def without_copies(page: Page) -> None:
    """Wait until this computer keeps none; the page's policy forbids to wait for that by script."""
    for _time in range(100):
        if page.evaluate(COPIES) == 0:
            return
        page.wait_for_timeout(100)
    pytest.fail("a copy was left behind")


def kept(stored: Stored, desk: Desk) -> dict[str, str | None]:
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, desk.id)
        return {answer.criterion: answer.option for answer in evaluation.answers}


def test_what_was_typed_while_the_server_was_gone_is_put_back_in_a_new_window(
    desk: Desk, stored: Stored, serving: Serving, context: BrowserContext, sign_in: SignIn
) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{serving.address}{desk.path}/desk")
    serving.stop()
    page.keyboard.press("1")
    page.locator("#summary").fill("Typed without a server.")
    status(page, "No connection")
    page.close()
    serving.start()
    again = opened(context.new_page(), f"{serving.address}{desk.path}/desk")
    expect(again.locator("#desk-note")).to_contain_text("put back")
    expect(again.locator("#summary")).to_have_value("Typed without a server.")
    saved(again)
    assert kept(stored, desk) == {"greeting": "yes"}
    assert again.evaluate(COPIES) == 0


def test_what_waits_is_sent_from_any_page(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    context.set_offline(True)
    page.keyboard.press("1")
    status(page, "No connection")
    page.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{live}/evaluations/desk")
    without_copies(other)
    assert kept(stored, desk) == {"greeting": "yes"}


def test_saving_goes_on_by_itself_when_the_connection_is_back(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    context.set_offline(True)
    page.keyboard.press("1")
    status(page, "No connection")
    context.set_offline(False)
    saved(page)
    assert kept(stored, desk) == {"greeting": "yes"}
    assert page.evaluate(COPIES) == 0


def test_a_sign_in_that_ended_keeps_the_draft_and_gives_it_back(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    context.clear_cookies()
    page.keyboard.press("1")
    expect(page.locator("#desk-note")).to_contain_text("You are signed out")
    assert_accessible(page)
    page.get_by_role("link", name="Open the evaluation again").click()
    expect(page).to_have_url(re.compile("sign-in"))
    sign_in(desk.reviewer_id)
    opened(page, f"{live}{desk.path}/desk")
    expect(page.locator("#criterion-greeting input:checked")).to_have_value("yes")
    saved(page)
    assert kept(stored, desk) == {"greeting": "yes"}


def test_a_submission_without_a_connection_loses_nothing_and_is_sent_when_pressed_again(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    for name, value in best_form(desk.card).items():
        if name.startswith("answer-"):
            page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
    context.set_offline(True)
    page.keyboard.press("Control+Enter")
    status(page, "not submitted")
    expect(page).to_have_url(re.compile(f"{desk.path}/desk$"))
    context.set_offline(False)
    saved(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#flashes")).to_contain_text("The evaluation was submitted")
    assert page.evaluate(COPIES) == 0
    with stored() as make:
        assert make.act.session.get_one(Evaluation, desk.id).state is EvaluationState.SUBMITTED


def test_a_computer_without_room_says_so(desk: Desk, live: str, context: BrowserContext, sign_in: SignIn) -> None:
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    context.set_offline(True)
    page.keyboard.press("1")
    status(page, "Leave this window open")
    context.set_offline(False)
    saved(page)


def test_signing_out_and_another_person_leave_no_copy_behind(
    desk: Desk, stored: Stored, live: str, context: BrowserContext, sign_in: SignIn
) -> None:
    with stored() as make:
        other = make.user(Role.REVIEWER)
    page = opened(sign_in(desk.reviewer_id), f"{live}{desk.path}/desk")
    page.evaluate("localStorage.setItem('unrelated', '1')")
    context.set_offline(True)
    page.keyboard.press("1")
    status(page, "No connection")
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-unsent]")).to_contain_text("has not reached the server")
    assert page.evaluate(COPIES) == 1
    page.close()
    context.set_offline(False)
    sign_in(other)
    theirs = context.new_page()
    theirs.goto(f"{live}/evaluations/desk")
    without_copies(theirs)
    assert theirs.evaluate("localStorage.getItem('unrelated')") == "1"
