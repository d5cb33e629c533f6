"""E-mail goes out once, in its reader's language, over a real SMTP connection; what a server refuses is told."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from qa.act import Act
from qa.db import transaction
from qa.errors import InvalidError, RefusedError
from qa.i18n import Language, _
from qa.jobs.work import Bench, Work
from qa.mail.letters import CalendarEntry, Letter, Reader, message_of
from qa.mail.models import SentMail
from qa.mail.sending import reader_of, send_once
from qa.mail.server import hand_in, server_of
from qa.people.models import UserState
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import NOW, Stored
from tests.mail.post import Post, post_office, text_of
from tests.makers import Makers

LETTER = Letter(
    _("Coaching report"), [_("Team"), "Één regel met een ë, en een heel lang woord: " + "a" * 1200], path="/me"
)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as running:
        yield running


@pytest.fixture
def work(engine: Engine, settings: Settings, blobs: LocalFolder, post: Post) -> Work:
    return Work(Bench(engine, post.settings(settings), blobs, lambda: NOW), 1, "token", {}, None)


@pytest.fixture
def reader(stored: Stored) -> Reader:
    with stored() as make:
        found = reader_of(make.agent("Zoë de Vries, \u202eadmin", language=Language.NL, email="zoe@example.org"))
    assert found is not None
    return found


def test_a_letter_goes_out_once_in_its_readers_language(work: Work, post: Post, reader: Reader) -> None:
    assert send_once(work, LETTER, to=reader, key="k1")
    assert not send_once(work, LETTER, to=reader, key="k1")
    (message,) = post.messages
    assert message["Subject"] == "Coachingsrapport"
    assert message["To"].addresses[0].addr_spec == "zoe@example.org"
    assert message["From"] == "Acme <qa@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    said = text_of(message)
    assert said.startswith("Beste Zoë de Vries")
    assert "Één regel met een ë" in said
    assert "a" * 1200 in said
    assert "http://127.0.0.1:8080/me" in said
    with transaction(work.bench.engine) as session:
        assert [(one.key, one.user_id) for one in session.scalars(select(SentMail))] == [("k1", reader.id)]


def test_a_calendar_entry_comes_as_one(work: Work, post: Post, reader: Reader) -> None:
    entry = CalendarEntry(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST")
    send_once(work, Letter(_("Team"), [], calendar=entry), to=reader, key="k2")
    (part,) = [one for one in post.messages[0].walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert part.get_filename() == "steekproef.ics"
    assert part.get_payload(decode=True) == entry.data


def test_an_unknown_address_is_refused_for_good_and_a_busy_server_is_tried_again(
    work: Work, post: Post, reader: Reader
) -> None:
    post.busy = True
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_once(work, LETTER, to=reader, key="k3")
    post.busy = False
    post.unknown.add("zoe@example.org")
    with pytest.raises(RefusedError, match="does not know the address"):
        send_once(work, LETTER, to=reader, key="k3")
    post.unknown.clear()
    assert send_once(work, LETTER, to=reader, key="k3")


def test_the_same_key_gives_the_same_message_id(work: Work, post: Post, reader: Reader, stored: Stored) -> None:
    send_once(work, LETTER, to=reader, key="k4")
    with stored() as make:  # a worker that died after handing it in wrote nothing down
        make.act.session.delete(make.act.session.scalars(select(SentMail)).one())
    send_once(work, LETTER, to=reader, key="k4")
    first, second = post.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_nothing_is_sent_where_no_server_is_set(
    engine: Engine, settings: Settings, blobs: LocalFolder, reader: Reader
) -> None:
    nowhere = Work(Bench(engine, settings, blobs, lambda: NOW), 1, "token", {}, None)
    assert not send_once(nowhere, LETTER, to=reader, key="k5")


def test_who_left_or_has_no_address_gets_nothing(act: Act, make: Makers) -> None:
    assert reader_of(make.agent(state=UserState.LEFT)) is None
    assert reader_of(make.agent(email=None)) is None


@pytest.mark.parametrize("url", ["mail.example.org", "http://x", "smtp://x:many", "smtp://", "smtp://x/path"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidError, match="STEEKPROEF_SMTP_URL"):
        server_of(Settings(smtp_url=url, mail_from="a@example.org"))


def test_mail_must_come_from_somebody() -> None:
    with pytest.raises(InvalidError, match="STEEKPROEF_MAIL_FROM"):
        server_of(Settings(smtp_url="smtp://x"))


def test_user_password_and_port_are_read_from_the_address() -> None:
    found = server_of(Settings(smtp_url="smtps://me%40x:p%2Fw@mail.example.org", mail_from="a@example.org"))
    assert found is not None
    assert (found.host, found.port, found.encrypted, found.user, found.password) == (
        "mail.example.org",
        465,
        True,
        "me@x",
        "p/w",
    )
    assert not found.near


def test_a_password_that_the_server_does_not_take_is_told(post: Post, settings: Settings, reader: Reader) -> None:
    own = replace(post.settings(settings), smtp_url=f"smtp://a:b@127.0.0.1:{post.port}")
    server = server_of(own)
    assert server is not None
    message = message_of(LETTER, reader, key="k", settings=own, now=NOW)
    with pytest.raises(RefusedError, match="user and password"):
        hand_in(server, message)
