"""Whether a text is Dutch or English, by the small words that only one of the two uses."""

import re
from collections.abc import Iterable

_DUTCH = (
    "de het een en ik is niet dat van u je op met voor heb mijn kan naar ook maar bij om dit uw wij zijn er nog dan wel "
    "heeft wordt door aan bedankt graag goedemorgen goedemiddag"
)
_ENGLISH = (
    "the a and i not that of you my on with for have can to also but this your we are it there still then has been from "
    "thanks please hello good morning"
)
#: Words that are frequent in one language and no word, or a rare one, in the other.
_SMALL = {"nl": frozenset(_DUTCH.split()), "en": frozenset(_ENGLISH.split())}
_WORD = re.compile(r"[^\W\d_]+")
#: So many more small words of one language than of the other make it that language.
LEAST_LEAD = 2


def language_of_texts(texts: Iterable[str]) -> str:
    """Return ``nl`` or ``en``, or nothing where the words do not tell."""
    counts = dict.fromkeys(_SMALL, 0)
    for text in texts:
        for word in _WORD.findall(text.casefold()):
            for language, small in _SMALL.items():
                counts[language] += word in small
    first, second = sorted(counts, key=lambda language: -counts[language])
    return first if counts[first] - counts[second] >= LEAST_LEAD else ""
