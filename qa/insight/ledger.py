"""What was drawn and set aside in a period, by who set it aside: on the page and as CSV."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.csv_out import csv_bytes
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.i18n import Language, Text, _, say
from qa.insight.queries import COUNTED
from qa.insight.stretch import Stretch
from qa.people.models import User
from qa.sampling.models import Draw, DrawItem, ItemState, ReplaceReason

#: Reasons that say that there was nothing to hear or see.
UNPLAYABLE = frozenset({ReplaceReason.NO_AUDIO, ReplaceReason.UNPLAYABLE})


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What one reviewer scored and set aside; interactions of the draws of the period."""

    #: Empty where the product itself set something aside.
    name: str
    reviewed: int
    #: Set aside, and the next in the order took the place.
    replaced: int
    #: Set aside, and nobody took the place.
    removed: int
    #: Of all set aside, how many for each reason.
    reasons: Mapping[ReplaceReason, int] = field(default_factory=dict)

    @property
    def out(self) -> int:
        """All that was set aside."""
        return self.replaced + self.removed

    @property
    def unplayable(self) -> int:
        """Of these, how many could not be heard or read."""
        return sum(number for reason, number in self.reasons.items() if reason in UNPLAYABLE)

    @property
    def share(self) -> float | None:
        """What was set aside in per cent of all that the reviewer decided about; None where that is nothing."""
        decided = self.reviewed + self.out
        return 100 * self.out / decided if decided else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows by name, and their sum."""

    rows: tuple[LedgerRow, ...]
    total: LedgerRow


def ledger_of(act: Act, stretch: Stretch) -> Ledger:
    """Count what became of drawn interactions, for the draws whose period lies at least partly in the stretch."""
    act.require(Permission.PLAN_MANAGE)
    inside = (Draw.starts_at < stretch.end, Draw.ends_at > stretch.start)
    scored = (
        select(Evaluation.reviewer_id, func.count())
        .join(Evaluation.draw_item)
        .join(DrawItem.draw)
        .where(Evaluation.kind == EvaluationKind.RANDOM, Evaluation.state.in_(COUNTED), *inside)
        .group_by(Evaluation.reviewer_id)
    )
    reviewed: dict[int | None, int] = dict(act.session.execute(scored).all())
    out = (
        select(DrawItem.replaced_by_user_id, DrawItem.reason, DrawItem.replaced_by_id.is_(None), func.count())
        .join(DrawItem.draw)
        .where(DrawItem.state == ItemState.REPLACED, *inside)
        .group_by(DrawItem.replaced_by_user_id, DrawItem.reason, DrawItem.replaced_by_id.is_(None))
    )
    reasons: dict[int | None, Counter[ReplaceReason]] = {}
    replaced: Counter[int | None] = Counter()
    removed: Counter[int | None] = Counter()
    for user_id, reason, alone, number in act.session.execute(out):
        (removed if alone else replaced)[user_id] += number
        reasons.setdefault(user_id, Counter())[reason or ReplaceReason.UNPLAYABLE] += number
    people = reviewed.keys() | reasons.keys()
    known = {user_id for user_id in people if user_id is not None}
    names: dict[int | None, str] = dict(act.session.execute(select(User.id, User.name).where(User.id.in_(known))).all())
    rows = [
        LedgerRow(
            names.get(user_id, ""),
            reviewed.get(user_id, 0),
            replaced[user_id],
            removed[user_id],
            reasons.get(user_id, Counter()),
        )
        for user_id in people
    ]
    total = LedgerRow(
        "",
        sum(row.reviewed for row in rows),
        replaced.total(),
        removed.total(),
        sum((found for found in reasons.values()), Counter()),
    )
    return Ledger(tuple(sorted(rows, key=lambda row: (not row.name, row.name.casefold()))), total)


_HEADS: tuple[Text, ...] = (
    _("Reviewer"),
    _("Reviewed"),
    _("Replaced"),
    _("Removed, nobody left"),
    _("Of these unplayable"),
    _("Set aside, in per cent"),
)


def ledger_csv(found: Ledger, *, language: Language, words: Mapping[ReplaceReason, Text]) -> bytes:
    """Return the rows as CSV, with a column for each reason; who is no person is left empty."""
    heads = [say(head, language) for head in _HEADS] + [say(words[reason], language) for reason in ReplaceReason]
    rows = [
        (
            row.name,
            row.reviewed,
            row.replaced,
            row.removed,
            row.unplayable,
            None if row.share is None else round(row.share, 1),
            *(row.reasons.get(reason, 0) for reason in ReplaceReason),
        )
        for row in found.rows
    ]
    return csv_bytes(heads, rows)
