"""Giving drawn interactions to the reviewers of a plan, and keeping it that way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration import doubling
from qa.cards.models import CardVersion
from qa.db import KEYS_AT_ONCE
from qa.errors import ConflictError, InvalidError
from qa.evaluations.effort import review_minutes
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import assign as assign_evaluation
from qa.i18n import Text, _
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling import assign, sharing
from qa.sampling.models import Draw, DrawItem, DrawState, ItemState, Plan
from qa.sampling.plans import may_review
from qa.sampling.versions import version_of
from qa.workload.absence import away_now, present
from qa.workload.loads import meetings, minutes_waiting, who_has
from qa.workload.models import Handout


def hand_out(
    act: Act, draw: Draw, items: Sequence[DrawItem], *, version: CardVersion, preferred: Sequence[User] = ()
) -> int:
    """Give every item to a reviewer who is present; return how many nobody could be given.

    Under a plan with a pool nothing is given: the items wait there. ``preferred`` are asked first.
    """
    if draw.plan.pooled or not items:
        return 0
    interactions = _interactions(act, items)
    _somebody_may(draw.plan, {interaction.agent_id for interaction in interactions.values()})
    reviewers = {user.id: user for user in present(act, reviewers_of(draw.plan))}
    busy: dict[int, set[int]] = {}
    for start in range(0, len(items), KEYS_AT_ONCE):
        busy |= who_has(act, [one.interaction_id for one in items[start : start + KEYS_AT_ONCE]])
    chosen = _chosen(act, draw, items, interactions=interactions, reviewers=reviewers, busy=busy, kept=not preferred)
    willing = present(act, [user for user in preferred if may_review(user)])
    settled: list[_Task] = []
    for item in items:
        interaction = interactions[item.interaction_id]
        taken = busy.get(interaction.id, set()) | {interaction.agent_id}
        asked_first = next((user for user in willing if user.id not in taken), None)
        # A score that counts goes before a second one that nobody has begun.
        reviewer = asked_first or chosen.get(item.id) or doubling.free_somebody(act, interaction, among=reviewers)
        if reviewer is not None:
            settled.append(_Task(item, interaction, reviewer))
    _give(act, draw, settled, version=version, busy=busy, reviewers=reviewers)
    return len(items) - len(settled)


def hand_out_waiting(act: Act, draw: Draw) -> tuple[int, int]:
    """Give out what was drawn and has no reviewer yet; return how many were given and how many still wait.

    Raises:
        ConflictError: when nothing waits, or when nobody of the plan is present.

    """
    act.require(Permission.PLAN_MANAGE)
    act.session.execute(select(Draw.id).where(Draw.id == draw.id).with_for_update())
    if draw.state is DrawState.COMMITTED and not draw.is_under_way:
        raise ConflictError(_("This draw is still to be made, so there is nothing to hand out."))
    if draw.plan.pooled:
        raise ConflictError(_("Reviewers take the interactions of this plan from its pool. Close the pool first."))
    waiting = without_reviewer(act, draw)
    if not waiting:
        raise ConflictError(_("Every interaction of this draw has a reviewer."))
    told = nobody_there(act, draw.plan)
    if told is not None:
        raise ConflictError(told)
    left = hand_out(act, draw, waiting, version=version_of(act, draw))
    audit.record(act, "draw.handed_out", draw, given=len(waiting) - left, waiting=left)
    return len(waiting) - left, left


def without_reviewer(act: Act, draw: Draw) -> list[DrawItem]:
    """Return the items that stand in the draw and were given to nobody, in the order of the draw."""
    asked = (
        select(DrawItem)
        .outerjoin(Evaluation, Evaluation.draw_item_id == DrawItem.id)
        .where(DrawItem.draw_id == draw.id, DrawItem.state == ItemState.DRAWN, Evaluation.id.is_(None))
        .order_by(DrawItem.stratum, DrawItem.position)
    )
    return list(act.session.scalars(asked))


def reviewers_of(plan: Plan) -> list[User]:
    """Return who reviews under the plan and can be given anything, absent or not."""
    return sorted((one.user for one in plan.reviewers if may_review(one.user)), key=lambda user: user.id)


def nobody_there(act: Act, plan: Plan) -> Text | None:
    """Say why nothing can be handed out under the plan now; nothing where it can."""
    everyone = reviewers_of(plan)
    if not everyone:
        return _("There is no reviewer present, so nothing can be assigned. Add a reviewer to the plan first.")
    away = away_now(act, everyone)
    if len(away) < len(everyone):
        return None
    back = [absence.last_on for absence in away.values() if absence.last_on is not None]
    if not back:
        return _(
            "Everybody who reviews under this plan is absent. Add a reviewer to the plan, or wait until one is back."
        )
    return _(
        "Everybody who reviews under this plan is absent, the first until {day}. Add a reviewer to the plan, or wait.",
        day=min(back),
    )


def _interactions(act: Act, items: Sequence[DrawItem]) -> dict[int, Interaction]:
    return {
        found.id: found
        for start in range(0, len(items), KEYS_AT_ONCE)
        for found in act.session.scalars(
            select(Interaction).where(
                Interaction.id.in_([item.interaction_id for item in items[start : start + KEYS_AT_ONCE]])
            )
        )
    }


def _somebody_may(plan: Plan, agent_ids: set[int]) -> None:
    """Refuse a plan that could never be reviewed, absent reviewers counted in."""
    names = {user.id: user.name for user in reviewers_of(plan)}
    if not names:
        raise InvalidError(
            _("There is no reviewer present, so nothing can be assigned. Add a reviewer to the plan first.")
        )
    for agent_id in sorted(agent_ids):
        if names.keys() == {agent_id}:
            raise InvalidError(
                _(
                    "Nobody may review the interactions of {agent}: the only reviewer is that same person.",
                    agent=names[agent_id],
                )
            )


def _chosen(
    act: Act,
    draw: Draw,
    items: Sequence[DrawItem],
    *,
    interactions: Mapping[int, Interaction],
    reviewers: Mapping[int, User],
    busy: Mapping[int, set[int]],
    kept: bool,
) -> dict[int, User]:
    """Assign by goals, load and meetings, and keep the facts so that it can be redone; who comes out of it, by item."""
    goals = {one.user_id: one.goal for one in draw.plan.reviewers}
    given_before = _given_before(act, draw)
    loads = minutes_waiting(act, reviewers)
    people = [
        assign.Reviewer(str(user_id), goals.get(user_id), given_before[user_id], loads[user_id])
        for user_id in reviewers
    ]
    seeking = {user_id for user_id in reviewers if goals.get(user_id) != 0}
    waiting = [
        _item(item, interactions[item.interaction_id], busy=busy)
        for item in items
        if seeking - {interactions[item.interaction_id].agent_id}
    ]
    if not waiting:
        return {}
    agents = {one.agent_id for one in interactions.values()}
    met = meetings(act, list(reviewers), agent_ids=agents)
    given = assign.assign(waiting, people, seed=bytes.fromhex(draw.seed), met=met)
    if kept:
        handout = Handout(
            draw_id=draw.id,
            made_at=act.now,
            facts=sharing.plain_facts(waiting, people, met=met),
            given=sharing.plain_given(given),
        )
        act.session.add(handout)
        act.session.flush()
    return {int(one.item.key): reviewers[int(one.reviewer)] for one in given}


def _item(item: DrawItem, interaction: Interaction, *, busy: Mapping[int, set[int]]) -> assign.Item:
    barred = frozenset(str(user_id) for user_id in busy.get(interaction.id, ()))
    return assign.Item(str(item.id), str(interaction.agent_id), review_minutes([interaction]), barred)


def _given_before(act: Act, draw: Draw) -> Counter[int]:
    asked = (
        select(Evaluation.reviewer_id, func.count())
        .join(DrawItem, DrawItem.id == Evaluation.draw_item_id)
        .where(DrawItem.draw_id == draw.id)
        .group_by(Evaluation.reviewer_id)
    )
    return Counter(dict(act.session.execute(asked).all()))


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
        [assign.Assigned(_item(one.item, one.interaction, busy=busy), str(one.reviewer.id)) for one in tasks],
        reviewers.values(),
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
