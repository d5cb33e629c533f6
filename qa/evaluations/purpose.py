"""Why something was scored: for what it says of an agent's work, or to learn about the scoring itself.

A score of the second sort, a probe, is stored as picked on purpose. Whoever asks for a kind asks here, where probes are
left out; `kind` alone does not tell.
"""

from sqlalchemy import ColumnElement

from qa.evaluations.models import Evaluation, EvaluationKind


def of_kind(*kinds: EvaluationKind) -> ColumnElement[bool]:
    """Hold for evaluations of these kinds, and never for probes."""
    return Evaluation.kind.in_(kinds) & Evaluation.probe.is_(None)


def about_agents() -> ColumnElement[bool]:
    """Hold for evaluations of which ``is_about_agent`` is true."""
    return of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED)


def is_about_agent(evaluation: Evaluation) -> bool:
    """Tell whether the agent is shown the evaluation and may answer it: no probe, and no visit, which has rules of its own."""
    return evaluation.probe is None and evaluation.kind is not EvaluationKind.MYSTERY
