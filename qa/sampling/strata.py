"""Strata: what the frame of a draw is divided by, and how each part of it is called in the record.

A stratum is named by its parts, such as ``agent-12|channel-phone``. A plan that spreads over its period divides each stratum once more, into equal stretches of time: ``agent-12|part-03``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

#: More stretches than a month has days spread nothing better.
MOST_PARTS = 31

_BETWEEN = "|"
_PART = "part"
_LONGEST_VALUE = 80


class Dimension(StrEnum):
    """What strata can be made of."""

    AGENT = "agent"
    CHANNEL = "channel"
    TEAM = "team"
    QUEUE = "queue"
    LANGUAGE = "language"


_KINDS = frozenset(dimension.value for dimension in Dimension)


def stratum_name(values: Sequence[tuple[Dimension, object]]) -> str:
    """Name the stratum of these values; an empty value (no team, queue or language) makes a stratum of its own."""
    return _BETWEEN.join(part_name(dimension, value) for dimension, value in values)


def part_name(dimension: Dimension, value: object) -> str:
    """Name one part of a stratum, such as ``team-3``; names tell colleagues nothing where numbers stand for people."""
    written = "" if value is None else str(value).replace("%", "%25").replace(_BETWEEN, "%7C")
    if len(written) > _LONGEST_VALUE:
        # Long names are cut, with a digest so that two of them never become one.
        written = f"{written[:60]}~{hashlib.sha256(written.encode()).hexdigest()[:16]}"
    return f"{dimension.value}-{written}"


def values_of(stratum: str) -> dict[Dimension, str]:
    """Return the values that a stratum's name holds, by what they are of."""
    found: dict[Dimension, str] = {}
    for part in whole_of(stratum).split(_BETWEEN):
        kind, dash, value = part.partition("-")
        if dash and kind in _KINDS:
            found[Dimension(kind)] = value.replace("%7C", _BETWEEN).replace("%25", "%")
    return found


def stratum_of(agent_id: int) -> str:
    """Name the stratum of an agent in a plan that divides by agent only."""
    return part_name(Dimension.AGENT, agent_id)


def agent_of(stratum: str) -> int | None:
    """Return the number of the agent whose stratum this is, alone or with other divisions."""
    number = values_of(stratum).get(Dimension.AGENT, "")
    return int(number) if number.isdecimal() else None


def with_part(stratum: str, part: str) -> str:
    """Return the stratum with this part in the place of its own of the same kind; itself where it has none."""
    kind = part.partition("-")[0]
    parts = whole_of(stratum).split(_BETWEEN)
    return _BETWEEN.join(part if one.partition("-")[0] == kind else one for one in parts)


def stretch_name(stratum: str, *, place: int) -> str:
    """Name one of the equal stretches of time of a stratum, the first is 1."""
    return f"{stratum}{_BETWEEN}{_PART}-{place:02d}"


def stretch_at(moment: datetime, *, start: datetime, end: datetime, parts: int) -> int:
    """Tell in which of so many equally long stretches of a period a moment lies, the first is 1."""
    return (moment - start) * parts // (end - start) + 1


def whole_of(stratum: str) -> str:
    """Return the stratum without its stretch of time."""
    head, bar, tail = stratum.rpartition(_BETWEEN)
    return head if bar and tail.startswith(f"{_PART}-") else stratum


def place_of(stratum: str) -> int | None:
    """Return which stretch of time a stratum is of; none where it is whole."""
    return None if whole_of(stratum) == stratum else int(stratum.rpartition("-")[2])


def together(sizes: Mapping[str, int]) -> dict[str, int]:
    """Add up numbers of strata over their stretches of time."""
    found: dict[str, int] = {}
    for stratum, size in sizes.items():
        found[whole_of(stratum)] = found.get(whole_of(stratum), 0) + size
    return found
