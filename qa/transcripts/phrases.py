"""Where a stored conversation holds the phrases of the company's list."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qa.i18n import Language
from qa.settings import Settings
from qa.transcripts.models import Transcript, Turn
from transcribe.phrases import SHIPPED, PhraseKind, Said, found_in, read_phrases
from transcribe.types import Role


@dataclass(frozen=True, slots=True)
class PhrasePlace:
    """Where a phrase was said: the turn, its moment in a recording, and the words."""

    turn_id: int
    start_ms: int | None
    text: str


@dataclass(frozen=True, slots=True)
class HeardPhrases:
    """One kind of phrase by its name, and every place where it was said."""

    name: str
    places: tuple[PhrasePlace, ...]


def phrases_of(settings: Settings) -> tuple[PhraseKind, ...]:
    """Return the list of the settings, or the one that is shipped.

    Raises ``FormatError`` when it cannot be used.
    """
    path = Path(settings.phrases) if settings.phrases else SHIPPED
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[PhraseKind, ...]:
    del changed  # a file that was edited is read again
    return read_phrases(path)


def heard_phrases(
    transcript: Transcript, kinds: tuple[PhraseKind, ...], *, spoken: str, reader: Language
) -> list[HeardPhrases]:
    """Return for every kind where it was said in a conversation in the language ``spoken``; names are the reader's."""
    turns = [turn for turn in transcript.turns if not turn.internal]
    words = [_words(turn) for turn in turns]
    said = [Said(Role(turn.role.value), found, turn.language or "") for turn, found in zip(turns, words, strict=True)]
    places: dict[str, list[PhrasePlace]] = {kind.key: [] for kind in kinds}
    for found in found_in(said, kinds, language=transcript.language or spoken):
        turn = turns[found.turn]
        start_ms = int(turn.words[found.first_word][1]) if turn.words else None
        text = " ".join(words[found.turn][found.first_word : found.last_word + 1])
        places[found.key].append(PhrasePlace(turn.id, start_ms, text))
    return [HeardPhrases(kind.name[reader.value], tuple(places[kind.key])) for kind in kinds]


def _words(turn: Turn) -> tuple[str, ...]:
    return tuple(str(word[0]) for word in turn.words) if turn.words else tuple(turn.text.split())
