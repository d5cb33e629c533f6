"""What the outcomes of a calibration are called, and a meeting that found no answer all can live with."""

from qa.calibration.models import Outcome
from qa.i18n import Text, _

OUTCOME_LABELS: dict[Outcome, Text] = {
    Outcome.NONE: _("Nothing"),
    Outcome.WORDING: _("Clarify the wording"),
    Outcome.TRAINING: _("Train a reviewer"),
}

NO_CONSENSUS = _("No consensus")
