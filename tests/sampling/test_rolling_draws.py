"""Rolling draws: promised before, taken in as days pass with one chance for every day, closed and verified after."""

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from qa import handlers
from qa.act import Act
from qa.auth.roles import Role
from qa.db import transaction
from qa.errors import ConflictError
from qa.evaluations.models import Evaluation, EvaluationState, Probe
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.ticks import ask_daily
from qa.jobs.work import Bench
from qa.sampling import order, rolls, service
from qa.sampling.chance_design import Design
from qa.sampling.commitment import commit
from qa.sampling.handout import hand_out_waiting
from qa.sampling.models import Draw, DrawState, Plan, ReplaceReason
from qa.sampling.period import parse_period
from qa.sampling.pool import claim_next, in_pool, open_pool
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import NOW, Stored
from tests.makers import Makers
from tests.sampling.plan_making import ZONE, calls, differences, entropy, only, plan, wish
from tests.workload.working import away

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"
NOVEMBER = datetime(2026, 11, 2, 8, tzinfo=UTC)
HALF = Design(share_bp=5_000)


@pytest.fixture
def rolling_plan(act: Act, make: Makers) -> Plan:
    """A plan promised for November that takes in half of everything."""
    return _rolling(act, make)


def _rolling(act: Act, make: Makers, **values: object) -> Plan:
    # The seed is always the same one, so that each run takes in the same interactions.
    found = service.make_plan(act, wish(make, **values), entropy=entropy())  # type: ignore[arg-type]
    service.design_plan(act, found, HALF)
    return found


def _on(act: Act, day: datetime) -> Act:
    return replace(act, now=day)


def test_every_interaction_is_in_by_its_own_number_whatever_day_it_is_looked_at(
    act: Act, make: Makers, rolling_plan: Plan
) -> None:
    agent = make.agent()
    draw = rolling_plan.draws[0]
    for day in range(3):
        calls(make, agent, 8, at=NOVEMBER + timedelta(days=day))
        rolls.take_in(_on(act, NOVEMBER + timedelta(days=day + 1)), draw)
    act.session.refresh(draw)
    seed, salt = bytes.fromhex(draw.seed), bytes.fromhex(draw.salt)
    everything = act.session.scalars(select(Interaction))
    expected = {
        one.id
        for one in everything
        if order.as_fraction(order.permanent_number(seed, order.token_of(one.stable_key, salt=salt))) < 0.5
    }
    assert {item.interaction_id for item in draw.items} == expected
    assert 0 < len(expected) < 24
    assert {item.inclusion_probability for item in draw.items} == {0.5}
    assert (draw.state, draw.is_under_way) == (DrawState.COMMITTED, True)


def test_looking_again_takes_nothing_in_twice(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 10, at=NOVEMBER)
    draw = rolling_plan.draws[0]
    later = _on(act, NOVEMBER + timedelta(days=1))
    first = rolls.take_in(later, draw)
    assert first.taken > 0
    assert rolls.take_in(later, draw).taken == 0


def test_what_can_be_read_only_later_is_taken_in_later(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 12, at=NOVEMBER, state=InteractionState.TRANSCRIBING)
    draw = rolling_plan.draws[0]
    assert rolls.take_in(_on(act, NOVEMBER + timedelta(days=1)), draw).taken == 0
    act.session.execute(update(Interaction).values(state=InteractionState.READY))
    assert rolls.take_in(_on(act, NOVEMBER + timedelta(days=2)), draw).taken > 0


