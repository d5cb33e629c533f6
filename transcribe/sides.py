"""On which side of a pause a word lies: with the rest of its sentence.

Recognisers let a word begin where the one before it ends. What is said after a pause then often begins in the speech
before it, and how long it lies under either tells little.
"""

from collections.abc import Sequence
from dataclasses import replace

from transcribe.packing import Piece, Window
from transcribe.types import Word

#: Shorter stretches without speech are breaths inside a sentence, or cuts of what was too long.
PAUSE_MS = 300
#: What a sentence ends with, and what may close after that.
SENTENCE_ENDS = tuple(".?!…。？！")
CLOSING = "\"'”’»)]"


def on_their_side(words: Sequence[Word], window: Window, *, before: str = "") -> list[Word]:
    """Return ``words`` of ``window``, in its own time; those that lie across a pause are cut to the side of their sentence.

    A word lies across a pause where it begins in one stretch of speech and ends in the next one, which begins at least
    0.3 s later in the recording. If it begins a sentence that goes on after the pause it keeps what lies after it; if
    it ends one it keeps what lies before it. A sentence of one word, and a word inside a sentence, stay as they are.
    ``before`` is the word in front of the first one; without it the first one begins a sentence.
    """
    texts = [before or SENTENCE_ENDS[0], *(word.text for word in words)]
    found = []
    for place, word in enumerate(words):
        pause = _across(word, window)
        begins, ends = _ends_sentence(texts[place]), _ends_sentence(word.text)
        if pause and begins and not ends and _goes_on_in(pause[1], words[place + 1 : place + 2]):
            found.append(replace(word, start_ms=pause[1].at_ms))
        elif pause and ends and not begins:
            found.append(replace(word, end_ms=pause[0].end_ms))
        else:
            found.append(word)
    return found


def _across(word: Word, window: Window) -> tuple[Piece, Piece] | None:
    """The stretches on either side of the one pause that ``word`` lies across."""
    under = [piece for piece in window.pieces if piece.at_ms < word.end_ms and word.start_ms < piece.end_ms]
    if len(under) != 2 or word.start_ms < under[0].at_ms or word.end_ms > under[1].end_ms:
        return None
    one, other = under
    return (one, other) if other.source.start_ms - one.source.end_ms >= PAUSE_MS else None


def _goes_on_in(piece: Piece, following: Sequence[Word]) -> bool:
    return any(piece.at_ms <= word.start_ms < piece.end_ms for word in following)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(CLOSING).endswith(SENTENCE_ENDS)
