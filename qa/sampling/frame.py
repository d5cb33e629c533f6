"""The frame of a draw: which interactions take part, and in which stratum each of them stands."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from qa.act import Act
from qa.evaluations.effort import SCORING_MS, listening_ms
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.purpose import of_kind
from qa.feedback.rating import rated
from qa.holds.standing import is_held
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction

# Visits are interactions too; they are judged on their own and never drawn.
from qa.mystery.models import Visit
from qa.sampling.division import Division
from qa.sampling.period import Period
from qa.sampling.rows import AT_ONCE, Batch, Batches
from qa.sampling.strata import Dimension, stratum_name, stratum_of, stretch_at, stretch_name
from qa.sampling.windows import windows
from qa.transcripts.models import Transcript

#: Where the value of each division of a stratum stands.
COLUMNS: dict[Dimension, InstrumentedAttribute[object]] = {
    Dimension.AGENT: Interaction.agent_id,
    Dimension.CHANNEL: Interaction.channel,
    Dimension.TEAM: Interaction.team_id,
    Dimension.QUEUE: Interaction.queue,
    Dimension.LANGUAGE: Interaction.language,
}


@dataclass(frozen=True, slots=True)
class Population:
    """The filter of a plan; what is empty asks for nothing."""

    channels: tuple[Channel, ...] = ()
    #: Teams as they were at the time of the interaction.
    team_ids: tuple[int, ...] = ()
    #: With either bound, interactions of unknown length take no part.
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None
    agent_ids: tuple[int, ...] = ()
    queues: tuple[str, ...] = ()
    directions: tuple[Direction, ...] = ()
    languages: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    #: Days of the week on which it began, 0 for Monday, and minutes after midnight, by the clock of the plan's time zone.
    weekdays: tuple[int, ...] = ()
    since_minute: int | None = None
    until_minute: int | None = None
    #: Only what has a transcript.
    with_transcript: bool = False
    #: Only what a customer rated so, in per cent of the scale; with either bound, what nobody rated takes no part.
    min_csat: int | None = None
    max_csat: int | None = None
    #: Leave out what somebody scored or has on the desk already, by chance or picked on purpose.
    not_evaluated: bool = False
    #: Leave out what is under legal hold.
    not_held: bool = False


EVERYTHING = Population()

#: Some rows as the database gives them.
_Part = Sequence[Row[*tuple[Any, ...]]]


class Unit(NamedTuple):
    """An interaction of the frame, with what dividing the sample needs."""

    key: str
    stratum: str
    agent_id: int
    review_ms: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Interactions that match a plan and still take no part, by why."""

    #: Cannot be read yet, or never could.
    not_ready: int
    erased: int
    evaluated: int
    held: int


def frame(act: Act, population: Population, *, period: Period, alone: bool = False) -> Batches[tuple[str, str]]:
    """Give (stable key, stratum of its agent) of every ready interaction that takes part, as the database gives them.

    ``alone`` promises that nothing else is asked of the database while they pass by: the next ones are then fetched ahead.
    """
    asked = select(Interaction.stable_key, Interaction.agent_id).where(*taking_part(population, period=period))
    rows = _fetched(act, asked)
    # SQLite finds them in this very process, so that nothing is gained.
    ahead = alone and act.session.get_bind().dialect.name != "sqlite"
    return Batches(_by_agent(_ahead(rows) if ahead else rows))


def _by_agent(parts: Iterator[_Part]) -> Iterator[Batch]:
    met: list[str] = []
    places: dict[int, int] = {}
    for rows in parts:
        keys, agents = zip(*rows, strict=True)
        for agent_id in set(agents).difference(places):
            places[agent_id] = len(met)
            met.append(stratum_of(agent_id))
        yield Batch(keys, np.fromiter(map(places.__getitem__, agents), dtype=np.int64, count=len(agents)), met)


