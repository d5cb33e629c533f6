"""The transcript of a call that Genesys Cloud gives out: phrases with their words, timed in milliseconds.

A phrase is ``internal`` (the agent, or a machine of the company) or ``external`` (the customer).
"""

from transcribe.assignment import UNKNOWN
from transcribe.formats.building import spread, transcript_of, turns_of
from transcribe.formats.places import Place, document
from transcribe.types import Role, Transcript, Turn, Word

PURPOSES = {"internal": Role.AGENT, "external": Role.CUSTOMER}
#: Greater times are moments since 1970 and not times within a recording.
MOMENT_MS = 100_000_000_000


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript with a turn for each phrase; moments are counted from the start of the conversation's transcript.

    Raises ``FormatError`` that names the key which is missing or of another kind.
    """
    found = document(text, name=name)
    parts = found.each("transcripts")
    turns: list[Turn] = []
    told = ""
    for part in parts:
        told = told or (part.text("language") if part.has("language") else "")
        for phrase in part.each("phrases"):
            turns += _turns(phrase, start=found if found.has("startTime") else part)
    return transcript_of(turns, language=language or told.partition("-")[0].lower(), engine="genesys-cloud")


def _turns(phrase: Place, *, start: Place) -> tuple[Turn, ...]:
    purpose = phrase.text("participantPurpose") if phrase.has("participantPurpose") else ""
    role = PURPOSES.get(purpose, Role.UNKNOWN)
    speaker = UNKNOWN if role is Role.UNKNOWN else role.value
    start_ms, end_ms = _times(phrase, start=start)
    key = "decoratedWords" if phrase.has("decoratedWords") else "words"
    words: list[Word] = []
    for place in phrase.each(key) if phrase.has(key) else ():
        probability = min(1.0, place.number("confidence")) if place.has("confidence") else 1.0
        begin_ms, finish_ms = _times(place, start=start)
        parts = spread(place.text("word"), start_ms=begin_ms, end_ms=finish_ms)
        words += [Word(part.text, part.start_ms, part.end_ms, probability) for part in parts]
    if not words:
        said = phrase.text("decoratedText") if phrase.has("decoratedText") else phrase.text("text")
        words = list(spread(said, start_ms=start_ms, end_ms=end_ms))
    return turns_of([(speaker, word) for word in words], roles={speaker: role})


def _times(place: Place, *, start: Place) -> tuple[int, int]:
    """Start and end within the recording."""
    start_ms = place.milliseconds("startTimeMs")
    if start_ms >= MOMENT_MS:
        begun_ms = start.milliseconds("startTime")
        if begun_ms > start_ms:
            raise place.wrong("startTimeMs")
        start_ms -= begun_ms
    return start_ms, start_ms + place.inside("duration").milliseconds("milliseconds")
