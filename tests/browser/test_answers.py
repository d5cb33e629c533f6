"""What customers answered, in the browser: a file is taken in, the list reads well, a low rating reaches the desk as picked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select

from qa import handlers
from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.feedback.queries import answers_on
from qa.insight.queries import read_sample
from qa.insight.stretch import Stretch
from qa.jobs.work import Bench
from qa.jobs.worker import JobWorker
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored

pytestmark = pytest.mark.browser


@pytest.fixture
def working(engine: Engine, settings: Settings, blobs: LocalFolder, now: datetime) -> Iterator[None]:
    """A worker beside the pages."""
    handlers.load()
    worker = JobWorker(Bench(engine, settings, blobs, lambda: now))
    worker.start()
    yield
    worker.stop()


@pytest.mark.usefixtures("working")
def test_a_file_is_taken_in_and_a_low_rating_is_picked_and_in_no_estimate(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], tmp_path: Path, now: datetime
) -> None:
    with stored() as make:
        make.card()
        agent = make.agent("Noor Bakker", team=make.team("Klantenservice"))
        for number in range(1, 7):
            make.transcript(make.interaction(agent=agent, days_ago=3, reference=f"G-{number}"))
        supervisor = make.user(Role.SUPERVISOR).id
        reviewer = make.user(Role.REVIEWER, name="Rita")
    answers = tmp_path / "survey.csv"
    answers.write_text(
        "Kenmerk;Antwoord-id;Cijfer;Opgelost;Toelichting\n"
        "G-1;r1;1;nee;Na drie keer bellen nog niets opgelost.\n"
        "G-2;r2;5;ja;Heel fijn geholpen!\nG-3;r3;4;ja;\nG-4;r4;5;ja;\nG-5;r5;4;ja;\nG-6;r6;;;\nG-9;r9;7;ja;\n",
        encoding="utf-8",
    )
    page = sign_in(supervisor)
    page.goto(f"{live}/interactions")
    page.get_by_role("link", name="Customers' answers").click()
    expect(page.get_by_role("heading", name="No answers from the last weeks")).to_be_visible()
    page.get_by_role("link", name="Add answers").first.click()
    assert_accessible(page, on="Add answers")
    page.get_by_label("File", exact=True).set_input_files(answers)
    page.get_by_role("button", name="Take the answers in").click()
    expect(page.get_by_role("heading", name="What was refused")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("table")).to_contain_text("Column “Cijfer”: a number from 1 to 5 is expected")
    assert_accessible(page)

    page.get_by_role("link", name="To the answers").click()
    expect(page.get_by_text("Na drie keer bellen")).to_be_visible()
    expect(page.get_by_text("n 6 of 6")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Low rating").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)

    page.goto(f"{live}/picks/new")
    page.get_by_label("Look for").select_option("low_csat")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    assert_accessible(page)
    page.get_by_role("button", name="Give these to the reviewers").click()
    expect(page.get_by_text("A low rating by the customer").first).to_be_visible()
    assert complaints == []

    page = sign_in(reviewer)
    page.goto(live)
    expect(page.get_by_text("G-1").first).to_be_visible()
    with stored() as make:
        [found] = make.act.session.scalars(select(Evaluation))
        assert (found.kind, found.draw_item_id) == (EvaluationKind.TARGETED, None)
        assert answers_on(make.act, found.interaction_id)
        days = Stretch(datetime(2026, 11, 1, tzinfo=UTC).date(), now.date(), "Europe/Amsterdam")
        assert read_sample(make.act, days).scored == ()