def test_a_closed_period_verifies_and_so_does_its_file(
    act: Act, make: Makers, rolling_plan: Plan, tmp_path: Path
) -> None:
    for agent in (make.agent(), make.agent()):
        calls(make, agent, 10, at=NOVEMBER)
    draw = rolling_plan.draws[0]
    early = rolls.take_in(_on(act, NOVEMBER + timedelta(days=1)), draw).taken
    calls(make, make.agent(), 6, at=NOVEMBER + timedelta(days=9))
    december = _on(act, datetime(2026, 12, 2, tzinfo=UTC))
    outcome = service.run(december, draw)
    assert draw.frame_size == 26
    assert outcome.drawn == sum(count["drawn"] for count in draw.counts.values()) > early
    assert not outcome.shortages
    service.reveal(december, draw)
    assert differences(act, draw) == ""
    path = tmp_path / "draw.json"
    path.write_bytes(service.export(act, draw))
    done = subprocess.run([sys.executable, SCRIPT, path, draw.commitment], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert commit(bytes.fromhex(draw.seed)) == draw.commitment
    with pytest.raises(ConflictError, match="closed"):
        rolls.take_in(december, draw)


def test_an_interaction_slipped_in_by_hand_is_found(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 16, at=NOVEMBER)
    draw = rolling_plan.draws[0]
    december = _on(act, datetime(2026, 12, 2, tzinfo=UTC))
    service.run(december, draw)
    service.reveal(december, draw)
    other = act.session.scalars(
        select(Interaction).where(Interaction.id.not_in([item.interaction_id for item in draw.items]))
    ).first()
    assert other is not None
    item = draw.items[0]
    item.interaction_id = other.id
    act.session.flush()
    assert "should not have been drawn" in differences(act, draw)


def test_what_was_set_aside_gets_no_other_in_its_place(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 10, at=NOVEMBER)
    draw = rolling_plan.draws[0]
    rolls.take_in(_on(act, NOVEMBER + timedelta(days=1)), draw)
    act.session.refresh(draw)
    assert service.replace_item(act, draw.items[0], reason=ReplaceReason.NO_AUDIO) is None
    december = _on(act, datetime(2026, 12, 2, tzinfo=UTC))
    service.run(december, draw)
    service.reveal(december, draw)
    assert differences(act, draw) == ""
    assert any("has none to take its place" in str(one.sentence) for one in service.verify(act, draw).findings)


def test_a_plan_under_way_keeps_what_was_agreed(act: Act, make: Makers, rolling_plan: Plan) -> None:
    rolls.take_in(_on(act, NOVEMBER), rolling_plan.draws[0])
    agreed = wish(make)
    with pytest.raises(ConflictError, match="under way"), act.session.begin_nested():
        service.design_plan(act, rolling_plan, Design(share_bp=100))
    with pytest.raises(ConflictError, match="under way"), act.session.begin_nested():
        service.change_plan(act, rolling_plan, replace(agreed, population=only(min_duration_ms=60_000)))
    renamed = service.change_plan(act, rolling_plan, replace(agreed, name="Another name"))
    assert renamed.name == "Another name"


def test_nothing_is_taken_in_before_the_period_or_by_another_kind_of_plan(
    act: Act, make: Makers, rolling_plan: Plan
) -> None:
    december = rolling_plan.draws[1]
    with pytest.raises(ConflictError, match="begins on"):
        rolls.take_in(act, december)
    with pytest.raises(ConflictError, match="as days pass"):
        rolls.take_in(act, plan(make, name="Plain").draws[0])


def test_an_agent_who_moves_keeps_what_was_taken_in_where_it_was(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 10, at=NOVEMBER)
    draw = rolling_plan.draws[0]
    rolls.take_in(_on(act, NOVEMBER + timedelta(days=1)), draw)
    act.session.execute(update(Interaction).values(agent_id=make.agent().id))
    december = _on(act, datetime(2026, 12, 2, tzinfo=UTC))
    service.run(december, draw)
    service.reveal(december, draw)
    assert draw.frame_size == 10
    assert differences(act, draw) == ""


def test_the_daily_job_takes_in_and_closes_by_itself(
    engine: Engine, settings: Settings, blobs: LocalFolder, stored: Stored
) -> None:
    handlers.load()
    with stored() as make:
        found = _rolling(make.act, make)
        assert found.draws[0].starts_at == parse_period("2026-11", zone=ZONE).start
        calls(make, make.agent(), 12, at=NOVEMBER)
    seen: list[tuple[DrawState, int]] = []
    moments = (NOW, NOW + timedelta(days=1), datetime(2026, 12, 3, 5, tzinfo=UTC))
    for now, _number in itertools.product(moments, range(2)):
        bench = Bench(engine, settings, blobs, lambda now=now: now)  # type: ignore[misc]
        ask_daily(bench)
        for number in ledger.due(bench):
            assert ledger.run(bench, number) is JobState.DONE
        with transaction(engine, reading=True) as session:
            draw = session.scalars(select(Draw).order_by(Draw.starts_at)).first()
            assert draw is not None
            seen.append((draw.state, len(draw.items)))
    assert [state for state, _items in seen] == [DrawState.COMMITTED] * 4 + [DrawState.DRAWN] * 2
    assert len({items for _state, items in seen}) == 1
    assert seen[0][1] > 0


def test_a_period_waits_a_week_for_what_cannot_be_read_yet(act: Act, make: Makers, rolling_plan: Plan) -> None:
    calls(make, make.agent(), 1, at=NOVEMBER, state=InteractionState.FAILED)
    draw = rolling_plan.draws[0]
    assert not rolls.can_close(_on(act, draw.ends_at - timedelta(hours=1)), draw)
    assert not rolls.can_close(_on(act, draw.ends_at), draw)
    assert rolls.can_close(_on(act, draw.ends_at + timedelta(days=7)), draw)


def test_a_refused_draw_lets_the_others_go_on_and_is_told(
    engine: Engine, settings: Settings, blobs: LocalFolder, stored: Stored
) -> None:
    handlers.load()
    with stored() as make:
        agent = make.user(Role.REVIEWER)
        # The only reviewer of this plan is the agent of every call.
        _rolling(make.act, make, name="A lonely plan", reviewer_ids=(agent.id,))
        _rolling(make.act, make, name="B good plan")
        calls(make, agent, 12, at=NOVEMBER)
    bench = Bench(engine, settings, blobs, lambda: NOW)
    ask_daily(bench)
    for number in ledger.due(bench):
        ledger.run(bench, number)
    with transaction(engine, reading=True) as session:
        items = {draw.plan.name: len(draw.items) for draw in session.scalars(select(Draw)) if draw.rolls}
        states = {job.kind: job.state for job in session.scalars(select(Job))}
    assert items["B good plan"] > 0
    assert "A lonely plan" not in items
    assert states["roll"] is not JobState.DONE


def test_reviewers_take_from_the_pool_while_a_draw_rolls(act: Act, make: Makers) -> None:
    found = _rolling(act, make)
    open_pool(act, found)
    calls(make, make.agent(), 8, at=NOVEMBER)
    intake = rolls.take_in(act, found.draws[0])
    assert (intake.unassigned, intake.pooled) == (0, True)
    assert f"{intake.taken} interactions were taken in. Reviewers take" in str(intake.said)
    assert in_pool(act, found) == intake.taken
    claimed = claim_next(replace(act, actor=found.reviewers[0].user))
    assert claimed is not None
    assert claimed.evaluation.draw_item_id in {item.id for item in found.draws[0].items}


def test_the_share_scored_twice_holds_over_small_intakes(act: Act, make: Makers) -> None:
    found = _rolling(act, make, reviewers=2, double_percent=30)
    agent, draw = make.agent(), found.draws[0]
    for day in range(25):
        calls(make, agent, 4, at=NOVEMBER + timedelta(days=day))
        rolls.take_in(_on(act, NOVEMBER + timedelta(days=day + 1)), draw)
    firsts = act.session.scalar(select(func.count()).where(Evaluation.draw_item_id.is_not(None)))
    seconds = act.session.scalar(select(func.count()).where(Evaluation.probe == Probe.SECOND))
    assert firsts is not None
    assert seconds is not None
    assert 0.15 * firsts < seconds < 0.45 * firsts


def test_the_share_scored_twice_from_a_pool_is_decided_for_each_by_itself(act: Act, make: Makers) -> None:
    found = _rolling(act, make, reviewers=2, double_percent=30)
    open_pool(act, found)
    agent, draw = make.agent(), found.draws[0]
    people = [replace(act, actor=one.user) for one in found.reviewers]
    for day in range(25):
        calls(make, agent, 4, at=NOVEMBER + timedelta(days=day))
        later = NOVEMBER + timedelta(days=day + 1)
        rolls.take_in(_on(act, later), draw)
        for one in people * 4:
            taken = claim_next(_on(one, later))
            if taken is not None:
                taken.evaluation.state, taken.evaluation.submitted_at = EvaluationState.SUBMITTED, later
    act.session.refresh(draw)
    seconds = act.session.scalar(select(func.count()).where(Evaluation.probe == Probe.SECOND))
    assert seconds is not None
    assert 0.15 * len(draw.items) < seconds < 0.45 * len(draw.items)


def test_what_was_taken_in_while_all_were_absent_is_handed_out_before_the_period_ends(act: Act, make: Makers) -> None:
    found = _rolling(act, make)
    gone = [away(make, one.user) for one in found.reviewers]
    calls(make, make.agent(), 8, at=NOVEMBER)
    draw = found.draws[0]
    intake = rolls.take_in(act, draw)
    assert intake.taken == intake.unassigned > 0
    later = _on(act, act.now + timedelta(days=6))
    assert len(gone) == 2
    assert hand_out_waiting(later, draw) == (intake.taken, 0)
