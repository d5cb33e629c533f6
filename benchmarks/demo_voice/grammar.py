"""The sentences of the demo voice: a small grammar of calls to customer service, in English and in Dutch."""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

LANGUAGES = ("en", "nl")

#: What is asked and told most in a call comes up most in training.
_PARTS = ("greeting", "verification", "problem", "problem", "empathy", "action", "action", "answer", "closing")
_SLOT = re.compile(r"\{(\w+)\}")
_MARKS = ".,?!"
#: Slots whose words keep their capital wherever they stand in a sentence.
_PROPER = ("name", "last_name", "title", "city", "company", "weekday", "month")
#: One text in this many is kept out of training, so that it can be measured on.
_HELD_OUT_EVERY = 20


@dataclass(frozen=True)
class Grammar:
    """The sentences of one language by the part of a call, with what fills their slots."""

    language: str
    sentences: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]

    def sentence(self, rng: random.Random, *, part: str | None = None) -> str:
        """Return a random sentence, of one part of a call where ``part`` names it."""
        return capitalised(self.filled(rng.choice(self.sentences[part or rng.choice(_PARTS)]), rng=rng))

    def filled(self, text: str, *, rng: random.Random, known: Mapping[str, str] | None = None) -> str:
        """Return ``text`` with every slot filled: from ``known`` where it has the slot, else by chance."""
        while slot := _SLOT.search(text):
            name = slot.group(1)
            value = known[name] if known and name in known else rng.choice(self.slots[name])
            text = text[: slot.start()] + value + text[slot.end() :]
        return text

    def scattered(self, rng: random.Random, *, fewest: int = 3, most: int = 12) -> str:
        """Return words of the vocabulary in no order: it teaches the voice to listen instead of to guess."""
        words = [rng.choice(self.vocabulary) for _ in range(rng.randint(fewest, most))]
        for place in range(2, len(words) - 1):
            if rng.random() < 0.08:
                words[place] += ","
        return capitalised(" ".join(words)) + "."

    def shuffled(self, rng: random.Random) -> str:
        """Return the words of a sentence in another order."""
        sentence = self.sentence(rng)
        known = set(self.vocabulary)
        words = [word.strip(_MARKS) for word in sentence.split()]
        if len(words) < 2:
            return sentence
        words = [word if word in known else word.lower() for word in words]
        rng.shuffle(words)
        return capitalised(" ".join(words)) + "."

    def can_say(self, sentence: str) -> bool:
        """Tell whether the grammar makes this very sentence."""
        return any(pattern.fullmatch(sentence) for pattern in self._patterns)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every word, in order; capitals only on names, days and months."""
        seen = set(self.words)
        for entry in self._entries():
            seen.update(word for word in (part.strip(_MARKS) for part in _SLOT.sub(" ", entry).split()) if word)
        proper = {word for slot in _PROPER for entry in self.slots.get(slot, ()) for word in entry.split()}
        plain = {word.lower() for word in seen if word[0].islower()}
        kept = (word for word in seen if not (word[0].isupper() and word.lower() in plain))
        return tuple(sorted({word if word in proper or word == "I" else word[0].lower() + word[1:] for word in kept}))

    def _entries(self) -> Iterator[str]:
        for entries in (*self.sentences.values(), *self.slots.values()):
            yield from entries

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        found: dict[str, str] = {}

        def pattern(text: str) -> str:
            pieces = _SLOT.split(text)
            return "".join(slot(piece) if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))

        def slot(name: str) -> str:
            if name not in found:
                found[name] = "(?:" + "|".join(pattern(entry) for entry in self.slots[name]) + ")"
            return found[name]

        def initial(text: str) -> str:
            # A sentence that begins with a slot begins with a capital all the same.
            return "(?i:" + pattern(text) + ")" if text.startswith("{") else pattern(text)

        return tuple(re.compile(initial(text)) for entries in self.sentences.values() for text in entries)


@cache
def grammar(language: str) -> Grammar:
    """Return the grammar of ``en`` or ``nl``; raises ``ValueError`` for any other language."""
    if language not in LANGUAGES:
        raise ValueError(f"The demo voice knows no {language!r}: take one of {', '.join(LANGUAGES)}.")
    data = yaml.safe_load((Path(__file__).parent / f"grammar_{language}.yaml").read_text(encoding="utf-8"))
    return Grammar(
        language=language,
        sentences={part: tuple(entries) for part, entries in data["sentences"].items()},
        slots={slot: tuple(str(entry) for entry in entries) for slot, entries in data["slots"].items()},
        words=tuple(data["words"].split()),
    )


def capitalised(text: str) -> str:
    """Return ``text`` with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def held_out(text: str) -> bool:
    """Tell whether ``text`` is kept out of training; short texts never are, for they cannot be avoided."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return len(text.split()) > 3 and int(digest[:8], 16) % _HELD_OUT_EVERY == 0
