"""A visit on a telephone: one question a screen, through a lost connection, to handing in."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.mystery import filling
from qa.mystery.models import Visit, VisitState
from qa.mystery.queries import get_visit
from scorecards.definition import Card, Kind
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.mystery.visit_making import acting_as, best_mark, planned, png, written
from web.visits.screens import OPTION

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class OnThePhone:
    """The visit that is filled in, and the shopper's telephone."""

    visit: int
    card: Card
    page: Page

    @property
    def screen(self) -> Locator:
        """The one screen that shows."""
        return self.page.locator("section.screen:visible")

    @property
    def status(self) -> Locator:
        """What is said about saving."""
        return self.page.locator("#visit-status")

    def on(self) -> None:
        """Go to the next screen."""
        self.screen.locator("button[value=on]").click()


@pytest.fixture
def phone(stored: Stored, live: str, sign_in: SignIn) -> OnThePhone:
    with stored() as make:
        visit = planned(make.act, make, shopper=make.user(Role.SHOPPER), agent=make.agent())
        visit_id, shopper, card = visit.id, visit.shopper_id, card_of(visit.card_version)
    page = sign_in(shopper)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/visits/{visit_id}")
    return OnThePhone(visit_id, card, page)


def kept(stored: Stored, phone: OnThePhone) -> Visit:
    with stored() as make:
        visit = get_visit(make.act, phone.visit)
        make.act.session.expunge_all()
        return visit


def test_a_visit_is_filled_in_through_a_lost_connection_and_handed_in(
    phone: OnThePhone, stored: Stored, context: BrowserContext, tmp_path: Path
) -> None:
    page = phone.page
    assert_accessible(page)
    page.get_by_role("button", name="Start the visit").click()
    expect(phone.screen.get_by_label("I came in at").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("I came in at").first.fill("2026-11-18T09:30")
    expect(phone.status).to_have_text("Saved")
    phone.on()
    for at, (_section, criterion) in enumerate(phone.card.criteria()):
        if at == 2:
            expect(phone.status).to_have_text("Saved")
            context.set_offline(True)
        mark = None if criterion.kind is Kind.TEXT else best_mark(criterion)
        if mark and mark.option:
            phone.screen.locator(f'input[value="{OPTION}{mark.option}"]').check()
        elif mark:
            phone.screen.get_by_label("Number").fill(mark.number or "")
        phone.on()
    expect(phone.status).to_have_text("Saved on this phone")
    assert set(kept(stored, phone).answers) == {"noticed", "waiting"}
    page.get_by_role("link", name="All questions").click()
    expect(phone.screen.get_by_text("There is no connection.")).to_be_visible()
    assert_accessible(page)
    context.set_offline(False)
    expect(phone.status).to_have_text("Saved")
    page.get_by_role("link", name="All questions").click()
    expect(page.get_by_text("Everything that is needed is filled in.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Photos and recording").click()
    page.get_by_label("Take a photo", exact=True).set_input_files(written(tmp_path / "counter.png", png()))
    page.get_by_role("button", name=re.compile("Send.*photo")).click()
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="All questions").click()
    page.get_by_role("button", name="Hand in the visit").click()
    expect(page.get_by_text("It can no longer be changed.")).to_be_visible()
    visit = kept(stored, phone)
    assert (visit.state, len(visit.attachments)) == (VisitState.SUBMITTED, 1)
    assert page.evaluate("localStorage.length") == 0


def test_what_was_typed_survives_a_page_that_was_closed(phone: OnThePhone, stored: Stored) -> None:
    page = phone.page
    address = f"{page.url}/2"
    page.goto(address)
    page.route(address, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.screen.locator('input[value="option:no"]').check()
    phone.screen.get_by_label("Explanation").fill("Nobody was there.")
    expect(phone.status).to_have_text("Saved on this phone")
    page.unroute(address)
    page.goto("about:blank")
    page.goto(address)
    expect(phone.screen.get_by_label("Explanation")).to_have_value("Nobody was there.")
    expect(phone.status).to_have_text("Saved")
    assert kept(stored, phone).answers["noticed"]["comment"] == "Nobody was there."


def test_a_newer_answer_from_another_device_is_shown_and_stays(phone: OnThePhone, stored: Stored) -> None:
    phone.page.goto(f"{phone.page.url}/2")
    with stored() as make:
        visit = get_visit(make.act, phone.visit)
        mine = acting_as(make.act, visit.shopper)
        mark = best_mark(next(phone.card.criteria())[1])
        filling.save_answer(mine, visit, criterion="noticed", mark=mark, revision=40)
    phone.screen.locator('input[value="option:no"]').check()
    expect(phone.screen.get_by_text("A newer answer was saved")).to_be_visible()
    expect(phone.screen.locator('input[value="option:yes"]')).to_be_checked()
    assert kept(stored, phone).answers["noticed"]["option"] == "yes"


def test_answers_are_large_enough_for_a_thumb(phone: OnThePhone) -> None:
    phone.page.goto(f"{phone.page.url}/2")
    targets = phone.screen.locator(".big-answer, button")
    heights = [(box or {"height": 0})["height"] for box in (item.bounding_box() for item in targets.all())]
    assert len(heights) >= 4
    assert min(heights) >= 44
