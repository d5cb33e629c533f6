"""A card being designed: what is added, moved, doubled or removed touches nothing else."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards import editing
from scorecards.checks import check
from scorecards.definition import OPTION_COUNTS, Card, Channel, Kind
from scorecards.shipped import shipped_card
from scorecards.words import Words
from tests.scorecards.card_making import changed, peers_card

PHONE = shipped_card("phone-service")
places = st.integers(-1, 7)


def criteria_of(card: Card) -> Counter[str]:
    return Counter(f"{section.key}/{criterion.key}" for section, criterion in card.criteria())


@given(places, places, places)
def test_moving_never_loses_or_doubles_anything(at: int, criterion: int, to: int) -> None:
    for made in (
        editing.move_section(PHONE, at, to),
        editing.move_criterion(PHONE, at, criterion, to),
        editing.move_option(PHONE, at, criterion, 0, to),
    ):
        assert criteria_of(made) == criteria_of(PHONE)
        assert check(made) == [] or made != PHONE
    assert editing.move_section(editing.move_section(PHONE, 0, 2), 2, 0) == PHONE


@given(places, places)
def test_what_is_removed_is_one_thing_and_the_rest_stays(at: int, criterion: int) -> None:
    there = 0 <= at < len(PHONE.sections) and 0 <= criterion < len(PHONE.sections[at].criteria)
    assert (criteria_of(PHONE) - criteria_of(editing.remove_criterion(PHONE, at, criterion))).total() == int(there)


@given(places, places)
def test_a_copy_has_a_key_of_its_own(at: int, criterion: int) -> None:
    for made in (editing.double_criterion(PHONE, at, criterion), editing.double_section(PHONE, at)):
        assert check(made) == []
        assert max(Counter(one.key for _, one in made.criteria()).values()) == 1


@pytest.mark.parametrize("kind", Kind)
def test_a_criterion_can_become_any_kind_and_keeps_what_was_written(kind: Kind) -> None:
    written = PHONE.sections[0].criteria[1]
    made = editing.as_kind(written, kind)
    if kind in OPTION_COUNTS:
        assert len(made.options) == OPTION_COUNTS[kind]
    assert made.options[: len(made.options)] == made.options
    for before, after in zip(written.options, made.options, strict=False):
        assert after.anchor == before.anchor
    fresh = editing.as_kind(replace(written, options=()), kind)
    assert fresh.options == editing.new_options(kind)


def test_a_new_card_lacks_only_what_nobody_can_guess() -> None:
    made = editing.empty_card("ours", Words("Ours", "De onze"))
    assert {problem.where for problem in check(made)} == {
        "channels",
        "sections[0].key",
        "sections[0].name.en",
        "sections[0].name.nl",
        "sections[0].criteria[0].key",
        "sections[0].criteria[0].name.en",
        "sections[0].criteria[0].name.nl",
    }
    section = replace(made.sections[0], name=Words("Courtesy", "Hoffelijkheid"))
    named = replace(made, sections=(section,), channels=(Channel.PHONE,))
    named = editing.in_criterion(named, 0, 0, lambda one: replace(one, name=Words("Is polite", "Is beleefd")))
    named = editing.with_keys(named)
    assert check(named) == []
    assert [(part.key, one.key) for part, one in named.criteria()] == [("courtesy", "is-polite")]


def test_keys_are_made_once_never_twice_and_never_changed() -> None:
    made = editing.add_criterion(editing.add_criterion(peers_card(), 0), 1)
    name = Words("Tone", "Toon")
    made = editing.in_criterion(made, 0, 2, lambda one: replace(one, name=name))
    made = editing.in_criterion(made, 1, 1, lambda one: replace(one, name=name))
    made = editing.with_keys(made)
    assert [one.key for _, one in made.criteria()][:5] == ["greeting", "tone", "tone-2", "empathy", "tone-3"]
    assert editing.with_keys(changed(made, "tone-2", name=Words("Else", "Anders"))).criterion("tone-2") is not None


def test_options_and_bands_come_and_go() -> None:
    made = editing.add_option(peers_card(), 0, 0)
    assert len(made.sections[0].criteria[0].options) == 3
    assert editing.remove_option(made, 0, 0, 2) == peers_card()
    assert editing.remove_band(editing.add_band(peers_card()), 0) == peers_card()
    assert editing.new_options(Kind.SCALE_4)[1].value == Decimal("66.67")
