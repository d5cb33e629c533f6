"""Figures of agents, teams and sections from random samples: each draw's strata weigh as much as they hold.

Within a stratum each score weighs one over the chance its interaction had (Hájek's mean); with equal chances that is the
plain mean. Over strata the mean is weighted by what each of them holds, and the interval is that of
`qa.estimate.intervals.bounded`, with the design in the place of 1/n: Σ W²·(1-n/N)/n over the strata, and where chances π
differ Σ W²·Σ(1-π)π⁻²/(Σπ⁻¹)², which is Hájek's variance of scores that spread equally over all weights.

An agent in a plan that was stratified otherwise is a domain: how many of them a stratum holds is estimated from how many of
its drawn ones are theirs, p of them. That number is itself chance, which adds Σ W²·(1-n/N)/n·(1-p)·(m-μ)² to the variance, m
being the mean of the stratum's own part: the linearised variance of `qa.estimate.ratios.domain_mean`, written out.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from qa.estimate.exclusions import Exclusions, Part, exclusion_bounds
from qa.estimate.figure import Figure, score_figure
from qa.estimate.intervals import PRIOR_DEGREES, Peers, bounded_by_design, peers_of, spread
from qa.insight.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Scored:
    """One drawn interaction that was scored; scores are 0-100, none where everything was not applicable."""

    item_id: int
    evaluation_id: int
    agent_id: int
    team_id: int | None
    draw_id: int
    stratum: str
    card: str
    started_at: datetime
    quality: float | None
    sections: Mapping[str, float] = field(default_factory=dict)
    passed: bool | None = None
    critical_failed: bool = False
    #: Chance of being drawn, above 0 up to 1, where chances differ within a stratum.
    chance: float = 1.0
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one stratum of a draw held and how many were drawn of it; ``eligible`` is none where it was not written down."""

    draw_id: int
    stratum: str
    agent_id: int
    team_id: int | None
    eligible: int | None
    drawn: int
    start: datetime
    end: datetime
    #: How many were drawn of the stratum for whomever; none where it holds nobody else.
    drawn_of_all: int | None = None
    #: How many were drawn and set aside since.
    excluded: int = 0
    #: What those set aside stand for, and what all that was drawn stands for: the sum of one over each chance.
    excluded_weight: float = 0.0
    drawn_weight: float = 0.0

    @property
    def own(self) -> bool:
        """Whether the stratum holds nothing but this agent's interactions."""
        return self.drawn_of_all is None or self.drawn_of_all == self.drawn


@dataclass(frozen=True, slots=True)
class Sample:
    """Scored interactions and the frames they were drawn from, within a stretch."""

    stretch: Stretch
    scored: tuple[Scored, ...]
    frames: tuple[Frame, ...]
    #: Scored interactions whose score is disputed: in no figure until that is settled.
    disputed: tuple[Scored, ...] = ()

    def within(self, stretch: Stretch) -> "Sample":
        """Return the part that lies in a shorter stretch."""
        start, end = stretch.start, stretch.end
        return Sample(
            stretch,
            tuple(item for item in self.scored if start <= item.started_at < end),
            tuple(frame for frame in self.frames if frame.start < end and frame.end > start),
            tuple(item for item in self.disputed if start <= item.started_at < end),
        )

    def of_agent(self, agent_id: int) -> "Sample":
        """Return the part of one agent."""
        return self._only(lambda item: item.agent_id == agent_id)

    def of_team(self, team_id: int | None) -> "Sample":
        """Return the part of one team."""
        return self._only(lambda item: item.team_id == team_id)

    def of_card(self, card: str) -> "Sample":
        """Return the part that was scored on the card with this key."""
        return replace(
            self,
            scored=tuple(item for item in self.scored if item.card == card),
            disputed=tuple(item for item in self.disputed if item.card == card),
        )

    def by_agent(self) -> dict[int, "Sample"]:
        """Return the parts of all agents who have one, in one go."""
        scored, disputed = _grouped(self.scored), _grouped(self.disputed)
        frames = _grouped(self.frames)
        return {
            agent_id: Sample(
                self.stretch,
                tuple(scored.get(agent_id, ())),
                tuple(frames.get(agent_id, ())),
                tuple(disputed.get(agent_id, ())),
            )
            for agent_id in {*scored, *frames, *disputed}
        }

    def by_team(self) -> dict[int, "Sample"]:
        """Return the parts of all teams that have one; what is of no team is left out."""
        numbers = {item.team_id for item in (*self.scored, *self.disputed)} | {one.team_id for one in self.frames}
        return {number: self.of_team(number) for number in sorted(one for one in numbers if one is not None)}

    def section(self, name: str) -> "Sample":
        """Return the sample with a section's scores in the place of the whole; where it did not apply there is none."""
        return replace(self, scored=tuple(replace(item, quality=item.sections.get(name)) for item in self.scored))

    def _only(self, wanted: Callable[[Scored | Frame], bool]) -> "Sample":
        return replace(
            self,
            scored=tuple(item for item in self.scored if wanted(item)),
            frames=tuple(frame for frame in self.frames if wanted(frame)),
            disputed=tuple(item for item in self.disputed if wanted(item)),
        )


