"""A dispute from the agent's disagreement to the decision they read, by keyboard, each as they see it."""

import pytest
from playwright.sync_api import Page, expect

from qa.evaluations.models import Evaluation
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.disputes.dispute_making import make_case
from tests.disputes.test_dispute_pages import Numbers, numbers_of

pytestmark = pytest.mark.browser


@pytest.fixture
def released(stored: Stored) -> Numbers:
    with stored() as make:
        return numbers_of(make_case(make))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that accessible name has the focus."""
    for _press in range(200):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and name in page.locator(":focus").evaluate(
            "it => (it.labels?.[0]?.textContent ?? it.getAttribute('aria-label') ?? it.textContent).replace(/\\s+/g, ' ').trim()"
        ):
            return
    raise AssertionError(name)


def fits(page: Page) -> None:
    """Fail where the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


def looked_at(page: Page) -> None:
    """Look at the page on a desk and on a phone: accessible, and no wider than the window."""
    assert_accessible(page)
    fits(page)
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_dispute_goes_round_by_keyboard(
    released: Numbers, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(released.agent)
    name = released.desk.card.criterion(released.criterion).name.en  # type: ignore[union-attr]  # it is on the card
    dispute(page, live, released, name=name)
    judge(sign_in(released.judge), live, name=name)
    read_decision(sign_in(released.agent), live, released)
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, released.evaluation)
        given = {answer.criterion: answer.option for answer in evaluation.answers}
    assert given[released.criterion] == released.worst
    assert complaints == []


def dispute(page: Page, live: str, released: Numbers, *, name: str) -> None:
    """The agent opens the evaluation and disputes one criterion."""
    page.goto(live + released.path)
    looked_at(page)
    tab_to(page, "Dispute this evaluation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dispute the evaluation")
    tab_to(page, f"I disagree: {name}")
    page.keyboard.press("Space")
    looked_at(page)
    tab_to(page, "What it should have been")
    page.locator(":focus").select_option(released.worst)
    tab_to(page, "Why, in your own words")
    page.keyboard.type("I never said it.")
    tab_to(page, "Send the dispute")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your dispute was sent.")).to_be_visible()
    looked_at(page)
    page.goto(live)
    expect(page.get_by_role("heading", name="My disputes")).to_be_visible()
    looked_at(page)


def judge(page: Page, live: str, *, name: str) -> None:
    """Somebody else takes it, scores it blind on the desk, and decides."""
    page.goto(live + "/disputes")
    looked_at(page)
    tab_to(page, "Judge this")
    page.keyboard.press("Enter")
    expect(page.locator("#desk[data-live]")).to_be_attached()
    expect(page.get_by_text("I never said it.")).to_have_count(0)
    looked_at(page)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Decide on the dispute")
    expect(page.get_by_text("I never said it.")).to_be_visible()
    looked_at(page)
    tab_to(page, "Accepted")
    page.keyboard.press("Space")
    tab_to(page, "Reason, for the agent")
    page.keyboard.type("It is not in the recording.")
    tab_to(page, "Settle the dispute")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The dispute is settled.")).to_be_visible()
    looked_at(page)


def read_decision(page: Page, live: str, released: Numbers) -> None:
    """The agent reads the reason, and the old revision as retracted."""
    page.goto(live + released.path)
    expect(page.get_by_role("heading", name="This evaluation was corrected")).to_be_visible()
    looked_at(page)
    tab_to(page, "Read revision 1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This no longer counts.")).to_be_visible()
    looked_at(page)
    page.goto(live + "/disputes/mine")
    looked_at(page)
    tab_to(page, "ref-")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your dispute was accepted.")).to_be_visible()
    expect(page.get_by_text("It is not in the recording.")).to_be_visible()
