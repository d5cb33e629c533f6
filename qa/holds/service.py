"""Placing interactions under legal hold, lifting it, and the list of what is held."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.holds.models import LegalHold
from qa.holds.standing import hold_on
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.paging import Page, page_of
from qa.privacy.erasure import erase_what_was_held

LONGEST_REASON = 1_000


def place_hold(act: Act, interaction: Interaction, *, reason: str) -> LegalHold:
    """Keep all of an interaction from being erased until the hold is lifted."""
    act.require(Permission.HOLD_PLACE)
    given = _checked(reason)
    # Locked first, so that nothing is erased at the same moment.
    act.session.refresh(interaction, ["erased_at"], with_for_update=True)
    if interaction.erased_at is not None:
        raise ConflictError(_("This interaction was erased already, so there is nothing left to hold."))
    if hold_on(act, interaction) is not None:
        raise ConflictError(_("This interaction is under legal hold already."))
    made = LegalHold(
        interaction_id=interaction.id,
        reason=given,
        placed_at=act.now,
        placed_by_id=act.actor.id if act.actor else None,
    )
    act.session.add(made)
    act.session.flush()
    audit.record(act, "hold.placed", made, interaction=interaction.id)
    return made


def lift_hold(act: Act, interaction: Interaction, *, reason: str) -> LegalHold:
    """End the hold on an interaction; what is past its term by then goes with the next night."""
    act.require(Permission.HOLD_PLACE)
    given = _checked(reason)
    act.session.refresh(interaction, ["erased_at"], with_for_update=True)
    hold = hold_on(act, interaction)
    if hold is None:
        raise ConflictError(_("This interaction is not under legal hold."))
    hold.lifted_at, hold.lifted_by_id = act.now, act.actor.id if act.actor else None
    hold.lift_reason = given
    act.session.flush()
    erase_what_was_held(act, interaction)
    audit.record(act, "hold.lifted", hold, interaction=interaction.id)
    return hold


def standing_holds(act: Act, *, number: int = 1) -> Page[LegalHold]:
    """Return what is under hold now, the newest first."""
    act.require(Permission.HOLD_PLACE)
    asked = (
        select(LegalHold)
        .where(LegalHold.lifted_at.is_(None))
        .options(joinedload(LegalHold.interaction).joinedload(Interaction.source), joinedload(LegalHold.placed_by))
        .order_by(LegalHold.placed_at.desc(), LegalHold.id.desc())
    )
    return page_of(act, asked, number=number)


def earlier_holds(act: Act, interaction: Interaction) -> list[LegalHold]:
    """Return the holds on an interaction that were lifted, the latest first, for who may place one."""
    if not act.may(Permission.HOLD_PLACE):
        return []
    return list(
        act.session.scalars(
            select(LegalHold)
            .where(LegalHold.interaction_id == interaction.id, LegalHold.lifted_at.is_not(None))
            .options(joinedload(LegalHold.placed_by), joinedload(LegalHold.lifted_by))
            .order_by(LegalHold.lifted_at.desc(), LegalHold.id.desc())
        )
    )


def _checked(reason: str) -> str:
    given = reason.strip()
    if not given:
        raise InvalidError(_("Say why, in a sentence that can be understood later."), field="reason")
    if len(given) > LONGEST_REASON:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_REASON), field="reason")
    return given
