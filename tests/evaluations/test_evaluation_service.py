"""Scoring from assignment to acknowledgement: who may, once, with everything needed, nothing lost."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations import service
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Evidence
from qa.evaluations.queries import get_evaluation, newest_transcript
from qa.people.models import User
from scorecards.definition import Card, Kind
from tests.makers import Makers


def best(card: Card) -> dict[str, Mark]:
    """The highest mark on every criterion."""
    return {
        criterion.key: Mark(option=max(criterion.options, key=lambda option: option.value).key)
        for _section, criterion in card.criteria()
        if criterion.kind is not Kind.TEXT and criterion.condition is None
    }


def acting_as(act: Act, user: User) -> Act:
    return replace(act, actor=user)


@pytest.fixture
def evaluation(act: Act, make: Makers) -> Evaluation:
    interaction = make.interaction()
    make.transcript(interaction)
    return service.assign(
        act, interaction, reviewer=make.user(Role.REVIEWER), version=make.card(), kind=EvaluationKind.TARGETED
    )


def test_a_submitted_evaluation_keeps_its_score_and_its_computation(act: Act, evaluation: Evaluation) -> None:
    mine = acting_as(act, evaluation.reviewer)
    service.submit_evaluation(
        mine, evaluation, marks=best(card_of(evaluation.card_version)), summary="Fine.", revision=0
    )
    assert evaluation.state is EvaluationState.SUBMITTED
    assert (evaluation.quality_bp, evaluation.final_bp, evaluation.passed) == (10_000, 10_000, True)
    assert evaluation.computation is not None
    assert evaluation.computation["rows"]["nl"]
    assert evaluation.computation["sections"]["courtesy"]["passed"] is True


def test_only_its_own_reviewer_submits(act: Act, make: Makers, evaluation: Evaluation) -> None:
    other = acting_as(act, make.user(Role.REVIEWER))
    with pytest.raises(ForbiddenError):
        service.submit_evaluation(other, evaluation, marks={}, summary="", revision=0)
    with pytest.raises(NotFoundError):
        get_evaluation(other, evaluation.id)


def test_nobody_is_given_their_own_interaction(act: Act, evaluation: Evaluation) -> None:
    with pytest.raises(ForbiddenError):
        service.assign(
            act,
            evaluation.interaction,
            reviewer=evaluation.agent,
            version=evaluation.card_version,
            kind=EvaluationKind.TARGETED,
        )


def test_a_submit_sent_twice_counts_once(act: Act, evaluation: Evaluation) -> None:
    mine = acting_as(act, evaluation.reviewer)
    marks = best(card_of(evaluation.card_version))
    service.submit_evaluation(mine, evaluation, marks=marks, summary="", revision=0)
    with pytest.raises(ConflictError):
        service.submit_evaluation(mine, evaluation, marks=marks, summary="", revision=0)


def test_an_answer_to_a_criterion_of_another_version_is_refused_and_nothing_is_lost(
    act: Act, evaluation: Evaluation
) -> None:
    mine = acting_as(act, evaluation.reviewer)
    service.save_draft(mine, evaluation, marks={"greeting": Mark(option="yes")}, summary="first", revision=0)
    for strange in ({"farewell": Mark(option="yes")}, {"greeting": Mark(option="perhaps")}):
        with pytest.raises(InvalidError) as refused:
            service.save_draft(mine, evaluation, marks=strange, summary="", revision=1)
        assert "farewell" in str(refused.value) or "perhaps" in str(refused.value)
    assert service.marks_of(evaluation) == {"greeting": Mark(option="yes")}
    assert evaluation.summary == "first"


def test_an_incomplete_evaluation_is_refused_and_says_what_is_needed(act: Act, evaluation: Evaluation) -> None:
    mine = acting_as(act, evaluation.reviewer)
    marks = best(card_of(evaluation.card_version))
    dropped = marks.popitem()[0]
    with pytest.raises(service.IncompleteError) as refused:
        service.submit_evaluation(mine, evaluation, marks=marks, summary="", revision=0)
    assert dropped in {need.criterion for need in refused.value.needs}


def test_a_second_window_overwrites_nothing(act: Act, evaluation: Evaluation) -> None:
    mine = acting_as(act, evaluation.reviewer)
    service.save_draft(mine, evaluation, marks={"greeting": Mark(option="yes")}, summary="first", revision=0)
    with pytest.raises(ConflictError):
        service.save_draft(mine, evaluation, marks={"greeting": Mark(option="no")}, summary="second", revision=0)
    assert service.marks_of(evaluation)["greeting"].option == "yes"
    assert evaluation.summary == "first"


def test_evidence_is_kept_word_for_word_and_goes_with_its_answer(act: Act, evaluation: Evaluation) -> None:
    mine = acting_as(act, evaluation.reviewer)
    turn = newest_transcript(act, evaluation.interaction_id).turns[0]  # type: ignore[union-attr]  # made above
    given = EvidenceGiven(turn.id, 0, 1, 0, 1000, "Good morning,")
    service.save_draft(
        mine, evaluation, marks={"greeting": Mark(option="yes", evidence=(given,))}, summary="", revision=0
    )
    assert service.marks_of(evaluation)["greeting"].evidence == (given,)
    service.save_draft(mine, evaluation, marks={"greeting": Mark()}, summary="", revision=1)
    assert act.session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_evidence_of_another_interaction_is_refused(act: Act, make: Makers, evaluation: Evaluation) -> None:
    foreign = make.transcript(make.interaction()).turns[0]
    mark = Mark(option="yes", evidence=(EvidenceGiven(foreign.id, 0, 1),))
    with pytest.raises(InvalidError):
        service.save_draft(
            acting_as(act, evaluation.reviewer), evaluation, marks={"greeting": mark}, summary="", revision=0
        )


@pytest.mark.parametrize("marks", [{"nonsense": Mark(option="yes")}, {"greeting": Mark(option="maybe")}])
def test_an_answer_the_card_does_not_know_is_refused(act: Act, evaluation: Evaluation, marks: dict[str, Mark]) -> None:
    with pytest.raises(InvalidError):
        service.save_draft(acting_as(act, evaluation.reviewer), evaluation, marks=marks, summary="", revision=0)


def test_the_agent_sees_an_evaluation_only_after_release_and_marks_it_as_seen(
    act: Act, make: Makers, evaluation: Evaluation
) -> None:
    reviewer, agent = acting_as(act, evaluation.reviewer), acting_as(act, evaluation.agent)
    service.submit_evaluation(
        reviewer, evaluation, marks=best(card_of(evaluation.card_version)), summary="", revision=0
    )
    with pytest.raises(NotFoundError):
        get_evaluation(agent, evaluation.id)
    with pytest.raises(ForbiddenError):
        service.release(reviewer, evaluation)
    service.release(acting_as(act, make.user(Role.SUPERVISOR)), evaluation)
    with pytest.raises(ConflictError, match="corrected since you opened it"):
        service.acknowledge(agent, get_evaluation(agent, evaluation.id), revision=0)
    shown = get_evaluation(agent, evaluation.id)
    service.acknowledge(agent, shown, revision=shown.revision, comment=" Thank you. ")
    assert evaluation.state is EvaluationState.SEEN
    assert evaluation.agent_comment == "Thank you."
    with pytest.raises(ConflictError):
        service.acknowledge(agent, evaluation, revision=evaluation.revision)
