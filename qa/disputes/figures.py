"""How often disputes were upheld, per criterion and per reviewer: shares with their intervals, never below the guard."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes.models import UNSETTLED, Decision, Dispute, DisputedCriterion, DisputeState
from qa.estimate.figure import Figure, share_figure
from qa.evaluations.models import Evaluation
from qa.i18n import Language
from qa.interactions.models import Interaction
from qa.people.models import User

#: What counts as overturned: another answer than the reviewer's stands now.
OVERTURNED = (Decision.ACCEPTED, Decision.PARTLY)


@dataclass(frozen=True, slots=True)
class OverturnRow:
    """Of the disputed answers that were decided, the share in per cent that was changed; ``n`` stands in the figure."""

    name: str
    overturned: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Overturns:
    """The same for all decided answers together, by criterion and by reviewer, in the order of their names."""

    overall: Figure
    by_criterion: tuple[OverturnRow, ...]
    by_reviewer: tuple[OverturnRow, ...]


def overturns(act: Act, *, language: Language) -> Overturns:
    """Work out the figures over every settled dispute."""
    act.require(Permission.OVERVIEW_SEE)
    settled = act.session.scalars(
        select(DisputedCriterion)
        .join(DisputedCriterion.dispute)
        .where(Dispute.state == DisputeState.SETTLED)
        .options(
            joinedload(DisputedCriterion.dispute).joinedload(Dispute.reviewer),
            joinedload(DisputedCriterion.dispute).joinedload(Dispute.evaluation).joinedload(Evaluation.card_version),
        )
    )
    criteria: dict[str, list[bool]] = defaultdict(list)
    reviewers: dict[User, list[bool]] = defaultdict(list)
    for item in settled:
        changed = item.decision in OVERTURNED
        criterion = card_of(item.dispute.evaluation.card_version).criterion(item.criterion)
        criteria[criterion.name.in_(language.value) if criterion else item.criterion].append(changed)
        reviewers[item.dispute.reviewer].append(changed)
    everything = [changed for found in criteria.values() for changed in found]
    return Overturns(
        overall=share_figure(sum(everything), n=len(everything)),
        by_criterion=_rows(criteria.items()),
        by_reviewer=_rows((user.name, found) for user, found in reviewers.items()),
    )


def waiting_disputes(act: Act, *, team_id: int | None = None) -> int:
    """Return how many disputes are not settled yet."""
    asked = select(func.count(Dispute.id)).where(Dispute.state.in_(UNSETTLED))
    if team_id is not None:
        asked = asked.join(Dispute.evaluation).join(Evaluation.interaction).where(Interaction.team_id == team_id)
    return act.session.scalar(asked) or 0


def _rows(found: Iterable[tuple[str, list[bool]]]) -> tuple[OverturnRow, ...]:
    return tuple(
        OverturnRow(name, sum(changed), share_figure(sum(changed), n=len(changed)))
        for name, changed in sorted(found, key=lambda pair: pair[0].casefold())
    )
