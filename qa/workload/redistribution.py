"""What waits on an absent reviewer's desk is given to the others: what will happen is shown first, and then done as shown."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.models import ScorePair
from qa.errors import ConflictError, InvalidError
from qa.evaluations.effort import review_minutes
from qa.evaluations.marks import LONGEST_COMMENT
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.purpose import of_kind
from qa.i18n import _
from qa.people.models import User
from qa.picks.models import Pick, PickedItem
from qa.sampling.assign import Assigned, Item, Reviewer, assign
from qa.sampling.handout import reviewers_of
from qa.sampling.models import Draw, DrawItem
from qa.sampling.order import derived_seed
from qa.sampling.plans import may_review
from qa.workload.absence import present
from qa.workload.handing_over import pass_on
from qa.workload.loads import meetings, minutes_waiting, who_has
from qa.workload.models import HandoverCause


@dataclass(frozen=True, slots=True)
class Share:
    """What one reviewer would get: how many, minutes of review, and how many of them were begun by the absent one."""

    reviewer: User
    n: int
    minutes: int
    begun: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would happen; ``digest`` stands for exactly this."""

    shares: tuple[Share, ...]
    #: Taken from a pool: they go back to it.
    to_pool: int
    #: Nobody else may review them now: they stay.
    staying: int
    digest: str

    @property
    def moved(self) -> int:
        """How many change hands."""
        return sum(share.n for share in self.shares)


@dataclass(frozen=True, slots=True)
class _Group:
    """Evaluations that are shared out together, among whom, decided by which seed."""

    evaluations: tuple[Evaluation, ...]
    reviewers: tuple[User, ...]
    goals: dict[int, int | None]
    seed: bytes


def propose(act: Act, user: User) -> Proposal:
    """Return what would become of what waits on the reviewer's desk, second scores left out: these go along unseen."""
    act.require(Permission.PLAN_MANAGE)
    counting = _waiting(act, user)
    moves, staying = _moves(act, user, counting)
    return _proposal(act, user, moves, staying=staying)


def redistribute(act: Act, user: User, *, digest: str, reason: str) -> Proposal:
    """Do what was proposed; where something else would happen by now, refuse.

    Raises:
        ConflictError: when nothing can be given to anybody, or when the proposal is no longer what would happen.

    """
    act.require(Permission.PLAN_MANAGE)
    if not reason.strip():
        raise InvalidError(_("Say why; both reviewers read it."), field="reason")
    if len(reason) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="reason")
    # Nobody saves, takes or submits any of these until this is done.
    held = select(Evaluation.id).where(Evaluation.reviewer_id == user.id, Evaluation.state == EvaluationState.OPEN)
    act.session.execute(held.order_by(Evaluation.id).with_for_update())
    counting = _waiting(act, user)
    moves, staying = _moves(act, user, counting)
    proposal = _proposal(act, user, moves, staying=staying)
    if proposal.digest != digest:
        raise ConflictError(
            _("Something changed since this was shown. Look at what would happen now, and send it again.")
        )
    if not proposal.moved and not proposal.to_pool:
        raise ConflictError(_("Nothing of this can be given to anybody else now."))
    _hand_over(act, moves, reason=reason)
    unseen, _left = _moves(act, user, _seconds(act, user))
    _hand_over(act, unseen, reason=reason)
    for evaluation in _claimed(act, user):
        evaluation.claimed_until = act.now
    act.session.flush()
    audit.record(
        act, "reviewer.redistributed", user, moved=proposal.moved, to_pool=proposal.to_pool, staying=proposal.staying
    )
    return proposal


def _hand_over(act: Act, moves: Sequence[tuple[Evaluation, User]], *, reason: str) -> None:
    for evaluation, reviewer in moves:
        pass_on(act, evaluation, to=reviewer, cause=HandoverCause.ABSENT, reason=reason.strip())


def _proposal(act: Act, user: User, moves: Sequence[tuple[Evaluation, User]], *, staying: int) -> Proposal:
    by_reviewer: dict[int, list[Evaluation]] = {}
    people: dict[int, User] = {}
    for evaluation, reviewer in moves:
        people[reviewer.id] = reviewer
        by_reviewer.setdefault(reviewer.id, []).append(evaluation)
    shares = [
        Share(
            people[number],
            len(found),
            review_minutes(one.interaction for one in found),
            sum(one.started_at is not None for one in found),
        )
        for number, found in by_reviewer.items()
    ]
    to_pool = len(_claimed(act, user))
    told = [
        user.id,
        sorted([evaluation.id, reviewer.id, evaluation.revision] for evaluation, reviewer in moves),
        to_pool,
        staying,
    ]
    return Proposal(
        tuple(sorted(shares, key=lambda share: (share.reviewer.name.casefold(), share.reviewer.id))),
        to_pool,
        staying,
        hashlib.sha256(json.dumps(told).encode()).hexdigest(),
    )