_Agents = TypeVar("_Agents", Scored, Frame)


def _grouped(items: Iterable[_Agents]) -> dict[int, list[_Agents]]:
    found: dict[int, list[_Agents]] = defaultdict(list)
    for item in items:
        found[item.agent_id].append(item)
    return found


CardPeers = Mapping[str, Peers | None]


#: What a scored interaction counts for in a figure; none where it has no such score.
Rated = Callable[[Scored], float | None]


def whole_score(item: Scored) -> float | None:
    """Return the score of the whole interaction."""
    return item.quality


def in_section(name: str) -> Rated:
    """Return what an interaction counts for in a section; none where the section did not apply."""
    return lambda item: item.sections.get(name)


def peers_by_card(sample: Sample, *, rated: Rated = whole_score) -> dict[str, Peers | None]:
    """Learn from all agents scored on the same card how scores spread."""
    groups: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for item in sample.scored:
        value = rated(item)
        if value is not None:
            groups[item.card][item.agent_id].append(value)
    return {card: peers_of(by_agent.values()) for card, by_agent in groups.items()}


def sample_figure(sample: Sample, *, peers: CardPeers) -> Figure:
    """The mean score of the interactions that the sample was drawn from.

    ``population`` counts the strata in which something was scored; it is none where a draw's period lies only partly in
    the stretch, or its frame is not known.
    """
    strata = strata_of(sample)
    draw_ids = sorted({stratum.draw_id for stratum in strata} or {frame.draw_id for frame in sample.frames})
    values = [value for stratum in strata for value in stratum.values]
    if not values:
        return score_figure([], population=whole_of_frames(sample), draw_ids=draw_ids)
    population = sum(stratum.population or 0 for stratum in strata) if all(s.population for s in strata) else None
    exclusions = _exclusions(sample, strata)
    if len(strata) == 1 and strata[0].whole and strata[0].has_equal_chances:
        plain = score_figure(values, population=population, peers=peers.get(strata[0].card), draw_ids=draw_ids)
        return replace(plain, exclusions=exclusions)
    return replace(_over_strata(strata, peers=peers, population=population, draw_ids=draw_ids), exclusions=exclusions)


def design_factor(sample: Sample) -> float | None:
    """Return by what the variance of one score is multiplied to give that of the mean: Σ W²·(1-n/N)/n; none without scores."""
    strata = strata_of(sample)
    if not strata:
        return None
    whole = math.fsum(stratum.weight for stratum in strata)
    return math.fsum((one.weight / whole) ** 2 * one.slack for one in strata)


def section_names(sample: Sample) -> list[str]:
    """Return the sections that were scored, in the order of their first appearance."""
    return list(dict.fromkeys(name for item in sample.scored for name in item.sections))


