"""Many files at once: what is good goes in, what is not is told with its place and remedy, nothing is stored by half."""

import errno
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from qa.act import Act
from qa.db import transaction
from qa.errors import NotFoundError
from qa.interactions.arrival import Arrival, Outcome
from qa.interactions.batch import Given, Opener, ingest_chats, ingest_recordings, read_mapping, summarised
from qa.interactions.conversations import messages_of
from qa.interactions.folder import ByHand
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording
from qa.interactions.reading.chats import ChatOptions, read_chats
from qa.interactions.reading.values import IncomingConversation
from qa.jobs.models import Job
from qa.settings import Settings
from qa.storage.blobs import DiskFullError, LocalFolder
from qa.transcripts.models import Transcript
from tests.conftest import NOW
from tests.interactions.sounds import write_call
from tests.makers import Makers

MATERIAL = Path(__file__).parents[2] / "qa" / "demo" / "material"
HEAD = "file,agent,started_at\n"


@pytest.fixture
def opener(act: Act) -> Opener:
    """Opens a savepoint each time, as a transaction would be opened and ended."""

    @contextmanager
    def opened() -> Iterator[Act]:
        with act.session.begin_nested():
            yield act

    return opened


def take(opener: Opener, *paths: Path, **given: object) -> list[Outcome]:
    """Take in recordings from the source of the tests."""
    return list(ingest_recordings(opener, paths, given=Given(source="telephone", **given)))  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path, make: Makers) -> Path:
    """A folder with one recording and a table beside it; its agent and source are known."""
    make.agent(reference="a1", name="Noor")
    make.source(agent_channel=0)
    write_call(tmp_path / "calls" / "one.wav")
    (tmp_path / "calls" / "metadata.csv").write_text(HEAD + "one.wav,a1,2026-11-10 10:32\n", encoding="utf-8")
    return tmp_path / "calls"


def test_a_folder_with_a_table_goes_in_once(opener: Opener, folder: Path, act: Act) -> None:
    first = take(opener, folder)
    assert [one.arrival for one in first] == [Arrival.ADDED]
    call = act.session.get_one(Interaction, first[0].interaction_id)
    assert (call.agent.name, call.state) == ("Noor", InteractionState.RECEIVED)
    assert call.started_at == datetime(2026, 11, 10, 9, 32, tzinfo=UTC)
    assert act.session.scalar(select(func.count(Job.id))) == 1
    again = take(opener, folder)
    assert [(one.arrival, one.interaction_id) for one in again] == [(Arrival.KNOWN, call.id)]


def test_one_bad_line_stops_no_other(opener: Opener, folder: Path, act: Act) -> None:
    write_call(folder / "two.wav", hertz=350)
    write_call(folder / "three.wav", hertz=370)
    (folder / "four.wav").write_bytes(b"")
    (folder / "five.wav").write_bytes(b"%PDF-1.7 and so on")
    (folder / "metadata.csv").write_text(
        HEAD + "one.wav,a1,2026-11-10 10:32\ntwo.wav,nobody,2026-11-10 10:40\nthree.wav,,2026-11-10 10:45\n"
        "four.wav,a1,2026-11-10 10:50\nfive.wav,a1,2026-11-10 10:55\ngone.wav,a1,2026-11-10 11:00\n"
        "../outside.wav,a1,2026-11-10 11:00\n/etc/passwd,a1,2026-11-10 11:00\n",
        encoding="utf-8",
    )
    found = take(opener, folder)
    told = {(one.file, one.line): str(one.text) for one in found if one.arrival is Arrival.REFUSED}
    assert summarised(found).as_json() == {"added": 1, "known": 0, "grew": 0, "joined": 0, "refused": 8}
    assert "nobody is not known" in told["metadata.csv", 3]
    assert "agent is missing" in told["metadata.csv", 4]
    assert "is empty" in told["metadata.csv", 5]
    assert "PDF document" in told["metadata.csv", 6]
    assert "holds no file gone.wav" in told["metadata.csv", 7]
    assert "leads out of the folder" in told["metadata.csv", 8]
    assert "leads out of the folder" in told["metadata.csv", 9]
    assert "Nothing tells who the agent is" in told["three.wav", None]
    assert act.session.scalar(select(func.count(Recording.id))) == 1


