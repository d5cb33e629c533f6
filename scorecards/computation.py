"""The computation of a score as rows of text, the same on the page, in the PDF and in the API."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scorecards.definition import Card, Effect, PassRule, Section
from scorecards.scoring import CriticalFailure, Line, LineState, Result, SectionResult, basis_points
from scorecards.words import Words

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class RowKind(StrEnum):
    """What a row is about."""

    CRITERION = "criterion"
    SECTION = "section"
    QUALITY = "quality"
    CRITICAL = "critical"
    BONUS = "bonus"
    FINAL = "final"
    OUTCOME = "outcome"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``key`` names the criterion or section; cells that do not apply are empty.

    ``applied`` is the share of the whole card, ``points`` what the row adds to the score.
    """

    kind: RowKind
    key: str
    label: str
    answer: str = ""
    value: str = ""
    weight: str = ""
    applied: str = ""
    points: str = ""
    note: str = ""
    failed: bool = False


HEADINGS = {
    "label": Words("Criterion", "Criterium"),
    "answer": Words("Answer", "Antwoord"),
    "value": Words("Value", "Waarde"),
    "weight": Words("Weight", "Gewicht"),
    "applied": Words("Share of the card", "Aandeel in de kaart"),
    "points": Words("Adds", "Draagt bij"),
    "note": Words("Note", "Toelichting"),
}

STATE_WORDS = {
    LineState.NOT_APPLICABLE: Words("Not applicable", "Niet van toepassing"),
    LineState.NOT_ASKED: Words("Not asked", "Niet gevraagd"),
    LineState.UNANSWERED: Words("No answer yet", "Nog geen antwoord"),
    LineState.TEXT: Words("Free text, not scored", "Vrije tekst, telt niet mee"),
}
_EFFECTS = {
    Effect.NONE: Words("No effect", "Geen gevolg"),
    Effect.FLAG: Words("Critical: flagged, the score stays", "Kritiek: gemarkeerd, de score blijft"),
    Effect.SECTION_ZERO: Words("Critical: sets “{section}” to 0", "Kritiek: zet “{section}” op 0"),
    Effect.CARD_ZERO: Words("Critical: sets the whole card to 0", "Kritiek: zet de hele kaart op 0"),
    Effect.CAP_AT: Words("Critical: the score is at most {cap}", "Kritiek: de score is hooguit {cap}"),
}
_REACHED = Words("reaches its threshold of {threshold}", "haalt de drempel van {threshold}")
_MISSED = Words("stays below its threshold of {threshold}", "blijft onder de drempel van {threshold}")
_ZEROED = Words("set to 0 by a critical criterion", "op 0 gezet door een kritiek criterium")
_UNRATED = Words(
    "nothing rated; its weight goes to the other sections",
    "niets beoordeeld; het gewicht gaat naar de andere onderdelen",
)
_QUALITY = Words("Quality score, before critical criteria", "Kwaliteitsscore, vóór kritieke criteria")
_BONUS = Words("Bonus", "Bonus")
_FINAL = Words("Final score", "Eindscore")
_OUTCOME = Words("Outcome", "Uitkomst")
_PASSED = Words("Passed", "Voldoende")
_NOT_PASSED = Words("Not passed", "Niet voldoende")
_UNDECIDED = Words("No outcome", "Geen uitkomst")
_NO_SCORE = Words("No score", "Geen score")
_DRAFT = Words("Not all criteria have been answered yet.", "Nog niet alle criteria zijn beantwoord.")
_ROUNDING = Words(
    "Reckoned in exact fractions; each figure is rounded half up to 0.01% at the end, so the rows may differ from the sum by 0.01.",
    "Berekend met exacte breuken; pas aan het eind is elk getal afgerond op 0,01% (een half naar boven), "
    "dus de regels kunnen 0,01 van de som verschillen.",
)
RULE_WORDS = {
    PassRule.EVERY_SECTION: Words(
        "Passes when every section reaches its own threshold", "Voldoende als elk onderdeel de eigen drempel haalt"
    ),
    PassRule.TOTAL: Words("Passes from a final score of {mark}", "Voldoende vanaf een eindscore van {mark}"),
    PassRule.BOTH: Words(
        "Passes when every section reaches its own threshold and the final score is at least {mark}",
        "Voldoende als elk onderdeel de eigen drempel haalt en de eindscore minstens {mark} is",
    ),
}


def in_words(result: Result, card: Card, *, language: str) -> list[Row]:
    """The rows of a computation in ``language``: criteria under their section, then the totals and the outcome."""
    rows: list[Row] = []
    for section, outcome in zip(card.sections, result.sections, strict=True):
        rows.append(_section_row(section, outcome, language=language))
        rows += [_criterion_row(line, card, language=language) for line in result.lines if line.section == section.key]
    rows.append(Row(RowKind.QUALITY, "", _QUALITY.in_(language), points=_score(result.quality_bp, language)))
    rows += [_critical_row(failure, card, language=language) for failure in result.critical]
    if any(line.state is LineState.BONUS for line in result.lines):
        rows.append(Row(RowKind.BONUS, "", _BONUS.in_(language), points=percent(result.bonus_bp, language)))
    rows.append(_final_row(result, card, language=language))
    rows.append(_outcome_row(result, card, language=language))
    if not result.complete:
        rows.append(Row(RowKind.NOTE, "", _DRAFT.in_(language)))
    rows.append(Row(RowKind.NOTE, "", _ROUNDING.in_(language)))
    return rows


