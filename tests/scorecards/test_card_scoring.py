"""The score of a card: exact, whatever the order, neutral to what does not apply, never helped by a failure."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.definition import Band, Card, Condition, Effect, Kind, OnFail, Option, PassRule
from scorecards.errors import AnswersError
from scorecards.scoring import Answer, LineState, basis_points, missing, score
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

weights = st.decimals("0.01", "999.99", places=2)
values = st.decimals(0, 100, places=2)
Answers = dict[str, Answer]


@st.composite
def cards_with_answers(draw: st.DrawFn) -> tuple[Card, Answers]:
    """A card of yes/no criteria with any weights and values, and an answer or N/A to each."""
    sections = []
    answers: Answers = {}
    for number in range(draw(st.integers(1, 4))):
        criteria = []
        for place in range(draw(st.integers(1, 4))):
            key = f"c{number}-{place}"
            high, low = draw(values), draw(values)
            options = (
                Option("yes", Words("Yes", "Ja"), max(high, low)),
                Option("no", Words("No", "Nee"), min(high, low)),
            )
            effect = draw(st.sampled_from(Effect))
            cap = draw(values) if effect is Effect.CAP_AT else None
            criteria.append(replace(yes_no(key), options=options, weight=draw(weights), on_fail=OnFail(effect, cap)))
            answers[key] = draw(st.sampled_from([chose("yes"), chose("no"), NOT_APPLICABLE]))
        threshold = draw(st.integers(0, 100))
        sections.append(replace(section(f"s{number}", *criteria, threshold=threshold), weight=draw(weights)))
    rule = draw(st.sampled_from(PassRule))
    mark = None if rule is PassRule.EVERY_SECTION else Decimal(draw(st.integers(0, 100)))
    return replace(card(*sections), rule=rule, pass_mark=mark), answers


def reckoned_apart(whole: Card, answers: Answers) -> Fraction | None:
    """The quality score by another road: every answer's own share of the card, added up."""
    rated = {
        part.key: [
            (Fraction(one.weight), Fraction(one.option(answers[one.key].option or "").value))  # type: ignore[union-attr]  # the option exists
            for one in part.criteria
            if not answers[one.key].not_applicable
        ]
        for part in whole.sections
    }
    present = [part for part in whole.sections if rated[part.key]]
    if not present:
        return None
    total = Fraction(0)
    for part in present:
        for weight, value in rated[part.key]:
            inside = weight / sum(other for other, _ in rated[part.key])
            total += value * inside * Fraction(part.weight) / sum(Fraction(other.weight) for other in present)
    return total


@given(cards_with_answers())
def test_the_score_is_exact(made: tuple[Card, Answers]) -> None:
    whole, answers = made
    result = score(whole, answers)
    assert result.quality == reckoned_apart(whole, answers)


@given(cards_with_answers())
def test_the_lines_add_up_to_the_score_and_to_the_whole_card(made: tuple[Card, Answers]) -> None:
    result = score(*made)
    assert sum(line.contribution for line in result.lines) == (result.quality or 0)
    assert sum(line.applied for line in result.lines) == (0 if result.quality is None else 1)


