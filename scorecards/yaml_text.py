"""YAML as this product reads and writes it: plain data with exact numbers, without anchors, tags or repeated keys."""

import re
from decimal import Decimal

import yaml

from scorecards.errors import N_, CardFileError
from scorecards.plain import Plain

MAXIMUM_CHARACTERS = 1_000_000
MAXIMUM_DEPTH = 12
MAXIMUM_DIGITS = 20

#: What a scalar without quotes is other than text: true, false, nothing or a number; ``yes`` and dates stay words.
_RESOLVERS = [
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")),
    ("tag:yaml.org,2002:int", re.compile(r"^-?[0-9]+$"), list("-0123456789")),
    ("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789")),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["~", "n", ""]),
]
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

# libyaml reads and writes the same many times faster; PyYAML can be built without it.
_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def parse(text: str) -> Plain:
    """The data in ``text``; raises CardFileError with the line when it is not YAML of the kind described above."""
    if len(text) > MAXIMUM_CHARACTERS:
        raise CardFileError(N_("The file is larger than {number} characters."), number=MAXIMUM_CHARACTERS)
    try:
        return _Reading(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_yaml(mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise CardFileError(N_("The file holds characters that are not text.")) from error


class _Reading:
    """Makes data of the parser's events as they come, so that nothing that is refused is ever built.

    Anchors and aliases are refused, since a few lines of them unfold to gigabytes, and so are tags and nesting without end.
    """

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=_PARSER)

    def document(self) -> Plain:
        """The one document of the file."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise CardFileError(N_("The file is empty."))
        found = self._value(next(self._events), depth=0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _not_yaml(_line(after))
        return found

    def _value(self, event: yaml.Event, *, depth: int) -> Plain:
        _refuse_dangers(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth == MAXIMUM_DEPTH:
            raise CardFileError(
                N_("Line {line} is nested more than {number} deep."),
                where=f"line {_line(event)}",
                line=_line(event),
                number=MAXIMUM_DEPTH,
            )
        return self._mapping(depth + 1) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth + 1)

    def _sequence(self, depth: int) -> list[Plain]:
        found: list[Plain] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth=depth))
        return found

    def _mapping(self, depth: int) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            _refuse_dangers(event)
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise CardFileError(N_("Line {line} has a name that is not a word."), where=f"line {line}", line=line)
            if event.value in found:
                raise CardFileError(
                    N_("“{key}” stands twice in one place, again on line {line}."),
                    where=f"line {line}",
                    key=event.value[:60],
                    line=line,
                )
            found[event.value] = self._value(next(self._events), depth=depth)
        return found


def _refuse_dangers(event: yaml.Event) -> None:
    """Refuse an anchor, an alias or a tag."""
    line = _line(event)
    if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) or event.anchor is not None:
        raise CardFileError(
            N_("Line {line} uses an anchor or alias (& or *); write the text out instead."),
            where=f"line {line}",
            line=line,
        )
    if event.tag is not None:
        raise CardFileError(N_("Line {line} uses a tag (!); leave it out."), where=f"line {line}", line=line)


def _scalar(event: yaml.ScalarEvent) -> Plain:
    """What a scalar stands for; one in quotes is text, whatever it looks like."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    if len(text) > MAXIMUM_DIGITS:
        raise CardFileError(
            N_("The number on line {line} has more than {number} digits."),
            where=f"line {_line(event)}",
            line=_line(event),
            number=MAXIMUM_DIGITS,
        )
    return Decimal(text)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _not_yaml(line: int) -> CardFileError:
    return CardFileError(N_("The file is not valid YAML: see line {line}."), where=f"line {line}", line=line)


def write(plain: Plain) -> str:
    """``plain`` as YAML that ``parse`` reads back to the same data."""
    written = _written(plain, _FastDumper)
    # libyaml escapes characters beyond the first 65,536, such as emoji; people read these files.
    return _written(plain, _PlainDumper) if "\\U" in written else written


def _written(plain: Plain, dumper: "type[_FastDumper | _PlainDumper]") -> str:
    text: str = yaml.dump(plain, Dumper=dumper, allow_unicode=True, sort_keys=False, width=110)
    return text


class _NoAliases:
    """Never writes an alias for a value that occurs twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the answer is the same for all data
        return True


class _PlainDumper(_NoAliases, yaml.SafeDumper):
    """Writes exact numbers."""


class _FastDumper(_NoAliases, getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # either of two
    """Writes the same with libyaml."""


def _represent_number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


for _dumper in (_PlainDumper, _FastDumper):
    _dumper.add_representer(Decimal, _represent_number)
    for _tag, _pattern, _first in _RESOLVERS:
        _dumper.add_implicit_resolver(_tag, _pattern, _first)
