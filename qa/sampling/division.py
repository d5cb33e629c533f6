"""How a plan divides its sample: by what, and how many interactions of each part are drawn."""

from dataclasses import dataclass
from enum import StrEnum

from qa.sampling.strata import Dimension


class Allocation(StrEnum):
    """How the number of interactions is divided over the strata; `qa.sampling.allocation` has the formulas."""

    #: The same number of each.
    EACH = "each"
    #: A share of each.
    SHARE = "share"
    #: A number in all, by how much each holds.
    PROPORTIONAL = "proportional"
    #: A number in all, by how much each holds and how far its scores lay apart before.
    NEYMAN = "neyman"
    #: Minutes of review in all, by that and by how long the interactions take.
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Division:
    """How a plan divides its sample; only the number that goes with the allocation counts."""

    strata: tuple[Dimension, ...] = (Dimension.AGENT,)
    allocation: Allocation = Allocation.EACH
    #: Interactions of each stratum.
    each: int = 5
    #: Hundredths of a per cent of each stratum.
    share_bp: int = 500
    #: Interactions in all.
    total: int = 100
    #: Minutes of review in all.
    minutes: int = 600
    #: Of every stratum at least so many, whatever the allocation says; does not go with the same number of each.
    minimum: int = 1
    #: Equal stretches of time that the period is divided into; 1 is no spreading.
    parts: int = 1
    #: Part of a stratum's name, such as ``channel-phone``, from which what others lack is filled; empty to take all.
    fill: str = ""


#: So many of each agent, which is what plans do unless told otherwise.
BY_AGENT = Division()
