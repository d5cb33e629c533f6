"""How well reviewers agree, by criterion, from interactions that were scored twice without their knowing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased, joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.consensus import NOT_APPLICABLE, answer_key, value_of
from qa.calibration.models import ScorePair
from qa.calibration.queries import ItemResult
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of
from qa.disputes.visibility import unsettled_evaluations
from qa.evaluations.marks import Marks
from qa.evaluations.models import Answer, Evaluation, Probe
from qa.evaluations.plain_marks import marks_of_plain
from qa.evaluations.service import marks_of
from qa.people.models import User
from qa.revisions.queries import given_first
from scorecards.agreement import Level
from scorecards.agreement_report import AgreementReport, agreement_report
from scorecards.definition import Card, Criterion, Kind
from scorecards.errors import AgreementError

_LEVELS = {
    Kind.YES_NO: Level.NOMINAL,
    Kind.CHOICE: Level.NOMINAL,
    Kind.SCALE_3: Level.ORDINAL,
    Kind.SCALE_4: Level.ORDINAL,
    Kind.SCALE_5: Level.ORDINAL,
    Kind.NUMERIC: Level.INTERVAL,
}


@dataclass(frozen=True, slots=True)
class _Score:
    """One side of a pair, as its reviewer first gave it: what was corrected later, or decided by a judge, is not theirs."""

    reviewer: User
    card: Card
    quality_bp: int | None
    marks: Marks


_Pair = tuple[_Score, _Score]


@dataclass(frozen=True, slots=True)
class Compared:
    """A criterion, or the whole card where it is none; ``report`` is none when nothing was rated twice.

    ``one_sided`` counts pairs of which only one reviewer said that the criterion applies.
    """

    criterion: Criterion | None
    report: AgreementReport | None
    one_sided: int


@dataclass(frozen=True, slots=True)
class Couple:
    """Two reviewers with the number of interactions that both scored."""

    first: User
    second: User
    n_items: int


@dataclass(frozen=True, slots=True)
class CardAgreement:
    """Everything on the page of one card."""

    card: Card | None
    n_pairs: int
    rows: tuple[Compared, ...]
    couples: tuple[Couple, ...]


def compared_cards(act: Act) -> list[Scorecard]:
    """Return the cards with which something was scored twice."""
    act.require(Permission.AGREEMENT_SEE)
    asked = (
        select(Scorecard)
        .join(CardVersion)
        .where(CardVersion.id.in_(select(Evaluation.card_version_id).where(Evaluation.probe.is_not(None))))
        .distinct()
        .order_by(Scorecard.key)
    )
    return list(act.session.scalars(asked))


def agreement_of(
    act: Act, scorecard_id: int, *, probe: Probe = Probe.SECOND, couple: tuple[int, int] | None = None
) -> CardAgreement:
    """Compare first and second scores that are both in and not disputed; ``couple`` takes those of two reviewers alone.

    Scores under older versions of the card take part where the criterion is the same as now.
    """
    act.require(Permission.AGREEMENT_SEE)
    pairs = _pairs(act, scorecard_id, probe=probe)
    couples = _couples(pairs) if probe is Probe.SECOND else ()
    if couple is not None:
        pairs = [(first, second) for first, second in pairs if {first.reviewer.id, second.reviewer.id} == set(couple)]
    if not pairs:
        return CardAgreement(None, 0, (), couples)
    card = pairs[-1][0].card
    rows = [_whole(pairs, ordered=couple)]
    rows += [
        _compared(criterion, pairs, ordered=couple)
        for _section, criterion in card.criteria()
        if criterion.kind is not Kind.TEXT
    ]
    return CardAgreement(card, len(pairs), tuple(rows), couples)


def agreement_in(card: Card, found: Sequence[ItemResult]) -> tuple[Compared, ...]:
    """Compare the scores of a calibration: the whole card first, then what all reviewers of an interaction were asked.

    Each column of the table is one reviewer; who did not score in time is missing.
    """
    everybody = sorted({reviewer.id for item in found for reviewer, _score in item.scores})
    whole = [
        _columns(everybody, {one.id: np.nan if score is None else score / 100 for one, score in item.scores})
        for item in found
    ]
    rows = [Compared(None, _report(np.array(whole), level=Level.INTERVAL), 0)]
    for _section, criterion in card.criteria():
        if criterion.kind is Kind.TEXT:
            continue
        table = [
            _columns(everybody, {one.reviewer.id: _place(criterion, one.key) for one in row.given})
            for item in found
            for row in item.rows
            if row.criterion.key == criterion.key
        ]
        rows.append(Compared(criterion, _report_on(criterion, table), 0))
    return tuple(rows)


def _columns(everybody: Sequence[int], given: Mapping[int, float]) -> list[float]:
    return [given.get(number, np.nan) for number in everybody]


def both_in() -> ColumnElement[bool]:
    """Hold for pairs of which both scores are submitted; before that a second score is nobody's to see."""
    first, second = aliased(Evaluation), aliased(Evaluation)
    return ScorePair.id.in_(
        select(ScorePair.id)
        .join(first, ScorePair.first_id == first.id)
        .join(second, ScorePair.second_id == second.id)
        .where(first.submitted_at.is_not(None), second.submitted_at.is_not(None))
    )


