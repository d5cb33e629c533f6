"""The pages of answers: the list with its filters and figures, CSV, taking in a file by a worker, and who sees what."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from qa import handlers
from qa.auth.roles import Role
from qa.feedback.models import CustomerAnswer
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import Stored
from tests.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Company:
    supervisor: int
    reader: int
    reviewer: int
    agent: int
    call: int


@pytest.fixture
def company(stored: Stored) -> Company:
    """Six calls of one agent, rated 1 to 5 and one silent; one answer waits."""
    with stored() as make:
        team = make.team("Klantenservice")
        agent = make.agent("Noor Bakker", team=team)
        calls = [make.interaction(agent=agent, days_ago=2, reference=f"G-{number}") for number in range(1, 7)]
        for csat, call in enumerate(calls[:5], start=1):
            make.answer(call, csat=csat, nps=2 * csat, resolved=csat > 2, comment=f"=Comment {csat}")
        make.answer(calls[5], answered_at=None)
        waiting = make.answer(calls[0], csat=5, reference="G-99")
        waiting.interaction_id = None
        return Company(
            make.user(Role.SUPERVISOR).id,
            make.user(Role.SUPERVISOR, language=Language.NL).id,
            make.user(Role.REVIEWER).id,
            agent.id,
            calls[0].id,
        )


@pytest.fixture
def bench(engine: Engine, settings: Settings, blobs: LocalFolder, now: datetime) -> Bench:
    """Where a worker would work."""
    handlers.load()
    return Bench(engine, settings, blobs, lambda: now)


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_the_list_shows_answers_with_figures_and_what_waits(company: Company, visitor: Visitor) -> None:
    page = words_of(visitor.as_user(company.supervisor).get("/answers").text)
    assert "Comment 1" in page
    assert "Asked, not answered" in page
    assert "Waits for its interaction" in page
    assert "n 6 of 6" in page
    assert "n 5 of 6" in page
    assert "Satisfaction 1 on a scale of 1 to 5" in page
    assert f'href="/interactions/{company.call}"' in page
    assert "Antwoorden van klanten" in visitor.as_user(company.reader).get("/answers").text


def test_the_filters_narrow_the_list(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    low = visitor.get("/answers?low=y").text
    assert "Comment 2" in low
    assert "Comment 3" not in low
    waiting = visitor.get("/answers?waiting=y").text
    assert "G-99" in waiting
    assert "Comment 1" not in waiting
    assert "No answer fits these filters" in visitor.get("/answers?until=2020-01-01&since=").text
    assert "at most 92 days apart" in words_of(visitor.get("/answers?since=2020-01-01&until=2026-11-18").text)
    assert "No answer fits these filters" in visitor.get("/answers?team=999&since=2026-11-01").text


def test_who_may_reads_them_on_the_interactions_page_the_agents_page_and_the_week(
    company: Company, visitor: Visitor
) -> None:
    visitor.as_user(company.supervisor)
    page = words_of(visitor.get(f"/interactions/{company.call}").text)
    assert "What the customer answered" in page
    assert "=Comment 1" in page
    for path in ("/week", f"/week/agents/{company.agent}"):
        page = words_of(visitor.get(path + "?period=2026-W47").text)
        assert "What customers said" in page, path
        assert "n 5 of 6" in page


def test_the_csv_holds_the_same_rows_and_no_formula(company: Company, visitor: Visitor) -> None:
    sent = visitor.as_user(company.supervisor).get("/answers/answers.csv?low=y")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert [(row["reference"], row["csat"], row["csat_scale"]) for row in rows] == [
        ("G-2", "2", "1-5"),
        ("G-1", "1", "1-5"),
    ]
    assert rows[0]["comment"] == "'=Comment 2"
    assert rows[0]["agent"] == "Noor Bakker"


def test_a_file_that_is_sent_in_is_taken_in_by_a_worker(
    company: Company, visitor: Visitor, stored: Stored, bench: Bench
) -> None:
    visitor.as_user(company.supervisor)
    text = b"reference,id,csat,comment\nG-3,r1,9,\nG-4,r2,4,Thanks\nG-77,r3,12,\n"
    sent = visitor.post(
        "/answers/upload", {"file": (io.BytesIO(text), "survey.csv"), "source": "upload", "scale": "1-10"}
    )
    assert sent.status_code == 303
    place = sent.headers["Location"]
    assert "It begins as soon as the worker is free." in visitor.get(place).text
    for number in ledger.due(bench):
        assert ledger.run(bench, number) is JobState.DONE
    page = words_of(visitor.get(place).text)
    assert "Taken in, with its interaction</span>: 2" in page
    assert "Column “csat”: a number from 1 to 10 is expected" in page
    with stored() as make:
        found = make.act.session.scalars(select(CustomerAnswer).where(CustomerAnswer.external_id == "r1")).one()
        assert (found.csat_given, found.csat_highest) == ("9", 10)
        job = make.act.session.scalars(select(Job)).one()
        assert not make.act.blobs.has(str(job.payload["file"]))
        assert "survey.csv" not in str(job.payload)


def test_columns_are_shown_corrected_and_kept_for_the_next_file(
    company: Company, visitor: Visitor, stored: Stored, bench: Bench
) -> None:
    visitor.as_user(company.supervisor)
    text = b"Ticket,Mark,Words\nG-3,2,Slow\n"
    shown = visitor.post(
        "/interactions/upload/columns", {"table": (io.BytesIO(text), "a.csv"), "kind": "answers", "source": "upload"}
    )
    assert shown.status_code == 200
    assert "Scale of the satisfaction question" in shown.text
    typed = {
        "source": "upload",
        "column-reference": "Ticket",
        "column-csat": "Mark",
        "column-comment": "Words",
        "keep": "y",
    }
    for sent in (
        {**typed, "file": (io.BytesIO(text), "a.csv")},
        {"source": "upload", "file": (io.BytesIO(text.replace(b"2", b"3")), "b.csv")},
    ):
        assert visitor.post("/answers/upload", sent).status_code == 303
        for number in ledger.due(bench):
            assert ledger.run(bench, number) is JobState.DONE
    with stored() as make:
        found = make.act.session.scalars(select(CustomerAnswer).where(CustomerAnswer.external_id == "/G-3")).one()
        assert (found.csat_given, found.comment) == ("3", "Slow")


def test_what_is_wrong_with_the_form_is_said(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)
    assert visitor.post("/answers/upload", {"source": "upload"}).status_code == 422
    wrong = visitor.post("/answers/upload", {"file": (io.BytesIO(b"a"), "a.csv"), "source": "upload", "scale": "high"})
    assert wrong.status_code == 422
    assert "such as 1-5" in wrong.text
    assert visitor.get("/answers/taken/999").status_code == 404
    for other in (company.reviewer, company.agent):
        assert visitor.as_user(other).get("/answers").status_code == 403
        assert visitor.get("/answers/upload").status_code == 403
