"""Personal numbers in what people type into a transcript are hidden as in what was heard."""

import re
from collections.abc import Sequence

from qa.i18n import Language
from qa.privacy.redaction import PersonalKind, find_personal, redact
from qa.transcripts.redaction import redact_turn
from transcribe.edits import LaidTurn
from transcribe.types import Role, Turn, Word

#: A label such as [card number] is one word, with what is written against it.
_WORD = re.compile(r"(?:\[[^\[\]\n]{1,40}\]|\S)+")


def words_of(typed: str) -> list[str]:
    """Return the words of what was typed; what no database keeps is left out."""
    clean = typed.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return _WORD.findall(clean)


def masked_words(words: Sequence[str], *, kinds: frozenset[PersonalKind], language: Language) -> list[str]:
    """Return the words of a turn with labels in the place of personal numbers."""
    turn = Turn("", Role.UNKNOWN, 0, 0, tuple(Word(text, 0, 0) for text in words))
    return [word.text for word in redact_turn(turn, kinds=kinds, language=language, silenced=[]).words]


def masked_text(text: str, *, kinds: frozenset[PersonalKind], language: Language) -> str:
    """Return a sentence with labels in the place of personal numbers."""
    return redact(text, language=language, kinds=kinds).text


def shows_numbers(turns: Sequence[LaidTurn], *, kinds: frozenset[PersonalKind]) -> set[int]:
    """Return the numbers of the heard turns in which something can be read that is to be hidden."""
    found = set()
    for number in {one.heard for one in turns}:
        said = " ".join(one.turn.text for one in turns if one.heard == number)
        if find_personal(said, kinds=kinds):
            found.add(number)
    return found
