"""Phrases that recognisers write where nobody speaks: they learnt them from subtitles of films and videos."""

from dataclasses import dataclass

from transcribe.words import plain


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as small letters and digits, word by word, left out where it is less probable than ``unlikely``.

    ``named`` says that a name of some words may follow; ``alone`` that the phrase counts only between two pauses,
    because people say it inside sentences.
    """

    words: tuple[str, ...]
    unlikely: float
    named: bool = False
    alone: bool = False


#: Credits are hardly ever read aloud; what viewers are told may come from a radio in the room.
UNLIKELY_CREDIT, UNLIKELY_TO_VIEWERS = 0.75, 0.5
#: Credits of subtitles, which end in a name more often than not.
CREDITS = (
    "subtitles by",
    "subtitles made by",
    "subtitled by",
    "subtitling by",
    "captions by",
    "captioned by",
    "closed captions by",
    "transcribed by",
    "transcription by",
    "transcript by",
    "translated by the",
    "ondertitels ingediend door",
    "ondertitels door",
    "ondertiteling door",
    "ondertiteld door",
    "ondertiteling",
    "ondertitels",
    "vertaald en ondertiteld door",
    "tv gelderland",
    "copyright npo",
    "npo ondertiteling",
)
#: What viewers are told at the end.
TO_VIEWERS = (
    "thank you for watching",
    "thank you so much for watching",
    "thank you very much for watching",
    "thanks for watching",
    "thanks for watching this video",
    "please subscribe",
    "please subscribe to my channel",
    "subscribe to my channel",
    "do not forget to subscribe",
    "dont forget to subscribe",
    "like and subscribe",
    "see you in the next video",
    "see you next time",
    "bedankt voor het kijken",
    "dank u voor het kijken",
    "dank je wel voor het kijken",
    "dankjewel voor het kijken",
    "hartelijk dank voor het kijken",
    "tot de volgende video",
    "tot de volgende keer",
    "vergeet niet te abonneren",
    "abonneer je op mijn kanaal",
    "abonneren op mijn kanaal",
    "muziek speelt",
)


def _phrases() -> tuple[Phrase, ...]:
    credits_ = [Phrase(_parts(text), UNLIKELY_CREDIT, named=" " in text, alone=" " not in text) for text in CREDITS]
    return (*credits_, *(Phrase(_parts(text), UNLIKELY_TO_VIEWERS) for text in TO_VIEWERS))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(plain(part) for part in text.split())


PHRASES = _phrases()
