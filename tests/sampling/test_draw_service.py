"""Draws from promise to proof: nobody sees a seed too early, nothing is lost, every change is found."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.interactions.kinds import Channel, InteractionState
from qa.interactions.models import Interaction
from qa.mystery.models import Visit
from qa.people.models import User, UserState
from qa.sampling import queries, service
from qa.sampling.commitment import commit
from qa.sampling.frame import frame, preview
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan, ReplaceReason
from qa.sampling.period import parse_period
from qa.sampling.plans import period_of_draw, population_of, write_plan
from tests.makers import Makers
from tests.sampling.plan_making import IN_OCTOBER, OCTOBER, ZONE, calls, drawn, entropy, only, plan, wish

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"


@pytest.fixture
def team_of_three(make: Makers) -> list[User]:
    team = make.team("Invoices")
    agents = [make.agent(name, team=team) for name in ("Anna", "Bram", "Chris")]
    for agent, number in zip(agents, (10, 8, 2), strict=True):
        calls(make, agent, number)
    return agents


def evaluations(act: Act) -> list[Evaluation]:
    return list(act.session.scalars(select(Evaluation).order_by(Evaluation.id)))


def differences(act: Act, draw: Draw) -> str:
    act.session.expire_all()
    found = service.verify(act, draw)
    return " ".join(str(finding.sentence) for finding in found.differences)


# Plans


def test_a_new_plan_promises_the_present_and_the_next_period(make: Makers) -> None:
    promised = plan(make).draws
    assert [period_of_draw(draw).code for draw in promised] == ["2026-11", "2026-12"]
    assert promised[0].promised_late
    assert not promised[1].promised_late
    for draw in promised:
        assert draw.commitment == commit(bytes.fromhex(draw.seed))
        assert draw.salt_commitment == commit(bytes.fromhex(draw.salt))
        assert draw.shown_seed == ""


def test_promising_twice_gives_the_same_draw(act: Act, make: Makers) -> None:
    found = plan(make)
    first = service.commit(act, found, period=OCTOBER, entropy=entropy())
    assert service.commit(act, found, period=OCTOBER, entropy=entropy()) is first
    again = service.promise(act, found, entropy=entropy())
    assert [period_of_draw(draw).code for draw in again] == ["2026-11", "2026-12"]
    assert act.session.scalar(select(func.count()).select_from(Draw)) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"per_agent": 0}, "per_agent"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"reviewer_ids": ()}, "reviewers"),
        ({"population": only(min_duration_ms=60_000, max_duration_ms=30_000)}, "max_duration"),
        ({"population": only(team_ids=(999_999,))}, "teams"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    act: Act, make: Makers, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        service.make_plan(act, replace(wish(make), **values), entropy=entropy())  # type: ignore[arg-type]
    assert refused.value.field == field


def test_somebody_who_left_cannot_be_a_reviewer(act: Act, make: Makers) -> None:
    gone = make.user(Role.REVIEWER, name="Gone", state=UserState.LEFT)
    with pytest.raises(InvalidError, match="Gone is not a reviewer"):
        service.make_plan(act, wish(make, reviewer_ids=(gone.id,)), entropy=entropy())


def test_two_plans_cannot_have_one_name(act: Act, make: Makers) -> None:
    plan(make, name="Monthly")
    with pytest.raises(InvalidError):
        service.make_plan(act, wish(make, name="monthly "), entropy=entropy())


def test_the_periods_of_a_plan_stay_once_draws_are_promised(act: Act, make: Makers) -> None:
    found = plan(make)
    with pytest.raises(InvalidError, match="promised"):
        service.change_plan(act, found, wish(make, time_zone="Europe/London"))
    service.change_plan(act, found, wish(make, per_agent=5, reviewers=1))
    assert (found.per_agent, len(found.reviewers)) == (5, 1)


def test_a_stopped_plan_draws_no_more_until_it_is_started_again(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    found = plan(make)
    service.stop_plan(act, found)
    with pytest.raises(ConflictError, match="stopped"):
        drawn(make, found)
    service.resume_plan(act, found)
    assert drawn(make, found).drawn_at == act.now


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER])
def test_only_supervisors_plan_and_draw(act: Act, make: Makers, team_of_three: list[User], role: Role) -> None:
    found = plan(make)
    other = replace(act, actor=make.user(role))
    with pytest.raises(ForbiddenError):
        service.make_plan(other, wish(make, name="Mine"), entropy=entropy())
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(ForbiddenError):
        service.run(other, draw)
    service.run(act, draw)
    with pytest.raises(ForbiddenError):
        service.reveal(other, draw)


# The frame


def test_the_frame_is_what_is_ready_in_the_period_and_matches(act: Act, make: Makers) -> None:
    here, there = make.team(), make.team()
    agent = make.agent(team=here)
    wanted = make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=60_000)
    last = make.interaction(agent=agent, started_at=OCTOBER.end - timedelta(seconds=1), duration_ms=60_000)
    make.interaction(agent=agent, started_at=OCTOBER.end)
    make.interaction(agent=agent, started_at=IN_OCTOBER, channel=Channel.CHAT)
    make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=10_000)
    make.interaction(agent=agent, started_at=IN_OCTOBER, duration_ms=None)  # type: ignore[arg-type]
    make.interaction(agent=agent, started_at=IN_OCTOBER, team_id=there.id)
    make.interaction(agent=agent, started_at=IN_OCTOBER, state=InteractionState.TRANSCRIBING)
    population = only(channels=(Channel.PHONE,), team_ids=(here.id,), min_duration_ms=30_000, max_duration_ms=600_000)
    assert dict(frame(act, population, period=OCTOBER)) == dict.fromkeys(
        (wanted.stable_key, last.stable_key), f"agent-{agent.id}"
    )


def test_a_mystery_visit_is_never_drawn(act: Act, make: Makers, team_of_three: list[User]) -> None:
    from tests.sampling.visits import visit_of  # noqa: PLC0415

    visited = make.interaction(agent=team_of_three[0], started_at=IN_OCTOBER)
    visit_of(make, visited)
    assert act.session.scalar(select(func.count()).select_from(Visit)) == 1
    assert visited.stable_key not in dict(frame(act, only(), period=OCTOBER))


def test_the_preview_tells_who_would_have_too_few(act: Act, make: Makers, team_of_three: list[User]) -> None:
    make.agent("Dilan")
    make.interaction(agent=team_of_three[0], started_at=IN_OCTOBER, state=InteractionState.FAILED)
    found = preview(act, only(), period=OCTOBER, per_agent=5)
    assert [(row.name, row.eligible, row.expected) for row in found.rows] == [
        ("Anna", 10, 5),
        ("Bram", 8, 5),
        ("Chris", 2, 2),
        ("Dilan", 0, 0),
    ]
    assert (found.eligible, found.expected) == (20, 12)
    # Calls of a minute and a half, and three minutes each to score.
    assert found.minutes == round(5 * 4.5) * 2 + 9
    assert [row.name for row in found.short] == ["Chris", "Dilan"]
    told = " ".join(str(note) for note in found.notes)
    assert "2 agents have fewer than 5" in told
    assert "1 interaction of this period is not ready" in told


def test_the_preview_says_when_nothing_matches(act: Act, team_of_three: list[User]) -> None:
    found = preview(act, only(channels=(Channel.SMS,)), period=OCTOBER, per_agent=5)
    assert str(found.notes[0]).startswith("No interaction matches")


def test_the_preview_says_that_the_clock_changes(act: Act, team_of_three: list[User]) -> None:
    # In the last week of October a Dutch Sunday has 25 hours.
    week = parse_period("2026-W43", zone=ZONE)
    notes = [str(note) for note in preview(act, only(), period=week, per_agent=1).notes]
    assert any("lasts 169 hours" in note for note in notes)
    plain = [str(note) for note in preview(act, only(), period=parse_period("2026-W41", zone=ZONE), per_agent=1).notes]
    assert not any("clock" in note for note in plain)


def test_the_preview_says_who_moved_teams(act: Act, make: Makers, team_of_three: list[User]) -> None:
    mover = team_of_three[0]
    before, after = mover.team_id, make.team("Returns")
    calls(make, mover, 3, at=IN_OCTOBER + timedelta(days=10), team_id=after.id)
    found = preview(act, only(team_ids=(after.id,)), period=OCTOBER, per_agent=2)
    assert "1 agent moved teams" in " ".join(str(note) for note in found.notes)
    assert [(row.name, row.eligible) for row in found.rows if row.eligible] == [("Anna", 3)]
    assert before != after.id


# Drawing


def test_a_draw_gives_every_agent_what_the_plan_asks(act: Act, make: Makers, team_of_three: list[User]) -> None:
    outcome = service.draw_past(act, plan(make), period=OCTOBER, entropy=entropy())
    draw = outcome.draw
    by_stratum = Counter(item.stratum for item in draw.items)
    assert sorted(by_stratum.values()) == [2, 3, 3]
    assert (outcome.drawn, draw.frame_size, draw.state) == (8, 20, DrawState.DRAWN)
    assert {item.inclusion_probability for item in draw.items} == {3 / 10, 3 / 8, 1.0}
    assert [(short.name, short.eligible, short.wanted) for short in outcome.shortages] == [("Chris", 2, 3)]
    assert "Chris has 2 interactions where 3 were asked; all were taken." in [str(one) for one in outcome.sentences()]
    kept = draw.counts[f"agent-{team_of_three[0].id}"]
    assert (kept["eligible"], kept["wanted"], kept["drawn"]) == (10, 3, 3)
    assert json.loads(draw.canonical_plan)["per_stratum"] == 3


def test_drawn_interactions_are_shared_evenly_and_every_agent_meets_several_reviewers(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    drawn(make, plan(make, reviewers=2))
    found = evaluations(act)
    assert sorted(Counter(one.reviewer_id for one in found).values()) == [4, 4]
    assert all(one.state is EvaluationState.OPEN for one in found)
    for agent in team_of_three:
        assert len({one.reviewer_id for one in found if one.agent_id == agent.id}) == 2


def test_nobody_is_given_their_own_interactions(act: Act, make: Makers, team_of_three: list[User]) -> None:
    promoted = team_of_three[0]
    promoted.role = Role.REVIEWER
    other = make.user(Role.REVIEWER)
    drawn(make, plan(make, reviewer_ids=(promoted.id, other.id)))
    assert all(one.reviewer_id != one.agent_id for one in evaluations(act))


def test_a_plan_whose_only_reviewer_is_the_agent_is_refused_by_name(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    promoted = team_of_three[0]
    promoted.role = Role.REVIEWER
    with pytest.raises(InvalidError) as refused:
        drawn(make, plan(make, reviewer_ids=(promoted.id,)))
    assert "Anna" in str(refused.value)


def test_two_plans_that_draw_the_same_interaction_give_it_to_different_reviewers(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    shared = tuple(make.user(Role.REVIEWER).id for _ in range(2))
    drawn(make, plan(make, name="One", per_agent=10, reviewer_ids=shared))
    second = service.draw_past(
        act, plan(make, name="Two", per_agent=10, reviewer_ids=shared), period=OCTOBER, entropy=entropy()
    )
    assert second.unassigned == 0
    assert set(Counter(one.interaction_id for one in evaluations(act)).values()) == {2}
    third = service.draw_past(
        act, plan(make, name="Three", per_agent=10, reviewer_ids=shared), period=OCTOBER, entropy=entropy()
    )
    assert third.unassigned == 20
    assert "20 interactions wait for a reviewer" in " ".join(str(one) for one in third.sentences())


def test_a_period_that_is_not_over_is_not_drawn(act: Act, make: Makers) -> None:
    november = plan(make).draws[0]
    with pytest.raises(ConflictError, match="lasts until"):
        service.run(act, november)


def test_a_period_is_drawn_once(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    before = len(draw.items)
    with pytest.raises(ConflictError, match="already made"):
        service.run(act, draw)
    assert act.session.scalar(select(func.count()).select_from(DrawItem)) == before


def test_a_filter_that_matches_nothing_draws_nothing_and_says_so(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    found = plan(make, population=only(channels=(Channel.SOCIAL,)))
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(InvalidError, match="No interaction matches"):
        service.run(act, draw)
    assert draw.state is DrawState.COMMITTED


def test_another_source_of_randomness_draws_others_and_the_same_draws_the_same(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    def picked(name: str, shift: int) -> set[int]:
        source = entropy()
        for _ in range(shift):
            source(32)
        found = write_plan(act, wish(make, name=name))
        draw = service.commit(act, found, period=OCTOBER, entropy=source)
        service.run(act, draw)
        return {item.interaction_id for item in draw.items}

    assert picked("one", 0) == picked("same", 0)
    assert picked("other", 5) != picked("another", 50)


# Revealing and verifying


def test_a_seed_is_revealed_once_and_only_after_the_draw(act: Act, make: Makers, team_of_three: list[User]) -> None:
    found = plan(make)
    draw = service.commit(act, found, period=OCTOBER, entropy=entropy())
    with pytest.raises(ConflictError, match="secret"):
        service.reveal(act, draw)
    service.run(act, draw)
    assert draw.shown_seed == ""
    service.reveal(act, draw)
    assert commit(bytes.fromhex(draw.shown_seed)) == draw.commitment
    with pytest.raises(ConflictError, match="already revealed"):
        service.reveal(act, draw)


def test_the_audit_log_never_holds_a_seed(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    for entry in act.session.scalars(select(AuditEntry)):
        assert draw.seed not in json.dumps(entry.data)
        assert draw.salt not in json.dumps(entry.data)


def test_an_honest_draw_verifies_before_and_after_its_seed_is_revealed(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    assert differences(act, draw) == "The seed has not been revealed yet, so the draw itself cannot be redone."
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    assert any("All 8 drawn" in str(one.sentence) for one in service.verify(act, draw).findings)


def test_what_is_only_promised_cannot_be_verified_or_exported(act: Act, make: Makers) -> None:
    promised = plan(make).draws[0]
    for use in (service.verify, service.export):
        with pytest.raises(ConflictError, match="not been made yet"):
            use(act, promised)


@pytest.mark.parametrize(
    ("altered", "sentence"),
    [
        ({Draw.seed: "0" * 64}, "The seed is not the one"),
        ({Draw.commitment: "0" * 64}, "The commitment is not the one in the audit log"),
        ({Draw.salt: "0" * 64}, "The salt is not the one"),
        ({Draw.frame_digest: "0" * 64}, "The digest of the interactions is not the one in the audit log"),
        ({Draw.canonical_plan: '{"per_stratum":4}'}, "The plan is not the one in the audit log"),
        ({Draw.canonical_plan: "{"}, "can no longer be read"),
        ({Draw.algorithm: "by-hand/1"}, "which this program does not know"),
    ],
)
def test_a_record_altered_in_one_place_is_found(
    act: Act, make: Makers, team_of_three: list[User], altered: dict[object, str], sentence: str
) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    act.session.execute(update(Draw).where(Draw.id == draw.id).values(altered))
    assert sentence in differences(act, draw)


def test_a_swapped_item_is_found_by_name(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    item = draw.items[0]
    agent_id = item.interaction.agent_id
    other = act.session.scalars(
        select(Interaction).where(
            Interaction.agent_id == agent_id, Interaction.id.not_in([one.interaction_id for one in draw.items])
        )
    ).first()
    assert other is not None
    act.session.execute(update(DrawItem).where(DrawItem.id == item.id).values(interaction_id=other.id))
    told = differences(act, draw)
    assert f"{item.interaction.stable_key} should have been drawn" in told or other.stable_key in told


def test_one_byte_of_the_frame_changed_is_found(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    assert draw.frame_key is not None
    kept = bytearray(act.blobs.get(draw.frame_key))
    kept[5] = ord("0") if kept[5] != ord("0") else ord("1")
    act.blobs.put(draw.frame_key, bytes(kept))
    assert "not the same as when the draw was made" in differences(act, draw)
    act.blobs.delete(draw.frame_key)
    assert "cannot be read" in differences(act, draw)


def test_the_exported_file_satisfies_the_script_that_anyone_can_run(
    act: Act, make: Makers, team_of_three: list[User], tmp_path: Path
) -> None:
    draw = drawn(make, plan(make))
    with pytest.raises(InvalidError, match="not been revealed"):
        service.export(act, draw)
    service.reveal(act, draw)
    written = service.export(act, draw)
    assert all(item.interaction.stable_key.encode() not in written for item in draw.items)
    assert draw.salt.encode() not in written
    path = tmp_path / "draw.json"
    path.write_bytes(written)
    done = subprocess.run([sys.executable, SCRIPT, path, draw.commitment], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Replacing


def test_the_next_in_the_order_takes_the_place_of_a_replaced_one(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    stratum = f"agent-{team_of_three[0].id}"
    item = next(one for one in draw.items if one.stratum == stratum)
    first_reviewer = next(one.reviewer_id for one in evaluations(act) if one.draw_item_id == item.id)
    heir = service.replace_item(act, item, reason=ReplaceReason.PRIVATE_CALL)
    assert heir is not None
    assert (heir.position, heir.stratum) == (4, stratum)
    assert (item.state, item.replaced_by_id, item.replaced_at) == (ItemState.REPLACED, heir.id, act.now)
    again = {one.draw_item_id: one.reviewer_id for one in evaluations(act)}
    assert item.id not in again
    assert again[heir.id] == first_reviewer
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    with pytest.raises(ConflictError, match="already replaced"):
        service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)


def test_a_replacement_can_be_replaced_and_the_draw_still_verifies(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[1].id}")
    second = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert second is not None
    third = service.replace_item(act, second, reason=ReplaceReason.LANGUAGE)
    assert third is not None
    assert third.position == 5
    service.reveal(act, draw)
    assert differences(act, draw) == ""
    assert [one.reason for one in queries.ledger(act, draw)] == [ReplaceReason.NO_AUDIO, ReplaceReason.LANGUAGE]
    assert queries.progress(act, [draw])[draw.id].replaced == 2


def test_where_none_is_left_the_place_stays_empty_and_everything_stays_visible(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[2].id}")
    assert service.replace_item(act, item, reason=ReplaceReason.UNPLAYABLE) is None
    found = queries.progress(act, [draw])[draw.id]
    assert (found.drawn, found.replaced) == (7, 1)
    service.reveal(act, draw)
    assert differences(act, draw) == ""


def test_a_replacement_that_was_picked_by_hand_is_found(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = next(one for one in draw.items if one.stratum == f"agent-{team_of_three[0].id}")
    heir = service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    service.reveal(act, draw)
    act.session.execute(update(DrawItem).where(DrawItem.id == heir.id).values(position=6))
    assert "was not the next in the order" in differences(act, draw)


def test_what_was_reviewed_stays_in_the_draw(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = draw.items[0]
    act.session.execute(
        update(Evaluation)
        .where(Evaluation.draw_item_id == item.id)
        .values(state=EvaluationState.SUBMITTED, submitted_at=act.now)
    )
    act.session.expire_all()
    with pytest.raises(ConflictError, match="already reviewed"):
        service.replace_item(act, item, reason=ReplaceReason.NO_AUDIO)


def test_only_its_reviewer_or_a_supervisor_replaces_an_item(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    item = draw.items[0]
    reviewer = next(one.reviewer for one in evaluations(act) if one.draw_item_id == item.id)
    with pytest.raises(ForbiddenError):
        service.replace_item(replace(act, actor=make.user(Role.REVIEWER)), item, reason=ReplaceReason.NO_AUDIO)
    service.replace_item(replace(act, actor=reviewer), item, reason=ReplaceReason.NO_AUDIO)
    assert item.replaced_by_user_id == reviewer.id


def test_an_erased_interaction_does_not_take_a_place(act: Act, make: Makers, team_of_three: list[User]) -> None:
    draw = drawn(make, plan(make))
    stratum = f"agent-{team_of_three[0].id}"
    left = [one.interaction_id for one in draw.items]
    spare = act.session.scalars(
        select(Interaction.id).where(Interaction.agent_id == team_of_three[0].id, Interaction.id.not_in(left))
    ).all()
    act.session.execute(delete(Interaction).where(Interaction.id.in_(spare[:-1])))
    item = next(one for one in draw.items if one.stratum == stratum)
    heir = service.replace_item(act, item, reason=ReplaceReason.ERASED)
    assert heir is not None
    assert heir.interaction_id == spare[-1]


# Seeing


def test_an_agent_sees_the_own_stratum_and_of_others_only_counts(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    agent = team_of_three[1]
    seen = queries.strata(replace(act, actor=agent), draw)
    assert [(one.mine, one.eligible) for one in seen] == [(True, 8), (False, 10), (False, 2)]
    assert [one.name for one in seen] == ["", "", ""]
    assert [bool(one.marks) for one in seen] == [True, False, False]
    assert queries.items(replace(act, actor=agent), draw) == []
    named = queries.strata(act, draw)
    assert [one.name for one in named] == ["Anna", "Bram", "Chris"]
    assert [len(one.marks) for one in named] == [10, 8, 2]


def test_the_drawn_ones_are_the_smallest_numbers_of_the_picture(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make))
    places = [place for _number, place in queries.strata(act, draw)[0].marks]
    assert places == [queries.Place.DRAWN] * 3 + [queries.Place.REST] * 7


def test_progress_counts_what_was_submitted(act: Act, make: Makers, team_of_three: list[User]) -> None:
    found = plan(make)
    draw = drawn(make, found)
    one = evaluations(act)[0]
    one.state, one.submitted_at = EvaluationState.SUBMITTED, datetime(2026, 11, 2, tzinfo=UTC)
    act.session.flush()
    progress = queries.progress(act, [draw])[draw.id]
    assert (progress.drawn, progress.submitted, progress.open) == (8, 1, 7)
    assert len(queries.items(act, draw, shown=queries.Shown.OPEN)) == 7
    assert [line.evaluation for line in queries.items(act, draw, shown=queries.Shown.SUBMITTED)] == [one]
    assert isinstance(found, Plan)
    assert population_of(found) == only()
