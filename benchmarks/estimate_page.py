"""How long the page of one agent's score takes when the company has scored a million interactions.

The evaluations lie in a SQLite file, or in the PostgreSQL database that STEEKPROEF_MEASURED_DATABASE names, made for the
measurement: four hundred of each agent, twenty a month, of draws stratified by agent, each with the whole computation that a
submission keeps. Agents whose pages are asked for have as many interactions besides that were never drawn. Figures: evaluations and
agents, milliseconds of the page as the browser waits for it (the median over agents, and the slowest), what of them this process
worked for it, and the same of the agent's own page and of what is read and reckoned without the page.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from qa import migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.cards.service import add_version, publish
from qa.db import Stored, make_engine, transaction
from qa.evaluations.marks import Mark, scored
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.service import computation
from qa.insight.standing import standing_of
from qa.insight.stretch import stretch_of
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.people.models import User, UserState
from qa.people.signin import open_sign_in
from qa.sampling.models import Draw, DrawItem, DrawState, Plan, Purpose
from qa.sampling.period import Period, PeriodKind, period_of, previous_period
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from scorecards.scoring import score
from scorecards.shipped import shipped_card
from web.app import create_app
from web.door import TOKEN

SIZE = 1_000_000
EACH = 400
A_MONTH = 20
MONTHS = EACH // A_MONTH
MEASURED = 20
#: Interactions of a measured agent that no draw took.
UNDRAWN = 5_000
SEED = 20_26
ROWS_AT_ONCE = 2_000
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
DATABASE = "STEEKPROEF_MEASURED_DATABASE"
#: The supervisor's and the reviewer's numbers; agents follow.
SUPERVISOR, REVIEWER = 1, 2
#: So many different computations are kept with the evaluations.
VARIETY = 200


def run(size: int = SIZE) -> dict[str, float]:
    """Fill the tables and ask for the pages."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        address = os.environ.get(DATABASE) or f"sqlite:///{place / 'million.db'}"
        settings = Settings(data_dir=place, database_url=address, secret_key="measured")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        agents = max(MEASURED, size // EACH)
        with transaction(engine) as session:
            act = Act(session, NOW, settings, LocalFolder(place / "files"))
            last = _fill_company(act, agents)
        analyse(engine)
        app = create_app(settings, clock=lambda: NOW, engine=engine)
        own = [REVIEWER + 1 + agents * at // MEASURED for at in range(MEASURED)]

        def queries(number: int) -> None:
            with transaction(engine, reading=True) as opened:
                act = Act(opened, NOW, settings, LocalFolder(place / "files"), opened.get(User, SUPERVISOR))
                standing_of(act, number, stretch_of(last))

        def page(number: int) -> None:
            assert client.get(f"/week/agents/{number}?period={last.code}").status_code == 200

        def letter(number: int) -> None:
            assert clients[number].get(f"/me?period={last.code}").status_code == 200

        with transaction(engine) as session:
            act = Act(session, NOW, settings, LocalFolder(place / "files"))
            tokens = {number: open_sign_in(act, session.get_one(User, number)) for number in (SUPERVISOR, *own)}
        clients = {number: app.test_client() for number in tokens}
        for number, token in tokens.items():
            with clients[number].session_transaction() as kept:
                kept[TOKEN] = token
        client = clients[SUPERVISOR]
        pages, alone, letters = (_milliseconds(do, own) for do in (page, queries, letter))
        engine.dispose()
    figures: dict[str, float] = {"evaluations": agents * EACH, "agents": agents}
    for name, took in (("page", pages), ("figures", alone), ("own_page", letters)):
        figures[f"{name}_ms"] = round(statistics.median(waited for waited, _worked in took), 1)
        figures[f"{name}_ms_slowest"] = round(max(waited for waited, _worked in took), 1)
        figures[f"{name}_ms_worked"] = round(statistics.median(worked for _waited, worked in took), 1)
    return figures


def _milliseconds(do: Callable[[int], None], numbers: Iterable[int]) -> list[tuple[float, float]]:
    """Do it once for each, the first time unmeasured; milliseconds waited, and worked by this process."""
    first, *others = numbers
    do(first)
    found = []
    for number in others:
        started, worked = time.perf_counter(), time.process_time()
        do(number)
        found.append((1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked)))
    return found


def _fill_company(act: Act, agents: int) -> Period:
    """Fill every table; returns the last whole month."""
    session, dice = act.session, random.Random(SEED)
    version = publish(act, add_version(act, shipped_card("phone-service")))
    fill(session, User, (person_row(number) for number in range(1, REVIEWER + agents + 1)))
    fill(session, Source, ({"name": "pbx"},))
    months = [previous_period(period_of(NOW, kind=PeriodKind.MONTH, zone=ZONE))]
    while len(months) < MONTHS:
        months.insert(0, previous_period(months[0]))
    fill(session, Plan, (plan_row(version),))
    fill(session, Draw, (draw_row(number, period, agents) for number, period in enumerate(months, start=1)))
    results = results_of(version, dice)
    source = evaluation_rows(months, agents, version, results, dice)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        for place, table in enumerate((Interaction, DrawItem, Evaluation)):
            session.execute(insert(table), [rows[place] for rows in chunk])
    number = agents * EACH
    for at in range(MEASURED):
        agent = REVIEWER + 1 + agents * at // MEASURED
        fill(
            session,
            Interaction,
            (interaction_row(number + 1 + n, agent, NOW - timedelta(hours=2 * n)) for n in range(UNDRAWN)),
        )
        number += UNDRAWN
    return months[-1]


def analyse(engine: Engine) -> None:
    """Let PostgreSQL look at how values are spread, as it does by itself within minutes; SQLite never does in the product."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def fill(session: Session, table: type[Stored], rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows, so many at a time."""
    source = iter(rows)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        session.execute(insert(table), chunk)


def person_row(number: int) -> dict[str, Any]:
    """Return a user: the supervisor, the reviewer, or an agent."""
    role = {SUPERVISOR: Role.SUPERVISOR, REVIEWER: Role.REVIEWER}.get(number, Role.AGENT)
    return {
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "role": role,
        "reference": f"a{number}" if role is Role.AGENT else None,
        "state": UserState.ACTIVE,
        "password_hash": "none",
        "created_at": NOW,
    }


def plan_row(version: CardVersion) -> dict[str, Any]:
    """Return a plan by the month."""
    return {
        "name": "Calls, every month",
        "purpose": Purpose.DEVELOPMENT,
        "period": PeriodKind.MONTH,
        "time_zone": ZONE,
        "per_agent": A_MONTH,
        "channels": [],
        "team_ids": [],
        "scorecard_id": version.scorecard_id,
        "created_at": NOW,
    }


def draw_row(number: int, period: Period, agents: int) -> dict[str, Any]:
    """Return one month's draw."""
    part = {"eligible": 400, "wanted": A_MONTH, "drawn": A_MONTH, "digest": "d" * 64}
    return {
        "plan_id": 1,
        "state": DrawState.DRAWN,
        "starts_at": period.start,
        "ends_at": period.end,
        "seed": f"{number:064x}",
        "commitment": "c" * 64,
        "salt": "5" * 64,
        "salt_commitment": "6" * 64,
        "committed_at": period.start - timedelta(days=1),
        "drawn_at": period.end,
        "counts": {f"agent-{REVIEWER + 1 + at}": part for at in range(agents)},
    }


def results_of(version: CardVersion, dice: random.Random) -> list[tuple[int, int, bool, dict[str, Any]]]:
    """Some scores of the card, each with the whole computation as a submission keeps it."""
    card, found = card_of(version), []
    for _ in range(VARIETY):
        marks = {}
        for _section, criterion in card.criteria():
            if criterion.options and criterion.condition is None:
                best_first = sorted(criterion.options, key=lambda option: -option.value)
                marks[criterion.key] = Mark(option=best_first[min(int(dice.expovariate(1.2)), len(best_first) - 1)].key)
        result = score(card, scored(marks), complete=False)
        quality = int(100 * (result.quality or 0))
        found.append((quality, int(100 * (result.final or 0)), bool(result.passed), dict(computation(card, result))))
    return found


def interaction_row(number: int, agent: int, started_at: datetime) -> dict[str, Any]:
    """Return a call."""
    return {
        "source_id": 1,
        "reference": f"call-{number}",
        "stable_key": f"{number:064x}",
        "direction": Direction.INBOUND,
        "state": InteractionState.READY,
        "channel": Channel.PHONE,
        "agent_id": agent,
        "language": "nl",
        "started_at": started_at,
        "received_at": NOW,
    }


def evaluation_rows(
    months: list[Period],
    agents: int,
    version: CardVersion,
    results: list[tuple[int, int, bool, dict[str, Any]]],
    dice: random.Random,
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Month by month, as they would come in: the interaction, its place in the draw, and its score."""
    number = 0
    for draw, period in enumerate(months, start=1):
        for at in range(agents):
            agent = REVIEWER + 1 + at
            for position in range(1, A_MONTH + 1):
                number += 1
                started_at = period.start + timedelta(days=1, hours=30 * position)
                quality, final, passed, whole = dice.choice(results)
                item = {
                    "draw_id": draw,
                    "interaction_id": number,
                    "position": position,
                    "stratum": f"agent-{agent}",
                    "u": str(number),
                    "inclusion_probability": A_MONTH / 400,
                }
                evaluation = {
                    "interaction_id": number,
                    "draw_item_id": number,
                    "kind": EvaluationKind.RANDOM,
                    "reviewer_id": REVIEWER,
                    "agent_id": agent,
                    "card_version_id": version.id,
                    "state": EvaluationState.SEEN,
                    "assigned_at": started_at + timedelta(days=1),
                    "submitted_at": started_at + timedelta(days=2),
                    "released_at": started_at + timedelta(days=3),
                    "seen_at": started_at + timedelta(days=4),
                    "quality_bp": quality,
                    "final_bp": final,
                    "passed": passed,
                    "computation": whole,
                }
                yield interaction_row(number, agent, started_at), item, evaluation
