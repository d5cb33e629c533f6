"""Counting draws: the sums of each team and channel, of the whole score, of sections and of criteria."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, func, select

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.db import unindexed
from qa.evaluations.models import Answer, Evaluation, EvaluationKind
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.insight.figures import Frame, Rated, Sample, Scored, in_section
from qa.insight.models import ALL_CHANNELS, ALL_TEAMS
from qa.insight.pieces import Piece, cuts_of, pieces_of, zones_of
from qa.insight.queries import COUNTED, cell_of, held_by, read_whole_draws
from qa.insight.shares import PlainAgents, agents_to_plain
from qa.insight.sums import Sums, from_plain, sums_of, to_plain
from qa.interactions.models import Interaction
from qa.sampling.models import DrawItem, ItemState

#: The score of the whole interaction, and what stands before the key of a section.
TOTAL, SECTION = "total", "section:"

#: One part of a draw: its number, the team's or ``ALL_TEAMS``, the channel or ``ALL_CHANNELS``.
Group = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of one part of a draw, beside its scores."""

    #: Interactions drawn, scored, and shown to their agents; as `qa.insight.progress.plan_progress` counts them.
    drawn: int = 0
    submitted: int = 0
    released: int = 0
    #: Scores, those that passed or did not, those that passed, those with a critical failure, those left out as disputed.
    scored: int = 0
    judged: int = 0
    passed: int = 0
    critical: int = 0
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a draw: its counts, and the sums by subject and by criterion (``card:key``)."""

    counts: Counts
    subjects: Mapping[str, tuple[Sums, ...]]
    criteria: Mapping[str, tuple[Sums, ...]]
    #: What it says of each agent, where everything is counted and nothing lies outside the draw's period.
    agents: PlainAgents | None = None
    #: The weeks and months that hold a part of it, where the agents are told.
    pieces: tuple[Piece, ...] = ()


def counts_to_plain(part: Part) -> dict[str, Any]:
    """Return counts and subjects as JSON keeps them."""
    counts = part.counts
    return {
        "counts": [getattr(counts, name) for name in counts.__slots__],
        "subjects": subjects_to_plain(part.subjects),
    }


def subjects_to_plain(subjects: Mapping[str, tuple[Sums, ...]]) -> dict[str, Any]:
    """Return sums by name as JSON keeps them."""
    return {name: [to_plain(one) for one in found] for name, found in subjects.items()}


def part_from_plain(sums: Mapping[str, Any], criteria: Mapping[str, Any] | None = None) -> Part:
    """Return the part that was kept; without ``criteria`` none are there."""
    return Part(Counts(*sums["counts"]), _subjects(sums["subjects"]), _subjects(criteria or {}))


def _subjects(plain: Mapping[str, Any]) -> dict[str, tuple[Sums, ...]]:
    return {name: tuple(from_plain(one) for one in found) for name, found in plain.items()}


def count_draws(
    act: Act,
    draw_ids: Collection[int],
    *,
    team: int | None = None,
    channel: str | None = None,
    sections: bool = True,
    criteria: bool = True,
) -> dict[Group, Part]:
    """Count these draws, in the same number of queries whatever they hold.

    All their teams and channels; or, with ``team`` and ``channel``, that part with everything, and over that channel the
    whole score of the other teams, unless criteria are what is asked for.
    """
    sample = read_whole_draws(act, draw_ids, sections=sections)
    of_channel = _drawn_by_channel(act, draw_ids)
    progress = drawn_scored_shown(act, draw_ids)
    worth = _criteria(act, draw_ids) if criteria else {}
    zones = zones_of(act, draw_ids) if channel is None else {}
    found: dict[Group, Part] = {}
    for draw_id, own in _by_draw(sample).items():
        channels = _channels(own) if channel is None else [channel]
        by_agent = channel is None and _inside(own)
        cuts = cuts_of(own.frames[0].start, own.frames[0].end, zone=zones[draw_id]) if by_agent else {}
        for one in (ALL_CHANNELS, *channels) if channel is None else channels:
            part = own if one == ALL_CHANNELS else _only_channel(own, one, of_channel)
            for number in _teams(part):
                if team not in (None, number) and criteria:
                    continue
                group = (draw_id, number, one)
                whole = number == ALL_TEAMS
                named = part if whole else part.of_team(number)
                full = team is None or number == team
                counted = _part(
                    named,
                    progress.get(group, (0, 0, 0)),
                    sections=full and sections,
                    worth=worth if full else {},
                )
                if by_agent and one == ALL_CHANNELS:
                    counted = replace(counted, agents=agents_to_plain(named), pieces=pieces_of(named, cuts))
                found[group] = counted
    return found


def _inside(sample: Sample) -> bool:
    """Whether all that was scored of one draw began in the period it was drawn for."""
    start, end = sample.frames[0].start, sample.frames[0].end
    return all(start <= item.started_at < end for item in (*sample.scored, *sample.disputed))


def _part(
    sample: Sample, progress: tuple[int, int, int], *, sections: bool, worth: Mapping[int, Mapping[str, float]]
) -> Part:
    judged = [item.passed for item in sample.scored if item.passed is not None]
    subjects = {TOTAL: tuple(sums_of(sample))}
    if sections:
        for name in dict.fromkeys(name for item in sample.scored for name in item.sections):
            subjects[SECTION + name] = tuple(sums_of(sample, rated=in_section(name)))
    return Part(
        Counts(
            *progress,
            scored=len(sample.scored),
            judged=len(judged),
            passed=sum(judged),
            critical=sum(item.critical_failed for item in sample.scored),
            disputed=len(sample.disputed),
        ),
        subjects,
        {
            name: tuple(sums_of(sample, rated=_at_criterion(name, worth)))
            for name in sorted({name for item in sample.scored for name in worth.get(item.evaluation_id, {})})
        },
    )


def _at_criterion(name: str, worth: Mapping[int, Mapping[str, float]]) -> Rated:
    return lambda item: worth[item.evaluation_id].get(name) if item.evaluation_id in worth else None


def _by_draw(sample: Sample) -> dict[int, Sample]:
    scored: dict[int, list[Scored]] = defaultdict(list)
    disputed: dict[int, list[Scored]] = defaultdict(list)
    frames: dict[int, list[Frame]] = defaultdict(list)
    for item in sample.scored:
        scored[item.draw_id].append(item)
    for item in sample.disputed:
        disputed[item.draw_id].append(item)
    for frame in sample.frames:
        frames[frame.draw_id].append(frame)
    return {
        draw_id: Sample(sample.stretch, tuple(scored[draw_id]), tuple(found), tuple(disputed[draw_id]))
        for draw_id, found in frames.items()
    }


def _teams(sample: Sample) -> list[int]:
    numbers = {frame.team_id for frame in sample.frames} | {item.team_id for item in sample.scored}
    return [ALL_TEAMS, *sorted(number for number in numbers if number is not None)]


@dataclass(slots=True)
class _Drawn:
    """What was drawn of one agent's part of a stratum over one channel, in the terms of a frame."""

    drawn: int = 0
    excluded: int = 0
    excluded_weight: float = 0.0
    drawn_weight: float = 0.0


