"""What an e-mail says: plain text in its reader's language, with a calendar entry where there is one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from qa.i18n import Language, Text, _, say
from qa.settings import Settings

#: Longest subject; a longer one is cut, since servers fold it and readers do not read it.
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An iCalendar file: its bytes, and whether it asks to be there (REQUEST) or to be taken out (CANCEL)."""

    data: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence with the page that it leads to."""

    sentence: Text
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail before it is in a language. ``lines`` are paragraphs; ``path`` leads to the page that says more.

    With ``items``, a list of links, and those that come ``after`` it, the message is also there as HTML.
    """

    subject: Text
    lines: Sequence[Text | str]
    path: str = ""
    calendar: CalendarEntry | None = None
    items: Sequence[Item] = ()
    after: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets it."""

    id: int
    name: str
    email: str
    language: Language


def message_of(letter: Letter, reader: Reader, *, key: str, settings: Settings, now: datetime) -> EmailMessage:
    """Return the message; the same key gives the same Message-ID, so that one sent twice is shown once."""
    language = reader.language
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(say(letter.subject, language).split())[:_LONGEST_SUBJECT]
    message["From"] = _address(settings.company or "Steekproef", settings.mail_from)
    message["To"] = _address(reader.name, reader.email)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language.value
    message.set_content(_text(letter, reader, settings=settings), cte="quoted-printable")
    if letter.items:
        html = _html(letter, reader, settings=settings)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        message.add_attachment(
            letter.calendar.data,
            maintype="text",
            subtype="calendar",
            filename="steekproef.ics",
            params={"method": letter.calendar.method, "charset": "utf-8"},
        )
    return message


def _text(letter: Letter, reader: Reader, *, settings: Settings) -> str:
    language = reader.language
    parts = [say(_("Dear {name},", name=reader.name), language), *(say(line, language) for line in letter.lines)]
    if letter.path:
        parts.append(f"{settings.address}{letter.path}")
    for items in (letter.items, letter.after):
        parts += [f"{say(item.sentence, language)}\n{settings.address}{item.path}" for item in items]
    parts.append(say(_BY_ITSELF, language))
    return "\n\n".join(parts) + "\n"


def _html(letter: Letter, reader: Reader, *, settings: Settings) -> str:
    """Return the same as HTML: plain, without pictures, scripts or anything that is fetched."""
    language = reader.language

    def paragraph(text: Text | str) -> str:
        return f"<p>{escape(say(text, language))}</p>"

    def link(item: Item) -> str:
        return f'<a href="{escape(settings.address + item.path)}">{escape(say(item.sentence, language))}</a>'

    body = [
        paragraph(_("Dear {name},", name=reader.name)),
        *(paragraph(line) for line in letter.lines),
        "<ul>" + "".join(f"<li>{link(item)}</li>" for item in letter.items) + "</ul>",
        *(f"<p>{link(item)}</p>" for item in letter.after),
        paragraph(_BY_ITSELF),
    ]
    title = escape(say(letter.subject, language))
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f'<!DOCTYPE html>\n<html lang="{language.value}"><head>{head}</head><body>{"".join(body)}</body></html>\n'


_BY_ITSELF = _("Steekproef sent this message by itself. Nobody reads answers to it.")


def _address(name: str, address: str) -> Address:
    """Return a name with an address; what can be no header is left out of the name."""
    shown = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    return Address(shown, addr_spec=address)
