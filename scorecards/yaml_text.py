"""YAML as this product reads and writes it: plain data with exact numbers, without anchors, tags or repeated keys."""

import re
from decimal import Decimal

import yaml

from scorecards.errors import N_, CardFileError
from scorecards.plain import Plain

MAXIMUM_CHARACTERS = 1_000_000
MAXIMUM_DEPTH = 12
MAXIMUM_DIGITS = 20

_INTEGER = re.compile(r"^-?[0-9]+$")
_DECIMAL = re.compile(r"^-?[0-9]+\.[0-9]+$")
_BOOLEAN = re.compile(r"^(?:true|false)$")
_NULL = re.compile(r"^(?:null|~|)$")


def parse(text: str) -> Plain:
    """The data in ``text``; raises CardFileError with the line when it is not YAML of the kind described above."""
    if len(text) > MAXIMUM_CHARACTERS:
        raise CardFileError(N_("The file is larger than {number} characters."), number=MAXIMUM_CHARACTERS)
    try:
        _refuse_dangers(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise CardFileError(
            N_("The file is not valid YAML: see line {line}."), where=f"line {line}", line=line
        ) from error
    except yaml.YAMLError as error:
        raise CardFileError(N_("The file holds characters that are not text.")) from error
    if node is None:
        raise CardFileError(N_("The file is empty."))
    return _value(node)


def _refuse_dangers(text: str) -> None:
    """Refuse anchors and aliases (a few lines of them unfold to gigabytes), tags, and nesting without end."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise CardFileError(
                N_("Line {line} uses an anchor or alias (& or *); write the text out instead."),
                where=f"line {line}",
                line=line,
            )
        if getattr(event, "tag", None) is not None:
            raise CardFileError(N_("Line {line} uses a tag (!); leave it out."), where=f"line {line}", line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAXIMUM_DEPTH:
            raise CardFileError(
                N_("Line {line} is nested more than {number} deep."),
                where=f"line {line}",
                line=line,
                number=MAXIMUM_DEPTH,
            )


def _value(node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    text: str = node.value
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return text == "true"
    if node.tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}:
        if len(text) > MAXIMUM_DIGITS:
            line = node.start_mark.line + 1
            raise CardFileError(
                N_("The number on line {line} has more than {number} digits."),
                where=f"line {line}",
                line=line,
                number=MAXIMUM_DIGITS,
            )
        return Decimal(text)
    return text


def _mapping(node: yaml.MappingNode) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise CardFileError(N_("Line {line} has a name that is not a word."), where=f"line {line}", line=line)
        key = key_node.value
        if key in found:
            raise CardFileError(
                N_("“{key}” stands twice in one place, again on line {line}."),
                where=f"line {line}",
                key=key[:60],
                line=line,
            )
        found[key] = _value(value_node)
    return found


def write(plain: Plain) -> str:
    """``plain`` as YAML that ``parse`` reads back to the same data."""
    return yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Loader(yaml.SafeLoader):
    """Finds only true/false, numbers and nothing: ``yes`` and dates stay words."""


class _Dumper(yaml.SafeDumper):
    """Writes exact numbers, and never an alias for a value that occurs twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the answer is the same for all data
        return True


def _represent_number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_RESOLVERS = [
    ("tag:yaml.org,2002:bool", _BOOLEAN, list("tf")),
    ("tag:yaml.org,2002:int", _INTEGER, list("-0123456789")),
    ("tag:yaml.org,2002:float", _DECIMAL, list("-0123456789")),
    ("tag:yaml.org,2002:null", _NULL, ["~", "n", ""]),
]
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)
_Dumper.add_representer(Decimal, _represent_number)
