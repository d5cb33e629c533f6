"""Why something was scored: for what it says of an agent's work, or to learn about the scoring itself.

A score of the second sort, a probe, is stored as picked on purpose. Whoever asks for a kind asks here, where probes are
left out; `kind` alone does not tell.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement

from qa.evaluations.models import Evaluation, EvaluationKind, Probe


class ToldKind(StrEnum):
    """Why an interaction is evaluated, as its readers are told."""

    RANDOM = "random"
    TARGETED = "targeted"
    MYSTERY = "mystery"
    CALIBRATION = "calibration"


def of_kind(*kinds: EvaluationKind) -> ColumnElement[bool]:
    """Hold for evaluations of these kinds, and never for probes."""
    return Evaluation.kind.in_(kinds) & Evaluation.probe.is_(None)


def about_agents() -> ColumnElement[bool]:
    """Hold for evaluations of which ``is_about_agent`` is true."""
    return of_kind(EvaluationKind.RANDOM, EvaluationKind.TARGETED)


def is_about_agent(evaluation: Evaluation) -> bool:
    """Tell whether the agent is shown the evaluation and may answer it: no probe, and no visit, which has rules of its own."""
    return evaluation.probe is None and evaluation.kind is not EvaluationKind.MYSTERY


def told_kind(evaluation: Evaluation) -> ToldKind:
    """Return what its readers are told; a second score is called what the first one is, so that nobody can tell."""
    if evaluation.probe is Probe.CALIBRATION:
        return ToldKind.CALIBRATION
    return ToldKind.RANDOM if evaluation.probe is not None else ToldKind(evaluation.kind.value)


def told_as(kind: ToldKind) -> ColumnElement[bool]:
    """Hold for evaluations whose readers are told this kind."""
    if kind is ToldKind.CALIBRATION:
        return Evaluation.probe == Probe.CALIBRATION
    counted = of_kind(EvaluationKind(kind.value))
    return counted | Evaluation.probe.in_((Probe.SECOND, Probe.REPEAT)) if kind is ToldKind.RANDOM else counted