def test_a_link_out_of_the_folder_is_not_followed(opener: Opener, folder: Path, tmp_path: Path) -> None:
    write_call(tmp_path / "secret.wav", hertz=500)
    (folder / "linked.wav").symlink_to(tmp_path / "secret.wav")
    with (folder / "metadata.csv").open("a", encoding="utf-8") as table:
        table.write("linked.wav,a1,2026-11-10 10:32\n")
    found = take(opener, folder)
    assert [one.arrival for one in found if one.file == "linked.wav"] == [Arrival.REFUSED]
    assert sum(one.arrival is Arrival.ADDED for one in found) == 1


def test_a_table_that_lacks_a_column_says_which_it_has(opener: Opener, folder: Path) -> None:
    (folder / "metadata.csv").write_text("opname;wie dan ook\none.wav;a1\n", encoding="utf-8")
    told = [str(one.text) for one in take(opener, folder)]
    assert any("No column was found for “agent”" in one and "wie dan ook" in one for one in told)


def test_a_spreadsheet_of_windows_with_semicolons_is_read(opener: Opener, folder: Path, make: Makers) -> None:
    make.agent(reference="a2", name="Zoë van ’t Hof")
    (folder / "metadata.csv").write_bytes(
        "Bestand;Medewerker;Datum;Tijd;Richting\none.wav;Zoë van ’t Hof;10-11-2026;10:32;uitgaand\n".encode("cp1252")
    )
    (found,) = take(opener, folder)
    assert found.arrival is Arrival.ADDED, str(found.text)
    call = make.act.session.get_one(Interaction, found.interaction_id)
    assert (call.agent.name, call.direction) == ("Zoë van ’t Hof", Direction.OUTBOUND)


def test_a_sidecar_of_genesys_belongs_to_its_recording(opener: Opener, folder: Path, act: Act) -> None:
    place = folder / "year=2026" / "month=11" / "day=10"
    write_call(place / "c-9.wav", hertz=410)
    facts = {"conversationId": "c-9", "startTime": "2026-11-10T09:00:00Z", "userIds": ["a1"], "direction": "INBOUND"}
    (place / "c-9_metadata.json").write_text(json.dumps(facts), encoding="utf-8")
    found = take(opener, folder)
    assert [one.arrival for one in found] == [Arrival.ADDED, Arrival.ADDED]
    assert act.session.scalar(select(Interaction).where(Interaction.reference == "c-9")) is not None


def test_a_rule_reads_the_names_of_a_source(opener: Opener, tmp_path: Path, make: Makers) -> None:
    make.agent(reference="a1")
    make.source(name_rule="{agent}_{date:%Y%m%d-%H%M%S}")
    write_call(tmp_path / "a1_20261110-103200.wav")
    write_call(tmp_path / "whatever.wav", hertz=600)
    found = {one.file: one for one in take(opener, tmp_path)}
    assert found["a1_20261110-103200.wav"].arrival is Arrival.ADDED
    assert "does not follow the rule" in str(found["whatever.wav"].text)


def test_a_ready_transcript_with_speakers_is_readable_at_once(opener: Opener, folder: Path, act: Act) -> None:
    (folder / "ready.vtt").write_text(
        "WEBVTT\n\n00:00.000 --> 00:03.000\nGood morning how can I help\n\n00:04.000 --> 00:06.000\nMy parcel is late\n",
        encoding="utf-8",
    )
    (folder / "ready.rttm").write_text(
        "SPEAKER ready 1 0.0 3.0 <NA> <NA> agent <NA> <NA>\nSPEAKER ready 1 4.0 2.0 <NA> <NA> customer <NA> <NA>\n",
        encoding="utf-8",
    )
    with (folder / "metadata.csv").open("a", encoding="utf-8") as table:
        table.write("ready.vtt,a1,2026-11-10 11:32\n")
    ready = next(one for one in take(opener, folder) if one.file == "ready.vtt")
    call = act.session.get_one(Interaction, ready.interaction_id)
    assert call.state is InteractionState.READY
    stored = act.session.scalars(select(Transcript).where(Transcript.interaction_id == call.id)).one()
    assert [(turn.role.value, turn.text) for turn in stored.turns] == [
        ("agent", "Good morning how can I help"),
        ("customer", "My parcel is late"),
    ]


