"""Which part of a conversation a recording is: offsets, numbers and parties as tables and names write them."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole
from qa.interactions.reading.values import PartFacts

#: Words for a file that holds one party: left or right, as the two files of a pair are laid side by side.
SIDES: Mapping[str, int] = {
    "in": 0, "r": 0, "rx": 0, "received": 0, "left": 0, "links": 0,
    "out": 1, "t": 1, "tx": 1, "transmitted": 1, "right": 1, "rechts": 1,
}  # fmt: skip
#: Words for the party itself.
PARTIES: Mapping[str, AuthorRole] = {
    "agent": AuthorRole.AGENT, "medewerker": AuthorRole.AGENT, "employee": AuthorRole.AGENT,
    "customer": AuthorRole.CUSTOMER, "klant": AuthorRole.CUSTOMER, "caller": AuthorRole.CUSTOMER,
    "beller": AuthorRole.CUSTOMER,
}  # fmt: skip
#: Words that say the file holds both.
BOTH = frozenset({"", "both", "mixed", "beide", "samen"})
#: The endings that Asterisk and others give to the two files of a pair.
COUPLES = (("in", "out"), ("r", "t"), ("rx", "tx"), ("left", "right"))
#: No conversation is in more parts than this.
MOST_PARTS = 64

_CLOCK = re.compile(r"(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):(?P<seconds>\d{1,2}(?:[.,]\d+)?)")
_SECONDS = re.compile(r"\d{1,7}(?:[.,]\d+)?")
_NUMBER = re.compile(r"(?P<number>\d{1,3})(?:\s*(?:/|-|of|van)\s*(?P<total>\d{1,3}))?", re.IGNORECASE)
_ENDING = re.compile(r"(?P<stem>.+)(?P<mark>[-_. ])(?P<word>[A-Za-z]+)")
_LONGEST = 40


def parse_offset(written: str) -> int | None:
    """Return milliseconds after the start, from seconds or h:mm:ss; an empty cell is none. Raises ``InvalidError``."""
    plain = written.strip()
    if not plain:
        return None
    if _SECONDS.fullmatch(plain):
        return round(float(plain.replace(",", ".")) * 1000)
    clock = _CLOCK.fullmatch(plain)
    if clock is None:
        raise InvalidError(
            _(
                "The offset “{value}” cannot be read. Write seconds, such as 312.5, or minutes and seconds, such as 5:12.",
                value=plain[:_LONGEST],
            )
        )
    minutes = int(clock["hours"] or 0) * 60 + int(clock["minutes"])
    return minutes * 60_000 + round(float(clock["seconds"].replace(",", ".")) * 1000)


def parse_part(written: str) -> tuple[int | None, int | None]:
    """Return which part and of how many, from ``2``, ``2/3`` or ``2 of 3``; raises ``InvalidError``."""
    plain = written.strip()
    if not plain:
        return None, None
    found = _NUMBER.fullmatch(plain)
    number = int(found["number"]) if found else 0
    total = int(found["total"]) if found and found["total"] else None
    if not 1 <= number <= MOST_PARTS or (total is not None and not number <= total <= MOST_PARTS):
        raise InvalidError(
            _(
                "The part “{value}” cannot be read. Write 2, or 2 of 3; a conversation has at most {most} parts.",
                value=plain[:_LONGEST],
                most=MOST_PARTS,
            )
        )
    return number, total


def parse_party(written: str) -> tuple[int | None, AuthorRole | None]:
    """Return the side and the party a file holds, both empty for a file with both; raises ``InvalidError``."""
    plain = written.strip().casefold()
    if plain in BOTH:
        return None, None
    if plain in SIDES:
        return SIDES[plain], None
    if plain in PARTIES:
        return None, PARTIES[plain]
    raise InvalidError(
        _(
            "The party “{value}” is not known. Use agent or customer, in or out, or leave it empty for both.",
            value=written.strip()[:_LONGEST],
        )
    )


def place_of(found: Mapping[str, str]) -> PartFacts:
    """Return the place from texts under ``offset``, ``part``, ``parts`` and ``party``; raises ``InvalidError``."""
    number, total = parse_part(found.get("part", ""))
    if found.get("parts", "").strip():
        total = parse_part(found["parts"])[0]
    side, party = parse_party(found.get("party", ""))
    return PartFacts(parse_offset(found.get("offset", "")), number, total, side, party)


def side_in_name(name: str) -> tuple[str, int, str] | None:
    """Return the name of the whole, the side, and the name of the other file, where a name ends as a pair's does."""
    path = PurePosixPath(name)
    found = _ENDING.fullmatch(path.stem)
    if found is None:
        return None
    word = found["word"].casefold()
    for couple in COUPLES:
        if word in couple:
            side = couple.index(word)
            other = couple[1 - side].upper() if found["word"].isupper() else couple[1 - side]
            beside = path.with_name(f"{found['stem']}{found['mark']}{other}{path.suffix}")
            return path.with_name(f"{found['stem']}{path.suffix}").as_posix(), side, beside.as_posix()
    return None
