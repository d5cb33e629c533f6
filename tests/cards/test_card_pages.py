"""Scorecards as they are read and exported."""

from dataclasses import replace

import pytest

from qa.auth.roles import Role
from qa.cards.queries import all_versions
from qa.cards.service import add_version, ensure_shipped, publish
from qa.i18n import Language
from scorecards.reading import read_card
from scorecards.shipped import shipped_card, shipped_cards
from scorecards.words import Words
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.visitor import Visitor


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR, Role.REVIEWER, Role.AGENT])
def test_everybody_who_is_scored_or_scores_can_read_the_cards(stored: Stored, visitor: Visitor, role: Role) -> None:
    with stored() as make:
        ensure_shipped(make.act)
        user = make.user(role)
    page = words_of(visitor.as_user(user).get("/cards").text)
    assert all(card.name.en in page for card in shipped_cards())
    assert "In use" in page


def test_shoppers_have_no_business_with_the_cards(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        user = make.user(Role.SHOPPER)
    assert visitor.as_user(user).get("/cards").status_code == 403


@pytest.mark.parametrize("language", list(Language))
def test_a_version_shows_everything_a_reviewer_is_asked(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        ensure_shipped(make.act)
        user = make.user(Role.REVIEWER, language=language)
        ids = [version.id for version in all_versions(make.act)]
    visitor.as_user(user)
    pages = " ".join(words_of(visitor.get(f"/cards/{number}").text) for number in ids)
    for card in shipped_cards():
        for section, criterion in card.criteria():
            assert section.name.in_(language) in pages
            assert criterion.name.in_(language) in pages
            assert all(option.anchor.in_(language) in pages for option in criterion.options)
    assert {"en": "Passes when every section reaches its own threshold", "nl": "Voldoende als elk onderdeel"}[
        language
    ] in pages


def test_the_export_is_the_card(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        version = publish(make.act, add_version(make.act, shipped_card("phone-service")))
        user = make.user(Role.REVIEWER)
    answer = visitor.as_user(user).get(f"/cards/{version.id}/export")
    assert read_card(answer.text) == shipped_card("phone-service")
    assert 'filename="phone-service-v1.yaml"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AGENT])
def test_a_draft_is_seen_by_nobody_but_its_designers(stored: Stored, visitor: Visitor, role: Role) -> None:
    with stored() as make:
        version = add_version(make.act, shipped_card("phone-service"))
        user, designer = make.user(role), make.user(Role.SUPERVISOR)
    paths = [f"/cards/{version.id}{page}" for page in ("", "/changes", "/export")]
    assert [visitor.as_user(user).get(path).status_code for path in paths] == [404, 404, 404]
    assert [visitor.get(f"/cards/{version.id}/{page}").status_code for page in ("edit", "preview", "what-if")] == [403] * 3  # fmt: skip
    assert "phone-service" not in visitor.get("/cards").text
    assert [visitor.as_user(designer).get(path).status_code for path in paths] == [200, 200, 200]


def test_markup_in_a_card_stays_text(stored: Stored, visitor: Visitor) -> None:
    evil = replace(shipped_card("phone-service"), name=Words("<script>x</script>", "<script>x</script>"))
    with stored() as make:
        version = add_version(make.act, evil)
        user = make.user(Role.ADMIN)
    visitor.as_user(user)
    for path in ("/cards", f"/cards/{version.id}"):
        page = visitor.get(path).text
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page


def test_without_cards_the_page_says_how_one_comes_in(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        user = make.user(Role.ADMIN)
    page = visitor.as_user(user).get("/cards").text
    assert "Six come with the product" in words_of(page)
    assert 'href="/cards/new"' in page
    assert visitor.get("/cards/1").status_code == 404
