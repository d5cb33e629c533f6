"""The commands that take things in: what they print, what they refuse, how they end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.settings import setting_names
from tests.interactions.sounds import write_call
from web.entry import main

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, tmp_path: Path) -> Run:
    """Run a command in a data folder of its own."""
    environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data"), "STEEKPROEF_DATABASE_URL": database}

    def run(*words: str | Path, **more: str) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env=environment | more)

    return run


@pytest.fixture
def calls(tmp_path: Path, run: Run) -> Path:
    """A folder with a recording and a table, and the agent it speaks of."""
    assert run("people", "add", "Noor Bakker", "--reference", "a1").exit_code == 0
    write_call(tmp_path / "calls" / "one.wav")
    (tmp_path / "calls" / "metadata.csv").write_text("file,agent,started_at\none.wav,a1,2026-11-10 10:32\n")
    return tmp_path / "calls"


def test_recordings_go_in_once_and_a_second_time_is_no_fault(run: Run, calls: Path) -> None:
    first = run("ingest", "recordings", calls)
    assert first.exit_code == 0, first.output
    assert "Taken in: 1." in first.stdout
    second = run("ingest", "recordings", calls, "--json")
    assert second.exit_code == 0
    told = json.loads(second.stdout)
    assert (told["added"], told["known"], told["refused"]) == (0, 1, 0)


def test_each_refusal_is_a_line_with_its_place(run: Run, calls: Path) -> None:
    write_call(calls / "two.wav", hertz=440)
    (calls / "metadata.csv").write_text(
        "file,agent,started_at\none.wav,a1,2026-11-10 10:32\ntwo.wav,a9,2026-11-10 10:33\n"
    )
    found = run("ingest", "recordings", calls)
    assert found.exit_code == 0
    assert "metadata.csv, line 3: " in found.stderr
    assert "a9 is not known" in found.stderr


def test_when_nothing_could_be_taken_in_the_command_fails(run: Run, calls: Path, tmp_path: Path) -> None:
    (calls / "metadata.csv").write_text("file,agent,started_at\none.wav,a9,2026-11-10 10:32\n")
    assert run("ingest", "recordings", calls).exit_code == 1
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "Nothing to take in" in run("ingest", "chats", empty).stderr
    assert "no source pbx" in run("ingest", "recordings", calls, "--source", "pbx").stderr


def test_chats_are_read_by_the_mapping_given(run: Run, calls: Path, tmp_path: Path) -> None:
    del calls
    (tmp_path / "chat.csv").write_text("ticket;wie;wat;toen\n7;Mdw;Dag;10-11-2026 10:00\n")
    mapping = tmp_path / "chat-mapping.json"
    mapping.write_text(
        json.dumps(
            {
                "columns": {"conversation": "ticket", "role": "wie", "text": "wat", "sent_at": "toen"},
                "constants": {"agent": "a1"},
                "values": {"role": {"Mdw": "agent"}},
            }
        )
    )
    found = run("ingest", "chats", tmp_path / "chat.csv", "--mapping", mapping)
    assert found.exit_code == 0, found.output
    mapping.write_text("{ not json")
    wrong = run("ingest", "chats", tmp_path / "chat.csv", "--mapping", mapping)
    assert wrong.exit_code == 1
    assert "chat-mapping.json, line 1" in wrong.stderr


def test_sources_people_and_teams_are_added_and_listed(run: Run) -> None:
    assert run("source", "add", "dialler", "--agent-channel", "right", "--language", "nl").exit_code == 0
    assert "already a source" in run("source", "add", "Dialler").stderr
    (one,) = json.loads(run("source", "list", "--json").stdout)["sources"]
    assert (one["name"], one["agent_channel"], one["language"]) == ("dialler", "right", "nl")
    assert run("team", "add", "Invoices").exit_code == 0
    added = run("people", "add", "Els", "--role", "admin", "--email", "els@example.org", "--team", "invoices")
    assert added.exit_code == 0
    assert "/welcome/" in run("people", "invite", "ELS@example.org").stdout
    (els,) = json.loads(run("people", "list", "--json").stdout)["people"]
    assert (els["team"], els["state"]) == ("Invoices", "invited")
    assert run("people", "add", "Bo", "--team", "Nowhere").exit_code == 1
    assert run("people", "invite", "nobody@example.org").exit_code == 1


def test_the_log_is_verified(run: Run) -> None:
    run("team", "add", "Invoices")
    found = json.loads(run("audit", "verify", "--json").stdout)
    assert found == {"entries": 1, "broken_at": None}


def test_the_doctor_names_every_setting_and_what_is_wrong(run: Run, tmp_path: Path) -> None:
    well = json.loads(run("doctor", "--json").stdout)
    assert set(well["settings"]) == set(setting_names())
    assert well["problems"] == []
    ill = json.loads(
        run(
            "doctor",
            "--json",
            STEEKPROEF_DATABASE_URL=f"sqlite:///{tmp_path}/none.db",
            STEEKPROEF_ASR_MODEL="/nowhere/model.pt",
            STEEKPROEF_HUB_TOKEN="abc",
            STEEKPROEF_REDACT="everything",
        ).stdout
    )
    told = " ".join(ill["problems"])
    for part in ("no database yet", "not on this machine", "hf_", "everything"):
        assert part in told
    assert "abc" not in json.dumps(ill["settings"])
    assert not (tmp_path / "none.db").exists()
    assert run("doctor", STEEKPROEF_LANGUAGE="nl").exit_code == 0


def test_the_shipped_models_are_listed_and_whole(run: Run) -> None:
    names = {one["name"] for one in json.loads(run("models", "list", "--json").stdout)["models"]}
    assert {"demo-voice", "tiny-speakers", "silero-vad"} <= names
    verified = run("models", "verify", "--json")
    assert verified.exit_code == 0, verified.output
    assert json.loads(verified.stdout)["problems"] == []


def test_a_file_that_cannot_be_transcribed_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.wav").write_bytes(b"%PDF-1.7")
    found = run("transcribe", tmp_path / "letter.wav")
    assert found.exit_code == 1
    assert "PDF" in found.stderr
    wrong = run("transcribe", write_call(tmp_path / "call.wav"), "--channels", "boss,agent")
    assert "boss is not one of" in wrong.stderr


def test_a_source_is_changed_in_what_is_named_and_nothing_else(run: Run) -> None:
    def told() -> dict[str, object]:
        (only,) = json.loads(run("source", "list", "--json").stdout)["sources"]
        return dict(only)

    assert run("source", "add", "pbx", "--agent-channel", "right", "--vocabulary", "Zonnepaneel").exit_code == 0
    made = told()
    assert (made["agent_channel"], made["max_speakers"], made["vocabulary"]) == ("right", 2, "Zonnepaneel")
    assert run("source", "set", "pbx", "--max-speakers", "3", "--language", "nl").exit_code == 0
    assert told() == {**made, "max_speakers": 3, "language": "nl"}
    assert run("source", "set", "pbx", "--language", "heard").exit_code == 0
    assert told() == {**made, "max_speakers": 3}
    assert run("source", "set", "elsewhere", "--max-speakers", "3").exit_code == 1
    assert run("source", "set", "pbx", "--max-speakers", "21").exit_code == 2


def test_answers_go_in_by_their_own_command(run: Run, tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("reference,csat\nG-1,8\nG-2,4\n")
    first = run("ingest", "surveys", answers)
    assert first.exit_code == 0, first.output
    assert "answers.csv, line 2: Column “csat”: a number from 1 to 5 is expected" in first.stderr
    assert "Waiting for their interaction: 1." in first.stdout
    told = json.loads(run("ingest", "surveys", answers, "--csat-scale", "1-10", "--json").stdout)
    assert told == {"added": 0, "waiting": 1, "changed": 1, "known": 0, "refused": 0}
    assert "such as 1-5" in run("ingest", "surveys", answers, "--csat-scale", "high").stderr
    assert run("ingest", "surveys", tmp_path / "gone.csv").exit_code == 1
