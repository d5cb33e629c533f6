"""Taking in by the browser: each file is answered by what became of it, and a fault in one stops no other."""

import errno
import io
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from qa.auth.roles import Role
from qa.db import transaction
from qa.interactions.models import Interaction, Recording
from qa.jobs.models import Job
from qa.people.models import User
from qa.storage.blobs import DiskFullError, LocalFolder
from tests.conftest import Stored
from tests.interactions.sounds import write_call
from tests.visitor import Visitor
from web.product import EXTENSION, Product

TO_RECORDINGS, TO_CHATS = "/interactions/upload/recordings", "/interactions/upload/chats"


@pytest.fixture
def agent(stored: Stored) -> User:
    """An agent and a source that the uploads speak of."""
    with stored() as make:
        make.source(agent_channel=0)
        return make.agent("Zoë O'Neill 🌷", reference="a1")


@pytest.fixture
def supervisor(visitor: Visitor, stored: Stored, agent: User) -> Visitor:
    """A supervisor who is signed in."""
    del agent
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    return visitor.as_user(user)


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    """A recording as bytes."""
    return write_call(tmp_path / "call.wav").read_bytes()


def sent(*files: tuple[bytes, str], **fields: object) -> dict[str, object]:
    """Fill in the form for recordings or chats."""
    given: dict[str, object] = {"source": "telephone", "channel": "chat", **fields}
    return given | {"files": [(io.BytesIO(data), name) for data, name in files]}


def count(stored: Stored, table: type[Interaction] | type[Recording] | type[Job]) -> int:
    """How many rows there are."""
    with transaction(stored.engine, reading=True) as session:
        return session.scalar(select(func.count(table.id))) or 0


def test_a_recording_with_agent_and_start_is_taken_in_once(
    supervisor: Visitor, stored: Stored, agent: User, sound: bytes
) -> None:
    fields = {"agent": str(agent.id), "started_at": "2026-11-10T10:32"}
    first = supervisor.post(TO_RECORDINGS, sent((sound, "gesprek.wav"), **fields))
    assert first.status_code == 200
    assert "Taken in" in first.text
    again = supervisor.post(TO_RECORDINGS, sent((sound, "gesprek.wav"), **fields))
    assert "Known already" in again.text
    assert (count(stored, Interaction), count(stored, Job)) == (1, 1)
    assert "Zoë O&#39;Neill 🌷" in supervisor.get("/interactions").text


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "leeg.wav", "is empty"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "kop.wav", "no sound"),
        (b"%PDF-1.7", "brief.wav", "PDF document"),
        (b"PK\x03\x04rest", "archief.mp3", "zip archive"),
        (bytes(range(256)) * 40, "versleuteld.wav", "encrypted"),
        (b"just text", "notities.txt", "notities.txt"),
        (b"file,agent\n", "lijst.csv", "This is a table"),
    ],
)
def test_what_is_no_recording_is_refused_in_a_sentence_and_the_rest_goes_on(
    supervisor: Visitor, stored: Stored, agent: User, sound: bytes, *, data: bytes, name: str, said: str
) -> None:
    fields = {"agent": str(agent.id), "started_at": "2026-11-10T10:32"}
    if not name.endswith(".csv"):
        both = supervisor.post(TO_RECORDINGS, sent((data, name), (sound, "goed.wav"), **fields))
        assert both.status_code == 200
        assert said in both.text
        assert name in both.text
        assert count(stored, Interaction) == 1
    alone = supervisor.post(TO_RECORDINGS, sent((data, name), **fields))
    assert alone.status_code == 422
    assert said in alone.text


def test_a_recording_that_is_too_long_is_refused(
    supervisor: Visitor, app: Flask, stored: Stored, agent: User, tmp_path: Path
) -> None:
    own: Product = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(own, settings=replace(own.settings, recording_limit_minutes=0))
    long = write_call(tmp_path / "long.wav", seconds=3).read_bytes()
    found = supervisor.post(TO_RECORDINGS, sent((long, "lang.wav"), agent=str(agent.id), started_at="2026-11-10T10:32"))
    assert found.status_code == 422
    assert "longer than" in found.text
    assert count(stored, Recording) == 0