_ByChannel = Mapping[tuple[int, str, int], Mapping[str, _Drawn]]


def _drawn_by_channel(act: Act, draw_ids: Collection[int]) -> dict[tuple[int, str, int], dict[str, _Drawn]]:
    asked = (
        held_by().add_columns(Interaction.channel).group_by(Interaction.channel).where(DrawItem.draw_id.in_(draw_ids))
    )
    found: dict[tuple[int, str, int], dict[str, _Drawn]] = defaultdict(lambda: defaultdict(_Drawn))
    for row in act.session.execute(asked):
        one = found[row.draw_id, cell_of(row.stratum, row.agent_id), row.agent_id][row.channel.value]
        one.drawn += int(row.drawn)
        one.excluded += int(row.excluded)
        one.excluded_weight += row.excluded_weight
        one.drawn_weight += row.drawn_weight
    return found


def _channels(sample: Sample) -> list[str]:
    return sorted({item.channel for item in (*sample.scored, *sample.disputed)})


def _only_channel(sample: Sample, channel: str, drawn: _ByChannel) -> Sample:
    """Return the part over one channel: a domain of every stratum that holds others too."""
    frames = []
    for frame in sample.frames:
        cell = drawn.get((frame.draw_id, cell_of(frame.stratum, frame.agent_id), frame.agent_id), {})
        one = cell.get(channel)
        if one is None:
            continue
        frames.append(
            replace(
                frame,
                drawn=one.drawn,
                drawn_of_all=frame.drawn_of_all or (frame.drawn if len(cell) > 1 else None),
                excluded=one.excluded,
                excluded_weight=one.excluded_weight,
                drawn_weight=one.drawn_weight,
            )
        )
    return replace(
        sample,
        scored=tuple(item for item in sample.scored if item.channel == channel),
        disputed=tuple(item for item in sample.disputed if item.channel == channel),
        frames=tuple(frames),
    )


