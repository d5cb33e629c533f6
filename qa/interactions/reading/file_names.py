"""Facts of a recording from its file's name and folders, by a rule with named fields; names are not trusted."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.reading.cells import parse_direction, parse_language
from qa.interactions.reading.moments import to_utc
from qa.interactions.reading.parts import place_of
from qa.interactions.reading.values import IncomingRecordingFacts

FIELDS = ("reference", "agent", "date", "direction", "queue", "language", "customer", "party", "part", "skip")

#: What each directive of a date may look like: only such as have a fixed length, so that a name reads one way.
_DIRECTIVES = {"Y": r"\d{4}", "m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}", "y": r"\d{2}"}

_FIELD = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<form>[^{}]*))?\}")
_LONGEST_PATH = 1024
_MOST_FIELDS = 8


@dataclass(frozen=True, slots=True)
class NameRule:
    """A checked rule; ``depth`` is how many parts of the path, folders and the name, it speaks of."""

    pattern: str
    depth: int
    date_form: str
    lazy: re.Pattern[str]
    greedy: re.Pattern[str]


def name_rule(pattern: str) -> NameRule:
    """Return the rule of a pattern such as ``{agent}/{date:%Y%m%d-%H%M%S}_{direction}``, without the extension.

    Fields: reference, agent, date (with a form), direction, queue, language, customer, party, part, and skip for anything.
    Raises ``InvalidError`` for an unknown field, one that comes twice, or a pattern without agent and date.
    """
    names = [field["name"] for field in _FIELD.finditer(pattern)]
    for name in names:
        if name not in FIELDS:
            raise InvalidError(
                _(
                    "The field {name} is not known in a file-name rule. Use: {known}.",
                    name=name,
                    known=", ".join(FIELDS),
                )
            )
        if name != "skip" and names.count(name) > 1:
            raise InvalidError(_("The field {name} comes twice in the file-name rule.", name=name))
    if len(names) > _MOST_FIELDS:
        raise InvalidError(_("A file-name rule has at most {number} fields.", number=_MOST_FIELDS))
    if "agent" not in names or "date" not in names:
        raise InvalidError(
            _("A file-name rule needs the fields {agent} and {date}.", agent="{agent}", date="{date:%Y%m%d-%H%M%S}")
        )
    if re.search(r"[{}]", _FIELD.sub("", pattern)):
        raise InvalidError(_("The braces in the file-name rule do not match. A field is a name in braces."))
    form = next(field["form"] or "%Y%m%d-%H%M%S" for field in _FIELD.finditer(pattern) if field["name"] == "date")
    return NameRule(
        pattern=pattern,
        depth=pattern.count("/") + 1,
        date_form=form,
        lazy=re.compile("".join(_expression(pattern, form=form, repeat="+?")), re.DOTALL),
        greedy=re.compile("".join(_expression(pattern, form=form, repeat="+")), re.DOTALL),
    )


def facts_from_name(path: str, *, rule: NameRule, zone: ZoneInfo) -> IncomingRecordingFacts:
    """Return the facts that the path (relative, with ``/``) tells; its date is in ``zone``.

    A caller may have chosen part of the name: a name that the rule can read in two ways is refused, and so is one
    with control characters. Raises ``InvalidError``.
    """
    if len(path) > _LONGEST_PATH or any(_is_deceptive(char) for char in path):
        raise InvalidError(_("The file's name is too long or holds control characters. Rename the file."))
    parts = PurePosixPath(path).with_suffix("").parts if PurePosixPath(path).name else ()
    tail = "/".join(parts[-rule.depth :])
    lazy, greedy = rule.lazy.fullmatch(tail), rule.greedy.fullmatch(tail)
    if lazy is None or greedy is None:
        raise InvalidError(
            _("The file's name does not follow the rule {rule}. Rename the file or change the rule.", rule=rule.pattern)
        )
    if lazy.groupdict() != greedy.groupdict():
        raise InvalidError(
            _(
                "The file's name can be read in more than one way by the rule {rule}. Rename the file or add a CSV.",
                rule=rule.pattern,
            )
        )
    found = {name: value.strip() for name, value in lazy.groupdict().items()}
    if not found["agent"]:
        raise InvalidError(_("The agent is missing. Fill in the agent's staff number, e-mail address or name."))
    return IncomingRecordingFacts(
        reference=found.get("reference") or _shared(path, lazy, length=len(tail)),
        file=path,
        agent_reference=found["agent"],
        started_at=_moment(found, form=rule.date_form, zone=zone),
        direction=parse_direction(found.get("direction", "")),
        queue=found.get("queue", ""),
        language=parse_language(found.get("language", "")),
        customer_reference=found.get("customer", ""),
        place=place_of(found),
    )


def _shared(path: str, match: re.Match[str], *, length: int) -> str:
    """Return the path without what tells one part of a conversation from another: that is what its parts share."""
    spans = sorted(match.span(name) for name in ("party", "part") if name in match.re.groupindex)
    if not spans:
        return path
    before = len(PurePosixPath(path).with_suffix("").as_posix()) - length
    shared, end = path[:before], 0
    for first, last in spans:
        shared, end = shared + match.string[end:first], last
    return (shared + match.string[end:]).rstrip("-_. ")


def _is_deceptive(char: str) -> bool:
    """Control characters, half surrogates, and the marks that turn the direction of writing round."""
    return unicodedata.category(char) in {"Cc", "Cs"} or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def _moment(found: Mapping[str, str], *, form: str, zone: ZoneInfo) -> datetime:
    try:
        return to_utc(datetime.strptime(found["date"], form), zone=zone)  # noqa: DTZ007 - the zone is the source's
    except (ValueError, OverflowError) as error:
        raise InvalidError(_("The date in the file's name does not exist. Rename the file.")) from error


def _expression(pattern: str, *, form: str, repeat: str) -> Iterator[str]:
    end = 0
    for number, field in enumerate(_FIELD.finditer(pattern)):
        yield re.escape(pattern[end : field.start()])
        end = field.end()
        if field["name"] == "date":
            yield f"(?P<date>{_date_expression(form)})"
        elif field["name"] == "skip":
            yield f"(?P<skip{number}>[^/]{repeat})"
        else:
            yield f"(?P<{field['name']}>[^/]{repeat})"
    yield re.escape(pattern[end:])


def _date_expression(form: str) -> str:
    parts = []
    for piece in re.findall(r"%.|[^%]+|%", form):
        if not piece.startswith("%"):
            parts.append(re.escape(piece))
        elif piece[1:] in _DIRECTIVES:
            parts.append(_DIRECTIVES[piece[1:]])
        else:
            raise InvalidError(
                _("The date in the file-name rule may hold %Y %y %m %d %H %M %S, not {piece}.", piece=piece)
            )
    return "".join(parts)
