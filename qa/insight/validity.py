"""Whether the scores of a card say what customers say of the same interactions."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select

from qa.act import Act
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of
from qa.disputes.visibility import unsettled_evaluations
from qa.estimate.validity import Held, Said, Validity, validity
from qa.evaluations.models import Answer, Evaluation
from qa.feedback.figures import Answered, AnswerFigures, answer_figures
from qa.feedback.models import CustomerAnswer
from qa.feedback.queries import read_answered
from qa.insight.queries import of_random_draws
from qa.sampling.models import DrawItem

#: How far back scores are looked at: cards and customers change.
DAYS = 365
#: Up to so many scores are held against answers as the page opens.
FEW = 500
#: Names of scores: that of the whole interaction, and what stands before the key of a section or criterion.
TOTAL, SECTION, CRITERION = "total", "section:", "criterion:"


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of a card."""

    result: Validity
    #: What was answered on the scored interactions, with how many were asked.
    answers: AnswerFigures
    #: Scored interactions of which nobody was asked anything.
    not_asked: int


def validity_of(act: Act, *, card: str) -> Found:
    """Hold the scores that random draws brought in the last year on the card with this key against customers' answers.

    Picks on purpose are left out: picked for what customers said, they would show what they were picked by.
    """
    rows = _rows(act, card=card)
    known = {row.interaction_id for row in rows}
    of_card = CustomerAnswer.interaction_id.in_(_scored(act, card=card).with_only_columns(Evaluation.interaction_id))
    answers = {one.interaction_id: one for one in read_answered(act, of_card) if one.interaction_id in known}
    parts = _parts(act, card=card)
    held = [
        Held({TOTAL: row.quality_bp / 100, **parts.get(row.evaluation_id, {})}, _said(answers.get(row.interaction_id)))
        for row in rows
    ]
    result = validity(held, total=TOTAL, draw_ids=sorted({row.draw_id for row in rows}))
    return Found(result, answer_figures(list(answers.values())), len(rows) - len(answers))


def few_scored(act: Act, *, card: str) -> bool:
    """Whether no more than ``FEW`` scores are held against answers, so that it takes no time."""
    asked = _scored(act, card=card).limit(FEW + 1).subquery()
    return (act.session.scalar(select(func.count()).select_from(asked)) or 0) <= FEW


def _said(answer: Answered | None) -> Said | None:
    if answer is None or not answer.answered:
        return None
    csat = None if answer.csat_bp is None else answer.csat_bp / 100
    said = Said(csat=csat, nps=answer.nps, resolved=answer.resolved)
    return said if said != Said() else None


def _rows(act: Act, *, card: str) -> list[Row[Any]]:
    """Read the first score of each interaction, without those that are disputed."""
    asked = _scored(act, card=card).add_columns(
        Evaluation.interaction_id,
        DrawItem.draw_id,
        Evaluation.draw_item_id,
        Evaluation.quality_bp,
        Evaluation.id.in_(unsettled_evaluations()).label("disputed"),
    )
    first: dict[int, Row[Any]] = {}
    for row in act.session.execute(asked.order_by(Evaluation.assigned_at, Evaluation.id)):
        first.setdefault(row.draw_item_id, row)
    return [row for row in first.values() if not row.disputed]


def _scored(act: Act, *, card: str) -> Select[*tuple[Any, ...]]:
    """Select the numbers of the evaluations of the last year on the card that have a score."""
    versions = select(CardVersion.id).join(CardVersion.scorecard).where(Scorecard.key == card)
    asked: Select[*tuple[Any, ...]] = (
        select(Evaluation.id.label("evaluation_id"))
        .join(Evaluation.draw_item)
        .where(
            *of_random_draws(),
            Evaluation.card_version_id.in_(versions),
            Evaluation.submitted_at >= act.now - timedelta(days=DAYS),
            Evaluation.quality_bp.is_not(None),
        )
    )
    return asked


def _parts(act: Act, *, card: str) -> dict[int, dict[str, float]]:
    """Return what each section and answered criterion is worth, by evaluation of which a customer was asked something.

    What did not apply is left out. The scores of others are held against nothing but whether anything was said.
    """
    asked = _scored(act, card=card).where(Evaluation.interaction_id.in_(select(CustomerAnswer.interaction_id)))
    found: dict[int, dict[str, float]] = {}
    for evaluation_id, sections in act.session.execute(asked.add_columns(Evaluation.computation["sections"])):
        found[evaluation_id] = {
            SECTION + key: one["quality_bp"] / 100
            for key, one in (sections or {}).items()
            if one.get("quality_bp") is not None
        }
    values = _values(act, card=card)
    answers = (
        select(Answer.evaluation_id, Answer.criterion, Answer.option, Evaluation.card_version_id)
        .join(Answer.evaluation)
        .where(Answer.evaluation_id.in_(asked), Answer.option.is_not(None), Answer.not_applicable.is_(False))
    )
    for evaluation_id, key, option, version_id in act.session.execute(answers):
        value = values.get((version_id, key, option or ""))
        # One may have been asked between the two readings.
        if value is not None and evaluation_id in found:
            found[evaluation_id][CRITERION + key] = value
    return found


def _values(act: Act, *, card: str) -> dict[tuple[int, str, str], float]:
    """Return what each option is worth, by the version of the card, the criterion and the option."""
    versions = select(CardVersion).join(CardVersion.scorecard).where(Scorecard.key == card)
    return {
        (version.id, criterion.key, option.key): float(option.value)
        for version in act.session.scalars(versions)
        for _section, criterion in card_of(version).criteria()
        for option in criterion.options
    }
