"""What the causes of a retraction are called."""

from qa.i18n import Text, _
from qa.revisions.models import RetractionCause

RETRACTION_LABELS: dict[RetractionCause, Text] = {
    RetractionCause.CORRECTION: _("Corrected by the reviewer"),
    RetractionCause.DISPUTE: _("Changed after a dispute"),
}
