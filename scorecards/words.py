"""A text in both languages of the product."""

from dataclasses import dataclass

LANGUAGES = ("en", "nl")


@dataclass(frozen=True, slots=True)
class Words:
    """The same text in English and Dutch; both empty means that there is no text."""

    en: str = ""
    nl: str = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.nl)

    def in_(self, language: str) -> str:
        """The text in ``language``, such as ``nl`` or ``nl-NL``; English for any other language."""
        return self.nl if language.lower().startswith("nl") else self.en


NO_WORDS = Words()
