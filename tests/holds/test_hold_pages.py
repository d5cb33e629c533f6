"""Legal hold on the page of an interaction, in its list, and by command."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from qa.auth.roles import Role
from qa.evaluations.models import EvaluationKind
from qa.holds.models import LegalHold
from qa.holds.service import place_hold
from qa.holds.standing import hold_on
from qa.interactions.models import Interaction
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.insight.scene import Scene
from tests.visitor import Visitor
from web.entry import main


def test_a_supervisor_places_and_lifts_a_hold_and_finds_it_in_the_list(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, number = make.user(Role.SUPERVISOR, name="Sofie").id, make.interaction(reference="call-7").id
    reader = visitor.as_user(supervisor)
    assert "Nothing is under legal hold" in reader.get("/holds").text
    page = f"/interactions/{number}"
    assert f"{page}/hold" in reader.get(page).text
    missing = reader.post(f"{page}/hold", {"reason": " "})
    assert missing.status_code == 422
    assert "Say why, in a sentence" in missing.text
    assert reader.post(f"{page}/hold", {"reason": "Claim <17>"}).status_code == 303
    shown = words_of(reader.get(page).text)
    assert "Under legal hold since 18 Nov 2026" in shown
    assert "by Sofie. Nothing of this interaction is erased." in shown
    assert "Reason: Claim <17>" in shown
    listed = words_of(reader.get("/holds").text)
    assert "call-7" in listed
    assert "Claim <17>" in listed
    twice = reader.post(f"{page}/hold", {"reason": "Another claim"})
    assert twice.status_code == 422
    assert "under legal hold already" in twice.text
    assert "Another claim" in twice.text, "what was typed is kept"
    assert reader.post(f"{page}/hold", {"reason": "Settled", "lift": "1"}).status_code == 303
    assert "Under legal hold" not in reader.get(page).text
    again = words_of(reader.get(f"{page}/hold").text)
    assert "Earlier holds" in again
    assert "Settled" in again


def test_who_may_not_place_a_hold_sees_that_there_is_one_and_not_why(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene, agent = Scene(make), make.agent()
        call = make.interaction(agent=agent)
        make.transcript(call)
        scene.submit(scene.assign(call, kind=EvaluationKind.TARGETED))
        place_hold(make.act, call, reason="Claim 17")
        number, readers = call.id, (agent.id, scene.reviewer.id)
    for reader in readers:
        visitor.as_user(reader)
        page = visitor.get(f"/interactions/{number}").text
        assert "Under legal hold" in page
        assert "Claim 17" not in page
        assert "/hold" not in page
        assert visitor.post(f"/interactions/{number}/hold", {"reason": "x", "lift": "1"}).status_code == 403
        assert visitor.get("/holds").status_code == 403


@pytest.mark.usefixtures("_environment")
def test_holds_are_placed_and_lifted_by_command(stored: Stored) -> None:
    with stored() as make:
        number = make.interaction(reference="call-7", subject="My parcel").id
    told = ["call-7", "--source", "telephone", "--reason", "Claim 17"]
    assert CliRunner().invoke(main, ["privacy", "hold", *told]).exit_code == 0
    refused = CliRunner().invoke(main, ["privacy", "erase", "interaction", "call-7", "--source", "telephone"])
    assert refused.exit_code == 1
    assert "Lift the hold first" in refused.output
    with stored() as make:
        hold = hold_on(make.act, make.act.session.get_one(Interaction, number))
        assert hold is not None
        assert (hold.reason, hold.placed_by_id) == ("Claim 17", None)
    assert CliRunner().invoke(main, ["privacy", "lift", *told]).exit_code == 0
    assert CliRunner().invoke(main, ["privacy", "lift", *told]).exit_code == 1
    unknown = CliRunner().invoke(main, ["privacy", "hold", "call-8", *told[1:]])
    assert "no interaction call-8" in unknown.output
    with stored() as make:
        assert make.act.session.scalars(select(LegalHold.lifted_at)).one() is not None


@pytest.mark.usefixtures("_environment")
def test_a_command_says_what_the_next_night_erases(stored: Stored) -> None:
    with stored() as make:
        make.recording(make.interaction(days_ago=500))
        held = make.interaction(days_ago=1000)
        place_hold(make.act, held, reason="Claim 17")
    found = CliRunner().invoke(main, ["privacy", "retention", "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["erases_from"] is None
    assert told["kinds"]["sound"] == {"months": 12, "to_erase": 1, "kept_for_now": {}}
    assert told["kinds"]["texts"] == {"months": 24, "to_erase": 0, "kept_for_now": {"held": 1}}
    words = CliRunner().invoke(main, ["privacy", "retention"]).output
    assert "Sound of recordings: 12 months, 1 to be erased" in words
    assert "kept for now: 1, Under legal hold" in words
    assert "nothing is erased yet" in words


@pytest.fixture
def _environment(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEEKPROEF_DATA_DIR", str(stored.settings.data_dir))
    monkeypatch.setenv("STEEKPROEF_DATABASE_URL", stored.settings.database)
