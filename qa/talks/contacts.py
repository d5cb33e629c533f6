"""What drawn contacts scored on criteria, as columns of numbers: two queries for all of them, each score once and none disputed."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select

from qa.act import Act
from qa.cards.models import CardVersion, Scorecard
from qa.cards.queries import card_of
from qa.evaluations.models import Answer, Evaluation, EvaluationKind
from qa.insight.queries import CLOCKS_DIFFER, COUNTED, scored_rows
from qa.interactions.models import Interaction

#: A criterion of a scorecard: the card's number and the criterion's key.
Criterion = tuple[int, str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """The contacts of one criterion in the order of time; columns of one length."""

    #: Microseconds since 1970.
    at: NDArray[np.int64]
    #: Places in ``agents``, and those agents' numbers.
    place: NDArray[np.int64]
    agents: NDArray[np.int64]
    #: 0 to 100.
    value: NDArray[np.float64]
    chance: NDArray[np.float64]
    draw_id: NDArray[np.int64]

    def around(self, start: datetime, middle: datetime, end: datetime) -> tuple[slice, slice]:
        """Return where the contacts before and after a moment stand; what began at the moment itself came after."""
        first, mid, last = (int(np.searchsorted(self.at, microseconds(one))) for one in (start, middle, end))
        return slice(first, mid), slice(mid, last)

    def counted(self, agent_id: int, *, start: datetime, middle: datetime, end: datetime) -> tuple[int, int]:
        """Return how many contacts of an agent there are before and after a moment."""
        before, after = (
            int(np.count_nonzero(self.agents[self.place[part]] == agent_id)) for part in self.around(start, middle, end)
        )
        return before, after


_NO_NUMBERS, _NO_VALUES = np.zeros(0, np.int64), np.zeros(0, np.float64)
NOTHING = Drawn(_NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, _NO_VALUES, _NO_VALUES, _NO_NUMBERS)


def microseconds(moment: datetime) -> int:
    """Return the moment as ``Drawn`` tells time."""
    return (moment - _EPOCH) // _MICROSECOND


def read_drawn(
    act: Act,
    criteria: Iterable[Criterion],
    *,
    start: datetime,
    end: datetime,
    agent_ids: Iterable[int] | None = None,
) -> dict[Criterion, Drawn]:
    """Read what was scored on the criteria of contacts between two moments, of some agents or all; three queries."""
    wanted = set(criteria)
    cards = {scorecard_id for scorecard_id, _key in wanted}
    limits: list[ColumnElement[bool]] = [
        Interaction.started_at >= start,
        Interaction.started_at < end,
        # Nothing is scored before it happened; said so, because the database finds scores by when they came in.
        Evaluation.submitted_at >= start - CLOCKS_DIFFER,
    ]
    if agent_ids is not None:
        limits.append(Evaluation.agent_id.in_(sorted(set(agent_ids))))
    rows, columns = _scores(act, cards, limits)
    worth = _worth(act, cards)
    found: dict[Criterion, tuple[array[int], array[float]]] = {one: (array("q"), array("d")) for one in sorted(wanted)}
    asked = (
        select(Answer.evaluation_id, Answer.criterion, Answer.option)
        .join(Evaluation, Evaluation.id == Answer.evaluation_id)
        .join(Interaction, Interaction.id == Evaluation.interaction_id)
        .where(
            *limits,
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(COUNTED),
            Answer.criterion.in_(sorted({key for _number, key in wanted})),
            Answer.option.is_not(None),
        )
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for evaluation_id, key, option in act.session.execute(asked):
        at = rows.get(evaluation_id)
        if at is None or option is None:
            continue
        row, version_id = at
        known = worth.get((version_id, key, option))
        kept = found.get((known[0], key)) if known is not None else None
        if known is not None and kept is not None:
            kept[0].append(row)
            kept[1].append(known[1])
    return {one: _put_together(columns, *kept) for one, kept in found.items()}


@dataclass(frozen=True, slots=True)
class _Columns:
    at: NDArray[np.int64]
    agent_id: NDArray[np.int64]
    chance: NDArray[np.float64]
    draw_id: NDArray[np.int64]


def _scores(
    act: Act, cards: set[int], limits: list[ColumnElement[bool]]
) -> tuple[dict[int, tuple[int, int]], _Columns]:
    """Return the row and the card's version of each evaluation that counts, and the rows themselves."""
    asked = (
        scored_rows(sections=False)
        .with_only_columns(
            *(scored_rows(sections=False).selected_columns[name] for name in _NAMES), Evaluation.card_version_id
        )
        .where(*limits, Scorecard.id.in_(cards))
        .order_by(Evaluation.assigned_at, Evaluation.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    rows: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    at, agent_ids, draw_ids, chances = array("q"), array("q"), array("q"), array("d")
    for item_id, evaluation_id, agent_id, draw_id, started_at, chance, disputed, version_id in act.session.execute(
        asked
    ):
        if item_id in seen:
            continue
        seen.add(item_id)
        if disputed:
            continue
        rows[evaluation_id] = (len(at), version_id)
        at.append(microseconds(started_at))
        agent_ids.append(agent_id)
        draw_ids.append(draw_id)
        chances.append(float(chance))
    return rows, _Columns(_column(at), _column(agent_ids), np.asarray(chances, np.float64), _column(draw_ids))


#: What is read of each score, in this order; see ``scored_rows``.
_NAMES = ("item_id", "evaluation_id", "agent_id", "draw_id", "started_at", "chance", "disputed")


def _put_together(columns: _Columns, row_numbers: "array[int]", values: "array[float]") -> Drawn:
    if not row_numbers:
        return NOTHING
    rows, value = _column(row_numbers), np.asarray(values, np.float64)
    order = np.lexsort((rows, columns.at[rows]))
    rows, value = rows[order], value[order]
    agents, place = np.unique(columns.agent_id[rows], return_inverse=True)
    return Drawn(columns.at[rows], place, agents, value, columns.chance[rows], columns.draw_id[rows])


def _column(numbers: "array[int]") -> NDArray[np.int64]:
    return np.asarray(numbers, np.int64)


def _worth(act: Act, cards: set[int]) -> dict[tuple[int, str, str], tuple[int, float]]:
    """By version, criterion and option: the card, and what the option is worth, 0 to 100."""
    asked = select(CardVersion).where(CardVersion.scorecard_id.in_(cards))
    return {
        (version.id, criterion.key, option.key): (version.scorecard_id, float(option.value))
        for version in act.session.scalars(asked)
        for _section, criterion in card_of(version).criteria()
        for option in criterion.options
    }
