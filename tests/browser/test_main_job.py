"""The whole job in one walk: a recording and a chat come in, are drawn, scored by keyboard, read, and go out as a PDF."""

import io
import re
import time
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import Engine, select

from qa import handlers
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.cards.service import ensure_shipped
from qa.db import transaction
from qa.evaluations.models import Evaluation
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.jsonl import write_jsonl
from qa.interactions.reading.values import IncomingConversation, IncomingMessage
from qa.jobs import ledger
from qa.jobs.work import Bench
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from scorecards.definition import Card, Kind
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn, begin_with_the_first
from tests.conftest import NOW, Stored
from tests.house.messages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.speech, pytest.mark.slow, pytest.mark.timeout(600)]

pytest.importorskip("whisper", reason="needs the speech group: uv sync --group speech")

RECORDING = ROOT / "qa" / "demo" / "material" / "recordings" / "pbx-en" / "en-0001.ogg"
LAST_WEEK = datetime(2026, 11, 11, 10, 30, tzinfo=NOW.tzinfo)


@pytest.fixture
def bench(engine: Engine, settings: Settings, blobs: LocalFolder) -> Bench:
    """Where the jobs of the walk are done, between the pages."""
    handlers.load()
    return Bench(engine, settings, blobs, lambda: NOW)


@pytest.fixture
def chat() -> bytes:
    """One chat in our own format, in the week that is drawn."""
    said = [
        (AuthorRole.CUSTOMER, "Lena", "My bill went up and nobody told me why."),
        (AuthorRole.AGENT, "Emma", "Good morning, this is Emma. I understand that is annoying. I will look at once."),
        (AuthorRole.AGENT, "Emma", "The old amount was put back. You get a new bill tomorrow."),
        (AuthorRole.CUSTOMER, "Lena", "Thank you!"),
    ]
    messages = tuple(
        IncomingMessage(at, role, name, LAST_WEEK.replace(minute=30 + at), text)
        for at, (role, name, text) in enumerate(said)
    )
    return write_jsonl([IncomingConversation("chat-1", Channel.CHAT, "a1", LAST_WEEK, messages, language="en")])


def do_jobs(bench: Bench) -> None:
    """Do every job that waits, as the worker would."""
    while ledger.anything_left(bench):
        for number in ledger.due(bench):
            ledger.run(bench, number)
        time.sleep(0.05)


def visit(page: Page, address: str) -> None:
    page.goto(address)
    assert_accessible(page)


def score_by_keyboard(page: Page, card: Card) -> None:
    """Give every criterion its best option, bind the words of a turn to the last, submit."""
    expect(page.locator("#desk[data-live]")).to_be_attached()
    assert_accessible(page)
    for at, (_section, criterion) in enumerate(card.criteria()):
        if at:
            page.keyboard.press("j")
        if criterion.kind is Kind.NUMERIC:
            page.keyboard.press("n")
            continue
        scale = criterion.kind in {Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5}
        page.keyboard.press(str(len(criterion.options)) if scale else "1")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("e")
    expect(page.locator(".criterion.is-active .chip")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#flashes")).to_contain_text("submitted")


def test_the_main_job_from_recording_to_report(
    bench: Bench, stored: Stored, chat: bytes, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    engine = bench.engine
    with stored() as make:
        ensure_shipped(make.act)
        team = make.team("Invoices")
        agent = make.agent("Emma Clarke", team=team, reference="a1")
        supervisor, reviewer = make.user(Role.SUPERVISOR), make.user(Role.REVIEWER, name="Grace Campbell")
        make.source("pbx", agent_channel=0)

    # In: a recording and a chat.
    page = sign_in(supervisor)
    visit(page, f"{live}/interactions/upload")
    recordings = page.locator("form", has=page.locator("#recording-files"))
    recordings.locator("#recording-files").set_input_files(RECORDING)
    recordings.get_by_label("Source").select_option(label="pbx")
    recordings.get_by_label("Agent").select_option(label="Emma Clarke")
    recordings.get_by_label("Began at").fill("2026-11-10T10:12")
    recordings.get_by_role("button", name="Take in the recordings").click()
    expect(recordings.locator(".upload-list")).to_contain_text("Taken in")
    chats = page.locator("form", has=page.locator("#chat-files"))
    chats.locator("#chat-files").set_input_files(
        {"name": "chats.jsonl", "mimeType": "application/jsonl", "buffer": chat}
    )
    chats.get_by_role("button", name="Take in the chats").click()
    expect(chats.locator(".upload-list")).to_contain_text("Taken in")
    assert_accessible(page)
    recordings.locator(".upload-list a").first.click()
    expect(page.locator(".job")).to_contain_text("Waiting")
    assert_accessible(page)
    do_jobs(bench)
    expect(page.locator(".turn").first).to_be_visible(timeout=30_000)
    expect(page.locator(".turn").first).to_contain_text("Northwind Energy")
    assert_accessible(page)

    # Through: a plan, a draw, two evaluations.
    visit(page, f"{live}/samples/new")
    page.get_by_label("Name").fill("Every week")
    page.get_by_label("How often").select_option("week")
    page.get_by_label("Grace Campbell", exact=True).check()
    page.get_by_role("button", name="Make plan").click()
    expect(page.get_by_role("heading", name="Every week")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.locator("#flashes")).to_contain_text("2 interactions were drawn and assigned")
    assert_accessible(page)
    draw = page.url

    page = sign_in(reviewer)
    visit(page, live)
    for _item in range(2):
        page.goto(f"{live}/evaluations/desk")
        begin_with_the_first(page)
        expect(page).to_have_url(re.compile(r"/evaluations/\d+/desk$"))
        number = int(page.url.split("/")[-2])
        with transaction(engine, reading=True) as session:
            card = card_of(session.get_one(Evaluation, number).card_version)
        score_by_keyboard(page, card)

    page = sign_in(supervisor)
    visit(page, f"{live}/evaluations")
    with transaction(engine, reading=True) as session:
        numbers = list(session.scalars(select(Evaluation.id).order_by(Evaluation.id)))
    for number in numbers:
        visit(page, f"{live}/evaluations/{number}")
        page.get_by_role("button", name="Release to the agent").click()
        expect(page.get_by_role("button", name="Release to the agent")).to_have_count(0)

    # Out: the agent reads and acknowledges; the draw can be checked; the report is a PDF.
    page = sign_in(agent)
    visit(page, live)
    expect(page).to_have_url(re.compile("/me$"))
    visit(page, f"{live}/evaluations/{numbers[0]}")
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.get_by_role("button", name="Mark as seen")).to_have_count(0)
    visit(page, draw)

    page = sign_in(supervisor)
    visit(page, f"{live}/week")
    visit(page, f"{live}/coaching")
    page.get_by_label("Agent").select_option(label="Emma Clarke")
    page.get_by_label("First day").fill("2026-11-09")
    page.get_by_label("Last day").fill("2026-11-15")
    page.get_by_role("button", name="Make the report").click()
    expect(page).to_have_url(re.compile(r"/coaching/\d+"))
    do_jobs(bench)
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible(timeout=30_000)
    assert_accessible(page)
    address = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    paper = page.request.get(f"{live}{address}")
    assert paper.headers["content-type"] == "application/pdf"
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.body())).pages)
    assert "Emma Clarke" in text
    assert complaints == []
