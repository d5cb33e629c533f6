"""A sentence that is not yet said: English message and parameters, translated when a reader is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from qa.i18n.catalogue import catalogue
from qa.i18n.formats import date_text, datetime_text, number_text
from qa.i18n.language import Language


@dataclass(frozen=True, slots=True)
class Text:
    """``msgid`` with ``{name}`` fields; ``many`` is its plural, chosen by ``params["n"]``."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)
    many: str | None = None

    def __str__(self) -> str:
        return say(self, Language.EN)


def _(msgid: str, /, **params: object) -> Text:
    """Mark a sentence for the catalogue and keep it lazy."""
    return Text(msgid, params)


def ngettext_(one: str, many: str, *, n: int, **params: object) -> Text:
    """Mark a sentence that depends on a count; ``{n}`` is the count."""
    return Text(one, {"n": n, **params}, many)


def say(text: "Text | str", language: Language) -> str:
    """Return the text in the reader's language, its parameters written as that language writes them."""
    if isinstance(text, str):
        return text
    known = catalogue(language)
    if text.many is None:
        pattern = known.singular(text.msgid)
    else:
        pattern = known.plural(text.msgid, text.many, n=int(str(text.params["n"])))
    return fill(pattern, text.params, language=language)


def fill(pattern: str, params: Mapping[str, object], *, language: Language) -> str:
    """Put the parameters into the pattern; a message without parameters may hold braces of its own."""
    if not params:
        return pattern
    return pattern.format(**{name: spoken(value, language) for name, value in params.items()})


def spoken(value: object, language: Language) -> str:
    """Return a parameter as a reader of the language writes it."""
    if isinstance(value, Text):
        return say(value, language)
    if isinstance(value, datetime):
        return datetime_text(value, language)
    if isinstance(value, date):
        return date_text(value, language)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return number_text(value, language)


def text_to_json(text: Text) -> dict[str, object]:
    """Return the text as JSON, to be kept with a job or a record and said later."""
    params = {
        name: text_to_json(value)
        if isinstance(value, Text)
        else value
        if isinstance(value, int | float | str)
        else str(value)
        for name, value in text.params.items()
    }
    kept: dict[str, object] = {"msgid": text.msgid, "params": params}
    if text.many is not None:
        kept["many"] = text.many
    return kept


def text_from_json(kept: Mapping[str, object]) -> Text:
    """Return the text kept by ``text_to_json``."""
    found = kept.get("params")
    params = {
        str(name): text_from_json(value) if isinstance(value, dict) else value
        for name, value in (found.items() if isinstance(found, dict) else ())
    }
    many = kept.get("many")
    return Text(str(kept["msgid"]), params, None if many is None else str(many))
