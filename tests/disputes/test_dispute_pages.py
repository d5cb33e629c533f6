"""Disputes, corrections and own scores through the pages, as agent, judge, reviewer and supervisor see them."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from qa.auth.roles import Role
from qa.disputes.models import Decision, Dispute, DisputeState
from qa.i18n import Language
from qa.revisions.models import EvaluationRevision
from tests.conftest import Stored
from tests.disputes.dispute_making import Case, make_case
from tests.evaluations.desk_making import Desk, best_form, make_desk, submit_best, words_of
from tests.visitor import Visitor

SECRET = "I did say it, at the very start."


@dataclass(frozen=True)
class Numbers:
    """The numbers of a stored case; its rows belong to a transaction that is over."""

    evaluation: int
    agent: int
    reviewer: int
    judge: int
    supervisor: int
    criterion: str
    best: str
    worst: str
    desk: Desk
    dispute: int = 0

    @property
    def path(self) -> str:
        return f"/evaluations/{self.evaluation}"

    @property
    def dispute_path(self) -> str:
        return f"/disputes/{self.dispute}"

    def claim(self, **changed: object) -> dict[str, object]:
        key = self.criterion
        return {
            f"disagree-{key}": "y",
            f"answer-{key}": self.worst,
            f"comment-{key}": SECRET,
            f"turn-{key}": str(self.desk.turn_ids[0]),
            "revision": "1",
            **changed,
        }


def numbers_of(case: Case, dispute: Dispute | None = None) -> Numbers:
    return Numbers(
        evaluation=case.evaluation.id,
        agent=case.agent.id,
        reviewer=case.reviewer.id,
        judge=case.judge.id,
        supervisor=case.desk.supervisor_id,
        criterion=case.criterion.key,
        best=case.best,
        worst=case.worst,
        desk=case.desk,
        dispute=dispute.id if dispute else 0,
    )


@pytest.fixture
def released(stored: Stored) -> Numbers:
    with stored() as make:
        return numbers_of(make_case(make))


@pytest.fixture
def disputed(stored: Stored) -> Numbers:
    with stored() as make:
        case = make_case(make)
        return numbers_of(case, case.raised(claims=case.claim(reason=SECRET)))


@pytest.fixture
def settled(stored: Stored) -> Numbers:
    with stored() as make:
        case = make_case(make)
        return numbers_of(case, case.settled(case.scored(case.raised())))


def test_an_agent_disputes_once_however_often_it_is_sent(released: Numbers, stored: Stored, visitor: Visitor) -> None:
    visitor.as_user(released.agent)
    assert "Do you disagree?" in words_of(visitor.get(released.path).text)
    path = f"/disputes/new/{released.evaluation}"
    assert visitor.get(path).status_code == 200
    answer = visitor.post(path, released.claim())
    assert answer.status_code == 303
    page = words_of(visitor.get(answer.headers["Location"]).text)
    assert "7 days left" in page
    assert SECRET in page
    assert "Good morning, how can I help you?" in page
    assert visitor.post(path, released.claim()).status_code == 422
    assert visitor.get(path).status_code == 409
    with stored() as make:
        assert make.act.session.scalar(select(func.count(Dispute.id))) == 1


def test_what_is_missing_is_said_and_what_was_typed_is_kept(released: Numbers, visitor: Visitor) -> None:
    visitor.as_user(released.agent)
    path = f"/disputes/new/{released.evaluation}"
    none = visitor.post(path, {"revision": "1"})
    assert none.status_code == 422
    assert "Choose at least one criterion" in words_of(none.text)
    same = visitor.post(path, released.claim(**{f"answer-{released.criterion}": released.best}))
    assert same.status_code == 422
    assert "This is the answer that was given" in words_of(same.text)
    assert SECRET in same.text
    for broken in (
        {"revision": "x"},
        {f"answer-{released.criterion}": "x" * 70},
        {f"turn-{released.criterion}": "9" * 30},
    ):
        assert visitor.post(path, released.claim(**broken)).status_code == 422


def test_the_judges_pages_tell_neither_score_nor_claim_before_the_blind_score(
    disputed: Numbers, stored: Stored, visitor: Visitor
) -> None:
    visitor.as_user(disputed.judge)
    seen = [visitor.get("/disputes").text]
    taken = visitor.post(f"{disputed.dispute_path}/take")
    assert taken.headers["Location"].endswith(f"{disputed.dispute_path}/blind")
    seen += [visitor.get(path).text for path in (f"{disputed.dispute_path}/blind", "/disputes", "/evaluations/desk")]
    for page in seen:
        assert SECRET not in page
        assert "All went well." not in page
        assert "100.00" not in page
    desk = seen[1]
    assert f'name="answer-{disputed.criterion}"' in desk
    assert desk.count('class="criterion ') == 1
    for hidden in (disputed.path, disputed.dispute_path, f"{disputed.path}/revisions/1"):
        assert visitor.get(hidden).status_code == 404
    assert visitor.get(f"{disputed.dispute_path}/decide").status_code == 303
    answer = visitor.post(
        f"{disputed.dispute_path}/blind", {"revision": "0", f"answer-{disputed.criterion}": disputed.best}
    )
    assert answer.headers["Location"].endswith("/decide")
    page = words_of(visitor.get(answer.headers["Location"]).text)
    assert SECRET in page
    assert "Scored blind by the judge" in page
    assert visitor.get(disputed.path).status_code == 200


def test_a_judge_decides_and_the_agent_reads_the_reason_and_the_old_revision(
    disputed: Numbers, stored: Stored, visitor: Visitor
) -> None:
    visitor.as_user(disputed.judge).post(f"{disputed.dispute_path}/take")
    blind = {"revision": "0", f"answer-{disputed.criterion}": disputed.best}
    assert visitor.post(f"{disputed.dispute_path}/blind/draft", blind).status_code == 303
    blind["revision"] = "1"
    visitor.post(f"{disputed.dispute_path}/blind", blind)
    # The same once more leads on; nothing is scored twice.
    assert visitor.post(f"{disputed.dispute_path}/blind", blind).headers["Location"].endswith("/decide")
    path, key = f"{disputed.dispute_path}/decide", disputed.criterion
    refused = visitor.post(path, {f"decision-{key}": "accepted", f"reason-{key}": ""})
    assert refused.status_code == 422
    assert "Say why; the agent reads it." in words_of(refused.text)
    ruling = {f"decision-{key}": "accepted", f"reason-{key}": "It is heard at 00:01.", f"answer-{key}": ""}
    assert visitor.post(path, ruling).headers["Location"].endswith(disputed.dispute_path)
    assert visitor.post(path, ruling).status_code == 303
    with stored() as make:
        assert make.act.session.scalar(select(func.count(EvaluationRevision.id))) == 1
    visitor.as_user(disputed.agent)
    page = words_of(visitor.get(disputed.dispute_path).text)
    assert "Your dispute was accepted. The evaluation was changed." in page
    assert "It is heard at 00:01." in page
    assert "without seeing the earlier score or the dispute" in page
    now = words_of(visitor.get(disputed.path).text)
    assert "This evaluation was corrected" in now
    old = words_of(visitor.get(f"{disputed.path}/revisions/1").text)
    assert "Retracted This no longer counts." in old
    assert "100.00 %" in old
    assert visitor.get(f"{disputed.path}/revisions/2").status_code == 404


def test_a_disputed_score_is_marked_wherever_it_is_shown(disputed: Numbers, visitor: Visitor) -> None:
    mark = "Disputed"
    assert mark in words_of(visitor.as_user(disputed.agent).get(disputed.path).text)
    assert mark in words_of(visitor.get("/me").text)
    assert "7 days left" in words_of(visitor.get("/me").text)
    assert "7 days left" in words_of(visitor.get("/disputes/mine").text)
    visitor.as_user(disputed.reviewer)
    assert mark in words_of(visitor.get("/evaluations/desk").text)
    assert mark in words_of(visitor.get(disputed.path).text)
    visitor.as_user(disputed.supervisor)
    assert mark in words_of(visitor.get("/evaluations").text)
    assert "1 dispute is not settled." in words_of(visitor.get("/week").text)
    assert "1 dispute waits for a judge." in words_of(visitor.as_user(disputed.judge).get("/evaluations/desk").text)


def test_the_first_reviewer_can_neither_take_nor_correct_a_disputed_evaluation(
    disputed: Numbers, visitor: Visitor
) -> None:
    visitor.as_user(disputed.reviewer)
    assert visitor.post(f"{disputed.dispute_path}/take").status_code == 404
    assert "No dispute waits for you" in words_of(visitor.get("/disputes").text)
    form = best_form(
        disputed.desk.card, revision=1, reason="Heard again.", **{f"comment__{disputed.criterion}": "New."}
    )
    assert visitor.post(f"{disputed.path}/correct", form).status_code == 409


def test_a_dispute_is_withdrawn_and_a_case_handed_back(disputed: Numbers, stored: Stored, visitor: Visitor) -> None:
    visitor.as_user(disputed.judge).post(f"{disputed.dispute_path}/take")
    visitor.post(f"{disputed.dispute_path}/hand-back", {"revision": "0"})
    visitor.as_user(disputed.agent)
    assert visitor.post(f"{disputed.dispute_path}/withdraw").status_code == 303
    with stored() as make:
        assert make.act.session.get_one(Dispute, disputed.dispute).state is DisputeState.WITHDRAWN


def test_the_figures_of_disputes_wait_until_there_is_enough(settled: Numbers, visitor: Visitor) -> None:
    page = words_of(visitor.as_user(settled.supervisor).get("/disputes/figures").text)
    assert "too few to say · n 1" in page
    assert visitor.as_user(settled.judge).get("/disputes/figures").status_code == 403


def test_a_reviewer_corrects_with_a_reason_the_agent_reads(released: Numbers, visitor: Visitor) -> None:
    visitor.as_user(released.reviewer)
    path = f"{released.path}/correct"
    assert "What you change here makes a new revision" in words_of(visitor.get(path).text)
    comment = {f"comment__{released.criterion}": "Said very clearly."}
    form = best_form(released.desk.card, revision=1, **comment)
    refused = visitor.post(path, form)
    assert refused.status_code == 422
    assert "Said very clearly." in refused.text
    assert '<p class="field-error" id="reason-error">Say why it is corrected; the agent reads it.</p>' in refused.text
    sent = {**form, "reason": "I had overlooked the beginning."}
    assert visitor.post(path, sent).status_code == 303
    assert visitor.post(path, sent).status_code == 409
    page = words_of(visitor.as_user(released.agent).get(released.path).text)
    assert "Corrected by the reviewer" in page
    assert "I had overlooked the beginning." in page
    assert visitor.get(path).status_code == 403
    assert "Corrected" in words_of(visitor.get("/me").text)


def test_an_agent_scores_their_own_conversation_and_reads_both(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.supervisor_id)
    assert visitor.post(f"{desk.path}/own/ask").status_code == 303
    visitor.as_user(desk.agent_id)
    assert "score one of your own conversations" in words_of(visitor.get("/me").text)
    assert visitor.get(f"{desk.path}/own").status_code == 200
    form = best_form(desk.card)
    assert visitor.post(f"{desk.path}/own", {"revision": "0"}).status_code == 422
    form["revision"] = "1"
    saved = visitor.client.post(f"{desk.path}/own/draft", data=form, headers={"Accept": "application/json"})
    assert saved.get_json()["revision"] == 2
    assert visitor.post(f"{desk.path}/own", {**form, "revision": "2"}).status_code == 303
    assert visitor.get(f"{desk.path}/own").status_code == 303
    with stored() as make:
        submit_best(make, desk, release=True)
    for user in (desk.agent_id, desk.reviewer_id, desk.supervisor_id):
        assert "Both scores side by side" in words_of(visitor.as_user(user).get(desk.path).text)


def test_an_own_score_can_be_left_aside(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.supervisor_id).post(f"{desk.path}/own/ask")
    visitor.as_user(desk.agent_id)
    assert visitor.post(f"{desk.path}/own/decline").status_code == 303
    assert visitor.post(f"{desk.path}/own/decline").status_code == 409


def test_every_page_of_a_dispute_speaks_dutch(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        first, case = make_case(make), make_case(make)
        settled = numbers_of(first, first.settled(first.scored(first.raised())))
        open_one = numbers_of(case, case.raised())
        for number in (settled.agent, settled.judge, settled.supervisor, open_one.agent):
            make.act.session.get_one(type(case.agent), number).language = Language.NL
    visitor.as_user(settled.agent)
    assert "Het bezwaar is toegewezen." in words_of(visitor.get(settled.dispute_path).text)
    assert "Ingetrokken Dit telt niet meer." in words_of(visitor.get(f"{settled.path}/revisions/1").text)
    assert "Mijn bezwaren" in words_of(visitor.get("/disputes/mine").text)
    assert "Wacht op iemand die oordeelt" in words_of(visitor.as_user(settled.judge).get("/disputes").text)
    assert "Hoe vaak bezwaren slagen" in words_of(visitor.as_user(settled.supervisor).get("/disputes/figures").text)
    page = words_of(visitor.as_user(open_one.agent).get(open_one.path).text)
    assert "Bezwaar loopt telt in geen cijfer mee" in page


def test_a_rejection_is_told_with_its_reason(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        case = make_case(make)
        numbers = numbers_of(case, case.settled(case.scored(case.raised()), Decision.REJECTED))
        stranger = make.user(Role.SHOPPER).id
    page = words_of(visitor.as_user(numbers.agent).get(numbers.dispute_path).text)
    assert "The evaluation stands as it was." in page
    assert "Heard at the start." in page
    assert "Read it as it was" not in page
    assert visitor.as_user(stranger).get(numbers.dispute_path).status_code == 403
