"""What a plan would find before it draws: its frame by stratum and by agent, and what should be known of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from qa.act import Act
from qa.evaluations.effort import MINUTE_MS, SCORING_MS, listening_ms
from qa.i18n import Text, _, ngettext_
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.people.queries import agents
from qa.sampling.allocation import Cell, allocate
from qa.sampling.division import Allocation, Division
from qa.sampling.frame import COLUMNS, LeftOut, Population, left_out, matching, taking_part
from qa.sampling.past_spread import with_past
from qa.sampling.period import Period, time_zone
from qa.sampling.strata import Dimension, stratum_name, stratum_of
from qa.sampling.told import allotment_notes, left_out_notes, stratum_names


@dataclass(frozen=True, slots=True)
class FrameRow:
    """What the frame holds of one stratum, and what would be drawn of it."""

    stratum: str
    name: str
    eligible: int
    wanted: int
    expected: int
    #: Of review, expected.
    minutes: int

    @property
    def short(self) -> bool:
        """Whether it holds fewer interactions than it is asked for."""
        return self.eligible < self.wanted


@dataclass(frozen=True, slots=True)
class AgentRow:
    """What the frame holds of one agent, over all strata."""

    agent_id: int
    name: str
    eligible: int
    #: Interactions that would be drawn, on average where strata hold more agents than this one.
    expected: float


@dataclass(frozen=True, slots=True)
class FramePreview:
    """What a plan finds in a period before anything is drawn."""

    period: Period
    rows: tuple[FrameRow, ...]
    agents: tuple[AgentRow, ...]
    notes: tuple[Text, ...]
    #: Whether each stratum is one agent.
    by_agent: bool

    @property
    def eligible(self) -> int:
        """Interactions in the frame."""
        return sum(row.eligible for row in self.rows)

    @property
    def expected(self) -> int:
        """Interactions that would be drawn."""
        return sum(row.expected for row in self.rows)

    @property
    def minutes(self) -> int:
        """Expected minutes of review."""
        return sum(row.minutes for row in self.rows)

    @property
    def short(self) -> tuple[FrameRow, ...]:
        """Strata with fewer interactions than the plan asks for."""
        return tuple(row for row in self.rows if row.short)


def preview(act: Act, population: Population, *, period: Period, design: Division, scorecard_id: int) -> FramePreview:
    """Return what a plan finds in the period; where it divides by agent only, agents who have nothing included."""
    cells, held = _count(act, population, period=period, design=design)
    by_agent = design.strata == (Dimension.AGENT,)
    people = _people(act, population, {agent_id for _stratum, agent_id in held})
    known = with_past(act, cells, design=design, scorecard_id=scorecard_id, period=period)
    allotment = allocate(known, design)
    wanted = dict(allotment.wanted)
    if by_agent:
        for agent_id in people:
            wanted.setdefault(stratum_of(agent_id), design.each if design.allocation is Allocation.EACH else 0)
        names = {stratum_of(agent_id): name for agent_id, name in people.items()}
    else:
        names = stratum_names(act, cells)
    rows = tuple(
        _row(stratum, name, cells.get(stratum), wanted=wanted[stratum])
        for stratum, name in sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    )
    notes = (
        *_shortages(rows, design=design, by_agent=by_agent),
        *allotment_notes(act, design, allotment, known),
        *_notes(act, population, period=period, design=design),
    )
    found = tuple(_agents(people, cells, held, wanted=wanted))
    return FramePreview(period, rows, found, notes, by_agent)


def _count(
    act: Act, population: Population, *, period: Period, design: Division
) -> tuple[dict[str, Cell], dict[tuple[str, int], int]]:
    """Count the frame by stratum, and by (stratum, agent)."""
    divided = [COLUMNS[one] for one in design.strata]
    review_ms = func.sum(func.coalesce(listening_ms(), 0) + SCORING_MS)
    asked = (
        select(Interaction.agent_id, func.count(), review_ms, *divided)
        .where(*taking_part(population, period=period))
        .group_by(Interaction.agent_id, *divided)
    )
    cells: dict[str, Cell] = {}
    held: dict[tuple[str, int], int] = {}
    for agent_id, number, total_ms, *values in act.session.execute(asked):
        stratum = stratum_name(tuple(zip(design.strata, values, strict=True)))
        held[stratum, agent_id] = held.get((stratum, agent_id), 0) + number
        before = cells.get(stratum, Cell(0))
        cells[stratum] = Cell(before.population + number, before.review_ms + int(total_ms or 0))
    return cells, held


def _people(act: Act, population: Population, found: set[int]) -> dict[int, str]:
    """Name the agents whom the plan could be about, and those in the frame who are none any more."""
    names: dict[int, str] = {
        agent.id: agent.name
        for agent in agents(act)
        if agent.id in found
        or (
            (not population.team_ids or agent.team_id in population.team_ids)
            and (not population.agent_ids or agent.id in population.agent_ids)
        )
    }
    gone = found - names.keys()
    if gone:
        names |= {user.id: user.name for user in act.session.scalars(select(User).where(User.id.in_(gone)))}
    return names


def _row(stratum: str, name: str, cell: Cell | None, *, wanted: int) -> FrameRow:
    if cell is None:
        return FrameRow(stratum, name, 0, wanted, 0, 0)
    expected = min(wanted, cell.population)
    minutes = round(expected * cell.review_ms / cell.population / MINUTE_MS)
    return FrameRow(stratum, name, cell.population, wanted, expected, minutes)


def _agents(
    people: Mapping[int, str],
    cells: Mapping[str, Cell],
    held: Mapping[tuple[str, int], int],
    *,
    wanted: Mapping[str, int],
) -> Iterator[AgentRow]:
    eligible: dict[int, int] = {}
    expected: dict[int, float] = {}
    for (stratum, agent_id), number in held.items():
        size = cells[stratum].population
        eligible[agent_id] = eligible.get(agent_id, 0) + number
        expected[agent_id] = expected.get(agent_id, 0.0) + min(wanted[stratum], size) * number / size
    for agent_id, name in sorted(people.items(), key=lambda pair: (pair[1].casefold(), pair[0])):
        yield AgentRow(agent_id, name, eligible.get(agent_id, 0), expected.get(agent_id, 0.0))


def _shortages(rows: tuple[FrameRow, ...], *, design: Division, by_agent: bool) -> Iterator[Text]:
    if not any(row.eligible for row in rows):
        yield _("No interaction matches this plan in this period, so there is nothing to draw.")
    short = sum(row.short for row in rows)
    if short and by_agent and design.allocation is Allocation.EACH and not design.fill:
        yield ngettext_(
            "{n} agent has fewer than {wanted} interactions. Everything of theirs is taken; nobody else's fills the gap.",
            "{n} agents have fewer than {wanted} interactions. Everything of theirs is taken; nobody else's fills the gap.",
            n=short,
            wanted=design.each,
        )
    elif short:
        yield ngettext_(
            "{n} stratum holds fewer interactions than are asked of it. Everything in it is taken.",
            "{n} strata hold fewer interactions than are asked of them. Everything in them is taken.",
            n=short,
        )


def _notes(act: Act, population: Population, *, period: Period, design: Division) -> Iterator[Text]:
    out: LeftOut = left_out(act, population, period=period)
    if out.not_ready:
        yield ngettext_(
            "{n} interaction of this period is not ready to be read, and takes part only if it is before the draw.",
            "{n} interactions of this period are not ready to be read, and take part only if they are before the draw.",
            n=out.not_ready,
        )
    yield from left_out_notes(out)
    moved = _moved(act, population, period=period)
    if moved and (population.team_ids or Dimension.TEAM in design.strata):
        yield ngettext_(
            "{n} agent moved teams in this period. Each interaction counts for the team of its own day.",
            "{n} agents moved teams in this period. Each interaction counts for the team of its own day.",
            n=moved,
        )
    local_days = period.end.astimezone(time_zone(period.zone)).date() - period.first
    if period.hours != local_days / timedelta(hours=1):
        yield _(
            "The clock changes in this period: it lasts {hours} hours, from midnight to midnight.",
            hours=round(period.hours),
        )


def _moved(act: Act, population: Population, *, period: Period) -> int:
    """Count the agents in the frame who have interactions of more than one team in the period."""
    anywhere = replace(population, team_ids=())
    several = (
        select(Interaction.agent_id)
        .where(*matching(anywhere, period=period))
        .group_by(Interaction.agent_id)
        .having(func.count(func.distinct(Interaction.team_id)) > 1)
    )
    inside = select(func.count(func.distinct(Interaction.agent_id))).where(
        *matching(population, period=period), Interaction.agent_id.in_(several)
    )
    return act.session.scalar(inside) or 0