@pytest.mark.parametrize("name", ["contact_lens.json", "genesys.json", "call.ctm"])
def test_transcripts_of_other_products_come_in_by_folder(opener: Opener, folder: Path, act: Act, name: str) -> None:
    example = Path(__file__).parents[1] / "transcribe" / "transcripts" / name
    (folder / name).write_bytes(example.read_bytes())
    with (folder / "metadata.csv").open("a", encoding="utf-8") as table:
        table.write(f"{name},a1,2026-11-10 11:32\n")
    ready = next(one for one in take(opener, folder) if one.file == name)
    assert ready.arrival is Arrival.ADDED, ready.text
    stored = act.session.scalars(select(Transcript).where(Transcript.interaction_id == ready.interaction_id)).one()
    assert [turn.role.value for turn in stored.turns] == ["agent", "customer"]


def test_what_was_typed_by_hand_serves_where_nothing_else_tells(opener: Opener, tmp_path: Path, make: Makers) -> None:
    make.agent(reference="a1")
    make.source()
    call = write_call(tmp_path / "call.wav")
    other = write_call(tmp_path / "other" / "call.wav", hertz=700)
    by_hand = ByHand("a1", datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert [one.arrival for one in take(opener, call, by_hand=by_hand)] == [Arrival.ADDED]
    assert [one.arrival for one in take(opener, other, by_hand=by_hand)] == [Arrival.ADDED]
    assert [one.arrival for one in take(opener, call, by_hand=by_hand)] == [Arrival.KNOWN]


def test_an_unknown_source_and_a_missing_folder_are_named(opener: Opener, folder: Path) -> None:
    with pytest.raises(NotFoundError, match="no source pbx"):
        list(ingest_recordings(opener, [folder], given=Given(source="pbx")))
    (told,) = take(opener, folder / "nowhere")
    assert "no such file or folder" in str(told.text)


class FullDisk(LocalFolder):
    """A folder on a disk without room."""

    def put_file(self, key: str, source: Path) -> None:
        """Fail as a full disk does."""
        del key, source
        raise DiskFullError from OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_behind(opener: Opener, folder: Path, act: Act, tmp_path: Path) -> None:
    @contextmanager
    def full() -> Iterator[Act]:
        with opener() as opened:
            yield replace(opened, blobs=FullDisk(tmp_path / "full"))

    (told,) = take(full, folder)
    assert "disk is full" in str(told.text)
    for table in (Interaction, Recording, Job):
        assert act.session.scalar(select(func.count(table.id))) == 0
    assert not list((tmp_path / "full").rglob("*"))
    assert [one.arrival for one in take(opener, folder)] == [Arrival.ADDED]


def test_two_at_once_with_one_file_make_one_interaction(
    engine: Engine, settings: Settings, blobs: LocalFolder, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        make = Makers(Act(session, NOW, settings, blobs))
        make.agent(reference="a1")
        make.source()
    call = write_call(tmp_path / "call.wav")
    by_hand = ByHand("a1", datetime(2026, 11, 10, 9, tzinfo=UTC))
    together = threading.Barrier(2)
    outcomes: list[Outcome] = []

    @contextmanager
    def opened() -> Iterator[Act]:
        with transaction(engine) as session:
            yield Act(session, NOW, settings, blobs)

    def send() -> None:
        together.wait()
        outcomes.extend(take(opened, call, by_hand=by_hand))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.arrival for one in outcomes) == [Arrival.ADDED, Arrival.KNOWN]
    with transaction(engine, reading=True) as session:
        for table in (Interaction, Recording, Job):
            assert session.scalar(select(func.count(table.id))) == 1
        assert blobs.has(session.scalars(select(Recording.blob_key)).one())


def test_a_bad_conversation_stops_no_other(opener: Opener, tmp_path: Path, make: Makers) -> None:
    make.agent(reference="a1")
    make.source()
    (tmp_path / "chats.csv").write_text(
        "conversation;text;role;sent_at;agent\n1;Dag;agent;10-11-2026 10:00;a1\n2;Hoi;agent;geen tijd;a1\n"
        "3;Hallo;agent;10-11-2026 10:05;onbekend\n",
        encoding="utf-8",
    )
    found = list(ingest_chats(opener, [tmp_path], given=Given(source="telephone")))
    told = {one.line: str(one.text) for one in found}
    assert summarised(found).as_json() == {"added": 1, "known": 0, "grew": 0, "joined": 0, "refused": 2}
    assert "geen tijd" in told[3]
    assert "onbekend is not known" in told[4]


def test_a_chat_that_grew_keeps_both_readings(opener: Opener, tmp_path: Path, make: Makers) -> None:
    make.agent(reference="a1")
    make.source()
    lines = [
        {"conversation": "C", "agent": "a1", "role": "customer", "sent_at": "2026-11-10T10:00:00Z", "text": "Hi"},
        {"conversation": "C", "role": "agent", "author": "Noor", "sent_at": "2026-11-10T10:01:00Z", "text": "Hello"},
    ]
    file = tmp_path / "chat.jsonl"
    arrivals = []
    for many in (1, 1, 2):
        file.write_text("\n".join(json.dumps(line) for line in lines[:many]), encoding="utf-8")
        arrivals += [one.arrival for one in ingest_chats(opener, [file], given=Given(source="telephone"))]
    assert arrivals == [Arrival.ADDED, Arrival.KNOWN, Arrival.GREW]


def _read_whole(material: Path, *, options: ChatOptions) -> dict[str, IncomingConversation]:
    conversations: dict[str, IncomingConversation] = {}
    for path in sorted(material.rglob("*")):
        if not path.is_file() or path.suffix == ".vtt" or path.name.endswith(".mapping.json"):
            continue
        beside = path.with_name(path.stem + ".mapping.json")
        mapping = read_mapping(beside) if beside.is_file() else None
        read = read_chats(path.read_bytes(), file=path.name, options=replace(options, mapping=mapping))
        assert not read.problems
        conversations |= {one.reference: one for one in read.items}
    return conversations


def test_every_message_of_the_demo_is_stored_as_it_was_read(act: Act, make: Makers) -> None:
    @contextmanager
    def opener() -> Iterator[Act]:
        with act.session.begin_nested():
            yield replace(act, settings=replace(act.settings, redact="none"))

    manifest = json.loads((MATERIAL / "manifest.json").read_text(encoding="utf-8"))
    for agent in manifest["agents"]:
        make.agent(agent["full_name"], reference=agent["reference"], email=agent["email"])
    make.source()
    found = list(ingest_chats(opener, [MATERIAL / "chats"], given=Given(source="telephone", channel=Channel.CHAT)))
    assert [str(one.text) for one in found if one.arrival is not Arrival.ADDED] == []
    names = tuple(agent["full_name"] for agent in manifest["agents"])
    read = _read_whole(MATERIAL / "chats", options=ChatOptions(known_names=names, own_domains=("noordwind.example",)))
    stored = act.session.scalars(select(Transcript)).all()
    assert len(stored) == len(read) >= 110
    for transcript in stored:
        interaction = transcript.interaction
        conversation = read[interaction.reference]
        assert messages_of(transcript) == list(conversation.messages)
        assert interaction.started_at == conversation.started_at
        assert f"-{interaction.language}-" in interaction.reference


def test_card_numbers_and_accounts_are_hidden_and_the_rest_is_kept(
    opener: Opener, act: Act, tmp_path: Path, make: Makers
) -> None:
    make.agent(reference="a1")
    make.source()
    said = "Mijn kaart is 4111 1111 1111 1111, rekening NL91 ABNA 0417 1643 00, bel 06 12345678."
    line = {"conversation": "C", "agent": "a1", "language": "nl", "role": "customer", "text": said}
    (tmp_path / "chat.jsonl").write_text(json.dumps({**line, "sent_at": "2026-11-10T10:00:00Z"}), encoding="utf-8")
    assert [one.arrival for one in ingest_chats(opener, [tmp_path], given=Given(source="telephone"))] == ["added"]
    (stored,) = act.session.scalars(select(Transcript)).one().turns
    assert stored.text == "Mijn kaart is [kaartnummer], rekening [bankrekening], bel 06 12345678."
