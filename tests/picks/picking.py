"""What the tests of picks start from: somebody who picks calls of an agent."""

from dataclasses import replace

from qa.auth.roles import Role
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.picks.models import Pick, PickReason
from qa.picks.service import PickWish, pick
from tests.makers import Makers
from tests.sampling.plan_making import entropy


def pick_wish(make: Makers, interactions: list[Interaction], reviewers: list[User], **values: object) -> PickWish:
    """Want these scored for a supervisor's own reason."""
    given: dict[str, object] = {
        "interaction_ids": tuple(one.id for one in interactions),
        "reviewer_ids": tuple(one.id for one in reviewers),
        "scorecard_id": make.card().scorecard_id,
        "reason": PickReason.CHOICE,
        **values,
    }
    return PickWish(**given)  # type: ignore[arg-type]


def picked(make: Makers, interactions: list[Interaction], reviewers: list[User], **values: object) -> Pick:
    """Pick them, as a supervisor."""
    supervisor = make.user(Role.SUPERVISOR, name="Sofie")
    wish = pick_wish(make, interactions, reviewers, **values)
    return pick(replace(make.act, actor=supervisor), wish, entropy=entropy())
