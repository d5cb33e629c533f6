"""The catalogue of a language: every ``.po`` file of its folder, merged."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from qa.i18n.language import Language

LOCALE = Path(__file__).resolve().parents[1] / "locale"

Plural = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Translations by English message; a plural message has one text per plural form."""

    language: Language
    texts: dict[str, str] = field(default_factory=dict)
    plurals: dict[str, Plural] = field(default_factory=dict)

    def singular(self, msgid: str) -> str:
        """Return the translation, or the English message where there is none."""
        return self.texts.get(msgid, msgid)

    def plural(self, one: str, many: str, *, n: int) -> str:
        """Return the form for ``n``; English and Dutch both use the singular for exactly one."""
        forms = self.plurals.get(one, (one, many))
        return forms[0] if n == 1 else forms[1]


@cache
def catalogue(language: Language) -> Catalogue:
    """Read the language's files once per process; English needs none."""
    found = Catalogue(language)
    for path in sorted((LOCALE / language.value).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=language.value):
                if not message.id or message.fuzzy or not message.string:
                    continue
                if isinstance(message.id, str):
                    found.texts[message.id] = str(message.string)
                else:
                    found.plurals[str(message.id[0])] = tuple(str(form) for form in message.string)
    return found
