"""What differs between two versions: meaning apart from wording and order, nothing missed, nothing invented."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from scorecards.causes import Cause
from scorecards.changes import Change, ChangeKind, changes, needs_version
from scorecards.definition import Band, Card, Channel, Condition, Effect, OnFail, PassRule
from scorecards.words import Words
from tests.scorecards.card_making import changed, peers_card, section, words, yes_no
from tests.scorecards.test_card_files import any_cards


def told(found: list[Change]) -> list[tuple[str, str, bool]]:
    return [(str(change.place), change.kind.value, change.meaning) for change in found]


@given(any_cards())
def test_a_card_does_not_differ_from_itself(made: Card) -> None:
    assert changes(made, made) == []


@given(any_cards(), any_cards())
def test_other_cards_always_differ_both_ways(one: Card, other: Card) -> None:
    assert bool(changes(one, other)) == bool(changes(other, one)) or one == other


def without(made: Card, key: str) -> Card:
    sections = tuple(
        replace(part, criteria=tuple(one for one in part.criteria if one.key != key)) for part in made.sections
    )
    return replace(made, sections=sections)


PEERS = peers_card()
TONE = "sections[courtesy].criteria[tone]"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (without(PEERS, "tone"), [(TONE, "removed", True)]),
        (replace(PEERS, sections=PEERS.sections[:-1]), [("sections[compliance]", "removed", True)]),
        (
            replace(PEERS, sections=(*PEERS.sections, section("extra", yes_no("more")))),
            [("sections[extra]", "added", True)],
        ),
        (changed(PEERS, "tone", weight=Decimal(11)), [(f"{TONE}.weight", "changed", True)]),
        (
            changed(PEERS, "tone", condition=Condition("greeting", ("yes",))),
            [(f"{TONE}.condition", "changed", True)],
        ),
        (changed(PEERS, "tone", on_fail=OnFail(Effect.FLAG)), [(f"{TONE}.on_fail", "changed", True)]),
        (changed(PEERS, "tone", allow_not_applicable=False), [(f"{TONE}.not_applicable", "changed", True)]),
        (changed(PEERS, "tone", causes=(Cause.SKILL,)), [(f"{TONE}.causes", "changed", True)]),
        (replace(PEERS, rule=PassRule.TOTAL), [("pass_rule", "changed", True)]),
        (replace(PEERS, bands=(Band("all", words("All"), Decimal(0)),)), [("bands[all]", "added", True)]),
        (changed(PEERS, "tone", name=Words("Tone", "Toon")), [(f"{TONE}.name.en", "changed", False), (f"{TONE}.name.nl", "changed", False)]),
        (changed(PEERS, "tone", guidance=words("Listen.")), [(f"{TONE}.guidance.en", "changed", False), (f"{TONE}.guidance.nl", "changed", False)]),
        (replace(PEERS, channels=(Channel.CHAT,)), [("channels", "changed", False)]),
        (
            replace(PEERS, sections=(PEERS.sections[1], PEERS.sections[0], *PEERS.sections[2:])),
            [("sections[courtesy]", "moved", False)],
        ),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_told_once_at_its_place(after: Card, expected: list[tuple[str, str, bool]]) -> None:
    found = changes(PEERS, after)
    assert told(found) == expected
    assert needs_version(found) == any(meaning for _place, _kind, meaning in expected)


def test_other_points_of_an_option_are_meaning_and_its_label_is_not() -> None:
    tone = PEERS.criterion("tone")
    assert tone is not None
    dearer = changed(PEERS, "tone", options=(*tone.options[:-1], replace(tone.options[-1], points=Decimal(6))))
    assert told(changes(PEERS, dearer)) == [(f"{TONE}.options[5].points", "changed", True)]
    renamed = changed(
        PEERS, "tone", options=(*tone.options[:-1], replace(tone.options[-1], label=Words("Top", "mark 5 (nl)")))
    )
    (change,) = changes(PEERS, renamed)
    assert (str(change.place), change.before, change.after) == (f"{TONE}.options[5].label.en", "mark 5", "Top")


def test_a_criterion_that_goes_to_another_section_is_gone_in_one_and_new_in_the_other() -> None:
    tone = PEERS.criterion("tone")
    assert tone is not None
    left = without(PEERS, "tone")
    sections = (left.sections[0], replace(left.sections[1], criteria=(*left.sections[1].criteria, tone)))
    found = changes(PEERS, replace(left, sections=(*sections, *left.sections[2:])))
    assert told(found) == [(TONE, "removed", True), ("sections[empathy].criteria[tone]", "added", True)]


def test_the_fewest_moves_are_told_with_what_each_came_to_stand_behind() -> None:
    options = changed(PEERS, "tone").criterion("tone")
    assert options is not None
    one, two, three, four, five = options.options
    found = changes(PEERS, changed(PEERS, "tone", options=(five, one, two, three, four)))
    assert [(str(item.place), item.kind, item.before, item.after) for item in found] == [
        (f"{TONE}.options[5]", ChangeKind.MOVED, "4", "")
    ]
