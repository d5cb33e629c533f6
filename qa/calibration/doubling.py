"""Which drawn interactions are scored twice: by a second reviewer, or again by the same one long afterwards.

Nobody is told which: the tasks come at the same moment and in the same order as all others. What decides is the draw's
salt, which is never shown, and not its seed, with which anybody could work it out once it is revealed.
"""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from qa import audit
from qa.act import Act
from qa.calibration.models import ScorePair
from qa.cards.models import CardVersion
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.service import assign as assign_evaluation
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.assign import Assigned, Reviewer, by_chance, pick_double_scored
from qa.sampling.models import Draw, DrawItem


def choose_seconds(draw: Draw, assigned: Sequence[Assigned], reviewers: Iterable[User]) -> dict[str, int]:
    """Return which items a second reviewer scores, with that reviewer, who is none of those that the item bars."""
    picks = pick_double_scored(
        assigned,
        [Reviewer(str(user.id)) for user in reviewers],
        seed=bytes.fromhex(draw.salt),
        share=Fraction(draw.plan.double_percent, 100),
    )
    return {one.item.key: int(one.second) for one in picks}


def give_second(act: Act, first: Evaluation, *, reviewer: User, interaction: Interaction) -> Evaluation:
    """Let somebody else score the interaction as well."""
    return _give(act, first, interaction, reviewer=reviewer, probe=Probe.SECOND)


def give_repeat(act: Act, first: Evaluation) -> Evaluation:
    """Let the same reviewer score the interaction again."""
    return _give(act, first, first.interaction, reviewer=first.reviewer, probe=Probe.REPEAT)


def choose_repeats(
    act: Act, draw: Draw, *, shares: Mapping[int, int], version: CardVersion
) -> dict[int, list[Evaluation]]:
    """Return what comes back to each reviewer; ``shares`` counts what each of them is given of the draw.

    Only scores under the present version of the card, since another version would tell.
    """
    dice = bytes.fromhex(draw.salt)
    wanted = {
        reviewer_id: by_chance(Fraction(act.settings.repeat_percent * number, 100), dice, f"repeats\n{reviewer_id}")
        for reviewer_id, number in shares.items()
    }
    if not any(wanted.values()):
        return {}
    found: dict[int, list[Evaluation]] = defaultdict(list)
    candidates = _repeatable(act, draw, list(wanted), version=version)
    for one in sorted(candidates, key=lambda one: _chance(dice, f"repeat\n{one.id}")):
        if len(found[one.reviewer_id]) < wanted[one.reviewer_id]:
            found[one.reviewer_id].append(one)
    return dict(found)


def open_seconds(act: Act, firsts: Iterable[Evaluation]) -> list[Evaluation]:
    """Return the second scores that are still to be given beside these."""
    asked = (
        select(Evaluation)
        .join(ScorePair, ScorePair.second_id == Evaluation.id)
        .where(
            ScorePair.first_id.in_([one.id for one in firsts]),
            Evaluation.state == EvaluationState.OPEN,
            Evaluation.probe == Probe.SECOND,
        )
    )
    return list(act.session.scalars(asked))


def free_somebody(act: Act, interaction: Interaction, *, among: Mapping[int, User]) -> User | None:
    """Withdraw a second score that nobody has begun, and return who can take the interaction in its place."""
    asked = select(Evaluation).where(
        Evaluation.interaction_id == interaction.id,
        Evaluation.probe == Probe.SECOND,
        Evaluation.started_at.is_(None),
        Evaluation.reviewer_id.in_(list(among)),
    )
    found = act.session.scalar(asked.order_by(Evaluation.id).limit(1))
    if found is None:
        return None
    audit.record(act, "evaluation.withdrawn", found, reviewer=found.reviewer_id, reason="needed first")
    act.session.delete(found)
    act.session.flush()
    return among[found.reviewer_id]


def _give(act: Act, first: Evaluation, interaction: Interaction, *, reviewer: User, probe: Probe) -> Evaluation:
    second = assign_evaluation(
        act,
        interaction,
        reviewer=reviewer,
        version=act.session.get_one(CardVersion, first.card_version_id),
        kind=EvaluationKind.TARGETED,
        probe=probe,
    )
    act.session.add(ScorePair(first_id=first.id, second_id=second.id))
    act.session.flush()
    return second


def _repeatable(act: Act, draw: Draw, reviewer_ids: Sequence[int], *, version: CardVersion) -> list[Evaluation]:
    other = aliased(Evaluation)
    known = select(other.id).where(
        other.interaction_id == Evaluation.interaction_id,
        other.reviewer_id == Evaluation.reviewer_id,
        other.id != Evaluation.id,
    )
    asked = (
        select(Evaluation)
        .join(Evaluation.draw_item)
        .join(DrawItem.draw)
        .join(Evaluation.interaction)
        .where(
            Draw.plan_id == draw.plan_id,
            Draw.id != draw.id,
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.reviewer_id.in_(reviewer_ids),
            Evaluation.card_version_id == version.id,
            Evaluation.submitted_at <= act.now - timedelta(days=act.settings.repeat_days),
            Interaction.state == InteractionState.READY,
            ~known.exists(),
        )
        .options(joinedload(Evaluation.interaction), joinedload(Evaluation.reviewer))
    )
    return list(act.session.scalars(asked))


def _chance(dice: bytes, text: str) -> bytes:
    return hmac.digest(dice, text.encode(), "sha256")


def in_order(
    tasks: Sequence[tuple[int, int]], repeats: Mapping[int, Sequence[Evaluation]], *, draw: Draw
) -> dict[int, list[Evaluation]]:
    """Return before which task each repeat comes; ``tasks`` are pairs of place and reviewer."""
    dice = bytes.fromhex(draw.salt)
    own: dict[int, list[int]] = defaultdict(list)
    for place, reviewer_id in tasks:
        own[reviewer_id].append(place)
    found: dict[int, list[Evaluation]] = defaultdict(list)
    for reviewer_id, evaluations in repeats.items():
        for one in evaluations:
            places = own[reviewer_id]
            found[places[int.from_bytes(_chance(dice, f"place\n{one.id}")[:4], "big") % len(places)]].append(one)
    return found
