"""A visit from its plan to its release: saved by revision, handed in once, seen only by whom it concerns."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of, current_version
from qa.cards.service import UnusableError, add_version, publish
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.queries import get_evaluation
from qa.interactions.kinds import Channel, InteractionState
from qa.interactions.models import Interaction
from qa.jobs.models import Job
from qa.mystery import filling, queries, service
from qa.mystery.attachments import attach
from qa.mystery.models import Visit, VisitState
from qa.mystery.pieces import Times, marks_of
from qa.people.models import UserState
from qa.sampling.frame import Population, frame
from qa.sampling.period import Period, PeriodKind
from scorecards.reading import digest, write_card
from tests.makers import Makers
from tests.mystery.visit_making import acting_as, fill_in, planned, programme, sound


@pytest.fixture
def visit(act: Act, make: Makers) -> Visit:
    return planned(act, make)


@pytest.fixture
def mine(act: Act, visit: Visit) -> Act:
    """The act of the visit's own shopper."""
    return acting_as(act, visit.shopper)


def test_a_visit_becomes_an_interaction_and_an_evaluation_in_the_shoppers_name(mine: Act, visit: Visit) -> None:
    filling.start_visit(mine, visit)
    fill_in(mine, visit)
    filling.save_notes(mine, visit, notes="It was busy.", revision=99)
    evaluation = filling.hand_in(mine, visit)
    interaction = mine.session.get_one(Interaction, visit.interaction_id)
    assert (visit.state, evaluation.state) == (VisitState.SUBMITTED, EvaluationState.SUBMITTED)
    assert (interaction.reference, interaction.source.name) == (f"visit-{visit.id}", "mystery")
    assert (interaction.channel, interaction.state) == (Channel.IN_PERSON, InteractionState.READY)
    assert interaction.duration_ms == 20 * 60_000
    assert (evaluation.kind, evaluation.reviewer_id) == (EvaluationKind.MYSTERY, visit.shopper_id)
    assert (evaluation.quality_bp, evaluation.passed, evaluation.summary) == (10_000, True, "It was busy.")


def test_a_visit_on_a_card_for_calls_is_a_call(act: Act, make: Makers) -> None:
    visit = planned(act, make, card="mystery-partner-call")
    mine = acting_as(act, visit.shopper)
    fill_in(mine, visit)
    assert filling.hand_in(mine, visit).interaction.channel is Channel.PHONE


def test_an_unfinished_visit_says_what_is_missing_and_loses_nothing(mine: Act, visit: Visit) -> None:
    filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="yes"), revision=1)
    filling.save_answer(mine, visit, criterion="tidy", mark=Mark(option="no"), revision=2)
    with pytest.raises(filling.UnfinishedError) as refused, mine.session.begin_nested():
        filling.hand_in(mine, visit)
    missing = {gap.criterion: gap.sentence.msgid for gap in refused.value.gaps}
    assert missing[""] == "Say when you arrived."
    assert missing["tidy"] == "This answer needs an explanation."
    assert "waiting" in missing
    assert "noticed" not in missing
    assert marks_of(visit)["noticed"] == Mark(option="yes")
    assert visit.state is VisitState.STARTED
    assert mine.session.scalar(select(func.count()).select_from(Interaction)) == 0


def test_an_older_save_never_overwrites_a_newer_one(mine: Act, visit: Visit) -> None:
    filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="yes"), revision=5)
    with pytest.raises(filling.NewerError):
        filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="no"), revision=4)
    with pytest.raises(filling.NewerError):
        filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="no"), revision=5)
    assert marks_of(visit)["noticed"].option == "yes"


def test_the_same_save_sent_twice_counts_once(mine: Act, visit: Visit) -> None:
    first = filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="yes"), revision=1)
    again = filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="yes"), revision=1)
    assert (first.repeated, again.repeated, visit.revision) == (False, True, 1)


def test_a_late_answer_to_another_question_is_still_kept(mine: Act, visit: Visit) -> None:
    filling.save_answer(mine, visit, criterion="noticed", mark=Mark(option="yes"), revision=9)
    filling.save_answer(mine, visit, criterion="tidy", mark=Mark(option="yes"), revision=3)
    assert set(marks_of(visit)) == {"noticed", "tidy"}
    assert visit.revision == 9


