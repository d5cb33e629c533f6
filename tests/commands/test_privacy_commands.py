"""Erasing from the command line: it says what stays and has to be read by somebody."""

import pytest
from click.testing import CliRunner

from qa.auth.roles import Role
from qa.talks import clips
from qa.talks.clips import Stretch
from tests.conftest import Stored
from tests.pulse.asking import as_person
from tests.talks.talking import talk
from web.entry import main


def test_erasing_a_conversation_names_the_sessions_whose_notes_may_tell_of_its_customer(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEEKPROEF_DATA_DIR", str(stored.settings.data_dir))
    monkeypatch.setenv("STEEKPROEF_DATABASE_URL", stored.settings.database)
    with stored() as make:
        boss, agent = make.user(Role.SUPERVISOR), make.agent()
        call = make.interaction(agent=agent, reference="R-1")
        make.interaction(agent=agent, reference="R-2")
        heard, other = talk(make, agent, coach=boss), talk(make, agent, coach=boss)
        act = as_person(make.act, boss)
        clips.make_clip(act, call, Stretch(0, 900), remark="", example=False, talk=heard)
        numbers = (heard.id, other.id)
    erase = ["privacy", "erase", "interaction", "--source", "telephone"]
    told = CliRunner().invoke(main, [*erase, "R-1"])
    assert told.exit_code == 0, told.output
    assert f"/coaching-sessions/{numbers[0]}" in told.output
    assert f"/coaching-sessions/{numbers[1]}" not in told.output
    assert "coaching-sessions" not in CliRunner().invoke(main, [*erase, "R-2"]).output
