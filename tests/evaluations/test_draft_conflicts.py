"""A draft changed in two places, without a browser: put together, asked about, never overwritten."""

import json
import re
from html import unescape

from werkzeug.test import TestResponse

from qa.evaluations.models import Evaluation, EvaluationState
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk, words_of
from tests.visitor import Visitor

Fields = dict[str, str]


def hidden(page: str) -> Fields:
    """What the page was opened over."""
    found = {}
    for name in ("revision", "base"):
        place = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert place is not None
        found[name] = unescape(place[1])
    return found


def opened(visitor: Visitor, desk: Desk) -> Fields:
    return hidden(visitor.as_user(desk.reviewer_id).get(f"{desk.path}/desk").text)


def save(visitor: Visitor, desk: Desk, *forms: Fields) -> TestResponse:
    form = {name: value for part in forms for name, value in part.items()}
    return visitor.client.post(f"{desk.path}/draft", data=form, headers={"Accept": "application/json"})


def kept(stored: Stored, desk: Desk) -> tuple[dict[str, str | None], str]:
    with stored() as make:
        evaluation = make.act.session.get_one(Evaluation, desk.id)
        return {answer.criterion: answer.option for answer in evaluation.answers}, evaluation.summary


def two_windows(stored: Stored, visitor: Visitor) -> tuple[Desk, Fields]:
    """A page opened over nothing, after which another window answered two criteria."""
    with stored() as make:
        desk = make_desk(make)
    page = opened(visitor, desk)
    assert save(visitor, desk, page, {"answer-greeting": "yes", "answer-respectful": "3"}).status_code == 200
    return desk, page


def test_what_only_one_window_changed_is_put_together(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    answer = save(visitor, desk, page, {"answer-greeting": "yes", "summary": "Fine.", "merge": "1"})
    told = answer.get_json()
    assert answer.status_code == 200
    assert [part["key"] for part in told["taken"]] == ["respectful"]
    assert told["taken"][0]["fields"]["answer-respectful"] == "3"
    assert told["clashes"] == {}
    assert kept(stored, desk) == ({"greeting": "yes", "respectful": "3"}, "Fine.")


def test_without_being_asked_for_nothing_is_put_together(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    answer = save(visitor, desk, page, {"answer-greeting": "no"})
    assert answer.status_code == 409
    assert answer.get_json()["stale"] is True
    assert kept(stored, desk)[0] == {"greeting": "yes", "respectful": "3"}


def test_what_both_changed_waits_for_a_choice_and_the_rest_is_saved(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    mine = {"answer-greeting": "no", "comment-greeting": "Said no name.", "summary": "Fine."}
    told = save(visitor, desk, page, mine, {"merge": "1"}).get_json()
    assert list(told["clashes"]) == ["greeting"]
    assert "Said no name." in told["clashes"]["greeting"]
    assert kept(stored, desk) == ({"greeting": "yes", "respectful": "3"}, "Fine.")
    now = {"revision": str(told["revision"]), "base": json.dumps(told["base"]), "answer-respectful": "3"}
    assert list(save(visitor, desk, now, mine).get_json()["clashes"]) == ["greeting"]
    now["revision"] = str(told["revision"] + 1)
    assert save(visitor, desk, now, mine, {"take-greeting": "here"}).get_json()["clashes"] == {}
    assert kept(stored, desk)[0] == {"greeting": "no", "respectful": "3"}


def test_a_choice_counts_only_for_the_state_it_was_offered_with(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    told = save(visitor, desk, page, {"answer-greeting": "no", "take-greeting": "here", "merge": "1"}).get_json()
    assert list(told["clashes"]) == ["greeting"]


def test_without_a_script_the_page_shows_both_and_takes_the_choice(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    mine = {"answer-greeting": "no", "answer-personal": "2", "summary": "Fine."}
    conflict = visitor.post(f"{desk.path}/draft", page | mine)
    assert conflict.status_code == 409
    said = words_of(conflict.text)
    assert "put together below" in said
    assert "1 part was changed in two places" in said
    assert re.search(r"Typed here No .*Saved elsewhere Yes", said)
    assert re.search(r'name="answer-respectful"\s+value="3"[^>]*checked', conflict.text)
    assert kept(stored, desk) == ({"greeting": "yes", "respectful": "3"}, "")
    form = hidden(conflict.text) | mine | {"answer-respectful": "3"}
    unchosen = visitor.post(f"{desk.path}/draft", form)
    assert unchosen.status_code == 409
    form = hidden(unchosen.text) | mine | {"answer-respectful": "3", "take-greeting": "stored"}
    assert visitor.post(f"{desk.path}/draft", form).status_code == 303
    assert kept(stored, desk) == ({"greeting": "yes", "respectful": "3", "personal": "2"}, "Fine.")


def test_a_submission_waits_for_the_choice_without_a_script_too(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    best = {name: str(value) for name, value in best_form(desk.card).items() if name != "revision"}
    best["answer-greeting"] = "no"
    conflict = visitor.post(f"{desk.path}/submit", page | best)
    assert conflict.status_code == 409
    half = visitor.post(f"{desk.path}/submit", hidden(conflict.text) | best | {"take-greeting": "stored"})
    assert half.status_code == 409, "the marks of the other criterion differ too"
    assert re.search(r'name="answer-greeting"\s+value="yes"[^>]*checked', half.text)
    form = hidden(half.text) | best | {"answer-greeting": "yes", "take-respectful": "here"}
    assert visitor.post(f"{desk.path}/submit", form).status_code == 303
    with stored() as make:
        assert make.act.session.get_one(Evaluation, desk.id).state is EvaluationState.SUBMITTED
    assert kept(stored, desk)[0]["greeting"] == "yes"


def test_a_submission_tells_the_script_where_to_go(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.reviewer_id)
    script = {"Accept": "application/json"}
    refused = visitor.client.post(f"{desk.path}/submit", data={"revision": "0"}, headers=script)
    assert refused.status_code == 422
    assert refused.get_json()["stale"] is False
    sent = visitor.client.post(f"{desk.path}/submit", data=best_form(desk.card), headers=script)
    assert sent.get_json() == {"next": "/evaluations/desk"}


def test_prints_that_make_no_sense_overwrite_nothing(stored: Stored, visitor: Visitor) -> None:
    desk, page = two_windows(stored, visitor)
    for base in ("", "[]", "{", '{"greeting": 7}', "9" * 200_000):
        told = save(visitor, desk, page, {"base": base, "answer-greeting": "no", "merge": "1"}).get_json()
        assert "greeting" in told["clashes"]
    assert kept(stored, desk)[0]["greeting"] == "yes"
