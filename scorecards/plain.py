"""A card as plain mappings, lists, strings and exact numbers, in one fixed order; only what differs from the default."""

from dataclasses import MISSING, Field, fields
from decimal import Decimal
from enum import StrEnum

from scorecards.definition import Band, Card, Condition, Criterion, OnFail, Option, Section
from scorecards.words import LANGUAGES, Words

Plain = None | bool | Decimal | str | list["Plain"] | dict[str, "Plain"]

#: What an attribute is called in the file, where a shorter word reads better.
FILE_NAMES = {"allow_not_applicable": "not_applicable", "rule": "pass_rule", "start": "from"}

#: These come last, so that what belongs to the record itself stands together above them.
_LONG_LISTS = frozenset({"sections", "criteria", "options"})


def to_plain(card: Card) -> dict[str, Plain]:
    """The card as it is written to YAML."""
    return _plain_record(card)


def file_name(attribute: str) -> str:
    """What an attribute is called in the file."""
    return FILE_NAMES.get(attribute, attribute)


def _plain_record(record: Card | Section | Criterion | Option | Band | Condition | OnFail) -> dict[str, Plain]:
    plain: dict[str, Plain] = {}
    for described in sorted(fields(record), key=lambda described: described.name in _LONG_LISTS):
        value = getattr(record, described.name)
        if not _is_default(described, value):
            plain[file_name(described.name)] = _plain(value)
    return plain


def _is_default(described: Field[object], value: object) -> bool:
    return described.default is not MISSING and value == described.default


def _plain(value: object) -> Plain:
    if isinstance(value, Words):
        return {language: getattr(value, language) for language in LANGUAGES}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | Decimal | str) or value is None:
        return value
    if isinstance(value, Card | Section | Criterion | Option | Band | Condition | OnFail):
        return _plain_record(value)
    msg = f"no plain form for {type(value).__name__}"
    raise TypeError(msg)
