"""The pages of calibrations, agreement and severity, without a browser."""

from datetime import timedelta

from sqlalchemy import select

from qa.auth.roles import Role
from qa.calibration.models import CalibrationSession, Decision
from qa.cards.queries import card_of, current_version, published_cards
from qa.cards.service import ensure_shipped, retire
from tests.calibration.comparing import doubled_draw, evaluations_of, lenient_key, opened, pairs, readable, submit
from tests.conftest import NOW, Stored
from tests.evaluations.desk_making import words_of
from tests.visitor import Visitor


def test_a_supervisor_opens_a_calibration_by_the_form(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        ensure_shipped(make.act)
        card = next(one for one in published_cards(make.act) if one.scorecard.key == "phone-service").scorecard_id
        supervisor = make.user(Role.SUPERVISOR).id
        reviewers = [make.user(Role.REVIEWER).id for _ in range(2)]
        interaction = readable(make).id
    page = visitor.as_user(supervisor)
    form = {
        "name": "November",
        "card": str(card),
        "reviewers": [str(one) for one in reviewers[:1]],
        "interactions": [str(interaction)],
        "locks_at": (NOW + timedelta(days=5)).date().isoformat(),
    }
    refused = page.post("/calibration/new", form)
    assert refused.status_code == 422
    assert "at least two reviewers" in words_of(refused.text)
    assert 'value="November"' in refused.text
    answer = page.post("/calibration/new", {**form, "reviewers": [str(one) for one in reviewers]})
    assert answer.status_code == 303
    shown = words_of(page.get(answer.headers["Location"]).text)
    assert "0 of 2 scores are in" in shown
    assert "No evaluations yet" in words_of(page.get("/evaluations").text)
    with stored() as make:
        session = make.act.session.scalars(select(CalibrationSession)).one()
        # The day that was chosen is a whole one, in Amsterdam's time.
        assert session.locks_at.isoformat() == "2026-11-23T23:00:00+00:00"
    assert "1 interaction to score" in words_of(Visitor(page.app).as_user(reviewers[0]).get("/evaluations/desk").text)


def test_a_calibration_is_refused_and_kept_where_the_interaction_has_no_transcript(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        make.interaction()
        readable(make)
        supervisor = make.user(Role.SUPERVISOR).id
    page = visitor.as_user(supervisor).get("/calibration/new")
    assert page.text.count('name="interactions"') == 1


def test_the_meeting_is_decided_criterion_by_criterion(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        session = opened(make, items=1)
        key = lenient_key(card_of(session.card_version))
        option = next(
            criterion.options[0].key
            for _section, criterion in card_of(session.card_version).criteria()
            if criterion.key == key
        )
        first, second = evaluations_of(session)
        submit(make, first, worst=(key,))
        submit(make, second)
        supervisor, reviewer = make.user(Role.SUPERVISOR).id, second.reviewer_id
        agent, name = first.agent_id, first.agent.name
        path, item = f"/calibration/{session.id}", session.items[0].id
    page = visitor.as_user(supervisor)
    meeting = page.get(path).text
    assert "100 apart" in words_of(meeting)
    assert "Heard otherwise." in words_of(meeting)
    assert name not in words_of(meeting)
    address = f"{path}/items/{item}/{key}"
    assert page.get(address).status_code == 200
    wish = {"consensus": option, "note": "Page 3 decides.", "outcome": "training", "owner": "", "due_on": ""}
    refused = page.post(address, wish)
    assert refused.status_code == 422
    assert "Say who takes this up." in words_of(refused.text)
    assert "Page 3 decides." in refused.text
    kept = page.post(address, {**wish, "owner": str(reviewer), "due_on": "2026-12-01"})
    assert kept.status_code == 303
    assert "Page 3 decides." in words_of(page.get(path).text)
    assert page.post(f"{path}/close").status_code == 303
    assert page.post(address, wish).status_code == 422
    with stored() as make:
        assert make.act.session.scalars(select(Decision)).one().owner_id == reviewer
    colleague = Visitor(page.app).as_user(reviewer)
    assert "Page 3 decides." in words_of(colleague.get(path).text)
    assert colleague.post(f"{path}/close").status_code == 403
    assert Visitor(page.app).as_user(agent).get(path).status_code == 403


def test_nothing_can_be_read_or_decided_before_the_scores_are_locked(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        session = opened(make, items=1)
        submit(make, evaluations_of(session)[0])
        supervisor = make.user(Role.SUPERVISOR).id
        path, item = f"/calibration/{session.id}", session.items[0].id
    page = visitor.as_user(supervisor)
    assert "1 of 2 scores are in" in words_of(page.get(path).text)
    assert page.get(f"{path}/items/{item}/greeting").status_code == 404
    assert page.post(f"{path}/close").status_code == 409
    assert page.post(f"{path}/lock").status_code == 409


def test_agreement_and_severity_have_pages(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        draw = doubled_draw(make, agents=2, each=11, percent=100, reviewers=2)
        found = pairs(make)
        key = lenient_key(card_of(found[0].first.card_version))
        for number, pair in enumerate(found):
            submit(make, pair.first, worst=(key,) if number % 4 == 0 else ())
            submit(make, pair.second, worst=(key,) if number % 3 == 0 else ())
        supervisor = make.user(Role.SUPERVISOR).id
        low, high = sorted(one.user_id for one in draw.plan.reviewers)
        name = draw.plan.reviewers[0].user.name
    page = visitor.as_user(supervisor)
    shown = words_of(page.get("/calibration/agreement").text)
    assert "22 interactions were scored twice." in shown
    assert "Provisional" in shown
    assert page.get(f"/calibration/agreement?couple={low}-{high}").status_code == 200
    assert "No pair is complete yet" in words_of(page.get("/calibration/agreement?of=repeat").text)
    assert page.get("/calibration/agreement?card=0").status_code == 404
    severity = words_of(page.get(f"/calibration/severity?card={draw.plan.scorecard_id}").text)
    assert name in severity
    assert "Score as given" in severity
    own = words_of(Visitor(page.app).as_user(low).get(f"/calibration/severity?card={draw.plan.scorecard_id}").text)
    assert "Score as given" not in own
    assert "You" in own
    # What was scored twice stays to be compared when the card is used no more.
    with stored() as make:
        retire(make.act, current_version(make.act, draw.plan.scorecard_id))
    assert "22 interactions were scored twice." in words_of(page.get("/calibration/agreement").text)
