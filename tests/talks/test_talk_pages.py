"""The pages of coaching sessions: from the plan to what the agent reads, in both roles, without a script."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qa.auth.roles import Role
from qa.i18n import Language
from qa.interactions.kinds import Channel
from qa.kudos.models import Kudos
from qa.people.models import User
from qa.talks.models import ActionState, Clip, Talk, TalkAction, TalkNote, TalkState
from tests.conftest import Stored
from tests.evaluations.desk_making import make_desk, submit_best, words_of
from tests.talks.talking import action, talk
from tests.transcribe.sounds import tone, write
from tests.visitor import Visitor
from transcribe.playback import to_opus

PLAN = {
    "revision": "",
    "day": "2026-11-20",
    "time": "14:30",
    "minutes": "30",
    "place": "Room 2",
    "occasion": "low_score",
}


@pytest.fixture
def people(stored: Stored) -> dict[str, int]:
    with stored() as make:
        return {
            "coach": make.user(Role.SUPERVISOR, name="Noor").id,
            "agent": make.agent("Yara").id,
            "other": make.agent("Bram").id,
            "reviewer": make.user(Role.REVIEWER).id,
        }


def count(stored: Stored, table: type) -> int:
    with stored() as make:
        return make.act.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_supervisor_plans_a_session_and_its_agent_finds_it(
    visitor: Visitor, stored: Stored, people: dict[str, int]
) -> None:
    with stored() as make:
        card = make.card().scorecard_id
    boss = visitor.as_user(people["coach"])
    asked = boss.post("/coaching-sessions/new", {**PLAN, "agents": str(people["agent"]), "focus": f"{card}:greeting"})
    assert asked.status_code == 303
    page = words_of(boss.get(asked.location).text)
    assert "20 Nov 2026 14:30" in page
    assert "A low score" in page
    mine = Visitor(visitor.app).as_user(people["agent"])
    assert "20 Nov 2026 14:30" in words_of(mine.get("/coaching-sessions").text)
    own = words_of(mine.get(asked.location).text)
    assert "A low score" not in own, "why there is a session is told in the session, not by a label"
    assert "Next session: 20 Nov 2026 14:30, with Noor" in words_of(mine.get("/me").text)
    assert Visitor(visitor.app).as_user(people["other"]).get(asked.location).status_code == 404


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(visitor: Visitor, people: dict[str, int]) -> None:
    boss = visitor.as_user(people["coach"])
    for wrong in ({"time": "half three"}, {"day": "2028-01-01"}, {"minutes": "2"}):
        answer = boss.post("/coaching-sessions/new", {**PLAN, "agents": str(people["agent"]), **wrong})
        assert answer.status_code == 422
        assert next(iter(wrong.values())) in answer.text
        assert "Room 2" in answer.text
    assert boss.post("/coaching-sessions/new", PLAN).status_code == 422


def test_from_an_evaluation_its_agent_and_card_are_chosen_already(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk)
    boss = visitor.as_user(desk.supervisor_id)
    assert f"/coaching-sessions/new?evaluation={desk.id}" in boss.get(f"/evaluations/{desk.id}").text
    page = boss.get(f"/coaching-sessions/new?evaluation={desk.id}").text
    assert (
        f'value="{desk.agent_id}" checked' in page
        or f'checked id="agents-0" name="agents" type="checkbox" value="{desk.agent_id}"' in page
    )
    made = boss.post(f"/coaching-sessions/new?evaluation={desk.id}", {**PLAN, "agents": str(desk.agent_id)})
    with stored() as make:
        assert make.act.session.scalars(select(Talk)).one().evaluation_id == desk.id
    assert "The evaluation it began with" in words_of(boss.get(made.location).text)
    own = Visitor(visitor.app).as_user(desk.agent_id)
    assert "The evaluation it began with" not in words_of(own.get(made.location).text), "it is not released"


def test_the_whole_of_a_session_is_written_and_read(visitor: Visitor, stored: Stored, people: dict[str, int]) -> None:
    with stored() as make:
        session = make.act.session
        made = talk(
            make,
            session.get_one(User, people["agent"]),
            coach=session.get_one(User, people["coach"]),
            days=-1,
            focus=("greeting",),
        )
        path, number = f"/coaching-sessions/{made.id}", made.id
    boss, agent = visitor.as_user(people["coach"]), Visitor(visitor.app).as_user(people["agent"])
    given = {"owner": str(people["agent"]), "text": "Name the feeling first.", "due_on": "2026-12-01", "focus": ""}
    assert boss.post(f"{path}/actions", given).status_code == 303
    assert boss.post(f"{path}/notes", {"revision": "0", "text": "private of the coach"}).status_code == 303
    assert boss.post(f"{path}/notes", {"revision": "0", "text": "for both", "shared": "1"}).status_code == 303
    assert boss.post(f"{path}/hold").status_code == 303
    page = words_of(agent.get(path).text)
    assert "for both" in page
    assert "private of the coach" not in page
    assert "Name the feeling first." in page
    assert agent.post(f"{path}/remarks", {"revision": "0", "remarks": "Fair.", "seen": "1"}).status_code == 303
    with stored() as make:
        held = make.act.session.get_one(Talk, number)
        assert held.state is TalkState.HELD
        assert (held.agents[0].remarks, held.agents[0].seen_at is not None) == ("Fair.", True)
        task = make.act.session.scalars(select(TalkAction)).one().id
    assert agent.post(f"/coaching-sessions/actions/{task}/done", {"next": "/me"}).location == "/me"
    assert "Fair." in words_of(boss.get(path).text)
    assert "Carried out" in words_of(boss.get(path).text)


def test_a_note_from_an_older_page_stands_beside_the_newer_one(
    visitor: Visitor, stored: Stored, people: dict[str, int]
) -> None:
    with stored() as make:
        user = make.act.session.get_one(User, people["agent"])
        made = talk(make, user, coach=make.act.session.get_one(User, people["coach"]))
        path = f"/coaching-sessions/{made.id}"
    agent = visitor.as_user(people["agent"])
    agent.post(f"{path}/notes", {"revision": "0", "text": "from the first window"})
    answer = agent.post(f"{path}/notes", {"revision": "0", "text": "from the second window"})
    assert answer.status_code == 422
    assert "from the first window" in answer.text
    assert "from the second window" in answer.text
    both = agent.post(f"{path}/notes", {"revision": "1", "text": "from both windows"})
    assert both.status_code == 303
    with stored() as make:
        assert make.act.session.scalars(select(TalkNote.text)).one() == "from both windows"


def test_an_action_is_dropped_with_a_reason_only(visitor: Visitor, stored: Stored, people: dict[str, int]) -> None:
    with stored() as make:
        user = make.act.session.get_one(User, people["agent"])
        task = action(make, talk(make, user, coach=make.act.session.get_one(User, people["coach"])), user).id
    agent = visitor.as_user(people["agent"])
    assert agent.post(f"/coaching-sessions/actions/{task}/drop", {"reason": " "}).status_code == 422
    assert agent.post(f"/coaching-sessions/actions/{task}/drop", {"reason": "Other queue"}).status_code == 303
    with stored() as make:
        assert make.act.session.get_one(TalkAction, task).state is ActionState.DROPPED
    assert (
        Visitor(visitor.app).as_user(people["other"]).post(f"/coaching-sessions/actions/{task}/reopen").status_code
        == 404
    )


def test_the_calendar_file_tells_when_and_not_what(visitor: Visitor, stored: Stored, people: dict[str, int]) -> None:
    with stored() as make:
        user = make.act.session.get_one(User, people["agent"])
        made = talk(make, user, coach=make.act.session.get_one(User, people["coach"]), focus=("greeting",))
        path = f"/coaching-sessions/{made.id}"
    agent = visitor.as_user(people["agent"])
    answer = agent.get(f"{path}/session.ics")
    assert answer.mimetype == "text/calendar"
    assert b"DTSTART:20261120T093000Z" in answer.data
    assert b"greet" not in answer.data.lower()
    assert b"METHOD:PUBLISH" in answer.data
    assert visitor.as_user(people["coach"]).post(f"{path}/cancel").status_code == 303
    assert b"METHOD:CANCEL" in Visitor(visitor.app).as_user(people["agent"]).get(f"{path}/session.ics").data


def test_a_reviewer_chooses_a_clip_that_its_agent_lets_the_team_hear(
    visitor: Visitor, stored: Stored, tmp_path: Path
) -> None:
    whole = write(tmp_path / "whole.wav", tone(12)[None, :])
    to_opus(whole, tmp_path / "whole.ogg")
    with stored() as make:
        team = make.team()
        agent = make.agent("Yara", team=team)
        colleague = make.agent("Bram", team=team)
        call = make.interaction(agent=agent, duration_ms=12_000)
        make.recording(call, playable_key="playable/x", playable_type="audio/ogg")
        stored.blobs.put_file("playable/x", tmp_path / "whole.ogg")
        desk = make_desk(make, interaction=call)
        submit_best(make, desk)
        them = colleague.id
    reviewer = visitor.as_user(desk.reviewer_id)
    path = f"/coaching-sessions/clips/new/{desk.interaction_id}"
    assert path in reviewer.get(f"/evaluations/{desk.id}").text
    assert 'value="00:04.5"' in reviewer.get(f"{path}?start=4500&end=7900").text
    wrong = reviewer.post(path, {"begins": "9 o'clock", "ends": "00:08", "talk": ""})
    assert wrong.status_code == 422
    sent = {"begins": "00:04", "ends": "00:08", "remark": "Calm", "example": "y", "talk": ""}
    assert reviewer.post(path, sent).status_code == 303
    with stored() as make:
        number = make.act.session.scalars(select(Clip)).one().id
    sound = f"/coaching-sessions/clips/{number}/audio"
    bram, yara = Visitor(visitor.app).as_user(them), Visitor(visitor.app).as_user(desk.agent_id)
    assert bram.get(sound).status_code == 404
    assert yara.post(f"/coaching-sessions/clips/{number}/allow", {"yes": "1"}).status_code == 303
    heard = bram.get(sound)
    assert heard.status_code == 200
    assert io.BytesIO(heard.data).read(4) == b"OggS"
    assert bram.get(f"/interactions/{desk.interaction_id}/audio").status_code == 404, "nothing but the clip"
    page = words_of(bram.get("/coaching-sessions").text)
    assert "My parcel did not arrive." in page
    assert "Good morning" not in page
    assert bram.post(f"/kudos/clips/{number}", {"text": "Well done"}).status_code == 303
    assert "Well done" in words_of(yara.get("/coaching-sessions").text)
    assert yara.post(f"/coaching-sessions/clips/{number}/allow").status_code == 303
    assert bram.get(sound).status_code == 404


def test_messages_are_chosen_by_first_and_last(visitor: Visitor, stored: Stored, people: dict[str, int]) -> None:
    with stored() as make:
        chat = make.interaction(channel=Channel.CHAT)
        make.transcript(chat)
        number = chat.id
    boss = visitor.as_user(people["coach"])
    path = f"/coaching-sessions/clips/new/{number}"
    assert "My parcel did not arrive." in boss.get(path).text
    assert boss.post(path, {"begins": "1", "ends": "1", "talk": ""}).status_code == 303
    with stored() as make:
        clip = make.act.session.scalars(select(Clip)).one()
        assert (clip.first_turn, clip.last_turn, clip.start_ms) == (1, 1, None)


def test_kudos_stands_on_the_conversation_and_can_be_taken_back(
    visitor: Visitor, stored: Stored, people: dict[str, int]
) -> None:
    with stored() as make:
        call = make.interaction(agent=make.act.session.get_one(User, people["agent"]))
        make.transcript(call)
        number = call.id
    boss = visitor.as_user(people["coach"])
    boss.post(f"/kudos/interactions/{number}", {"text": "So patient", "next": f"/interactions/{number}"})
    assert "So patient" in words_of(boss.get(f"/interactions/{number}").text)
    assert "So patient" in words_of(Visitor(visitor.app).as_user(people["agent"]).get("/me").text)
    with stored() as make:
        own = make.act.session.scalars(select(Kudos.id)).one()
    assert boss.post(f"/kudos/{own}/take-back").status_code == 303
    assert count(stored, Kudos) == 0


def test_the_pages_are_there_in_dutch_and_without_anything_in_them(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        boss = make.user(Role.SUPERVISOR, language=Language.NL).id
        agent = make.agent(language=Language.NL).id
    leading = visitor.as_user(boss)
    assert "Nog geen coachgesprekken" in words_of(leading.get("/coaching-sessions").text)
    assert "Nog niets te vergelijken" in words_of(leading.get("/coaching-sessions/effects").text)
    assert "Nog geen voorbeelden" in words_of(leading.get("/coaching-sessions/examples").text)
    own = words_of(Visitor(visitor.app).as_user(agent).get("/coaching-sessions").text)
    assert "Er staat niets gepland" in own
