"""Calibration sessions: who is invited, who sees what when, what the meeting decides, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.calibration import queries, service
from qa.calibration.models import CalibrationSession, Outcome
from qa.calibration.service import DecisionWish, SessionWish
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations.models import EvaluationState, Probe
from qa.evaluations.queries import visible_evaluations, work_list
from qa.evaluations.service import marks_of, save_draft
from qa.i18n import Text
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.interactions.kinds import InteractionState
from qa.interactions.listing import Filters, find_interactions
from qa.interactions.queries import get_interaction
from qa.interactions.whose import may_know_agent, reference_of, without_agent
from qa.people.models import User, UserState
from qa.privacy.erasure import erase_interaction
from qa.revisions.service import correct_evaluation
from qa.sampling.period import PeriodKind, period_of
from tests.calibration.comparing import evaluations_of, lenient_key, opened, readable, session_wish, submit
from tests.conftest import NOW
from tests.makers import Makers


@pytest.fixture
def session(make: Makers) -> CalibrationSession:
    """Two interactions, two reviewers."""
    return opened(make)


@pytest.fixture
def scored(make: Makers, session: CalibrationSession) -> CalibrationSession:
    """The same with every score in; the second reviewer differs on one criterion."""
    key = lenient_key(card_of(session.card_version))
    for item in session.items:
        first, second = (score.evaluation for score in item.scores)
        submit(make, first)
        submit(make, second, worst=(key,))
    return session


def as_reviewer(act: Act, session: CalibrationSession, place: int = 0) -> Act:
    return replace(act, actor=act.session.get_one(User, session.reviewers[place].user_id))


def test_everyone_invited_finds_every_interaction_on_the_work_list(act: Act, session: CalibrationSession) -> None:
    for place in range(2):
        waiting = work_list(as_reviewer(act, session, place))
        assert [one.interaction_id for one in waiting] == [item.interaction_id for item in session.items]
        assert {one.probe for one in waiting} == {Probe.CALIBRATION}


def test_nothing_is_seen_of_each_other_until_all_are_in(act: Act, make: Makers, session: CalibrationSession) -> None:
    *all_but_one, last = evaluations_of(session)
    for one in all_but_one:
        submit(make, one)
    assert queries.results(act, session) == []
    assert queries.how_far(act, [session])[session.id] == (3, 4)
    submit(make, last)
    found = queries.results(act, session)
    assert [len(result.scores) for result in found] == [2, 2]


def test_after_the_term_nobody_scores_any_more(act: Act, make: Makers, session: CalibrationSession) -> None:
    one = evaluations_of(session)[0]
    late = replace(as_reviewer(act, session), now=session.locks_at)
    with pytest.raises(ConflictError, match="locked"):
        save_draft(late, one, marks={}, summary="", revision=0)
    assert work_list(late) == []
    assert queries.results_open(late, session)


def test_the_spread_and_the_notes_stand_beside_each_other(act: Act, scored: CalibrationSession) -> None:
    key = lenient_key(card_of(scored.card_version))
    row = next(row for row in queries.results(act, scored)[0].rows if row.criterion.key == key)
    assert row.spread == 100
    assert not row.agreed
    assert [one.comment for one in row.given] == ["", "Heard otherwise."]
    rest = [row for row in queries.results(act, scored)[0].rows if row.criterion.key != key]
    assert all(row.agreed for row in rest)


def test_calibrations_count_for_no_agent_and_no_agent_sees_them(act: Act, scored: CalibrationSession) -> None:
    month = stretch_of(period_of(act.now, kind=PeriodKind.MONTH, zone="Europe/Amsterdam"))
    assert read_sample(act, month).scored == ()
    agent = act.session.get_one(User, evaluations_of(scored)[0].agent_id)
    for user in (agent, None):
        assert list(act.session.scalars(visible_evaluations(replace(act, actor=user)))) == []
    with pytest.raises(NotFoundError):
        queries.get_session(replace(act, actor=agent), scored.id)


def test_reviewers_are_not_told_whose_interaction_it_is(act: Act, make: Makers, session: CalibrationSession) -> None:
    reviewer = as_reviewer(act, session)
    interaction = get_interaction(reviewer, session.items[0].interaction_id)
    assert not may_know_agent(reviewer, interaction)
    assert find_interactions(reviewer, Filters()).total == 0
    assert may_know_agent(replace(act, actor=make.user(Role.SUPERVISOR)), interaction)


def test_only_those_invited_see_a_session(act: Act, make: Makers, session: CalibrationSession) -> None:
    assert queries.get_session(as_reviewer(act, session), session.id) is session
    assert queries.sessions(replace(act, actor=make.user(Role.SUPERVISOR))) == [session]
    stranger = replace(act, actor=make.user(Role.REVIEWER))
    assert queries.sessions(stranger) == []
    with pytest.raises(NotFoundError):
        queries.get_session(stranger, session.id)


def test_a_decision_keeps_answer_note_and_who_does_what_until_when(act: Act, scored: CalibrationSession) -> None:
    criterion = next(card_of(scored.card_version).criteria())[1]
    owner = act.session.get_one(User, scored.reviewers[0].user_id)
    service.decide(act, scored.items[0], DecisionWish(criterion.key, consensus=criterion.options[0].key))
    kept = service.decide(
        act,
        scored.items[0],
        DecisionWish(
            criterion.key,
            consensus=criterion.options[-1].key,
            note="The card does not say who greets first.",
            outcome=Outcome.WORDING,
            owner_id=owner.id,
            due_on=date(2026, 12, 1),
        ),
    )
    assert scored.items[0].decisions == [kept]
    assert (kept.owner, kept.due_on, kept.outcome) == (owner, date(2026, 12, 1), Outcome.WORDING)
    asked = select(AuditEntry.action).where(AuditEntry.action.like("calibration.%")).order_by(AuditEntry.id)
    actions = list(act.session.scalars(asked))
    assert actions == ["calibration.opened", "calibration.decided", "calibration.decided"]


def test_the_meeting_ends_once_and_its_decisions_stay(act: Act, scored: CalibrationSession) -> None:
    act = replace(act, now=act.now + timedelta(hours=1))
    service.close_session(act, scored)
    with pytest.raises(ConflictError, match="was ended"):
        service.close_session(act, scored)
    with pytest.raises(ConflictError, match="was ended"):
        service.decide(act, scored.items[0], DecisionWish("greeting"))


def test_locking_early_needs_something_to_compare(act: Act, make: Makers, session: CalibrationSession) -> None:
    later = replace(act, now=act.now + timedelta(hours=1))
    with pytest.raises(ConflictError, match="nothing to compare"):
        service.lock_now(later, session)
    first, second = (score.evaluation for score in session.items[0].scores)
    submit(make, first)
    submit(make, second)
    service.lock_now(later, session)
    assert [len(result.scores) for result in queries.results(later, session)] == [2, 0]
    with pytest.raises(ConflictError, match="already"):
        service.lock_now(later, session)


def test_the_notes_of_a_meeting_are_erased_with_the_interaction(act: Act, scored: CalibrationSession) -> None:
    criterion = next(card_of(scored.card_version).criteria())[1]
    kept = service.decide(act, scored.items[0], DecisionWish(criterion.key, note="Mrs Smith was right."))
    erase_interaction(act, scored.items[0].interaction)
    assert kept.note == ""


Change = Callable[[Makers, SessionWish], SessionWish]


def _with(**values: object) -> Change:
    def change(make: Makers, wish: SessionWish) -> SessionWish:
        return replace(wish, **values)  # type: ignore[arg-type]

    return change


def _one_reviewer(make: Makers, wish: SessionWish) -> SessionWish:
    return replace(wish, reviewer_ids=wish.reviewer_ids[:1])


def _without_transcript(make: Makers, wish: SessionWish) -> SessionWish:
    return replace(wish, interaction_ids=(*wish.interaction_ids, make.interaction().id))


def _unread(make: Makers, wish: SessionWish) -> SessionWish:
    return replace(wish, interaction_ids=(readable(make, state=InteractionState.RECEIVED).id,))


def _own_conversation(make: Makers, wish: SessionWish) -> SessionWish:
    reviewer = make.act.session.get_one(User, wish.reviewer_ids[0])
    return replace(wish, interaction_ids=(readable(make, agent=reviewer).id,))


def _seen_before(make: Makers, wish: SessionWish) -> SessionWish:
    service.open_session(make.act, wish)
    return replace(wish, name="Again")


def _left(make: Makers, wish: SessionWish) -> SessionWish:
    return replace(wish, reviewer_ids=(*wish.reviewer_ids, make.user(Role.REVIEWER, state=UserState.LEFT).id))


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (_one_reviewer, "reviewers", "at least two reviewers"),
        (_with(interaction_ids=()), "interactions", "at least one interaction"),
        (_with(interaction_ids=(0,)), "interactions", "at least one interaction"),
        (_with(name="  "), "name", "a name"),
        (_with(locks_at=NOW), "locks_at", "still to come"),
        (_without_transcript, "interactions", "no transcript"),
        (_unread, "interactions", "no transcript"),
        (_own_conversation, "reviewers", "own conversation"),
        (_seen_before, "interactions", "new to everyone"),
        (_left, "reviewers", "not a reviewer who can sign in"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    act: Act, make: Makers, change: Change, field: str, sentence: str
) -> None:
    wish = change(make, session_wish(make))
    with pytest.raises(InvalidError, match=sentence) as refused:
        service.open_session(act, wish)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (DecisionWish("greeting", consensus="perhaps"), "no answer"),
        (DecisionWish("nothing"), "no such criterion"),
        (DecisionWish("greeting", outcome=Outcome.TRAINING), "who takes this up"),
        (DecisionWish("greeting", outcome=Outcome.TRAINING, owner_id=1), "until when"),
        (DecisionWish("greeting", outcome=Outcome.TRAINING, owner_id=1, due_on=date(2026, 11, 1)), "today or a later"),
        (DecisionWish("greeting", outcome=Outcome.TRAINING, owner_id=-1, due_on=date(2026, 12, 1)), "Choose a super"),
        (DecisionWish("greeting", due_on=date(2026, 12, 1)), "what is to be done"),
        (DecisionWish("greeting", note="x" * 5001), "at most"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    act: Act, scored: CalibrationSession, wish: DecisionWish, sentence: str
) -> None:
    key = next(card_of(scored.card_version).criteria())[1].key
    given = replace(wish, criterion=key) if wish.criterion == "greeting" else wish
    with pytest.raises(InvalidError, match=sentence):
        service.decide(act, scored.items[0], given)


def test_nothing_is_decided_while_reviewers_score(act: Act, session: CalibrationSession) -> None:
    with pytest.raises(ConflictError, match="still scoring"):
        service.decide(act, session.items[0], DecisionWish("greeting"))
    with pytest.raises(ConflictError, match="still scoring"):
        service.close_session(act, session)


def test_only_those_who_lead_open_lock_decide_and_end(act: Act, make: Makers, scored: CalibrationSession) -> None:
    reviewer = as_reviewer(act, scored)
    wish = session_wish(make)
    for forbidden in (
        lambda: service.open_session(reviewer, wish),
        lambda: service.lock_now(reviewer, scored),
        lambda: service.decide(reviewer, scored.items[0], DecisionWish("greeting")),
        lambda: service.close_session(reviewer, scored),
    ):
        with pytest.raises(ForbiddenError):
            forbidden()
    assert all(one.state is EvaluationState.SUBMITTED for one in evaluations_of(scored))


def test_a_score_is_corrected_only_until_the_scores_lie_side_by_side(
    act: Act, make: Makers, session: CalibrationSession
) -> None:
    def corrected(reason: str) -> None:
        one = evaluations_of(session)[0]
        correct_evaluation(
            as_reviewer(act, session),
            one,
            marks=marks_of(one),
            summary=reason,
            reason=reason,
            revision=one.revision,
        )

    first, *rest = evaluations_of(session)
    submit(make, first)
    assert not queries.compared(act, first)
    corrected("Typed too fast.")
    for one in rest:
        submit(make, one)
    assert queries.compared(act, first)
    with pytest.raises(ConflictError, match="side by side"):
        corrected("As the others said.")


def test_a_reference_or_file_that_names_the_agent_is_not_told_before_the_calibration(act: Act, make: Makers) -> None:
    agent = make.agent("Zarah Zwaan", reference="a1042")
    for reference in ("2026-ZARAH-1", "call_a1042_9", "zwaan"):
        interaction = readable(make, agent=agent, reference=reference)
        held = opened(make, interaction_ids=(interaction.id,))
        reviewer = as_reviewer(act, held)
        assert str(reference_of(reviewer, interaction)) == f"interaction {interaction.id}"
        told = without_agent(reviewer, interaction, Text("{name} holds no sound.", {"name": f"{reference}.wav"}))
        assert str(told) == "… holds no sound."
        assert reference_of(act, interaction) == reference
    other = readable(make, agent=agent, reference="a10421-3")
    reviewer = as_reviewer(act, opened(make, interaction_ids=(other.id,)))
    assert reference_of(reviewer, other) == "a10421-3"
