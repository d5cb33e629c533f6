"""The words of rhythms."""

from qa.digests.models import Rhythm
from qa.i18n import Text, _

RHYTHM_LABELS: dict[Rhythm, Text] = {
    Rhythm.DAY: _("Every day"),
    Rhythm.WEEK: _("Every week, on Monday"),
    Rhythm.NEVER: _("Never"),
}
