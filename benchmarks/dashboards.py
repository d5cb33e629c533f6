"""How long dashboards take when the company holds a million interactions, a fifth of them drawn and scored.

The company lies in a SQLite file, or in the PostgreSQL database that STEEKPROEF_MEASURED_DATABASE names, made for the
measurement: twenty months, twenty drawn interactions of each agent a month, four others for each of them, agents in twenty-five
teams, forty reviewers, customers who were asked about every tenth. The newest draw is small and counted as pages open; the
others are kept by the hourly job, which is measured too. Of each agent a coaching session was held every quarter. Figures: how much there is, and of each page milliseconds as the
browser waits for it (the median of several, and the slowest), what of them this process worked, and its queries.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert

from benchmarks.estimate_page import (
    DATABASE,
    EACH,
    MONTHS,
    NOW,
    REVIEWER,
    ROWS_AT_ONCE,
    SEED,
    SUPERVISOR,
    ZONE,
    analyse,
    draw_row,
    evaluation_rows,
    fill,
    interaction_row,
    person_row,
    plan_row,
    results_of,
)
from qa import handlers, migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.cards.service import add_version, publish
from qa.db import make_engine, transaction
from qa.evaluations.models import Answer, Evaluation
from qa.feedback.models import CustomerAnswer
from qa.insight.handler import count_figures
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction, Source
from qa.jobs.work import Bench, Work
from qa.people.models import Team, User
from qa.people.signin import open_sign_in
from qa.sampling.models import Draw, DrawItem, Plan
from qa.sampling.period import Period, PeriodKind, period_of, previous_period
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from qa.talks.models import Occasion, Talk, TalkAgent, TalkFocus, TalkKind, TalkState
from scorecards.shipped import shipped_card
from web.app import create_app
from web.door import TOKEN

SIZE = 1_000_000
#: Interactions for each one that is drawn.
FOR_EACH = 5
TEAMS, REVIEWERS = 25, 40
#: Drawn interactions of the newest draw.
NEWEST = 190
ASKED_EVERY = 10
TIMES = 15

Row = dict[str, Any]


def run(size: int = SIZE) -> dict[str, float]:
    """Fill the tables, count, and ask for the pages."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        address = os.environ.get(DATABASE) or f"sqlite:///{place / 'million.db'}"
        settings = Settings(data_dir=place, database_url=address, secret_key="measured")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        agents = max(TEAMS, size // FOR_EACH // EACH)
        with transaction(engine) as session:
            last = _Company(Act(session, NOW, settings, LocalFolder(place / "files")), agents).fill()
        analyse(engine)
        handlers.load()
        figures: dict[str, float] = {
            "interactions": agents * EACH * FOR_EACH + NEWEST,
            "evaluations": agents * EACH + NEWEST,
            "agents": agents,
        }
        started = time.perf_counter()
        figures["draws_counted"] = _count(engine, settings)
        figures["counting_s"] = round(time.perf_counter() - started, 1)
        started = time.perf_counter()
        _count(engine, settings)
        figures["counting_again_s"] = round(time.perf_counter() - started, 2)
        analyse(engine)
        client = _signed_in(engine, settings, SUPERVISOR)
        for name, path in _pages(last).items():
            figures |= _measured(client, engine, path, name=name)
        figures |= _measured(
            _signed_in(engine, settings, REVIEWER + 1), engine, f"/me?period={last.code}", name="own_page"
        )
        engine.dispose()
    return figures


def _count(engine: Engine, settings: Settings) -> int:
    """Do what the hourly job does, without its row; returns how many draws were counted."""
    bench = Bench(engine, settings, LocalFolder(settings.data_dir / "files"), lambda: NOW)
    return int((count_figures(_Quiet(bench, 0, "", {}, None)) or {})["draws"])


class _Quiet(Work):
    """Work that reports to nobody."""

    def report(self, done: int, total: int, *, step: object) -> None:
        """Say nothing."""


def _pages(last: Period) -> dict[str, str]:
    asked = f"period={last.code}"
    week = period_of(last.end - timedelta(days=3), kind=PeriodKind.WEEK, zone=ZONE).code
    return {
        "week_opened": "/week",
        "week": f"/week?{asked}",
        "week_team": f"/week?{asked}&team=7",
        "week_csv": f"/week.csv?{asked}",
        "week_pdf": f"/week.pdf?{asked}",
        "week_team_csv": f"/week.csv?{asked}&team=7",
        "week_team_pdf": f"/week.pdf?{asked}&team=7",
        "week_all_agents": f"/week?{asked}&agents=all",
        "part_of_draws": f"/week?period={week}",
        "part_of_draws_team": f"/week?period={week}&team=7",
        "agent": f"/week/agents/{REVIEWER + 1}?{asked}",
        "groups_team": f"/week/groups?{asked}&team=7",
        "validity": "/week/validity",
        "effects": "/coaching-sessions/effects",
        "effects_team": "/coaching-sessions/effects?team=7",
        "company": f"/dashboards?{asked}",
        "team": f"/dashboards?{asked}&team=7",
        "channel": f"/dashboards?{asked}&channel={Channel.CHAT.value}",
        "criteria": f"/dashboards/criteria?{asked}",
        "reviewers": f"/dashboards/reviewers?{asked}",
        "reviewer": f"/dashboards/reviewers/{REVIEWER}?{asked}",
        "criterion": f"/dashboards/criteria/phone-service/respectful?{asked}",
        "csv": f"/dashboards/figures.csv?{asked}",
    }


def _signed_in(engine: Engine, settings: Settings, number: int) -> FlaskClient:
    app = create_app(settings, clock=lambda: NOW, engine=engine)
    with transaction(engine) as session:
        act = Act(session, NOW, settings, LocalFolder(settings.data_dir / "files"))
        token = open_sign_in(act, session.get_one(User, number))
    client = app.test_client()
    with client.session_transaction() as kept:
        kept[TOKEN] = token
    return client


def _measured(client: FlaskClient, engine: Engine, path: str, *, name: str) -> dict[str, float]:
    """Ask for a page several times, the first time unmeasured."""
    queries = 0

    def note(*_given: object) -> None:
        nonlocal queries
        queries += 1

    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, (path, answer.status_code)
    waited, worked = [], []
    for _time in range(TIMES):
        started, used = time.perf_counter(), time.process_time()
        client.get(path)
        waited.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - used))
    return {
        f"{name}_ms": round(statistics.median(waited), 1),
        f"{name}_ms_slowest": round(max(waited), 1),
        f"{name}_ms_worked": round(statistics.median(worked), 1),
        f"{name}_queries": queries,
    }


