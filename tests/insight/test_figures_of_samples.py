"""Figures of random samples: what counts, how much each draw weighs, and what never gets in."""

from dataclasses import replace
from math import sqrt

import pytest
from sqlalchemy import event

from qa.act import Act
from qa.estimate.figure import score_figure
from qa.estimate.intervals import PRIOR_DEGREES, Method, bounded_around
from qa.estimate.means import hajek_mean
from qa.evaluations.models import EvaluationKind
from qa.insight.figures import Frame, Sample, Scored, peers_by_card, sample_figure
from qa.insight.progress import plan_progress
from qa.insight.queries import newest_stretch, read_sample
from qa.insight.stretch import Stretch, stretch_of
from qa.sampling.models import DrawItem, ItemState, ReplaceReason
from qa.sampling.period import parse_period
from tests.insight.scene import OCTOBER, SEPTEMBER, ZONE, Scene
from tests.makers import Makers

WHOLE = stretch_of(OCTOBER)


@pytest.fixture
def scene(make: Makers) -> Scene:
    return Scene(make)


def test_a_figure_says_how_many_of_how_many_and_from_which_draw(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    draw = scene.draw([agent], eligible=80, each=6)
    scene.score_all(agent, [100, 75, 100, 50, 100, 75])

    figure = sample_figure(read_sample(act, WHOLE, agent_id=agent.id), peers={})

    assert (figure.n, figure.population, figure.draw_ids) == (6, 80, (draw.id,))
    low, value, high = figure.low or 0, figure.value or 0, figure.high or 0
    assert 0 < low < value < high <= 100
    assert figure.method is Method.BOUNDED


def test_targeted_picks_and_mystery_visits_never_reach_a_figure(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=5)
    scene.score_all(agent, [100] * 5)
    before = sample_figure(read_sample(act, WHOLE), peers={})
    for kind in (EvaluationKind.TARGETED, EvaluationKind.MYSTERY):
        call = make.interaction(agent=agent, started_at=WHOLE.start)
        scene.submit(scene.assign(call, kind=kind), 0)

    after = read_sample(act, WHOLE)

    assert sample_figure(after, peers={}) == before
    assert {item.quality for item in after.scored} == {100.0}


def test_drafts_and_replaced_items_do_not_count(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=6)
    first, *_rest = scene.score_all(agent, [100] * 5)
    item = act.session.get_one(DrawItem, first.draw_item_id)
    item.state, item.reason, item.replaced_at = ItemState.REPLACED, ReplaceReason.PRIVATE_CALL, act.now
    act.session.flush()

    assert sample_figure(read_sample(act, WHOLE), peers={}).n == 4


def test_what_is_submitted_counts_before_it_is_released(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=5)
    scene.score_all(agent, [100] * 4)
    scene.score_all(agent, [0], released=False)

    figure = sample_figure(read_sample(act, WHOLE), peers={})

    assert figure.n == 5
    assert figure.value == pytest.approx(80, abs=1)


def test_a_call_scored_by_two_reviewers_counts_once(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=5)
    first, *_rest = scene.score_all(agent, [100] * 5)
    scene.reviewer = make.user(role=scene.reviewer.role)
    item = act.session.get_one(DrawItem, first.draw_item_id)
    second = scene.assign(first.interaction, item=item)
    second.assigned_at = act.now
    scene.submit(second, 0)

    sample = read_sample(act, WHOLE)

    assert len(sample.scored) == 5
    assert sample_figure(sample, peers={}).value == 100


def test_below_the_guard_there_are_too_few_to_say(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=6)
    scene.score_all(agent, [100, 100, 100])

    figure = sample_figure(read_sample(act, WHOLE), peers={})

    assert figure.too_few
    assert figure.shown is None
    assert figure.n == 3


def test_half_a_months_figure_does_not_say_of_how_many(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    scene.draw([agent], each=6)
    scene.score_all(agent, [100] * 6)

    figure = sample_figure(read_sample(act, replace(WHOLE, last=WHOLE.first.replace(day=20))), peers={})

    assert figure.n == 5
    assert figure.population is None


def test_reading_takes_three_queries_however_many_agents(act: Act, make: Makers, scene: Scene) -> None:
    team = make.team()
    agents = [make.agent(team=team) for _ in range(4)]
    scene.draw(agents, each=2)
    for agent in agents:
        scene.score_all(agent, [100, 75])
    act.session.expire_all()
    asked: list[str] = []
    connection = act.session.connection()

    @event.listens_for(connection, "before_cursor_execute")
    def note(*given: object) -> None:
        asked.append(str(given[2]))

    sample = read_sample(act, WHOLE)

    assert len(sample.scored) == 8
    assert len(asked) == 3


def test_the_teams_figure_weighs_agents_by_their_calls(act: Act, make: Makers, scene: Scene) -> None:
    team = make.team()
    busy, quiet = make.agent(team=team), make.agent(team=team)
    draw = scene.draw([busy, quiet], each=5)
    draw.counts = {f"agent-{busy.id}": {"eligible": 90}, f"agent-{quiet.id}": {"eligible": 10}}
    scene.score_all(busy, [100] * 5)
    scene.score_all(quiet, [0] * 5)

    figure = sample_figure(read_sample(act, WHOLE).of_team(team.id), peers={})

    assert figure.value == pytest.approx(90)
    assert (figure.n, figure.population) == (10, 100)


def test_one_stratum_gives_the_plain_figure_and_equal_strata_nearly_the_same() -> None:
    values = [100.0, 80.0, 90.0, 70.0, 100.0, 60.0, 85.0, 95.0]
    one = _sample([values], eligible=100)
    two = _sample([values[:4], values[4:]], eligible=50)

    plain = score_figure(values, population=100, draw_ids=(1,))

    assert sample_figure(one, peers={}) == plain
    other = sample_figure(two, peers={})
    assert other.value == pytest.approx(plain.value)
    assert other.low == pytest.approx(plain.low, abs=0.05)
    assert other.high == pytest.approx(plain.high, abs=0.05)


def test_peers_on_the_same_card_narrow_an_interval_and_others_do_not() -> None:
    sample = _sample([[80.0, 90.0, 85.0, 75.0, 95.0, 80.0]] * 6, eligible=60)
    peers = peers_by_card(sample)
    own = sample.of_agent(1)

    alone, beside = sample_figure(own, peers={"other": peers["card"]}), sample_figure(own, peers=peers)

    assert (beside.margin or 100) < (alone.margin or 0)


def test_a_section_speaks_only_for_where_it_applied() -> None:
    sample = _sample([[80.0] * 6], eligible=60)
    some = tuple(replace(item, sections={"empathy": 50.0} if place else {}) for place, item in enumerate(sample.scored))

    figure = sample_figure(replace(sample, scored=some).section("empathy"), peers={})

    assert (figure.value, figure.n, figure.population) == (50.0, 5, None)


def test_unequal_chances_are_undone_by_hajeks_mean() -> None:
    """Four drawn with a chance of one half and two with one tenth stand for 8 and 20 of the 28 in the frame."""
    sample = _sample([[50.0, 60.0, 70.0, 60.0, 90.0, 100.0]], eligible=28)
    chances = (0.5, 0.5, 0.5, 0.5, 0.1, 0.1)
    weighed = replace(
        sample, scored=tuple(replace(item, chance=chance) for item, chance in zip(sample.scored, chances, strict=True))
    )

    figure = sample_figure(weighed, peers={})

    expected = hajek_mean([item.quality or 0 for item in weighed.scored], probabilities=chances)
    assert figure.value == pytest.approx(expected.mean) == pytest.approx((240 * 2 + 190 * 10) / 28)
    assert (figure.n, figure.population) == (6, 28)
    # Two of them carry most of the weight, so that the interval is wider than that of six with equal chances.
    equal = sample_figure(sample, peers={})
    assert (figure.margin or 0) > (equal.margin or 100)


def test_equal_scores_with_unequal_chances_are_their_own_mean() -> None:
    for score in (100.0, 0.0, 61.3):
        sample = _sample([[score] * 5], eligible=400)
        chances = (0.0123, 0.0123, 0.0492, 0.0123, 0.0492)
        scored = (replace(item, chance=chance) for item, chance in zip(sample.scored, chances, strict=True))

        figure = sample_figure(replace(sample, scored=tuple(scored)), peers={})

        assert figure.value == score
        assert (figure.low or 0) <= score <= (figure.high or 0)


def test_a_weighted_interval_has_hajeks_variance_where_scores_spread_alike() -> None:
    chances = (0.5, 0.5, 0.25, 0.25, 0.2)
    sample = _sample([[100.0, 0.0, 100.0, 100.0, 0.0]], eligible=17)
    weighed = replace(
        sample, scored=tuple(replace(item, chance=chance) for item, chance in zip(sample.scored, chances, strict=True))
    )
    weights = [1 / chance for chance in chances]

    figure = sample_figure(weighed, peers={})

    mean = (2 + 4 + 4) / 17
    error = 100 * sqrt(mean * (1 - mean) * sum((1 - c) * w**2 for c, w in zip(chances, weights, strict=True))) / 17
    worth = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    expected = bounded_around(100 * mean, standard_error=error, degrees=PRIOR_DEGREES + worth - 1, n=5)
    assert (figure.low or 0, figure.high or 0) == pytest.approx((expected.low, expected.high))


def test_what_was_set_aside_is_counted_with_how_far_it_could_move_the_score(
    act: Act, make: Makers, scene: Scene
) -> None:
    agent = make.agent()
    scene.draw([agent], each=7)
    first, *_rest = scene.score_all(agent, [100] * 7)
    item = act.session.get_one(DrawItem, first.draw_item_id)
    item.state, item.reason, item.replaced_at = ItemState.REPLACED, ReplaceReason.PRIVATE_CALL, act.now
    act.session.flush()

    figure = sample_figure(read_sample(act, WHOLE, agent_id=agent.id), peers={})

    assert figure.exclusions is not None
    assert (figure.n, figure.exclusions.n) == (6, 1)
    # One of the seven that were drawn is unknown.
    assert (figure.exclusions.low, figure.exclusions.high) == pytest.approx((600 / 7, 100.0))
    other = make.agent()
    scene.draw([other], period=SEPTEMBER, each=5)
    scene.score_all(other, [100] * 5)
    assert sample_figure(read_sample(act, stretch_of(SEPTEMBER)), peers={}).exclusions is None


def test_a_stretch_knows_the_one_before_it() -> None:
    assert WHOLE.before == stretch_of(SEPTEMBER)
    week = stretch_of(parse_period("2026-W01", zone=ZONE))
    assert (week.before.first.isoformat(), week.before.last.isoformat()) == ("2025-12-22", "2025-12-28")
    ten = Stretch(WHOLE.first.replace(day=11), WHOLE.first.replace(day=20), ZONE)
    assert (ten.before.first.day, ten.before.last.day) == (1, 10)


def test_progress_counts_drawn_scored_and_released(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent(team=make.team("Invoices"))
    scene.draw([agent], each=6)
    scene.score_all(agent, [100, 100])
    scene.score_all(agent, [100], released=False)

    (found,) = plan_progress(act, WHOLE)

    assert (found.team, found.drawn, found.submitted, found.released) == ("Invoices", 6, 3, 2)


def test_the_newest_period_with_a_score_is_shown_first(act: Act, make: Makers, scene: Scene) -> None:
    agent = make.agent()
    assert newest_stretch(act, zone=ZONE).holds(act.now)
    scene.draw([agent], each=1)
    scene.score_all(agent, [100])

    assert newest_stretch(act, zone=ZONE) == WHOLE


def _sample(groups: list[list[float]], *, eligible: int) -> Sample:
    scored, frames = [], []
    for place, values in enumerate(groups, start=1):
        stratum = f"agent-{place}"
        frames.append(Frame(1, stratum, place, None, eligible, len(values), WHOLE.start, WHOLE.end))
        scored += [
            Scored(100 * place + at, at, place, None, 1, stratum, "card", WHOLE.start, value)
            for at, value in enumerate(values)
        ]
    return Sample(WHOLE, tuple(scored), tuple(frames))
