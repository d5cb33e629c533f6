"""Legal hold: nothing of what is held is erased, by whatever way, until it is lifted."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.holds.service import LONGEST_REASON, earlier_holds, lift_hold, place_hold, standing_holds
from qa.holds.standing import hold_on
from qa.kudos.models import Kudos
from qa.people.models import User, UserState
from qa.privacy.erasure import erase_interaction, erase_person
from qa.storage.blobs import LocalFolder
from tests.makers import Makers


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR])
def test_a_hold_is_placed_and_lifted_with_a_reason_and_written_down(act: Act, make: Makers, role: Role) -> None:
    call, lawyer = make.interaction(), make.user(role)
    mine = replace(act, actor=lawyer)
    placed = place_hold(mine, call, reason="  Claim 2026-17  ")
    assert (placed.reason, placed.placed_by_id, placed.placed_at) == ("Claim 2026-17", lawyer.id, act.now)
    assert [one.id for one in standing_holds(mine).rows] == [placed.id]
    with pytest.raises(ConflictError, match="already"):
        place_hold(mine, call, reason="Again")
    lift_hold(mine, call, reason="The claim was withdrawn.")
    assert hold_on(act, call) is None
    assert [one.lift_reason for one in earlier_holds(mine, call)] == ["The claim was withdrawn."]
    with pytest.raises(ConflictError, match="not under legal hold"):
        lift_hold(mine, call, reason="Once more")
    assert place_hold(mine, call, reason="Another claim").id != placed.id
    told = act.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("hold."))).all()
    assert [(entry.action, entry.actor_id) for entry in told] == [
        ("hold.placed", lawyer.id),
        ("hold.lifted", lawyer.id),
        ("hold.placed", lawyer.id),
    ]
    assert "claim" not in str([entry.data for entry in told]).lower(), "the reason is told to few"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AGENT, Role.SHOPPER])
def test_nobody_else_places_lifts_or_reads_why(act: Act, make: Makers, role: Role) -> None:
    call = make.interaction()
    mine = replace(act, actor=make.user(role))
    with pytest.raises(ForbiddenError):
        place_hold(mine, call, reason="I would rather keep it")
    place_hold(act, call, reason="Claim")
    with pytest.raises(ForbiddenError):
        lift_hold(mine, call, reason="I would rather not")
    with pytest.raises(ForbiddenError):
        standing_holds(mine)
    lift_hold(act, call, reason="Done")
    assert earlier_holds(mine, call) == []


@pytest.mark.parametrize(
    ("reason", "told"), [("  ", "Say why"), ("x" * (LONGEST_REASON + 1), "at most 1,000 characters")]
)
def test_a_reason_that_is_none_is_refused(act: Act, make: Makers, reason: str, told: str) -> None:
    with pytest.raises(InvalidError, match=told) as refused:
        place_hold(act, make.interaction(), reason=reason)
    assert refused.value.field == "reason"


def test_what_is_held_cannot_be_erased_before_it_is_lifted(act: Act, make: Makers, blobs: LocalFolder) -> None:
    call = make.interaction(subject="My parcel")
    make.recording(call, blob_key="recordings/ab")
    blobs.put("recordings/ab", b"sound")
    place_hold(act, call, reason="Claim of Yusuf Bakker")
    with pytest.raises(ConflictError, match="Lift the hold first"):
        erase_interaction(act, call)
    assert blobs.has("recordings/ab")
    assert (call.subject, call.erased_at) == ("My parcel", None)
    lifted = lift_hold(act, call, reason="Settled with Yusuf Bakker")
    erase_interaction(act, call)
    assert not blobs.has("recordings/ab")
    assert (lifted.reason, lifted.lift_reason) == ("", "")
    assert call.sound_erased_at == call.erased_at == act.now
    with pytest.raises(ConflictError, match="nothing left to hold"):
        place_hold(act, call, reason="Too late")


def kudos(make: Makers, agent: User, giver: User) -> Kudos:
    made = Kudos(
        interaction_id=make.interaction(agent=agent).id,
        agent_id=agent.id,
        giver_id=giver.id,
        text="Calm to the end",
        given_at=make.act.now,
    )
    make.act.session.add(made)
    make.act.session.flush()
    return made


def test_erasing_a_person_passes_by_what_was_written_on_held_interactions(act: Act, make: Makers) -> None:
    agent, giver = make.agent(state=UserState.LEFT), make.user(Role.SUPERVISOR)
    held, free = kudos(make, agent, giver), kudos(make, agent, giver)
    place_hold(act, held.interaction, reason="Claim")
    erase_person(act, agent)
    assert (held.text, free.text) == ("Calm to the end", "")
    assert agent.name == f"#{agent.id}"
    lift_hold(act, held.interaction, reason="Settled")
    assert held.text == ""


def test_lifting_leaves_what_is_of_people_who_are_not_erased(act: Act, make: Makers) -> None:
    given = kudos(make, make.agent(), make.user(Role.SUPERVISOR))
    place_hold(act, given.interaction, reason="Claim")
    lift_hold(act, given.interaction, reason="Settled")
    assert given.text == "Calm to the end"
