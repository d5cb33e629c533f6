"""Picking interactions on purpose: who scores them, what for, and why each was chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import current_version
from qa.errors import ConflictError, InvalidError
from qa.evaluations.effort import review_minutes
from qa.evaluations.marks import LONGEST_COMMENT
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import assign as assign_evaluation
from qa.i18n import _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.mystery.models import Visit
from qa.people.models import User
from qa.picks.finding import LONGEST_PHRASE, MEASURED, MOST_FOUND, erased_among, lengths
from qa.picks.models import Pick, PickedItem, PickReason
from qa.sampling.assign import Item, Reviewer, assign
from qa.sampling.commitment import make_seed
from qa.sampling.models import Purpose
from qa.sampling.plans import may_review
from qa.workload.absence import present
from qa.workload.loads import meetings, minutes_waiting, who_has

#: What picked interactions may be used for: never for an appraisal, since chosen ones say nothing of all the others.
PURPOSES = (Purpose.DEVELOPMENT, Purpose.PROGRAMME)


@dataclass(frozen=True, slots=True)
class PickWish:
    """Interactions as somebody wants them scored, all for one reason; ``phrase`` belongs to that of words."""

    interaction_ids: tuple[int, ...]
    reviewer_ids: tuple[int, ...]
    scorecard_id: int
    reason: PickReason
    purpose: Purpose = Purpose.DEVELOPMENT
    phrase: str = ""
    note: str = ""


def pick(act: Act, wish: PickWish, *, entropy: Callable[[int], bytes]) -> Pick:
    """Give the interactions to the reviewers, by load and never their own; flagged as picked, and in no estimate.

    Raises:
        InvalidError: when something cannot be picked, or when nobody present may review something.
        ConflictError: when something was given to a reviewer meanwhile.

    """
    act.require(Permission.PLAN_MANAGE)
    if wish.purpose not in PURPOSES:
        raise InvalidError(
            _("Picked interactions say nothing of all the others, so they serve no appraisal. Draw a sample for that."),
            field="purpose",
        )
    if len(wish.note) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="note")
    version = current_version(act, wish.scorecard_id)
    interactions = _interactions(act, wish.interaction_ids)
    reviewers = _reviewers(act, wish.reviewer_ids)
    seed = make_seed(entropy)
    chosen = _shared_out(act, interactions, reviewers, seed=seed)
    made = Pick(
        picked_by_id=act.actor.id if act.actor else None,
        picked_at=act.now,
        purpose=wish.purpose,
        card_version_id=version.id,
        note=wish.note.strip(),
        seed=seed.hex(),
        reviewer_ids=[user.id for user in reviewers],
    )
    act.session.add(made)
    measured = _lengths(act, interactions, wish.reason)
    for interaction in interactions:
        evaluation = assign_evaluation(
            act, interaction, reviewer=chosen[interaction.id], version=version, kind=EvaluationKind.TARGETED
        )
        made.items.append(
            PickedItem(
                interaction_id=interaction.id,
                evaluation_id=evaluation.id,
                reason=wish.reason,
                length_ms=measured.get(interaction.id),
                phrase=wish.phrase.strip()[:LONGEST_PHRASE] if wish.reason is PickReason.PHRASE else "",
            )
        )
    act.session.flush()
    audit.record(
        act,
        "pick.made",
        made,
        interactions=len(interactions),
        reviewers=len(reviewers),
        reason=wish.reason.value,
        purpose=wish.purpose.value,
    )
    return made


def _shared_out(
    act: Act, interactions: Sequence[Interaction], reviewers: Sequence[User], *, seed: bytes
) -> dict[int, User]:
    busy = who_has(act, [one.id for one in interactions])
    by_number = {user.id: user for user in reviewers}
    for one in interactions:
        if not by_number.keys() - busy.get(one.id, set()) - {one.agent_id}:
            raise InvalidError(
                _(
                    "Nobody of these reviewers may score {reference}: it is their own conversation, or they know it "
                    "from a calibration. Choose another reviewer, or leave it out.",
                    reference=one.reference,
                ),
                field="reviewers",
            )
    loads = minutes_waiting(act, list(by_number))
    items = [
        Item(
            str(one.id),
            str(one.agent_id),
            review_minutes([one]),
            frozenset(str(number) for number in busy.get(one.id, ())),
        )
        for one in interactions
    ]
    given = assign(
        items,
        [Reviewer(str(number), load=loads[number]) for number in by_number],
        seed=seed,
        met=meetings(act, list(by_number), agent_ids={one.agent_id for one in interactions}),
    )
    return {int(one.item.key): by_number[int(one.reviewer)] for one in given}


def _interactions(act: Act, ids: Sequence[int]) -> list[Interaction]:
    wanted = set(ids)
    # Two who pick the same at one moment wait for each other here.
    asked = select(Interaction).where(Interaction.id.in_(wanted)).order_by(Interaction.id).with_for_update()
    found = list(act.session.scalars(asked))
    if not found or len(found) != len(wanted):
        raise InvalidError(_("Choose at least one interaction."), field="interactions")
    if len(found) > MOST_FOUND:
        raise InvalidError(_("Choose at most {n} interactions.", n=MOST_FOUND), field="interactions")
    erased = erased_among(act, wanted)
    visits = set(act.session.scalars(select(Visit.interaction_id).where(Visit.interaction_id.in_(wanted))))
    given = set(
        act.session.scalars(
            select(Evaluation.interaction_id).where(Evaluation.interaction_id.in_(wanted), Evaluation.probe.is_(None))
        )
    )
    for one in found:
        if one.id in erased:
            raise InvalidError(
                _("{reference} was erased, so there is nothing left to score. Leave it out.", reference=one.reference),
                field="interactions",
            )
        if one.state is not InteractionState.READY or one.id in visits:
            raise InvalidError(
                _("{reference} cannot be read yet, or is a visit. Leave it out.", reference=one.reference),
                field="interactions",
            )
        if one.id in given:
            raise ConflictError(
                _(
                    "{reference} was given to a reviewer already, drawn or picked. Leave it out.",
                    reference=one.reference,
                )
            )
    return found


def _reviewers(act: Act, ids: Sequence[int]) -> list[User]:
    found = list(act.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))
    if not found:
        raise InvalidError(_("Choose at least one reviewer."), field="reviewers")
    for user in found:
        if not may_review(user):
            raise InvalidError(_("{name} is not a reviewer who can sign in.", name=user.name), field="reviewers")
    there = present(act, found)
    if not there:
        raise InvalidError(_("Everybody you chose is absent now. Choose a reviewer who is present."), field="reviewers")
    return there


def _lengths(act: Act, interactions: Sequence[Interaction], reason: PickReason) -> dict[int, int]:
    if reason not in MEASURED:
        return {}
    asked = select(Interaction).where(Interaction.id.in_([one.id for one in interactions]))
    return {number: length for number, _started_at, length in lengths(act, asked, reason)}
