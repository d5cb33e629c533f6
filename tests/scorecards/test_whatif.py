"""What-if: the quick outcome is the exact one, and what cannot be carried over is counted."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scorecards.answers import Answer
from scorecards.definition import Card, Condition, Criterion, Effect, Kind, OnFail, Option, PassRule
from scorecards.rescoring import Outcome, Rescorer
from scorecards.scoring import score
from scorecards.shipped import SHIPPED_KEYS, shipped_card
from scorecards.whatif import Carrier, ChangedContact, Contact, GivenAnswer, NotCarried, Tally, WhatIf
from scorecards.words import Words
from tests.scorecards.card_making import (
    NOT_APPLICABLE,
    PEERS_ANSWERS,
    card,
    changed,
    chose,
    peers_card,
    scale,
    section,
    yes_no,
)

weights = st.decimals("0", "99.99", places=2)
values = st.decimals(0, 100, places=2)


@st.composite
def any_criteria(draw: st.DrawFn, key: str, *, earlier: list[str]) -> Criterion:
    """A criterion with any value, effect, bonus and condition."""
    options = (
        Option("yes", Words("Yes", "Ja"), draw(values)),
        Option("no", Words("No", "Nee"), draw(values)),
    )
    effect = draw(st.sampled_from(Effect))
    bonus = draw(st.none() | values) if effect is Effect.NONE else None
    condition = draw(st.none() | st.sampled_from(earlier)) if earlier else None
    return replace(
        yes_no(key),
        options=options,
        weight=Decimal(0) if bonus is not None else draw(weights),
        bonus=bonus,
        fails_below=draw(values),
        on_fail=OnFail(effect, draw(values) if effect is Effect.CAP_AT else None),
        condition=None if condition is None else Condition(condition, (draw(st.sampled_from(["yes", "no"])),)),
    )


@st.composite
def cards_with_answers(draw: st.DrawFn) -> tuple[Card, dict[str, Answer]]:
    """A card that uses everything that counts, and answers, N/A or nothing for each criterion."""
    sections, keys = [], list[str]()
    for number in range(draw(st.integers(1, 3))):
        criteria = []
        for place in range(draw(st.integers(1, 3))):
            criteria.append(draw(any_criteria(f"c{number}-{place}", earlier=list(keys))))
            keys.append(f"c{number}-{place}")
        threshold = draw(st.none() | st.integers(0, 100))
        sections.append(replace(section(f"s{number}", *criteria, threshold=threshold), weight=draw(weights)))
    rule = draw(st.sampled_from(PassRule))
    mark = None if rule is PassRule.EVERY_SECTION else Decimal(draw(st.integers(0, 100)))
    given_ = {
        key: answer
        for key in keys
        if (answer := draw(st.sampled_from([chose("yes"), chose("no"), NOT_APPLICABLE, None]))) is not None
    }
    return replace(card(*sections), rule=rule, pass_mark=mark), given_


def outcome_of(made: Card, answers: dict[str, Answer]) -> Outcome:
    """The outcome as the exact computation gives it."""
    result = score(made, answers, complete=False)
    return Outcome(result.final_bp, result.passed, tuple(part.final_bp for part in result.sections))


@given(cards_with_answers())
def test_the_outcome_alone_is_that_of_the_whole_computation(made: tuple[Card, dict[str, Answer]]) -> None:
    whole, answers = made
    picked = {key: answer.option for key, answer in answers.items() if answer.option is not None}
    assert Rescorer(whole).outcome(picked) == outcome_of(whole, answers)


@given(st.sampled_from(SHIPPED_KEYS), st.randoms(use_true_random=False))
def test_shipped_cards_too(key: str, random: object) -> None:
    made = shipped_card(key)
    answers = {
        criterion.key: Answer(number=Decimal(random.randint(0, 40)))  # type: ignore[attr-defined]  # a random.Random
        if criterion.kind is Kind.NUMERIC
        else Answer(option=random.choice(criterion.options).key)  # type: ignore[attr-defined]  # a random.Random
        for _, criterion in made.criteria()
        if criterion.kind is not Kind.TEXT
    }
    again = Rescorer(made)
    picked = {
        key: option
        for key, answer in answers.items()
        if (
            option := again.pick(
                key, option=answer.option, number=None if answer.number is None else str(answer.number)
            )
        )
    }
    assert again.outcome(picked) == outcome_of(made, answers)


def ranges() -> Criterion:
    options = (
        Option("quick", Words("Quick", "Snel"), Decimal(100), start=Decimal(0)),
        Option("slow", Words("Slow", "Traag"), Decimal(40), start=Decimal("2.5")),
    )
    return replace(yes_no("wait"), kind=Kind.NUMERIC, options=options, maximum=Decimal(60))


def test_a_number_is_picked_by_its_range_and_nothing_else_is() -> None:
    again = Rescorer(card(section("only", ranges(), yes_no("kind"))))
    found = {number: again.pick("wait", option=None, number=number) for number in ("0", "2,5", "60", "61", "-1", "x")}
    assert found == {"0": "quick", "2,5": "slow", "60": "slow", "61": None, "-1": None, "x": None}
    assert again.pick("kind", option="maybe", number=None) is None
    assert again.pick("nothing", option="yes", number=None) is None


def contact(number: int = 1, *, agent: int = 7, without: str = "") -> Contact:
    """The example of the vendors' rules as it was stored."""
    result = score(peers_card(), PEERS_ANSWERS)
    answers = [
        GivenAnswer(key, option=answer.option, not_applicable=answer.not_applicable)
        for key, answer in PEERS_ANSWERS.items()
        if key != without
    ]
    return Contact(number, agent, answers, result.final_bp, result.passed)


