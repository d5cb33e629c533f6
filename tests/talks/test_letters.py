"""Everybody who takes part is told by e-mail, each once, in their language, with a calendar file; nothing of what it is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select

from qa import handlers
from qa.act import Act
from qa.auth.roles import Role
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.service import enqueue
from qa.jobs.work import Bench
from qa.people.models import User
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.talks import service
from qa.talks.models import Occasion, Talk
from qa.talks.service import When
from tests.conftest import NOW, Stored
from tests.mail.post import Post, post_office, text_of
from tests.makers import Makers


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as running:
        yield running


@pytest.fixture
def own(settings: Settings, post: Post) -> Settings:
    return post.settings(settings)


def run(engine: Engine, own: Settings, blobs: LocalFolder, *, now: datetime = NOW) -> list[JobState | None]:
    handlers.load()
    bench = Bench(engine, own, blobs, lambda: now)
    return [ledger.run(bench, number) for number in ledger.due(bench)]


def plan(make: Makers, own: Settings, *, days: int = 2) -> Talk:
    """Plan a session of a coach and an agent who reads Dutch."""
    coach = make.user(Role.SUPERVISOR, name="Noor", email="noor@example.org")
    agent = make.agent("Yara", email="yara@example.org", language=Language.NL, time_zone="Europe/Lisbon")
    act = Act(make.act.session, NOW, own, make.act.blobs, coach)
    card = make.card()
    return service.plan_talk(
        act,
        When(NOW + timedelta(days=days), 30, "Kamer 2"),
        agent_ids=[agent.id],
        occasion=Occasion.LOW_SCORE,
        focus=[(card.scorecard_id, "greeting")],
    )


def calendar_of(message: EmailMessage) -> str:
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n ", "")


def test_both_are_told_when_and_where_in_their_own_language_and_time(
    stored: Stored, own: Settings, engine: Engine, blobs: LocalFolder, post: Post
) -> None:
    with stored() as make:
        plan(make, own)
    assert run(engine, own, blobs) == [JobState.DONE]
    assert run(engine, own, blobs) == []
    by_address = {message["To"].addresses[0].addr_spec: message for message in post.messages}
    assert set(by_address) == {"noor@example.org", "yara@example.org"}
    dutch = by_address["yara@example.org"]
    assert dutch["Subject"] == "Coachgesprek: vrijdag 20 november 2026 09:30"
    assert by_address["noor@example.org"]["Subject"] == "Coaching session: Friday 20 November 2026 10:30"
    said = text_of(dutch)
    assert "Plaats: Kamer 2." in said
    assert "http://127.0.0.1:8080/coaching-sessions/" in said
    file = calendar_of(dutch)
    assert "METHOD:REQUEST" in file
    assert "DTSTART:20261120T093000Z" in file
    assert 'ATTENDEE;CN="Yara"' in file
    for told in (said, file, dutch["Subject"]):
        assert "score" not in told.lower()
        assert "greet" not in told.lower()


def test_a_session_that_moves_or_is_called_off_changes_the_same_entry(
    stored: Stored, own: Settings, engine: Engine, blobs: LocalFolder, post: Post
) -> None:
    with stored() as make:
        made = plan(make, own)
        act = Act(make.act.session, NOW, own, make.act.blobs, make.act.session.get_one(User, made.coach_id))
        service.change_talk(
            act,
            made,
            When(NOW + timedelta(days=3), 45, ""),
            occasion=Occasion.REGULAR,
            focus=[],
            clip_ids=[],
            revision=0,
        )
    run(engine, own, blobs)
    assert len(post.messages) == 2, "what was said before it changed again is not sent any more"
    first = calendar_of(post.messages[0])
    assert "SEQUENCE:1" in first
    with stored() as make:
        made = make.act.session.scalars(select(Talk)).one()
        act = Act(make.act.session, NOW, own, make.act.blobs, make.act.session.get_one(User, made.coach_id))
        service.cancel_talk(act, made)
    run(engine, own, blobs)
    last = calendar_of(post.messages[-1])
    assert "METHOD:CANCEL" in last
    assert "SEQUENCE:2" in last
    assert _uid(first) == _uid(last)


def _uid(file: str) -> str:
    return next(line for line in file.splitlines() if line.startswith("UID:"))


def test_who_meets_soon_is_reminded_once(
    stored: Stored, own: Settings, engine: Engine, blobs: LocalFolder, post: Post
) -> None:
    with stored() as make:
        plan(make, replace(own, smtp_url=""), days=1)
    for day in range(2):
        now = NOW + timedelta(hours=day)
        with stored() as make:
            enqueue(replace(make.act, now=now), JobKind.TALK_REMINDERS, key=f"day-{day}", payload={})
        assert run(engine, own, blobs, now=now) == [JobState.DONE]
    assert [message["Subject"] for message in post.messages] == [
        "Reminder of your coaching session: Thursday 19 November 2026 10:30",
        "Herinnering aan uw coachgesprek: donderdag 19 november 2026 09:30",
    ]


def test_one_unknown_address_keeps_nobody_else_from_being_told(
    stored: Stored, own: Settings, engine: Engine, blobs: LocalFolder, post: Post
) -> None:
    post.unknown.add("noor@example.org")
    with stored() as make:
        plan(make, own)
    assert run(engine, own, blobs) == [JobState.FAILED]
    assert [message["To"].addresses[0].addr_spec for message in post.messages] == ["yara@example.org"]


def test_without_a_mail_server_no_work_is_asked_for(stored: Stored, settings: Settings) -> None:
    with stored() as make:
        plan(make, settings)
        assert make.act.session.scalars(select(Job)).all() == []
