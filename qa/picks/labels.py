"""What made an interaction worth picking, in words."""

from qa.i18n import Text, _
from qa.picks.models import PickReason

PICK_REASON_LABELS: dict[PickReason, Text] = {
    PickReason.SILENCE: _("Long silence"),
    PickReason.HOLD: _("Long hold"),
    PickReason.WAIT: _("Long wait for an answer"),
    PickReason.PHRASE: _("A word or a phrase"),
    PickReason.CHOICE: _("A supervisor's choice"),
    PickReason.LOW_CSAT: _("A low rating by the customer"),
}
