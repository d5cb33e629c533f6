"""What the states of disputes and their decisions are called."""

from qa.disputes.models import Decision, DisputeState
from qa.i18n import Text, _

DISPUTE_STATE_LABELS: dict[DisputeState, Text] = {
    DisputeState.OPEN: _("Waiting for a second score"),
    DisputeState.SCORED: _("Being decided"),
    DisputeState.SETTLED: _("Settled"),
    DisputeState.WITHDRAWN: _("Withdrawn"),
}

DECISION_LABELS: dict[Decision, Text] = {
    Decision.ACCEPTED: _("Accepted"),
    Decision.PARTLY: _("Partly accepted"),
    Decision.REJECTED: _("Rejected"),
}
