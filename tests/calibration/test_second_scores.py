"""Silent second scores: nobody can tell them, and no figure about agents knows them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration.agreement import agreement_of
from qa.cards.queries import card_of
from qa.coaching.letter import own_evaluations
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.evaluations import listing
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.queries import get_evaluation, visible_evaluations, work_list
from qa.evaluations.service import release
from qa.insight.progress import plan_progress
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.insight.week import week_of
from qa.people.models import User
from qa.sampling.models import ReplaceReason
from qa.sampling.period import next_period, previous_period
from qa.sampling.queries import items, progress
from qa.sampling.service import draw_past, make_plan, replace_item
from tests.calibration.comparing import doubled_draw, lenient_key, pairs, submit
from tests.conftest import Stored
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, entropy, plan, wish
from tests.visitor import Visitor

NOVEMBER_START = OCTOBER.end


def test_the_planned_share_goes_to_somebody_else_who_is_not_the_agent(act: Act, make: Makers) -> None:
    doubled_draw(make, agents=2, each=10, percent=30)
    found = pairs(make)
    assert len(found) == 6
    for pair in found:
        assert pair.second.reviewer_id not in {pair.first.reviewer_id, pair.first.agent_id}
        assert pair.second.interaction_id == pair.first.interaction_id
        assert pair.second.card_version_id == pair.first.card_version_id
        assert (pair.second.probe, pair.second.kind) == (Probe.SECOND, EvaluationKind.TARGETED)
        assert pair.second.assigned_at == pair.first.assigned_at


@pytest.mark.parametrize("percent", [0, 100])
def test_a_plan_may_double_nothing_or_everything(make: Makers, percent: int) -> None:
    doubled_draw(make, agents=1, each=4, percent=percent)
    assert len(pairs(make)) == 4 * percent // 100


def test_second_scores_stand_among_the_others_and_not_at_the_end(act: Act, make: Makers) -> None:
    doubled_draw(make, agents=3, each=10, percent=30, reviewers=2)
    for reviewer in act.session.scalars(select(User).where(User.role == Role.REVIEWER)):
        kinds = [one.probe for one in work_list(replace(act, actor=reviewer))]
        seconds = [place for place, probe in enumerate(kinds) if probe is not None]
        assert seconds
        assert seconds != list(range(len(kinds) - len(seconds), len(kinds)))


def test_the_desk_and_the_submitted_page_of_a_second_score_look_like_any_other(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        doubled_draw(make, agents=1, each=4, percent=100, reviewers=2)
        found = pairs(make)
        reviewer_id = found[0].second.reviewer_id
        second = found[0].second.id
        first = next(pair.first.id for pair in found if pair.first.reviewer_id == reviewer_id)
        for pair in found:
            make.transcript(pair.first.interaction)
    reader = visitor.as_user(reviewer_id)
    pages = [_bare(reader.get(f"/evaluations/{number}/desk").text) for number in (first, second)]
    assert pages[0] == pages[1]
    listed = reader.get("/evaluations/desk").text
    assert f"/evaluations/{second}/desk" in listed
    with stored() as make:
        for number in (first, second):
            submit(make, make.act.session.get_one(Evaluation, number))
    pages = [_bare(reader.get(f"/evaluations/{number}").text) for number in (first, second)]
    assert pages[0] == pages[1]
    assert "Random sample" in pages[1]
    # The first is released sooner or later, the second never: its reviewer reads the same of both.
    with stored() as make:
        release(make.act, make.act.session.get_one(Evaluation, first))
    pages = [_bare(reader.get(f"/evaluations/{number}").text) for number in (first, second)]
    assert pages[0] == pages[1]


def _bare(page: str) -> str:
    """The page without what differs from evaluation to evaluation: numbers, names, moments, its place in the list."""
    page = re.sub(r"ref-\d+|Agent \d+|nonce=.[\w-]+|name=.csrf_token. value=.[\w.-]+", "*", page.split("<main", 1)[1])
    page = re.sub(r'<a class="btn btn-small".*?</a>\s*', "", page, flags=re.DOTALL)
    return re.sub(r"\d+", "*", " ".join(page.split()))


def test_nobody_but_its_reviewer_finds_a_second_score(act: Act, make: Makers) -> None:
    doubled_draw(make, percent=50)
    pair = pairs(make)[0]
    for reviewer_of in (pair.first, pair.second):
        submit(make, reviewer_of)
    supervisor, admin = make.user(Role.SUPERVISOR), make.user(Role.ADMIN)
    agent = act.session.get_one(User, pair.first.agent_id)
    first_reviewer = act.session.get_one(User, pair.first.reviewer_id)
    for user in (supervisor, admin, agent, first_reviewer):
        seen = replace(act, actor=user)
        assert pair.second_id not in {one.id for one in act.session.scalars(visible_evaluations(seen))}
        with pytest.raises(NotFoundError):
            get_evaluation(seen, pair.second_id)
    second_reviewer = act.session.get_one(User, pair.second.reviewer_id)
    assert get_evaluation(replace(act, actor=second_reviewer), pair.second_id).id == pair.second_id


def test_second_scores_are_in_no_figure_about_agents(act: Act, make: Makers) -> None:
    draw = doubled_draw(make, agents=2, each=6, percent=50)
    supervisor = replace(act, actor=make.user(Role.SUPERVISOR))
    stretch = stretch_of(OCTOBER)

    def everything() -> tuple[object, ...]:
        agent = pairs(make)[0].first.agent
        week = week_of(supervisor, stretch)
        listed = listing.find_evaluations(supervisor, listing.Filters(), page=1)
        return (
            {one.evaluation_id: one.quality for one in read_sample(act, stretch).scored},
            [(one.drawn, one.submitted, one.released) for one in plan_progress(act, stretch)],
            week.overall,
            [(row.agent.id, row.figure) for row in week.rows],
            week.waiting,
            listed.total,
            progress(act, [draw])[draw.id],
            len(items(supervisor, draw)),
            [one.id for one in own_evaluations(supervisor, agent)],
            [one.id for one in own_evaluations(replace(act, actor=agent), agent)],
        )

    for pair in pairs(make):
        submit(make, pair.first)
        release(supervisor, pair.first)
    before = everything()
    worst = lenient_key(card_of(pairs(make)[0].first.card_version))
    for pair in pairs(make):
        submit(make, pair.second, worst=(worst,))
        assert pair.second.quality_bp != pair.first.quality_bp
    assert everything() == before


def test_a_second_score_is_never_released(act: Act, make: Makers) -> None:
    doubled_draw(make)
    second = pairs(make)[0].second
    submit(make, second)
    with pytest.raises(ConflictError, match="compare reviewers"):
        release(act, second)
    by_hand = update(Evaluation).where(Evaluation.id == second.id)
    with pytest.raises(IntegrityError):
        act.session.execute(by_hand.values(state=EvaluationState.RELEASED, released_at=act.now))


def test_a_pair_is_compared_only_when_both_are_in(act: Act, make: Makers) -> None:
    draw = doubled_draw(make)
    found = pairs(make)
    submit(make, found[0].second)
    submit(make, found[1].first)
    assert agreement_of(act, draw.plan.scorecard_id).n_pairs == 0
    submit(make, found[0].first)
    assert agreement_of(act, draw.plan.scorecard_id).n_pairs == 1


def test_replacing_an_interaction_takes_its_second_score_along(act: Act, make: Makers) -> None:
    doubled_draw(make, agents=1, each=6, percent=50)
    pair = pairs(make)[0]
    first_id, second_id = pair.first_id, pair.second_id
    item = pair.first.draw_item
    assert item is not None
    replace_item(act, item, reason=ReplaceReason.NO_AUDIO)
    act.session.expire_all()
    left = set(act.session.scalars(select(Evaluation.id).where(Evaluation.id.in_([first_id, second_id]))))
    assert left == set()
    assert len(pairs(make)) == 2


def test_a_score_that_counts_goes_before_a_second_one(act: Act, make: Makers) -> None:
    agent = make.agent()
    calls(make, agent, 4)
    shared = tuple(make.user(Role.REVIEWER).id for _ in range(2))
    for name in ("One", "Two"):
        made = plan(make, name=name, per_agent=4, reviewer_ids=shared, double_percent=100)
        assert draw_past(act, made, period=OCTOBER, entropy=entropy()).unassigned == 0
    firsts = select(func.count()).where(Evaluation.kind == EvaluationKind.RANDOM)
    assert act.session.scalar(firsts) == 8


def test_what_was_scored_long_ago_comes_back_unmarked_to_the_same_reviewer(act: Act, make: Makers) -> None:
    agent = make.agent()
    calls(make, agent, 6)
    often = replace(act, settings=replace(act.settings, repeat_percent=50))
    found = plan(make, per_agent=6, reviewers=2, double_percent=0)
    draw_past(act, found, period=OCTOBER, entropy=entropy())
    earlier = list(act.session.scalars(select(Evaluation)))
    for one in earlier:
        submit(make, one)
        one.submitted_at = act.now - timedelta(days=act.settings.repeat_days + 1)
    act.session.flush()
    calls(make, agent, 8, at=NOVEMBER_START + timedelta(hours=1))
    later = replace(often, now=next_period(OCTOBER).end + timedelta(hours=1))
    draw_past(later, found, period=next_period(OCTOBER), entropy=entropy())
    repeats = [pair for pair in pairs(make) if pair.second.probe is Probe.REPEAT]
    assert repeats
    for pair in repeats:
        assert pair.second.reviewer_id == pair.first.reviewer_id
        assert pair.second.interaction_id == pair.first.interaction_id
        assert pair.second.state is EvaluationState.OPEN
        assert pair.second.answers == []


def test_what_was_scored_lately_does_not_come_back(act: Act, make: Makers) -> None:
    often = replace(act, settings=replace(act.settings, repeat_percent=100))
    calls(make, make.agent(), 6)
    found = plan(make, per_agent=3, reviewers=2, double_percent=0)
    draw_past(often, found, period=OCTOBER, entropy=entropy())
    for one in list(act.session.scalars(select(Evaluation))):
        submit(make, one)
    september = previous_period(OCTOBER)
    calls(make, make.agent(), 6, at=september.start + timedelta(days=2))
    draw_past(often, found, period=september, entropy=entropy())
    assert pairs(make) == []


def test_a_share_outside_a_hundred_is_refused(make: Makers) -> None:
    with pytest.raises(InvalidError, match="0 to 100"):
        make_plan(make.act, wish(make, double_percent=101), entropy=entropy())


def test_a_second_score_is_never_released_even_where_scores_are_released_at_once(act: Act, make: Makers) -> None:
    doubled_draw(make, agents=1, each=2, percent=100)
    at_once = Makers(replace(act, settings=replace(act.settings, release_at_once=True)))
    (pair, _other) = pairs(make)
    submit(at_once, pair.second)
    submit(at_once, pair.first)
    assert (pair.first.state, pair.second.state) == (EvaluationState.RELEASED, EvaluationState.SUBMITTED)
