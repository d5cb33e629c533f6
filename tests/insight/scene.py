"""A small company with draws and scored evaluations, made through the services so that every score is a real one."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.evaluations import service
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.models import Draw, DrawItem, DrawState, Plan, PlanReviewer, Purpose
from qa.sampling.period import Period, parse_period
from scorecards.causes import Cause
from scorecards.definition import Card, Criterion, Kind
from tests.makers import Makers

ZONE = "Europe/Amsterdam"
OCTOBER = parse_period("2026-10", zone=ZONE)
SEPTEMBER = parse_period("2026-09", zone=ZONE)


def mark(criterion: Criterion, value: int) -> Mark:
    """The option nearest to the value, with the comment, cause and evidence that a low one asks for."""
    option = min(criterion.options, key=lambda option: abs(option.value - value))
    if option.value >= 75:
        return Mark(option=option.key)
    cause = next((cause for cause in criterion.causes if cause.nature.value == "coachable"), None)
    return Mark(
        option=option.key,
        cause=cause.value if cause else None,
        comment="This can be clearer.",
        evidence=(EvidenceGiven(start_ms=8_000, end_ms=12_000, quote="I will send a new one today."),),
    )


def marks(card: Card, value: int = 100, **given: Mark) -> dict[str, Mark]:
    """A mark near the value on every criterion that is always asked; ``given`` ones as they are."""
    found = {
        criterion.key: mark(criterion, value)
        for _section, criterion in card.criteria()
        if criterion.kind is not Kind.TEXT and criterion.condition is None
    }
    return {**found, **given}


@dataclass
class Scene:
    """Makes draws, evaluations and reports in the makers' transaction."""

    make: Makers
    card: str = "phone-service"

    def __post_init__(self) -> None:
        self.reviewer = self.make.user(Role.REVIEWER, name="Rita Reviewer")
        self.supervisor = self.make.user(Role.SUPERVISOR, name="Sofie Supervisor")
        self.version: CardVersion = self.make.card(self.card)

    def draw(
        self, agents: list[User], *, period: Period = OCTOBER, eligible: int = 80, each: int = 6, plan: str = ""
    ) -> Draw:
        """A draw of so many calls of every agent in the period."""
        session, act = self.make.act.session, self.make.act
        name = plan or f"Calls by {period.kind.value}"
        kept = session.scalar(select(Plan).where(Plan.name == name)) or Plan(
            name=name,
            purpose=Purpose.DEVELOPMENT,
            period=period.kind,
            time_zone=ZONE,
            per_agent=each,
            channels=[],
            team_ids=[],
            scorecard_id=self.version.scorecard_id,
            created_at=act.now,
            reviewers=[PlanReviewer(user=self.reviewer)],
        )
        made = Draw(
            plan=kept,
            state=DrawState.DRAWN,
            starts_at=period.start,
            ends_at=period.end,
            seed="5" * 64,
            commitment="c0ffee" * 10 + "abcd",
            salt="7" * 64,
            salt_commitment="8" * 64,
            committed_at=period.start - timedelta(days=1),
            drawn_at=period.end,
            counts={f"agent-{one.id}": {"eligible": eligible, "wanted": each, "drawn": each} for one in agents},
        )
        session.add(made)
        session.flush()
        for agent in agents:
            for position in range(each):
                call = self.make.interaction(
                    agent=agent, started_at=period.start + timedelta(days=1 + position * 4, hours=9)
                )
                self.make.transcript(call)
                item = DrawItem(
                    draw_id=made.id,
                    interaction_id=call.id,
                    position=position + 1,
                    stratum=f"agent-{agent.id}",
                    u=str(position),
                    inclusion_probability=each / eligible,
                )
                session.add(item)
                session.flush()
                self.assign(call, item=item)
        return made

    def assign(
        self, call: Interaction, *, item: DrawItem | None = None, kind: EvaluationKind | None = None
    ) -> Evaluation:
        """Give a call to the reviewer."""
        return service.assign(
            self.make.act,
            call,
            reviewer=self.reviewer,
            version=self.version,
            kind=kind or (EvaluationKind.RANDOM if item else EvaluationKind.TARGETED),
            draw_item=item,
        )

    def open_ones(self, agent: User) -> list[Evaluation]:
        """The agent's evaluations that nobody has scored yet, oldest call first."""
        asked = (
            select(Evaluation)
            .join(Evaluation.interaction)
            .where(Evaluation.agent_id == agent.id, Evaluation.submitted_at.is_(None))
            .order_by(Interaction.started_at, Evaluation.id)
        )
        return list(self.make.act.session.scalars(asked))

    def submit(
        self, evaluation: Evaluation, value: int = 100, *, summary: str = "", released: bool = True, **given: Mark
    ) -> Evaluation:
        """Score an evaluation near the value and, if asked, release it."""
        mine = replace(self.make.act, actor=self.reviewer)
        card = card_of(evaluation.card_version)
        service.submit_evaluation(
            mine,
            evaluation,
            marks=marks(card, value, **given),
            summary=summary,
            revision=evaluation.revision,
        )
        if released:
            service.release(replace(self.make.act, actor=self.supervisor), evaluation)
        return evaluation

    def score_all(self, agent: User, values: list[int], *, released: bool = True) -> list[Evaluation]:
        """Score the agent's open evaluations near these values, as many as there are."""
        return [
            self.submit(evaluation, value, released=released)
            for evaluation, value in zip(self.open_ones(agent), values, strict=False)
        ]


def quoted(words: str, *, option: str = "yes", comment: str = "") -> Mark:
    """A mark whose evidence is these words, a minute into the call."""
    return Mark(
        option=option,
        comment=comment,
        cause=Cause.SKILL.value if option == "no" else None,
        evidence=(EvidenceGiven(start_ms=61_000, end_ms=64_000, quote=words),),
    )
