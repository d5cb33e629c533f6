"""What waits for a review meeting: evaluations under plans that hold them until they are released together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import contains_eager, joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import visible_evaluations
from qa.interactions.models import Interaction
from qa.sampling.models import Draw, DrawItem, Plan


@dataclass(frozen=True, slots=True)
class Waiting:
    """The evaluations of one plan that wait, those of the latest contacts first."""

    plan: Plan
    evaluations: tuple[Evaluation, ...]


def is_held(evaluation: Evaluation) -> bool:
    """Tell whether the evaluation was drawn under a plan that holds what is submitted until a meeting."""
    return evaluation.draw_item is not None and evaluation.draw_item.draw.plan.held_for_meeting


def waiting_for_meeting(act: Act) -> list[Waiting]:
    """Return what waits, by plan in the order of their names."""
    act.require(Permission.EVALUATION_RELEASE)
    asked = (
        visible_evaluations(act)
        .join(Evaluation.draw_item)
        .join(DrawItem.draw)
        .join(Draw.plan)
        .join(Evaluation.interaction)
        .where(Plan.held_for_meeting, Evaluation.state == EvaluationState.SUBMITTED)
        .options(
            contains_eager(Evaluation.draw_item).contains_eager(DrawItem.draw).contains_eager(Draw.plan),
            contains_eager(Evaluation.interaction),
            joinedload(Evaluation.agent),
            joinedload(Evaluation.reviewer),
        )
        .order_by(Plan.name, Interaction.started_at.desc(), Evaluation.id.desc())
    )
    return _by_plan(act.session.scalars(asked).all())


def _by_plan(evaluations: Sequence[Evaluation]) -> list[Waiting]:
    found: dict[int, list[Evaluation]] = {}
    plans: dict[int, Plan] = {}
    for evaluation in evaluations:
        if evaluation.draw_item is not None:
            plan = evaluation.draw_item.draw.plan
            plans[plan.id] = plan
            found.setdefault(plan.id, []).append(evaluation)
    return [Waiting(plans[number], tuple(rows)) for number, rows in found.items()]
