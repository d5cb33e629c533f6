"""Reading the frame of a draw and dividing its sample over the strata, with everything the record tells of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qa.act import Act
from qa.i18n import Text
from qa.sampling.allocation import Cell, allocate, over_time
from qa.sampling.allotment import written
from qa.sampling.division import Allocation
from qa.sampling.frame import Unit, units
from qa.sampling.kept_frame import FrameFile
from qa.sampling.lengths import LengthsFile
from qa.sampling.models import Plan
from qa.sampling.past_spread import with_past
from qa.sampling.period import Period
from qa.sampling.plans import division_of, population_of
from qa.sampling.strata import agent_of, together
from qa.sampling.told import allotment_notes


@dataclass(frozen=True, slots=True)
class Allotted:
    """The number that is asked of each stratum of a frame, and how it came about."""

    wanted: Mapping[str, int]
    #: What the record of the draw says of it.
    written: Mapping[str, object]
    notes: list[Text]
    #: How many interactions of a stratum each agent has, for strata that do not name one.
    agents: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What passed by, counted by stratum; stretches of time stand apart."""

    sizes: Counter[str] = field(default_factory=Counter)
    review_ms: Counter[str] = field(default_factory=Counter)
    held: Counter[tuple[str, int]] = field(default_factory=Counter)

    def through(self, found: Iterable[Unit]) -> Iterator[tuple[str, str]]:
        for key, stratum, agent_id, review_ms in found:
            self.sizes[stratum] += 1
            self.review_ms[stratum] += review_ms
            self.held[stratum, agent_id] += 1
            yield key, stratum

    def cells(self) -> dict[str, Cell]:
        """Return the strata, stretches of time together, and what reviewing them would take."""
        sizes, review_ms = together(self.sizes), together(self.review_ms)
        return {stratum: Cell(sizes[stratum], review_ms[stratum]) for stratum in sorted(sizes)}

    def agents(self) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = {}
        for (stratum, agent_id), number in sorted(self.held.items()):
            if agent_of(stratum) is None:
                counted.setdefault(stratum, {})[str(agent_id)] = number
        return counted


def allot(
    act: Act, plan: Plan, *, period: Period, seed: bytes, salt: bytes, kept: FrameFile, lengths: LengthsFile
) -> Allotted:
    """Write the frame of a period down and say how many of each stratum are drawn.

    It is read once, so that what is counted is what is then drawn from. The seed decides between stretches of time.
    Lengths are written down where the sample is divided by them.
    """
    design = division_of(plan)
    found, counted = units(act, population_of(plan), period=period, design=design), _Counted()
    by_length = design.allocation is Allocation.BUDGET
    for _row in kept.through(counted.through(lengths.through(found) if by_length else found)):
        pass
    cells = with_past(act, counted.cells(), design=design, scorecard_id=plan.scorecard_id, period=period)
    allotment = allocate(cells, design)
    wanted = allotment.wanted
    if design.parts > 1:
        wanted = over_time(wanted, counted.sizes, seed=seed)
    return Allotted(
        wanted=wanted,
        written=written(design, cells, lengths_digest=lengths.digest(salt=salt) if by_length else ""),
        notes=allotment_notes(act, design, allotment, cells),
        agents=counted.agents(),
    )
