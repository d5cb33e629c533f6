"""Plans of the newer kinds from the form to the proof: minutes by spread, unequal chances, and as days pass."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine

from qa.auth.roles import Role
from qa.interactions.kinds import Channel
from qa.people.models import User
from qa.sampling.period import parse_period
from qa.settings import Settings
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.sampling.plan_making import ZONE, calls
from web.app import create_app

pytestmark = pytest.mark.browser

IN_DECEMBER = datetime(2026, 12, 3, 8, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)


@dataclass
class Clock:
    """The present moment of the app, which a test moves on."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Company:
    """Whoever walks through the pages."""

    supervisor: int
    agent: int


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(settings: Settings, engine: Engine, compiled_pages: FileSystemBytecodeCache, clock: Clock) -> Flask:
    """The web app on the test's database, with a clock that the test moves."""
    made = create_app(settings, clock=clock, engine=engine)
    made.testing = True
    made.jinja_env.bytecode_cache = compiled_pages
    return made


@pytest.fixture
def company(stored: Stored) -> Company:
    """Two agents with past scores, calls and chats of October, and everything that December will bring."""
    with stored() as make:
        scene = Scene(make)
        agents = [make.agent("Anna Appel"), make.agent("Bram Bos")]
        scene.draw(agents, period=parse_period("2026-06", zone=ZONE), each=18)
        for agent in agents:
            scene.score_all(agent, [100, 75, 50] * 6)
        _work(make, agents, at=datetime(2026, 10, 5, 8, tzinfo=UTC))
        _work(make, agents, at=IN_DECEMBER)
        make.user(Role.REVIEWER, name="Rob Reviewer")
        return Company(scene.supervisor.id, agents[0].id)


def _work(make: Makers, agents: list[User], *, at: datetime) -> None:
    for agent, number in zip(agents, (12, 6), strict=True):
        calls(make, agent, number, at=at, duration_ms=300_000)
        calls(make, agent, number, at=at + timedelta(days=3), channel=Channel.CHAT)
        calls(make, agent, 3, at=at + timedelta(days=7), duration_ms=1_200_000)


def _new_plan(page: Page, live: str, name: str) -> None:
    page.goto(f"{live}/samples/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("How often").select_option(label="Every month")
    page.get_by_label("Scorecard").select_option(label="Phone service")
    page.get_by_label("Rob Reviewer", exact=True).first.check()


def _december(page: Page) -> str:
    """Open the draw of December from the page of its plan; return its address."""
    page.get_by_role("link", name="December 2026").click()
    expect(page.get_by_role("heading", name="Draw: December 2026")).to_be_visible()
    return str(page.url)


def _digits(found: Locator) -> str:
    text: str = found.inner_text().strip()
    assert re.fullmatch("[0-9a-f]{64}", text)
    return text


def _chances(page: Page, design: str) -> None:
    page.get_by_role("link", name="Change chances").click()
    page.get_by_label(design).check()


def _reveal(page: Page) -> None:
    page.get_by_role("button", name="Reveal the seed").click()
    expect(page.locator("#seed")).to_be_visible()
    assert_accessible(page)


def _verify(page: Page) -> None:
    page.get_by_role("link", name="Verify", exact=True).click()
    expect(page.locator(".note-done")).to_contain_text("Everything agrees.")
    assert_accessible(page)


def test_minutes_are_divided_and_an_agent_checks_the_promise(
    company: Company, live: str, clock: Clock, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(company.supervisor)
    _new_plan(page, live, "Minutes of December")
    page.get_by_label("Channel", exact=True).check()
    page.get_by_label("How many", exact=True).select_option(label="Minutes of review in all")
    page.get_by_label("Minutes of review in all").fill("90")
    page.get_by_label("At least, of every stratum").fill("2")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Anna Appel · Call")
    expect(preview).to_contain_text("Minutes of review")
    expect(preview.get_by_role("region", name="By agent")).to_contain_text("±")
    assert_accessible(page)
    page.get_by_role("button", name="Make plan").click()
    assert_accessible(page, on="Minutes of December")
    draw = _december(page)

    agent = sign_in(company.agent)
    agent.goto(draw)
    commitment = _digits(agent.locator("#commitment"))
    expect(agent.get_by_text("Secret until the draw is made")).to_be_visible()
    expect(agent.locator("#seed")).to_have_count(0)
    assert_accessible(agent)

    clock.now = NEW_YEAR
    page = sign_in(company.supervisor)
    page.goto(draw)
    page.get_by_role("button", name="Draw now").click()
    expect(page.locator("#flashes")).to_contain_text("drawn and assigned")
    assert_accessible(page)
    _reveal(page)

    agent = sign_in(company.agent)
    agent.goto(draw)
    assert _digits(agent.locator("#commitment")) == commitment
    seed = _digits(agent.locator("#seed"))
    assert hashlib.sha256(bytes.fromhex(seed)).hexdigest() == commitment
    expect(agent.get_by_text("Bram Bos")).to_have_count(0)
    agent.get_by_text("Check a seed").click()
    agent.get_by_label("A seed that you copied").fill(seed.upper())
    agent.get_by_role("button", name="Compare with the commitment").click()
    expect(agent.get_by_text("This seed belongs to the commitment.")).to_be_visible()
    _verify(agent)
    expect(agent.get_by_text("The lengths are those by which the minutes were divided.")).to_be_visible()
    assert complaints == []


def test_what_weighs_more_is_drawn_more_often_and_can_be_proved(
    company: Company, live: str, clock: Clock, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(company.supervisor)
    _new_plan(page, live, "By risk")
    page.get_by_label("Interactions of each stratum").fill("4")
    page.get_by_role("button", name="Make plan").click()
    _chances(page, "More for what is named below, less for the rest")
    page.get_by_label("A quarter of an hour or longer").fill("3")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A quarter of an hour or longer +3")).to_be_visible()
    draw = _december(page)
    clock.now = NEW_YEAR
    page = sign_in(company.supervisor)
    page.goto(draw)
    page.get_by_role("button", name="Draw now").click()
    expect(page.locator("#flashes")).to_contain_text("8 interactions were drawn and assigned.")
    assert_accessible(page)
    _reveal(page)
    _verify(page)
    assert complaints == []


def test_what_is_drawn_as_days_pass_is_closed_and_proved(
    company: Company, live: str, clock: Clock, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(company.supervisor)
    _new_plan(page, live, "As days pass")
    page.get_by_role("button", name="Make plan").click()
    _chances(page, "The same for all, decided as days pass")
    page.get_by_label("Share taken in as days pass, in per cent").fill("50")
    page.get_by_role("button", name="Save").click()
    draw = _december(page)
    clock.now = IN_DECEMBER + timedelta(days=5)
    page = sign_in(company.supervisor)
    page.goto(draw)
    page.get_by_role("button", name="Take in what came since").click()
    expect(page.locator("#flashes")).to_contain_text("taken in and assigned.")
    expect(page.get_by_text("Under way")).to_be_visible()
    assert_accessible(page)
    clock.now = NEW_YEAR
    page = sign_in(company.supervisor)
    page.goto(draw)
    page.get_by_role("button", name="Close the period").click()
    expect(page.get_by_role("button", name="Reveal the seed")).to_be_visible()
    assert_accessible(page)
    _reveal(page)
    _verify(page)
    assert complaints == []
