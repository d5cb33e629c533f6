"""What a page says of a conversation of which something was erased."""

from zoneinfo import ZoneInfo

from qa.act import Act
from qa.i18n import Language, _, say
from qa.interactions.models import Interaction


def erased_notes(act: Act, interaction: Interaction, *, language: Language) -> list[str]:
    """Say since when sound and words are gone."""
    zone = ZoneInfo(act.time_zone)
    found = []
    if interaction.erased_at is not None:
        day = interaction.erased_at.astimezone(zone).date()
        found.append(_("What was said in this conversation was erased on {day}.", day=day))
    elif interaction.sound_erased_at is not None and interaction.recordings:
        day = interaction.sound_erased_at.astimezone(zone).date()
        found.append(_("The sound of this conversation was erased on {day}.", day=day))
    return [say(text, language) for text in found]
