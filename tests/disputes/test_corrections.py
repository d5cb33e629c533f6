"""Corrections: the old revision stays readable, whatever is corrected and however often."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations import service
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import EvaluationState
from qa.evaluations.plain_marks import marks_of_plain, plain_marks
from qa.revisions.queries import corrected_among, get_revision, revisions_of
from qa.revisions.service import correct_evaluation
from tests.disputes.dispute_making import Case, make_case
from tests.evaluations.desk_making import make_desk
from tests.makers import Makers


@pytest.fixture
def case(make: Makers) -> Case:
    return make_case(make)


def correct(case: Case, mark: Mark, *, reason: str = "Heard again.", summary: str = "", act: Act | None = None) -> None:
    marks = {**service.marks_of(case.evaluation), case.criterion.key: mark}
    correct_evaluation(
        act or case.acting(case.reviewer),
        case.evaluation,
        marks=marks,
        summary=summary,
        reason=reason,
        revision=case.evaluation.revision,
    )


def low(case: Case, comment: str = "Not said.") -> Mark:
    """The lowest mark with everything it asks for."""
    cause = next((cause.value for cause in case.criterion.causes), None)
    evidence = (EvidenceGiven(start_ms=0, end_ms=4_000, quote="Good morning"),)
    return Mark(option=case.worst, comment=comment, cause=cause, evidence=evidence)


def test_a_correction_keeps_answers_evidence_and_computation_of_before(case: Case, act: Act) -> None:
    old = case.evaluation.computation
    correct(case, low(case))
    correct(case, replace(low(case), comment="Said too late."), reason="Worded better.")
    kept = revisions_of(act, case.evaluation)
    assert [(one.number, one.reason) for one in kept] == [(2, "Worded better."), (1, "Heard again.")]
    assert kept[1].computation == old
    assert kept[1].summary == "All went well."
    second = marks_of_plain(kept[0].answers)[case.criterion.key]
    assert second == low(case)
    assert service.marks_of(case.evaluation)[case.criterion.key].comment == "Said too late."
    assert corrected_among(act, [case.evaluation.id, 999_999]) == {case.evaluation.id}


def test_only_its_reviewer_corrects_with_a_reason_and_a_change(case: Case) -> None:
    with pytest.raises(ForbiddenError, match="Only the reviewer"):
        correct(case, low(case), act=case.acting(case.judge))
    with pytest.raises(InvalidError, match="Say why it is corrected"):
        correct(case, low(case), reason=" ")
    with pytest.raises(InvalidError, match="Nothing was changed"):
        correct(case, service.marks_of(case.evaluation)[case.criterion.key], summary="All went well.")
    with pytest.raises(service.IncompleteError):
        correct(case, Mark(option=case.worst))


def test_a_correction_that_is_sent_twice_is_made_once(case: Case, act: Act) -> None:
    opened_with = case.evaluation.revision
    marks = {**service.marks_of(case.evaluation), case.criterion.key: low(case)}
    sent = {"marks": marks, "summary": "", "reason": "Heard again.", "revision": opened_with}
    reviewer = case.acting(case.reviewer)
    correct_evaluation(reviewer, case.evaluation, **sent)  # type: ignore[arg-type]  # one call as the page sends it
    with pytest.raises(ConflictError, match="changed in another window"):
        correct_evaluation(reviewer, case.evaluation, **sent)  # type: ignore[arg-type]  # the same once more
    assert len(revisions_of(act, case.evaluation)) == 1


def test_nothing_is_corrected_while_a_dispute_runs_or_before_submission(case: Case, make: Makers) -> None:
    case.raised()
    with pytest.raises(ConflictError, match="is disputed"):
        correct(case, low(case))
    desk = make_desk(make)
    open_one = replace(case, evaluation=make.act.session.get_one(type(case.evaluation), desk.id))
    with pytest.raises(ConflictError, match="not submitted yet"):
        correct(open_one, low(case))


def test_an_agent_reads_only_the_revisions_they_could_read_then(make: Makers) -> None:
    desk = make_desk(make)
    from tests.evaluations.desk_making import submit_best  # noqa: PLC0415

    submit_best(make, desk)
    evaluation = make.act.session.get_one(type(make_case(make).evaluation), desk.id)
    case = Case(make, desk, evaluation, make.user(Role.REVIEWER))
    correct(case, low(case))
    assert evaluation.state is EvaluationState.SUBMITTED
    service.release(case.acting(make.user(Role.SUPERVISOR)), evaluation)
    correct(case, replace(low(case), comment="Said too late."))
    agent = case.acting(case.agent)
    assert [one.number for one in revisions_of(agent, evaluation)] == [2]
    with pytest.raises(NotFoundError):
        get_revision(agent, evaluation, 1)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
evidence = st.builds(
    EvidenceGiven,
    turn_id=st.none() | st.integers(1, 10**12),
    first_word=st.none() | st.integers(0, 500),
    last_word=st.none() | st.integers(0, 500),
    start_ms=st.none() | st.integers(0, 10**7),
    end_ms=st.none() | st.integers(0, 10**7),
    quote=texts,
)
marks = st.builds(
    Mark,
    option=st.none() | texts,
    number=st.none() | texts,
    text=texts,
    not_applicable=st.booleans(),
    cause=st.none() | texts,
    comment=texts,
    evidence=st.lists(evidence, max_size=3).map(tuple),
)


@given(st.dictionaries(texts, marks, max_size=5))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_marks_come_back_from_plain_json_as_they_were(given_marks: dict[str, Mark]) -> None:
    kept = {key: mark for key, mark in given_marks.items() if not mark.empty}
    assert marks_of_plain(plain_marks(given_marks)) == kept