@dataclass(frozen=True, slots=True)
class Stratum:
    """What was scored of one stratum, and what it stands for."""

    draw_id: int
    stratum: str
    card: str
    values: tuple[float, ...]
    #: Chance of each value of having been drawn and scored; only their ratios count where all are equal.
    chances: tuple[float, ...]
    #: Interactions it stands for; none where only a part of the draw's period is asked for.
    held: float | None
    #: The same, estimated where it is not known.
    weight: float
    #: The share of the stratum's drawn ones that is asked for.
    part: float

    @property
    def whole(self) -> bool:
        return self.part == 1.0

    @property
    def population(self) -> int | None:
        """What it stands for where that was counted, not estimated."""
        return round(self.held) if self.held is not None and self.whole else None

    @property
    def has_equal_chances(self) -> bool:
        return len(set(self.chances)) == 1

    @property
    def mean(self) -> float:
        if self.has_equal_chances:
            return math.fsum(self.values) / len(self.values)
        above = math.fsum(value / chance for value, chance in zip(self.values, self.chances, strict=True))
        # Rounding must not put a mean of equal scores beside them.
        return min(max(above / math.fsum(1 / chance for chance in self.chances), min(self.values)), max(self.values))

    @property
    def slack(self) -> float:
        """What the variance of one score is multiplied by to give the variance of the mean."""
        if self.has_equal_chances:
            return _unseen(self) / len(self.values)
        squares = [(1.0 if self.held is None else 1 - chance) / chance**2 for chance in self.chances]
        return math.fsum(squares) / math.fsum(1 / chance for chance in self.chances) ** 2

    @property
    def worth(self) -> float:
        """How many scores with equal chances say as much, by L. Kish: (Σw)²/Σw²."""
        if self.has_equal_chances:
            return len(self.values)
        return math.fsum(1 / chance for chance in self.chances) ** 2 / math.fsum(
            1 / chance**2 for chance in self.chances
        )


def strata_of(sample: Sample, *, rated: Rated = whole_score) -> list[Stratum]:
    """Return the strata of which something has a score, by draw and name."""
    frames: dict[tuple[int, str], list[Frame]] = defaultdict(list)
    for frame in sample.frames:
        frames[frame.draw_id, frame.stratum].append(frame)
    scored: dict[tuple[int, str], list[Scored]] = defaultdict(list)
    for item in sample.scored:
        scored[item.draw_id, item.stratum].append(item)
    return [
        found
        for key, items in sorted(scored.items())
        if (found := _stratum(items, frames.get(key, []), stretch=sample.stretch, rated=rated)) is not None
    ]


def _stratum(items: Sequence[Scored], frames: Sequence[Frame], *, stretch: Stretch, rated: Rated) -> Stratum | None:
    pairs = [(value, item.chance) for item in items if (value := rated(item)) is not None]
    values = tuple(value for value, _chance in pairs)
    if not values:
        return None
    eligible, drawn, part = _held(frames)
    # What did not apply leaves the part of the frame that is spoken for unknown, as do half a period and a domain.
    inside = (
        eligible is not None
        and all(frame.start >= stretch.start and frame.end <= stretch.end for frame in frames)
        and len(values) == len(items) <= eligible
    )
    held = eligible * part if inside and eligible is not None else None
    share = eligible * part / max(drawn, len(values)) if eligible else 1.0
    reached = len(values) / max(drawn, len(values))
    return Stratum(
        items[0].draw_id,
        items[0].stratum,
        items[0].card,
        values,
        tuple(chance * reached for _value, chance in pairs),
        held,
        # All that it holds, also where not everything was scored yet; of a part of a period what was scored stands for its share.
        len(values) * share if held is None else held,
        part,
    )


def _held(frames: Sequence[Frame]) -> tuple[int | None, int, float]:
    """What a stratum holds, how many were drawn for those who are asked for, and their share of all that were drawn of it."""
    if not frames:
        return None, 0, 1.0
    drawn = sum(frame.drawn for frame in frames)
    of_all = frames[0].drawn_of_all
    part = drawn / of_all if of_all else 1.0
    return frames[0].eligible, drawn, part


