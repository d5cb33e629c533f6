"""Phrases that a company wants to hear of, and where they were said: a list that anyone can edit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transcribe.cues import WORD, pattern_of
from transcribe.errors import N_, FormatError
from transcribe.types import Role

SHIPPED = Path(__file__).with_name("phrases.yaml")

UNREADABLE = N_(
    "The list of phrases {file} cannot be read: {reason}. Compare it with the one that comes with Steekproef."
)
WRONG = N_("The list of phrases {file} has something wrong in entry {place}: {what}.")


@dataclass(frozen=True, slots=True)
class PhraseKind:
    """Phrases that mean the same: ``name`` and ``phrases`` by language (``nl``, ``en``), said by ``role``."""

    key: str
    role: Role
    name: dict[str, str]
    phrases: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """What one party says or writes at once, word by word; ``language`` where it is another than elsewhere."""

    role: Role
    words: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A phrase that was said: which turn, and its first and last word there, counted from 0."""

    key: str
    turn: int
    first_word: int
    last_word: int


def found_in(turns: Sequence[Said], kinds: Sequence[PhraseKind], *, language: str) -> list[FoundPhrase]:
    """Return where phrases of ``kinds`` were said, in order; the first of a kind in each turn counts.

    ``language`` is that of turns which name none. Words are compared without capitals and punctuation. A language that the list does not have finds nothing.
    """
    found = []
    for number, said in enumerate(turns):
        text, places = _joined(said.words)
        spoken = (said.language or language)[:2].lower()
        for kind in kinds:
            if kind.role is not said.role:
                continue
            matches = list(_matches(kind.phrases.get(spoken, ()), text))
            if matches:
                start, end = min(matches)
                first, last = text.count(" ", 0, start + 1) - 1, text.count(" ", 0, end - 1) - 1
                found.append(FoundPhrase(kind.key, number, places[first], places[last]))
    return found


def read_phrases(path: Path = SHIPPED) -> tuple[PhraseKind, ...]:
    """Read a list of phrases. Raises ``FormatError`` that names the place which cannot be used."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FormatError(UNREADABLE, file=str(path), reason=str(error).splitlines()[0]) from error
    if not isinstance(entries, list):
        raise FormatError(UNREADABLE, file=str(path), reason="no list")
    kinds = tuple(_kind(entry, place=number, path=path) for number, entry in enumerate(entries, start=1))
    keys = [kind.key for kind in kinds]
    for place, key in enumerate(keys, start=1):
        if key in keys[: place - 1]:
            raise FormatError(WRONG, file=str(path), place=place, what=f"key: {key}")
    return kinds


def _kind(entry: Any, *, place: int, path: Path) -> PhraseKind:
    """Turn one entry of the file into a kind; every field is needed."""
    if not isinstance(entry, dict):
        raise FormatError(WRONG, file=str(path), place=place, what=repr(entry))
    for field in ("key", "role", "name", "phrases"):
        if not entry.get(field):
            raise FormatError(WRONG, file=str(path), place=place, what=f"{field}: –")
    names, phrases = entry["name"], entry["phrases"]
    if entry["role"] not in {Role.AGENT.value, Role.CUSTOMER.value}:
        raise FormatError(WRONG, file=str(path), place=place, what=f"role: {entry['role']}")
    if not isinstance(names, dict) or not {"en", "nl"} <= names.keys():
        raise FormatError(WRONG, file=str(path), place=place, what="name: en, nl")
    if not isinstance(phrases, dict) or not all(isinstance(listed, list) and listed for listed in phrases.values()):
        raise FormatError(WRONG, file=str(path), place=place, what="phrases")
    for listed in phrases.values():
        for phrase in listed:
            if not isinstance(phrase, str) or not WORD.search(phrase):
                raise FormatError(WRONG, file=str(path), place=place, what=f"phrases: {phrase!r}")
    return PhraseKind(
        str(entry["key"]),
        Role(entry["role"]),
        {language: str(name) for language, name in names.items()},
        {language: tuple(listed) for language, listed in phrases.items()},
    )


def _joined(words: Sequence[str]) -> tuple[str, list[int]]:
    """Write words as the patterns expect them, with the place in ``words`` that each written one comes from."""
    written, places = [], []
    for place, word in enumerate(words):
        for part in WORD.findall(word.lower().replace("’", "'")):
            written.append(part)
            places.append(place)
    return f" {' '.join(written)} ", places


def _matches(phrases: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    for phrase in phrases:
        found = pattern_of(_plain(phrase)).search(text)
        if found is not None:
            yield found.span()


@cache
def _plain(phrase: str) -> str:
    """Write a phrase as spoken words are written, its gaps kept."""
    return " … ".join(" ".join(WORD.findall(part.lower().replace("’", "'"))) for part in phrase.split("…"))