def _pairs(act: Act, scorecard_id: int, *, probe: Probe) -> list[_Pair]:
    """Return the pairs, those under the newest version of the card last."""
    stored = _stored_pairs(act, scorecard_id, probe=probe)
    corrected = given_first(act, [number for one in stored for number in (one.first_id, one.second_id)])

    def score(evaluation: Evaluation) -> _Score:
        card, kept = card_of(evaluation.card_version), corrected.get(evaluation.id)
        if kept is not None:
            return _Score(evaluation.reviewer, card, kept.quality_bp, marks_of_plain(kept.answers))
        return _Score(evaluation.reviewer, card, evaluation.quality_bp, marks_of(evaluation))

    return [(score(one.first), score(one.second)) for one in stored]


def _stored_pairs(act: Act, scorecard_id: int, *, probe: Probe) -> list[ScorePair]:
    first, second = joinedload(ScorePair.first), joinedload(ScorePair.second)
    first_score, version = aliased(Evaluation), aliased(CardVersion)
    chosen = (
        select(Evaluation.id)
        .join(Evaluation.card_version)
        .where(Evaluation.probe == probe, CardVersion.scorecard_id == scorecard_id)
    )
    asked = (
        select(ScorePair)
        .join(first_score, ScorePair.first_id == first_score.id)
        .join(version, first_score.card_version_id == version.id)
        .where(both_in(), ScorePair.second_id.in_(chosen), ScorePair.first_id.not_in(unsettled_evaluations()))
        .options(
            first.selectinload(Evaluation.answers).selectinload(Answer.evidence),
            first.joinedload(Evaluation.reviewer),
            first.joinedload(Evaluation.card_version),
            second.selectinload(Evaluation.answers).selectinload(Answer.evidence),
            second.joinedload(Evaluation.reviewer),
            second.joinedload(Evaluation.card_version),
        )
        .order_by(version.number, ScorePair.id)
    )
    return list(act.session.scalars(asked))


def _couples(pairs: Iterable[_Pair]) -> tuple[Couple, ...]:
    people: dict[int, User] = {}
    counts: Counter[tuple[int, int]] = Counter()
    for pair in pairs:
        people |= {one.reviewer.id: one.reviewer for one in pair}
        low, high = sorted(one.reviewer.id for one in pair)
        counts[low, high] += 1
    found = [Couple(people[low], people[high], number) for (low, high), number in counts.items()]
    return tuple(sorted(found, key=lambda one: (one.first.name.casefold(), one.second.name.casefold())))


def _whole(pairs: Sequence[_Pair], *, ordered: tuple[int, int] | None) -> Compared:
    table = [
        [np.nan if one.quality_bp is None else one.quality_bp / 100 for one in _sides(pair, ordered)] for pair in pairs
    ]
    return Compared(None, _report(np.array(table), level=Level.INTERVAL), 0)


def _compared(criterion: Criterion, pairs: Sequence[_Pair], *, ordered: tuple[int, int] | None) -> Compared:
    table: list[list[float]] = []
    one_sided = 0
    for pair in pairs:
        sides = _sides(pair, ordered)
        if not _same(criterion, pair[0].card.criterion(criterion.key)):
            continue
        keys = [answer_key(side.marks.get(criterion.key)) for side in sides]
        one_sided += sum(key == NOT_APPLICABLE for key in keys) == 1
        table.append([_place(criterion, key) for key in keys])
    return Compared(criterion, _report_on(criterion, table), one_sided)


def _report_on(criterion: Criterion, table: Sequence[Sequence[float]]) -> AgreementReport | None:
    scale = None if criterion.kind is Kind.NUMERIC else [_place(criterion, one.key) for one in criterion.options]
    return _report(np.array(table), level=_LEVELS[criterion.kind], scale=scale)


def _place(criterion: Criterion, key: str) -> float:
    """The number of an answer in the table: its place where differences mean nothing, else its value."""
    value = value_of(criterion, key)
    if value is None:
        return np.nan
    if _LEVELS[criterion.kind] is Level.NOMINAL:
        return float([option.key for option in criterion.options].index(key))
    return value


def _same(criterion: Criterion, other: Criterion | None) -> bool:
    if other is None or other.kind is not criterion.kind:
        return False
    return [(one.key, one.value) for one in criterion.options] == [(one.key, one.value) for one in other.options]


def _sides(pair: _Pair, ordered: tuple[int, int] | None) -> list[_Score]:
    """First and second score; of two named reviewers always the same one's first, so that each is one rater."""
    return list(pair) if ordered is None else sorted(pair, key=lambda one: ordered.index(one.reviewer.id))


def _report(
    table: NDArray[np.float64], *, level: Level, scale: Sequence[float] | None = None
) -> AgreementReport | None:
    if not table.size:
        return None
    try:
        return agreement_report(table, level=level, categories=None if scale is None else np.array(scale))
    except AgreementError:
        return None
