"""The commands about scorecards, scoring and agreement: what they print, what they refuse, how they end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecards.answer_files import write_answers
from scorecards.reading import read_card, write_card
from scorecards.shipped import shipped_card, shipped_text
from tests.scorecards.card_making import PEERS_ANSWERS, peers_card
from web.entry import main

Run = Callable[..., Result]


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """Run a command that stores nothing."""

    def run(*words: str | Path, **more: str) -> Result:
        environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data")} | more
        return CliRunner().invoke(main, [str(word) for word in words], env=environment)

    return run


@pytest.fixture
def run(database: str, tmp_path: Path) -> Run:
    """Run a command on the test's database."""
    environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data"), "STEEKPROEF_DATABASE_URL": database}

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env=environment)

    return run


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_card_goes_in_and_out_without_loss(run: Run, tmp_path: Path) -> None:
    given = written(tmp_path / "card.yaml", shipped_text("email"))
    assert json.loads(run("scorecard", "import", given, "--json").stdout) == {
        "key": "email",
        "version": 1,
        "state": "draft",
    }
    again = json.loads(run("scorecard", "import", given, "--publish", "--json").stdout)
    assert (again["version"], again["state"]) == (1, "published")
    assert run("scorecard", "export", "email", tmp_path / "out.yaml").exit_code == 0
    assert read_card((tmp_path / "out.yaml").read_text(encoding="utf-8")) == shipped_card("email")
    assert read_card(run("scorecard", "export", "email", "-").stdout) == shipped_card("email")
    assert run("scorecard", "export", "email", "-", "--version", "7").exit_code == 1
    assert run("scorecard", "export", "nothing", "-").exit_code == 1


def test_a_check_names_the_place_of_everything_that_is_wrong(alone: Run, tmp_path: Path) -> None:
    good = written(tmp_path / "good.yaml", shipped_text("phone-service"))
    assert alone("scorecard", "check", good).exit_code == 0
    bad = written(tmp_path / "bad.yaml", shipped_text("phone-service").replace("weight: 30", "weight: -3", 1))
    refused = alone("scorecard", "check", bad)
    assert refused.exit_code == 1
    assert "sections[0].weight" in refused.stderr
    told = alone("scorecard", "check", bad, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["usable"] is False


@pytest.mark.parametrize("text", ["", "a: &a [*a]", "key: [", "\x00", "name: 1"])
def test_what_is_no_card_is_refused_with_a_sentence(alone: Run, tmp_path: Path, text: str) -> None:
    refused = alone("scorecard", "check", written(tmp_path / "card.yaml", text))
    assert refused.exit_code == 1
    assert refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_that_is_no_text_is_refused(alone: Run, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_bytes(b"\xff\xfe\x00\x80")
    refused = alone("scorecard", "check", tmp_path / "card.yaml")
    assert refused.exit_code == 1
    assert "UTF-8" in refused.stderr


def test_a_missing_file_is_wrong_usage(alone: Run) -> None:
    assert alone("scorecard", "check", "nowhere.yaml").exit_code == 2
    assert alone("agreement", "nowhere.csv", "--level", "nominal").exit_code == 2


@pytest.mark.parametrize(
    ("rule", "percentage"),
    [
        ("min-max weighted", 62.21),
        ("weighted points", 83.33),
        ("by section", 70.0),
        ("plain points", 77.78),
    ],
)
def test_the_vendors_rules_make_their_own_figures_of_the_same_marks(
    alone: Run, tmp_path: Path, rule: str, percentage: float
) -> None:
    card, answers = vendor_example(tmp_path)
    found = json.loads(alone("score", card, answers, "--rule", rule, "--json").stdout)
    assert found["percentage"] == percentage


def vendor_example(folder: Path) -> tuple[Path, Path]:
    """The example that every rule scores differently, as files."""
    card = written(folder / "card.yaml", write_card(peers_card()))
    return card, written(folder / "answers.json", write_answers(PEERS_ANSWERS))


def test_a_score_is_printed_line_by_line_in_the_language_of_the_settings(alone: Run, tmp_path: Path) -> None:
    card, answers = vendor_example(tmp_path)
    dutch = alone("score", card, answers, STEEKPROEF_LANGUAGE="nl")
    assert dutch.exit_code == 0, dutch.output
    assert "Kwaliteitsscore, vóór kritieke criteria" in dutch.stdout
    found = json.loads(alone("score", card, answers, "--json").stdout)
    assert {"quality", "final", "passed", "rows", "sections", "critical"} <= found.keys()


def test_an_answer_the_card_does_not_know_is_refused(alone: Run, tmp_path: Path) -> None:
    card, _answers = vendor_example(tmp_path)
    refused = alone("score", card, written(tmp_path / "wrong.json", '{"nothing": "yes"}'))
    assert refused.exit_code == 1
    assert "nothing" in refused.stderr


#: Krippendorff's own four observers and twelve units, in rows by unit.
FOUR_OBSERVERS = """A,B,C,D
1,1,,1
2,2,3,2
3,3,3,3
3,3,3,3
2,2,2,2
1,2,3,4
4,4,4,4
1,1,2,1
2,2,2,2
,5,5,5
,,1,1
,,3,
"""


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_table_gives_the_published_alpha(alone: Run, tmp_path: Path, level: str, alpha: float) -> None:
    file = written(tmp_path / "table.csv", FOUR_OBSERVERS)
    found = json.loads(alone("agreement", file, "--level", level, "--no-guard", "--json").stdout)
    assert round(found["krippendorff_alpha"], 3) == alpha
    assert found["n_items"] == 11
    low, high = found["krippendorff_alpha_interval"]
    assert low <= found["krippendorff_alpha"] <= high


def test_below_twenty_items_no_coefficient_is_given(alone: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "table.csv", FOUR_OBSERVERS)
    found = json.loads(alone("agreement", file, "--level", "interval", "--json").stdout)
    assert found["standing"] == "too_few"
    assert found["krippendorff_alpha"] is None
    assert found["percent_agreement"] is not None
    assert {"gwet_ac1", *(f"icc_{form}_{size}" for form in (1, 2, 3) for size in (1, "k"))} <= found.keys()
    told = alone("agreement", file, "--level", "interval")
    assert "too few to say · n 11" in told.stdout


def test_words_count_as_categories_and_commas_as_decimals(alone: Run, tmp_path: Path) -> None:
    words = written(tmp_path / "words.csv", "yes;yes\nno;yes\nyes;yes\n")
    found = json.loads(alone("agreement", words, "--level", "nominal", "--no-guard", "--json").stdout)
    assert found["n_items"] == 3
    assert found["categories"] == {"no": 0, "yes": 1}
    decimals = written(tmp_path / "decimals.csv", "one;two\n1,5;1,5\n2,5;3\n")
    assert json.loads(alone("agreement", decimals, "--level", "ratio", "--json").stdout)["n_items"] == 2


@pytest.mark.parametrize("text", ["", "1\n2\n", "1,2\nx,3\n4,y\n", "1,\n,2\n", "inf,1\n1,1\n", '"1,2\n'])
def test_a_table_without_two_ratings_is_refused(alone: Run, tmp_path: Path, text: str) -> None:
    refused = alone("agreement", written(tmp_path / "table.csv", text), "--level", "interval", "--json")
    assert refused.exit_code == 1
    assert refused.stderr
    assert not refused.stdout
