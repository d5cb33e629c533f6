"""A long call on the desk: its first lines come with the page, the rest when it is asked for; nothing is missing."""

import re
from html import unescape

import pytest

from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk, words_of
from tests.visitor import Visitor
from web.evaluations.scoring import FIRST_LINES

TURNS = 2 * FIRST_LINES + 20


@pytest.fixture
def desk(stored: Stored) -> Desk:
    said = [("agent" if place % 2 == 0 else "customer", f"Sentence number {place} is said.") for place in range(TURNS)]
    with stored() as make:
        return make_desk(make, said=said)


def turns_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="turn-(\d+)"', page)]


def test_the_page_and_the_rest_together_hold_every_turn_once_and_in_order(desk: Desk, visitor: Visitor) -> None:
    visitor.as_user(desk.reviewer_id)
    page = visitor.get(f"{desk.path}/desk").text
    (address,) = re.findall(r'data-rest="([^"]+)"', page)
    rest = visitor.get(unescape(address)).text
    assert len(turns_in(page)) == FIRST_LINES
    assert "<html" not in rest
    assert rest.count("<!--part-->") == 2
    assert (*turns_in(page), *turns_in(rest)) == desk.turn_ids
    assert f"Sentence number {TURNS - 1} is said." in words_of(f"<main{rest}")


def test_without_a_script_the_whole_is_one_link_away(desk: Desk, visitor: Visitor) -> None:
    visitor.as_user(desk.reviewer_id)
    page = visitor.get(f"{desk.path}/desk").text
    (address,) = re.findall(r'<a href="([^"]+)">Show the whole conversation</a>', page)
    whole = visitor.get(unescape(address)).text
    assert tuple(turns_in(whole)) == desk.turn_ids
    assert "data-rest" not in whole
    assert f"#{desk.turn_ids[-1]}" in whole.split("<datalist", 1)[-1]


def test_what_is_refused_comes_back_whole(desk: Desk, visitor: Visitor) -> None:
    visitor.as_user(desk.reviewer_id)
    refused = visitor.post(f"{desk.path}/submit", {"revision": "0", "summary": "Typed."})
    assert refused.status_code == 422
    assert tuple(turns_in(refused.text)) == desk.turn_ids


def test_a_turn_of_the_rest_is_bound_without_a_script(desk: Desk, visitor: Visitor) -> None:
    visitor.as_user(desk.reviewer_id)
    form = best_form(desk.card, turn__greeting=f"#{desk.turn_ids[-1]}")
    assert visitor.post(f"{desk.path}/draft", form).status_code == 303
    assert f"Sentence number {TURNS - 1} is said." in unescape(visitor.get(f"{desk.path}/desk").text)


def test_a_short_call_comes_whole(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        short = make_desk(make)
    page = visitor.as_user(short.reviewer_id).get(f"{short.path}/desk").text
    assert tuple(turns_in(page)) == short.turn_ids
    assert "data-rest" not in page
