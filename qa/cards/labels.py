"""What the states of a scorecard's version are called."""

from qa.cards.models import VersionState
from qa.i18n import Text, _

VERSION_STATE_LABELS: dict[VersionState, Text] = {
    VersionState.DRAFT: _("Draft"),
    VersionState.PUBLISHED: _("In use"),
    VersionState.RETIRED: _("Retired"),
}
