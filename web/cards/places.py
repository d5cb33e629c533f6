"""Where a problem of a card stands in the designer: the part of the card, and the field in that part's form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.i18n import Language, Text, say
from scorecards.errors import Problem

#: The part that belongs to the card as a whole; the others are numbers of sections.
CARD = "card"

_SECTION = re.compile(r"sections\[(\d+)\]\.?(.*)")
_LANGUAGE = re.compile(r"-(en|nl)$")
_MEMBER = re.compile(r"^(.*?)(channels|languages|causes)-\d+$")

#: What the ends of places are called in the forms, where that is another word.
_FIELDS = (
    ("condition-criterion", "condition"),
    ("on_fail-cap", "cap"),
    ("on_fail", "effect"),
    ("pass_rule", "rule"),
    ("from", "start"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is wrong: its part, the name of its field there, and the sentence in the reader's language."""

    part: str
    field: str
    sentence: str


def told(problems: Iterable[Problem], *, language: Language) -> list[Told]:
    """Return the problems with their places; a key that is still to be made from a name is no problem yet."""
    found = []
    for problem in problems:
        part, field = place_of(problem.where)
        sentence = say(Text(problem.sentence.msgid, problem.sentence.params), language)
        found.append(Told(part, field, sentence))
    return found


def place_of(where: str) -> tuple[str, str]:
    """Return the part and the field of a place such as ``sections[2].criteria[0].name.nl``."""
    found = _SECTION.fullmatch(where)
    part, rest = (found[1], found[2]) if found else (CARD, where)
    name = rest.replace("[", "-").replace("].", "-").replace("]", "").replace(".", "-")
    name = _LANGUAGE.sub(r"_\1", name)
    name = re.sub(r"condition-options-\d+$", "condition_options", name)
    name = re.sub(r"condition-options$", "condition_options", name)
    member = _MEMBER.fullmatch(name)
    if member:
        name = member[1] + member[2]
    for end, field in _FIELDS:
        if name == end or name.endswith(f"-{end}"):
            name = name.removesuffix(end) + field
            break
    return part, name
