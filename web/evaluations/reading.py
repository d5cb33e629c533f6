"""A submitted evaluation as it is read: answers under their sections, the rows of the computation; and a list's filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qa.days import day_or_none
from qa.evaluations.hearing import told_unheard
from qa.evaluations.listing import Filters
from qa.evaluations.marks import Mark, Marks
from qa.evaluations.models import EvaluationState
from qa.i18n import Language, _, say
from scorecards.causes import Cause
from scorecards.computation import STATE_WORDS, RowKind
from scorecards.definition import Card, Criterion, Kind
from scorecards.scoring import LineState
from web.evaluations.bound import BoundEvidence, Heard, bound, not_known
from web.evaluations.lines import Line


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One criterion with its answer and everything bound to it; ``failed`` as it was at submission."""

    key: str
    number: int
    name: str
    answer: str
    anchor: str
    comment: str
    cause: str
    nature: str
    critical: bool
    failed: bool
    evidence: tuple[BoundEvidence, ...]
    #: A critical failure that was confirmed without playing its evidence.
    unheard: bool


@dataclass(frozen=True, slots=True)
class SectionRead:
    """One section with its outcome; ``score`` and ``threshold`` from 0 to 100."""

    key: str
    name: str
    score: Decimal | None
    threshold: Decimal | None
    passed: bool | None
    answers: tuple[AnswerShown, ...]


def shown_answers(
    card: Card,
    marks: Marks,
    computation: Mapping[str, Any],
    *,
    language: Language,
    lines: tuple[Line, ...] = (),
    heard: Heard = not_known,
) -> list[SectionRead]:
    """Return every section of the card with the answers given, in the order of the card.

    Evidence lies in ``lines``; ``heard`` tells whether a piece of it was played, where that is known.
    """
    rows = shown_rows(computation, language=language)
    failed = {row["key"] for row in rows if row["failed"] and row["kind"] == RowKind.CRITERION}
    unheard = told_unheard(computation)
    numbers = {criterion.key: at for at, (_section, criterion) in enumerate(card.criteria(), start=1)}
    found = []
    for section in card.sections:
        outcome = computation.get("sections", {}).get(section.key, {})
        found.append(
            SectionRead(
                key=section.key,
                name=section.name.in_(language.value),
                score=_percentage(outcome.get("final_bp")),
                threshold=section.threshold,
                passed=outcome.get("passed"),
                answers=tuple(
                    _answer(
                        criterion,
                        marks.get(criterion.key) or Mark(),
                        number=numbers[criterion.key],
                        failed=criterion.key in failed,
                        unheard=criterion.key in unheard,
                        heard=heard,
                        language=language,
                        lines=lines,
                    )
                    for criterion in section.criteria
                ),
            )
        )
    return found


def shown_rows(computation: Mapping[str, Any], *, language: Language) -> list[dict[str, Any]]:
    """Return the rows of the computation as they were made at submission."""
    rows: list[dict[str, Any]] = computation.get("rows", {}).get(language.value, [])
    return rows


def filters_of(sent: Mapping[str, str]) -> Filters:
    """Read the filters of an address; what makes no sense filters nothing."""
    state = sent.get("state", "")
    return Filters(
        state=EvaluationState(state) if state in set(EvaluationState) else None,
        team_id=_id(sent.get("team")),
        agent_id=_id(sent.get("agent")),
        reviewer_id=_id(sent.get("reviewer")),
        since=day_or_none(sent.get("since")),
        until=day_or_none(sent.get("until")),
    )


def _answer(
    criterion: Criterion,
    mark: Mark,
    *,
    number: int,
    failed: bool,
    unheard: bool,
    heard: Heard,
    language: Language,
    lines: tuple[Line, ...],
) -> AnswerShown:
    spoken = language.value
    option = criterion.option(mark.option) if mark.option else None
    cause = Cause(mark.cause) if failed and mark.cause in set(Cause) else None
    return AnswerShown(
        key=criterion.key,
        number=number,
        name=criterion.name.in_(spoken),
        answer=answer_said(criterion, mark, language=language),
        anchor=option.anchor.in_(spoken) if option else "",
        comment=mark.comment,
        cause=cause.label.in_(spoken) if cause else "",
        nature=cause.nature.label.in_(spoken) if cause else "",
        critical=criterion.critical,
        failed=failed,
        evidence=bound(mark.evidence, lines=lines, heard=heard),
        unheard=unheard,
    )


def answer_said(criterion: Criterion, mark: Mark, *, language: Language) -> str:
    """Return what was answered, in words."""
    spoken = language.value
    option = criterion.option(mark.option) if mark.option else None
    if mark.not_applicable:
        return STATE_WORDS[LineState.NOT_APPLICABLE].in_(spoken)
    if option is not None:
        return option.label.in_(spoken)
    if criterion.kind is Kind.NUMERIC and mark.number:
        return f"{mark.number} {criterion.unit.in_(spoken)}".strip()
    return mark.text or say(_("No answer"), language)


def _percentage(basis_points: int | None) -> Decimal | None:
    return None if basis_points is None else Decimal(basis_points) / 100


def _id(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 19 else None
