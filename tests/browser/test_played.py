"""Listening by keyboard: what really played is kept, a stretch of sound is bound, a critical failure is heard or confirmed."""

import re

import pytest
from playwright.sync_api import Page, expect

from qa.evaluations.hearing import told_unheard
from qa.evaluations.models import Evaluation
from scorecards.definition import Kind
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.browser.test_desk_keyboard import desk_with_sound, ready
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk
from tests.evaluations.test_hearing import CRITICAL

pytestmark = pytest.mark.browser

#: The third turn, in which the failure is heard.
START_MS, END_MS = 8_000, 12_000


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        return desk_with_sound(make)


def open_desk(page: Page, live: str, desk: Desk) -> None:
    page.goto(f"{live}{desk.path}/desk")
    ready(page)
    expect(page.locator("#player[data-ready]")).to_be_attached()


def fail_critically(page: Page, desk: Desk) -> None:
    """Score the whole card by key: the best of everything, but for the critical criterion, bound to the third turn."""
    for at, (_section, criterion) in enumerate(desk.card.criteria()):
        if at:
            page.keyboard.press("j")
        if criterion.key == CRITICAL:
            page.keyboard.press("2")
            page.keyboard.press("c")
            page.keyboard.type("Promised what was not certain.")
            page.keyboard.press("Shift+Tab")
            page.keyboard.type("Lack of k")
            expect(page.locator(".criterion.is-active select")).to_have_value("knowledge")
            page.keyboard.press("Escape")
            page.keyboard.press("Shift+ArrowRight")
            page.keyboard.press("Shift+ArrowRight")
            page.keyboard.press("e")
            expect(page.locator(".criterion.is-active .chip q")).to_contain_text("I am sorry to hear that")
        else:
            scale = criterion.kind in {Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5}
            page.keyboard.press(str(len(criterion.options)) if scale else "1")


def test_a_critical_failure_that_was_not_played_is_confirmed_by_keyboard(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn
) -> None:
    page = sign_in(desk.reviewer_id)
    open_desk(page, live, desk)
    fail_critically(page, desk)
    # Going to a turn is no playing.
    expect(page.locator("#played")).to_have_text("Played 0 %")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    ready(page)
    assert_accessible(page)
    page.keyboard.press("Tab")
    expect(page.locator(f"[name=unheard-{CRITICAL}]")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/evaluations/desk$"), timeout=20_000)
    with stored() as make:
        assert told_unheard(make.act.session.get_one(Evaluation, desk.id).computation) == {CRITICAL}
    page.goto(f"{live}{desk.path}")
    ready(page)
    expect(page.locator(f"#answer-{CRITICAL}")).to_contain_text("confirmed this without playing")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_critical_failure_that_was_played_is_submitted_and_only_what_sounded_is_kept(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(desk.reviewer_id)
    open_desk(page, live, desk)
    fail_critically(page, desk)
    for _faster in range(6):
        page.keyboard.press(".")
    expect(page.locator("#speed")).to_have_value("3")
    page.keyboard.press("k")
    expect(page.locator(f"#criterion-{CRITICAL}")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#played")).to_have_text(re.compile(r"Played (2[89]|3\d) %"), timeout=20_000)
    page.keyboard.press("s")
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    # A save that failed, or never came, loses nothing: this computer has it too.
    told = page.locator("#played").text_content() or ""
    page.reload()
    ready(page)
    expect(page.locator("#played")).to_have_text(told)
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/evaluations/desk$"), timeout=20_000)
    with stored() as make:
        kept = make.act.session.get_one(Evaluation, desk.id)
        assert told_unheard(kept.computation) == frozenset()
        assert kept.played
        assert kept.played[0][0] >= START_MS - 100
        assert kept.played[-1][1] <= END_MS
    assert complaints == []


def test_what_was_played_without_a_connection_outlives_a_reload(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn
) -> None:
    page = sign_in(desk.reviewer_id)
    open_desk(page, live, desk)
    page.context.set_offline(True)
    page.keyboard.press("Space")
    expect(page.locator("#played")).to_have_text(re.compile(r"Played ([89]|[1-9]\d) %"), timeout=20_000)
    page.keyboard.press("Space")
    page.context.set_offline(False)
    page.reload()
    ready(page)
    expect(page.locator("#played")).to_have_text(re.compile(r"Played ([89]|[1-9]\d) %"))
    page.keyboard.press("1")
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    with stored() as make:
        kept = make.act.session.get_one(Evaluation, desk.id)
        assert kept.played
        assert kept.played[0][0] == 0


def test_a_stretch_of_sound_is_chosen_looped_and_bound_by_keyboard(
    desk: Desk, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(desk.reviewer_id)
    open_desk(page, live, desk)
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    page.keyboard.press("l")
    expect(page.locator("[data-loop]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(page.locator("#clock")).to_have_text(re.compile("00:0[01]"), timeout=10_000)
    page.keyboard.press("Space")
    page.keyboard.press("e")
    expect(page.locator(".criterion.is-active .chip q")).to_have_text("Stretch of sound 00:00–00:05")
    expect(page.locator("[data-loop]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Begin and end of a stretch at this moment")
    assert complaints == []
