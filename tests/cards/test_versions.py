"""Versions of scorecards: meaning makes a new one, wording changes in place and is kept, nothing is saved over unseen."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.cards.drafts import begin_draft, create_card, discard_draft, free_key, save_draft
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.cards.queries import card_of, current_version, draft_of
from qa.cards.service import UnusableError, add_version, publish, retire
from qa.errors import ConflictError, ForbiddenError, InvalidError
from scorecards.definition import Card
from scorecards.shipped import shipped_card
from scorecards.words import Words
from tests.makers import Makers
from tests.scorecards.card_making import changed

PHONE = shipped_card("phone-service")


def first_version(act: Act) -> CardVersion:
    return publish(act, add_version(act, PHONE))


def drafted(act: Act, version: CardVersion, card: Card) -> CardVersion:
    draft = begin_draft(act, version)
    save_draft(act, draft, card, revision=draft.revision)
    return draft


def actions(act: Act) -> list[str]:
    return list(act.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_another_weight_makes_a_new_version_and_retires_the_old_one(act: Act) -> None:
    first = first_version(act)
    second = publish(act, drafted(act, first, changed(PHONE, "greeting", weight=Decimal(15))))
    assert (second.number, second.state, first.state) == (2, VersionState.PUBLISHED, VersionState.RETIRED)
    assert card_of(first) == PHONE
    assert current_version(act, first.scorecard_id) is second
    assert actions(act)[-2:] == ["card.retired", "card.published"]


def test_other_words_and_another_order_change_the_version_in_place_and_are_kept(act: Act) -> None:
    first = first_version(act)
    before = first.digest
    turned = replace(PHONE, sections=tuple(reversed(PHONE.sections)))
    reworded = changed(turned, "greeting", name=Words("Says hello", "Zegt hallo"))
    kept = publish(act, drafted(act, first, reworded))
    assert kept is first
    assert (kept.number, kept.state) == (1, VersionState.PUBLISHED)
    assert card_of(kept) == reworded
    assert [wording.digest for wording in kept.wordings] == [before]
    assert draft_of(act, first.scorecard_id) is None
    assert actions(act)[-1] == "card.reworded"


def test_a_draft_equal_to_the_version_in_use_leaves_everything_as_it_was(act: Act) -> None:
    first = first_version(act)
    assert publish(act, begin_draft(act, first)) is first
    assert first.wordings == []


def test_a_retired_card_comes_back_by_publishing_it_again(act: Act) -> None:
    first = first_version(act)
    retire(act, first)
    with pytest.raises(ConflictError):
        current_version(act, first.scorecard_id)
    assert publish(act, begin_draft(act, first)) is first
    assert current_version(act, first.scorecard_id) is first


def test_a_draft_with_problems_is_kept_but_not_published(act: Act) -> None:
    draft = drafted(act, first_version(act), changed(PHONE, "greeting", name=Words("Hello", "")))
    with pytest.raises(UnusableError) as refused:
        publish(act, draft)
    assert [problem.where for problem in refused.value.problems] == ["sections[0].criteria[0].name.nl"]
    assert card_of(draft).criterion("greeting") is not None


def test_there_is_one_draft_however_often_it_is_asked_for(act: Act) -> None:
    first = first_version(act)
    assert begin_draft(act, first) is begin_draft(act, first)
    again = changed(PHONE, "greeting", weight=Decimal(15))
    with pytest.raises(ConflictError, match="another draft"):
        add_version(act, again)
    assert add_version(act, again, replace_draft=True).number == 2


def test_the_second_of_two_windows_is_told_and_nothing_is_overwritten(act: Act) -> None:
    draft = begin_draft(act, first_version(act))
    one, other = (changed(PHONE, "greeting", weight=Decimal(weight)) for weight in (15, 20))
    save_draft(act, draft, one, revision=0)
    with pytest.raises(ConflictError, match="another window"):
        save_draft(act, draft, other, revision=0)
    assert card_of(draft) == one
    save_draft(act, draft, one, revision=0)  # the same words sent twice, by a double click
    assert draft.revision == 1


def test_a_published_version_cannot_be_saved_over_published_twice_or_discarded(act: Act) -> None:
    first = first_version(act)
    with pytest.raises(ConflictError):
        save_draft(act, first, PHONE, revision=0)
    with pytest.raises(ConflictError):
        publish(act, first)
    with pytest.raises(ConflictError, match="Only a draft"):
        discard_draft(act, first)


def test_a_card_of_ones_own_is_made_once_and_can_be_thrown_away(act: Act) -> None:
    name = Words("Our calls", "Onze gesprekken")
    made = create_card(act, PHONE, key=free_key(act, "Onze gesprekken"), name=name)
    assert made.scorecard.key == "onze-gesprekken"
    assert create_card(act, PHONE, key="onze-gesprekken", name=name) is made
    with pytest.raises(InvalidError, match="already a scorecard"):
        create_card(act, PHONE, key="onze-gesprekken", name=Words("Other", "Andere"))
    with pytest.raises(InvalidError, match="A key has"):
        create_card(act, PHONE, key="Our calls", name=name)
    assert free_key(act, "onze-gesprekken") == "onze-gesprekken-2"
    discard_draft(act, made)
    assert act.session.scalars(select(Scorecard)).all() == []


def test_supervisors_design_and_administrators_publish(make: Makers) -> None:
    supervisor = replace(make.act, actor=make.user(Role.SUPERVISOR))
    draft = create_card(supervisor, PHONE, key="ours", name=PHONE.name)
    with pytest.raises(ForbiddenError):
        publish(supervisor, draft)
    with pytest.raises(ForbiddenError):
        create_card(replace(make.act, actor=make.user(Role.REVIEWER)), PHONE, key="theirs", name=PHONE.name)
    admin = make.user(Role.ADMIN)
    publish(replace(make.act, actor=admin), draft)
    entry = make.act.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.data["number"]) == ("card.published", admin.id, 1)
