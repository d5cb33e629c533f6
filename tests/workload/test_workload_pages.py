"""The pages of reviewers' desks, absences, what is given to others, and the pool on the work list."""

import pytest

from qa.evaluations.models import Evaluation
from qa.people.models import User
from qa.sampling.models import Plan
from qa.sampling.pool import claim_next
from qa.workload.redistribution import propose
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.sampling.plan_making import evaluations
from tests.visitor import Visitor
from tests.workload.working import away, begin, month


def test_a_supervisor_sees_every_desk_and_who_is_away(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=2, each=3)
        away(make, scene.reviewers[1], last=2)
        supervisor, away_id = scene.supervisor.id, scene.reviewers[1].id
    reader = visitor.as_user(supervisor)
    page = words_of(reader.get("/reviewers").text)
    assert "Reviewer A Present 2 9" in page
    assert "Reviewer B Absent until 20 Nov 2026" in page
    page = words_of(reader.get(f"/reviewers/{away_id}").text)
    assert "18 Nov 2026 to 20 Nov 2026" in page
    assert "2 interactions to score" in page
    assert "/reviewers" in reader.get("/samples").text


def test_an_absence_is_noted_told_and_ended(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make)
        supervisor, user_id = scene.supervisor.id, scene.reviewers[0].id
    reader = visitor.as_user(supervisor)
    refused = reader.post(f"/reviewers/{user_id}/absences", {"first_on": "2026-11-20", "last_on": "2026-11-19"})
    assert refused.status_code == 422
    assert "The last day lies before the first." in refused.text
    assert reader.post(f"/reviewers/{user_id}/absences", {"first_on": "", "last_on": ""}).status_code == 422
    done = reader.post(f"/reviewers/{user_id}/absences", {"first_on": "2026-11-18", "last_on": ""})
    assert done.status_code == 303
    page = reader.get(done.location).text
    assert "from 18 Nov 2026 until further notice" in page
    path = next(one.split('"')[1] for one in page.split("action=")[1:] if "/absences/" in one)
    assert reader.post(path).status_code == 303
    assert "None is noted." in reader.get(f"/reviewers/{user_id}").text
    assert reader.post(path).status_code == 404


def test_what_will_happen_is_shown_and_then_done(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=2, each=3)
        supervisor, user = scene.supervisor.id, scene.reviewers[0]
        begin(make.act, next(one for one in evaluations(make.act) if one.reviewer_id == user.id))
        digest, user_id = propose(make.act, user).digest, user.id
    reader = visitor.as_user(supervisor)
    path = f"/reviewers/{user_id}/redistribute"
    page = reader.get(path).text
    assert digest in page
    assert "Reviewer B 1 5" in words_of(page)
    assert "What was begun is kept apart" in page
    assert reader.post(path, {"digest": digest, "reason": ""}).status_code == 422
    changed = reader.post(path, {"digest": "0" * 64, "reason": "Ill."})
    assert changed.status_code == 422
    assert "Something changed since this was shown" in changed.text
    done = reader.post(path, {"digest": digest, "reason": "Ill until Friday."})
    assert done.status_code == 303
    assert "2 evaluations were given to other reviewers." in reader.get(done.location).text
    told = words_of(Visitor(visitor.app).as_user(user_id).get("/evaluations/desk").text)
    assert "No longer yours to score" in told
    assert "Given to another reviewer by Sofie: Ill until Friday." in told
    assert "Your draft is kept" in told


def test_an_evaluation_is_given_to_another_and_its_desk_says_so(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=1, each=3)
        evaluation = evaluations(make.act)[0]
        begin(make.act, evaluation)
        number, source, supervisor = evaluation.id, evaluation.reviewer_id, scene.supervisor.id
        target = next(one.id for one in scene.reviewers if one.id != source)
    reader = visitor.as_user(supervisor)
    assert f"/evaluations/{number}/give" in reader.get(f"/evaluations/{number}").text
    page = reader.get(f"/evaluations/{number}/give").text
    assert "5 minutes waiting" in page
    path = f"/evaluations/{number}/give"
    assert reader.post(path, {"source": str(source), "reviewer": "", "reason": "Ill."}).status_code == 422
    assert reader.post(path, {"source": "x", "reviewer": str(target), "reason": "Ill."}).status_code == 422
    sent = {"source": str(source), "reviewer": str(target), "reason": "Ill."}
    assert reader.post(path, sent).status_code == 303
    page = words_of(reader.get(path).text)
    assert "by Sofie. Ill. A draft was set aside." in page
    old = Visitor(visitor.app).as_user(source)
    for answer in (old.get(f"/evaluations/{number}/desk"), old.post(f"/evaluations/{number}/draft", {"revision": "1"})):
        assert answer.status_code == 409
        assert "What you had saved is kept" in answer.text
    # The page's script keeps its copy of what was typed since: no conflict that ends the draft.
    asked = {"Accept": "application/json"}
    told = old.client.post(f"/evaluations/{number}/draft", data={"revision": "1"}, headers=asked)
    assert told.status_code == 403
    assert "What you had saved is kept" in told.get_json()["error"]
    assert old.get("/evaluations/999999/desk").status_code == 404
    new = Visitor(visitor.app).as_user(target)
    assert "Given to you by Sofie: Ill." in words_of(new.get("/evaluations/desk").text)
    with stored() as make:
        assert make.act.session.get_one(Evaluation, number).reviewer_id == target


