"""What is heard besides words, why a word may be wrong, and why some were left out, in words for the reader."""

from qa.i18n import Text, _
from transcribe.transfers import Certainty, TransferSign
from transcribe.types import Doubt, EventKind, Reason

EVENT_LABELS: dict[EventKind, Text] = {
    EventKind.SILENCE: _("Silence"),
    EventKind.MUSIC: _("Music"),
    EventKind.TONE: _("Tone"),
    EventKind.RING_BACK: _("Ringing"),
    EventKind.DTMF: _("Keys pressed"),
    EventKind.BEEP: _("Beep"),
    EventKind.NOISE: _("Noise"),
    EventKind.HOLD: _("On hold"),
    EventKind.UNHEARD: _("Speech without words"),
    EventKind.UNRECORDED: _("Not recorded"),
}

HOLD_MUTED = _("On hold, muted")

DOUBT_LABELS: dict[Doubt, Text] = {
    Doubt.LOW_PROBABILITY: _("The recogniser is not sure of this word."),
    Doubt.OVERLAP: _("Two people speak at the same time."),
    Doubt.NO_SPEAKER: _("It is not known who says this."),
    Doubt.UNSURE_SPEAKER: _("Somebody else may have said this."),
    Doubt.OFF_SPEECH: _("No speech was found here."),
    Doubt.TOO_FAST: _("Nobody speaks this fast: the recogniser may have made this up."),
    Doubt.REPEATED: _("The recogniser repeated this without end; the repetitions were left out."),
    Doubt.PHANTOM: _("Recognisers often write this where nobody speaks."),
    Doubt.OTHER_LANGUAGE: _("This seems to be in another language than the ones that are set."),
}

REASON_LABELS: dict[Reason, Text] = {
    Reason.NO_SPEECH: _("no speech there"),
    Reason.REPEATED: _("repeated without end"),
    Reason.TOO_FAST: _("faster than anyone speaks"),
    Reason.PHANTOM: _("often written where nobody speaks"),
    Reason.ECHO: _("echo of the other party"),
}

TRANSFER_SIGN_LABELS: dict[TransferSign, Text] = {
    TransferSign.METADATA: _("told with the recording"),
    TransferSign.ANNOUNCED: _("announced"),
    TransferSign.RINGING: _("ringing"),
    TransferSign.NEW_VOICE: _("a new voice"),
}

CERTAINTY_LABELS: dict[Certainty, Text] = {
    Certainty.CERTAIN: _("certain"),
    Certainty.LIKELY: _("likely"),
    Certainty.POSSIBLE: _("possible"),
}