def test_a_visit_is_handed_in_once(mine: Act, visit: Visit) -> None:
    fill_in(mine, visit)
    filling.hand_in(mine, visit)
    with pytest.raises(ConflictError):
        filling.hand_in(mine, visit)
    with pytest.raises(ConflictError):
        filling.save_notes(mine, visit, notes="One more thing.", revision=100)
    assert mine.session.scalar(select(func.count()).select_from(Evaluation)) == 1


def test_an_answer_the_card_does_not_know_is_refused(mine: Act, visit: Visit) -> None:
    for criterion, mark in (
        ("noticed", Mark(option="maybe")),
        ("nonsense", Mark(option="yes")),
        ("waiting", Mark(number="soon")),
        ("waiting", Mark(number="500")),
        ("noticed", Mark(not_applicable=True)),
    ):
        with pytest.raises(InvalidError):
            filling.save_answer(mine, visit, criterion=criterion, mark=mark, revision=1)
    assert visit.answers == {}


def test_a_waiting_time_may_have_a_decimal_comma(mine: Act, visit: Visit) -> None:
    fill_in(mine, visit)
    filling.save_answer(mine, visit, criterion="waiting", mark=Mark(number="3,5"), revision=visit.revision + 1)
    assert filling.hand_in(mine, visit).quality_bp == 9_680


@pytest.mark.parametrize(("arrived", "left"), [(30, 50), (None, 30), (-30, None), (60 * 26, 10)])
def test_times_that_cannot_be_are_refused(mine: Act, visit: Visit, arrived: int | None, left: int | None) -> None:
    times = Times(
        None if arrived is None else mine.now - timedelta(minutes=arrived),
        None if left is None else mine.now - timedelta(minutes=left),
    )
    with pytest.raises(InvalidError):
        filling.save_times(mine, visit, times=times, revision=1)
    assert visit.started_at is None


def test_a_shopper_sees_and_fills_only_their_own_visits(act: Act, make: Makers, visit: Visit) -> None:
    other = acting_as(act, make.user(Role.SHOPPER))
    with pytest.raises(NotFoundError):
        queries.get_visit(other, visit.id)
    assert queries.own_visits(other) == []
    for use_case in (
        lambda: filling.save_notes(other, visit, notes="x", revision=1),
        lambda: filling.hand_in(other, visit),
    ):
        with pytest.raises(ForbiddenError):
            use_case()


def test_who_was_visited_sees_only_the_released_evaluation(act: Act, make: Makers, mine: Act, visit: Visit) -> None:
    agent, supervisor = acting_as(act, visit.agent), acting_as(act, make.user(Role.SUPERVISOR))
    fill_in(mine, visit)
    evaluation = filling.hand_in(mine, visit)
    with pytest.raises(NotFoundError):
        get_evaluation(agent, evaluation.id)
    with pytest.raises(ForbiddenError):
        service.release_visit(mine, visit)
    service.release_visit(supervisor, queries.get_visit(supervisor, visit.id))
    assert get_evaluation(agent, evaluation.id).id == evaluation.id
    assert queries.mystery_results(agent, visit.agent_id) == [evaluation]
    assert visit.state is VisitState.EVALUATED
    with pytest.raises(NotFoundError):
        queries.get_visit(agent, visit.id)
    with pytest.raises(NotFoundError):
        queries.get_programme(agent, visit.scenario.programme_id)
    with pytest.raises(ConflictError):
        service.release_visit(supervisor, visit)


def test_no_draw_and_no_random_sample_holds_a_visit(act: Act, make: Makers, mine: Act, visit: Visit) -> None:
    fill_in(mine, visit)
    evaluation = filling.hand_in(mine, visit)
    call = make.interaction(agent=visit.agent, days_ago=0)
    midnight = act.now.replace(hour=0, minute=0)
    today = Period(PeriodKind.DAY, midnight.date(), "UTC", midnight, midnight + timedelta(days=1))
    assert [key for key, _stratum in frame(act, Population(), period=today)] == [call.stable_key]
    counted = select(Evaluation).where(Evaluation.kind == EvaluationKind.RANDOM)
    assert act.session.scalars(counted).all() == []
    assert evaluation.draw_item_id is None