def test_a_pool_is_opened_taken_from_and_closed(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=2, each=2, pooled=True)
        plan_id, supervisor, draw_id = scene.plan.id, scene.supervisor.id, scene.draw.id
        reviewer, other = scene.reviewers[0].id, scene.reviewers[1].id
        for one in scene.draw.items:
            make.transcript(one.interaction)
    manager = visitor.as_user(supervisor)
    page = words_of(manager.get(f"/samples/{plan_id}").text)
    assert "4 interactions are in the pool." in page
    assert "In the pool" in manager.get(f"/draws/{draw_id}").text
    assert "from its pool" in manager.get(f"/draws/{draw_id}/reviewers").text
    mine = Visitor(visitor.app).as_user(reviewer)
    page = mine.get("/evaluations/desk").text
    assert "4 interactions are in the pool." in words_of(page)
    first = mine.post("/pool/take")
    assert first.status_code == 303
    assert mine.get(first.location).status_code == 200
    again = mine.post("/pool/take")
    assert again.location == first.location
    assert Visitor(visitor.app).as_user(other).post("/pool/take").location != first.location
    assert manager.post(f"/samples/{plan_id}/pool").status_code == 303
    assert "What is drawn is handed out" in manager.get(f"/samples/{plan_id}").text
    page = manager.get(f"/draws/{draw_id}/reviewers").text
    assert "2 interactions have no reviewer." in page
    done = manager.post(f"/draws/{draw_id}/hand-out")
    assert done.status_code == 303
    page = words_of(manager.get(done.location).text)
    assert "2 interactions were handed out." in page
    assert "it comes out the same" in page
    refused = manager.post(f"/draws/{draw_id}/hand-out")
    assert refused.status_code == 422
    assert "Every interaction of this draw has a reviewer." in refused.text
    assert manager.post(f"/samples/{plan_id}/pool").status_code == 303


def test_nothing_left_and_absence_are_told_on_the_work_list(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=1, each=1, pooled=True)
        people = [one.id for one in scene.reviewers]
        away(make, scene.reviewers[2])
    assert Visitor(visitor.app).as_user(people[0]).post("/pool/take").status_code == 303
    reader = Visitor(visitor.app).as_user(people[1])
    assert reader.post("/pool/take").location.endswith("/evaluations/desk")
    assert "Nothing is left in the pool for you now." in reader.get("/evaluations/desk").text
    refused = Visitor(visitor.app).as_user(people[2]).post("/pool/take")
    assert refused.status_code == 409
    assert "You are down as absent" in refused.text


def test_what_ran_out_stands_on_the_work_list_with_its_draft(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=1, each=1, pooled=True)
        user = make.act.session.get_one(User, scene.reviewers[0].id)
        claimed = claim_next(type(make.act)(make.act.session, make.act.now, make.act.settings, make.act.blobs, user))
        assert claimed is not None
        begin(make.act, claimed.evaluation)
        claimed.evaluation.claimed_until = make.act.now
        reviewer = user.id
    page = words_of(visitor.as_user(reviewer).get("/evaluations/desk").text)
    assert "Back in the pool" in page
    assert "Draft," in page


def test_a_plan_page_tells_when_nobody_is_there(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, reviewers=1)
        away(make, scene.reviewers[0], last=2)
        plan_id, supervisor, agent = scene.plan.id, scene.supervisor.id, scene.agents[0].id
    page = visitor.as_user(supervisor).get(f"/samples/{plan_id}").text
    assert "Everybody who reviews under this plan is absent" in page
    seen = Visitor(visitor.app).as_user(agent).get(f"/samples/{plan_id}").text
    assert "Who reviews" not in seen
    with stored() as make:
        assert make.act.session.get_one(Plan, plan_id).pooled is False


@pytest.mark.parametrize("path", ["/reviewers/999", "/reviewers/999/redistribute"])
def test_nobody_of_that_number_is_said(stored: Stored, visitor: Visitor, path: str) -> None:
    with stored() as make:
        supervisor = month(make).supervisor.id
    assert visitor.as_user(supervisor).get(path).status_code == 404