@given(cards_with_answers(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_and_sections_never_matters(made: tuple[Card, Answers], random: object) -> None:
    whole, answers = made
    shuffled = [replace(part, criteria=tuple(reversed(part.criteria))) for part in whole.sections]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    before, after = score(whole, answers), score(replace(whole, sections=tuple(shuffled)), answers)
    assert (before.quality, before.final, before.passed) == (after.quality, after.final, after.passed)


@given(cards_with_answers())
def test_not_applicable_is_the_same_as_not_being_on_the_card(made: tuple[Card, Answers]) -> None:
    whole, answers = made
    kept = [
        replace(part, criteria=tuple(one for one in part.criteria if not answers[one.key].not_applicable))
        for part in whole.sections
    ]
    without = replace(whole, sections=tuple(part for part in kept if part.criteria))
    rest = {key: answer for key, answer in answers.items() if not answer.not_applicable}
    before, after = score(whole, answers), score(without, rest)
    assert (before.quality, before.final, before.passed) == (after.quality, after.final, after.passed)


@given(cards_with_answers())
def test_a_critical_failure_never_raises_an_outcome(made: tuple[Card, Answers]) -> None:
    whole, answers = made
    tame = whole
    for _, criterion in whole.criteria():
        tame = changed(tame, criterion.key, on_fail=OnFail())
    strict, lenient = score(whole, answers), score(tame, answers)
    assert strict.quality == lenient.quality
    if lenient.final is not None:
        assert strict.final is not None
        assert strict.final <= lenient.final
    if lenient.passed is not None:
        assert strict.passed is not None
        assert strict.passed <= lenient.passed


@given(cards_with_answers())
def test_a_better_answer_never_lowers_an_outcome(made: tuple[Card, Answers]) -> None:
    whole, answers = made
    for key, answer in answers.items():
        if answer == chose("no"):
            before, after = score(whole, answers), score(whole, {**answers, key: chose("yes")})
            assert before.final is not None
            assert after.final is not None
            assert before.final <= after.final


def test_the_example_comes_out_by_hand() -> None:
    result = score(peers_card(), PEERS_ANSWERS)
    # courtesy (100 + 75) / 2, empathy 50, resolution 100, compliance 0, by 20 : 20 : 40 : 20
    assert result.quality == Fraction(175, 2) * Fraction(1, 5) + 10 + 40
    assert result.quality_bp == 6750
    assert [part.passed for part in result.sections] == [True, False, True, False]
    assert result.passed is False


def test_not_applicable_gives_its_weight_to_the_rest_of_the_section() -> None:
    result = score(peers_card(), PEERS_ANSWERS)
    applied = {line.criterion: line.applied_bp for line in result.lines}
    assert applied["solved"] == applied["explained"] == 2000
    assert applied["transfer"] == 0


def test_a_section_that_does_not_apply_gives_its_weight_to_the_others() -> None:
    result = score(peers_card(), {**PEERS_ANSWERS, "identity": NOT_APPLICABLE})
    assert [part.applied for part in result.sections] == [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2), 0]
    assert result.section("compliance").quality is None
    assert result.section("compliance").passed is None


def test_nothing_applicable_is_no_score_at_all() -> None:
    result = score(peers_card(), dict.fromkeys(PEERS_ANSWERS, NOT_APPLICABLE))
    assert (result.quality_bp, result.final_bp, result.passed, result.band) == (None, None, None, None)


@pytest.mark.parametrize(
    ("on_fail", "final", "passed"),
    [
        (OnFail(Effect.FLAG), 7500, True),
        (OnFail(Effect.SECTION_ZERO), 5000, False),
        (OnFail(Effect.CARD_ZERO), 0, False),
        (OnFail(Effect.CAP_AT, Decimal(60)), 6000, True),
    ],
)
def test_a_critical_failure_does_what_the_card_says(on_fail: OnFail, final: int, passed: bool) -> None:
    whole = card(
        section("first", yes_no("kind"), threshold=50),
        section("second", yes_no("solved"), yes_no("safe"), threshold=50),
    )
    whole = changed(whole, "safe", on_fail=on_fail)
    result = score(whole, {"kind": chose("yes"), "solved": chose("yes"), "safe": chose("no")})
    assert result.quality_bp == 7500
    assert result.final_bp == final
    assert result.passed is passed
    assert [(failure.criterion, failure.effect) for failure in result.critical] == [("safe", on_fail.effect)]


def test_a_high_total_never_hides_a_failed_section() -> None:
    whole = card(section("big", yes_no("a"), weight=95), section("small", yes_no("b"), weight=5))
    result = score(whole, {"a": chose("yes"), "b": chose("no")})
    assert result.final_bp == 9500
    assert result.passed is False


def test_what_is_printed_decides_about_the_threshold() -> None:
    third = replace(
        yes_no("a"),
        options=(Option("yes", Words("Yes", "Ja"), Decimal("69.99")), Option("no", Words("No", "Nee"), Decimal(0))),
    )
    almost = card(section("only", third, replace(yes_no("b"), weight=Decimal("0.02")), threshold=70))
    result = score(almost, {"a": chose("yes"), "b": chose("yes")})
    # (69.99 + 0.02 · 100) / 1.02 = 70.5784…
    assert result.quality_bp == 7058
    assert result.passed is True


@pytest.mark.parametrize(("percentage", "points"), [("1/3", 33), ("1/200", 1), ("1/201", 0), ("9999/100", 9999)])
def test_figures_are_rounded_half_up_to_a_hundredth_of_a_per_cent(percentage: str, points: int) -> None:
    assert basis_points(Fraction(percentage)) == points


def test_a_bonus_is_a_line_of_its_own_and_never_passes_a_hundred() -> None:
    extra = replace(yes_no("extra"), weight=Decimal(0), bonus=Decimal(10))
    whole = card(section("only", scale("tone"), extra))
    result = score(whole, {"tone": chose("4"), "extra": chose("yes")})
    assert (result.quality_bp, result.bonus_bp, result.final_bp) == (7500, 1000, 8500)
    assert result.lines[1].state is LineState.BONUS
    assert score(whole, {"tone": chose("5"), "extra": chose("yes")}).final_bp == 10000


def test_a_criterion_is_asked_only_when_its_condition_is_met() -> None:
    whole = changed(
        card(section("only", scale("hold"), yes_no("waited"))), "hold", condition=Condition("waited", ("yes",))
    )
    assert score(whole, {"waited": chose("no")}).lines[0].state is LineState.NOT_ASKED
    with pytest.raises(AnswersError, match="no answer yet"):
        score(whole, {"waited": chose("yes")})
    # An answer left behind from before the condition changed does not count.
    assert score(whole, {"waited": chose("no"), "hold": chose("5")}).quality_bp == 0


def test_a_number_is_worth_the_range_it_falls_in() -> None:
    ranges = (
        Option("quick", Words("Quick", "Snel"), Decimal(100), start=Decimal(0)),
        Option("slow", Words("Slow", "Traag"), Decimal(40), start=Decimal("2.5")),
    )
    wait = replace(yes_no("wait"), kind=Kind.NUMERIC, options=ranges, maximum=Decimal(60))
    whole = card(section("only", wait))
    marks = {
        number: score(whole, {"wait": Answer(number=Decimal(number))}).quality_bp for number in ("0", "2.49", "2.5")
    }
    assert marks == {"0": 10000, "2.49": 10000, "2.5": 4000}
    for impossible in ("-1", "61", "NaN"):
        with pytest.raises(AnswersError):
            score(whole, {"wait": Answer(number=Decimal(impossible))})


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"nothing": Answer(option="yes")}, "no criterion “nothing”"),
        ({"greeting": Answer(option="maybe")}, "“maybe” is not an option"),
        ({"greeting": Answer(number=Decimal(3))}, "by choosing an option"),
    ],
)
def test_answers_that_do_not_belong_to_the_card_are_refused(answers: Answers, sentence: str) -> None:
    with pytest.raises(AnswersError, match=sentence) as refused:
        score(peers_card(), {**PEERS_ANSWERS, **answers})
    assert refused.value.where == next(iter(answers))


