"""Scorecards as files: what comes in by the page, what goes out, and what is refused with its place."""

import io
from decimal import Decimal

import pytest

from qa.auth.roles import Role
from qa.cards.models import CardVersion, Scorecard
from scorecards.reading import write_card
from scorecards.shipped import shipped_card
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.scorecards.card_making import card, changed, scale, section, yes_no
from tests.visitor import Visitor

PHONE = shipped_card("phone-service")


def upload(visitor: Visitor, text: str | bytes) -> tuple[int, str]:
    data = text if isinstance(text, bytes) else text.encode()
    answer = visitor.post("/cards/upload", {"file": (io.BytesIO(data), "card.yaml")})
    return answer.status_code, words_of(answer.text)


def test_a_file_becomes_a_draft_and_its_download_is_the_same_card(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    visitor.as_user(user)
    assert upload(visitor, write_card(PHONE))[0] == 303
    with stored() as make:
        draft = make.act.session.query(CardVersion).one()
    assert visitor.get(f"/cards/{draft.id}/export").text == write_card(PHONE)
    assert upload(visitor, write_card(PHONE))[0] == 303
    status, page = upload(visitor, write_card(changed(PHONE, "greeting", weight=Decimal(11))))
    assert (status, "another draft" in page) == (422, True)


BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{','.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB, "anchor or alias"),
        (b"\xff\xfe\x00\x80", "not a text file in UTF-8"),
        ("", "The file is empty"),
        (write_card(PHONE).replace("weight: 30", "weight: " + "9" * 40, 1), "more than 20 digits"),
        (write_card(card(section("many", *(scale(f"c{at}") for at in range(500))))), "at most 200 criteria"),
        (write_card(PHONE).replace("weight: 30", "weight: -3", 1), "sections[0].weight"),
        (write_card(card(section("a", yes_no("x"), yes_no("x")))), "already used at sections[0].criteria[0].key"),
        ("x" * 4_000_010, "larger than 1,000,000 characters"),
    ],
    ids=["bomb", "bytes", "empty", "digits", "five hundred", "weight", "key", "large"],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place_and_leaves_nothing(
    stored: Stored, visitor: Visitor, text: str | bytes, sentence: str
) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    status, page = upload(visitor.as_user(user), text)
    assert status == 422
    assert sentence in page
    with stored() as make:
        assert make.act.session.query(Scorecard).count() == 0
