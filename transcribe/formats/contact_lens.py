"""The analysed file of a call that Amazon Connect Contact Lens writes: turns in milliseconds, without times of words."""

from transcribe.errors import N_, FormatError
from transcribe.formats.building import spread, transcript_of
from transcribe.formats.places import document
from transcribe.types import Role, Transcript, Turn

ROLES = {"AGENT": Role.AGENT, "CUSTOMER": Role.CUSTOMER, "SYSTEM": Role.SYSTEM}
VOICE = "VOICE"


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript with a turn for each of ``Transcript``; its speakers are named by their role where they have one.

    Raises ``FormatError`` that names the key which is missing or of another kind, and for chats, which have no times.
    """
    found = document(text, name=name)
    if found.has("Channel") and found.text("Channel") != VOICE:
        raise FormatError(
            N_("{name}: Channel is {channel}; only files of calls, with VOICE there, can be read."),
            name=name,
            channel=found.text("Channel")[:20],
        )
    parties = {
        place.text("ParticipantId"): ROLES.get(place.text("ParticipantRole"), Role.UNKNOWN)
        for place in found.each("Participants")
    }
    turns: list[Turn] = []
    for place in found.each("Transcript"):
        start_ms, end_ms = place.milliseconds("BeginOffsetMillis"), place.milliseconds("EndOffsetMillis")
        if end_ms < start_ms:
            raise place.wrong("EndOffsetMillis")
        party = place.text("ParticipantId")
        role = parties.get(party, ROLES.get(party, Role.UNKNOWN))
        words = spread(place.text("Content"), start_ms=start_ms, end_ms=end_ms)
        if words:
            turns.append(Turn(party if role is Role.UNKNOWN else role.value, role, start_ms, end_ms, words))
    told = found.text("LanguageCode") if found.has("LanguageCode") else ""
    return transcript_of(turns, language=language or told.partition("-")[0].lower(), engine="contact-lens")
