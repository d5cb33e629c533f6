"""A coaching session as an iCalendar file: RFC 5545, its lines folded and its texts escaped by the letter."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: Bytes of a line, its end not counted: RFC 5545, section 3.1.
LONGEST_LINE = 75

ALARM_BEFORE = timedelta(minutes=15)


class Method(StrEnum):
    """What a calendar is to do with it: RFC 5546."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Attendee:
    """A name with an e-mail address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the calendar; moments are aware. It says nothing of what the session is about."""

    uid: str
    sequence: int
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    place: str
    url: str
    alarm: str
    cancelled: bool = False
    organiser: Attendee | None = None
    attendee: Attendee | None = None


def icalendar(entry: Entry, method: Method) -> bytes:
    """Return the file; the same entry gives the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Steekproef//Coaching sessions//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method.value}",
        "BEGIN:VEVENT",
        f"UID:{escaped(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_moment(entry.made_at)}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.summary)}",
        f"DESCRIPTION:{escaped(entry.description)}",
    ]
    if entry.place:
        lines.append(f"LOCATION:{escaped(entry.place)}")
    lines += [f"URL:{entry.url}", f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"]
    if entry.organiser is not None:
        lines.append(f"ORGANIZER;CN={_quoted(entry.organiser.name)}:mailto:{entry.organiser.email}")
    if entry.attendee is not None:
        lines.append(
            f"ATTENDEE;CN={_quoted(entry.attendee.name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
            f":mailto:{entry.attendee.email}"
        )
    if not entry.cancelled:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:-PT{int(ALARM_BEFORE.total_seconds()) // 60}M",
            f"DESCRIPTION:{escaped(entry.alarm)}",
            "END:VALARM",
        ]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """Return a text as a value of type TEXT: RFC 5545, section 3.3.11; control characters cannot stand in one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _printable(plain).replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, each but the first begun with a space, no character cut in two."""
    pieces, length = [""], 0
    for sign in line:
        size = len(sign.encode())
        if length + size > LONGEST_LINE:
            pieces.append(" ")
            length = 1
        pieces[-1] += sign
        length += size
    return "\r\n".join(pieces)


def _quoted(text: str) -> str:
    """Return a text as the quoted value of a parameter, where no double quote can stand: RFC 5545, section 3.2."""
    return '"' + _printable(text).replace("\n", " ").replace('"', "'") + '"'


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 0x20 and ord(sign) != 0x7F))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
