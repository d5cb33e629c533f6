"""The pages of reports, an agent's letter and the supervisor's week, as visitors meet them."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select

from qa import handlers
from qa.auth.roles import Role
from qa.coaching.service import ask_for_report
from qa.evaluations.models import EvaluationKind
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.work import Bench
from qa.sampling.models import DrawItem, ItemState, ReplaceReason
from tests.conftest import NOW, Stored
from tests.insight.scene import SEPTEMBER, Scene, quoted
from tests.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Company:
    """Numbers of the people and things that the pages are about."""

    supervisor: int
    reviewer: int
    sanne: int
    daan: int
    team: int
    draw: int
    evaluation: int
    report: int
    job: int


@pytest.fixture
def company(stored: Stored) -> Company:
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        sanne, daan = make.agent("Sanne de Wit", team=team), make.agent("=Daan Bakker", team=team)
        scene.draw([sanne, daan], period=SEPTEMBER)
        scene.score_all(sanne, [0] * 6)
        draw = scene.draw([sanne, daan])
        first, *_rest = scene.open_ones(sanne)
        scene.submit(first, 100, greeting=quoted("This is Sanne, how can I help?"))
        scene.score_all(sanne, [100] * 4)
        scene.score_all(sanne, [100], released=False)
        scene.submit(scene.assign(make.interaction(agent=sanne), kind=EvaluationKind.TARGETED), 0)
        made = ask_for_report(
            replace(make.act, actor=scene.supervisor),
            sanne,
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 31),
            language=Language.EN,
        )
        return Company(
            scene.supervisor.id,
            scene.reviewer.id,
            sanne.id,
            daan.id,
            team.id,
            draw.id,
            first.id,
            made.report.id,
            made.job.id,
        )


@pytest.fixture
def bench(stored: Stored) -> Bench:
    handlers.load()
    return Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)


def test_an_agents_letter_tells_the_period_in_plain_words(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.sanne).get("/me?period=2026-10").text

    assert "Your work, October 2026" in page
    assert "6 of your 80 conversations were drawn by lot" in page
    assert "higher than in September 2026" in page
    assert "This is Sanne, how can I help?" in page
    assert f"/evaluations/{company.evaluation}#answer-greeting" in page
    assert "Hear it at 01:01" in page
    assert f"/draws/{company.draw}" in page
    assert "c0ffee" in page
    assert "Daan" not in page
    assert "There are 12 new evaluations" in page


def test_pages_say_how_far_what_was_set_aside_could_move_a_score(
    company: Company, visitor: Visitor, stored: Stored
) -> None:
    with stored() as make:
        own = select(DrawItem).where(DrawItem.draw_id == company.draw, DrawItem.stratum == f"agent-{company.sanne}")
        item = make.act.session.scalars(own).first()
        assert item is not None
        item.state, item.reason, item.replaced_at = ItemState.REPLACED, ReplaceReason.NO_AUDIO, make.act.now
    letter = visitor.as_user(company.sanne).get("/me?period=2026-10").text
    assert (
        "1 drawn interaction was set aside; with 0 for it the score would be 83.3, with 100 it would be 100." in letter
    )
    week = visitor.as_user(company.supervisor).get("/week?period=2026-10").text
    assert "1 set aside: 83–100" in week
    file = visitor.get("/week.csv?period=2026-10").text
    assert "Score with 0 for these" in file
    assert ",1,83.33,100.0" in file
    draw = visitor.get(f"/draws/{company.draw}").text
    assert "Score of this draw:" in draw
    assert "1 drawn interaction was set aside" in draw


def test_a_letter_about_nothing_says_what_will_stand_there(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.daan).get("/me?period=2026-08").text

    assert "Nothing was evaluated in this period yet" in page
    assert "No report has been made for you yet" in page


def test_a_period_that_is_none_is_refused_in_words(company: Company, visitor: Visitor) -> None:
    answer = visitor.as_user(company.sanne).get("/me?period=soon")

    assert answer.status_code == 422
    assert "is not a period" in answer.text


def test_the_week_shows_scores_by_name_with_what_they_rest_on(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/week?period=2026-10").text

    assert "n 6 of 80" in page
    assert "too few to say · n 0 of 80" in page
    assert page.index("=Daan Bakker") < page.index("Sanne de Wit")
    assert "Higher" in page
    assert "6 of 12" in page
    assert "/samples/" in page
    assert "/evaluations?state=submitted" in page


def test_the_week_of_another_team_or_period_is_empty_or_refused(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)

    assert "Nothing was drawn in this period" in visitor.get("/week?period=2026-W20").text
    assert visitor.get(f"/week?period=2026-10&team={company.team}").status_code == 200
    assert visitor.get("/week?team=999").status_code == 404


def test_the_weeks_csv_runs_no_formula(company: Company, visitor: Visitor) -> None:
    answer = visitor.as_user(company.supervisor).get("/week.csv?period=2026-10")

    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Agent,Reference,Team,Score")
    assert lines[1].startswith("'=Daan Bakker,")
    assert ",,,,0,80," in lines[1]
    assert lines[2].startswith("Sanne de Wit,")


def test_a_report_is_asked_for_waited_for_and_read(company: Company, visitor: Visitor, bench: Bench) -> None:
    visitor.as_user(company.supervisor)
    sent = {"agent": company.sanne, "starts_on": "2026-10-01", "ends_on": "2026-10-31", "language": "en"}
    asked = visitor.post("/coaching", dict(sent))
    assert (asked.status_code, asked.location) == (303, f"/coaching/{company.report}")
    waiting = visitor.get(f"/coaching/{company.report}/progress").text
    assert "Waiting for its turn" in waiting
    assert "every 1s" in waiting
    assert visitor.get(f"/coaching/{company.report}/report.pdf").status_code == 409

    ledger.run(bench, company.job)

    ready = visitor.get(f"/coaching/{company.report}/progress").text
    assert "Open the PDF" in ready
    assert "every 1s" not in ready
    pdf = visitor.get(f"/coaching/{company.report}/report.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert pdf.headers["Cache-Control"] == "private, no-store"
    assert pdf.data.startswith(b"%PDF-")
    assert "October 2026" in visitor.get("/coaching").text


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.supervisor)

    future = visitor.post(
        "/coaching",
        {"agent": company.sanne, "starts_on": "2027-01-01", "ends_on": "2027-01-31", "language": "nl"},
    )
    broken = visitor.post("/coaching", {"agent": "", "starts_on": "soon", "ends_on": "", "language": "nl"})

    assert future.status_code == broken.status_code == 422
    assert "lies in the future" in future.text
    assert 'value="2027-01-01"' in future.text
    assert "Give a day, such as" in broken.text


def test_the_agent_reads_the_report_and_marks_it_as_seen(company: Company, visitor: Visitor, bench: Bench) -> None:
    visitor.as_user(company.sanne)
    assert visitor.get(f"/coaching/{company.report}").status_code == 404
    ledger.run(bench, company.job)

    assert "Report on October 2026" in visitor.get("/me").text
    assert visitor.post(f"/coaching/{company.report}/seen").status_code == 303

    assert "Seen by the agent" in visitor.get(f"/coaching/{company.report}").text
    assert visitor.post(f"/coaching/{company.report}/seen").status_code == 409
    visitor.as_user(company.daan)
    assert visitor.get(f"/coaching/{company.report}/report.pdf").status_code == 404


def test_who_may_not_is_told_so(company: Company, visitor: Visitor) -> None:
    visitor.as_user(company.reviewer)
    assert [visitor.get(path).status_code for path in ("/week", "/week.csv", "/me", "/coaching")] == [403] * 4
    visitor.as_user(company.sanne)
    assert visitor.post("/coaching").status_code == 403
    assert visitor.get("/week").status_code == 403


def test_the_pages_are_in_dutch_for_who_reads_dutch(company: Company, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        reader = make.user(Role.SUPERVISOR, language=Language.NL)
    page = visitor.as_user(reader.id).get("/week?period=2026-10").text

    assert "oktober 2026" in page
    assert "te weinig om iets te zeggen" in page
    assert "Op naam, niet op score" in page


def test_weekly_samples_are_read_four_weeks_at_a_time(company: Company, visitor: Visitor) -> None:
    page = visitor.as_user(company.supervisor).get("/week?period=2026-W44%2B4").text

    assert "5 Oct\N{THIN SPACE}–\N{THIN SPACE}1 Nov 2026" in page
    assert "period=2026-W40%2B4" in page
    assert visitor.get("/week?period=W%2B4").status_code == 422
