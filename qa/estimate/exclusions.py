"""How far interactions that were drawn and set aside could have moved a score: at worst, and at best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.i18n import Text, ngettext_


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Interactions set aside, and the score if all of them had got the lowest, and if all had got the highest."""

    n: int
    low: float
    high: float

    @property
    def said(self) -> Text:
        """What a reader should know, in one sentence."""
        return ngettext_(
            "{n} drawn interaction was set aside; with 0 for it the score would be {low}, with 100 it would be {high}.",
            "{n} drawn interactions were set aside; with 0 for each the score would be {low}, with 100 it would be {high}.",
            n=self.n,
            low=round(self.low, 1),
            high=round(self.high, 1),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One stratum of what a score speaks for."""

    #: Interactions it stands for.
    weight: float
    #: Mean of what was scored, by design weights; None where everything drawn was set aside.
    mean: float | None
    #: What was set aside as a share of all that was drawn, by design weights, 0 up to 1.
    missing: float


def exclusion_bounds(
    parts: Sequence[Part], *, excluded: int, lowest: float = 0.0, highest: float = 100.0
) -> Exclusions | None:
    """Return the ends between which the mean lies whatever those set aside would have scored; None where nothing was.

    What stepped in for them does not undo it: all that the draw reached, those set aside included, stands for the
    stratum, and a share of it was not seen. No assumption is made on why: C. F. Manski, “Nonparametric bounds on
    treatment effects”, American Economic Review 80 (1990); W. G. Cochran, Sampling Techniques, 3rd ed. (1977), § 13.2.
    """
    whole = math.fsum(part.weight for part in parts)
    if not excluded or whole <= 0:
        return None
    seen = math.fsum(part.weight * (1 - part.missing) * (part.mean or 0.0) for part in parts)
    unseen = math.fsum(part.weight * part.missing for part in parts)
    return Exclusions(excluded, (seen + unseen * lowest) / whole, (seen + unseen * highest) / whole)
