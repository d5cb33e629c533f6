"""What is too long to be kept comes back on its form, whole, with the sentence at its field."""

import re
from html import unescape

import pytest

from qa.auth.roles import Role
from qa.self_evaluations.models import SelfEvaluation
from qa.talks.models import TalkState
from tests.conftest import Stored
from tests.evaluations.desk_making import best_form, make_desk
from tests.talks.talking import action, talk
from tests.visitor import Visitor


def assert_comes_back(page: str, typed: str, *, field: str) -> None:
    """The page holds what was typed, and ties a sentence about its length to the field."""
    assert typed in unescape(page)
    described = re.search(rf'name="{field}"[^>]*aria-describedby="([^"]*error[^"]*)"', page) or re.search(
        rf'aria-describedby="([^"]*error[^"]*)"[^>]*name="{field}"', page
    )
    assert described is not None, field
    name = next(part for part in described[1].split() if "error" in part)
    assert re.search(rf'id="{name}"[^>]*>\s*Use at most', page)


def test_kudos_that_is_too_long_or_empty_comes_back(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        call, boss = make.interaction().id, make.user(Role.SUPERVISOR).id
    typed = "Warm & calm. " + "x" * 1000
    address, back = f"/kudos/interactions/{call}", f"/interactions/{call}"
    told = visitor.as_user(boss).post(address, {"text": typed, "next": back})
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="text")
    assert f'name="next" value="{back}"' in told.text
    assert f'action="{address}"' in told.text
    assert visitor.post(address, {"text": "  "}).status_code == 422
    # A browser counts the end of a line once, and sends it as two characters.
    lines = "\r\n".join(["y" * 499, "y" * 500])
    given = visitor.post(address, {"text": lines, "next": back})
    assert (given.status_code, given.location) == (303, back)


@pytest.mark.parametrize("shared", [{}, {"shared": "1"}])
def test_a_note_comes_back(visitor: Visitor, stored: Stored, shared: dict[str, str]) -> None:
    with stored() as make:
        boss = make.user(Role.SUPERVISOR)
        number, coach = talk(make, make.agent(), coach=boss).id, boss.id
    typed = "n" * 10_001
    told = visitor.as_user(coach).post(f"/coaching-sessions/{number}/notes", {"text": typed, "revision": "0", **shared})
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="text")


def test_remarks_an_action_and_a_reason_come_back(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        boss, agent = make.user(Role.SUPERVISOR), make.agent()
        found = talk(make, agent, coach=boss, state=TalkState.HELD)
        number, coach, who, agreed = found.id, boss.id, agent.id, action(make, found, agent).id
    here = f"/coaching-sessions/{number}"
    typed = "r" * 5_001
    told = visitor.as_user(who).post(f"{here}/remarks", {"remarks": typed, "revision": "0", "seen": "1"})
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="remarks")
    typed = "a" * 1_001
    told = visitor.post(f"/coaching-sessions/actions/{agreed}/drop", {"reason": typed})
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="reason")
    told = visitor.as_user(coach).post(f"{here}/actions", {"owner": str(who), "text": typed, "due_on": "2026-12-01"})
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="text")
    told = visitor.post(
        f"{here}/change",
        {"revision": "0", "day": "2026-12-01", "time": "10:00", "minutes": "30", "occasion": "regular", "place": typed},
    )
    assert told.status_code == 422
    assert_comes_back(told.text, typed, field="place")


def test_what_an_agent_writes_in_their_own_score_comes_back(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        desk = make_desk(make)
        make.act.session.add(
            SelfEvaluation(
                evaluation_id=desk.id, agent_id=desk.agent_id, asked_by_id=desk.supervisor_id, asked_at=make.act.now
            )
        )
    typed = "s" * 10_001
    form = {**best_form(desk.card), "summary": typed}
    told = visitor.as_user(desk.agent_id).post(f"/evaluations/{desk.id}/own", form)
    assert told.status_code == 422
    assert typed in told.text
    assert_comes_back(told.text, typed, field="summary")
