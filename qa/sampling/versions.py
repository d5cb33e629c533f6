"""By which version of a card the interactions of a draw are scored: the one that its record names."""

import json

from sqlalchemy import select

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import current_version
from qa.sampling.models import Draw


def version_of(act: Act, draw: Draw) -> CardVersion:
    """Return the version that the draw's record names, whatever was published since; the present one where it names none."""
    number = json.loads(draw.canonical_plan).get("scorecard_version") if draw.canonical_plan else None
    named = select(CardVersion).where(CardVersion.scorecard_id == draw.plan.scorecard_id, CardVersion.number == number)
    return act.session.scalar(named) or current_version(act, draw.plan.scorecard_id)
