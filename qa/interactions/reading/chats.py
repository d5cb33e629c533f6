"""One entrance to every format of written contacts: the format is stated or found from the name and the beginning."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import Channel
from qa.interactions.reading.csv_chats import read_csv_chats
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.email import read_email
from qa.interactions.reading.jsonl import read_jsonl
from qa.interactions.reading.mapping import DEFAULT_ZONE, ColumnMapping
from qa.interactions.reading.moments import zone_named
from qa.interactions.reading.values import IncomingConversation, Problem, Reading
from qa.interactions.reading.whatsapp import participants, read_whatsapp
from qa.interactions.reading.zendesk import read_zendesk


class ChatFormat(StrEnum):
    """In what form written contacts come."""

    JSONL = "jsonl"
    CSV = "csv"
    WHATSAPP = "whatsapp"
    ZENDESK = "zendesk"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """What a source says of its files; each format takes what it needs."""

    time_zone: str = DEFAULT_ZONE
    channel: Channel = Channel.CHAT
    mapping: ColumnMapping | None = None
    #: Participants of WhatsApp chats who work here, and else the names of all staff.
    agents: tuple[str, ...] = ()
    known_names: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    new_after: timedelta | None = None


_BY_SUFFIX = {
    "csv": ChatFormat.CSV,
    "tsv": ChatFormat.CSV,
    "eml": ChatFormat.EMAIL,
    "mbox": ChatFormat.EMAIL,
    "mbx": ChatFormat.EMAIL,
}


def guess_chat_format(data: bytes, *, file: str) -> ChatFormat:
    """Return the format; raises ``InvalidError`` for a file that is none of them."""
    known = _BY_SUFFIX.get(file.rpartition(".")[2].casefold())
    if known is not None:
        return known
    text = decode(data).text.lstrip("\ufeff \r\n\t")
    # An iPhone begins each line with its time in brackets, as JSON begins a list.
    if text.startswith("[") and participants(data):
        return ChatFormat.WHATSAPP
    if text.startswith(("{", "[")):
        first = text.partition("\n")[0]
        return ChatFormat.JSONL if first.startswith("{") and '"conversation"' in first else ChatFormat.ZENDESK
    if participants(data):
        return ChatFormat.WHATSAPP
    if text.startswith(("From ", "From:", "Return-Path:", "Received:", "Delivered-To:", "MIME-Version:")):
        return ChatFormat.EMAIL
    raise InvalidError(
        _("This is no file of chats that is known. Use JSONL, CSV, a WhatsApp export, Zendesk's JSON, mbox or eml.")
    )


def read_chats(
    data: bytes, *, file: str, options: ChatOptions, form: ChatFormat | None = None
) -> Reading[IncomingConversation]:
    """Return the conversations of a file in any format; without ``form`` it is guessed."""
    try:
        form = form or guess_chat_format(data, file=file)
        zone = zone_named(options.time_zone)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    if form is ChatFormat.CSV:
        return read_csv_chats(
            data, file=file, mapping=options.mapping, time_zone=options.time_zone, channel=options.channel
        )
    if form is ChatFormat.WHATSAPP:
        return read_whatsapp(
            data,
            file=file,
            zone=zone,
            agents=options.agents,
            known_names=options.known_names,
            new_after=options.new_after,
        )
    if form is ChatFormat.ZENDESK:
        return read_zendesk(data, file=file, zone=zone, channel=options.channel)
    if form is ChatFormat.EMAIL:
        return read_email(data, file=file, zone=zone, own_domains=options.own_domains)
    return read_jsonl(data, file=file, zone=zone, channel=options.channel)