def _moves(act: Act, user: User, evaluations: Sequence[Evaluation]) -> tuple[list[tuple[Evaluation, User]], int]:
    """Share the evaluations out; return who gets which, and how many nobody can get."""
    moves: list[tuple[Evaluation, User]] = []
    extra: Counter[int] = Counter()
    for group in _groups(act, user, evaluations):
        people = {one.id: one for one in group.reviewers}
        by_number = {one.id: one for one in group.evaluations}
        for given in _assigned(act, group, extra=extra):
            moves.append((by_number[int(given.item.key)], people[int(given.reviewer)]))
            extra[int(given.reviewer)] += given.item.minutes
    return moves, len(evaluations) - len(moves)


def _assigned(act: Act, group: _Group, *, extra: Counter[int]) -> list[Assigned]:
    busy = who_has(act, [one.interaction_id for one in group.evaluations])
    able = {one.id for one in group.reviewers if group.goals.get(one.id) != 0}
    items = [
        Item(
            str(one.id),
            str(one.agent_id),
            review_minutes([one.interaction]),
            frozenset(str(number) for number in busy.get(one.interaction_id, ())),
        )
        for one in group.evaluations
        if able - {one.agent_id}
    ]
    numbers = [one.id for one in group.reviewers]
    loads = minutes_waiting(act, numbers)
    reviewers = [
        Reviewer(str(number), goal=group.goals.get(number), load=loads[number] + extra[number]) for number in numbers
    ]
    met = meetings(act, numbers, agent_ids={one.agent_id for one in group.evaluations})
    return assign(items, reviewers, seed=group.seed, met=met)


def _groups(act: Act, user: User, evaluations: Sequence[Evaluation]) -> list[_Group]:
    """Put together what comes from one draw, or from one pick, in the order in which it was assigned."""
    draws = _draws_of(act, evaluations)
    picks = _picks_of(act, evaluations)
    groups: dict[tuple[str, int], list[Evaluation]] = {}
    for one in evaluations:
        key = ("draw", draws[one.id].id) if one.id in draws else ("pick", picks[one.id].id) if one.id in picks else None
        if key is not None:
            groups.setdefault(key, []).append(one)
    found: list[_Group] = []
    for members in groups.values():
        draw, pick = draws.get(members[0].id), picks.get(members[0].id)
        if draw is not None:
            able, seed = reviewers_of(draw.plan), bytes.fromhex(draw.seed)
            goals = {one.user_id: one.goal for one in draw.plan.reviewers}
        elif pick is not None:
            asked = select(User).where(User.id.in_(pick.reviewer_ids)).order_by(User.id)
            able, seed, goals = list(act.session.scalars(asked)), bytes.fromhex(pick.seed), {}
        others = tuple(one for one in present(act, able) if one.id != user.id and may_review(one))
        found.append(_Group(tuple(members), others, goals, derived_seed(seed, f"redistribute {user.id}")))
    return found


def _waiting(act: Act, user: User) -> list[Evaluation]:
    """What counts and was handed out; calibrations and what comes back to the same reviewer are theirs alone."""
    asked = _open(user).where(
        of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED), Evaluation.claimed_until.is_(None)
    )
    return list(act.session.scalars(asked))


def _seconds(act: Act, user: User) -> list[Evaluation]:
    asked = _open(user).where(Evaluation.probe == Probe.SECOND, Evaluation.claimed_until.is_(None))
    return list(act.session.scalars(asked))


def _claimed(act: Act, user: User) -> list[Evaluation]:
    return list(act.session.scalars(_open(user).where(Evaluation.claimed_until > act.now)))


def _open(user: User) -> Select[Evaluation]:
    """Select what is open on the desk, as it is now, whatever was read of it before."""
    return (
        select(Evaluation)
        .where(Evaluation.reviewer_id == user.id, Evaluation.state == EvaluationState.OPEN)
        .options(joinedload(Evaluation.interaction))
        .order_by(Evaluation.id)
        .execution_options(populate_existing=True)
    )


def _draws_of(act: Act, evaluations: Sequence[Evaluation]) -> dict[int, Draw]:
    """Return the draw of each evaluation; a second score has that of the first."""
    numbers = [one.id for one in evaluations]
    own = select(Evaluation.id, Draw).join(Evaluation.draw_item).join(DrawItem.draw).where(Evaluation.id.in_(numbers))
    beside = (
        select(ScorePair.second_id, Draw)
        .join(ScorePair.first)
        .join(Evaluation.draw_item)
        .join(DrawItem.draw)
        .where(ScorePair.second_id.in_(numbers))
    )
    return {number: draw for asked in (own, beside) for number, draw in act.session.execute(asked)}


def _picks_of(act: Act, evaluations: Sequence[Evaluation]) -> dict[int, Pick]:
    asked = (
        select(PickedItem.evaluation_id, Pick)
        .join(PickedItem.pick)
        .where(PickedItem.evaluation_id.in_([one.id for one in evaluations]))
    )
    return dict(act.session.execute(asked).all())
