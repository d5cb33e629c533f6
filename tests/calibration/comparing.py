"""What the tests of second scores and calibrations start from: a draw that is scored twice, answers, a session."""

import os
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from qa.auth.roles import Role
from qa.calibration import service
from qa.calibration.models import CalibrationSession, ScorePair
from qa.calibration.service import SessionWish
from qa.cards.queries import card_of
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation
from qa.evaluations.service import submit_evaluation
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.models import Draw
from qa.sampling.service import draw_past, make_plan
from scorecards.definition import Card, Kind
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, wish


def doubled_draw(make: Makers, *, agents: int = 2, each: int = 10, percent: int = 50, reviewers: int = 3) -> Draw:
    """Draw calls of some agents, a share of which is scored twice."""
    for number in range(agents):
        calls(make, make.agent(f"Agent {number}"), each)
    plan = make_plan(
        make.act, wish(make, per_agent=each, reviewers=reviewers, double_percent=percent), entropy=os.urandom
    )
    return draw_past(make.act, plan, period=OCTOBER, entropy=os.urandom).draw


def pairs(make: Makers) -> list[ScorePair]:
    """Every interaction that is scored twice."""
    return list(make.act.session.scalars(select(ScorePair).order_by(ScorePair.id)))


def marks(card: Card, *, worst: tuple[str, ...] = ()) -> dict[str, Mark]:
    """The best mark on every criterion, the worst on those that are named."""
    found: dict[str, Mark] = {}
    for _section, criterion in card.criteria():
        if criterion.kind in {Kind.TEXT, Kind.NUMERIC} or criterion.condition is not None:
            continue
        choose = min if criterion.key in worst else max
        option = choose(criterion.options, key=lambda one: one.value)
        cause = criterion.causes[0].value if criterion.causes else "skill"
        low = criterion.key in worst
        found[criterion.key] = Mark(
            option=option.key,
            cause=cause if low else None,
            comment="Heard otherwise." if low else "",
            evidence=(EvidenceGiven(start_ms=0, end_ms=4_000),) if low else (),
        )
    return found


def submit(make: Makers, evaluation: Evaluation, *, worst: tuple[str, ...] = ()) -> None:
    """Submit with the best marks, save the worst where named."""
    given = marks(card_of(evaluation.card_version), worst=worst)
    submit_evaluation(
        replace(make.act, actor=make.act.session.get_one(User, evaluation.reviewer_id)),
        evaluation,
        marks=given,
        summary="",
        revision=evaluation.revision,
    )


def lenient_key(card: Card) -> str:
    """A criterion whose lowest mark is no critical failure."""
    return next(
        criterion.key
        for _section, criterion in card.criteria()
        if criterion.kind in {Kind.YES_NO, Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5}
        and criterion.condition is None
        and not criterion.critical
    )


def readable(make: Makers, **values: object) -> Interaction:
    """An interaction with a transcript."""
    interaction = make.interaction(**values)  # type: ignore[arg-type]
    make.transcript(interaction)
    return interaction


def session_wish(make: Makers, *, items: int = 2, reviewers: int = 2, **values: object) -> SessionWish:
    """Want a calibration of new interactions by new reviewers."""
    given: dict[str, object] = {
        "name": "November",
        "scorecard_id": make.card().scorecard_id,
        "interaction_ids": tuple(readable(make).id for _ in range(items)),
        "reviewer_ids": tuple(make.user(Role.REVIEWER).id for _ in range(reviewers)),
        "locks_at": make.act.now + timedelta(days=7),
        **values,
    }
    return SessionWish(**given)  # type: ignore[arg-type]


def opened(make: Makers, **values: object) -> CalibrationSession:
    """Open that calibration."""
    return service.open_session(make.act, session_wish(make, **values))  # type: ignore[arg-type]


def evaluations_of(session: CalibrationSession) -> list[Evaluation]:
    """Every score that the session asks for."""
    return [score.evaluation for item in session.items for score in item.scores]
