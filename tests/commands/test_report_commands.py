"""Reports from the command line: one agent's file, and a folder of everybody's that can be gone on with."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.people.models import UserState
from tests.conftest import Stored
from tests.insight.scene import Scene
from web.entry import main

OCTOBER = ["--from", "2026-10-01", "--to", "2026-10-31"]


@pytest.fixture
def company(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEEKPROEF_DATA_DIR", str(stored.settings.data_dir))
    monkeypatch.setenv("STEEKPROEF_DATABASE_URL", stored.settings.database)
    with stored() as make:
        scene, team = Scene(make), make.team("Invoices")
        sanne = make.agent("Sanne de Wit", team=team, reference="s/1")
        scene.draw([sanne])
        scene.score_all(sanne, [100] * 5)
        make.agent("Left Long Ago", reference="gone", state=UserState.LEFT)


@pytest.mark.usefixtures("company")
def test_one_agents_report_is_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "sanne.pdf"
    done = CliRunner().invoke(main, ["report", "agent", "s/1", *OCTOBER, "--lang", "nl", "-o", str(target)])

    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["nobody", *OCTOBER], "no agent with reference nobody"),
        (["s/1", "--from", "2099-10-01", "--to", "2099-10-31"], "lies in the future"),
        (["s/1", "--from", "2026-10-31", "--to", "2026-10-01"], "ends before it begins"),
        (["s/1", "--from", "0001-01-01", "--to", "9999-12-31"], "Give a day in the years 1900 to 2999."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path, given: list[str], told: str) -> None:
    done = CliRunner().invoke(main, ["report", "agent", *given, "-o", str(tmp_path / "x.pdf")])

    assert done.exit_code == 1
    assert told in done.output
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.usefixtures("company")
def test_a_batch_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "october"
    told = ["report", "batch", *OCTOBER, "-o", str(folder), "--zip"]
    first = CliRunner().invoke(main, told)
    assert first.exit_code == 0, first.output
    assert "2 reports were made" in first.output
    made = sorted(path.name for path in folder.glob("*.pdf"))
    assert any("-s-1-2026-10-01" in name for name in made)
    (folder / made[0]).unlink()

    second = CliRunner().invoke(main, told)

    assert "1 report was made" in second.output
    assert "1 report was there already" in second.output
    index = (folder / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(index) == 3
    with zipfile.ZipFile(tmp_path / "october.zip") as packed:
        assert sorted(packed.namelist()) == sorted(["index.csv", *made])


@pytest.mark.usefixtures("company")
def test_a_batch_can_be_of_one_team(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", "batch", *OCTOBER, "--team", "Invoices", "-o", str(tmp_path / "t")])
    unknown = CliRunner().invoke(main, ["report", "batch", *OCTOBER, "--team", "Nobody", "-o", str(tmp_path / "t")])

    assert "1 report was made" in done.output
    assert unknown.exit_code == 1
    assert "Known teams: Invoices" in unknown.output
