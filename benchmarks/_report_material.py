"""A company whose reports are measured: teams, six months of drawn and scored calls, the last with words and evidence."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.cards.service import add_version, publish
from qa.evaluations.marks import Mark, scored
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, EvaluationState, Evidence
from qa.evaluations.service import computation
from qa.feedback.models import CustomerAnswer
from qa.insight.stretch import Stretch, stretch_of
from qa.interactions.kinds import AuthorRole, Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.people.models import Team, User, UserState
from qa.sampling.models import Draw, DrawItem, DrawState, Plan, Purpose
from qa.sampling.period import PeriodKind, period_of, previous_period
from qa.transcripts.models import Transcript, Turn
from scorecards.definition import Card
from scorecards.scoring import score
from scorecards.shipped import shipped_card

AGENTS, TEAMS = 60, 5
MONTHS, ELIGIBLE = 6, 80
TURNS = 40
SEED = 20_26
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
NAMES = ("Sanne", "Daan", "Noor", "Milan", "Eva", "Bram", "Lotte", "Yusuf", "Fleur", "Ruben")
SAID = "Thank you for waiting, I see that the invoice was charged twice, and I will put that right for you today."


@dataclass(frozen=True, slots=True)
class Made:
    """The agents' numbers and the month the reports are about."""

    agents: tuple[int, ...]
    stretch: Stretch


