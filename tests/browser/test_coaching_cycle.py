"""A whole coaching cycle, each as they see it: a plan from an evaluation, a clip, what is said of it, an action done, kudos."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from qa.talks.models import Clip, Talk, TalkAction
from tests.browser.conftest import SignIn
from tests.browser.test_dispute import looked_at
from tests.conftest import NOW, Stored
from tests.evaluations.desk_making import Desk, make_desk, submit_best
from tests.transcribe.sounds import tone, write
from transcribe.playback import to_opus

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Numbers:
    """What was made: a released evaluation of a call with sound."""

    desk: Desk
    criterion: str


@pytest.fixture
def released(stored: Stored, tmp_path: Path) -> Numbers:
    to_opus(write(tmp_path / "whole.wav", tone(12)[None, :]), tmp_path / "whole.ogg")
    with stored() as make:
        call = make.interaction(agent=make.agent("Yara", team=make.team()), duration_ms=12_000)
        peaks = {"per_second": 20, "channels": [[50] * 240]}
        make.recording(call, playable_key="playable/x", playable_type="audio/ogg", peaks=peaks)
        stored.blobs.put_file("playable/x", tmp_path / "whole.ogg")
        make.act.session.refresh(call)
        desk = make_desk(make, interaction=call)
        submit_best(make, desk, release=True)
    criterion = desk.card.criterion("recognises_feeling")
    assert criterion is not None
    return Numbers(desk, criterion.name.en)


def test_a_coaching_cycle_goes_round(
    released: Numbers, stored: Stored, live: str, sign_in: SignIn, complaints: list[str]
) -> None:
    desk = released.desk
    page = sign_in(desk.supervisor_id)
    choose_clip(page, live, desk)
    path = plan(page, live, released)
    page = sign_in(desk.agent_id)
    find_it(page, live)
    with stored() as make:  # the day has come
        talk = make.act.session.scalars(select(Talk)).one()
        talk.planned_at = NOW - timedelta(hours=1)
    hold(sign_in(desk.supervisor_id), live + path)
    read_it(sign_in(desk.agent_id), live + path)
    page = sign_in(desk.supervisor_id)
    page.goto(live + path)
    expect(page.get_by_text("I will try it.")).to_be_visible()
    expect(page.get_by_text("Carried out")).to_be_visible()
    praise(page, live, desk)
    page = sign_in(desk.agent_id)
    page.goto(live + "/coaching-sessions")
    expect(page.get_by_text("So patient.")).to_be_visible()
    looked_at(page)
    with stored() as make:
        talk = make.act.session.scalars(select(Talk)).one()
        assert talk.agents[0].seen_at is not None
        assert make.act.session.scalars(select(Clip.allowed_at)).one() is not None
        assert make.act.session.scalars(select(TalkAction)).one().closed_at is not None
    assert complaints == []


def choose_clip(page: Page, live: str, desk: Desk) -> None:
    """The supervisor selects words of the transcript and makes a clip of them."""
    page.goto(live + desk.path)
    page.get_by_role("link", name="Use as example").click()
    expect(page.locator("#desk[data-live]")).to_be_attached()
    looked_at(page)
    page.get_by_role("button", name="Take the selected words").click()
    expect(page.get_by_text("Select words of the transcript first.")).to_be_visible()
    page.evaluate(
        """() => {
          const words = document.querySelectorAll("#transcript .turn")[1].querySelectorAll(".word");
          const range = document.createRange();
          range.setStartBefore(words[0]);
          range.setEndAfter(words[words.length - 1]);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.get_by_role("button", name="Take the selected words").click()
    expect(page.get_by_label("From", exact=True)).to_have_value("00:04")
    page.get_by_label("What to listen for").fill("Here the feeling comes")
    page.get_by_label("A good example for the team").check()
    page.get_by_role("button", name="Use this clip").click()
    expect(page.get_by_text("The clip waits for a session of this agent.")).to_be_visible()


def plan(page: Page, live: str, released: Numbers) -> str:
    """The supervisor plans a session from the evaluation, with the clip and a criterion; returns its address."""
    page.goto(live + released.desk.path)
    page.get_by_role("link", name="Plan a coaching session").click()
    expect(page.get_by_role("checkbox", name="Yara")).to_be_checked()
    page.get_by_label("Day").fill("2026-11-20")
    page.get_by_label("Time").fill("14:30")
    page.get_by_role("checkbox", name=released.criterion).check()
    page.get_by_role("checkbox", name="Here the feeling comes").check()
    looked_at(page)
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_text("The session is planned.")).to_be_visible()
    expect(page.get_by_text("My parcel did not arrive.")).to_be_visible()
    page.get_by_text("Agree on an action").click()
    page.get_by_label("What", exact=True).fill("Name the feeling first.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("The action was written down.")).to_be_visible()
    looked_at(page)
    address: str = page.url
    return address.removeprefix(live).partition("#")[0]


def find_it(page: Page, live: str) -> None:
    """The agent finds the session on their page and hears the clip, and lets the team hear it."""
    page.goto(live)
    page.get_by_role("link", name="Next session: 20 Nov 2026 14:30").click()
    expect(page.get_by_text("Name the feeling first.").first).to_be_visible()
    looked_at(page)
    page.locator("audio").evaluate("async it => { it.muted = true; await it.play(); it.pause(); }")
    assert page.locator("audio").evaluate("it => it.duration") < 5
    page.get_by_role("button", name="My team may hear it").click()
    expect(page.get_by_text("Your team can hear this")).to_be_visible()


def hold(page: Page, address: str) -> None:
    """The supervisor writes down what was said and that the session was held."""
    page.goto(address)
    page.get_by_label("Your note for everybody here").fill("We listened together.")
    page.get_by_role("button", name=re.compile("Save the note.*everybody")).click()
    expect(page.get_by_text("The note was saved.")).to_be_visible()
    page.get_by_role("button", name="It was held").click()
    expect(page.get_by_role("heading", name="Did it change anything?")).to_be_visible()
    looked_at(page)


def read_it(page: Page, address: str) -> None:
    """The agent reads it, says what they think, marks it as seen and ticks the action off."""
    page.goto(address)
    expect(page.get_by_text("We listened together.")).to_be_visible()
    page.get_by_role("textbox", name="Your remarks").fill("I will try it.")
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.get_by_text("Marked as seen. Seen does not mean agreed.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Tick off.*feeling")).click()
    expect(page.get_by_text("Ticked off.")).to_be_visible()
    looked_at(page)


def praise(page: Page, live: str, desk: Desk) -> None:
    """The supervisor gives kudos on the evaluation's page."""
    page.goto(live + desk.path)
    page.get_by_text("Give kudos").first.click()
    page.get_by_role("textbox", name="What was good").fill("So patient.")
    page.get_by_role("button", name="Give kudos").click()
    expect(page.get_by_text("Your kudos was given.")).to_be_visible()
    page.goto(live + "/coaching-sessions")
    looked_at(page)
    page.goto(live + "/coaching-sessions/effects")
    looked_at(page)
