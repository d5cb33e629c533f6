"""Which interactions are under legal hold now."""

from sqlalchemy import ColumnElement, exists, select

from qa.act import Act
from qa.errors import ConflictError
from qa.holds.models import LegalHold
from qa.i18n import _
from qa.interactions.models import Interaction


def is_held() -> ColumnElement[bool]:
    """Return what holds of an interaction under legal hold."""
    return exists().where(LegalHold.interaction_id == Interaction.id, LegalHold.lifted_at.is_(None))


def hold_on(act: Act, interaction: Interaction) -> LegalHold | None:
    """Return the hold that an interaction is under, if any."""
    return act.session.scalar(
        select(LegalHold).where(LegalHold.interaction_id == interaction.id, LegalHold.lifted_at.is_(None))
    )


def must_not_be_held(act: Act, interaction: Interaction) -> None:
    """Refuse to erase what is under legal hold; the interaction stays locked, so that none can begin meanwhile."""
    act.session.refresh(interaction, ["state"], with_for_update=True)
    if hold_on(act, interaction) is not None:
        raise ConflictError(
            _("This interaction is under legal hold, so nothing of it is erased. Lift the hold first, with a reason.")
        )
