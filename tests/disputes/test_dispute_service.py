"""A dispute from the agent's claim to the decision, and everything that is refused on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.disputes import judging, service
from qa.disputes.judging import Ruling
from qa.disputes.models import Decision, Dispute, DisputeState
from qa.disputes.queries import cases_to_take, may_judge
from qa.errors import ConflictError, ForbiddenError, InvalidError, RefusedError
from qa.evaluations.marks import Mark
from qa.evaluations.models import EvaluationKind, EvaluationState
from qa.evaluations.service import IncompleteError, assign, marks_of
from qa.revisions.queries import revisions_of
from tests.disputes.dispute_making import Case, make_case, scale_criterion
from tests.makers import Makers


@pytest.fixture
def case(make: Makers) -> Case:
    return make_case(make)


def actions(act: Act) -> list[str]:
    asked = select(AuditEntry.action).where(AuditEntry.subject_kind.in_(("disputes", "evaluations")))
    return list(act.session.scalars(asked.order_by(AuditEntry.id)))


def test_an_accepted_dispute_makes_a_new_revision_and_keeps_the_old_one(case: Case, act: Act) -> None:
    before = case.evaluation.quality_bp
    dispute = case.settled(case.scored(case.raised()))
    assert (dispute.state, dispute.outcome) == (DisputeState.SETTLED, Decision.ACCEPTED)
    assert marks_of(case.evaluation)[case.criterion.key].option == case.worst
    assert marks_of(case.evaluation)[case.criterion.key].comment == "Heard at the start."
    assert case.evaluation.quality_bp is not None
    assert before is not None
    assert case.evaluation.quality_bp < before
    kept = revisions_of(act, case.evaluation)
    assert [(one.number, one.quality_bp, one.cause.value) for one in kept] == [(1, before, "dispute")]
    assert kept[0].answers[case.criterion.key]["option"] == case.best
    assert actions(act)[-5:] == [
        "dispute.raised",
        "dispute.taken",
        "dispute.scored",
        "dispute.settled",
        "evaluation.retracted",
    ]


def test_a_rejected_dispute_changes_nothing_but_is_told_with_its_reason(case: Case, act: Act) -> None:
    before = marks_of(case.evaluation)
    dispute = case.settled(case.scored(case.raised()), Decision.REJECTED)
    assert marks_of(case.evaluation) == before
    assert revisions_of(act, case.evaluation) == []
    assert dispute.criteria[0].decision_reason == "Heard at the start."


def test_partly_accepting_gives_a_third_answer(case: Case) -> None:
    criterion = scale_criterion(case)
    ordered = sorted(criterion.options, key=lambda option: option.value)
    lowest, between = ordered[0].key, ordered[1].key
    claim = {criterion.key: Mark(option=lowest, comment="It was worse.")}
    dispute = case.scored(case.raised(claims=claim))
    with pytest.raises(InvalidError, match="another answer than"):
        case.settled(dispute, Decision.PARTLY, answer=Mark(option=lowest))
    case.settled(dispute, Decision.PARTLY, answer=Mark(option=between))
    assert dispute.outcome is Decision.PARTLY
    assert marks_of(case.evaluation)[criterion.key].option == between


def test_what_the_agent_had_seen_is_new_to_them_again_after_a_change(case: Case) -> None:
    from qa.evaluations.service import acknowledge  # noqa: PLC0415

    acknowledge(case.acting(case.agent), case.evaluation, revision=case.evaluation.revision, comment="Hm.")
    case.settled(case.scored(case.raised()))
    assert case.evaluation.state is EvaluationState.RELEASED
    assert case.evaluation.agent_comment == ""
    assert revisions_of(case.make.act, case.evaluation)[0].agent_comment == "Hm."


def test_a_dispute_that_is_sent_twice_is_raised_once(case: Case, act: Act) -> None:
    case.raised()
    with pytest.raises(ConflictError, match="disputed this evaluation already"):
        case.raised()
    assert len(list(act.session.scalars(select(Dispute)))) == 1


def test_the_database_holds_one_unsettled_dispute_of_an_evaluation(case: Case, act: Act) -> None:
    first = case.raised()
    again = Dispute(
        evaluation_id=first.evaluation_id,
        against=1,
        agent_id=first.agent_id,
        reviewer_id=first.reviewer_id,
        raised_at=act.now,
    )
    with pytest.raises(IntegrityError), act.session.begin_nested():
        act.session.add(again)


@pytest.mark.parametrize("who", ["agent_id", "reviewer_id"])
def test_the_database_refuses_a_judge_who_took_part(case: Case, act: Act, who: str) -> None:
    dispute = case.raised()
    dispute.judge_id, dispute.taken_at = getattr(dispute, who), act.now
    with pytest.raises(IntegrityError):
        act.session.flush()


def test_a_dispute_ends_with_its_window(case: Case) -> None:
    with pytest.raises(ConflictError, match="within 14 days"):
        case.raised(days_later=14.01)
    assert case.raised(days_later=13.99).state is DisputeState.OPEN


def test_a_dispute_of_what_was_corrected_meanwhile_is_refused(case: Case) -> None:
    from qa.revisions.service import correct_evaluation  # noqa: PLC0415

    opened_with = case.evaluation.revision
    marks = {**marks_of(case.evaluation), case.criterion.key: Mark(option=case.best, comment="Clearly said.")}
    correct_evaluation(
        case.acting(case.reviewer),
        case.evaluation,
        marks=marks,
        summary="",
        reason="Comment added.",
        revision=opened_with,
    )
    with pytest.raises(ConflictError, match="corrected after you opened it"):
        service.raise_dispute(case.acting(case.agent), case.evaluation, claims=case.claim(), revision=opened_with)


def test_limits_hold_per_evaluation_and_per_criterion(case: Case) -> None:
    case.settled(case.scored(case.raised()), Decision.REJECTED)
    with pytest.raises(InvalidError, match="A criterion can be disputed 1 time"):
        case.raised()
    strict = replace(case.make.act.settings, dispute_limit=1)
    act = replace(case.acting(case.agent), settings=strict)
    with pytest.raises(ConflictError, match="can be disputed 1 time"):
        service.raise_dispute(act, case.evaluation, claims=case.claim(), revision=case.evaluation.revision)


def test_a_withdrawn_dispute_counts_for_nothing(case: Case) -> None:
    service.withdraw_dispute(case.acting(case.agent), case.raised())
    dispute = case.scored(case.raised())
    with pytest.raises(ConflictError, match="can no longer be withdrawn"):
        service.withdraw_dispute(case.acting(case.agent), dispute)


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        (Mark(), "Choose what the answer should have been"),
        (Mark(option="no such option", comment="Why."), "option"),
        (Mark(comment="Why."), "Choose what"),
    ],
)
def test_a_claim_needs_an_answer_of_the_card(case: Case, mark: Mark, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        case.raised(claims={case.criterion.key: mark})


def test_a_claim_needs_a_reason_and_another_answer(case: Case) -> None:
    with pytest.raises(InvalidError, match="Say why"):
        case.raised(claims=case.claim(reason="  "))
    with pytest.raises(InvalidError, match="the answer that was given"):
        case.raised(claims=case.claim(case.best))
    with pytest.raises(InvalidError, match="at least one criterion"):
        service.raise_dispute(case.acting(case.agent), case.evaluation, claims={}, revision=case.evaluation.revision)


def test_only_the_agent_disputes(case: Case) -> None:
    for user in (case.reviewer, case.judge, case.make.agent()):
        with pytest.raises(RefusedError):
            service.raise_dispute(
                case.acting(user), case.evaluation, claims=case.claim(), revision=case.evaluation.revision
            )


def test_a_visit_is_not_disputed(case: Case) -> None:
    case.evaluation.kind = EvaluationKind.MYSTERY
    with pytest.raises(ConflictError, match="counts in no score"):
        case.raised()


def test_neither_the_reviewer_nor_who_scored_the_same_conversation_judges(case: Case, act: Act) -> None:
    dispute = case.raised()
    second = case.make.user(Role.REVIEWER)
    assign(
        act,
        case.evaluation.interaction,
        reviewer=second,
        version=case.evaluation.card_version,
        kind=EvaluationKind.TARGETED,
    )
    for user in (case.reviewer, second):
        assert not may_judge(case.acting(user), dispute)
        assert cases_to_take(case.acting(user)) == []
        with pytest.raises(ForbiddenError, match="Nobody judges"):
            judging.take_dispute(case.acting(user), dispute)
    with pytest.raises(ForbiddenError):
        judging.take_dispute(case.acting(case.agent), dispute)
    assert [one.id for one in cases_to_take(case.acting(case.judge))] == [dispute.id]


def test_a_dispute_is_taken_by_one_and_can_be_handed_back(case: Case) -> None:
    dispute, other = case.raised(), case.make.user(Role.REVIEWER)
    judging.take_dispute(case.acting(case.judge), dispute)
    judging.take_dispute(case.acting(case.judge), dispute)
    with pytest.raises(ConflictError, match="Somebody else has taken"):
        judging.take_dispute(case.acting(other), dispute)
    with pytest.raises(ForbiddenError):
        judging.hand_back(case.acting(other), dispute)
    judging.hand_back(case.acting(case.judge), dispute)
    judging.take_dispute(case.acting(other), dispute)
    assert dispute.judge_id == other.id


def test_a_supervisor_who_judges_is_marked_as_one_who_could_have_seen(make: Makers) -> None:
    by_supervisor, by_reviewer = make_case(make, judge=Role.SUPERVISOR), make_case(make)
    assert by_supervisor.scored(by_supervisor.raised()).could_have_seen
    assert not by_reviewer.scored(by_reviewer.raised()).could_have_seen


def test_nothing_is_decided_before_the_blind_score_or_twice(case: Case, act: Act) -> None:
    dispute = case.raised()
    judging.take_dispute(case.acting(case.judge), dispute)
    with pytest.raises(ConflictError, match="Score the disputed criteria first"):
        case.settled(dispute)
    with pytest.raises(IncompleteError):
        judging.submit_blind(case.acting(case.judge), dispute, marks={}, revision=dispute.blind_revision)
    case.settled(case.scored(dispute))
    with pytest.raises(ConflictError, match="settled already"):
        case.settled(dispute, Decision.REJECTED)
    with pytest.raises(ConflictError, match="already scored"):
        case.scored(dispute)
    assert len(revisions_of(act, case.evaluation)) == 1


def test_a_decision_needs_a_reason_for_every_criterion(case: Case) -> None:
    dispute = case.scored(case.raised())
    act = case.acting(case.judge)
    with pytest.raises(InvalidError, match="Decide on this criterion"):
        judging.decide(act, dispute, rulings={})
    with pytest.raises(InvalidError, match="Say why"):
        judging.decide(act, dispute, rulings={case.criterion.key: Ruling(Decision.REJECTED, " ")})
    assert dispute.state is DisputeState.SCORED


def test_the_term_begins_anew_with_a_correction(case: Case) -> None:
    dispute = case.raised(days_later=10)
    act = replace(case.acting(case.judge), now=case.make.act.now + timedelta(days=12))
    judging.take_dispute(act, dispute)
    marks = {case.criterion.key: Mark(option=case.best)}
    judging.submit_blind(act, dispute, marks=marks, revision=0)
    judging.decide(act, dispute, rulings={case.criterion.key: Ruling(Decision.ACCEPTED, "Heard.")})
    until = service.dispute_until(act, case.evaluation)
    assert until == act.now + timedelta(days=14)
