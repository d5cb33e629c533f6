"""What is heard besides words, and why a word may be wrong, in words for the reader."""

from qa.i18n import Text, _
from transcribe.types import Doubt, EventKind

EVENT_LABELS: dict[EventKind, Text] = {
    EventKind.SILENCE: _("Silence"),
    EventKind.MUSIC: _("Music"),
    EventKind.TONE: _("Tone"),
    EventKind.NOISE: _("Noise"),
    EventKind.HOLD: _("On hold"),
}

HOLD_MUTED = _("On hold, muted")

DOUBT_LABELS: dict[Doubt, Text] = {
    Doubt.LOW_PROBABILITY: _("The recogniser is not sure of this word."),
    Doubt.OVERLAP: _("Two people speak at the same time."),
    Doubt.NO_SPEAKER: _("It is not known who says this."),
    Doubt.OFF_SPEECH: _("No speech was found here."),
}