def test_a_recording_goes_to_transcription_when_the_visit_is_handed_in(mine: Act, visit: Visit, tmp_path: Path) -> None:
    attach(mine, visit, path=sound(tmp_path / "visit.wav"), name="visit.wav")
    fill_in(mine, visit)
    assert mine.session.scalar(select(func.count()).select_from(Job)) == 0
    interaction = filling.hand_in(mine, visit).interaction
    job = mine.session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("transcribe", {"interaction": interaction.id})
    assert interaction.state is InteractionState.RECEIVED
    assert [(item.channels, item.duration_ms) for item in interaction.recordings] == [(1, 2000)]


@pytest.mark.parametrize("name", ["Zoë d’Arc O'Brien", "Winkel 🛒 Utrecht", "x" * 200])
def test_names_are_kept_letter_by_letter(act: Act, make: Makers, name: str) -> None:
    made = programme(act, name=name)
    plan = service.VisitPlan(make.user(Role.SHOPPER, name=name).id, make.agent(name).id, act.now, location=name)
    visit = service.plan_visit(act, made.scenarios[0], plan=plan)
    assert (made.name, visit.location, visit.agent.name) == (name, name, name)


def test_plans_that_cannot_be_are_refused_at_their_field(act: Act, make: Makers) -> None:
    scenario = programme(act).scenarios[0]
    shopper, agent = make.user(Role.SHOPPER), make.agent()
    good = service.VisitPlan(shopper.id, agent.id, act.now)
    for plan, field in (
        (replace(good, shopper_id=agent.id), "shopper"),
        (replace(good, agent_id=shopper.id), "agent"),
        (replace(good, agent_id=make.agent(state=UserState.LEFT).id), "agent"),
        (replace(good, location="x" * 201), "location"),
        (replace(good, planned_for=act.now + timedelta(days=3650)), "planned_for"),
    ):
        with pytest.raises(InvalidError) as refused:
            service.plan_visit(act, scenario, plan=plan)
        assert refused.value.field == field


def test_programmes_need_a_name_of_their_own_and_a_card_for_shoppers(act: Act, make: Makers) -> None:
    made = programme(act)
    phone = make.card()
    card = queries.mystery_cards(act)[0]
    for name, version in ((made.name.upper(), card), ("  ", card), ("x" * 201, card), ("Calls", phone)):
        with pytest.raises(InvalidError):
            service.add_programme(act, name=name, version=version)


def test_only_supervisors_and_administrators_make_programmes(act: Act, make: Makers) -> None:
    card = (programme(act), queries.mystery_cards(act)[0])[1]
    for role in (Role.REVIEWER, Role.AGENT, Role.SHOPPER):
        with pytest.raises(ForbiddenError):
            service.add_programme(acting_as(act, make.user(role)), name=role.value, version=card)
    assert service.add_programme(acting_as(act, make.user(Role.SUPERVISOR)), name="Shops", version=card).id


def test_a_closed_programme_takes_no_new_visits(act: Act, make: Makers, visit: Visit) -> None:
    service.set_active(act, visit.scenario.programme, active=False)
    plan = service.VisitPlan(visit.shopper_id, make.agent().id, act.now)
    with pytest.raises(ConflictError):
        service.plan_visit(act, visit.scenario, plan=plan)


def test_a_scenario_stays_as_it_is_once_a_visit_has_begun(act: Act, mine: Act, visit: Visit) -> None:
    facts = service.ScenarioFacts("Other", "Other", "Other", "Other")
    service.change_scenario(act, visit.scenario, facts=facts)
    filling.start_visit(mine, visit)
    with pytest.raises(ConflictError):
        service.change_scenario(act, visit.scenario, facts=facts)
    with pytest.raises(ConflictError):
        service.cancel_visit(act, visit)


def test_a_card_that_a_shopper_cannot_fill_in_is_neither_published_nor_planned_with(act: Act, make: Makers) -> None:
    scenario = programme(act).scenarios[0]
    version = current_version(act, scenario.programme.scorecard_id)
    card = card_of(version)
    section = card.sections[0]
    asking = replace(section.criteria[0], evidence_below=Decimal(50))
    changed = replace(card, sections=(replace(section, criteria=(asking, *section.criteria[1:])), *card.sections[1:]))
    with pytest.raises(UnusableError):
        publish(act, add_version(act, changed))
    # One that came into use before this was looked at.
    version.definition, version.digest = write_card(changed), digest(changed)
    plan = service.VisitPlan(make.user(Role.SHOPPER).id, make.agent().id, act.now)
    with pytest.raises(InvalidError, match="a shopper cannot give"):
        service.plan_visit(act, scenario, plan=plan)
