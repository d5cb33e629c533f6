"""A piece of evidence becomes a clip: of a session of its agent, or, redacted and of a good answer, an example for others."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.auth.roles import Role
from qa.evaluations import service
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation
from qa.interactions.kinds import Channel
from qa.people.models import User
from qa.talks.models import Clip
from qa.transcripts.models import Turn
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk, words_of
from tests.makers import Makers
from tests.talks.talking import talk
from tests.visitor import Visitor

SAID = [
    ("agent", "Good morning, how can I help you?"),
    ("customer", "Write to me at yusuf@example.org please."),
    ("agent", "I am sorry to hear that, I will send a new one today."),
]


def submit(make: Makers, desk: Desk) -> dict[str, str]:
    """Submit with evidence for two criteria, the second answered as badly as can be; their keys."""
    choices = [one for _section, one in desk.card.criteria() if f"answer-{one.key}" in best_form(desk.card)]
    good = choices[0]
    bad = next(one for one in choices[1:] if not one.critical)
    worst = min(bad.options, key=lambda option: option.value).key
    marks = {
        name.removeprefix("answer-"): Mark(option=str(value))
        for name, value in best_form(desk.card).items()
        if name.startswith("answer-")
    }
    turns = desk.turn_ids
    marks[good.key] = replace(
        marks[good.key],
        evidence=(
            EvidenceGiven(turns[0], 0, 1, 0, 1140, "Good morning,"),
            EvidenceGiven(turns[1], 0, 5, 4000, 8000, "Write to me"),
        ),
    )
    evidence = (EvidenceGiven(turns[2], 0, 4, 8000, 9000, "I am sorry"),)
    marks[bad.key] = Mark(option=worst, cause="skill", comment="Not done.", evidence=evidence)
    evaluation = make.act.session.get_one(Evaluation, desk.id)
    act = replace(make.act, actor=evaluation.reviewer)
    service.submit_evaluation(act, evaluation, marks=marks, summary="Fine.", revision=evaluation.revision)
    return {"good": good.key, "bad": bad.key}


@pytest.fixture
def scored(stored: Stored) -> tuple[Desk, dict[str, str]]:
    with stored() as make:
        desk = make_desk(make, said=SAID)
        return desk, submit(make, desk)


def link(page: str, criterion: str, place: int) -> str:
    """Return the address of the link beside a piece of evidence."""
    found = re.search(rf'href="(/coaching-sessions/clips/new/[^"]*criterion={criterion}&amp;place={place}[^"]*)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_a_piece_of_evidence_goes_into_a_planned_session_as_its_stretch(
    scored: tuple[Desk, dict[str, str]], stored: Stored, visitor: Visitor
) -> None:
    desk, keys = scored
    with stored() as make:
        planned = talk(make, make.act.session.get_one(User, desk.agent_id)).id
    boss = visitor.as_user(desk.supervisor_id)
    address = link(boss.get(desk.path).text, keys["bad"], 0)
    form = boss.get(address).text
    assert 'value="00:08"' in form
    assert 'value="00:09"' in form
    assert "I am sorry" in words_of(form)
    assert 'name="example"' not in form, "what went wrong is an example for nobody"
    told = boss.post(address, {"begins": "00:08", "ends": "00:09", "remark": "Listen", "talk": str(planned)})
    assert told.status_code == 303
    with stored() as make:
        [clip] = make.act.session.scalars(select(Clip))
        assert (clip.talk_id, clip.start_ms, clip.end_ms, clip.example) == (planned, 8000, 9000, False)


def test_a_new_session_begins_with_the_piece(
    scored: tuple[Desk, dict[str, str]], stored: Stored, visitor: Visitor
) -> None:
    desk, keys = scored
    boss = visitor.as_user(desk.supervisor_id)
    address = link(boss.get(desk.path).text, keys["good"], 0)
    told = boss.post(address, {"begins": "00:00", "ends": "00:02", "remark": "Greeting", "talk": "new"})
    assert told.status_code == 303
    page = boss.get(told.location).text
    with stored() as make:
        [clip] = make.act.session.scalars(select(Clip))
    assert re.search(rf'id="clips-{clip.id}"\s+value="{clip.id}"\s+checked', page)
    assert f'value="{desk.agent_id}"' in page


def test_only_a_good_answer_without_anything_personal_is_an_example_for_others(
    scored: tuple[Desk, dict[str, str]], stored: Stored, visitor: Visitor
) -> None:
    desk, keys = scored
    boss = visitor.as_user(desk.supervisor_id)
    page = boss.get(desk.path).text
    given = {"remark": "", "talk": "", "example": "y"}
    bad = boss.post(link(page, keys["bad"], 0), {**given, "begins": "00:08", "ends": "00:09"})
    assert bad.status_code == 422
    assert "Only what went well" in bad.text
    address = link(page, keys["good"], 1)
    personal = boss.post(address, {**given, "begins": "00:04", "ends": "00:08"})
    assert personal.status_code == 422
    assert "may still hold a number" in personal.text
    with stored() as make:
        assert make.act.session.scalars(select(Clip)).all() == []
    fine = boss.post(link(page, keys["good"], 0), {**given, "begins": "00:00", "ends": "00:02"})
    assert fine.status_code == 303
    with stored() as make:
        [clip] = make.act.session.scalars(select(Clip))
        assert clip.example
        assert clip.allowed_at is None, "its agent still decides"


def test_a_message_is_used_by_its_place_and_evidence_that_is_not_there_is_told(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        chat = make.interaction(channel=Channel.CHAT)
        desk = make_desk(make, said=SAID, interaction=chat)
        keys = submit(make, desk)
        for turn in make.act.session.scalars(select(Turn)):
            turn.start_ms = turn.end_ms = None
        stranger = make.user(Role.REVIEWER).id
    boss = visitor.as_user(desk.supervisor_id)
    address = link(boss.get(desk.path).text, keys["good"], 1)
    assert boss.get(address.replace("place=1", "place=9")).status_code == 404
    assert boss.get(address.replace("place=1", "place=x")).status_code == 200
    assert boss.post(address, {"begins": "1", "ends": "1", "remark": "", "talk": ""}).status_code == 303
    with stored() as make:
        [clip] = make.act.session.scalars(select(Clip))
        assert (clip.first_turn, clip.last_turn, clip.start_ms) == (1, 1, None)
    assert visitor.as_user(stranger).get(address).status_code == 404
    assert visitor.as_user(desk.agent_id).get(address).status_code == 403
