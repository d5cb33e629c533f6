"""The whole desk by keyboard: from the work list to the submission, without touching the mouse."""

import io
import math
import re
import struct
import wave

import pytest
from playwright.sync_api import Page, expect

from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationState
from qa.interactions.models import Interaction
from qa.transcripts.models import Turn
from scorecards.definition import Kind
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn, begin_with_the_first
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, make_desk
from tests.makers import Makers

pytestmark = pytest.mark.browser

SECONDS = 12


def tone() -> bytes:
    """A WAV of both channels, each sounding in turn."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(8000)
        samples = (int(8000 * math.sin(at / 7)) for at in range(8000 * SECONDS))
        target.writeframes(
            b"".join(
                struct.pack("<hh", *((value, 0) if at // 32000 % 2 == 0 else (0, value)))
                for at, value in enumerate(samples)
            )
        )
    return kept.getvalue()


def desk_with_sound(make: Makers) -> Desk:
    interaction = make.interaction(duration_ms=SECONDS * 1000, source_id=make.source("pbx", agent_channel=0).id)
    make.act.blobs.put("playable/tone.wav", tone())
    make.recording(
        interaction,
        playable_key="playable/tone.wav",
        playable_type="audio/wav",
        peaks={"per_second": 20, "channels": [[40, 5] * 10 * SECONDS, [5, 40] * 10 * SECONDS]},
    )
    return make_desk(make, interaction=interaction)


@pytest.fixture
def desk(stored: Stored) -> Desk:
    with stored() as make:
        return desk_with_sound(make)


def ready(page: Page) -> None:
    """Wait until the desk answers to keys."""
    expect(page.locator("#desk[data-live]")).to_be_attached()


def test_a_reviewer_scores_a_whole_card_by_keyboard(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    page = sign_in(desk.reviewer_id)
    page.goto(live)
    assert_accessible(page)
    begin_with_the_first(page)
    expect(page).to_have_url(re.compile(f"{desk.path}/desk$"))
    ready(page)
    assert_accessible(page)
    for at, (_section, criterion) in enumerate(desk.card.criteria()):
        if at:
            page.keyboard.press("j")
        scale = criterion.kind in {Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5}
        page.keyboard.press(str(len(criterion.options)) if scale else "1")
    count = len(list(desk.card.criteria()))
    expect(page.locator("#answered")).to_have_text(f"{count} of {count} answered")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.keyboard.type("Said what happens next.")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("e")
    expect(page.locator(".criterion.is-active .chip q")).to_have_text(re.compile("My parcel did not arrive"))
    page.keyboard.press("s")
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/evaluations/desk$"))
    expect(page.locator("#flashes")).to_contain_text("The evaluation was submitted")
    with stored() as make:
        kept = make.act.session.get_one(Evaluation, desk.id)
        assert kept.state is EvaluationState.SUBMITTED
        assert kept.final_bp == 10_000
        answer = next(item for item in kept.answers if item.evidence)
        assert answer.comment == "Said what happens next."
        assert answer.evidence[0].turn_id == desk.turn_ids[1]
    assert complaints == []


def test_a_refused_submission_shows_what_is_needed_and_keeps_everything(desk: Desk, live: str, sign_in: SignIn) -> None:
    page = sign_in(desk.reviewer_id)
    page.goto(f"{live}{desk.path}/desk")
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#needs-respectful")).to_contain_text("needs a comment")
    expect(page.locator("#criterion-respectful input:checked")).to_have_value("1")
    ready(page)
    assert_accessible(page)


def test_the_recording_plays_and_seeks_by_key(desk: Desk, live: str, sign_in: SignIn) -> None:
    page = sign_in(desk.reviewer_id)
    page.goto(f"{live}{desk.path}/desk")
    ready(page)
    expect(page.locator("#player[data-ready]")).to_be_attached()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#clock")).to_have_text("00:05")
    expect(page.locator(".turn.is-now")).to_contain_text("My parcel did not arrive")
    page.keyboard.press("Space")
    expect(page.locator("#clock")).to_have_text("00:06")
    page.keyboard.press("Space")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    assert_accessible(page)


def test_a_chat_is_scored_without_a_player(stored: Stored, live: str, sign_in: SignIn, complaints: list[str]) -> None:
    with stored() as make:
        desk = make_desk(
            make, said=[("customer", "Where is\nmy parcel?"), ("agent", "On its way.")], card="chat-messaging"
        )
        for turn_id in desk.turn_ids:
            turn = make.act.session.get_one(Turn, turn_id)
            turn.words, turn.start_ms, turn.end_ms, turn.sent_at = [], None, None, make.act.now
        assert make.act.session.get_one(Interaction, desk.interaction_id).recordings == []
    page = sign_in(desk.reviewer_id)
    page.goto(f"{live}{desk.path}/desk")
    ready(page)
    expect(page.locator("#player")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("e")
    expect(page.locator(".criterion.is-active .chip q")).to_have_text(re.compile("Where is my parcel"))
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    assert_accessible(page)
    assert complaints == []


def test_an_agent_reads_hears_the_evidence_and_marks_it_as_seen(
    desk: Desk, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    from tests.evaluations.desk_making import submit_best  # noqa: PLC0415

    with stored() as make:
        submit_best(make, desk, release=True)
        make.user(Role.SUPERVISOR)
    page = sign_in(desk.agent_id)
    page.goto(f"{live}{desk.path}")
    ready(page)
    assert_accessible(page)
    page.get_by_label("Your comment").fill("Thank you.")
    page.get_by_role("button", name="Mark as seen").press("Enter")
    expect(page.locator("#flashes")).to_contain_text("Seen does not mean agreed")
    assert complaints == []
