"""The list, the search, one interaction, its speakers, the work that makes it readable, and sources."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from qa.auth.roles import Role
from qa.db import transaction
from qa.i18n import _, text_to_json
from qa.interactions.kinds import AuthorRole, Channel, InteractionState
from qa.interactions.models import Interaction, Source
from qa.interactions.recordings import transcribe_again
from qa.jobs.models import Job, JobState
from qa.settings import Settings
from qa.transcripts.models import Transcript, Turn
from tests.conftest import NOW, Stored
from tests.evaluations.desk_making import words_of
from tests.makers import Makers
from tests.visitor import Visitor
from web.app import create_app


def readable(make: Makers, *, said: list[tuple[str, str]] | None = None, **values: object) -> Interaction:
    """Make an interaction with a transcript whose speakers have labels."""
    made = make.interaction(**values)  # type: ignore[arg-type]
    transcript = make.transcript(made, said)
    for turn in transcript.turns:
        turn.author = "SPEAKER_00" if turn.role is AuthorRole.AGENT else "SPEAKER_01"
    return made


def test_the_list_is_filtered_sorted_and_searched(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        noor, bas = make.agent("Noor"), make.agent("Bas")
        readable(make, agent=noor, reference="call-1", said=[("customer", "My parcel is 100% late")])
        readable(
            make, agent=bas, reference="chat-2", channel=Channel.CHAT, said=[("agent", "All 100 paid")], days_ago=1
        )
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    everything = visitor.get("/interactions").text
    assert everything.index("chat-2") < everything.index("call-1")
    oldest = visitor.get("/interactions?sort=started").text
    assert oldest.index("call-1") < oldest.index("chat-2")
    assert "call-1" not in visitor.get("/interactions?channel=chat").text
    assert "chat-2" not in visitor.get(f"/interactions?agent={noor.id}").text
    found = visitor.get("/search?q=100%25").text
    assert "call-1" in found
    assert "chat-2" not in found
    assert "chat-2" in visitor.get("/search?q=bas").text
    assert "Nothing found" in visitor.get("/search?q=elephant").text
    for odd in ("since=nonsense", "page=999", "sort=drop", "team=x"):
        assert visitor.get(f"/interactions?{odd}").status_code == 200


def test_an_empty_list_offers_the_first_step(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR)
    shown = visitor.as_user(supervisor).get("/interactions").text
    assert "No interactions yet" in shown
    assert "/interactions/upload" in shown


def test_who_may_not_see_an_interaction_finds_nothing(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = readable(make, reference="call-1")
        reviewer, agent = make.user(Role.REVIEWER), make.agent()
    for user in (reviewer, agent):
        visitor.as_user(user)
        assert visitor.get(f"/interactions/{call.id}").status_code == 404
        assert "call-1" not in visitor.get("/search?q=parcel").text


def test_a_call_is_shown_with_what_its_times_tell(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = readable(make)
        supervisor = make.user(Role.SUPERVISOR)
    shown = visitor.as_user(supervisor).get(f"/interactions/{call.id}").text
    for part in ("Transcript", "What the times tell", "Part of all talk", "Words a minute", "Who is who"):
        assert part in shown


def test_figures_have_their_places_and_formulas(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = readable(make, transfers=1)
        turns = make.act.session.scalars(select(Turn).order_by(Turn.position)).all()
        turns[2].start_ms, turns[2].end_ms = 20_000, 24_000
        turns[1].start_ms = 3_000
        supervisor = make.user(Role.SUPERVISOR)
    shown = words_of(visitor.as_user(supervisor).get(f"/interactions/{call.id}").text)
    assert "1, of which 1 took the floor 00:03 Customer, took the floor" in shown
    assert "00:08 00:12, after the customer" in shown
    assert "1 time certain: told with the recording" in shown
    assert "Silences of ten seconds or more" in shown


def test_a_chat_is_shown_with_its_gaps(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        chat = readable(make, channel=Channel.CHAT)
        turns = make.act.session.scalars(select(Turn).order_by(Turn.position)).all()
        for turn, seconds in zip(turns, (0, 10, 250), strict=True):
            turn.start_ms = turn.end_ms = None
            turn.sent_at = NOW + timedelta(seconds=seconds)
        supervisor = make.user(Role.SUPERVISOR)
    shown = words_of(visitor.as_user(supervisor).get(f"/interactions/{chat.id}").text)
    assert "04:00, the agent's" in shown
    assert "a night counts as waiting" in shown


def test_phrases_are_shown_where_they_were_said(visitor: Visitor, stored: Stored) -> None:
    said = [("agent", "Good morning, how can I help?"), ("customer", "Good morning"), ("agent", "Have a nice day!")]
    with stored() as make:
        call = readable(make, said=said, language="en")
        supervisor = make.user(Role.SUPERVISOR)
    shown = visitor.as_user(supervisor).get(f"/interactions/{call.id}").text
    found = shown[shown.index("Phrases found") :]
    assert found.count("Good morning,”") == 1
    assert "Have a nice day!”" in found
    assert found.index("Verification") < found.index("none")


def test_a_list_of_phrases_that_cannot_be_used_is_said_and_the_page_stays(
    settings: Settings, stored: Stored, tmp_path: Path
) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text("- hello", encoding="utf-8")
    with stored() as make:
        call = readable(make)
        supervisor = make.user(Role.SUPERVISOR)
    own = create_app(replace(settings, phrases=str(path)), clock=lambda: NOW)
    shown = Visitor(own).as_user(supervisor).get(f"/interactions/{call.id}")
    own.extensions["steekproef"].engine.dispose()
    assert shown.status_code == 200
    assert "something wrong in entry 1" in shown.text
    assert "Phrases found" not in shown.text


def test_a_speaker_is_renamed_whole_and_the_other_with_it(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = readable(make)
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    sent = visitor.post(f"/interactions/{call.id}/speaker", {"speaker": "SPEAKER_00", "role": "customer"})
    assert sent.status_code == 303
    with transaction(stored.engine, reading=True) as session:
        turns = session.scalars(select(Transcript)).one().turns
        assert [turn.role.value for turn in turns] == ["customer", "agent", "customer"]
    assert visitor.post(f"/interactions/{call.id}/speaker", {"speaker": "nobody", "role": "agent"}).status_code == 422


def waiting(make: Makers, *, state: JobState) -> Interaction:
    """Make a recording that is not readable yet, with its work in the given state."""
    call = make.interaction(state=InteractionState.RECEIVED)
    make.recording(call)
    transcribe_again(make.act, call)
    job = make.act.session.scalars(select(Job)).one()
    job.state = state
    if state is JobState.RUNNING:
        job.token, job.progress_done, job.progress_total = "t", 40, 100
        job.step = text_to_json(_("Writing down what is said"))
    if state is JobState.FAILED:
        job.error = text_to_json(_("The disk is full. Nothing was stored; make room and try again."))
        call.state = InteractionState.FAILED
    return call


def test_progress_is_asked_for_again_until_it_ends(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = waiting(make, state=JobState.RUNNING)
        supervisor = make.user(Role.SUPERVISOR)
        job = make.act.session.scalars(select(Job)).one()
    visitor.as_user(supervisor)
    page = visitor.get(f"/interactions/{call.id}").text
    assert "every 2s" in page
    assert "40 %" in page
    asked = f"/jobs/{job.id}?whole=1"
    going = visitor.client.get(asked, headers={"HX-Request": "true"})
    assert "<html" not in going.text
    assert "Writing down what is said" in going.text
    with stored() as make:
        again = make.act.session.get_one(Job, job.id)
        again.state, again.token = JobState.DONE, None
    ended = visitor.client.get(asked, headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
    assert "every 2s" not in ended.text


def test_what_failed_says_why_and_can_be_tried_again(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = waiting(make, state=JobState.FAILED)
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    page = visitor.get(f"/interactions/{call.id}").text
    assert "disk is full" in page
    assert "Try again" in page
    assert visitor.post(f"/interactions/{call.id}/again").status_code == 303
    assert "Waiting" in visitor.get("/jobs").text
    with transaction(stored.engine, reading=True) as session:
        assert session.scalars(select(Job)).one().state is JobState.QUEUED
        assert session.get_one(Interaction, call.id).state is InteractionState.RECEIVED


def test_work_is_stopped_and_tried_again_from_its_list(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        waiting(make, state=JobState.QUEUED)
        supervisor, reviewer = make.user(Role.SUPERVISOR), make.user(Role.REVIEWER)
        job = make.act.session.scalars(select(Job)).one()
    assert visitor.as_user(reviewer).get("/jobs").status_code == 403
    visitor.as_user(supervisor)
    assert visitor.post(f"/jobs/{job.id}/cancel").status_code == 303
    assert "Cancelled" in visitor.get("/jobs?state=cancelled").text
    assert visitor.post(f"/jobs/{job.id}/cancel").status_code == 409
    assert visitor.post(f"/jobs/{job.id}/retry").status_code == 303
    assert visitor.get(f"/jobs/{job.id}").status_code == 200
    assert visitor.get("/jobs/99999").status_code == 404


def test_a_source_is_added_changed_and_checked(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR)
    visitor.as_user(supervisor)
    assert "No sources yet" in visitor.get("/sources").text
    given = {"name": "PBX <b>", "agent_channel": "1", "time_zone": "Europe/Amsterdam", "language": "nl"}
    assert visitor.post("/sources/new", given).status_code == 303
    assert visitor.post("/sources/new", given).status_code == 422
    wrong = visitor.post("/sources/new", {**given, "name": "other", "time_zone": "Europe/Utrecht"})
    assert wrong.status_code == 422
    assert "Europe/Utrecht" in wrong.text
    assert "PBX &lt;b&gt;" in visitor.get("/sources").text
    with transaction(stored.engine, reading=True) as session:
        source = session.scalars(select(Source)).one()
    assert visitor.post(f"/sources/{source.id}", {**given, "max_speakers": "21"}).status_code == 422
    changed = visitor.post(
        f"/sources/{source.id}",
        {
            **given,
            "agent_channel": "",
            "file_name_rule": "{agent}_{date}",
            "max_speakers": "3",
            "vocabulary": "Zonnepaneel",
        },
    )
    assert changed.status_code == 303
    with transaction(stored.engine, reading=True) as session:
        found = session.get_one(Source, source.id)
        assert (found.agent_channel, found.name_rule) == (None, "{agent}_{date}")
        assert (found.max_speakers, found.vocabulary) == (3, "Zonnepaneel")


def test_every_page_is_read_in_dutch(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call = readable(make)
        supervisor = make.user(Role.SUPERVISOR, language="nl")
    visitor.as_user(supervisor)
    for path, word in (
        ("/interactions", "Interacties"),
        ("/interactions/upload", "Opnames"),
        (f"/interactions/{call.id}", "Wat de tijden"),
        ("/sources", "bron"),
        ("/jobs", "Lopend werk"),
    ):
        assert word in visitor.get(path).text


@pytest.mark.parametrize("typed", ["soon", "-3", "9999999", "1.5", "١"])
def test_an_address_that_names_no_second_opens_at_the_beginning(stored: Stored, visitor: Visitor, typed: str) -> None:
    with stored() as make:
        call, reader = make.interaction(), make.user(Role.SUPERVISOR)
        make.transcript(call)
        number, reader_id = call.id, reader.id
    page = visitor.as_user(reader_id).get(f"/interactions/{number}?at={typed}")
    assert page.status_code == 200
    assert "Go to what is said at" not in page.text


def test_an_address_that_names_a_second_leads_to_what_is_said_then(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        call, reader = make.interaction(), make.user(Role.SUPERVISOR)
        turn = make.transcript(call).turns[2].id
        number, reader_id = call.id, reader.id
    page = visitor.as_user(reader_id).get(f"/interactions/{number}?at=8").text
    assert f'href="#turn-{turn}"' in page
    assert "Go to what is said at 00:08" in page
