"""How a draw was handed out, redone from its facts and its seed; and whether reviewers can be compared under a plan."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import or_, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation, EvaluationKind, Probe
from qa.i18n import Text, ngettext_
from qa.people.models import User
from qa.sampling import sharing
from qa.sampling.assign import separate_groups
from qa.sampling.models import Draw, Plan
from qa.workload.loads import LOOKED_BACK
from qa.workload.models import Handout

_REVIEWER = "reviewer:"


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One reviewer at the moment of handing out: the goal, what was given of the draw before, and what was given then.

    The minutes that waited are among the facts but not here: they would tell of second scores.
    """

    reviewer: User
    goal: int | None
    before: int
    given: int


@dataclass(frozen=True, slots=True)
class Handed:
    """One handing out, and whether it comes out the same when it is redone."""

    handout: Handout
    rows: tuple[HandedRow, ...]
    n: int
    agrees: bool


def handed(act: Act, draw: Draw) -> list[Handed]:
    """Return how the draw was handed out, the first time first."""
    act.require(Permission.PLAN_MANAGE)
    asked = select(Handout).where(Handout.draw_id == draw.id).order_by(Handout.id)
    return [_handed(act, one, seed=bytes.fromhex(draw.seed)) for one in act.session.scalars(asked)]


def groups_of(act: Act, plan: Plan) -> list[list[User]]:
    """Return the plan's reviewers in groups that share no agent, over a year of scores by the plan's card.

    The same scores as for severity count, second ones among them, and what still waits. One group, or none, is what is
    wanted: then severity can be told from quality for everybody.
    """
    act.require(Permission.PLAN_MANAGE)
    asked = (
        select(Evaluation.reviewer_id, Evaluation.agent_id)
        .join(Evaluation.card_version)
        .where(
            CardVersion.scorecard_id == plan.scorecard_id,
            or_(Evaluation.kind == EvaluationKind.RANDOM, Evaluation.probe == Probe.SECOND),
            Evaluation.assigned_at >= act.now - LOOKED_BACK,
        )
        .distinct()
    )
    pairs = [(str(reviewer), str(agent)) for reviewer, agent in act.session.execute(asked)]
    people = {f"{_REVIEWER}{one.user_id}": one.user for one in plan.reviewers}
    groups = [[people[name] for name in group if name in people] for group in separate_groups(pairs)]
    return [sorted(group, key=lambda user: (user.name.casefold(), user.id)) for group in groups if group]


def told_groups(groups: list[list[User]]) -> Text | None:
    """Say that reviewers cannot be compared, and what to do; nothing where all of them can."""
    if len(groups) < 2:
        return None
    return ngettext_(
        "The reviewers of this plan are {n} group that shares no agent with others: {groups}.",
        "The reviewers of this plan fall into {n} groups that share no agent: {groups}. How severe they are cannot be "
        "compared between groups. Raise the share that is scored twice, or give a reviewer of one group some "
        "interactions of the other's agents.",
        n=len(groups),
        groups=" | ".join(", ".join(user.name for user in group) for group in groups),
    )


def _handed(act: Act, handout: Handout, *, seed: bytes) -> Handed:
    given = Counter(int(reviewer) for _item, reviewer in handout.given)
    facts = {int(key): (goal, before) for key, goal, before, _load in handout.facts["reviewers"]}
    people = {user.id: user for user in act.session.scalars(select(User).where(User.id.in_(facts)))}
    rows = [HandedRow(people[number], *known, given[number]) for number, known in facts.items()]
    rows.sort(key=lambda row: (row.reviewer.name.casefold(), row.reviewer.id))
    return Handed(handout, tuple(rows), len(handout.facts["items"]), _agrees(handout, seed=seed))


def _agrees(handout: Handout, *, seed: bytes) -> bool:
    try:
        return sharing.redo(handout.facts, seed=seed) == handout.given
    except (InvalidError, KeyError, TypeError, ValueError):
        return False
