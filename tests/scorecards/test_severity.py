"""Severity of reviewers: known ones are found again, an independent library agrees, and what cannot be told is refused."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM

from scorecards.errors import SeverityError
from scorecards.severity import Judgement, _spreads, _sums, severities


def simulated(
    dice: np.random.Generator,
    *,
    reviewers: int = 6,
    agents: int = 18,
    each: int = 8,
    doubled: int = 15,
    spread: float = 4,
) -> tuple[list[Judgement], dict[str, float]]:
    """Scores of a company with reviewers of known severity, in points, and those severities around their mean."""
    severity = dice.normal(0, spread, reviewers)
    skill = dice.normal(80, 6, agents)
    found: list[Judgement] = []
    for agent in range(agents):
        for number in range(each):
            interaction = dice.normal(0, 7)
            first, second = dice.choice(reviewers, 2, replace=False)
            takes = [(first, True), (second, False)] if agent * each + number < doubled else [(first, True)]
            for reviewer, counts in takes:
                points = skill[agent] + interaction + severity[reviewer] + dice.normal(0, 6)
                found.append(
                    Judgement(f"a{agent:02}", f"r{reviewer}", f"{agent}-{number}", f"v{agent % 2}", points, counts)
                )
    centred = severity - severity.mean()
    return found, {f"r{number}": float(value) for number, value in enumerate(centred)}


def test_known_severities_lie_in_their_intervals_about_as_often_as_promised() -> None:
    dice = np.random.default_rng(7)
    held: list[bool] = []
    for _run in range(80):
        scores, truth = simulated(dice)
        held += [one.low <= truth[one.reviewer] <= one.high for one in severities(scores).reviewers]
    assert 0.92 <= np.mean(held) <= 0.98


def test_adjusting_brings_agents_nearer_to_what_they_are_worth() -> None:
    dice = np.random.default_rng(8)
    raw_off, adjusted_off = [], []
    for _run in range(20):
        scores, truth = simulated(dice, spread=8, each=6)
        report = severities(scores)
        for agent in report.agents:
            own = [one for one in scores if one.agent == agent.agent and one.counts]
            luck = float(np.mean([truth[one.reviewer] for one in own]))
            assert agent.raw == pytest.approx(np.mean([one.points for one in own]))
            assert agent.n_scores == len(own)
            raw_off.append(luck**2)
            adjusted_off.append((luck + agent.by) ** 2)
    assert np.mean(adjusted_off) < np.mean(raw_off) / 3


def test_the_variances_are_those_of_an_independent_library() -> None:
    scores, _truth = simulated(np.random.default_rng(9), doubled=0, reviewers=8, spread=6)
    table = pd.DataFrame(
        {"y": one.points, "agent": one.agent, "reviewer": one.reviewer, "version": one.version} for one in scores
    )
    model = MixedLM.from_formula(
        "y ~ 0 + C(version)",
        table,
        groups=np.ones(len(table)),
        vc_formula={"agent": "0 + C(agent)", "reviewer": "0 + C(reviewer)"},
    )
    oracle = model.fit(reml=True)
    points = table["y"].to_numpy()
    found = _spreads(_sums(scores, (points - points.mean()) / points.std())) * points.std()
    names = dict(zip(model.exog_vc.names, oracle.vcomp, strict=True))
    assert found[0] ** 2 == pytest.approx(names["agent"], rel=0.03)
    assert found[1] ** 2 == pytest.approx(names["reviewer"], rel=0.03)
    assert found[3] ** 2 == pytest.approx(oracle.scale, rel=0.03)


def test_severities_are_told_around_the_average_reviewer() -> None:
    scores, _truth = simulated(np.random.default_rng(10))
    report = severities(scores)
    assert sum(one.points for one in report.reviewers) == pytest.approx(0, abs=1e-6)
    assert all(one.low < one.points < one.high for one in report.reviewers)
    assert sum(one.n_scores for one in report.reviewers) == report.n_scores == len(scores)


def test_equal_scores_show_no_severity() -> None:
    scores = [Judgement(f"a{n % 3}", f"r{n % 2}", str(n), "v", 90.0) for n in range(30)]
    assert [one.points for one in severities(scores).reviewers] == pytest.approx([0, 0])


def test_reviewers_who_share_no_agent_with_the_rest_are_left_out() -> None:
    scores, _truth = simulated(np.random.default_rng(11), reviewers=3)
    alone = [Judgement("b", "r9", f"b{n}", "v0", 70.0 + n) for n in range(5)]
    report = severities([*scores, *alone])
    assert report.left_out == ("r9",)
    assert {one.reviewer for one in report.reviewers} == {"r0", "r1", "r2"}
    assert "b" not in {one.agent for one in report.agents}


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ([Judgement("a", "r1", str(n), "v", 80.0) for n in range(30)], "only one"),
        ([Judgement(f"a{n % 2}", f"r{n % 2}", str(n), "v", 80.0) for n in range(30)], "No two reviewers"),
        ([Judgement("a", f"r{n % 2}", str(n), "v", 80.0) for n in range(19)], "Only 19 scores"),
        ([], "only one"),
    ],
)
def test_what_cannot_be_told_is_refused(scores: list[Judgement], sentence: str) -> None:
    with pytest.raises(SeverityError, match=sentence):
        severities(scores)
