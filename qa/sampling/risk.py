"""What makes an interaction more likely to be drawn in a risk-weighted plan: facts that can be counted, and a bounded rule.

An interaction weighs 1 and, for each factor of the plan that holds of it, the points that the plan gives to the factor:
twice the weight is twice the chance. Every interaction keeps a chance, and the chance is stored, so that estimates can
undo the preference. The factors are times and counts of a conversation; nothing judges the people in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import _

#: The most points one factor can add, so that no interaction weighs more than 1 + 9 for each factor.
MOST_POINTS = 9

SHORT_MS = 30_000
LONG_MS = 15 * 60_000
HOLD_MS = 60_000
SILENCE_MS = 20_000


class Factor(StrEnum):
    """What can be counted of an interaction."""

    #: Lasts less than half a minute.
    SHORT = "short"
    #: Lasts a quarter of an hour or more.
    LONG = "long"
    #: Was put through at least once, as far as what came with it says.
    TRANSFER = "transfer"
    #: The customer waited on hold for a minute or more, all stretches together.
    HOLD = "hold"
    #: Nobody spoke for 20 seconds or more, hold left out.
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was counted of one interaction; nought where there is nothing to count it from."""

    #: None where the length is not known; it is then neither short nor long.
    duration_ms: int | None = None
    transfers: int = 0
    hold_ms: int = 0
    longest_silence_ms: int = 0


Points = Mapping[Factor, int]


def factors_of(facts: Facts) -> frozenset[Factor]:
    """Return which factors hold of an interaction."""
    length = facts.duration_ms
    holds = {
        Factor.SHORT: length is not None and length < SHORT_MS,
        Factor.LONG: length is not None and length >= LONG_MS,
        Factor.TRANSFER: facts.transfers > 0,
        Factor.HOLD: facts.hold_ms >= HOLD_MS,
        Factor.SILENCE: facts.longest_silence_ms >= SILENCE_MS,
    }
    return frozenset(factor for factor, found in holds.items() if found)


def weight_of(facts: Facts, points: Points) -> int:
    """Return the weight of an interaction: 1 and the points of the factors that hold of it."""
    return 1 + sum(points.get(factor, 0) for factor in factors_of(facts))


def check_points(points: Points) -> None:
    """Refuse points that are no points, or a rule that prefers nothing."""
    for number in points.values():
        if not 0 <= number <= MOST_POINTS:
            raise InvalidError(_("Give a factor from 0 to {most} points.", most=MOST_POINTS))
    if not any(points.values()):
        raise InvalidError(_("Give at least one factor points, or draw with equal chances."))
