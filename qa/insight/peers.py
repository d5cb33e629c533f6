"""The scores that tell how scores of one agent spread: a bounded number, however large the company, and everywhere the same."""

from datetime import timedelta

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.insight.figures import Sample
from qa.insight.queries import COUNTED, scored_rows, told_apart
from qa.insight.stretch import Stretch
from qa.people.models import User

#: From so many agents is learnt, the same ones every time, and so many of their latest scores each.
AGENTS = 30
SCORES_EACH = 20
#: How far back scores are looked at, and how long after a period its last scores come in.
BEFORE = timedelta(weeks=26)
AFTERWARDS = timedelta(days=31)

#: Knuth's multiplier for numbers of 32 bits: strews the agents' numbers, so that who has been here longest is not taken first.
_STREWN, _ROOM = 2_654_435_761, 2**32


def read_peers(act: Act, stretch: Stretch, *, sections: bool = False) -> Sample:
    """Return the latest scores of up to ``AGENTS`` agents that came in from half a year before the stretch's end on.

    Who they are does not depend on who reads, on the page or on where the stretch begins, so that a figure has the same
    interval wherever it stands.
    """
    numbers = act.session.scalars(select(User.id).where(User.role == Role.AGENT))
    chosen = sorted(numbers, key=lambda number: number * _STREWN % _ROOM)[:AGENTS]
    place = func.row_number().over(
        partition_by=Evaluation.agent_id, order_by=(Evaluation.submitted_at.desc(), Evaluation.id.desc())
    )
    latest = (
        select(Evaluation.id, place.label("place"))
        .where(
            Evaluation.agent_id.in_(chosen),
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(COUNTED),
            Evaluation.submitted_at >= stretch.end - BEFORE,
            Evaluation.submitted_at < stretch.end + AFTERWARDS,
        )
        .subquery()
    )
    rows = scored_rows(sections=sections).where(
        Evaluation.id.in_(select(latest.c.id).where(latest.c.place <= SCORES_EACH))
    )
    counted, _disputed = told_apart(act.session.execute(rows.order_by(Evaluation.assigned_at, Evaluation.id)))
    return Sample(stretch, counted, ())
