"""Interactions by how customers rated them."""

from sqlalchemy import ColumnElement, exists

from qa.feedback.models import CustomerAnswer
from qa.interactions.models import Interaction

#: What counts as a low rating where nobody says: 1 or 2 of 5, in per cent of the scale.
USUALLY_LOW = 25


def rated(lowest: int | None, highest: int | None) -> ColumnElement[bool]:
    """Hold for interactions that a customer rated between the two, in per cent of the scale; without either, rated at all."""
    asked = exists().where(CustomerAnswer.interaction_id == Interaction.id, CustomerAnswer.csat_bp.is_not(None))
    if lowest is not None:
        asked = asked.where(CustomerAnswer.csat_bp >= 100 * lowest)
    if highest is not None:
        asked = asked.where(CustomerAnswer.csat_bp <= 100 * highest)
    return asked
