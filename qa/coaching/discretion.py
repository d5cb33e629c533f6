"""What an agent's report does not tell: personal data of customers, and who else works there."""

import re
from collections.abc import Iterable
from functools import cached_property

from qa.i18n import Language, _, say
from qa.privacy.redaction import find_personal, redact

#: A shorter word is more often a word than a name.
SHORTEST_NAME = 3


class Discretion:
    """Hides personal data and the names of colleagues in texts that were typed or said."""

    def __init__(self, *, language: Language, own_name: str, colleagues: Iterable[str]) -> None:
        self.language = language
        own = {part.casefold() for part in own_name.split()}
        wholes = {name for name in colleagues if name.strip() and name.casefold() != own_name.casefold()}
        # Full names in any case; single names only where they are written as names.
        self._wholes = sorted(wholes, key=len, reverse=True)
        self._parts = sorted(
            {
                part
                for name in wholes
                for part in name.split()
                if len(part) >= SHORTEST_NAME and part[0].isupper() and part.casefold() not in own
            },
            key=len,
            reverse=True,
        )

    def text(self, said: str) -> str:
        """Return the text with labels in the place of what is not to be told."""
        if not said:
            return said
        hidden = redact(said, language=self.language).text
        for pattern in self._patterns:
            hidden = pattern.sub(self._label, hidden)
        return hidden

    def reference(self, reference: str, *, number: int) -> str:
        """Return what an interaction is called; a reference that holds personal data gives way to our own number."""
        # Telephone systems glue numbers to dates and names; each run of digits is looked at by itself too.
        pieces = (reference, *re.split(r"[^\d+]+", reference))
        if any(find_personal(piece) for piece in pieces) or self.text(reference) != reference:
            return say(_("interaction {number}", number=str(number)), self.language)
        return reference

    @cached_property
    def _label(self) -> str:
        return "[" + say(_("a colleague"), self.language) + "]"

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        found = []
        for names, flags in ((self._wholes, re.IGNORECASE), (self._parts, 0)):
            if names:
                either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
                found.append(re.compile(rf"(?<!\w)(?:{either})(?!\w)", flags))
        return found
