"""A scorecard from copy to use, by keyboard alone: add, refuse, mend, reorder, preview, what-if, publish, score."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from qa.auth.roles import Role
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of, current_version
from qa.cards.service import add_version, ensure_shipped
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import assign
from scorecards.definition import Kind
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.cards.designer_making import Drafted, make_draft
from tests.conftest import Stored
from tests.evaluations.desk_making import make_desk, submit_best
from tests.scorecards.card_making import card, scale, section

pytestmark = pytest.mark.browser


def ready(page: Page) -> None:
    """Wait until the designer answers to keys."""
    expect(page.locator("#designer[data-live]")).to_be_attached()


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a control as the Tab key would and press a key on it."""
    page.locator(selector).focus()
    page.keyboard.press(key)


def type_into(page: Page, selector: str, text: str) -> None:
    """Write over what stands in a field."""
    page.locator(selector).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


@pytest.fixture
def draft(stored: Stored) -> Drafted:
    with stored() as make:
        return make_draft(make)


def test_a_copy_of_the_phone_card_is_designed_and_used_by_keyboard(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        ensure_shipped(make.act)
        admin = make.user(Role.ADMIN)
        phone = make.act.session.query(Scorecard).filter_by(key="phone-service").one()
        shown = current_version(make.act, phone.id).id
    page = sign_in(admin)
    page.goto(f"{live}/cards/{shown}")
    press(page, "text=Duplicate")
    expect(page.locator("#key")).to_have_value("phone-service-2")
    assert_accessible(page)
    type_into(page, "#name_en", "Our calls")
    type_into(page, "#name_nl", "Onze gesprekken")
    type_into(page, "#key", "our-calls")
    page.keyboard.press("Enter")
    ready(page)
    expect(page.locator("h1")).to_have_text("Our calls")
    assert_accessible(page)
    press(page, ".part-open[value='open:0']")
    ready(page)
    press(page, "#add-criterion")
    ready(page)
    # The page comes back at the new criterion's name, and says what it still lacks.
    expect(page.locator("#criteria-5-name_en")).to_be_focused()
    page.keyboard.type("Thanks the customer")
    expect(page.locator("#criteria-5-name_nl-error-1")).to_contain_text("missing in the language nl")
    assert_accessible(page)
    press(page, "#save")
    ready(page)
    expect(page.locator("#problems")).to_contain_text("missing in the language nl")
    press(page, "#problems button")
    ready(page)
    expect(page.locator("#criteria-5-name_nl")).to_be_focused()
    page.keyboard.type("Bedankt de klant")
    expect(page.locator("#nothing-wrong")).to_be_visible()
    press(page, "#criteria-5-up")
    ready(page)
    expect(page.locator("#criteria-4-up")).to_be_focused()
    page.keyboard.press("Enter")
    ready(page)
    expect(page.locator("#criteria-3 .design-name")).to_have_text("Thanks the customer")
    press(page, "button[value=preview]")
    expect(page.locator("#criterion-thanks-the-customer")).to_be_visible()
    assert_accessible(page)
    press(page, ".card-tabs a:has-text('What if')")
    expect(page.locator("main")).to_contain_text("No evaluation of this scorecard was handed in")
    assert_accessible(page)
    press(page, ".card-tabs a:has-text('What changes')")
    expect(page.locator("main")).to_contain_text("This is the first version")
    press(page, "text=Publish version 1")
    expect(page.locator("#flashes")).to_contain_text("Version 1 is in use")
    with stored() as make:
        card = card_of(make.act.session.query(CardVersion).join(Scorecard).filter(Scorecard.key == "our-calls").one())
    made = card.sections[0].criteria[3]
    assert (made.key, made.name.nl, made.kind) == ("thanks-the-customer", "Bedankt de klant", Kind.YES_NO)
    assert complaints == []


def test_the_next_evaluation_uses_the_new_version_and_the_old_one_keeps_its_own(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        old = make_desk(make)
        submit_best(make, old)
        admin = make.user(Role.ADMIN)
        version_id = make.act.session.get_one(Evaluation, old.id).card_version_id
    page = sign_in(admin)
    page.goto(f"{live}/cards/{version_id}")
    press(page, "text=Change this scorecard")
    ready(page)
    press(page, ".part-open[value='open:0']")
    ready(page)
    press(page, "#criteria-0 summary")
    type_into(page, "#criteria-0-options-0-value", "40")
    press(page, "button[value=what_if]")
    expect(page.locator("main")).to_contain_text(f"Evaluation {old.id}")
    expect(page.locator(".counts")).to_contain_text("another score or outcome")
    assert_accessible(page)
    press(page, ".card-tabs a:has-text('What changes')")
    expect(page.locator(".change-meaning")).to_contain_text("100")
    assert_accessible(page)
    press(page, "text=Publish version 2")
    expect(page.locator("#flashes")).to_contain_text("Version 2 is in use")
    with stored() as make:
        scorecard = make.act.session.get_one(CardVersion, version_id).scorecard
        reviewer = make.user(Role.REVIEWER, email="next@example.org")
        agent = make.agent(email="agent-next@example.org", reference="next")
        following = assign(
            make.act,
            make.interaction(agent=agent, reference="next", stable_key="0" * 64),
            reviewer=reviewer,
            version=current_version(make.act, scorecard.id),
            kind=EvaluationKind.TARGETED,
        )
        assert following.card_version.number == 2
    page.goto(f"{live}{old.path}")
    expect(page.locator("main")).to_contain_text(re.compile("100[.,]?0*\\s?%|100"))
    with stored() as make:
        kept = make.act.session.get_one(Evaluation, old.id)
        assert (kept.card_version.number, kept.final_bp) == (1, 10_000)
    assert complaints == []


def test_a_criterion_is_dragged_to_its_place_and_unsaved_work_is_not_left_unseen(
    draft: Drafted, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(draft.admin_id)
    page.goto(f"{live}{draft.path}?part=0")
    ready(page)
    names = page.locator(".design-name").all_inner_texts()
    # A page that scrolls while the button is down would hand the browser the row that came under it.
    page.locator("#criteria-3").scroll_into_view_if_needed()
    page.drag_and_drop("#criteria-0 > .grip", "#criteria-2 > .design-criterion > summary")
    expect(page.locator("#criteria-2 .design-name")).to_have_text(names[0])
    ready(page)
    type_into(page, "#name_en", "Manners")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]  # Playwright's dialog
        dialog.accept()  # type: ignore[attr-defined]  # Playwright's dialog

    page.on("dialog", stay)
    page.goto(f"{live}/cards")
    assert asked == ["beforeunload"]
    with stored() as make:
        card = card_of(make.act.session.get_one(CardVersion, draft.id))
        assert card.sections[0].name.en == "Courtesy"
        assert card.sections[0].criteria[2].name.en == names[0]
    assert complaints == []


def test_changes_are_undone_and_redone_by_keys_and_a_long_section_opens_by_one(
    draft: Drafted, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    with stored() as make:
        many = card(section("many", *(scale(f"c{number}") for number in range(40))))
        large = add_version(make.act, replace(many, key="large")).id
    page = sign_in(draft.admin_id)
    page.goto(f"{live}{draft.path}?part=0")
    ready(page)
    names = page.locator(".design-name").all_inner_texts()
    expect(page.locator("#undo")).to_be_disabled()
    press(page, "#criteria-0-down")
    ready(page)
    expect(page.locator("#criteria-1 .design-name")).to_have_text(names[0])
    page.keyboard.press("Control+z")
    ready(page)
    expect(page.locator("#flashes")).to_contain_text("Undone: Courtesy")
    expect(page.locator("#criteria-0 .design-name")).to_have_text(names[0])
    # Nothing is left to undo, so the keys are at the other button.
    expect(page.locator("#redo")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Control+Shift+z")
    ready(page)
    expect(page.locator("#criteria-1 .design-name")).to_have_text(names[0])
    type_into(page, "#name_en", "Manners")
    page.keyboard.press("Control+z")
    expect(page.locator("#name_en")).to_be_focused()
    expect(page.locator("#criteria-1 .design-name")).to_have_text(names[0])
    press(page, "#undo")
    ready(page)
    expect(page.locator("#name_en")).to_have_value("Courtesy")
    page.goto(f"{live}/cards/{large}/edit?part=0")
    ready(page)
    press(page, "#criteria-30 .design-line")
    ready(page)
    expect(page.locator("#criteria-30-name_en")).to_be_focused()
    assert page.locator("details.design-criterion").count() == 1
    assert_accessible(page)
    assert complaints == []
