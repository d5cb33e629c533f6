"""Scorecards from YAML and to YAML without loss, and the digest that names a version."""

import hashlib
import json
import types
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import Union, get_args, get_origin, get_type_hints

from scorecards import yaml_text
from scorecards.checks import check
from scorecards.definition import Card
from scorecards.errors import N_, CardFileError, CardProblemsError, Problem, Sentence
from scorecards.plain import Plain, file_name, to_plain
from scorecards.words import LANGUAGES, Words

__all__ = ["check", "digest", "problems_in", "read_card", "read_draft", "write_card"]


def read_card(text: str) -> Card:
    """The card in a YAML text.

    Raises CardFileError when the text is no such YAML, CardProblemsError with everything that is wrong otherwise.
    """
    card, problems = _read(text)
    if card is None or problems:
        raise CardProblemsError(tuple(problems))
    return card


def read_draft(text: str) -> Card:
    """A card that ``write_card`` wrote, whether or not it can be used yet; see ``check`` for what is wrong with it."""
    reader = _Reader()
    card = reader.record(Card, yaml_text.parse(text), where="")
    if not isinstance(card, Card) or reader.problems:
        raise CardProblemsError(tuple(reader.problems))
    return card


def problems_in(text: str) -> list[Problem]:
    """Everything that is wrong with the card in a YAML text; empty when it can be used."""
    try:
        return _read(text)[1]
    except CardFileError as error:
        return [Problem(error.where, Sentence(error.msgid, error.params))]


@lru_cache(maxsize=256)
def write_card(card: Card) -> str:
    """The card as YAML; ``read_card`` gives an equal card back."""
    return yaml_text.write(dict(to_plain(card)))


@lru_cache(maxsize=256)
def digest(card: Card) -> str:
    """SHA-256, in hexadecimal, of the card as canonical JSON; equal cards have equal digests."""
    canonical = json.dumps(_canonical(dict(to_plain(card))), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(plain: Plain) -> object:
    if isinstance(plain, Decimal):
        return format(plain.normalize(), "f") if plain else "0"
    if isinstance(plain, list):
        return [_canonical(item) for item in plain]
    if isinstance(plain, dict):
        return {key: _canonical(value) for key, value in plain.items()}
    return plain


def _read(text: str) -> tuple[Card | None, list[Problem]]:
    reader = _Reader()
    card = reader.record(Card, yaml_text.parse(text), where="")
    if not isinstance(card, Card):
        return None, reader.problems
    broken = {problem.where for problem in reader.problems}
    found = [problem for problem in check(card) if not any(problem.where.startswith(place) for place in broken)]
    return card, reader.problems + found


@cache
def _hints(kind: type) -> dict[str, object]:
    """The types of the attributes; worked out once for each of the few kinds of record."""
    return get_type_hints(kind)


class _Unreadable:
    """Stands for a value that could not be read, so that reading can go on and find the other problems."""


_UNREADABLE = _Unreadable()


class _Reader:
    """Turns plain data into the records of ``definition`` by their types, and collects what does not fit."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, where: str, msgid: str, **params: object) -> _Unreadable:
        self.problems.append(Problem(where, Sentence(msgid, params)))
        return _UNREADABLE

    def record(self, kind: type, plain: Plain, *, where: str) -> object:
        """A record of the dataclass ``kind``; optional attributes that cannot be read get their default."""
        if not isinstance(plain, dict):
            return self.refuse(where, N_("Here a list of names with values is expected."))
        hints = _hints(kind)
        known = {file_name(described.name): described for described in fields(kind)}
        prefix = f"{where}." if where else ""
        for name in plain:
            if name not in known:
                self.refuse(f"{prefix}{name[:60]}", N_("“{name}” is not known here."), name=name[:60])
        values: dict[str, object] = {}
        readable = True
        for name, described in known.items():
            if name not in plain:
                if described.default is MISSING:
                    self.refuse(f"{prefix}{name}", N_("“{name}” is missing here."), name=name)
                    readable = False
                continue
            value = self.value(hints[described.name], plain[name], where=f"{prefix}{name}")
            if not isinstance(value, _Unreadable):
                values[described.name] = value
            elif described.default is MISSING:
                readable = False
        return kind(**values) if readable else _UNREADABLE

    def value(self, hint: object, plain: Plain, *, where: str) -> object:
        if get_origin(hint) in {Union, types.UnionType}:
            if plain is None:
                return None
            hint = next(option for option in get_args(hint) if option is not types.NoneType)
        if get_origin(hint) is tuple:
            return self.items(get_args(hint)[0], plain, where=where)
        if hint is Words:
            return self.words(plain, where=where)
        if isinstance(hint, type) and is_dataclass(hint):
            return self.record(hint, plain, where=where)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self.member(hint, plain, where=where)
        return self.scalar(hint, plain, where=where)

    def items(self, hint: object, plain: Plain, *, where: str) -> object:
        if not isinstance(plain, list):
            return self.refuse(where, N_("Here a list is expected."))
        found = [self.value(hint, item, where=f"{where}[{number}]") for number, item in enumerate(plain)]
        if any(isinstance(item, _Unreadable) for item in found):
            return _UNREADABLE
        return tuple(found)

    def words(self, plain: Plain, *, where: str) -> object:
        if not isinstance(plain, dict):
            return self.refuse(where, N_("A text is given in both languages: en and nl."))
        texts: dict[str, str] = {}
        for language, text in plain.items():
            if language not in LANGUAGES:
                self.refuse(f"{where}.{language[:60]}", N_("“{name}” is not known here."), name=language[:60])
            elif isinstance(text, str):
                texts[language] = text
            elif isinstance(text, Decimal):
                texts[language] = str(text)
            elif text is not None:
                self.refuse(f"{where}.{language}", N_("Here a text is expected."))
        return Words(**texts)

    def member(self, kind: type[StrEnum], plain: Plain, *, where: str) -> object:
        values = [member.value for member in kind]
        if not isinstance(plain, str) or plain not in values:
            return self.refuse(
                where, N_("“{name}” is none of: {choices}."), name=str(plain)[:60], choices=", ".join(values)
            )
        return kind(plain)

    def scalar(self, hint: object, plain: Plain, *, where: str) -> object:
        if hint is bool:
            return plain if isinstance(plain, bool) else self.refuse(where, N_("Here true or false is expected."))
        if hint is Decimal:
            return plain if isinstance(plain, Decimal) else self.refuse(where, N_("Here a number is expected."))
        if isinstance(plain, Decimal):
            return str(plain)
        return plain if isinstance(plain, str) else self.refuse(where, N_("Here a text is expected."))
