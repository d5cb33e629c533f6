"""What the tests of reviewers' work start from: a drawn month, drafts, absences."""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.evaluations.models import Evaluation
from qa.evaluations.service import save_draft
from qa.people.models import User
from qa.sampling.models import Draw, Plan
from qa.sampling.service import draw_past, make_plan
from qa.workload.absence import Away, note_absence
from qa.workload.models import ReviewerAbsence
from tests.calibration.comparing import marks
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, wish


@dataclass
class Month:
    """October, drawn: agents, reviewers, the plan and its draw."""

    agents: list[User]
    reviewers: list[User]
    supervisor: User
    plan: Plan
    draw: Draw


def month(
    make: Makers, *, agents: int = 2, each: int = 4, reviewers: int = 3, percent: int = 0, pooled: bool = False
) -> Month:
    """Draw so many calls of each agent in October."""
    team = [make.agent(f"Agent {number}") for number in range(agents)]
    for agent in team:
        calls(make, agent, each)
    people = [make.user(Role.REVIEWER, name=f"Reviewer {letter}") for letter in "ABCDEFGH"[:reviewers]]
    wanted = wish(
        make, per_agent=each, reviewers=0, reviewer_ids=tuple(one.id for one in people), double_percent=percent
    )
    plan = make_plan(make.act, wanted, entropy=os.urandom)
    plan.pooled = pooled
    draw = draw_past(make.act, plan, period=OCTOBER, entropy=os.urandom).draw
    return Month(team, people, make.user(Role.SUPERVISOR, name="Sofie"), plan, draw)


def away(make: Makers, user: User, *, first: int = 0, last: int | None = 3) -> ReviewerAbsence:
    """Note an absence from so many days after today to so many days after it; none is until further notice."""
    today = date(2026, 11, 18)
    last_on = None if last is None else today + timedelta(days=last)
    return note_absence(make.act, user, Away(today + timedelta(days=first), last_on))


def begin(act: Act, evaluation: Evaluation, *, summary: str = "Begun.") -> None:
    """Save a whole card as a draft of its reviewer."""
    mine = replace(act, actor=act.session.get_one(User, evaluation.reviewer_id))
    given = marks(card_of(evaluation.card_version))
    save_draft(mine, evaluation, marks=given, summary=summary, revision=evaluation.revision)
