"""What-if over stored evaluations: which are asked, what is carried over, and that nothing is stored."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.drafts import begin_draft, save_draft
from qa.cards.models import CardVersion
from qa.disputes.models import Decision
from qa.errors import ForbiddenError, InvalidError
from qa.evaluations import whatif
from qa.evaluations.handler import ask_what_if, what_if_job
from qa.evaluations.models import Evaluation, EvaluationKind, Probe
from qa.evaluations.service import marks_of
from qa.evaluations.whatif import changed_rows, what_if
from qa.revisions.service import correct_evaluation
from scorecards.definition import Card
from scorecards.whatif import NotCarried
from scorecards.words import Words
from tests.disputes.dispute_making import make_case
from tests.evaluations.desk_making import Desk, make_desk, submit_best
from tests.makers import Makers
from tests.scorecards.card_making import changed, yes_no


def draft_with(act: Act, desk: Desk, card: Card) -> CardVersion:
    version = act.session.get_one(Evaluation, desk.id).card_version
    draft = begin_draft(act, version)
    save_draft(act, draft, card, revision=draft.revision)
    return draft


@pytest.fixture
def desks(make: Makers) -> list[Desk]:
    """Three evaluations with full marks, one of them old, and an open one."""
    made = [make_desk(make) for _number in range(4)]
    for desk in made[:3]:
        submit_best(make, desk)
    make.act.session.get_one(Evaluation, made[2].id).submitted_at = make.act.now - timedelta(days=100)
    make.act.session.flush()
    return made


def test_only_what_was_handed_in_lately_is_scored_again(act: Act, desks: list[Desk]) -> None:
    draft = draft_with(act, desks[0], changed(desks[0].card, "greeting", weight=Decimal(11)))
    assert what_if(act, draft, days=90).contacts == 2
    assert what_if(act, draft, days=365).contacts == 3
    with pytest.raises(InvalidError):
        what_if(act, draft, days=0)


def test_a_second_score_is_no_history_of_the_card(act: Act, desks: list[Desk]) -> None:
    second = act.session.get_one(Evaluation, desks[0].id)
    second.kind, second.draw_item_id, second.probe = EvaluationKind.TARGETED, None, Probe.SECOND
    act.session.flush()
    draft = draft_with(act, desks[0], changed(desks[0].card, "greeting", weight=Decimal(11)))
    assert what_if(act, draft, days=90).contacts == 1


def test_a_disputed_score_waits_until_it_is_settled(make: Makers) -> None:
    case = make_case(make)
    card = changed(case.desk.card, "greeting", weight=Decimal(11))
    draft = draft_with(make.act, case.desk, card)
    dispute = case.raised()
    assert what_if(make.act, draft, days=90).contacts == 0
    case.settled(case.scored(dispute), Decision.REJECTED)
    assert what_if(make.act, draft, days=90).contacts == 1


def test_a_criterion_that_is_new_has_no_answer_and_is_told(
    act: Act, desks: list[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatif, "AT_ONCE", 1)
    first, *others = desks[0].card.sections
    card = replace(desks[0].card, sections=(replace(first, criteria=(*first.criteria, yes_no("extra"))), *others))
    steps: list[tuple[int, int]] = []
    found = what_if(act, draft_with(act, desks[0], card), days=365, progress=lambda *step: steps.append(step))
    assert found.not_carried == {("extra", NotCarried.NEW): 3}
    assert (found.incomplete, found.changed) == (3, 0)
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_what_would_change_is_named_and_nothing_is_stored(act: Act, desks: list[Desk]) -> None:
    greeting = desks[0].card.criterion("greeting")
    assert greeting is not None
    yes, no = greeting.options
    card = changed(desks[0].card, "greeting", options=(replace(yes, value=Decimal(0)), replace(no, value=Decimal(100))))
    draft = draft_with(act, desks[0], card)
    found = what_if(act, draft, days=90)
    assert [row.id for row in changed_rows(act, draft, days=90)] == [desks[0].id, desks[1].id]
    assert found.changed == len(found.named) == 2
    assert all(row.before_bp == 10_000 and (row.after_bp or 0) < 10_000 for row in found.named)
    assert set(found.agents) == {desks[0].agent_id, desks[1].agent_id}
    assert act.session.get_one(Evaluation, desks[0].id).final_bp == 10_000


def test_a_draft_with_problems_and_a_reviewer_are_refused(make: Makers, desks: list[Desk]) -> None:
    draft = draft_with(make.act, desks[0], replace(desks[0].card, name=Words("Calls", "")))
    with pytest.raises(InvalidError, match="cannot be used yet"):
        what_if(make.act, draft, days=90)
    with pytest.raises(ForbiddenError):
        what_if(replace(make.act, actor=make.user(Role.REVIEWER)), draft, days=90)


def test_an_evaluation_that_was_corrected_makes_it_another_question(make: Makers, desks: list[Desk]) -> None:
    draft = draft_with(make.act, desks[0], replace(desks[0].card, name=Words("Another card", "Een andere kaart")))
    asked = ask_what_if(make.act, draft, days=90)
    assert ask_what_if(make.act, draft, days=90) is asked
    evaluation = make.act.session.get_one(Evaluation, desks[0].id)
    correct_evaluation(
        replace(make.act, actor=evaluation.reviewer),
        evaluation,
        marks=marks_of(evaluation),
        summary="Read once more.",
        reason="Typed too fast.",
        revision=evaluation.revision,
    )
    assert what_if_job(make.act, draft, days=90) is None
    assert ask_what_if(make.act, draft, days=90) is not asked
