"""The frame of a draw: which interactions take part, and what a plan would find before it draws."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select

from qa.act import Act
from qa.evaluations.effort import MINUTE_MS, SCORING_MS, listening_ms
from qa.i18n import Text, _, ngettext_
from qa.interactions.kinds import Channel, InteractionState
from qa.interactions.models import Interaction

# Visits are interactions too; they are judged on their own and never drawn.
from qa.mystery.models import Visit
from qa.people.models import User
from qa.people.queries import agents
from qa.sampling.period import Period, time_zone

_STRATUM = "agent-"

#: How many rows of a frame are fetched together.
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Population:
    """The filter of a plan; an empty tuple means "all"."""

    channels: tuple[Channel, ...] = ()
    #: Teams as they were at the time of the interaction.
    team_ids: tuple[int, ...] = ()
    #: With either bound, interactions of unknown length take no part.
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None


EVERYTHING = Population()


@dataclass(frozen=True, slots=True)
class FrameRow:
    """What the frame holds of one agent."""

    agent_id: int
    name: str
    eligible: int
    expected: int
    minutes: int


@dataclass(frozen=True, slots=True)
class FramePreview:
    """What a plan finds in a period before anything is drawn."""

    period: Period
    per_agent: int
    rows: tuple[FrameRow, ...]
    notes: tuple[Text, ...]

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
        """Agents with fewer interactions than the plan asks for."""
        return tuple(row for row in self.rows if row.eligible < self.per_agent)


def stratum_of(agent_id: int) -> str:
    """Name the stratum of an agent; the name tells colleagues nothing."""
    return f"{_STRATUM}{agent_id}"


def agent_of(stratum: str) -> int | None:
    """Return the number of the agent whose stratum this is."""
    number = stratum.removeprefix(_STRATUM)
    return int(number) if number.isdecimal() else None


def frame(act: Act, population: Population, *, period: Period) -> Iterator[tuple[str, str]]:
    """Yield (stable key, stratum) of every ready interaction that takes part, in any order, as the database gives them."""
    asked = select(Interaction.stable_key, Interaction.agent_id).where(
        *matching(population, period=period), Interaction.state == InteractionState.READY
    )
    strata: dict[int, str] = {}
    # Straight from the connection: millions of rows pass, and none of them becomes an object of the session.
    found = act.session.connection().execute(asked.execution_options(yield_per=ROWS_AT_ONCE))
    for rows in found.partitions():
        for key, agent_id in rows:
            stratum = strata.get(agent_id)
            if stratum is None:
                stratum = strata[agent_id] = stratum_of(agent_id)
            yield key, stratum


def matching(population: Population, *, period: Period) -> list[ColumnElement[bool]]:
    """Return what must hold of an interaction for it to take part, apart from its being ready."""
    found: list[ColumnElement[bool]] = [
        Interaction.started_at >= period.start,
        Interaction.started_at < period.end,
        ~exists().where(Visit.interaction_id == Interaction.id),
    ]
    if population.channels:
        found.append(Interaction.channel.in_(population.channels))
    if population.team_ids:
        found.append(Interaction.team_id.in_(population.team_ids))
    if population.min_duration_ms is not None:
        found.append(Interaction.duration_ms >= population.min_duration_ms)
    if population.max_duration_ms is not None:
        found.append(Interaction.duration_ms <= population.max_duration_ms)
    return found


def count_not_ready(act: Act, population: Population, *, period: Period) -> int:
    """Return how many interactions would take part if they could be read."""
    asked = select(func.count()).where(
        *matching(population, period=period), Interaction.state != InteractionState.READY
    )
    return act.session.scalar(asked) or 0


def preview(act: Act, population: Population, *, period: Period, per_agent: int) -> FramePreview:
    """Return what a plan with this filter finds in the period, agents who have nothing included."""
    found = {
        agent_id: (number, total or 0)
        for agent_id, number, total in act.session.execute(_per_agent(population, period))
    }
    names: dict[int, str] = {
        agent.id: agent.name
        for agent in agents(act)
        if not population.team_ids or agent.team_id in population.team_ids or agent.id in found
    }
    gone = found.keys() - names.keys()
    if gone:
        names |= {user.id: user.name for user in act.session.scalars(select(User).where(User.id.in_(gone)))}
    rows = []
    for agent_id, name in sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0])):
        eligible, total_ms = found.get(agent_id, (0, 0))
        expected = min(per_agent, eligible)
        mean_ms = total_ms / eligible if eligible else 0
        minutes = round(expected * (mean_ms + SCORING_MS) / MINUTE_MS)
        rows.append(FrameRow(agent_id, name, eligible, expected, minutes))
    notes = tuple(_notes(act, population, period=period, rows=rows, per_agent=per_agent))
    return FramePreview(period, per_agent, tuple(rows), notes)


def _per_agent(population: Population, period: Period) -> Select[int, int, int | None]:
    return (
        select(Interaction.agent_id, func.count(), func.sum(listening_ms()))
        .where(*matching(population, period=period), Interaction.state == InteractionState.READY)
        .group_by(Interaction.agent_id)
    )


def _notes(act: Act, population: Population, *, period: Period, rows: list[FrameRow], per_agent: int) -> Iterator[Text]:
    if not any(row.eligible for row in rows):
        yield _("No interaction matches this plan in this period, so there is nothing to draw.")
    short = sum(row.eligible < per_agent for row in rows)
    if short:
        yield ngettext_(
            "{n} agent has fewer than {wanted} interactions. Everything of theirs is taken; nobody else's fills the gap.",
            "{n} agents have fewer than {wanted} interactions. Everything of theirs is taken; nobody else's fills the gap.",
            n=short,
            wanted=per_agent,
        )
    waiting = count_not_ready(act, population, period=period)
    if waiting:
        yield ngettext_(
            "{n} interaction of this period is not ready to be read, and takes part only if it is before the draw.",
            "{n} interactions of this period are not ready to be read, and take part only if they are before the draw.",
            n=waiting,
        )
    moved = _moved(act, population, period=period)
    if moved and population.team_ids:
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
    anywhere = Population(population.channels, (), population.min_duration_ms, population.max_duration_ms)
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