def units(act: Act, population: Population, *, period: Period, design: Division) -> Iterator[Unit]:
    """Yield every ready interaction that takes part, with its stratum, as the database gives them."""
    divided: list[InstrumentedAttribute[Any]] = [COLUMNS[one] for one in design.strata]
    spread = design.parts > 1
    asked = select(
        Interaction.stable_key,
        Interaction.agent_id,
        func.coalesce(listening_ms(), 0) + SCORING_MS,
        *divided,
        *([Interaction.started_at] if spread else []),
    ).where(*taking_part(population, period=period))
    # One text for each stratum, however many interactions stand in it.
    names: dict[tuple[object, ...], str] = {}
    for rows in _fetched(act, asked):
        for key, agent_id, review_ms, *values in rows:
            place = stretch_at(values.pop(), start=period.start, end=period.end, parts=design.parts) if spread else 0
            stratum = names.get((place, *values))
            if stratum is None:
                whole = stratum_name(tuple(zip(design.strata, values, strict=True)))
                stratum = names[(place, *values)] = stretch_name(whole, place=place) if place else whole
            yield Unit(key, stratum, agent_id, review_ms or 0)


def _fetched(act: Act, asked: Select[*tuple[Any, ...]]) -> Iterator[_Part]:
    # Straight from the connection: millions of rows pass, and none of them becomes an object of the session.
    yield from act.session.connection().execute(asked.execution_options(yield_per=AT_ONCE)).partitions()


def _ahead(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Fetch the next rows in a thread while those at hand are worked on: a server finds them meanwhile."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, parts, None)
        while (rows := coming.result()) is not None:
            coming = thread.submit(next, parts, None)
            yield rows


def matching(population: Population, *, period: Period) -> list[ColumnElement[bool]]:
    """Return what must hold of an interaction for the plan to be about it."""
    found: list[ColumnElement[bool]] = [
        Interaction.started_at >= period.start,
        Interaction.started_at < period.end,
        ~exists().where(Visit.interaction_id == Interaction.id),
    ]
    for column, wanted in (
        (Interaction.channel, population.channels),
        (Interaction.team_id, population.team_ids),
        (Interaction.agent_id, population.agent_ids),
        (Interaction.queue, population.queues),
        (Interaction.direction, population.directions),
        (Interaction.language, population.languages),
        (Interaction.source_id, population.source_ids),
    ):
        if wanted:
            found.append(column.in_(wanted))
    if population.min_duration_ms is not None:
        found.append(Interaction.duration_ms >= population.min_duration_ms)
    if population.max_duration_ms is not None:
        found.append(Interaction.duration_ms <= population.max_duration_ms)
    if population.weekdays or population.since_minute is not None or population.until_minute is not None:
        found.append(_when(population, period))
    if population.min_csat is not None or population.max_csat is not None:
        found.append(rated(population.min_csat, population.max_csat))
    if population.with_transcript:
        found.append(exists().where(Transcript.interaction_id == Interaction.id))
    return found


def taking_part(population: Population, *, period: Period) -> list[ColumnElement[bool]]:
    """Return what must hold of an interaction for it to be in the frame."""
    found = [
        *matching(population, period=period),
        Interaction.state == InteractionState.READY,
        Interaction.erased_at.is_(None),
    ]
    if population.not_evaluated:
        found.append(~_evaluated())
    if population.not_held:
        found.append(~is_held())
    return found


def left_out(act: Act, population: Population, *, period: Period) -> LeftOut:
    """Count what matches the plan and takes no part; each is counted once, for the first reason that holds."""
    counted = select(func.count()).select_from(Interaction).where(*matching(population, period=period))
    ready = Interaction.state == InteractionState.READY
    could: tuple[ColumnElement[bool], ...] = (ready, Interaction.erased_at.is_(None))
    not_ready = act.session.scalar(counted.where(~ready, Interaction.erased_at.is_(None)))
    erased = act.session.scalar(counted.where(Interaction.erased_at.is_not(None)))
    evaluated = held = None
    if population.not_evaluated:
        evaluated = act.session.scalar(counted.where(*could, _evaluated()))
        could = (*could, ~_evaluated())
    if population.not_held:
        held = act.session.scalar(counted.where(*could, is_held()))
    return LeftOut(not_ready or 0, erased or 0, evaluated or 0, held or 0)


def _when(population: Population, period: Period) -> ColumnElement[bool]:
    open_ones = windows(
        period, weekdays=population.weekdays, since=population.since_minute, until=population.until_minute
    )
    started = Interaction.started_at
    return or_(false(), *(and_(started >= opens, started < closes) for opens, closes in open_ones))


def _evaluated() -> ColumnElement[bool]:
    return exists().where(
        Evaluation.interaction_id == Interaction.id, of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED)
    )
