"""Reading the frame of a draw and dividing its sample over the strata, with everything the record tells of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.act import Act
from qa.i18n import Text
from qa.sampling.allocation import allocate, over_time
from qa.sampling.allotment import written
from qa.sampling.design import Allocation
from qa.sampling.frame import Unit, cells_of, units
from qa.sampling.lengths import lengths_digest
from qa.sampling.models import Plan
from qa.sampling.past_spread import with_past
from qa.sampling.period import Period
from qa.sampling.plans import design_of, population_of
from qa.sampling.strata import agent_of
from qa.sampling.told import allotment_notes


@dataclass(frozen=True, slots=True)
class Allotted:
    """A frame with the number that is asked of each of its strata."""

    rows: list[tuple[str, str]]
    wanted: Mapping[str, int]
    #: What the record of the draw says of it.
    written: Mapping[str, object]
    notes: list[Text]
    #: (stable key, milliseconds of review), where the sample was divided by them.
    lengths: list[tuple[str, int]] = field(default_factory=list)
    #: How many interactions of a stratum each agent has, for strata that do not name one.
    agents: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def allot(act: Act, plan: Plan, *, period: Period, seed: bytes, salt: bytes) -> Allotted:
    """Read the frame of a period and say how many of each stratum are drawn; the seed decides between stretches of time."""
    design = design_of(plan)
    found = list(units(act, population_of(plan), period=period, design=design))
    cells = with_past(act, cells_of(found), design=design, scorecard_id=plan.scorecard_id, period=period)
    allotment = allocate(cells, design)
    wanted = allotment.wanted
    if design.parts > 1:
        wanted = over_time(wanted, Counter(unit.stratum for unit in found), seed=seed)
    lengths = [(unit.key, unit.review_ms) for unit in found] if design.allocation is Allocation.BUDGET else []
    digest = lengths_digest(lengths, salt=salt) if lengths else ""
    return Allotted(
        rows=[(unit.key, unit.stratum) for unit in found],
        wanted=wanted,
        written=written(design, cells, lengths_digest=digest),
        notes=allotment_notes(act, design, allotment, cells),
        lengths=lengths,
        agents=_agents(found),
    )


def _agents(found: list[Unit]) -> dict[str, dict[str, int]]:
    numbers = Counter((unit.stratum, unit.agent_id) for unit in found if agent_of(unit.stratum) is None)
    counted: dict[str, dict[str, int]] = {}
    for (stratum, agent_id), number in sorted(numbers.items()):
        counted.setdefault(stratum, {})[str(agent_id)] = number
    return counted
