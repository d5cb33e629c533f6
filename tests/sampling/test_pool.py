"""The pool: the next in the draw's order, one at a time, never held by two; a lock runs out, and its draft is kept."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration.models import ScorePair
from qa.cards.queries import card_of
from qa.db import transaction
from qa.errors import ConflictError, ForbiddenError
from qa.evaluations.merging import StaleError
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.queries import work_list
from qa.evaluations.service import assign as give
from qa.evaluations.service import marks_of, save_draft, submit_evaluation
from qa.people.models import User
from qa.sampling import service
from qa.sampling.handout import hand_out_waiting
from qa.sampling.models import DrawItem, ReplaceReason
from qa.sampling.pool import back_in_pool, claim_next, close_pool, has_pool, in_pool, open_pool, waiting_for
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.workload.handing_over import gone_from, told_to
from qa.workload.models import EvaluationHandover, HandoverCause
from tests.calibration.comparing import marks
from tests.conftest import NOW, Stored
from tests.makers import Makers
from tests.sampling.plan_making import evaluations
from tests.workload.working import Month, away, begin, month

HOUR = timedelta(minutes=61)


def as_user(act: Act, user: User, *, later: timedelta = timedelta()) -> Act:
    return replace(act, actor=user, now=act.now + later)


def take(act: Act, user: User, *, later: timedelta = timedelta()) -> Evaluation:
    claimed = claim_next(as_user(act, user, later=later))
    assert claimed is not None
    return claimed.evaluation


def submit(act: Act, evaluation: Evaluation, *, later: timedelta = timedelta()) -> None:
    user = act.session.get_one(User, evaluation.reviewer_id)
    mine = as_user(act, user, later=later)
    given = marks(card_of(evaluation.card_version))
    submit_evaluation(mine, evaluation, marks=given, summary="", revision=evaluation.revision)


def in_order(act: Act, scene: Month) -> list[int]:
    items = act.session.scalars(select(DrawItem).where(DrawItem.draw_id == scene.draw.id))
    return [one.id for one in sorted(items, key=lambda one: (one.position, int(one.u)))]


def test_nothing_is_handed_out_and_reviewers_take_in_the_order_of_the_draw(act: Act, make: Makers) -> None:
    scene = month(make, agents=3, each=3, pooled=True)
    assert evaluations(act) == []
    taken = []
    for number in range(9):
        evaluation = take(act, scene.reviewers[number % 3])
        assert evaluation.kind is EvaluationKind.RANDOM
        taken.append(evaluation.draw_item_id)
        submit(act, evaluation)
    assert taken == in_order(act, scene)
    assert claim_next(as_user(act, scene.reviewers[0])) is None
    assert in_pool(act, scene.plan) == 0


def test_who_has_one_gets_no_other_before_it_is_submitted(act: Act, make: Makers) -> None:
    scene = month(make, pooled=True)
    first = take(act, scene.reviewers[0])
    again = claim_next(as_user(act, scene.reviewers[0]))
    assert again is not None
    assert (again.evaluation.id, again.again) == (first.id, True)
    assert again.evaluation.claimed_until == act.now + timedelta(minutes=60)
    submit(act, first)
    assert first.claimed_until is None
    assert take(act, scene.reviewers[0]).id != first.id


def test_nobody_takes_their_own_or_what_they_know(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=2, reviewers=1, pooled=True)
    agent, reviewer = scene.agents[0], scene.reviewers[0]
    known = next(item for item in scene.draw.items if item.interaction.agent_id == scene.agents[1].id)
    give(act, known.interaction, reviewer=reviewer, version=make.card(), kind=EvaluationKind.TARGETED)
    agent.role = Role.REVIEWER
    scene.plan.reviewers.append(type(scene.plan.reviewers[0])(user_id=agent.id))
    act.session.flush()
    act.session.expire(scene.plan, ["reviewers"])
    assert waiting_for(act, reviewer) == 3
    assert waiting_for(act, agent) == 2
    mine = take(act, agent)
    assert mine.agent_id != agent.id
    assert take(act, reviewer).interaction_id not in {known.interaction_id, mine.interaction_id}


def test_only_reviewers_of_the_plan_take_from_its_pool(act: Act, make: Makers) -> None:
    scene = month(make, pooled=True)
    stranger = make.user(Role.REVIEWER)
    assert not has_pool(act, stranger)
    assert has_pool(act, scene.reviewers[0])
    assert claim_next(as_user(act, stranger)) is None
    with pytest.raises(ForbiddenError):
        claim_next(as_user(act, scene.agents[0]))


def test_who_is_absent_takes_nothing(act: Act, make: Makers) -> None:
    scene = month(make, pooled=True)
    away(make, scene.reviewers[0])
    with pytest.raises(ConflictError, match="down as absent"):
        claim_next(as_user(act, scene.reviewers[0]))


def test_a_save_moves_the_lock_on_and_without_one_it_runs_out(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=2, pooled=True)
    first, second, _third = scene.reviewers
    evaluation = take(act, first)
    late = as_user(act, first, later=timedelta(minutes=50))
    save_draft(late, evaluation, marks=marks(card_of(evaluation.card_version)), summary="Half.", revision=0)
    assert evaluation.claimed_until == act.now + timedelta(minutes=110)
    assert take(act, second, later=timedelta(minutes=109)).id != evaluation.id
    out = as_user(act, first, later=timedelta(minutes=110))
    assert work_list(out) == []
    assert [one.id for one in back_in_pool(out)] == [evaluation.id]
    assert in_pool(out, scene.plan) == 1


def test_what_ran_out_goes_to_the_next_who_begins_anew_and_the_draft_is_kept(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=1, pooled=True)
    first, second, _third = scene.reviewers
    evaluation = take(act, first)
    begin(act, evaluation, summary="My own words.")
    evaluation.played = [[0, 5000]]
    before = marks_of(evaluation)
    taken = take(act, second, later=HOUR)
    assert taken.id == evaluation.id
    assert (evaluation.reviewer_id, evaluation.summary, evaluation.played) == (second.id, "", [])
    assert marks_of(evaluation) == {}
    assert evaluation.started_at is None
    kept = act.session.scalars(select(EvaluationHandover)).one()
    assert (kept.cause, kept.given_by_id, kept.summary) == (HandoverCause.EXPIRED, None, "My own words.")
    theirs = as_user(act, first, later=HOUR)
    assert [one.evaluation_id for one in told_to(theirs).taken] == [evaluation.id]
    assert "another reviewer has taken it" in str(gone_from(theirs, evaluation.id))
    with pytest.raises(ForbiddenError, match="assigned to someone else"):
        save_draft(theirs, evaluation, marks={}, summary="", revision=evaluation.revision)
    # It runs out again, and comes back to the first with what they had begun.
    back = take(act, first, later=3 * HOUR)
    assert back.id == evaluation.id
    assert marks_of(back) == before
    assert (back.summary, back.played) == ("My own words.", [[0, 5000]])
    assert told_to(as_user(act, first, later=3 * HOUR)).taken == ()


def test_who_lets_it_run_out_gets_the_same_again_and_not_another(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=3, pooled=True)
    evaluation = take(act, scene.reviewers[0])
    begin(act, evaluation)
    again = claim_next(as_user(act, scene.reviewers[0], later=HOUR))
    assert again is not None
    assert (again.evaluation.id, again.again) == (evaluation.id, True)
    assert len(marks_of(evaluation)) > 0
    assert act.session.scalar(select(EvaluationHandover)) is None


def test_a_save_after_the_lock_ran_out_takes_it_again_while_it_is_free(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=1, pooled=True)
    evaluation = take(act, scene.reviewers[0])
    late = as_user(act, scene.reviewers[0], later=HOUR)
    save_draft(late, evaluation, marks={}, summary="Back.", revision=0)
    assert claim_next(as_user(act, scene.reviewers[1], later=HOUR)) is None


def test_the_share_that_is_scored_twice_is_kept_and_goes_to_others(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=5, reviewers=3, percent=30, pooled=True)
    for number in range(60):
        claimed = claim_next(as_user(act, scene.reviewers[number % 3]))
        if claimed is not None:
            submit(act, claimed.evaluation)
    everything = evaluations(act)
    pairs = list(act.session.scalars(select(ScorePair)))
    assert Counter(one.probe for one in everything) == {None: 10, Probe.SECOND: 3}
    assert len(pairs) == 3
    for pair in pairs:
        assert pair.second.reviewer_id not in {pair.first.reviewer_id, pair.first.agent_id}
        assert pair.second.interaction_id == pair.first.interaction_id


def test_a_second_score_that_ran_out_goes_to_somebody_else_than_the_first_reviewer(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=1, reviewers=3, percent=100, pooled=True)
    first, second, third = scene.reviewers
    submit(act, take(act, first))
    seconds = take(act, second)
    assert seconds.probe is Probe.SECOND
    assert claim_next(as_user(act, first, later=HOUR)) is None
    assert take(act, third, later=HOUR).id == seconds.id
    assert seconds.reviewer_id == third.id


def test_what_takes_the_place_of_another_waits_in_the_pool(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=3, pooled=True)
    scene.draw.counts = {key: {**count, "wanted": 2} for key, count in scene.draw.counts.items()}
    last = max(scene.draw.items, key=lambda one: one.position)
    act.session.delete(last)
    act.session.flush()
    act.session.expire(scene.draw, ["items"])
    evaluation = take(act, scene.reviewers[0])
    item = act.session.get_one(DrawItem, evaluation.draw_item_id)
    heir = service.replace_item(as_user(act, scene.reviewers[0]), item, reason=ReplaceReason.NO_AUDIO)
    assert heir is not None
    assert evaluations(act) == []
    taken = {take(act, user).draw_item_id for user in scene.reviewers[:2]}
    assert heir.id in taken
    assert item.id not in taken


def test_closing_the_pool_leaves_what_was_taken_and_hands_out_the_rest(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=4, pooled=True)
    evaluation = take(act, scene.reviewers[0])
    supervisor = as_user(act, scene.supervisor)
    with pytest.raises(ConflictError, match="Close the pool first"):
        hand_out_waiting(supervisor, scene.draw)
    close_pool(supervisor, scene.plan)
    assert evaluation.claimed_until is None
    assert hand_out_waiting(supervisor, scene.draw) == (7, 0)
    assert sorted(Counter(one.reviewer_id for one in evaluations(act)).values()) == [2, 3, 3]
    with pytest.raises(ConflictError, match="has no pool"):
        close_pool(supervisor, scene.plan)
    open_pool(supervisor, scene.plan)
    with pytest.raises(ConflictError, match="already take"):
        open_pool(supervisor, scene.plan)


def test_the_version_that_the_draw_names_is_scored(act: Act, make: Makers) -> None:
    scene = month(make, pooled=True)
    assert take(act, scene.reviewers[0]).card_version_id == make.card().id


def test_two_who_take_at_the_same_moment_never_hold_the_same(
    stored: Stored, engine: Engine, settings: Settings, blobs: LocalFolder
) -> None:
    with stored() as make:
        scene = month(make, agents=2, each=3, reviewers=4, pooled=True)
        people = [one.id for one in scene.reviewers]
    ready = threading.Barrier(len(people))
    taken: list[tuple[int, int]] = []

    def reach(user_id: int) -> None:
        ready.wait()
        with transaction(engine) as session:
            user = session.get_one(User, user_id)
            claimed = claim_next(Act(session, NOW, settings, blobs, user))
            assert claimed is not None
            taken.append((claimed.evaluation.id, claimed.evaluation.draw_item_id or 0))

    threads = [threading.Thread(target=reach, args=(user_id,)) for user_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 4
    assert len({item for _evaluation, item in taken}) == 4
    with transaction(engine, reading=True) as session:
        held = list(session.scalars(select(Evaluation).where(Evaluation.state == EvaluationState.OPEN)))
        assert len({one.draw_item_id for one in held}) == len(held) == 4


def test_one_who_takes_in_two_windows_gets_one(
    stored: Stored, engine: Engine, settings: Settings, blobs: LocalFolder
) -> None:
    with stored() as make:
        user_id = month(make, pooled=True).reviewers[0].id
    ready = threading.Barrier(2)
    taken: list[int] = []

    def reach() -> None:
        ready.wait()
        with transaction(engine) as session:
            claimed = claim_next(Act(session, NOW, settings, blobs, session.get_one(User, user_id)))
            assert claimed is not None
            taken.append(claimed.evaluation.id)

    threads = [threading.Thread(target=reach) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 2
    assert len(set(taken)) == 1


def test_who_saves_late_and_who_takes_at_the_same_moment_do_not_both_have_it(
    stored: Stored, engine: Engine, settings: Settings, blobs: LocalFolder
) -> None:
    with stored() as make:
        scene = month(make, agents=1, each=1, reviewers=2, pooled=True)
        first, second = (one.id for one in scene.reviewers)
        number = take(make.act, scene.reviewers[0]).id
    ready = threading.Barrier(2)
    had: dict[str, bool] = {}

    def act_of(session: Session, user_id: int) -> Act:
        return Act(session, NOW + HOUR, settings, blobs, session.get_one(User, user_id))

    def save() -> None:
        ready.wait()
        try:
            with transaction(engine) as session:
                evaluation = session.get_one(Evaluation, number)
                save_draft(act_of(session, first), evaluation, marks={}, summary="Late.", revision=0)
            had["saved"] = True
        except (ForbiddenError, StaleError):
            had["saved"] = False

    def reach() -> None:
        ready.wait()
        with transaction(engine) as session:
            had["taken"] = claim_next(act_of(session, second)) is not None

    threads = [threading.Thread(target=save), threading.Thread(target=reach)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert had["saved"] is not had["taken"]
    with transaction(engine, reading=True) as session:
        evaluation = session.get_one(Evaluation, number)
        assert evaluation.reviewer_id == (first if had["saved"] else second)
        assert evaluation.summary == ("Late." if had["saved"] else "")