def percent(basis_points_: int, language: str) -> str:
    """Hundredths of a per cent as people read them: 6667 is 66.67% in English and 66,67% in Dutch."""
    return _comma(f"{basis_points_ // 100}.{basis_points_ % 100:02d}%", language)


def number(value: Decimal, language: str) -> str:
    """A number of the card without superfluous zeros."""
    text = format(value, "f")
    return _comma(text.rstrip("0").rstrip(".") if "." in text else text, language)


def plain_number(cell: str) -> str | None:
    """The number that a cell of the English rows holds, as a decimal of the same digits; none where it holds none.

    So what a program reads is what people read: 66.67% is 66.67, 12.5 is 12.5, and "No score" is no number.
    """
    found = cell.removesuffix("%")
    return found if _PLAIN.fullmatch(found) else None


def rule_in_words(card: Card, *, language: str) -> str:
    """When a contact passes on this card."""
    mark = "" if card.pass_mark is None else _threshold(basis_points(Fraction(card.pass_mark)), language)
    return RULE_WORDS[card.rule].in_(language).format(mark=mark)


def effect_in_words(failure: CriticalFailure, card: Card, *, language: str) -> str:
    """What a failed critical criterion did."""
    section = card.section(failure.section)
    return (
        _EFFECTS[failure.effect]
        .in_(language)
        .format(
            section="" if section is None else section.name.in_(language),
            cap="" if failure.cap is None else _threshold(basis_points(Fraction(failure.cap)), language),
        )
    )


def _comma(text: str, language: str) -> str:
    return text.replace(".", ",") if language.lower().startswith("nl") else text


def _threshold(points: int, language: str) -> str:
    return f"{number(Decimal(points) / 100, language)}%"


def _score(points: int | None, language: str) -> str:
    return _NO_SCORE.in_(language) if points is None else percent(points, language)


def _section_row(section: Section, outcome: SectionResult, *, language: str) -> Row:
    if outcome.zeroed:
        note = _ZEROED.in_(language)
    elif outcome.quality_bp is None:
        note = _UNRATED.in_(language) if section.weight else ""
    elif outcome.threshold_bp is None:
        note = ""
    else:
        template = _REACHED if outcome.passed else _MISSED
        note = template.in_(language).format(threshold=_threshold(outcome.threshold_bp, language))
    points = outcome.applied * (outcome.quality or 0)
    return Row(
        RowKind.SECTION,
        section.key,
        section.name.in_(language),
        value=_score(outcome.quality_bp, language),
        weight=number(section.weight, language),
        applied=percent(outcome.applied_bp, language),
        points=percent(basis_points(points), language),
        note=note,
        failed=outcome.passed is False,
    )


def _criterion_row(line: Line, card: Card, *, language: str) -> Row:
    criterion = card.criterion(line.criterion)
    label = line.criterion if criterion is None else criterion.name.in_(language)
    weight = number(line.weight, language)
    if line.value is None:
        return Row(
            RowKind.CRITERION, line.criterion, label, answer=STATE_WORDS[line.state].in_(language), weight=weight
        )
    unit = "" if criterion is None else criterion.unit.in_(language)
    answer = line.label.in_(language)
    if line.number is not None:
        answer = f"{number(line.number, language)} {unit}".strip() + f" ({answer})"
    return Row(
        RowKind.CRITERION,
        line.criterion,
        label,
        answer=answer,
        value=number(line.value, language),
        weight=weight if line.state is LineState.RATED else "",
        applied=percent(line.applied_bp, language) if line.state is LineState.RATED else "",
        points=percent(line.contribution_bp, language),
        note="" if line.cause is None else line.cause.label.in_(language),
        failed=line.failed,
    )


def _critical_row(failure: CriticalFailure, card: Card, *, language: str) -> Row:
    criterion = card.criterion(failure.criterion)
    label = failure.criterion if criterion is None else criterion.name.in_(language)
    note = effect_in_words(failure, card, language=language)
    return Row(RowKind.CRITICAL, failure.criterion, label, note=note, failed=True)


def _final_row(result: Result, card: Card, *, language: str) -> Row:
    band = next((band.name.in_(language) for band in card.bands if band.key == result.band), "")
    return Row(RowKind.FINAL, "", _FINAL.in_(language), points=_score(result.final_bp, language), note=band)


def _outcome_row(result: Result, card: Card, *, language: str) -> Row:
    verdict = {True: _PASSED, False: _NOT_PASSED, None: _UNDECIDED}[result.passed]
    return Row(
        RowKind.OUTCOME,
        "",
        _OUTCOME.in_(language),
        answer=verdict.in_(language),
        note=rule_in_words(card, language=language),
        failed=result.passed is False,
    )
