"""Giving drawn interactions to the reviewers of a plan, and keeping it that way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from qa.act import Act
from qa.calibration import doubling
from qa.cards.models import CardVersion
from qa.db import KEYS_AT_ONCE
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import assign as assign_evaluation
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling import assign
from qa.sampling.models import Draw, DrawItem, Plan
from qa.sampling.plans import may_review


def hand_out(
    act: Act, draw: Draw, items: Sequence[DrawItem], *, version: CardVersion, preferred: Sequence[User] = ()
) -> int:
    """Give every item to a reviewer; return how many nobody could be given."""
    reviewers = {user.id: user for user in _reviewers(draw.plan)}
    interactions = {
        found.id: found
        for start in range(0, len(items), KEYS_AT_ONCE)
        for found in act.session.scalars(
            select(Interaction).where(
                Interaction.id.in_([item.interaction_id for item in items[start : start + KEYS_AT_ONCE]])
            )
        )
    }
    for agent_id in sorted({interaction.agent_id for interaction in interactions.values()}):
        if reviewers.keys() == {agent_id}:
            name = reviewers[agent_id].name
            raise InvalidError(
                _("Nobody may review the interactions of {agent}: the only reviewer is that same person.", agent=name)
            )
    given = assign.assign(
        [assign.Item(str(item.id), str(interactions[item.interaction_id].agent_id)) for item in items],
        [assign.Reviewer(str(user_id)) for user_id in reviewers],
        seed=bytes.fromhex(draw.seed),
        met=_met(act, draw.plan),
    )
    chosen = {int(one.item.key): reviewers[int(one.reviewer)] for one in given}
    busy = _already(act, list(interactions))
    loads = Counter(one.id for one in chosen.values())
    settled: list[_Task] = []
    for item in items:
        interaction = interactions[item.interaction_id]
        taken = busy.get(interaction.id, set()) | {interaction.agent_id}
        wishes = [*preferred, chosen[item.id], *sorted(reviewers.values(), key=lambda user: (loads[user.id], user.id))]
        reviewer = next((user for user in wishes if user.id not in taken and may_review(user)), None)
        # A score that counts goes before a second one that nobody has begun.
        reviewer = reviewer or doubling.free_somebody(act, interaction, among=reviewers)
        if reviewer is None:
            continue
        if reviewer is not chosen[item.id]:
            loads[reviewer.id] += 1
            loads[chosen[item.id].id] -= 1
        settled.append(_Task(item, interaction, reviewer))
    _give(act, draw, settled, version=version, busy=busy, reviewers=reviewers)
    return len(items) - len(settled)


@dataclass(frozen=True, slots=True)
class _Task:
    item: DrawItem
    interaction: Interaction
    reviewer: User


def _give(
    act: Act,
    draw: Draw,
    tasks: Sequence[_Task],
    *,
    version: CardVersion,
    busy: Mapping[int, set[int]],
    reviewers: Mapping[int, User],
) -> None:
    """Assign the tasks, those that are scored twice among them, in one order that tells nothing."""
    seconds = doubling.choose_seconds(
        draw,
        [
            assign.Assigned(assign.Item(str(one.item.id), str(one.interaction.agent_id)), str(one.reviewer.id))
            for one in tasks
        ],
        reviewers.values(),
        busy={str(one.item.id): busy.get(one.interaction.id, set()) for one in tasks},
    )
    repeats = doubling.choose_repeats(act, draw, shares=Counter(one.reviewer.id for one in tasks), version=version)
    before = doubling.in_order([(one.item.id, one.reviewer.id) for one in tasks], repeats, draw=draw)
    for one in tasks:
        for earlier in before.get(one.item.id, ()):
            doubling.give_repeat(act, earlier)
        first = assign_evaluation(
            act,
            one.interaction,
            reviewer=one.reviewer,
            version=version,
            kind=EvaluationKind.RANDOM,
            draw_item=one.item,
        )
        second = seconds.get(str(one.item.id))
        if second is not None:
            doubling.give_second(act, first, reviewer=reviewers[second], interaction=one.interaction)


def _reviewers(plan: Plan) -> list[User]:
    return sorted((one.user for one in plan.reviewers if may_review(one.user)), key=lambda user: user.id)


def _met(act: Act, plan: Plan) -> dict[tuple[str, str], int]:
    """How often each reviewer met each agent under the plan, so that agents meet several."""
    asked = (
        select(Evaluation.reviewer_id, Evaluation.agent_id, func.count())
        .join(DrawItem, DrawItem.id == Evaluation.draw_item_id)
        .join(Draw, Draw.id == DrawItem.draw_id)
        .where(Draw.plan_id == plan.id)
        .group_by(Evaluation.reviewer_id, Evaluation.agent_id)
    )
    return {(str(reviewer), str(agent)): number for reviewer, agent, number in act.session.execute(asked)}


def _already(act: Act, interaction_ids: Sequence[int]) -> dict[int, set[int]]:
    """Who has each interaction on the desk, or had it, by another draw or to compare scores."""
    found: dict[int, set[int]] = {}
    for start in range(0, len(interaction_ids), KEYS_AT_ONCE):
        asked = select(Evaluation.interaction_id, Evaluation.reviewer_id).where(
            Evaluation.interaction_id.in_(interaction_ids[start : start + KEYS_AT_ONCE]),
            or_(Evaluation.kind == EvaluationKind.RANDOM, Evaluation.probe.is_not(None)),
        )
        for interaction_id, reviewer_id in act.session.execute(asked):
            found.setdefault(interaction_id, set()).add(reviewer_id)
    return found
