"""Cards of hundreds of criteria: the designer opens one criterion at a time, and the limit is told."""

import re
from dataclasses import replace

import pytest

from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.cards.service import add_version
from scorecards.definition import Card
from scorecards.reading import write_card
from tests.cards.designer_making import fields_of, told
from tests.conftest import Stored
from tests.scorecards.card_making import card, scale, section
from tests.visitor import Visitor
from web.cards.filling import ALL_OPEN

MANY = ALL_OPEN + 8


def large(count: int = MANY) -> Card:
    return replace(card(section("many", *(scale(f"c{number}") for number in range(count)))), key="large")


class Large:
    """A draft of a card with one long section, open in the designer."""

    def __init__(self, stored: Stored, visitor: Visitor, made: Card) -> None:
        self.stored, self.made = stored, made
        with stored() as make:
            self.id = add_version(make.act, made).id
            user = make.user(Role.SUPERVISOR)
        self.visitor = visitor.as_user(user)
        self.path = f"/cards/{self.id}/edit"

    def page(self, opened: str = "") -> str:
        return self.visitor.get(f"{self.path}?part=0{opened}").text

    def press(self, page: str, do: str, **typed: str) -> str:
        answer = self.visitor.client.post(self.path, data={**fields_of(page, **typed), "do": do})
        return answer.headers["Location"] if answer.status_code == 303 else answer.text

    def card(self) -> Card:
        with self.stored() as make:
            return card_of(make.act.session.get_one(CardVersion, self.id))


@pytest.fixture
def big(stored: Stored, visitor: Visitor) -> Large:
    return Large(stored, visitor, large())


def opened(page: str) -> set[int]:
    return {int(found) for found in re.findall(r'name="criteria-(\d+)-key"', page)}


def test_a_long_section_opens_one_criterion_at_a_time(big: Large) -> None:
    page = big.page()
    assert opened(page) == set()
    assert page.count('class="design-line"') == MANY
    place = big.press(page, "open:0:criteria-15-name_en")
    assert place.endswith("part=0&open=15#criteria-15-name_en")
    assert opened(big.visitor.get(place).text) == {15}


def test_what_is_not_open_stays_as_it_was(big: Large) -> None:
    place = big.press(big.page("&open=15"), "save", criteria__15__name_en="Another name")
    assert place.endswith("part=0")
    kept = big.card()
    before, after = big.made.sections[0].criteria, kept.sections[0].criteria
    assert after[15].name.en == "Another name"
    assert [one for at, one in enumerate(after) if at != 15] == [one for at, one in enumerate(before) if at != 15]


def test_rows_are_moved_doubled_and_removed_while_they_are_closed(big: Large) -> None:
    keys = [one.key for one in big.made.sections[0].criteria]
    assert big.press(big.page(), "up:criterion:19").endswith("part=0#criteria-18-up")
    assert [one.key for one in big.card().sections[0].criteria] == [*keys[:18], keys[19], keys[18]]
    big.press(big.page(), "remove:criterion:0")
    page = big.page()
    assert [big.press(page, "double:criterion:0") for _press in range(2)][1].endswith(
        "part=0&open=1#criteria-1-name_en"
    )
    assert [one.key for one in big.card().sections[0].criteria][:3] == ["c1", "c1-2", "c2"]


def test_what_is_wrong_in_a_closed_criterion_leads_there(big: Large) -> None:
    big.press(big.page("&open=15"), "save", criteria__15__name_nl="")
    page = big.page()
    assert told(page) == ["many This text is missing in the language nl."]
    assert 'value="open:0:criteria-15-name_nl"' in page
    assert big.press(page, "open:0:criteria-15-name_nl").endswith("&open=15#criteria-15-name_nl")


def test_a_refused_save_keeps_the_open_criterion_and_stays_refused(big: Large) -> None:
    stale = big.page("&open=3")
    big.press(big.page("&open=4"), "save", criteria__4__name_en="First window")
    refused = big.press(stale, "save", criteria__3__name_en="Second window")
    assert opened(refused) == {3}
    assert "Second window" in refused
    assert "changed in another window" in big.press(refused, "save")
    assert big.card().sections[0].criteria[3] == big.made.sections[0].criteria[3]


def test_five_hundred_criteria_are_told_and_can_still_be_edited(stored: Stored, visitor: Visitor) -> None:
    big = Large(stored, visitor, large(500))
    page = big.page("&open=400")
    assert told(page) == ["About the card A card has at most 200 criteria."]
    assert opened(page) == {400}
    assert len(page) < 1_500_000
    big.press(page, "save", criteria__400__name_en="Number four hundred")
    assert big.card().sections[0].criteria[400].name.en == "Number four hundred"
    assert "at most 200 criteria" in visitor.get(f"/cards/{big.id}/preview").text
    assert "at most 200 criteria" in visitor.get(f"/cards/{big.id}/changes").text
    assert "at most 200 criteria" in visitor.get(f"/cards/{big.id}/what-if").text
    assert visitor.get(f"/cards/{big.id}").status_code == 200
    assert write_card(big.card()) == visitor.get(f"/cards/{big.id}/export").text
