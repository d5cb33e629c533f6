"""What the demo voice practises beside calls: long numbers, and known words in sentences that no call is built like."""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.demo_voice.grammar import Grammar, capitalised, grammar

#: How many digits a long number has; and how many of them are said in one breath, 0 for all.
_FEWEST_DIGITS, _MOST_DIGITS = 7, 12
_GROUPS = (0, 0, 2, 3, 3, 4)
#: Words taken together from one sentence where pieces of several are joined.
_PIECE_WORDS = (1, 2, 2, 3, 3, 4)
_LONG = "{long}"


@dataclass(frozen=True, slots=True)
class Drills:
    """Templates of one language by kind (``number``, ``free``), and the grammar whose words fill them."""

    templates: dict[str, tuple[str, ...]]
    calls: Grammar
    #: The grammar of calls with the drills' own slots beside its own.
    filling: Grammar

    def number(self, rng: random.Random) -> str:
        """Return a sentence with a number of seven to twelve digits, or with a postal code."""
        text = rng.choice(self.templates["number"])
        while _LONG in text:
            text = text.replace(_LONG, self._digits(rng), 1)
        return capitalised(self.filling.filled(text, rng=rng))

    def free(self, rng: random.Random) -> str:
        """Return known words in a sentence of another build; its grammar is often wrong, its words never new."""
        return capitalised(self.filling.filled(rng.choice(self.templates["free"]), rng=rng))

    def stitched(self, rng: random.Random) -> str:
        """Return pieces of several sentences and single words one after the other."""
        wanted, words = rng.randint(4, 14), list[str]()
        known = set(self.calls.vocabulary)
        while len(words) < wanted:
            said = (self.free(rng) if rng.random() < 0.4 else self.calls.sentence(rng)).strip(".?!").split()
            length = min(rng.choice(_PIECE_WORDS), len(said))
            first = rng.randint(0, len(said) - length)
            words += [word if word.strip(",") in known else word.lower() for word in said[first : first + length]]
            if rng.random() < 0.3:
                words.append(rng.choice(self.calls.vocabulary))
        return capitalised(" ".join(words).strip(",")) + rng.choice("...?")

    def _digits(self, rng: random.Random) -> str:
        digits = [rng.choice(self.calls.slots["digit"]) for _ in range(rng.randint(_FEWEST_DIGITS, _MOST_DIGITS))]
        size = rng.choice(_GROUPS) or len(digits)
        return ", ".join(" ".join(digits[first : first + size]) for first in range(0, len(digits), size))


@cache
def drills(language: str) -> Drills:
    """Return the drills of ``en`` or ``nl``; raises ``ValueError`` for any other language."""
    calls = grammar(language)
    data = yaml.safe_load((Path(__file__).parent / f"drills_{language}.yaml").read_text(encoding="utf-8"))
    templates = {kind: tuple(entries) for kind, entries in data["drills"].items()}
    slots = {slot: tuple(entries) for slot, entries in data["slots"].items()}
    filling = Grammar(language, sentences=templates, slots={**calls.slots, **slots}, words=calls.words)
    return Drills(templates, calls, filling)


@cache
def unseen(language: str) -> tuple[str, ...]:
    """Return the free sentences that are never taught, for measuring."""
    data = yaml.safe_load((Path(__file__).parent / "unseen.yaml").read_text(encoding="utf-8"))
    return tuple(data[language])
