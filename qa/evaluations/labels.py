"""What the states and kinds of evaluations are called."""

from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
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
    """Say why the interaction is evaluated; a second score is called what the first one is, so that nobody can tell."""
    if evaluation.probe is Probe.CALIBRATION:
        return _("Calibration")
    if evaluation.probe is not None:
        return EVALUATION_KIND_LABELS[EvaluationKind.RANDOM]
    return EVALUATION_KIND_LABELS[evaluation.kind]
