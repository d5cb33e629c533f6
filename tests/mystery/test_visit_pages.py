"""The pages of programmes and visits, as a supervisor, a shopper and others meet them."""

import io
import re
from dataclasses import dataclass

import pytest

from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.mystery import filling
from qa.mystery.models import Visit, VisitState
from qa.mystery.queries import evaluation_of, get_visit
from tests.conftest import Stored
from tests.mystery.visit_making import acting_as, best_mark, fill_in, planned, png
from tests.visitor import Visitor
from web.visits.screens import OPTION


@dataclass(frozen=True)
class Met:
    """Who and what the pages are about, by number."""

    visit: int
    programme: int
    shopper: int
    agent: int
    supervisor: int


@pytest.fixture
def met(stored: Stored) -> Met:
    with stored() as make:
        visit = planned(
            make.act,
            make,
            shopper=make.user(Role.SHOPPER, name="Joost Bakker"),
            agent=make.agent("Zoë d’Arc O'Brien 🛒"),
        )
        return Met(
            visit.id,
            visit.scenario.programme_id,
            visit.shopper_id,
            visit.agent_id,
            make.user(Role.SUPERVISOR).id,
        )


@pytest.fixture
def handed_in(stored: Stored, met: Met) -> Met:
    with stored() as make:
        visit = get_visit(make.act, met.visit)
        mine = acting_as(make.act, visit.shopper)
        fill_in(mine, visit)
        filling.hand_in(mine, visit)
    return met


def kept(stored: Stored, met: Met) -> Visit:
    with stored() as make:
        visit = get_visit(make.act, met.visit)
        make.act.session.expunge_all()
        return visit


def test_a_supervisor_makes_a_programme_a_scenario_and_a_visit(visitor: Visitor, met: Met, stored: Stored) -> None:
    visitor.as_user(met.supervisor)
    page = visitor.get("/mystery/new").text
    card = re.findall(r'<option value="(\d+)"', page)[0]
    made = visitor.post("/mystery/new", {"name": "Zoë’s 'shops' 🛒", "card": card})
    assert made.status_code == 303
    address = made.location
    texts = {"persona": "You move.", "question": "When?", "expected": "A date."}
    assert visitor.post(f"{address}/scenarios/new", {"name": "Move", **texts}).status_code == 303
    page = visitor.get(f"{address}/plan").text
    scenario = re.findall(r'name="scenario".*?<option value="(\d+)"', page, re.DOTALL)[0]
    sent = {
        "scenario": scenario,
        "shopper": met.shopper,
        "agent": met.agent,
        "location": "Shop",
        "planned_for": "2026-11-20T10:30",
    }
    assert visitor.post(f"{address}/plan", sent).status_code == 303
    page = visitor.get(address).text
    assert "20 Nov 2026 10:30" in page
    assert "Zoë’s &#39;shops&#39; 🛒" in page


def test_a_programme_of_a_known_name_is_refused_and_what_was_typed_stays(visitor: Visitor, met: Met) -> None:
    visitor.as_user(met.supervisor)
    card = re.findall(r'<option value="(\d+)"', visitor.get("/mystery/new").text)[0]
    answer = visitor.post("/mystery/new", {"name": "moving HOUSE", "card": card})
    assert answer.status_code == 422
    assert "There is already a programme of this name." in answer.text
    assert 'value="moving HOUSE"' in answer.text


def test_a_plan_without_a_time_is_refused(visitor: Visitor, met: Met) -> None:
    answer = visitor.as_user(met.supervisor).post(f"/mystery/{met.programme}/plan", {"planned_for": "soon"})
    assert answer.status_code == 422
    assert "Give a day and a time" in answer.text


def test_a_shopper_fills_in_a_visit_without_a_script(visitor: Visitor, met: Met, stored: Stored) -> None:
    visitor.as_user(met.shopper)
    assert "Shop Utrecht" in visitor.get("/visits").text
    assert visitor.post(f"/visits/{met.visit}/start").location == f"/visits/{met.visit}/1"
    times = {"revision": 1, "arrived_at": "2026-11-18T09:30", "left_at": "2026-11-18T09:50"}
    assert visitor.post(f"/visits/{met.visit}/1", times).location == f"/visits/{met.visit}/2"
    card = card_of(kept(stored, met).card_version)
    for number, (_section, criterion) in enumerate(card.criteria(), 2):
        mark = best_mark(criterion) if criterion.options else None
        sent = {
            "revision": number,
            "answer": f"{OPTION}{mark.option}" if mark and mark.option else "",
            "number": (mark and mark.number) or "",
            "text": "We spoke about the move.",
        }
        assert visitor.post(f"/visits/{met.visit}/{number}", sent).status_code == 303
    assert "Everything that is needed is filled in." in visitor.get(f"/visits/{met.visit}/summary").text
    assert visitor.post(f"/visits/{met.visit}/hand-in").status_code == 303
    assert "It can no longer be changed." in visitor.get(f"/visits/{met.visit}").text
    visit = kept(stored, met)
    assert visit.state is VisitState.SUBMITTED
    assert str(visit.started_at) == "2026-11-18 08:30:00+00:00"
    again = visitor.post(f"/visits/{met.visit}/hand-in")
    assert (again.status_code, again.location) == (303, f"/visits/{met.visit}")


def test_handing_in_too_early_says_what_is_missing(visitor: Visitor, met: Met, stored: Stored) -> None:
    visitor.as_user(met.shopper)
    visitor.post(f"/visits/{met.visit}/2", {"revision": 1, "answer": "option:yes"})
    answer = visitor.post(f"/visits/{met.visit}/hand-in")
    assert answer.status_code == 422
    assert "13 things are missing" in answer.text
    assert "Waiting time until I was helped" in answer.text
    assert kept(stored, met).answers["noticed"]["option"] == "yes"


