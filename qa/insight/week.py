"""The supervisor's week: how far the plans are, what waits, and every agent's score with what it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Permission
from qa.csv_out import csv_bytes
from qa.disputes.figures import waiting_disputes
from qa.estimate.comparisons import chance_of_difference, holm
from qa.estimate.figure import Figure
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import of_kind
from qa.i18n import Language, Text, _, say
from qa.insight.figures import peers_by_card, sample_figure
from qa.insight.queries import Progress, agents_of, plan_progress, read_sample
from qa.insight.stretch import Stretch, stretch_of
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.period import PeriodKind, period_on

#: Periods in the course over time.
PERIODS = 6
#: Chance that, over all agents together, a change is marked that is none.
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's figure of the period and of the one before; ``change`` only where chance does not explain it."""

    agent: User
    figure: Figure
    before: Figure
    change: float | None
    #: Scores of the period that are disputed and left out.
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, whatever the period."""

    to_score: int
    to_release: int
    to_transcribe: int
    failed: int
    #: Disputes that are not settled.
    disputes: int


@dataclass(frozen=True, slots=True)
class Week:
    """Everything on the page."""

    stretch: Stretch
    overall: Figure
    progress: tuple[Progress, ...]
    waiting: Waiting
    rows: tuple[AgentRow, ...]
    course: tuple[tuple[Stretch, Figure], ...]
    #: Scores of the period that are disputed and left out of its figures.
    disputed: int

    @property
    def drawn(self) -> int:
        return sum(item.drawn for item in self.progress)

    @property
    def submitted(self) -> int:
        return sum(item.submitted for item in self.progress)

    @property
    def released(self) -> int:
        return sum(item.released for item in self.progress)


def week_of(act: Act, stretch: Stretch, *, team_id: int | None = None) -> Week:
    """Put the page together; the same number of queries whatever there is."""
    act.require(Permission.OVERVIEW_SEE)
    # Of a stretch that is no single period the weeks are drawn.
    stretches = [
        stretch if stretch.period else stretch_of(period_on(stretch.last, kind=PeriodKind.WEEK, zone=stretch.zone))
    ]
    while len(stretches) < PERIODS:
        stretches.insert(0, stretches[0].before)
    earliest = min(stretches[0].first, stretch.before.first)
    everyone = read_sample(act, Stretch(earliest, stretch.last, stretch.zone))
    shown = everyone if team_id is None else everyone.of_team(team_id)
    peers = peers_by_card(everyone)
    now, before = shown.within(stretch), shown.within(stretch.before)
    numbers = {item.agent_id for item in (*now.scored, *now.disputed)} | {frame.agent_id for frame in now.frames}
    figures = [
        (
            agent,
            sample_figure(now.of_agent(agent.id), peers=peers),
            sample_figure(before.of_agent(agent.id), peers=peers),
        )
        for agent in agents_of(act, numbers)
    ]
    return Week(
        stretch=stretch,
        overall=sample_figure(now, peers=peers),
        progress=tuple(plan_progress(act, stretch, team_id=team_id)),
        waiting=_waiting(act, team_id=team_id),
        rows=tuple(_rows(figures, disputed=Counter(item.agent_id for item in now.disputed))),
        course=tuple((one, sample_figure(shown.within(one), peers=peers)) for one in stretches),
        disputed=len(now.disputed),
    )


def _rows(figures: Sequence[tuple[User, Figure, Figure]], *, disputed: Mapping[int, int]) -> list[AgentRow]:
    """Mark changes so that of all agents together there is one chance in twenty of marking one that is none."""
    chances = [chance_of_difference(now, before) for _agent, now, before in figures]
    tested = [place for place, chance in enumerate(chances) if chance is not None]
    adjusted = dict(zip(tested, holm([chances[place] or 0.0 for place in tested]), strict=True))
    return [
        AgentRow(
            agent,
            now,
            before,
            (now.value or 0.0) - (before.value or 0.0) if adjusted.get(place, 1.0) < LEVEL else None,
            disputed.get(agent.id, 0),
        )
        for place, (agent, now, before) in enumerate(figures)
    ]


def _waiting(act: Act, *, team_id: int | None) -> Waiting:
    evaluations = (
        select(Evaluation.state, func.count().label("waiting"))
        .join(Evaluation.interaction)
        .where(
            Evaluation.state.in_((EvaluationState.OPEN, EvaluationState.SUBMITTED)),
            of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED),
        )
        .group_by(Evaluation.state)
    )
    interactions = (
        select(Interaction.state, func.count().label("waiting"))
        .where(Interaction.state != InteractionState.READY)
        .group_by(Interaction.state)
    )
    if team_id is not None:
        evaluations = evaluations.where(Interaction.team_id == team_id)
        interactions = interactions.where(Interaction.team_id == team_id)
    open_ones = {row.state: row.waiting for row in act.session.execute(evaluations)}
    unread = {row.state: row.waiting for row in act.session.execute(interactions)}
    return Waiting(
        to_score=open_ones.get(EvaluationState.OPEN, 0),
        to_release=open_ones.get(EvaluationState.SUBMITTED, 0),
        to_transcribe=unread.get(InteractionState.RECEIVED, 0) + unread.get(InteractionState.TRANSCRIBING, 0),
        failed=unread.get(InteractionState.FAILED, 0),
        disputes=waiting_disputes(act, team_id=team_id),
    )


_HEADS: tuple[Text, ...] = (
    _("Agent"),
    _("Reference"),
    _("Team"),
    _("Score"),
    _("Low end of the 95% interval"),
    _("High end of the 95% interval"),
    _("n"),
    _("of"),
    _("Score before"),
    _("n before"),
    _("Change larger than chance"),
    _("Left out because disputed"),
    _("Set aside"),
    _("Score with 0 for these"),
    _("Score with 100 for these"),
)


def week_csv(week: Week, *, language: Language) -> bytes:
    """Return the agents' figures as CSV; where there are too few to say the score is left empty."""
    rows = [
        (
            row.agent.name,
            row.agent.reference,
            row.agent.team.name if row.agent.team else "",
            _point(row.figure.shown),
            _point(row.figure.low) if not row.figure.too_few else None,
            _point(row.figure.high) if not row.figure.too_few else None,
            row.figure.n,
            row.figure.population,
            _point(row.before.shown),
            row.before.n,
            _point(row.change),
            row.disputed,
            *_excluded(row.figure),
        )
        for row in week.rows
    ]
    return csv_bytes([say(head, language) for head in _HEADS], rows)


def _excluded(figure: Figure) -> tuple[int, float | None, float | None]:
    found = figure.exclusions
    if found is None or figure.too_few:
        return (found.n if found is not None else 0), None, None
    return found.n, _point(found.low), _point(found.high)


def _point(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