def test_a_table_sent_along_tells_who_and_when(supervisor: Visitor, stored: Stored, sound: bytes) -> None:
    table = "Opname;Wie;Wanneer\neen.wav;a1;10-11-2026 10:32\ntwee.wav;a1;11-11-2026 10:32\n".encode("cp1252")
    columns = {"column-file": "Opname", "column-agent": "Wie", "column-started_at": "Wanneer"}
    shown = supervisor.post(
        "/interactions/upload/columns",
        {"kind": "recordings", "source": "telephone", "table": (io.BytesIO(table), "lijst.csv")},
    )
    assert shown.status_code == 200
    assert "Wanneer" in shown.text
    found = supervisor.post(
        TO_RECORDINGS, sent((sound, "een.wav"), table=(io.BytesIO(table), "lijst.csv"), keep="y", **columns)
    )
    assert "Taken in" in found.text, found.text
    # The mapping was kept, so that nothing needs to be said the next time.
    other = sound[:-2] + b"\x01\x02"
    again = supervisor.post(TO_RECORDINGS, sent((other, "twee.wav"), table=(io.BytesIO(table), "lijst.csv")))
    assert "Taken in" in again.text, again.text
    assert count(stored, Interaction) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "is empty"),
        (b"iets,anders\n1,2\n", "No column was found"),
        (b"file,agent,started_at\neen.wav,,2026-11-10 10:32\n", "agent is missing"),
        (b"file,agent,started_at\neen.wav,niemand,2026-11-10 10:32\n", "niemand is not known"),
        (b"file,agent,started_at\neen.wav,a1,gisteren\n", "gisteren"),
        (b"PK\x03\x04", "workbook"),
    ],
)
def test_a_table_that_is_wrong_names_its_line_and_the_remedy(
    supervisor: Visitor, stored: Stored, sound: bytes, table: bytes, said: str
) -> None:
    found = supervisor.post(TO_RECORDINGS, sent((sound, "een.wav"), table=(io.BytesIO(table), "lijst.csv")))
    assert found.status_code == 422
    assert "lijst.csv" in found.text
    assert said in found.text
    assert count(stored, Interaction) == 0


def test_chats_answer_by_script_with_what_became_of_them(supervisor: Visitor, stored: Stored) -> None:
    lines = [
        {"conversation": "1", "agent": "a1", "role": "agent", "text": "Dag", "sent_at": "2026-11-10T10:00:00Z"},
        {"conversation": "2", "agent": "a1", "role": "agent", "text": "Dag"},
    ]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    found = supervisor.client.post(
        TO_CHATS,
        data=sent((data, "chats.jsonl")),
        content_type="multipart/form-data",
        headers={"X-Upload": "one"},
    )
    assert found.status_code == 200
    assert "<html" not in found.text
    assert "has a time" in found.text
    assert count(stored, Interaction) == 1


def test_a_form_without_files_says_so(supervisor: Visitor) -> None:
    found = supervisor.post(TO_CHATS, {"source": "telephone", "channel": "chat", "language": ""})
    assert found.status_code == 422
    assert "Choose at least one file" in found.text


class FullDisk(LocalFolder):
    """A folder on a disk without room."""

    def put_file(self, key: str, source: Path) -> None:
        """Fail as a full disk does."""
        del key, source
        raise DiskFullError from OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_and_nothing_is_half_stored(
    supervisor: Visitor, app: Flask, stored: Stored, agent: User, *, sound: bytes, tmp_path: Path
) -> None:
    own: Product = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(own, blobs=FullDisk(tmp_path / "full"))
    fields = {"agent": str(agent.id), "started_at": "2026-11-10T10:32"}
    found = supervisor.post(TO_RECORDINGS, sent((sound, "een.wav"), **fields))
    assert found.status_code == 422
    assert "disk is full" in found.text
    for table in (Interaction, Recording, Job):
        assert count(stored, table) == 0
    app.extensions[EXTENSION] = own
    assert supervisor.post(TO_RECORDINGS, sent((sound, "een.wav"), **fields)).status_code == 200


def test_two_uploads_of_one_file_at_once_make_one_interaction(
    app: Flask, stored: Stored, agent: User, sound: bytes
) -> None:
    with stored() as make:
        users = [make.user(Role.SUPERVISOR) for _ in range(2)]
    visitors = [Visitor(app).as_user(user) for user in users]
    together = threading.Barrier(2)
    said: list[str] = []

    def send(visitor: Visitor) -> None:
        together.wait()
        fields = {"agent": str(agent.id), "started_at": "2026-11-10T10:32"}
        said.append(visitor.post(TO_RECORDINGS, sent((sound, "een.wav"), **fields)).text)

    threads = [threading.Thread(target=send, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("Known already, nothing" in text for text in said) == [False, True]
    for table in (Interaction, Recording, Job):
        assert count(stored, table) == 1


def test_only_those_who_may_add_see_the_page(visitor: Visitor, stored: Stored, sound: bytes) -> None:
    with stored() as make:
        reviewer = make.user(Role.REVIEWER)
    visitor.as_user(reviewer)
    assert visitor.get("/interactions/upload").status_code == 403
    assert visitor.post(TO_RECORDINGS, sent((sound, "een.wav"))).status_code == 403
