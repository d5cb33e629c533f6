"""What an agent's report does not tell: personal data of customers, and who else works there."""

import re
from collections import defaultdict
from collections.abc import Iterable

from qa.i18n import Language, _, say
from qa.privacy.redaction import find_personal, redact

#: A shorter word is more often a word than a name.
SHORTEST_NAME = 3

_WORDS = re.compile(r"\w+")


class Names:
    """Names of everybody who works there, found by their words, so that a text is held against few of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for name in names:
            for word in _words(name) or {""}:
                self._by_word[word].add(name)

    def near(self, text: str) -> set[str]:
        """Return the names that have a word in common with the text, and those that have no words."""
        found: set[str] = set()
        for word in (_words(text) | {""}) & self._by_word.keys():
            found |= self._by_word[word]
        return found


def _words(text: str) -> set[str]:
    """Return the words in a form that is the same for whatever a search without regard to case takes for the same."""
    folded = (word.casefold() for word in _WORDS.findall(text))
    return {
        word.replace("\N{COMBINING DOT ABOVE}", "").replace("\N{LATIN SMALL LETTER DOTLESS I}", "i") for word in folded
    }


class Discretion:
    """Hides personal data and the names of colleagues in texts that were typed or said."""

    def __init__(self, *, language: Language, own_name: str, names: Names, address: str = "") -> None:
        self.language = language
        #: Where the pages of interactions are, for the links.
        self.address = address
        self._own_name = own_name.casefold()
        self._own_words = {part.casefold() for part in own_name.split()}
        self._names = names
        self._label = "[" + say(_("a colleague"), language) + "]"

    def text(self, said: str) -> str:
        """Return the text with labels in the place of what is not to be told."""
        if not said:
            return said
        return self._without_colleagues(redact(said, language=self.language).text)

    def _without_colleagues(self, said: str) -> str:
        hidden = said
        colleagues = {name for name in self._names.near(hidden) if name.casefold() != self._own_name}
        for pattern in self._patterns(colleagues) if colleagues else ():
            hidden = pattern.sub(self._label, hidden)
        return hidden

    def reference(self, reference: str, *, number: int) -> str:
        """Return what an interaction is called; a reference that holds personal data gives way to our own number."""
        # Telephone systems glue numbers to dates and names; each run of digits is looked at by itself too.
        pieces = {reference, *re.split(r"[^\d+]+", reference)} - {""}
        if any(find_personal(piece) for piece in pieces) or self._without_colleagues(reference) != reference:
            return say(_("interaction {number}", number=str(number)), self.language)
        return reference

    def _patterns(self, colleagues: set[str]) -> list[re.Pattern[str]]:
        # Full names in any case; single names only where they are written as names.
        parts = {
            part
            for name in colleagues
            for part in name.split()
            if len(part) >= SHORTEST_NAME and part[0].isupper() and part.casefold() not in self._own_words
        }
        found = []
        for names, flags in ((colleagues, re.IGNORECASE), (parts, 0)):
            if names:
                longest_first = sorted(names, key=lambda name: (-len(name), name))
                either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
                found.append(re.compile(rf"(?<!\w)(?:{either})(?!\w)", flags))
        return found