class _Company:
    """Everything that is in the tables."""

    def __init__(self, act: Act, agents: int) -> None:
        self.act, self.session, self.agents = act, act.session, agents
        self.dice = random.Random(SEED)

    def fill(self) -> Period:
        """Fill every table; returns the last whole month."""
        session = self.session
        version = publish(self.act, add_version(self.act, shipped_card("phone-service")))
        fill(session, Team, ({"name": f"Team {number}"} for number in range(1, TEAMS + 1)))
        fill(session, User, (self._person(number) for number in range(1, REVIEWER + self.agents + REVIEWERS)))
        fill(session, Source, ({"name": "pbx"}, {"name": "survey"}))
        months = [previous_period(period_of(NOW, kind=PeriodKind.MONTH, zone=ZONE))]
        while len(months) < MONTHS:
            months.insert(0, previous_period(months[0]))
        fill(session, Plan, (plan_row(version), plan_row(version) | {"name": "A few more", "per_agent": 1}))
        fill(session, Draw, (draw_row(number, period, self.agents) for number, period in enumerate(months, start=1)))
        newest = draw_row(MONTHS + 1, months[-1], NEWEST) | {"plan_id": 2, "starts_at": months[-1].start}
        fill(session, Draw, (newest,))
        self._scores(version, months)
        self._newest(version, months[-1])
        self._others(months)
        self._customers()
        self._sessions(version)
        return months[-1]

    def _person(self, number: int) -> Row:
        row = person_row(number)
        if number > REVIEWER + self.agents:
            return row | {"role": Role.REVIEWER, "reference": None}
        return row | {"team_id": 1 + number % TEAMS if number > REVIEWER else None}

    def _reviewer(self, number: int) -> int:
        at = number % REVIEWERS
        return REVIEWER if at == 0 else REVIEWER + self.agents + at

    def _of_team(self, interaction: Row, number: int) -> Row:
        return interaction | {
            "team_id": 1 + interaction["agent_id"] % TEAMS,
            "channel": (Channel.PHONE, Channel.PHONE, Channel.CHAT)[number % 3],
            "duration_ms": 1000 * (60 + number * 7919 % 900),
        }

    def _scores(self, version: CardVersion, months: list[Period]) -> None:
        source = evaluation_rows(months, self.agents, version, results_of(version, self.dice), self.dice)
        number = 0
        while chunk := list(islice(source, ROWS_AT_ONCE)):
            rows = []
            for interaction, item, evaluation in chunk:
                number += 1
                rows.append(
                    (self._of_team(interaction, number), item, evaluation | {"reviewer_id": self._reviewer(number)})
                )
            for place, table in enumerate((Interaction, DrawItem, Evaluation)):
                self.session.execute(insert(table), [row[place] for row in rows])
            self._answers(version, number - len(chunk) + 1, number)

    def _answers(self, version: CardVersion, first: int, last: int) -> None:
        criteria = [
            (criterion.key, [option.key for option in criterion.options])
            for _section, criterion in card_of(version).criteria()
            if criterion.options and criterion.condition is None
        ]
        self.session.execute(
            insert(Answer),
            [
                {"evaluation_id": number, "criterion": key, "option": options[0 if self.dice.random() < 0.8 else -1]}
                for number in range(first, last + 1)
                for key, options in criteria
            ],
        )

    def _newest(self, version: CardVersion, period: Period) -> None:
        """The small draw: one of each agent."""
        first = self.agents * EACH + 1
        results = results_of(version, self.dice)
        rows = list(islice(evaluation_rows([period], NEWEST, version, results, self.dice), NEWEST * 20))[::20]
        kept: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
        for at, (interaction, item, evaluation) in enumerate(rows):
            number = first + at
            own = {"reference": f"few-{at}", "stable_key": f"few{at:061x}"}
            agent = REVIEWER + 1 + at % self.agents
            kept[0].append(self._of_team(interaction | own | {"agent_id": agent}, number))
            kept[1].append(
                item
                | {"draw_id": MONTHS + 1, "interaction_id": number, "stratum": f"agent-{agent}", "position": 1 + at}
            )
            kept[2].append(
                evaluation
                | {
                    "interaction_id": number,
                    "draw_item_id": number,
                    "agent_id": agent,
                    "reviewer_id": self._reviewer(number),
                }
            )
        for table, found in zip((Interaction, DrawItem, Evaluation), kept, strict=True):
            self.session.execute(insert(table), found)
        self._answers(version, first, first + len(rows) - 1)

    def _others(self, months: list[Period]) -> None:
        """Interactions that no draw took, evenly over all months."""
        number = self.agents * EACH + NEWEST
        total = self.agents * EACH * (FOR_EACH - 1)
        length = months[-1].end - months[0].start

        def rows() -> Iterator[Row]:
            for at in range(total):
                started_at: datetime = months[0].start + length * at / total
                agent = REVIEWER + 1 + at % self.agents
                yield self._of_team(interaction_row(number + 1 + at, agent, started_at), at)

        fill(self.session, Interaction, rows())

    def _customers(self) -> None:
        total = self.agents * EACH * FOR_EACH

        def rows() -> Iterator[Row]:
            for at, number in enumerate(range(1, total, ASKED_EVERY)):
                silent = at % 3 == 0
                csat = None if silent else 1 + at % 5
                yield {
                    "source_id": 2,
                    "external_id": str(number),
                    "reference": f"call-{number}",
                    "interaction_id": number,
                    "answered_at": None if silent else NOW - timedelta(days=1),
                    "csat_given": None if csat is None else str(csat),
                    "csat_lowest": None if csat is None else 1,
                    "csat_highest": None if csat is None else 5,
                    "csat_bp": None if csat is None else 2_500 * (csat - 1),
                    "nps": None if silent else at % 11,
                    "resolved": None if silent else at % 4 > 0,
                    "received_at": NOW - timedelta(days=1),
                }

        fill(self.session, CustomerAnswer, rows())

    def _sessions(self, version: CardVersion) -> None:
        """Of every agent a session each quarter of a year, about one criterion."""
        criteria = [one.key for _section, one in card_of(version).criteria() if one.options and one.condition is None]
        agents, quarter = range(REVIEWER + 1, REVIEWER + 1 + self.agents), timedelta(weeks=13)
        held = [(agent, NOW - timedelta(days=1 + agent % 80) - at * quarter) for agent in agents for at in range(4)]
        fill(
            self.session,
            Talk,
            (
                {
                    "kind": TalkKind.ONE_TO_ONE,
                    "state": TalkState.HELD,
                    "occasion": Occasion.REGULAR,
                    "coach_id": SUPERVISOR,
                    "planned_at": moment,
                    "held_at": moment,
                    "minutes": 30,
                    "created_at": moment,
                }
                for _agent, moment in held
            ),
        )
        numbered = list(enumerate(held, start=1))
        fill(self.session, TalkAgent, ({"talk_id": at, "agent_id": agent} for at, (agent, _moment) in numbered))
        card = version.scorecard_id
        fill(
            self.session,
            TalkFocus,
            (
                {"talk_id": at, "scorecard_id": card, "criterion": criteria[agent % len(criteria)]}
                for at, (agent, _moment) in numbered
            ),
        )