def make_company(act: Act, *, a_month: int) -> Made:
    """Fill the tables; ``a_month`` calls of each agent are drawn and scored every month."""
    session, dice, numbers = act.session, random.Random(SEED), count(1)
    version = publish(act, add_version(act, shipped_card("phone-service")))
    card = card_of(version)
    teams = [Team(name=f"Team {place + 1}") for place in range(TEAMS)]
    source = Source(name="pbx", agent_channel=0)
    session.add_all([*teams, source])
    session.flush()
    reviewer, *agents = [_person(place, teams) for place in range(AGENTS + 1)]
    session.add_all([reviewer, *agents])
    plan = Plan(
        name="Calls, every month",
        purpose=Purpose.DEVELOPMENT,
        period=PeriodKind.MONTH,
        time_zone=ZONE,
        per_agent=a_month,
        channels=[],
        team_ids=[],
        scorecard_id=version.scorecard_id,
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    months = [previous_period(period_of(NOW, kind=PeriodKind.MONTH, zone=ZONE))]
    while len(months) < MONTHS:
        months.insert(0, previous_period(months[0]))
    for period in months:
        draw = Draw(
            plan_id=plan.id,
            state=DrawState.DRAWN,
            starts_at=period.start,
            ends_at=period.end,
            seed="5" * 64,
            commitment="c" * 64,
            salt="7" * 64,
            salt_commitment="8" * 64,
            committed_at=period.start - timedelta(days=1),
            drawn_at=period.end,
            counts={f"agent-{one.id}": {"eligible": ELIGIBLE, "wanted": a_month, "drawn": a_month} for one in agents},
        )
        session.add(draw)
        session.flush()
        for agent in agents:
            for place in range(a_month):
                began = period.start + timedelta(days=1 + 4 * place, hours=9)
                number = next(numbers)
                call = _call(number, agent, source, began)
                session.add(call)
                session.flush()
                item = DrawItem(
                    draw_id=draw.id,
                    interaction_id=call.id,
                    position=place + 1,
                    stratum=f"agent-{agent.id}",
                    u=str(place),
                    inclusion_probability=a_month / ELIGIBLE,
                )
                turns = _transcript(session, call, dice) if period is months[-1] else []
                session.add(item)
                if number % 3 == 0:
                    session.add(_answer_of(call, dice))
                session.flush()
                session.add(_evaluation(card, version.id, item, call, reviewer, turns=turns, dice=dice))
        session.flush()
    found = tuple(session.scalars(select(User.id).where(User.role == Role.AGENT).order_by(User.id)))
    return Made(found, stretch_of(months[-1]))


def _person(place: int, teams: list[Team]) -> User:
    return User(
        name=f"{NAMES[place % len(NAMES)]} de Vries-{place}",
        email=f"person{place}@example.org",
        role=Role.AGENT if place else Role.REVIEWER,
        reference=f"a{place}" if place else None,
        team_id=teams[place % TEAMS].id if place else None,
        state=UserState.ACTIVE,
        password_hash="none",
        created_at=NOW,
    )


def _call(number: int, agent: User, source: Source, began: datetime) -> Interaction:
    return Interaction(
        source_id=source.id,
        reference=f"call-{number}",
        stable_key=f"{number:064x}",
        direction=Direction.INBOUND,
        state=InteractionState.READY,
        channel=Channel.PHONE,
        agent_id=agent.id,
        team_id=agent.team_id,
        language="en",
        started_at=began,
        received_at=NOW,
        duration_ms=TURNS * 4_000,
    )


def _transcript(session: Session, call: Interaction, dice: random.Random) -> list[Turn]:
    made = Transcript(
        interaction_id=call.id,
        language="en",
        engine="openai-whisper",
        model="demo-voice",
        warnings=[],
        events=[],
        created_at=NOW,
    )
    words = SAID.split()
    for place in range(TURNS):
        said = words[dice.randrange(4) :]
        began = 4_000 * place
        made.turns.append(
            Turn(
                position=place,
                role=AuthorRole.AGENT if place % 2 else AuthorRole.CUSTOMER,
                text=" ".join(said),
                start_ms=began,
                end_ms=began + 3_500,
                words=[[word, began + 150 * at, began + 150 * at + 140, 0.9, []] for at, word in enumerate(said)],
            )
        )
    session.add(made)
    session.flush()
    return made.turns


def _evaluation(
    card: Card,
    version_id: int,
    item: DrawItem,
    call: Interaction,
    reviewer: User,
    *,
    turns: list[Turn],
    dice: random.Random,
) -> Evaluation:
    marks = dict(_marks(card, dice))
    result = score(card, scored(marks), complete=False)
    submitted = call.started_at + timedelta(days=2)
    return Evaluation(
        interaction_id=call.id,
        draw_item_id=item.id,
        kind=EvaluationKind.RANDOM,
        reviewer_id=reviewer.id,
        agent_id=call.agent_id,
        card_version_id=version_id,
        state=EvaluationState.SEEN,
        assigned_at=submitted - timedelta(days=1),
        submitted_at=submitted,
        released_at=submitted,
        seen_at=submitted,
        quality_bp=int(100 * (result.quality or 0)),
        final_bp=int(100 * (result.final or 0)),
        passed=result.passed,
        computation=dict(computation(card, result)),
        answers=[_answer(key, mark, turns, dice) for key, mark in marks.items()] if turns else [],
        summary="A calm conversation; the customer was told what would happen next." if turns else "",
        agent_comment="",
    )


def _marks(card: Card, dice: random.Random) -> Iterable[tuple[str, Mark]]:
    for _section, criterion in card.criteria():
        if criterion.options:
            best_first = sorted(criterion.options, key=lambda option: -option.value)
            option = best_first[min(int(dice.expovariate(1.2)), len(best_first) - 1)]
            low = option.value < 75
            cause = dice.choice(criterion.causes).value if low and criterion.causes else None
            yield criterion.key, Mark(option=option.key, cause=cause, comment="This can be clearer." if low else "")


def _answer(key: str, mark: Mark, turns: list[Turn], dice: random.Random) -> Answer:
    turn = dice.choice(turns)
    evidence = Evidence(
        turn_id=turn.id, first_word=0, last_word=5, quote=turn.text, start_ms=turn.start_ms, end_ms=turn.end_ms
    )
    return Answer(
        criterion=key,
        option=mark.option,
        cause=mark.cause,
        comment=mark.comment,
        evidence=[evidence] if dice.random() < 0.5 or mark.cause else [],
    )


def _answer_of(call: Interaction, dice: random.Random) -> CustomerAnswer:
    stars = dice.randrange(3, 6)
    return CustomerAnswer(
        source_id=call.source_id,
        external_id=call.reference,
        reference=call.reference,
        interaction_id=call.id,
        received_at=NOW,
        invited=True,
        answered_at=call.started_at + timedelta(days=1),
        csat_given=str(stars),
        csat_lowest=1,
        csat_highest=5,
        csat_bp=2_500 * (stars - 1),
        nps=dice.randrange(11),
        resolved=dice.random() < 0.8,
        comment="She took the time to look it up.",
        language="en",
    )