def _over_strata(
    strata: Sequence[Stratum], *, peers: CardPeers, population: int | None, draw_ids: Sequence[int]
) -> Figure:
    whole = math.fsum(stratum.weight for stratum in strata)
    n = sum(len(stratum.values) for stratum in strata)
    shares = [(stratum, stratum.weight / whole) for stratum in strata]
    mean = min(max(math.fsum(share * stratum.mean for stratum, share in shares), 0.0), 100.0)
    spreads = _spreads(strata, peers=peers)
    # The variance of the mean, as a share of what one yes or no with this mean would have.
    slack = math.fsum(
        share**2 * stratum.slack * (spreads[stratum.card] + _moved(stratum, mean)) for stratum, share in shares
    )
    worth = math.fsum(stratum.worth for stratum in strata)
    complete = n == population
    interval = bounded_by_design(mean, slack=slack, degrees=math.inf if complete else PRIOR_DEGREES + worth - 1)
    return Figure(mean, interval.low, interval.high, n, population, interval.method, tuple(draw_ids))


def _exclusions(sample: Sample, strata: Sequence[Stratum]) -> Exclusions | None:
    """How far what was set aside could move the mean of these strata, and of those of which nothing else was drawn."""
    parts, excluded = parts_set_aside(sample, strata)
    return exclusion_bounds(parts, excluded=excluded)


def parts_set_aside(sample: Sample, strata: Sequence[Stratum]) -> tuple[list[Part], int]:
    """Return what each stratum lacks for what was set aside, and how many that were."""
    scored = {(stratum.draw_id, stratum.stratum): stratum for stratum in strata}
    frames: dict[tuple[int, str], list[Frame]] = defaultdict(list)
    for frame in sample.frames:
        frames[frame.draw_id, frame.stratum].append(frame)
    parts: list[Part] = []
    excluded = 0
    for key, found in frames.items():
        reached = math.fsum(frame.drawn_weight for frame in found)
        out = math.fsum(frame.excluded_weight for frame in found)
        stratum = scored.get(key)
        if stratum is None and (out == 0 or out < reached):
            continue
        # What an agent has of a stratum that holds others too is only known from what was drawn.
        known = found[0].eligible if found[0].drawn_of_all is None else None
        weight = stratum.weight if stratum is not None else float(known or reached)
        parts.append(Part(weight, stratum.mean if stratum is not None else None, out / reached if reached else 0.0))
        excluded += sum(frame.excluded for frame in found)
    return parts, excluded


def _spreads(strata: Iterable[Stratum], *, peers: CardPeers) -> dict[str, float]:
    by_card: dict[str, list[float]] = defaultdict(list)
    for stratum in strata:
        by_card[stratum.card] += [value / 100 for value in stratum.values]
    return {card: _spread(values, peers.get(card)) for card, values in by_card.items()}


def _spread(values: Sequence[float], peers: Peers | None) -> float:
    return 1.0 if peers is None else spread(values, mean=math.fsum(values) / len(values), peers=peers)


def _moved(stratum: Stratum, mean: float) -> float:
    """What it adds, as a share of what yes and no would have, that chance decides how many of a stratum lie in a domain."""
    unit = mean / 100
    return (1 - stratum.part) * ((stratum.mean - mean) / 100) ** 2 / (unit * (1 - unit)) if 0.0 < unit < 1.0 else 0.0


def _unseen(stratum: Stratum) -> float:
    return 1.0 if stratum.held is None else max(0.0, 1 - len(stratum.values) / stratum.held)


def whole_of_frames(sample: Sample) -> int | None:
    """Return how many interactions all frames hold; none where one of them is not known or not whole."""
    inside = {
        (frame.draw_id, frame.stratum): frame.eligible
        for frame in sample.frames
        if frame.start >= sample.stretch.start and frame.end <= sample.stretch.end
    }
    known = [count for count in inside.values() if count is not None]
    parts: dict[tuple[int, str], list[Frame]] = defaultdict(list)
    for frame in sample.frames:
        parts[frame.draw_id, frame.stratum].append(frame)
    complete = all(_held(frames)[2] == 1.0 for frames in parts.values())
    return sum(known) if known and complete and len(known) == len(inside) == len(parts) else None
