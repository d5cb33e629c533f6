"""A calibration from the invitation to the consensus, in the browser."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from qa.auth.roles import Role
from qa.calibration.models import CalibrationSession, Decision, Outcome
from qa.cards.queries import card_of
from qa.cards.service import ensure_shipped
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.calibration.comparing import evaluations_of, lenient_key, readable, submit
from tests.conftest import Stored

pytestmark = pytest.mark.browser


def test_a_calibration_from_invitation_to_consensus(
    sign_in: SignIn, live: str, stored: Stored, complaints: list[str]
) -> None:
    with stored() as make:
        ensure_shipped(make.act)
        supervisor = make.user(Role.SUPERVISOR, name="Sam Supervisor").id
        reviewers = [make.user(Role.REVIEWER, name=name).id for name in ("Rob Strict", "Mia Mild")]
        reference = readable(make).reference
    page = sign_in(supervisor)
    page.goto(f"{live}/week")
    page.get_by_role("link", name="Calibration", exact=True).click()
    assert_accessible(page, on="Calibration")
    page.get_by_role("link", name="New calibration").click()
    assert_accessible(page, on="New calibration")
    page.get_by_label("Name").fill("Greeting in November")
    page.get_by_label("Scorecard").select_option(label="Phone service")
    page.get_by_label("Rob Strict").check()
    page.get_by_role("button", name="Invite the reviewers").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one interaction.")
    assert_accessible(page)
    page.get_by_label(reference).check()
    page.get_by_label("Mia Mild").check()
    page.get_by_role("button", name="Invite the reviewers").click()
    expect(page.get_by_text("0 of 2 scores are in")).to_be_visible()
    assert_accessible(page)
    address = page.url

    reviewer = sign_in(reviewers[0])
    reviewer.goto(address)
    reviewer.get_by_role("link", name="Begin scoring").click()
    expect(reviewer.get_by_role("button", name="Submit evaluation")).to_be_visible()

    with stored() as make:
        session = make.act.session.scalars(select(CalibrationSession)).one()
        card = card_of(session.card_version)
        key = lenient_key(card)
        first, second = evaluations_of(session)
        submit(make, first, worst=(key,))
        submit(make, second)
    criterion = card.criterion(key)
    assert criterion is not None
    page = sign_in(supervisor)
    page.goto(address)
    expect(page.get_by_text("100 apart")).to_be_visible()
    expect(page.get_by_text("Heard otherwise.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=re.compile(f"Decide.*{re.escape(criterion.name.en)}")).click()
    assert_accessible(page, on=criterion.name.en)
    page.get_by_label("The answer all can live with").select_option(label=criterion.options[-1].label.en)
    page.get_by_label("Note").fill("The card leaves this open.")
    page.get_by_label("Clarify the wording").check()
    page.get_by_label("Who takes it up").select_option(label="Sam Supervisor")
    page.get_by_label("Until when").fill("2026-12-01")
    page.get_by_role("button", name="Keep the decision").click()
    expect(page.get_by_text("The card leaves this open.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("To the card"))).to_be_visible()
    page.get_by_role("button", name="End the meeting").click()
    expect(page.get_by_text("its decisions stay as they are")).to_be_visible()
    assert_accessible(page)
    with stored() as make:
        kept = make.act.session.scalars(select(Decision)).one()
        assert (kept.outcome, kept.owner_id) == (Outcome.WORDING, supervisor)
    # The one refusal that was asked for above, which the browser's console notes.
    assert [complaint for complaint in complaints if "422" not in complaint] == []
