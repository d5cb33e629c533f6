"""What a reviewer played stays with the evaluation, and a critical failure given without listening says so for good."""

from dataclasses import replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of, published_cards
from qa.cards.service import ensure_shipped
from qa.errors import ConflictError
from qa.evaluations import service
from qa.evaluations.hearing import UnheardError, evidence_heard, keep_played, told_unheard
from qa.evaluations.marks import EvidenceGiven, Mark, Marks
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.queries import newest_transcript
from qa.revisions.queries import revisions_of
from qa.revisions.service import correct_evaluation
from tests.evaluations.test_evaluation_service import acting_as, best
from tests.makers import Makers
from transcribe.types import Span

CRITICAL = "realistic_expectations"


@pytest.fixture
def evaluation(act: Act, make: Makers) -> Evaluation:
    return spoken(act, make)


def spoken(act: Act, make: Makers, *, recorded: bool = True) -> Evaluation:
    """An open evaluation of a call of a minute and a half."""
    ensure_shipped(act)
    interaction = make.interaction()
    make.transcript(interaction)
    if recorded:
        make.recording(interaction)
    version = next(item for item in published_cards(act) if item.scorecard.key == "phone-service")
    return service.assign(
        act, interaction, reviewer=make.user(Role.REVIEWER), version=version, kind=EvaluationKind.TARGETED
    )


def failing(act: Act, evaluation: Evaluation) -> Marks:
    """The highest marks, but for the critical criterion, which rests on the last turn: 8 to 12 seconds."""
    turn = newest_transcript(act, evaluation.interaction_id).turns[2]  # type: ignore[union-attr]  # made above
    mark = Mark(
        option="no",
        cause="knowledge",
        comment="Promised today.",
        evidence=(EvidenceGiven(turn.id, 0, 12, 8_000, 12_000, turn.text),),
    )
    return {**best(card_of(evaluation.card_version)), CRITICAL: mark}


def submit(act: Act, evaluation: Evaluation, *, unheard: tuple[str, ...] = ()) -> None:
    service.submit_evaluation(
        acting_as(act, evaluation.reviewer),
        evaluation,
        marks=failing(act, evaluation),
        summary="",
        revision=evaluation.revision,
        unheard=unheard,
    )


def test_what_is_played_adds_up_raises_no_revision_and_ends_with_the_submission(
    act: Act, evaluation: Evaluation
) -> None:
    mine = acting_as(act, evaluation.reviewer)
    keep_played(mine, evaluation, [Span(0, 4_000), Span(2_000, 9_040)])
    keep_played(mine, evaluation, [Span(80_000, 200_000)])
    assert (evaluation.played, evaluation.revision) == ([[0, 9_000], [80_000, 90_000]], 0)
    service.submit_evaluation(mine, evaluation, marks=best(card_of(evaluation.card_version)), summary="", revision=0)
    keep_played(mine, evaluation, [Span(0, 90_000)])
    assert evaluation.played == [[0, 9_000], [80_000, 90_000]]


def test_nobody_else_adds_to_what_was_played(act: Act, make: Makers, evaluation: Evaluation) -> None:
    keep_played(acting_as(act, make.user(Role.REVIEWER)), evaluation, [Span(0, 4_000)])
    assert evaluation.played == []


def test_a_critical_failure_without_listening_is_asked_for_and_kept_on_the_record(
    act: Act, evaluation: Evaluation
) -> None:
    keep_played(acting_as(act, evaluation.reviewer), evaluation, [Span(0, 11_100)])
    with pytest.raises(UnheardError) as asked:
        submit(act, evaluation)
    assert asked.value.criteria == (CRITICAL,)
    with pytest.raises(UnheardError):
        submit(act, evaluation, unheard=("respectful",))
    submit(act, evaluation, unheard=(CRITICAL,))
    assert evaluation.state is EvaluationState.SUBMITTED
    assert told_unheard(evaluation.computation) == {CRITICAL}


def test_who_played_the_evidence_is_asked_nothing_and_a_confirmation_too_many_says_nothing(
    act: Act, evaluation: Evaluation
) -> None:
    keep_played(acting_as(act, evaluation.reviewer), evaluation, [Span(8_000, 11_200)])
    submit(act, evaluation, unheard=(CRITICAL,))
    assert told_unheard(evaluation.computation) == frozenset()
    assert evidence_heard(evaluation, service.marks_of(evaluation)[CRITICAL].evidence[0]) is True


def test_where_there_is_no_recording_nothing_is_asked(act: Act, make: Makers) -> None:
    written = spoken(act, make, recorded=False)
    submit(act, written)
    assert written.state is EvaluationState.SUBMITTED
    assert evidence_heard(written, service.marks_of(written)[CRITICAL].evidence[0]) is None


def test_words_that_lost_their_times_count_as_not_played(act: Act, evaluation: Evaluation) -> None:
    keep_played(acting_as(act, evaluation.reviewer), evaluation, [Span(0, 90_000)])
    assert evidence_heard(evaluation, EvidenceGiven(turn_id=1)) is False


def test_failing_a_critical_criterion_needs_evidence(act: Act, evaluation: Evaluation) -> None:
    marks = {**failing(act, evaluation)}
    marks[CRITICAL] = replace(marks[CRITICAL], evidence=())
    with pytest.raises(service.IncompleteError) as refused:
        service.submit_evaluation(
            acting_as(act, evaluation.reviewer), evaluation, marks=marks, summary="", revision=0, unheard=(CRITICAL,)
        )
    assert [need.criterion for need in refused.value.needs] == [CRITICAL]


def test_a_correction_asks_again_and_the_retracted_revision_keeps_what_it_said(
    act: Act, evaluation: Evaluation
) -> None:
    mine = acting_as(act, evaluation.reviewer)
    submit(act, evaluation, unheard=(CRITICAL,))
    marks = failing(act, evaluation)

    def correct(summary: str, **heard: object) -> None:
        correct_evaluation(
            mine,
            evaluation,
            marks=marks,
            summary=summary,
            reason="Heard once more.",
            revision=evaluation.revision,
            **heard,  # type: ignore[arg-type]  # the two names below
        )

    with pytest.raises(UnheardError), act.session.begin_nested():
        correct("Other words.")
    correct("Other words.", played=[Span(0, 90_000)])
    assert told_unheard(evaluation.computation) == frozenset()
    assert evaluation.played == [[0, 90_000]]
    assert told_unheard(revisions_of(mine, evaluation)[0].computation) == {CRITICAL}


def test_what_was_submitted_before_this_was_kept_is_not_called_unheard(act: Act, evaluation: Evaluation) -> None:
    submit(act, evaluation, unheard=(CRITICAL,))
    evaluation.played = None
    item = service.marks_of(evaluation)[CRITICAL].evidence[0]
    assert evidence_heard(evaluation, item) is None
    with pytest.raises(ConflictError):
        submit(act, evaluation)
