"""How edits are called, and how long what is typed may be."""

from qa.edits.models import EditEnding
from qa.i18n import Text, _

ENDING_LABELS: dict[EditEnding, Text] = {
    EditEnding.TAKEN_BACK: _("taken back"),
    EditEnding.HEARD: _("now heard so by the machine itself"),
}