def test_not_applicable_is_refused_where_the_card_forbids_it() -> None:
    whole = changed(peers_card(), "greeting", allow_not_applicable=False)
    with pytest.raises(AnswersError, match="not applicable"):
        score(whole, {**PEERS_ANSWERS, "greeting": NOT_APPLICABLE})


def test_what_is_still_needed_is_listed_in_the_order_of_the_card() -> None:
    whole = changed(peers_card(), "identity", comment_below=Decimal(50), evidence_below=Decimal(50))
    answers = {key: answer for key, answer in PEERS_ANSWERS.items() if key != "tone"}
    assert [(need.criterion, need.kind) for need in missing(whole, answers)] == [
        ("tone", "answer"),
        ("identity", "comment"),
        ("identity", "evidence"),
    ]
    with pytest.raises(AnswersError):
        score(whole, answers)
    draft = score(whole, answers, complete=False)
    assert draft.complete is False
    assert draft.lines[1].state is LineState.UNANSWERED


def test_the_band_is_the_highest_that_is_reached() -> None:
    bands = (Band("low", Words("Low", "Laag"), Decimal(0)), Band("high", Words("High", "Hoog"), Decimal("67.5")))
    assert score(replace(peers_card(), bands=bands), PEERS_ANSWERS).band == "high"
