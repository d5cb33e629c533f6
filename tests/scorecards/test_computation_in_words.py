"""The printed computation: what an agent can check with a pocket calculator."""

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scorecards.causes import Cause, Nature
from scorecards.computation import HEADINGS, RowKind, in_words, number, percent, plain_number
from scorecards.definition import Channel, Effect, ErrorClass, Kind, OnFail, PassRule
from scorecards.labels import label
from scorecards.scoring import score
from tests.scorecards.card_making import PEERS_ANSWERS, changed, chose, peers_card


def test_every_criterion_every_section_and_every_total_has_its_row() -> None:
    rows = in_words(score(peers_card(), PEERS_ANSWERS), peers_card(), language="en")
    assert [row.key for row in rows if row.kind is RowKind.CRITERION] == list(PEERS_ANSWERS)
    tone = next(row for row in rows if row.key == "tone")
    assert (tone.answer, tone.value, tone.applied, tone.points) == ("mark 4", "75", "10.00%", "7.50%")
    transfer = next(row for row in rows if row.key == "transfer")
    assert (transfer.answer, transfer.applied) == ("Not applicable", "")
    final = next(row for row in rows if row.kind is RowKind.FINAL)
    assert final.points == "67.50%"
    outcome = next(row for row in rows if row.kind is RowKind.OUTCOME)
    assert outcome.answer == "Not passed"
    assert outcome.note == "Passes when every section reaches its own threshold"


def test_dutch_rows_have_dutch_words_and_a_decimal_comma() -> None:
    whole = changed(peers_card(), "identity", on_fail=OnFail(Effect.CAP_AT, Decimal("59.5")))
    rows = in_words(score(whole, PEERS_ANSWERS), whole, language="nl")
    assert next(row for row in rows if row.kind is RowKind.QUALITY).points == "67,50%"
    assert next(row for row in rows if row.kind is RowKind.CRITICAL).note == "Kritiek: de score is hooguit 59,5%"
    assert next(row for row in rows if row.key == "empathy").note == "blijft onder de drempel van 70%"


def test_a_total_rule_says_its_mark() -> None:
    whole = replace(peers_card(), rule=PassRule.TOTAL, pass_mark=Decimal(60))
    rows = in_words(score(whole, PEERS_ANSWERS), whole, language="en")
    outcome = next(row for row in rows if row.kind is RowKind.OUTCOME)
    assert (outcome.answer, outcome.note) == ("Passed", "Passes from a final score of 60%")


def test_a_draft_says_that_it_is_one() -> None:
    rows = in_words(score(peers_card(), {"tone": chose("4")}, complete=False), peers_card(), language="en")
    assert "Not all criteria have been answered yet." in [row.label for row in rows]


def test_numbers_are_written_as_their_readers_write_them() -> None:
    assert percent(6667, "en") == "66.67%"
    assert percent(10000, "nl") == "100,00%"
    assert number(Decimal("2.50"), "nl") == "2,5"
    assert number(Decimal(100), "en") == "100"
    assert HEADINGS["points"].in_("nl") == "Draagt bij"


@pytest.mark.parametrize("choices", [Kind, Channel, ErrorClass, PassRule, Effect, Cause, Nature])
def test_every_choice_has_a_label_in_both_languages(choices: type[StrEnum]) -> None:
    for choice in choices:
        assert label(choice).en
        assert label(choice).nl


def test_systemic_causes_are_not_the_agents_to_mend() -> None:
    coachable = {cause for cause in Cause if cause.nature is Nature.COACHABLE}
    assert coachable == {Cause.KNOWLEDGE, Cause.SKILL, Cause.COMMUNICATION}


@given(some.integers(0, 20_000))
def test_a_program_reads_the_printed_share_as_the_same_number(points: int) -> None:
    read = plain_number(percent(points, "en"))
    assert read is not None
    assert Decimal(read) == Decimal(points) / 100


@given(some.decimals(0, 1000, places=3))
def test_a_program_reads_the_printed_number_as_the_same_number(value: Decimal) -> None:
    read = plain_number(number(value, "en"))
    assert read is not None
    assert Decimal(read) == value


@pytest.mark.parametrize("cell", ["", "No score", "Yes", "66,67%", "5 (mark 4)", "%"])
def test_what_is_no_number_is_none(cell: str) -> None:
    assert plain_number(cell) is None
