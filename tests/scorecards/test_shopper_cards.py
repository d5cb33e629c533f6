"""A card for mystery shoppers asks for nothing that a shopper cannot give."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scorecards.causes import Cause
from scorecards.checks import check
from scorecards.definition import Card, Criterion
from scorecards.shipped import shipped_card


def with_first(card: Card, criterion: Criterion) -> Card:
    section = card.sections[0]
    return replace(card, sections=(replace(section, criteria=(criterion, *section.criteria[1:])), *card.sections[1:]))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"causes": (Cause.KNOWLEDGE,)}, "causes"), ({"evidence_below": Decimal(50)}, "evidence_below")],
)
def test_causes_and_evidence_are_wrong_on_a_shoppers_card_only(change: dict[str, object], field: str) -> None:
    card = shipped_card("mystery-visit")
    asking = with_first(card, replace(card.sections[0].criteria[0], **change))  # type: ignore[arg-type]  # by name
    assert [problem.where for problem in check(asking)] == [f"sections[0].criteria[0].{field}"]
    assert check(replace(asking, key="visit")) == []
