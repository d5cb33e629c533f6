"""The cards that come with the product can be used as they are, in both languages."""

import pytest

from scorecards.definition import Channel, Effect, Kind, PassRule
from scorecards.reading import check, read_card, write_card
from scorecards.scoring import Answer, score
from scorecards.shipped import SHIPPED_KEYS, shipped_card, shipped_cards, shipped_text


@pytest.mark.parametrize("key", SHIPPED_KEYS)
def test_a_shipped_card_is_sound_and_its_file_is_what_an_export_gives(key: str) -> None:
    made = shipped_card(key)
    assert made.key == key
    assert check(made) == []
    assert write_card(read_card(shipped_text(key))) == shipped_text(key)


@pytest.mark.parametrize("key", SHIPPED_KEYS)
def test_the_best_answers_give_a_hundred_and_the_worst_do_not_pass(key: str) -> None:
    made = shipped_card(key)
    best: dict[str, Answer] = {}
    worst: dict[str, Answer] = {}
    for _, criterion in made.criteria():
        if criterion.kind is Kind.TEXT:
            continue
        by_value = sorted(criterion.options, key=lambda option: option.value)
        for answers, option in ((worst, by_value[0]), (best, by_value[-1])):
            answers[criterion.key] = (
                Answer(number=option.start) if criterion.kind is Kind.NUMERIC else Answer(option=option.key)
            )
    good, bad = score(made, best), score(made, worst, complete=False)
    assert (good.final_bp, good.passed, good.band) == (10000, True, "excellent")
    assert (bad.final_bp, bad.passed, bad.band) == (0, False, "poor")


def test_the_default_card_has_courtesy_empathy_and_resolution_and_lets_none_make_up_for_another() -> None:
    default = shipped_cards()[0]
    assert [section.key for section in default.sections] == ["courtesy", "empathy", "resolution"]
    assert default.rule is PassRule.EVERY_SECTION
    assert all(section.threshold == 70 for section in default.sections)
    critical = [criterion for _, criterion in default.criteria() if criterion.critical]
    assert [(one.key, one.on_fail.effect) for one in critical] == [("realistic_expectations", Effect.SECTION_ZERO)]


def test_every_channel_has_a_card() -> None:
    assert {channel for made in shipped_cards() for channel in made.channels} == set(Channel)


def test_every_option_says_what_it_looks_like() -> None:
    for made in shipped_cards():
        for _, criterion in made.criteria():
            if criterion.kind is not Kind.NUMERIC:
                assert all(option.anchor for option in criterion.options), (made.key, criterion.key)
