"""The printed computation of a shipped card agrees with its exact score."""

from decimal import Decimal

import pytest

from qa.i18n import Language
from qa.reports.computation import answer_lines, percentage
from scorecards.definition import Kind
from scorecards.scoring import Answer, score
from scorecards.shipped import SHIPPED_KEYS, shipped_card


@pytest.mark.parametrize("key", SHIPPED_KEYS)
@pytest.mark.parametrize("language", Language)
def test_what_the_lines_add_is_the_quality_score(key: str, language: Language) -> None:
    card = shipped_card(key)
    answers = {
        criterion.key: Answer(option=criterion.options[0].key)
        for _, criterion in card.criteria()
        if criterion.kind not in {Kind.TEXT, Kind.NUMERIC}
    }
    result = score(card, answers, complete=False)
    lines = answer_lines(card, result, language=language)
    quality = percentage(result.quality)
    assert quality is not None
    # Each line is rounded to hundredths by itself.
    assert abs(sum((line.contribution for line in lines), Decimal(0)) - quality) < Decimal("0.005") * (len(lines) + 1)
    assert abs(sum((line.weight for line in lines), Decimal(0)) - 100) < Decimal("0.005") * (len(lines) + 1)
    assert [line.criterion for line in lines] == [criterion.name.in_(language) for _, criterion in card.criteria()]
    assert all(line.answer for line in lines)


def test_nothing_rated_has_no_percentage() -> None:
    assert percentage(None) is None
