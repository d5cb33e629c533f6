"""What the states and kinds of evaluations are called."""

from qa.evaluations.models import EvaluationKind, EvaluationState
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