def asked(draft: Card, *contacts: Contact) -> tuple[WhatIf, list[ChangedContact]]:
    tally, carrier = Tally(), Carrier(peers_card(), Rescorer(draft))
    rows = [tally.add(one, carrier) for one in contacts]
    return tally.close(), rows


def test_the_same_card_changes_nothing() -> None:
    found, _rows = asked(peers_card(), contact(1), contact(2))
    assert (found.contacts, found.changed, found.incomplete, found.named) == (2, 0, 0, [])
    assert {key: (shift.n, shift.before_bp, shift.after_bp) for key, shift in found.sections.items()} == {
        "courtesy": (2, 8750, 8750),
        "empathy": (2, 5000, 5000),
        "resolution": (2, 10000, 10000),
        "compliance": (2, 0, 0),
    }


def test_another_weight_moves_the_score_of_contact_agent_and_section() -> None:
    draft = changed(peers_card(), "tone", weight=Decimal(30))
    found, rows = asked(draft, contact(1), contact(2, agent=8))
    assert [(row.before_bp, row.after_bp) for row in rows] == [(6750, 6625)] * 2
    assert found.changed == 2
    assert (found.newly_passed, found.newly_failed) == (0, 0)
    assert {agent: (shift.n, shift.before_bp, shift.after_bp) for agent, shift in found.agents.items()} == {
        7: (1, 6750, 6625),
        8: (1, 6750, 6625),
    }
    assert found.sections["courtesy"].after_bp == 8125


def test_an_outcome_that_flips_is_counted_by_its_direction_and_named_first() -> None:
    draft = replace(peers_card(), sections=tuple(replace(part, threshold=Decimal(0)) for part in peers_card().sections))
    found, rows = asked(draft, contact())
    assert (found.newly_passed, found.newly_failed) == (1, 0)
    assert rows[0].flips
    assert rows[0].before_bp == rows[0].after_bp == 6750


def test_what_cannot_be_carried_over_is_told_with_its_reason_and_counts_as_not_applicable() -> None:
    sections = list(peers_card().sections)
    sections[0] = replace(sections[0], criteria=(*sections[0].criteria, yes_no("extra", weight=50)))
    sections[3] = replace(sections[3], criteria=(scale("security", weight=20),))
    draft = replace(peers_card(), sections=tuple(sections))
    draft = changed(draft, "transfer", allow_not_applicable=False)
    tone = draft.criterion("tone")
    assert tone is not None
    draft = changed(draft, "tone", options=tuple(option for option in tone.options if option.key != "4"))
    found, rows = asked(draft, contact())
    assert found.not_carried == {
        ("extra", NotCarried.NEW): 1,
        ("security", NotCarried.NEW): 1,
        ("identity", NotCarried.REMOVED): 1,
        ("tone", NotCarried.OPTION_GONE): 1,
        ("transfer", NotCarried.MUST_ANSWER): 1,
    }
    assert found.incomplete == 1
    # Courtesy is its greeting alone, compliance has no answer and gives its weight away: (20·100 + 20·50 + 40·100) / 80.
    assert rows[0].after_bp == 8750
    assert found.sections["compliance"].n == 0
