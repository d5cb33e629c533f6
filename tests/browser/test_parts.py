"""A conversation in two parts on its page: one player for both, places to jump to, another recording that joins."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from qa.auth.roles import Role
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from tests.browser.axe import assert_accessible
from tests.browser.conftest import SignIn
from tests.conftest import Stored
from tests.interactions.sounds import write_call
from tests.makers import Makers
from transcribe.parts import Part
from transcribe.playback import PEAKS_PER_SECOND, parts_to_opus

pytestmark = pytest.mark.browser

LATER_MS, WHOLE_MS = 10_000, 14_000


def in_parts(make: Makers, folder: Path) -> Interaction:
    """Make a call of four seconds, six that nobody recorded, and four more, ready to be played."""
    interaction = make.interaction(duration_ms=WHOLE_MS, source_id=make.source("pbx", agent_channel=0).id)
    parts = [
        Part(write_call(folder / "one.wav", seconds=4), "one.wav"),
        Part(write_call(folder / "two.wav", hertz=500, seconds=4), "two.wav", LATER_MS),
    ]
    playable = parts_to_opus(parts, folder / "whole.ogg")
    make.act.blobs.put_file("playable/whole.ogg", folder / "whole.ogg")
    for position, part in enumerate(parts):
        key = f"recordings/{part.name}"
        make.act.blobs.put_file(key, part.path)
        values = {"file_name": part.name, "blob_key": key, "position": position, "offset_ms": part.offset_ms}
        if not position:
            values |= {
                "playable_key": "playable/whole.ogg",
                "playable_type": "audio/ogg",
                "peaks": {"per_second": PEAKS_PER_SECOND, "channels": playable.peaks},
            }
        make.recording(interaction, duration_ms=4000, **values)
    transcript = make.transcript(interaction, [("agent", "Good morning"), ("customer", "There I am again")])
    transcript.turns[1].start_ms, transcript.turns[1].end_ms = LATER_MS, LATER_MS + 3000
    transcript.turns[1].words = [["There", LATER_MS, LATER_MS + 900, 0.9, []]]
    transcript.events = [{"kind": "unrecorded", "start_ms": 4000, "end_ms": LATER_MS, "channel": None}]
    return interaction


@pytest.mark.parametrize("width", [1440, 390])
def test_one_player_plays_both_parts_and_jumps_into_the_second(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], *, tmp_path: Path, width: int
) -> None:
    with stored() as make:
        interaction = in_parts(make, tmp_path)
        supervisor = make.user(Role.SUPERVISOR)
    page = sign_in(supervisor)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live}/interactions/{interaction.id}")
    expect(page.locator("#player[data-ready]")).to_be_attached()
    expect(page.locator(".pane")).to_contain_text("Not recorded")
    parts = page.get_by_role("region", name="Recordings")
    expect(parts.locator("li")).to_have_count(2)
    expect(parts).to_contain_text("two.wav")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    parts.get_by_role("link", name="00:10").click()
    expect(page.locator("#clock")).to_have_text(re.compile("00:1[01]"))
    page.locator("[data-play]").click()
    expect(page.locator("#clock")).to_have_text("00:12", timeout=15_000)
    assert page.evaluate("document.querySelector('#audio').duration") == pytest.approx(WHOLE_MS / 1000, abs=0.1)
    assert complaints == []


def test_a_recording_joins_its_conversation_by_hand(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], *, tmp_path: Path
) -> None:
    with stored() as make:
        interaction = in_parts(make, tmp_path)
        supervisor = make.user(Role.SUPERVISOR)
    page = sign_in(supervisor)
    page.goto(f"{live}/interactions/{interaction.id}")
    parts = page.get_by_role("region", name="Recordings")
    parts.get_by_text("Add a recording to this conversation").click()
    parts.get_by_label("File").set_input_files(write_call(tmp_path / "three.wav", hertz=700))
    parts.get_by_label("Begins after").fill("later")
    parts.get_by_role("button", name="Add the recording").click()
    expect(page.locator(".error-summary")).to_contain_text("later")
    assert_accessible(page)
    page.get_by_label("File").set_input_files(tmp_path / "three.wav")
    page.get_by_label("Begins after").fill("")
    page.get_by_label("Who is on it").select_option(label="Only the customer")
    page.get_by_role("button", name="Add the recording").click()
    expect(page.locator("#flashes")).to_contain_text("Joined to its conversation")
    parts = page.get_by_role("region", name="Recordings")
    expect(parts.locator("li").nth(2)).to_contain_text("00:14")
    expect(parts).to_contain_text("that of the other has not come")
    assert_accessible(page)
    parts.get_by_role("button", name="Transcribe with what there is").click()
    expect(page.locator(".job")).to_contain_text("Waiting")
    with stored() as make:
        assert make.act.session.get_one(Interaction, interaction.id).state is InteractionState.RECEIVED
    # The console names the page that came back with the form.
    assert [told for told in complaints if "422" not in told] == []


def test_the_two_files_of_a_pair_are_sent_together(
    stored: Stored, live: str, sign_in: SignIn, complaints: list[str], *, tmp_path: Path
) -> None:
    with stored() as make:
        make.source("pbx", agent_channel=0)
        agent, supervisor = make.agent("Noor", reference="a1"), make.user(Role.SUPERVISOR)
        assert agent.id
    calls = [write_call(tmp_path / f"q-{name}.wav", hertz=hertz) for name, hertz in (("in", 300), ("out", 400))]
    page = sign_in(supervisor)
    page.goto(f"{live}/interactions/upload")
    form = page.locator("form", has=page.locator("#recording-files"))
    form.locator("#recording-files").set_input_files(calls)
    form.get_by_label("Agent").select_option(label="Noor")
    form.get_by_label("Began at").fill("2026-11-10T10:12")
    form.get_by_role("button", name="Take in the recordings").click()
    line = form.locator(".upload-list li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("q-in.wav + q-out.wav")
    expect(line).to_contain_text("Taken in")
    line.get_by_role("link").click()
    expect(page.get_by_role("region", name="Recordings").locator("li")).to_have_count(2)
    assert complaints == []
