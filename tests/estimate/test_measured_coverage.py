"""The promise of 95 % is kept on the scores of this trade; the full suite is `python -m benchmarks coverage`."""

import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import coverage
from benchmarks.__main__ import main


@pytest.mark.parametrize("kind", coverage.KINDS)
@pytest.mark.parametrize("n", [3, 8, 30])
def test_the_interval_holds_the_truth_as_often_as_promised(kind: str, n: int) -> None:
    dice = np.random.default_rng(n)
    covered, _textbook, ratio = coverage.measure(coverage.KINDS[kind](dice), n=n, dice=dice)
    assert 92.5 <= covered <= 98.5
    assert ratio <= 1.15


def test_the_textbook_interval_does_not() -> None:
    dice = np.random.default_rng(1)
    _covered, textbook, _ratio = coverage.measure(coverage.fatal(dice), n=8, dice=dice)
    assert textbook < 83


def test_an_unknown_measurement_is_refused_with_the_known_ones() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing", "--json"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 2
    assert "coverage" in asked.stderr
    assert not asked.stdout


def test_figures_are_one_json_object(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SIZES", (3,))
    assert main(["coverage", "--json"]) == 0
    assert "grid_3_coverage" in json.loads(capsys.readouterr().out)
    assert main(["coverage"]) == 0
    assert "grid_3_coverage " in capsys.readouterr().out


def test_a_measurement_can_be_made_smaller_where_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control_charts", "--json", "--size", "200"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert max(figure for name, figure in figures.items() if name.endswith("_false")) < 8
    with pytest.raises(SystemExit) as stopped:
        main(["coverage", "--size", "3"])
    assert stopped.value.code == 2
    assert "one size only" in capsys.readouterr().err


def test_pooling_errs_less_than_the_agents_own_means() -> None:
    dice = np.random.default_rng(5)
    _covered, error = coverage.measure_pooled(coverage.mixed(dice), n=5, dice=dice)
    assert error < 0.5
