"""What the states and kinds of evaluations are called."""

from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState, Probe
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
    """Say why the interaction is evaluated; a second score is called what the first one is, so that nobody can tell."""
    if evaluation.probe is Probe.CALIBRATION:
        return _("Calibration")
    if evaluation.probe is not None:
        return EVALUATION_KIND_LABELS[EvaluationKind.RANDOM]
    return EVALUATION_KIND_LABELS[evaluation.kind]