def drawn_scored_shown(act: Act, draw_ids: Collection[int]) -> dict[Group, tuple[int, int, int]]:
    """Count what was drawn, scored and shown of each part; what a second reviewer scored is not counted twice."""
    best = (
        select(
            Evaluation.draw_item_id,
            func.max(case((Evaluation.state.in_(COUNTED), 1), else_=0)).label("submitted"),
            func.max(case((Evaluation.state.in_(SHOWN_TO_AGENT), 1), else_=0)).label("released"),
        )
        .join(Evaluation.draw_item)
        .where(unindexed(Evaluation.kind) == EvaluationKind.RANDOM, DrawItem.draw_id.in_(draw_ids))
        .group_by(Evaluation.draw_item_id)
        .subquery()
    )
    asked = (
        select(
            DrawItem.draw_id,
            Interaction.team_id,
            Interaction.channel,
            func.count(DrawItem.id),
            func.coalesce(func.sum(best.c.submitted), 0),
            func.coalesce(func.sum(best.c.released), 0),
        )
        .join(DrawItem.interaction)
        .outerjoin(best, best.c.draw_item_id == DrawItem.id)
        .where(DrawItem.state == ItemState.DRAWN, DrawItem.draw_id.in_(draw_ids))
        .group_by(DrawItem.draw_id, Interaction.team_id, Interaction.channel)
    )
    found: dict[Group, Counter[int]] = defaultdict(Counter)
    for draw_id, team_id, channel, *numbers in act.session.execute(asked):
        teams = (ALL_TEAMS,) if team_id is None else (ALL_TEAMS, team_id)
        for team in teams:
            for over in (ALL_CHANNELS, str(channel.value)):
                found[draw_id, team, over].update(dict(enumerate(int(number) for number in numbers)))
    return {group: (counted[0], counted[1], counted[2]) for group, counted in found.items()}


def _criteria(act: Act, draw_ids: Iterable[int]) -> dict[int, dict[str, float]]:
    """Return what was given for each criterion, by evaluation; what did not apply is left out."""
    asked = (
        select(Answer.evaluation_id, Answer.criterion, Answer.option, Evaluation.card_version_id)
        .join(Answer.evaluation)
        .join(Evaluation.draw_item)
        .where(
            unindexed(Evaluation.kind) == EvaluationKind.RANDOM,
            unindexed(Evaluation.state).in_(COUNTED),
            DrawItem.draw_id.in_(draw_ids),
            Answer.option.is_not(None),
            Answer.not_applicable.is_(False),
        )
    )
    rows = act.session.execute(asked).all()
    numbers = {row.card_version_id for row in rows}
    values: dict[tuple[int, str, str], tuple[str, float]] = {}
    for version in act.session.scalars(select(CardVersion).where(CardVersion.id.in_(numbers))):
        card = card_of(version)
        for _section, criterion in card.criteria():
            name = f"{card.key}:{criterion.key}"
            for option in criterion.options if criterion.scored else ():
                values[version.id, criterion.key, option.key] = name, float(option.value)
    worth: dict[int, dict[str, float]] = defaultdict(dict)
    for evaluation_id, criterion_key, option_key, version_id in rows:
        found = values.get((version_id, criterion_key, option_key or ""))
        if found is not None:
            worth[evaluation_id][found[0]] = found[1]
    return worth
