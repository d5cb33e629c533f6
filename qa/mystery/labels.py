"""What the states of visits and the kinds of attachments are called."""

from qa.i18n import Text, _
from qa.mystery.models import AttachmentKind, VisitState

VISIT_STATE_LABELS: dict[VisitState, Text] = {
    VisitState.PLANNED: _("Planned"),
    VisitState.STARTED: _("Being filled in"),
    VisitState.SUBMITTED: _("Handed in"),
    VisitState.EVALUATED: _("Checked and released"),
}

ATTACHMENT_LABELS: dict[AttachmentKind, Text] = {
    AttachmentKind.RECORDING: _("Recording"),
    AttachmentKind.PHOTO: _("Photo"),
}

#: Stands wherever results of visits are shown.
NOT_TO_DISCIPLINE = _(
    "Visits are for learning how our service is met. They are not used to discipline anyone, "
    "and are in no score of sampled interactions."
)
#: What staff are told: that visits take place, not when.
STAFF_ARE_TOLD = _("Staff know that visits take place, but not when or by whom.")
