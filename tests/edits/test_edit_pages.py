"""Correcting on pages without a script: words of a turn, a part of it, the parties; and what evidence says of it."""

import json

from flask import Flask

from qa.transcripts.models import Turn
from tests.conftest import Stored
from tests.edits.editing import SAID, newest, texts
from tests.evaluations.desk_making import Desk, make_desk
from tests.visitor import Visitor


def made(stored: Stored) -> Desk:
    with stored() as make:
        return make_desk(make, said=SAID)


def now(stored: Stored, desk: Desk) -> list[tuple[str, str]]:
    with stored() as make:
        return texts(newest(make.act, desk.interaction_id))


def correct_path(desk: Desk, turn: int) -> str:
    return f"/interactions/{desk.interaction_id}/turns/{desk.turn_ids[turn]}/correct"


def whole(turn: int, typed: str, **more: object) -> dict[str, object]:
    words = SAID[turn][1]
    return {"first": "0", "last": str(len(words.split()) - 1), "read": words, "words": typed, "do": "words", **more}


def test_a_reviewer_corrects_a_turn_and_reads_what_was_heard(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    reviewer = Visitor(app).as_user(desk.reviewer_id)
    own = f"/interactions/{desk.interaction_id}"
    assert correct_path(desk, 1) in reviewer.get(own).text
    assert "My in voice is wrong" in reviewer.get(correct_path(desk, 1)).text

    answer = reviewer.post(correct_path(desk, 1), whole(1, "My invoice is wrong", reason="heard twice", back=own))

    assert (answer.status_code, answer.location) == (303, f"{own}#turn-{desk.turn_ids[1]}")
    page = reviewer.get(own).text
    assert "Heard: “in voice”" in page
    assert "heard twice" in page
    heard = reviewer.get(f"{own}?heard=1").text
    assert "As corrected</a>" in heard
    assert "Heard: “in voice”" not in heard
    assert reviewer.get("/search?words=invoice").text.count("ref-") >= 1
    back = reviewer.post(f"{own}/corrections/1/back")
    assert back.status_code == 303
    assert now(stored, desk) == SAID
    assert reviewer.post(f"{own}/corrections/1/back").status_code == 409


def test_what_was_changed_meanwhile_is_told_and_what_was_typed_is_kept(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    reviewer = Visitor(app).as_user(desk.reviewer_id)
    reviewer.post(correct_path(desk, 1), whole(1, "My invoice is wrong"))

    answer = reviewer.post(correct_path(desk, 1), whole(1, "My bill is wrong"))

    assert answer.status_code == 422
    assert "changed meanwhile" in answer.text
    assert "My bill is wrong" in answer.text


def test_a_part_of_a_turn_is_given_to_the_other_and_the_parties_are_swapped(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    reviewer = Visitor(app).as_user(desk.reviewer_id)
    part = {"first": "6", "last": "8", "turn_read": SAID[2][1], "do": "customer"}

    assert reviewer.post(correct_path(desk, 2), part).status_code == 303
    assert now(stored, desk)[2:] == [("agent", "Shall I send a new one"), ("customer", "yes please do")]
    assert "Heard: “Agent”" in reviewer.get(f"/interactions/{desk.interaction_id}").text
    assert reviewer.post(f"/interactions/{desk.interaction_id}/swap").status_code == 303

    assert [role for role, _text in now(stored, desk)] == ["customer", "agent", "customer", "agent"]
    assert reviewer.post(correct_path(desk, 2), {**part, "first": "8", "last": "x"}).status_code == 422


def test_agents_see_what_was_corrected_and_correct_nothing(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    agent = Visitor(app).as_user(desk.agent_id)

    assert agent.get(correct_path(desk, 1)).status_code == 403
    assert agent.post(correct_path(desk, 1), whole(1, "x")).status_code == 403
    with stored() as make:
        other = make.user(make.act.session.get_one(Turn, desk.turn_ids[0]).transcript.interaction.agent.role.REVIEWER)
    assert Visitor(app).as_user(other).get(correct_path(desk, 1)).status_code == 404


def test_evidence_keeps_its_place_and_its_quote_and_says_that_words_changed(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    reviewer = Visitor(app).as_user(desk.reviewer_id)
    key = next(criterion.key for _section, criterion in desk.card.criteria())

    def bound(first: int, last: int, quote: str) -> dict[str, object]:
        return {
            "turn": desk.turn_ids[1], "first_word": first, "last_word": last, "start_ms": 4000, "end_ms": 8000,
            "quote": quote,
        }  # fmt: skip

    both = [bound(1, 2, "in voice"), bound(4, 4, "wrong")]
    draft = {"revision": "0", f"evidence-{key}": json.dumps(both)}
    assert reviewer.post(f"{desk.path}/draft", draft).status_code == 303
    assert reviewer.get(f"{desk.path}/desk").text.count("words corrected since") == 1

    reviewer.post(correct_path(desk, 1), whole(1, "My own new invoice is wrong"))

    page = reviewer.get(f"{desk.path}/desk").text
    # Once more than in the template of a chip: for the words that changed, not for those that only moved.
    assert page.count("words corrected since") == 2
    assert 'data-w="1"' in page
    assert "<q>in voice</q>" in page
    # What the page sends back counts heard words still, and what lies beyond them is refused.
    assert reviewer.post(f"{desk.path}/draft", {**draft, "revision": "1"}).status_code == 303
    beyond = {"revision": "2", f"evidence-{key}": json.dumps([{**bound(7, 7, "x"), "turn": desk.turn_ids[0]}])}
    assert reviewer.post(f"{desk.path}/draft", beyond).status_code == 422


def test_a_chosen_part_of_a_turn_is_bound_to_what_was_heard_there(app: Flask, stored: Stored) -> None:
    desk = made(stored)
    reviewer = Visitor(app).as_user(desk.reviewer_id)
    reviewer.post(correct_path(desk, 2), {"first": "6", "last": "8", "turn_read": SAID[2][1], "do": "customer"})
    with stored() as make:
        part = newest(make.act, desk.interaction_id).turns[3].id
    key = next(criterion.key for _section, criterion in desk.card.criteria())

    assert reviewer.post(f"{desk.path}/draft", {"revision": "0", f"turn-{key}": str(part)}).status_code == 303

    page = reviewer.get(f"{desk.path}/desk").text
    assert f"&#34;turn&#34;: {desk.turn_ids[2]}, &#34;first_word&#34;: 6, &#34;last_word&#34;: 8" in page
