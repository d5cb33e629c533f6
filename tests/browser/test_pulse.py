"""The pulse in the browser: a round is opened, answered by keyboard on a phone, closed, and read on the dashboard."""

import pytest
from playwright.sync_api import expect

from qa.auth.roles import Role
from qa.i18n import Language
from qa.people.models import User
from qa.pulse.models import PulseRound
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.pulse.asking import FAIR, RECOMMEND, answered

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def test_a_round_is_opened_answered_without_a_name_and_read(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        invoices = make.team("Invoices")
        team = invoices.id
        supervisor = make.user(Role.SUPERVISOR).id
        agents = [make.agent(f"Agent {letter}", team=invoices).id for letter in "ABCDEF"]
        make.act.session.get_one(User, agents[0]).language = Language.NL

    page = sign_in(supervisor)
    page.goto(f"{live}/dashboards")
    page.get_by_role("link", name="Employees' answers").click()
    assert_accessible(page, on="Employees' answers")
    page.get_by_role("link", name="Open a round").click()
    assert_accessible(page, on="Open a round")
    page.get_by_role("button", name="Open the round").click()
    expect(page.get_by_role("alert")).to_contain_text("Until: Fill this in.")
    page.get_by_label("Until").fill("2026-11-27")
    page.get_by_label("I know what is expected of me.").uncheck()
    page.get_by_label("First own statement, in English").fill("We laugh enough.")
    page.get_by_label("First own statement, in Dutch").fill("Wij lachen genoeg.")
    page.get_by_role("button", name="Open the round").click()
    expect(page.get_by_text("0 of 6 answered")).to_be_visible()
    assert_accessible(page)

    page = sign_in(agents[0])
    page.set_viewport_size(PHONE)
    page.goto(f"{live}/me")
    page.get_by_role("link", name="Beantwoorden").click()
    assert_accessible(page, on="Een paar vragen over uw werk")
    assert page.evaluate(FITS)
    fair = page.get_by_role("group", name="Mijn werk wordt eerlijk beoordeeld.")
    fair.get_by_role("radio", name="Geen antwoord").focus()
    page.keyboard.press("ArrowLeft")
    expect(fair.get_by_role("radio", name="Helemaal", exact=True)).to_be_checked()
    page.keyboard.press("ArrowLeft")
    expect(fair.get_by_role("radio", name="Grotendeels")).to_be_checked()
    page.get_by_role("group", name="Zou u het aanraden om hier te werken?").get_by_role(
        "radio", name="9", exact=True
    ).check()
    page.get_by_role("group", name="Wij lachen genoeg.").get_by_role("radio", name="Niet echt").check()
    page.get_by_label("In uw eigen woorden").fill("De koffie mag beter.")
    page.get_by_role("button", name="Mijn antwoorden versturen").click()
    expect(page.get_by_text("Uw antwoorden zijn bewaard zonder uw naam.")).to_be_visible()
    expect(page.get_by_role("link", name="Beantwoorden")).to_have_count(0)

    with stored() as make:
        session = make.act.session
        found = session.get_one(PulseRound, 1)
        for number in agents[1:5]:
            answered(make, found, session.get_one(User, number), {FAIR: 3, RECOMMEND: 10})

    page = sign_in(supervisor)
    page.set_viewport_size(DESKTOP)
    page.goto(f"{live}/pulse")
    page.get_by_role("table").get_by_role("link").click()
    expect(page.get_by_text("5 of 6 answered")).to_be_visible()
    expect(page.get_by_text("De koffie mag beter.")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_role("blockquote")).to_have_text("De koffie mag beter.")
    expect(page.get_by_text("n 5 of 6").first).to_be_visible()
    # One gave an answer to the company's own statement: it is told of nobody.
    own = page.locator("dl.measures > div").filter(has_text="We laugh enough.")
    expect(own).to_contain_text("not shown: fewer than 5 answers")
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate(FITS)
    page.goto(f"{live}/dashboards?period=2026-11&team={team}")
    expect(page.get_by_role("heading", name="Employees", exact=True)).to_be_visible()
    expect(page.get_by_text("n 5 of 6").first).to_be_visible()
    assert page.evaluate(FITS)
    assert_accessible(page)
    page.set_viewport_size(DESKTOP)
    # The form that came back is the one thing the browser remarks on.
    assert [told for told in complaints if "422" not in told] == []
