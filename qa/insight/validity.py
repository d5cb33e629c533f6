"""Whether the scores of a card say what customers say of the same interactions."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of, newest_offered
from qa.errors import NotFoundError
from qa.estimate.validity import Held, Validity, validity
from qa.evaluations.models import Answer, Evaluation
from qa.i18n import _
from qa.insight.answers import Answers
from qa.insight.queries import scored_rows
from qa.interactions.models import Interaction, Source
from scorecards.definition import Card

#: How far back scores are looked at: cards and customers change.
DAYS = 365
#: Names of scores: that of the whole interaction, and what stands before the key of a section or criterion.
TOTAL, SECTION, CRITERION = "total", "section:", "criterion:"


@dataclass(frozen=True, slots=True)
class Found:
    """What the page says of a card."""

    card: Card
    result: Validity
    #: Answers in the file, and how many of them are on interactions that no random draw had scored on this card.
    answers: int
    elsewhere: int


def validity_of(act: Act, answers: Answers, *, card: str) -> Found:
    """Hold the scores that random draws brought in the last year on the card with this key against the answers.

    Picks on purpose are left out: picked for what customers said, they would show what they were picked by.
    """
    act.require(Permission.OVERVIEW_SEE)
    scorecard_id = act.session.scalar(select(Scorecard.id).where(Scorecard.key == card))
    version = newest_offered(act, scorecard_id) if scorecard_id is not None else None
    if version is None:
        raise NotFoundError(_("There is no such scorecard."))
    rows = _rows(act, card=card)
    keys = _keys(rows, answers)
    matched = {evaluation_id: answers.said[key] for evaluation_id, key in keys.items()}
    criteria = _criteria(act, set(matched))
    held = [Held(_scores(row, criteria.get(row.evaluation_id, {})), matched.get(row.evaluation_id)) for row in rows]
    result = validity(held, total=TOTAL, draw_ids=sorted({row.draw_id for row in rows}))
    return Found(card_of(version), result, len(answers.said), len(answers.said) - len(keys))


def _rows(act: Act, *, card: str) -> list[Row[Any]]:
    asked = (
        scored_rows(sections=True)
        .add_columns(Interaction.reference, Source.name.label("source"))
        .join(Interaction.source)
        .where(
            Scorecard.key == card,
            Evaluation.submitted_at >= act.now - timedelta(days=DAYS),
            Evaluation.quality_bp.is_not(None),
        )
        .order_by(Evaluation.assigned_at, Evaluation.id)
    )
    first: dict[int, Row[Any]] = {}
    for row in act.session.execute(asked):
        first.setdefault(row.item_id, row)
    return [row for row in first.values() if not row.disputed]


def _keys(rows: Sequence[Row[Any]], answers: Answers) -> dict[int, tuple[str, str]]:
    """Return by which key each answered evaluation stands in the file; a reference of several sources needs its source."""
    sources = Counter(row.reference for row in rows)
    found = {}
    for row in rows:
        for key in ((row.source, row.reference), ("", row.reference)):
            if key in answers.said and (key[0] or sources[row.reference] == 1):
                found[row.evaluation_id] = key
                break
    return found


def _scores(row: Row[Any], criteria: Mapping[str, float]) -> dict[str, float]:
    sections: Mapping[str, Any] = row.sections or {}
    return {
        TOTAL: row.quality_bp / 100,
        **{
            SECTION + key: found["quality_bp"] / 100
            for key, found in sections.items()
            if found.get("quality_bp") is not None
        },
        **criteria,
    }


def _criteria(act: Act, evaluation_ids: set[int]) -> dict[int, dict[str, float]]:
    """Return what each answered criterion is worth, by evaluation; what did not apply is left out."""
    asked = (
        select(Answer.evaluation_id, Answer.criterion, Answer.option, CardVersion)
        .join(Answer.evaluation)
        .join(Evaluation.card_version)
        .where(Answer.evaluation_id.in_(evaluation_ids), Answer.option.is_not(None), Answer.not_applicable.is_(False))
    )
    worth: dict[int, dict[str, float]] = defaultdict(dict)
    for evaluation_id, key, option, version in act.session.execute(asked):
        criterion = card_of(version).criterion(key)
        chosen = criterion.option(option) if criterion and option else None
        if chosen is not None:
            worth[evaluation_id][CRITERION + key] = float(chosen.value)
    return worth
