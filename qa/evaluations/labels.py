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


EVALUATION_KIND_LABELS: dict[EvaluationKind, Text] = {
    EvaluationKind.RANDOM: _("Random sample"),
    EvaluationKind.TARGETED: _("Picked on purpose"),
    EvaluationKind.MYSTERY: _("Mystery visit"),
}


def kind_label(evaluation: Evaluation) -> Text:
    """Say why the interaction is evaluated, as its readers are told."""
    kind = told_kind(evaluation)
    return _("Calibration") if kind is ToldKind.CALIBRATION else EVALUATION_KIND_LABELS[EvaluationKind(kind.value)]
