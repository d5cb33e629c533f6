"""What the tests of plans and draws share: people, interactions of a period, a plan."""

import itertools
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.evaluations.models import Evaluation
from qa.people.models import User
from qa.sampling import service
from qa.sampling.division import Division
from qa.sampling.frame import EVERYTHING, Population
from qa.sampling.models import Draw, Plan
from qa.sampling.period import Period, PeriodKind, parse_period
from qa.sampling.plans import PlanWish
from qa.sampling.preview import FramePreview, preview
from tests.makers import Makers

ZONE = "Europe/Amsterdam"

#: The last whole month before the tests' present moment.
OCTOBER = parse_period("2026-10", zone=ZONE)
IN_OCTOBER = datetime(2026, 10, 5, 8, tzinfo=UTC)


def entropy() -> Callable[[int], bytes]:
    """A source that gives other bytes each time, the same in every run."""
    numbers = itertools.count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def calls(make: Makers, agent: User, number: int, *, at: datetime = IN_OCTOBER, **values: object) -> None:
    """Give the agent so many calls, an hour apart."""
    for hour in range(number):
        make.interaction(agent=agent, started_at=at + timedelta(hours=hour), **values)  # type: ignore[arg-type]


def wish(
    make: Makers, *, name: str = "Every month", per_agent: int = 3, reviewers: int = 2, **values: object
) -> PlanWish:
    """Want a monthly plan with reviewers of its own."""
    given: dict[str, object] = {
        "period": PeriodKind.MONTH,
        "time_zone": ZONE,
        "scorecard_id": make.card().scorecard_id,
        "reviewer_ids": tuple(make.user(Role.REVIEWER).id for _ in range(reviewers)),
        "population": EVERYTHING,
        **values,
    }
    return PlanWish(name=name, per_agent=per_agent, **given)  # type: ignore[arg-type]


def plan(make: Makers, **values: object) -> Plan:
    """Make that plan."""
    return service.make_plan(make.act, wish(make, **values), entropy=os.urandom)  # type: ignore[arg-type]


def drawn(make: Makers, found: Plan, *, period: Period = OCTOBER) -> Draw:
    """Draw the period by the plan."""
    return service.draw_past(make.act, found, period=period, entropy=os.urandom).draw


def only(**values: object) -> Population:
    """A filter."""
    return Population(**values)  # type: ignore[arg-type]


def foreseen(make: Makers, population: Population, *, period: Period = OCTOBER, **values: object) -> FramePreview:
    """What a plan with this filter and design would find."""
    card = make.card().scorecard_id
    return preview(make.act, population, period=period, design=Division(**values), scorecard_id=card)  # type: ignore[arg-type]


def evaluations(act: Act) -> list[Evaluation]:
    """Every evaluation, in the order of its assignment."""
    return list(act.session.scalars(select(Evaluation).order_by(Evaluation.id)))


def differences(act: Act, draw: Draw) -> str:
    """What the proof of the draw finds wrong, in one line."""
    act.session.expire_all()
    found = service.verify(act, draw)
    return " ".join(str(finding.sentence) for finding in found.differences)
