"""The computation of a score as lines for people, from the exact result of the scorecards."""

from decimal import Decimal
from fractions import Fraction

from qa.i18n import Language, Text, _, number_text, say
from qa.reports.content import AnswerLine
from scorecards.definition import Card, Criterion
from scorecards.scoring import Line, LineState, Result, basis_points

#: What stands as answer where a criterion was not rated.
_UNRATED: dict[LineState, Text] = {
    LineState.NOT_APPLICABLE: _("not applicable"),
    LineState.NOT_ASKED: _("not asked"),
    LineState.UNANSWERED: _("not answered"),
    LineState.TEXT: _("in words, not scored"),
}


def answer_lines(card: Card, result: Result, *, language: Language) -> tuple[AnswerLine, ...]:
    """Return every criterion's answer, value, applied weight and contribution, in the order of the card."""
    return tuple(_line(card, line, language=language) for line in result.lines)


def percentage(share: Fraction | None) -> Decimal | None:
    """Return an exact percentage to two decimals, rounded half up."""
    return None if share is None else Decimal(basis_points(share)) / 100


def _line(card: Card, line: Line, *, language: Language) -> AnswerLine:
    section, criterion = card.section(line.section), card.criterion(line.criterion)
    return AnswerLine(
        section=section.name.in_(language) if section else line.section,
        criterion=criterion.name.in_(language) if criterion else line.criterion,
        answer=_answer(criterion, line, language=language),
        value=line.value if line.state in {LineState.RATED, LineState.BONUS} else None,
        weight=Decimal(line.applied_bp) / 100,
        contribution=Decimal(line.contribution_bp) / 100,
    )


def _answer(criterion: Criterion | None, line: Line, *, language: Language) -> str:
    if line.state in _UNRATED:
        return say(_UNRATED[line.state], language)
    if line.number is not None:
        unit = criterion.unit.in_(language) if criterion else ""
        return f"{number_text(line.number, language)} {unit}".strip()
    label = line.label.in_(language) or line.option or "–"
    if line.state is LineState.BONUS:
        return say(_("{answer} (bonus)", answer=label), language)
    return label
