"""Reading of JSON that others wrote: nothing in it is trusted to have the type it should."""

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.reading.cells import parse_truth
from qa.interactions.reading.moments import parse_moment


def load_json(text: str) -> object:
    """Return what the JSON says; raises ``InvalidError`` with the place where it breaks off or goes wrong."""
    try:
        found: object = json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise InvalidError(
                _("The JSON breaks off before its end. The file may be cut off: export it again.")
            ) from error
        if error.lineno == 1:
            raise InvalidError(
                _("This is not valid JSON from character {column} on. Export it again.", column=error.colno)
            ) from error
        raise InvalidError(
            _(
                "This is not valid JSON from line {line}, character {column} on. Export it again.",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidError(_("This JSON holds a number or a nesting that is too large. Export it again.")) from error
    return found


def text_of(value: Mapping[str, object], *names: str) -> str:
    """Return the first of the named fields that is text or a number, as text; otherwise nothing."""
    for name in names:
        found = value.get(name)
        if isinstance(found, bool):
            continue
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int | float):
            return str(found)
    return ""


def truth_of(value: Mapping[str, object], name: str) -> bool:
    """Return the field as yes or no; nothing is no. Raises ``InvalidError`` for anything else."""
    found = value.get(name)
    if isinstance(found, bool) or found is None:
        return bool(found)
    return parse_truth(str(found))


def moment_of(
    value: Mapping[str, object], *names: str, zone: ZoneInfo, not_before: datetime | None = None
) -> datetime | None:
    """Return the first of the named fields as aware UTC; empty where none is given. Raises ``InvalidError``."""
    written = text_of(value, *names)
    return parse_moment(written, zone=zone, not_before=not_before) if written.strip() else None


def objects_of(value: object) -> list[dict[str, object]]:
    """Return the JSON objects of a list; anything else in it, and anything that is no list, is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def object_of(value: object) -> dict[str, object]:
    """Return the JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def texts_of(value: object) -> tuple[str, ...]:
    """Return the texts of a list; anything else in it is left out."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
