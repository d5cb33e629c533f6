"""The reports of a team in a browser: asked for, stopped, gone on with and saved, in both languages, wide and narrow."""

import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from qa import handlers
from qa.auth.roles import Role
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.work import Bench
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene

pytestmark = pytest.mark.browser

#: What is pressed and read, by language.
WORDS = {
    Language.EN: {
        "make": "Make the reports",
        "stop": "Stop",
        "on": "Go on",
        "save": "Save the ZIP file",
        "held": "2 reports and an index by name, without scores.",
        "future": "The period lies in the future.",
    },
    Language.NL: {
        "make": "Rapporten maken",
        "stop": "Stoppen",
        "on": "Verdergaan",
        "save": "Zipbestand opslaan",
        "held": "2 rapporten en een lijst op naam, zonder scores.",
        "future": "De periode ligt in de toekomst.",
    },
}

WIDTHS = (1440, 390)


@pytest.fixture
def bench(stored: Stored) -> Bench:
    handlers.load()
    return Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)


def supervisor_of_two(stored: Stored, language: Language) -> int:
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        agents = [make.agent(name, team=team) for name in ("Sanne de Wit", "Daan Bakker")]
        scene.draw(agents)
        scene.score_all(agents[0], [100] * 5)
        return make.user(Role.SUPERVISOR, language=language).id


def looked_at(page: Page) -> None:
    """The page is accessible and fits, on a desk and on a phone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than {width}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@pytest.mark.parametrize("language", Language)
def test_the_reports_of_a_team_are_asked_for_stopped_gone_on_with_and_saved(
    stored: Stored, live: str, sign_in: SignIn, bench: Bench, complaints: list[str], language: Language
) -> None:
    said = WORDS[language]
    page = sign_in(supervisor_of_two(stored, language))
    page.goto(f"{live}/coaching/batches")
    looked_at(page)

    page.locator("[name=team]").select_option(label="Invoices")
    page.locator("[name=starts_on]").fill("2026-10-01")
    page.locator("[name=ends_on]").fill("2026-10-31")
    page.get_by_role("button", name=said["make"]).click()
    expect(page).to_have_url(re.compile(r"/coaching/batches/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    looked_at(page)

    page.get_by_role("button", name=said["stop"]).click()
    expect(page.get_by_role("button", name=said["on"])).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name=said["on"]).click()
    expect(page.get_by_role("button", name=said["stop"])).to_be_visible()

    ledger.run(bench, number)

    # The page asks by itself how far the work is, and shows the way to the file when it is done.
    expect(page.get_by_text(said["held"])).to_be_visible()
    looked_at(page)
    with page.expect_download() as saving:
        page.get_by_role("link", name=said["save"]).click()
    assert saving.value.suggested_filename == "reports-2026-10-01-2026-10-31.zip"
    with zipfile.ZipFile(saving.value.path()) as packed:
        assert len(packed.namelist()) == 3

    page.goto(f"{live}/coaching/batches")
    expect(page.get_by_role("link", name=said["save"])).to_be_visible()
    looked_at(page)
    assert complaints == []


@pytest.mark.parametrize("language", Language)
def test_days_that_cannot_be_are_told_beside_their_field(
    stored: Stored, live: str, sign_in: SignIn, language: Language
) -> None:
    page = sign_in(supervisor_of_two(stored, language))
    page.goto(f"{live}/coaching/batches")
    page.locator("[name=starts_on]").fill("2027-01-01")
    page.locator("[name=ends_on]").fill("2027-01-31")
    page.get_by_role("button", name=WORDS[language]["make"]).press("Enter")
    expect(page.locator("[name=starts_on]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("body")).to_contain_text(WORDS[language]["future"])
    looked_at(page)
