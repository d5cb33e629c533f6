"""How long reviewing takes, as pages tell it so that work can be planned: an estimate, and called one."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, case

from qa.interactions.kinds import SPOKEN
from qa.interactions.models import Interaction

MINUTE_MS = 60_000

#: What reading, scoring and writing take beside listening; told on the page that shows the estimate.
SCORING_MS = 3 * MINUTE_MS


def listening_ms() -> ColumnElement[int | None]:
    """Return what an interaction takes to hear, in milliseconds: nothing where it was written, however long it lasted."""
    return case((Interaction.channel.in_(SPOKEN), Interaction.duration_ms), else_=0)


def review_minutes(interactions: Iterable[Interaction]) -> int:
    """Return the minutes that reviewing these interactions takes, rounded up."""
    total = sum(SCORING_MS + ((one.duration_ms or 0) if one.channel in SPOKEN else 0) for one in interactions)
    return -(-total // MINUTE_MS)
