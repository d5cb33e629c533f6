"""What the states and kinds of evaluations are called."""

from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import ToldKind, told_kind
from qa.i18n import Text, _

EVALUATION_STATE_LABELS: dict[EvaluationState, Text] = {
    EvaluationState.OPEN: _("To be scored"),
    EvaluationState.SUBMITTED: _("Submitted"),
    EvaluationState.RELEASED: _("Released"),
    EvaluationState.SEEN: _("Seen by the agent"),
}


def told_state(evaluation: Evaluation, *, reader_id: int) -> EvaluationState:
    """Return the state as the reader is told it.

    To its reviewer a released score is a submitted one: a silent second score is never released, and would be known by that.
    """
    own = evaluation.reviewer_id == reader_id
    return EvaluationState.SUBMITTED if own and evaluation.state is EvaluationState.RELEASED else evaluation.state


EVALUATION_KIND_LABELS: dict[EvaluationKind, Text] = {
    EvaluationKind.RANDOM: _("Random sample"),
    EvaluationKind.TARGETED: _("Picked on purpose"),
    EvaluationKind.MYSTERY: _("Mystery visit"),
}


def kind_label(evaluation: Evaluation) -> Text:
    """Say why the interaction is evaluated, as its readers are told."""
    kind = told_kind(evaluation)
    return _("Calibration") if kind is ToldKind.CALIBRATION else EVALUATION_KIND_LABELS[EvaluationKind(kind.value)]
