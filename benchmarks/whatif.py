"""How long what-if takes: 100,000 evaluations of the phone card scored again under a draft with other weights.

The evaluations lie in a SQLite file made for the measurement, under two versions of the card, each with an answer to
every criterion. Figures: evaluations and answers read, seconds for the whole, microseconds for one evaluation, and how
many of them would change.
"""

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from qa import migrate
from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.cards.service import add_version, publish
from qa.db import Stored, make_engine, transaction
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.whatif import what_if
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Source
from qa.people.models import User, UserState
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from scorecards.definition import Card, Criterion, Section
from scorecards.rescoring import Rescorer
from scorecards.shipped import shipped_card

EVALUATIONS = 100_000
AGENTS = 200
DAYS = 365
SEED = 20_26
ROWS_AT_ONCE = 5_000
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def run() -> dict[str, float]:
    """Make the history, ask what-if once, and tell what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(data_dir=place, database_url=f"sqlite:///{place / 'history.db'}", secret_key="measured")
        engine = make_engine(settings.database)
        migrate.upgrade(engine)
        with transaction(engine) as session:
            draft_id, answers = _history(Act(session, NOW, settings, LocalFolder(place / "files")))
        with transaction(engine, reading=True) as session:
            act = Act(session, NOW, settings, LocalFolder(place / "files"))
            draft = session.get_one(CardVersion, draft_id)
            started = time.perf_counter()
            found = what_if(act, draft, days=DAYS)
            seconds = time.perf_counter() - started
        engine.dispose()
    return {
        "evaluations": found.contacts,
        "answers": answers,
        "seconds": round(seconds, 2),
        "microseconds_per_evaluation": round(seconds / found.contacts * 1e6, 1),
        "changed": found.changed,
        "newly_passed": found.newly_passed,
        "newly_failed": found.newly_failed,
    }


def _history(act: Act) -> tuple[int, int]:
    """Fill the tables; returns the number of the draft and how many answers there are."""
    first = shipped_card("phone-service")
    published = []
    for card in (first, _heavier(first, Decimal(12))):
        version = add_version(act, card)
        publish(act, version)
        published.append(version)
    draft = add_version(act, _heavier(first, Decimal(25)))
    dice = random.Random(SEED)
    _fill(act.session, Source, ({"name": "pbx"},))
    people = [_person(number) for number in range(AGENTS + 1)]
    _fill(act.session, User, people)
    _fill(act.session, Interaction, (_interaction(number) for number in range(EVALUATIONS)))
    scorers = [Rescorer(card_of(version)) for version in published]
    answers = 0

    def rows() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        for number in range(1, EVALUATIONS + 1):
            at = number % len(published)
            yield _evaluation(number, published[at], scorers[at], dice)

    source = rows()
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        _fill(act.session, Evaluation, (row for row, _given in chunk))
        _fill(act.session, Answer, (answer for _row, given in chunk for answer in given))
        answers += sum(len(given) for _row, given in chunk)
    return draft.id, answers


def _heavier(card: Card, weight: Decimal) -> Card:
    """The card with another weight for the first criterion of each section."""

    def heavier(section: Section) -> Section:
        first, *others = section.criteria
        return replace(section, criteria=(replace(first, weight=weight), *others))

    return replace(card, sections=tuple(heavier(section) for section in card.sections))


def _fill(session: Session, table: type[Stored], rows: Iterable[dict[str, Any]]) -> None:
    source = iter(rows)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        session.execute(insert(table), chunk)


def _person(number: int) -> dict[str, Any]:
    role = Role.AGENT if number else Role.REVIEWER
    return {
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "role": role,
        "reference": f"a{number}" if number else None,
        "state": UserState.ACTIVE,
        "password_hash": "none",
        "created_at": NOW,
    }


def _interaction(number: int) -> dict[str, Any]:
    return {
        "source_id": 1,
        "reference": f"call-{number}",
        "stable_key": f"{number:064x}",
        "direction": Direction.INBOUND,
        "state": InteractionState.READY,
        "channel": Channel.PHONE,
        "agent_id": 2 + number % AGENTS,
        "language": "nl",
        "started_at": NOW - timedelta(days=number % DAYS),
        "received_at": NOW,
    }


def _evaluation(
    number: int, version: CardVersion, scorer: Rescorer, dice: random.Random
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    given = [_answer(number, criterion, dice) for criterion in scorer.criteria.values()]
    outcome = scorer.outcome({row["criterion"]: row["option"] for row in given if row["option"]})
    submitted_at = NOW - timedelta(days=number % DAYS)
    row = {
        "interaction_id": number,
        "kind": EvaluationKind.TARGETED,
        "reviewer_id": 1,
        "agent_id": 2 + (number - 1) % AGENTS,
        "card_version_id": version.id,
        "state": EvaluationState.SUBMITTED,
        "assigned_at": submitted_at,
        "submitted_at": submitted_at,
        "final_bp": outcome.final_bp,
        "quality_bp": outcome.final_bp,
        "passed": outcome.passed,
    }
    return row, given


def _answer(number: int, criterion: Criterion, dice: random.Random) -> dict[str, Any]:
    absent = criterion.allow_not_applicable and dice.random() < 0.2
    best_first = sorted(criterion.options, key=lambda option: -option.value)
    option = best_first[min(int(dice.expovariate(1.2)), len(best_first) - 1)]
    return {
        "evaluation_id": number,
        "criterion": criterion.key,
        "option": None if absent else option.key,
        "not_applicable": absent,
    }
