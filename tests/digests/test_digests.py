"""E-mails about what waits: to whom and when, once, in both languages, over a real SMTP connection; counts and links alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select

from qa.auth.roles import Role
from qa.coaching.models import CoachingReport, ReportState
from qa.db import transaction
from qa.digests.handler import send_digests
from qa.i18n import Language
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.ticks import ask_daily
from qa.jobs.work import Bench, Work
from qa.people.models import UserState
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.talks.models import ActionState
from tests.conftest import Stored
from tests.insight.scene import Scene
from tests.mail.post import Post, post_office, text_of
from tests.talks.talking import action, talk
from tests.visitor import Visitor

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as running:
        yield running


@dataclass(frozen=True, slots=True)
class Company:
    reviewer: int
    agent: int
    supervisor: int


@pytest.fixture
def company(stored: Stored) -> Company:
    with stored() as make:
        scene = Scene(make)
        scene.reviewer.language = Language.NL
        agent = make.agent("Anna", email="anna@example.org")
        scene.draw([agent], each=6)
        for evaluation in scene.open_ones(agent)[:2]:
            evaluation.interaction.customer_reference = "Klant Pietersen"
            scene.submit(evaluation, 75)
        scene.submit(scene.open_ones(agent)[0], 100, released=False)
        make.act.session.add(
            CoachingReport(
                agent_id=agent.id,
                starts_on=date(2026, 10, 1),
                ends_on=date(2026, 10, 31),
                language=Language.EN,
                state=ReportState.READY,
                created_at=make.act.now,
                blob_key="reports/1",
            )
        )
        coached = talk(make, agent, coach=scene.supervisor)
        action(make, coached, agent, due_on=date(2026, 11, 13))
        action(make, coached, scene.supervisor, due_on=date(2026, 11, 16))
        done = {"due_on": date(2026, 11, 13), "state": ActionState.DONE, "closed_at": make.act.now}
        action(make, coached, agent, **done)
        make.user(Role.SHOPPER)
        make.user(Role.REVIEWER, state=UserState.LEFT, password_hash=None)
        return Company(scene.reviewer.id, agent.id, scene.supervisor.id)


def work_at(moment: datetime, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post) -> Work:
    return _Alone(Bench(engine, post.settings(settings), blobs, lambda: moment), 1, "token", {}, None)


class _Alone(Work):
    """Work without a row in the ledger, so that there is nobody to report to."""

    def report(self, done: int, total: int, *, step: object) -> None:
        assert done < total
        assert step


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_on_monday_everybody_for_whom_something_waits_gets_one(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post
) -> None:
    found = send_digests(work_at(MONDAY, engine, settings, blobs, post))
    assert found == {"sent": 3, "refused": 0}
    by_subject = {str(message["To"]).partition("@")[0].rpartition("<")[2]: message for message in post.messages}
    reviewer, agent, supervisor = (
        next(message for name, message in by_subject.items() if name.startswith(start))
        for start in ("reviewer", "anna", "supervisor")
    )
    assert str(reviewer["Subject"]) == "Wat op u wacht"
    assert "3 beoordelingen wachten op u." in text_of(reviewer)
    assert "Kies hoe vaak u dit krijgt" in text_of(reviewer)
    assert '<html lang="nl">' in html_of(reviewer)
    assert "There are 2 new evaluations for you to read." in text_of(agent)
    assert "There is 1 new report for you." in html_of(agent)
    assert "Plans are behind: 3 drawn interactions" in text_of(supervisor)
    assert "1 evaluation waits to be released." in text_of(supervisor)
    for coached in (agent, supervisor):
        assert "1 action that was agreed in coaching is past its day." in text_of(coached)
    for message in post.messages:
        whole = text_of(message) + html_of(message)
        assert "Pietersen" not in whole
        assert "75" not in whole
        assert settings.address in whole


def test_every_link_leads_to_a_page_that_its_reader_may_open(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post, visitor: Visitor
) -> None:
    send_digests(work_at(MONDAY, engine, settings, blobs, post))
    readers = {"reviewer": company.reviewer, "anna": company.agent, "supervisor": company.supervisor}
    for message in post.messages:
        reader = next(number for start, number in readers.items() if f"<{start}" in str(message["To"]))
        visitor.as_user(reader)
        lines = text_of(message).splitlines()
        paths = [line.removeprefix(settings.address) for line in lines if line.startswith(settings.address)]
        assert len(paths) >= 2
        for path in paths:
            assert visitor.get(path).status_code == 200, path


def test_nobody_gets_the_same_one_twice(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post
) -> None:
    work = work_at(MONDAY, engine, settings, blobs, post)
    send_digests(work)
    assert send_digests(work) == {"sent": 0, "refused": 0}
    assert len(post.messages) == 3


def test_each_chooses_how_often(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post, visitor: Visitor
) -> None:
    visitor.as_user(company.reviewer)
    page = visitor.get("/account/e-mail").text
    assert "3 beoordelingen wachten op u." in page
    assert visitor.post("/account/e-mail", {"rhythm": "day"}).status_code == 303
    assert visitor.as_user(company.agent).post("/account/e-mail", {"rhythm": "never"}).status_code == 303
    assert visitor.post("/account/e-mail", {"rhythm": "hourly"}).status_code == 422
    send_digests(work_at(TUESDAY, engine, settings, blobs, post))
    assert [str(message["Subject"]) for message in post.messages] == ["Wat op u wacht"]
    send_digests(work_at(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), engine, settings, blobs, post))
    assert not [message for message in post.messages if "anna" in str(message["To"])]
    assert len(post.messages) == 3


def test_an_address_that_is_not_known_keeps_nobody_elses_back(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post
) -> None:
    post.unknown.add("anna@example.org")
    assert send_digests(work_at(MONDAY, engine, settings, blobs, post)) == {"sent": 2, "refused": 1}
    assert len(post.messages) == 2


def test_a_server_that_is_busy_is_asked_again(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, post: Post
) -> None:
    work = work_at(MONDAY, engine, settings, blobs, post)
    post.busy = True
    with pytest.raises(OSError, match="try again later"):
        send_digests(work)
    post.busy = False
    assert send_digests(work) == {"sent": 3, "refused": 0}


def test_without_a_server_nothing_is_sent_and_the_page_says_so(
    company: Company, engine: Engine, settings: Settings, blobs: LocalFolder, visitor: Visitor
) -> None:
    alone = _Alone(Bench(engine, settings, blobs, lambda: MONDAY), 1, "token", {}, None)
    assert send_digests(alone) == {"sent": 0, "refused": 0}
    assert "No mail server has been set up" in visitor.as_user(company.supervisor).get("/account/e-mail").text


def test_the_day_is_asked_for_once(engine: Engine, settings: Settings, blobs: LocalFolder) -> None:
    bench = Bench(engine, replace(settings), blobs, lambda: MONDAY)
    ask_daily(bench)
    ask_daily(bench)
    with transaction(engine, reading=True) as session:
        assert len(session.scalars(select(Job).where(Job.kind == JobKind.DIGESTS)).all()) == 1
