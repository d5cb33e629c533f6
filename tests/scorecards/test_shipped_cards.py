"""The cards that come with the product can be used as they are, in both languages."""

import pytest

from scorecards.answers import NeedKind, missing
from scorecards.definition import Channel, Effect, Kind, PassRule
from scorecards.evidence import with_evidence_for_critical
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


@pytest.mark.parametrize("key", [key for key in SHIPPED_KEYS if not key.startswith("mystery")])
def test_every_failing_mark_on_what_was_recorded_or_written_needs_evidence(key: str) -> None:
    uncovered = [
        f"{criterion.key}: {option.key}"
        for _, criterion in shipped_card(key).criteria()
        for option in criterion.options
        if option.value < criterion.fails_below
        and (criterion.evidence_below is None or option.value >= criterion.evidence_below)
    ]
    assert not uncovered


def test_failing_a_critical_criterion_needs_evidence_whatever_the_card_says() -> None:
    silent = shipped_card("mystery-partner-call")
    strict = with_evidence_for_critical(silent)
    worst = {
        criterion.key: Answer(option=min(criterion.options, key=lambda option: option.value).key)
        for _, criterion in strict.criteria()
        if criterion.kind not in {Kind.TEXT, Kind.NUMERIC}
    }
    wanted = {need.criterion for need in missing(strict, worst) if need.kind is NeedKind.EVIDENCE}
    assert wanted == {criterion.key for _, criterion in silent.criteria() if criterion.critical}
    assert score(strict, worst, complete=False) == score(silent, worst, complete=False)
    assert not [need for need in missing(silent, worst) if need.kind is NeedKind.EVIDENCE]


def test_every_channel_has_a_card() -> None:
    assert {channel for made in shipped_cards() for channel in made.channels} == set(Channel)


def test_every_option_says_what_it_looks_like() -> None:
    for made in shipped_cards():
        for _, criterion in made.criteria():
            if criterion.kind is not Kind.NUMERIC:
                assert all(option.anchor for option in criterion.options), (made.key, criterion.key)
