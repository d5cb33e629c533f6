"""What scores say of customers is kept: the same as the scores tell, anew after any change, and read without a score."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from qa import handlers
from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.models import Dispute
from qa.errors import ForbiddenError
from qa.evaluations.models import Evaluation
from qa.feedback.models import CustomerAnswer
from qa.i18n import Language
from qa.insight import validity, validity_kept
from qa.insight.counting import count_draws
from qa.insight.keeping import changed_draws, keep_draw
from qa.insight.models import CardValidity
from qa.insight.validity import validity_of
from qa.insight.validity_kept import due_validities, keep_validity, shown_validity
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.models import JobState
from qa.jobs.service import enqueue
from qa.jobs.work import Bench
from tests.conftest import NOW, Stored
from tests.insight.scene import Scene
from tests.insight.test_board import counted
from tests.insight.test_validity_pages import scored_calls
from tests.makers import Makers
from tests.visitor import Visitor

CARD = "phone-service"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few scores be too many for a page."""
    for module in (validity, validity_kept):
        monkeypatch.setattr(module, "FEW", 10)


@pytest.fixture
def scene(make: Makers) -> Scene:
    return scored_calls(make)


def keep(act: Act) -> list[str]:
    """Keep what changed, as the hourly job does; returns the cards that were worked out."""
    for draw_id, state in changed_draws(act).items():
        keep_draw(act, draw_id, count_draws(act, [draw_id]), state=state)
    due = due_validities(act)
    for card, state in due.items():
        keep_validity(act, validity_of(act, card=card), card=card, state=state)
    act.session.expire_all()
    return list(due)


def first_answer(act: Act) -> CustomerAnswer:
    return act.session.scalars(select(CustomerAnswer).order_by(CustomerAnswer.id)).all()[0]


@pytest.mark.usefixtures("many", "scene")
def test_what_was_kept_is_exactly_what_the_scores_say(act: Act) -> None:
    told = validity_of(act, card=CARD)
    assert any(one.association and one.beside and one.adjusted is not None for one in told.result.findings)
    assert shown_validity(act, card=CARD).found is None
    assert CARD in keep(act)
    shown = shown_validity(act, card=CARD)
    assert shown.found == told
    assert shown.counted_at == act.now
    assert keep(act) == []


@pytest.mark.usefixtures("many", "scene")
def test_what_was_kept_is_read_without_looking_at_a_score(act: Act, engine: Engine) -> None:
    keep(act)
    with counted(engine) as seen:
        shown_validity(act, card=CARD)
    assert len(seen) == 3
    assert not any("evaluations" in one or "customer_answers" in one for one in seen)


@pytest.mark.usefixtures("scene")
def test_few_scores_are_told_as_they_stand(act: Act) -> None:
    keep(act)
    first_answer(act).resolved = None
    shown = shown_validity(act, card=CARD)
    assert shown.counted_at is None
    assert shown.found == validity_of(act, card=CARD)


def answer_anew(scene: Scene) -> None:
    found = first_answer(scene.make.act)
    found.csat_given, found.csat_bp = "1", 0


def answer_more(scene: Scene) -> None:
    session = scene.make.act.session
    answered = select(CustomerAnswer.interaction_id)
    evaluation = session.scalars(select(Evaluation).where(Evaluation.interaction_id.not_in(answered))).first()
    assert evaluation is not None
    scene.make.answer(evaluation.interaction, csat=1, nps=0, resolved=False)


def answer_erased(scene: Scene) -> None:
    scene.make.act.session.delete(first_answer(scene.make.act))


def dispute(scene: Scene) -> None:
    session = scene.make.act.session
    evaluation = session.scalars(select(Evaluation)).first()
    assert evaluation is not None
    session.add(
        Dispute(
            evaluation_id=evaluation.id,
            against=1,
            agent_id=evaluation.agent_id,
            reviewer_id=evaluation.reviewer_id,
            raised_at=scene.make.act.now,
        )
    )


def correct(scene: Scene) -> None:
    evaluation = scene.make.act.session.scalars(select(Evaluation)).first()
    assert evaluation is not None
    evaluation.quality_bp = 1_234


def score_more(scene: Scene) -> None:
    agent = scene.make.agent()
    scene.draw([agent], plan="More calls", each=3)
    scene.score_all(agent, [100, 0, 50])


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("change", [answer_anew, answer_more, answer_erased, dispute, correct, score_more])
def test_any_change_is_counted_within_the_hour(act: Act, scene: Scene, change: Callable[[Scene], None]) -> None:
    keep(act)
    before = shown_validity(act, card=CARD).found
    change(scene)
    act.session.flush()
    later = replace(act, now=act.now + timedelta(minutes=30))
    assert keep(later) == [CARD]
    shown = shown_validity(later, card=CARD)
    assert shown.found == validity_of(later, card=CARD) != before
    assert shown.counted_at == later.now
    assert keep(later) == []


@pytest.mark.usefixtures("many", "scene")
def test_the_year_moves_on_every_day(act: Act) -> None:
    keep(act)
    tomorrow = replace(act, now=act.now + timedelta(days=1))
    assert keep(tomorrow) == [CARD]
    next_year = replace(act, now=act.now + timedelta(days=500))
    keep(next_year)
    found = shown_validity(next_year, card=CARD).found
    assert found is not None
    assert found.result.response.share.n == 0


def test_only_who_sees_the_week_sees_it(act: Act, scene: Scene) -> None:
    with pytest.raises(ForbiddenError):
        shown_validity(replace(act, actor=scene.reviewer), card=CARD)


@pytest.mark.usefixtures("many")
def test_the_page_says_that_it_is_still_to_be_counted_and_then_when_it_was(stored: Stored, visitor: Visitor) -> None:
    handlers.load()
    with stored() as make:
        supervisor, reader = scored_calls(make).supervisor.id, make.user(Role.SUPERVISOR, language=Language.NL).id
    page = visitor.as_user(supervisor).get("/week/validity")
    assert page.status_code == 200
    assert "it will be within the hour" in page.text
    assert "Whole interaction" not in page.text
    assert "binnen een uur" in visitor.as_user(reader).get("/week/validity").text
    with stored() as make:
        job = enqueue(make.act, JobKind.COUNT, key="count", payload={}).id
    assert ledger.run(Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW), job) is JobState.DONE
    with stored() as make:
        assert make.act.session.scalars(select(CardValidity.scored)).all() == [36]
    page = visitor.as_user(supervisor).get("/week/validity")
    assert "Whole interaction" in page.text
    assert "More than chance" in page.text
    assert "Counted at" in page.text
    assert "Geteld om" in visitor.as_user(reader).get("/week/validity").text