def test_an_answer_that_does_not_fit_stays_on_its_screen(visitor: Visitor, met: Met) -> None:
    answer = visitor.as_user(met.shopper).post(f"/visits/{met.visit}/3", {"revision": 1, "number": "a while"})
    assert answer.status_code == 422
    assert "a while is not a number." in answer.text
    assert 'value="a while"' in answer.text


def test_a_script_is_told_what_was_kept_and_what_is_newer(visitor: Visitor, met: Met, stored: Stored) -> None:
    visitor.as_user(met.shopper)

    def save(revision: int, option: str) -> tuple[int, dict[str, object]]:
        answer = visitor.client.post(
            f"/visits/{met.visit}/2",
            data={"revision": revision, "answer": f"option:{option}"},
            headers={"Accept": "application/json"},
        )
        return answer.status_code, answer.get_json()

    assert save(7, "yes")[0] == 200
    assert save(7, "yes") == save(7, "yes")
    status, told = save(5, "no")
    assert (status, told["revision"]) == (409, 7)
    assert isinstance(told["newer"], dict)
    assert told["newer"]["answer"] == "option:yes"
    assert kept(stored, met).answers["noticed"]["option"] == "yes"


def test_a_photo_is_added_seen_and_taken_away(visitor: Visitor, met: Met, stored: Stored) -> None:
    visitor.as_user(met.shopper)
    sent = visitor.post(f"/visits/{met.visit}/files", {"file": (io.BytesIO(png()), "O'Brien 🛒.png")})
    assert sent.status_code == 303
    photo = kept(stored, met).attachments[0]
    with visitor.get(f"/mystery/attachments/{photo.id}") as shown:
        assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/png", png())
    assert "O&#39;Brien 🛒.png" in visitor.get(sent.location).text
    visitor.post(f"/visits/{met.visit}/files/{photo.id}/remove")
    assert kept(stored, met).attachments == []


def test_a_file_that_is_refused_stops_no_other(visitor: Visitor, met: Met, stored: Stored) -> None:
    files = [
        (io.BytesIO(b"just words " * 30), "notes.txt"),
        (io.BytesIO(png()), "counter.png"),
        (io.BytesIO(), "no.jpg"),
    ]
    answer = visitor.as_user(met.shopper).post(f"/visits/{met.visit}/files", {"file": files})
    assert answer.status_code == 422
    assert "notes.txt cannot be read as sound" in answer.text
    assert "no.jpg is empty" in answer.text
    assert [item.file_name for item in kept(stored, met).attachments] == ["counter.png"]


def test_a_supervisor_checks_the_visit_reads_its_pdf_and_releases_it(visitor: Visitor, handed_in: Met) -> None:
    visitor.as_user(handed_in.supervisor)
    page = visitor.get(f"/mystery/visits/{handed_in.visit}").text
    for words in ("100.0", "n 1", "not used to discipline", "Quality score, before critical criteria", "Joost Bakker"):
        assert words in page
    pdf = visitor.get(f"/mystery/visits/{handed_in.visit}/report.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert b"Joost" not in pdf.data
    assert visitor.post(f"/mystery/visits/{handed_in.visit}/release").status_code == 303
    assert "Checked and released" in visitor.get(f"/mystery/visits/{handed_in.visit}").text
    again = visitor.post(f"/mystery/visits/{handed_in.visit}/release")
    assert again.status_code == 422


def test_who_was_visited_reads_the_evaluation_without_the_shoppers_name(
    visitor: Visitor, handed_in: Met, stored: Stored
) -> None:
    with stored() as make:
        evaluation = evaluation_of(make.act, get_visit(make.act, handed_in.visit))
        assert evaluation is not None
        address = f"/evaluations/{evaluation.id}"
    assert visitor.as_user(handed_in.agent).get(address).status_code == 404
    visitor.as_user(handed_in.supervisor).post(f"/mystery/visits/{handed_in.visit}/release")
    page = visitor.as_user(handed_in.agent).get(address)
    assert page.status_code == 200
    assert "not used to discipline" in page.text
    assert "Joost" not in page.text
    assert "Joost" in visitor.as_user(handed_in.supervisor).get(address).text


def test_nobody_else_meets_a_visit(visitor: Visitor, handed_in: Met, stored: Stored) -> None:
    with stored() as make:
        other = make.user(Role.SHOPPER, email="other@example.org").id
        reviewer = make.user(Role.REVIEWER, email="reviewer@example.org").id
    supervisors = ("/mystery", f"/mystery/{handed_in.programme}", f"/mystery/visits/{handed_in.visit}/report.pdf")
    own = (f"/visits/{handed_in.visit}", f"/visits/{handed_in.visit}/1", f"/visits/{handed_in.visit}/summary")
    for user in (handed_in.agent, reviewer):
        visitor.as_user(user)
        assert {visitor.get(path).status_code for path in (*supervisors, *own)} == {403}
    visitor.as_user(other)
    assert {visitor.get(path).status_code for path in own} == {404}
    assert {visitor.get(path).status_code for path in supervisors} == {403}


def test_empty_pages_offer_the_first_step(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        supervisor, shopper = make.user(Role.SUPERVISOR).id, make.user(Role.SHOPPER).id
    visitor.as_user(supervisor)
    assert "No programmes yet" in visitor.get("/mystery").text
    assert "no published scorecard for mystery visits" in visitor.get("/mystery/new").text
    assert "No visits yet" in visitor.as_user(shopper).get("/visits").text
