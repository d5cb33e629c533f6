"""A dispute that is stuck with its judge is given to another: eligible, told, logged, and blind once more."""

import pytest

from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.disputes import judging
from qa.disputes.handovers import give_to, possible_judges, taken_from
from qa.disputes.models import Dispute, DisputeState
from qa.disputes.queries import get_dispute
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.i18n import Language
from qa.people.models import User, UserState
from qa.privacy.erasure import erase_interaction
from tests.conftest import Stored
from tests.disputes.dispute_making import Case, make_case
from tests.evaluations.desk_making import words_of
from tests.makers import Makers
from tests.visitor import Visitor


@pytest.fixture
def case(make: Makers) -> Case:
    return make_case(make)


def given(case: Case, dispute: Dispute, to: User, *, by: User | None = None, reason: str = "On leave.") -> Dispute:
    supervisor = by or case.make.user(Role.SUPERVISOR, name="Sam Supervisor")
    give_to(case.acting(supervisor), dispute, judge_id=to.id, from_judge_id=dispute.judge_id or 0, reason=reason)
    return dispute


def taken(case: Case) -> Dispute:
    dispute = case.raised()
    judging.take_dispute(case.acting(case.judge), dispute)
    return dispute


def test_another_judge_begins_anew_and_both_are_told(case: Case) -> None:
    dispute, other = case.scored(case.raised()), case.make.user(Role.REVIEWER, name="Other Judge")
    revision = dispute.blind_revision
    given(case, dispute, other)
    assert (dispute.state, dispute.judge_id, dispute.blind_marks, dispute.blind_at) == (
        DisputeState.OPEN, other.id, {}, None,
    )  # fmt: skip
    assert dispute.blind_revision > revision
    (told,) = taken_from(case.acting(case.judge))
    assert (told.reason, told.had_scored, told.to_judge_id) == ("On leave.", True, other.id)
    assert taken_from(case.acting(other)) == []
    logged = case.make.act.session.query(AuditEntry).filter_by(action="dispute.given").one()
    assert (logged.data["from_judge"], logged.data["to_judge"]) == (case.judge.id, other.id)
    assert "On leave" not in str(logged.data)
    with pytest.raises(ForbiddenError):
        judging.decide(case.acting(case.judge), dispute, rulings={})
    with pytest.raises(NotFoundError):
        get_dispute(case.acting(case.judge), dispute.id)
    case.judge = other
    case.settled(case.scored(dispute))
    assert taken_from(case.acting(told.from_judge)) == []


def test_who_had_scored_it_before_could_have_seen_the_score(case: Case) -> None:
    first, other = case.judge, case.make.user(Role.REVIEWER)
    dispute = given(case, case.scored(case.raised()), other)
    assert not dispute.could_have_seen
    given(case, dispute, first, by=case.make.user(Role.SUPERVISOR))
    assert dispute.could_have_seen


def test_only_who_neither_did_nor_scored_it_can_be_chosen(case: Case) -> None:
    dispute = taken(case)
    other, supervisor = case.make.user(Role.REVIEWER, name="A"), case.make.user(Role.SUPERVISOR, name="B")
    case.make.user(Role.REVIEWER, name="C", state=UserState.LEFT)
    found = possible_judges(case.acting(supervisor), dispute)
    assert {one.id for one in found} == {other.id, supervisor.id, case.desk.supervisor_id}
    for wrong in (case.agent, case.reviewer, case.make.user(Role.SHOPPER)):
        with pytest.raises(InvalidError, match="neither did nor scored"):
            given(case, dispute, wrong, by=supervisor)
    with pytest.raises(InvalidError, match="both judges read it"):
        given(case, dispute, other, by=supervisor, reason=" ")
    with pytest.raises(ForbiddenError):
        given(case, dispute, other, by=case.judge)


def test_a_dispute_that_moved_on_stays_where_it_is(case: Case) -> None:
    dispute, other = taken(case), case.make.user(Role.REVIEWER)
    act = case.acting(case.make.user(Role.SUPERVISOR))
    with pytest.raises(ConflictError, match="given to somebody else meanwhile"):
        give_to(act, dispute, judge_id=other.id, from_judge_id=other.id, reason="Stuck.")
    case.settled(case.scored(dispute))
    with pytest.raises(ConflictError):
        give_to(act, dispute, judge_id=other.id, from_judge_id=case.judge.id, reason="Stuck.")


def test_the_reason_goes_with_the_conversation(case: Case) -> None:
    dispute = given(case, taken(case), case.make.user(Role.REVIEWER), reason="Ms Jansen is her neighbour.")
    erase_interaction(case.make.act, case.evaluation.interaction)
    assert dispute.handovers[0].reason == ""


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (Language.EN, ("Give it to another judge", "Given to you by Sam", "No longer yours to judge", "by Sam: On leave.")),
        (Language.NL, ("Aan iemand anders geven", "Aan u gegeven door Sam", "Niet meer aan u om", "door Sam: On leave.")),
    ],
)  # fmt: skip
def test_a_supervisor_gives_it_away_on_its_page(
    stored: Stored, visitor: Visitor, language: Language, sentences: tuple[str, ...]
) -> None:
    form, received, heading, told = sentences
    with stored() as make:
        case = make_case(make)
        dispute, other = taken(case), make.user(Role.REVIEWER, language=language)
        sam = make.user(Role.SUPERVISOR, name="Sam", language=language)
        first, case.judge.language = case.judge, language
    path = f"/disputes/{dispute.id}/give"
    fields = {"source": str(first.id), "judge": str(other.id), "reason": "On leave."}
    page = words_of(visitor.as_user(sam).get(f"/disputes/{dispute.id}").text)
    assert form in page
    assert visitor.post(path, {**fields, "reason": ""}).status_code == 422
    assert [visitor.post(path, fields).status_code for _press in range(2)] == [303, 303]
    assert "On leave." in words_of(visitor.get(f"/disputes/{dispute.id}").text)
    assert received in words_of(visitor.as_user(other).get("/disputes").text)
    page = words_of(visitor.as_user(first).get("/disputes").text)
    assert heading in page
    assert told in page
    assert visitor.post(path, fields).status_code == 403
    with stored() as make:
        assert len(make.act.session.get_one(Dispute, dispute.id).handovers) == 1
