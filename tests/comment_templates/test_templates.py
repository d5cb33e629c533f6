"""Who keeps, sees, changes and removes which templates, and what becomes of them when a card or a person goes."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.cards.queries import card_of, published_cards
from qa.cards.service import add_version, publish, retire
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.offered import comment_language, offer
from qa.comment_templates.places import Place, cards_in_use, place_of, without_place
from qa.comment_templates.queries import find_templates, get_template, templates_of_card
from qa.comment_templates.service import (
    TemplateWish,
    add_template,
    change_template,
    copy_to_own,
    note_use,
    remove_template,
)
from qa.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from qa.i18n import Language
from qa.people.models import UserState
from qa.privacy.erasure import erase_person
from scorecards.definition import Card
from scorecards.words import Words
from tests.comment_templates.making import greeting, kept, phone_card
from tests.makers import Makers


def actions(act: Act) -> list[str]:
    asked = select(AuditEntry.action).where(AuditEntry.action.startswith("template."))
    return list(act.session.scalars(asked.order_by(AuditEntry.id)))


def optional_greeting(card: Card) -> Card:
    section = card.sections[0]
    first = replace(section.criteria[0], optional=True)
    return replace(card, sections=(replace(section, criteria=(first, *section.criteria[1:])), *card.sections[1:]))


def without_greeting(card: Card) -> Card:
    section = card.sections[0]
    left = replace(section, criteria=tuple(one for one in section.criteria if one.key != "greeting"))
    return replace(card, sections=(left, *card.sections[1:]))


def test_a_reviewer_sees_shared_templates_and_their_own_and_nobody_elses(act: Act, make: Makers) -> None:
    place, mine, other = greeting(act), make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    own = kept(act, en="Name yourself.", place=place, owner=mine)
    shared = kept(act, en="Greet first.", place=place)
    theirs = kept(act, en="Say hello.", place=place, owner=other)
    acting = replace(act, actor=mine)
    assert {one.id for one in find_templates(acting)} == {own.id, shared.id}
    assert [one.id for one in find_templates(acting, shared=False)] == [own.id]
    with pytest.raises(NotFoundError):
        get_template(acting, theirs.id)
    assert find_templates(replace(act, actor=make.agent())) == []


def test_only_who_looks_after_shared_templates_makes_changes_or_removes_them(act: Act, make: Makers) -> None:
    wish = TemplateWish(Words("Greet first."), greeting(act), shared=True)
    reviewer, supervisor = (replace(act, actor=make.user(role)) for role in (Role.REVIEWER, Role.SUPERVISOR))
    with pytest.raises(ForbiddenError):
        add_template(reviewer, wish)
    made = add_template(supervisor, wish)
    with pytest.raises(ForbiddenError):
        change_template(reviewer, made, replace(wish, texts=Words("Otherwise.")))
    with pytest.raises(ForbiddenError):
        remove_template(reviewer, made)
    change_template(supervisor, made, replace(wish, texts=Words("Greet, then listen.")))
    remove_template(supervisor, made)
    assert actions(act) == ["template.added", "template.changed", "template.removed"]
    data = act.session.scalars(select(AuditEntry.data).where(AuditEntry.action == "template.added")).one()
    assert data == {"scorecard": wish.place.scorecard_id, "criterion": "greeting"}


def test_an_own_template_is_logged_only_once_it_is_shared(act: Act, make: Makers) -> None:
    reviewer, supervisor = make.user(Role.REVIEWER), make.user(Role.SUPERVISOR)
    wish = TemplateWish(Words("Name yourself."), shared=True)
    mine = kept(act, en="Name yourself.", owner=reviewer)
    with pytest.raises(ForbiddenError):
        change_template(replace(act, actor=reviewer), mine, wish)
    theirs = kept(act, en="Name yourself.", owner=supervisor)
    assert actions(act) == []
    change_template(replace(act, actor=supervisor), theirs, wish)
    assert theirs.shared
    assert actions(act) == ["template.shared"]


def test_a_shared_template_is_copied_and_the_copy_is_ones_own(act: Act, make: Makers) -> None:
    shared = kept(act, en="Greet first.", nl="Groet eerst.", place=greeting(act), uses=7)
    acting = replace(act, actor=make.user(Role.REVIEWER))
    copy = copy_to_own(acting, shared)
    assert (copy.texts, place_of(copy), copy.shared, copy.uses) == (shared.texts, place_of(shared), False, 0)
    change_template(acting, copy, TemplateWish(Words("Greet."), place_of(copy)))
    assert shared.text_en == "Greet first."
    with pytest.raises(ConflictError):
        copy_to_own(acting, copy)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words("  ", ""), "text_en"),
        (Words("a" * 1001), "text_en"),
        (Words("", "Bel 06-12345678 terug."), "text_nl"),
        (Words("Paid to NL91ABNA0417164300."), "text_en"),
    ],
)
def test_a_template_that_is_empty_endless_or_of_one_person_is_refused(
    act: Act, make: Makers, words: Words, field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        add_template(replace(act, actor=make.user(Role.REVIEWER)), TemplateWish(words))
    assert refused.value.field == field


def test_a_place_has_to_be_on_a_card_in_use_and_the_same_words_stand_there_once(act: Act) -> None:
    place = greeting(act)
    with pytest.raises(InvalidError):
        kept(act, en="Greet first.", place=Place(place.scorecard_id, "no_such_criterion"))
    kept(act, en="Greet first.", place=place)
    with pytest.raises(ConflictError):
        kept(act, en="Greet first. ", place=place)
    kept(act, en="Greet first.", place=Place(place.scorecard_id))


def test_a_template_outlives_versions_and_loses_its_place_with_its_criterion(act: Act) -> None:
    scorecard, place = phone_card(act), greeting(act)
    template = kept(act, en="Greet first.", place=place)
    card = card_of(cards_in_use(act)[scorecard.id])
    publish(act, add_version(act, optional_greeting(card)))
    act.session.expire_all()
    assert without_place([template], cards_in_use(act)) == []
    publish(act, add_version(act, without_greeting(card)))
    act.session.expire_all()
    assert without_place([template], cards_in_use(act)) == [template]
    assert template not in templates_of_card(act, card_of(cards_in_use(act)[scorecard.id]))
    # Its words can be changed where it is; it is moved only to what is in use.
    change_template(act, template, TemplateWish(Words("Greet, then listen."), place, shared=True))
    change_template(act, template, TemplateWish(template.texts, Place(scorecard.id, "respectful"), shared=True))
    assert without_place([template], cards_in_use(act)) == []
    retire(act, cards_in_use(act)[scorecard.id])
    assert without_place([template], cards_in_use(act)) == [template]


def test_a_card_offers_what_stands_on_it_or_anywhere_most_used_first(act: Act) -> None:
    scorecard, place = phone_card(act), greeting(act)
    other = next(one for one in published_cards(act) if one.scorecard_id != scorecard.id).scorecard_id
    evenly = kept(act, en="Say so.", uses=1)
    rarely = kept(act, en="Greet first.", nl="Groet eerst.", place=place, uses=1)
    dutch_only = kept(act, nl="Noem uw naam.", place=place, uses=9)
    often = kept(act, en="Well done.", place=Place(scorecard.id), uses=5)
    anywhere = kept(act, en="See the house style.", uses=2)
    kept(act, en="Elsewhere.", place=Place(other), uses=99)
    card = card_of(cards_in_use(act)[scorecard.id])
    offered = offer(templates_of_card(act, card), language=Language.EN)
    assert [one.id for one in offered] == [often.id, anywhere.id, rarely.id, evenly.id, dutch_only.id]
    assert [(one.text, one.language) for one in offered if one.criterion] == [
        ("Greet first.", Language.EN),
        ("Noem uw naam.", Language.NL),
    ]


def test_comments_are_written_in_the_conversations_language_else_the_cards(act: Act) -> None:
    scorecard = phone_card(act)
    card = card_of(cards_in_use(act)[scorecard.id])
    dutch = replace(card, languages=("nl",))
    assert comment_language(card, "nl", otherwise=Language.EN) is Language.NL
    assert comment_language(dutch, "en", otherwise=Language.NL) is Language.EN
    assert comment_language(dutch, None, otherwise=Language.EN) is Language.NL
    assert comment_language(dutch, "de", otherwise=Language.EN) is Language.NL
    assert comment_language(card, None, otherwise=Language.EN) is Language.EN


def test_each_use_counts(act: Act) -> None:
    template = kept(act, en="Greet first.")
    note_use(act, template)
    note_use(act, template)
    act.session.refresh(template)
    assert template.uses == 2


def test_an_erased_person_leaves_no_own_templates_and_shared_ones_stay(act: Act, make: Makers) -> None:
    supervisor = make.user(Role.SUPERVISOR)
    kept(act, en="Mine.", owner=supervisor)
    shared = add_template(replace(act, actor=supervisor), TemplateWish(Words("Ours."), shared=True))
    supervisor.state = UserState.LEFT
    erase_person(act, supervisor)
    act.session.expire_all()
    assert [one.id for one in act.session.scalars(select(CommentTemplate))] == [shared.id]
