"""The commands of plans and draws, from plan to checked file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from qa.auth.roles import Role
from qa.sampling.models import Draw, Plan
from qa.sampling.period import Anchor
from qa.settings import Settings
from tests.conftest import Stored
from tests.sampling.plan_making import calls
from web.entry import main

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_draw.py"


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEEKPROEF_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("STEEKPROEF_DATABASE_URL", settings.database_url)


@pytest.fixture
def company(stored: Stored) -> None:
    with stored() as make:
        team = make.team("Invoices")
        calls(make, make.agent("Anna", team=team), 6)
        calls(make, make.agent("Bram", team=team), 2)
        make.user(Role.REVIEWER, email="rita@example.org")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["draw", *words], catch_exceptions=False)


def told(*words: str) -> dict[str, object]:
    found = run(*words, "--json")
    assert found.exit_code == 0, found.stderr
    answer = json.loads(found.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.usefixtures("company")
def test_a_draw_goes_from_plan_to_checked_file(tmp_path: Path, stored: Stored) -> None:
    made = told("plan", "Calls", "--per-agent", "3", "--team", "invoices", "--reviewer", "rita@example.org")
    assert len(made["promised"]) == 2  # type: ignore[arg-type]  # a mapping, by the assertion above
    drawn = told("run", "Calls", "--period", "2026-10")
    assert (drawn["eligible"], drawn["drawn"]) == (8, 5)
    number = str(drawn["draw"])
    with stored() as make:
        kept = make.act.session.scalar(select(Draw).where(Draw.id == int(number)))
        assert kept is not None
        seed = kept.seed
    assert seed not in json.dumps([made, drawn])
    early = run("verify", number)
    assert early.exit_code == 1
    assert seed not in early.output
    refused = run("export", number, "-o", str(tmp_path / "early.json"))
    assert (refused.exit_code, (tmp_path / "early.json").exists()) == (1, False)
    assert told("reveal", number)["seed"] == seed
    verified = told("verify", number)
    assert verified["agrees"] is True
    assert told("verify", number, "--seed", f"{seed[:32].upper()} {seed[32:]}")["agrees"] is True
    for typed, sentence in (
        (seed[:-1], "A seed has 64 characters; this one has 63."),
        (f"{seed[:-1]}o", "this one holds “o”"),
        ("0" * 64, "does not belong to the commitment"),
    ):
        wrong = run("verify", number, "--seed", typed)
        assert (wrong.exit_code, sentence in wrong.stderr) == (1, True)
    file = tmp_path / "draw.json"
    exported = told("export", number, "-o", str(file))
    done = subprocess.run([sys.executable, SCRIPT, file, str(exported["commitment"])], check=False)
    assert done.returncode == 0


@pytest.mark.usefixtures("company")
def test_a_plan_takes_every_option_and_tells_what_it_finds(stored: Stored) -> None:
    made = told(
        "plan", "Wide", "--anchor", "last-fri", "--stratum", "team", "--stratum", "channel", "--allocation", "budget",
        "--minutes", "20", "--minimum", "2", "--parts", "3", "--fill", "team=Invoices", "--agent", "Anna",
        "--language", "en", "--source", "telephone", "--weekday", "mon", "--from", "08:00", "--until", "24:00",
        "--direction", "inbound", "--not-evaluated", "--goal", "rita@example.org=7",
    )  # fmt: skip
    # Six calls of Anna on Monday 5 October between ten and three, in the month from 25 September to 29 October.
    assert (made["period"], made["eligible"], made["expected"], made["minutes"]) == ("2026-09-LFRI", 6, 4, 18)
    assert list(made["strata"].values()) == [{"eligible": 6, "expected": 4, "minutes": 18}]  # type: ignore[attr-defined]  # a mapping
    with stored() as make:
        kept = make.act.session.scalar(select(Plan).where(Plan.name == "Wide"))
        assert kept is not None
        assert (kept.anchor, kept.parts, kept.weekdays, kept.until_minute) == (Anchor(5, 4), 3, [0], 1440)
        assert [one.goal for one in kept.reviewers] == [7]
    shown = run("plan", "Wide", "--anchor", "last-fri", "--share", "2.5", "--allocation", "share").stdout
    assert "All interactions of the period." in shown
    assert "Of each stratum 2.5 % is drawn, rounded up." in shown


@pytest.mark.usefixtures("company")
def test_the_same_plan_twice_is_one_plan() -> None:
    first, second = told("plan", "Calls"), told("plan", "calls", "--per-agent", "2")
    assert first["plan"] == second["plan"]
    found = run("plan", "Calls")
    assert "Commitment for" in found.stdout


@pytest.mark.usefixtures("company")
def test_a_period_is_drawn_once_and_an_altered_record_ends_with_an_error(stored: Stored) -> None:
    told("plan", "Calls")
    number = str(told("run", "Calls", "--period", "2026-10")["draw"])
    again = run("run", "Calls", "--period", "2026-10")
    assert (again.exit_code, "A period is drawn once." in again.stderr) == (1, True)
    told("reveal", number)
    with stored() as make:
        make.act.session.execute(update(Draw).where(Draw.id == int(number)).values(frame_digest="0" * 64))
    found = run("verify", number)
    assert found.exit_code == 1
    assert "DIFFERS" in found.stdout


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("plan", "P", "--card", "nonsense"), "There is no published scorecard “nonsense”."),
        (("plan", "P", "--team", "Nowhere"), "There is no team “Nowhere”."),
        (("plan", "P", "--reviewer", "nobody@example.org"), "Nobody has the e-mail address"),
        (("plan", "P", "--shortest", "short"), "such as 1:30"),
        (("plan", "P", "--from", "nine"), "such as 09:30"),
        (("plan", "P", "--anchor", "5-thu"), "as 4-thu or last-fri"),
        (("plan", "P", "--fill", "phone"), "such as channel=phone"),
        (("plan", "P", "--fill", "channel=drum", "--stratum", "channel"), "no such stratum to fill from"),
        (("plan", "P", "--goal", "rita@example.org"), "as address=number"),
        (("plan", "P", "--share", "much"), "is not a number"),
        (("plan", "P", "--share", "0"), "Give a number from 1 to 10,000."),
        (("plan", "P", "--agent", "Nobody"), "The agent Nobody is not known."),
        (("run", "Unknown"), "There is no sampling plan “Unknown”."),
        (("reveal", "99999"), "There is no such draw."),
        (("verify", "99999"), "There is no such draw."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    found = run(*words)
    assert found.exit_code == 1
    assert sentence in found.stderr


@pytest.mark.usefixtures("company")
def test_a_period_written_wrongly_or_of_another_kind_is_refused() -> None:
    told("plan", "Calls")
    assert "is not a period" in run("run", "Calls", "--period", "last month").stderr
    assert "not one of the plan's" in run("run", "Calls", "--period", "2026-W40").stderr
