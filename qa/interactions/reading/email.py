"""E-mail from ``.eml`` files and mailboxes, put together into threads by the references between the messages."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses
from hashlib import sha256
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.building import build_conversation, in_order_of_time
from qa.interactions.reading.html_text import text_of_html
from qa.interactions.reading.moments import parse_moment
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading

#: What the standard library raises on headers and bodies that break the rules.
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, UnicodeError, AssertionError, RecursionError)

_IDENTIFIER = re.compile(r"<[^<>\s]+>")
_QUOTE_BEGINS = re.compile(
    r"^(?:>|-{2,} ?(?:original message|oorspronkelijk bericht|forwarded message|doorgestuurd bericht) ?-{2,}"
    r"|(?:op|on) .{6,200}(?:schreef|wrote)[^\n]{0,120}:\s*$"
    r"|_{20,}\s*$|(?:van|from): .+\n(?:verzonden|sent|date|datum): )",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Mail:
    """One message with what binds it to others; ``line`` is where it begins in the file."""

    line: int
    identifier: str
    references: tuple[str, ...]
    subject: str
    domains: frozenset[str]
    message: IncomingMessage


def read_email(
    data: bytes, *, file: str, zone: ZoneInfo, own_domains: Collection[str]
) -> Reading[IncomingConversation]:
    """Return the threads of a mailbox or of a single message.

    Who writes from one of ``own_domains`` is an agent, automatic replies are a bot's, everybody else is a customer;
    mail that stays within the own domains is internal. The text is whole, quotations included: ``split_quoted``.
    """
    ours = frozenset(domain.casefold().strip().lstrip("@") for domain in own_domains if domain.strip())
    if not ours:
        return _refused(
            file, _("It is not known which senders work here. State your own mail domains, such as example.nl.")
        )
    if not data.strip():
        return _refused(file, _("The file is empty. Export it again."))
    problems: list[Problem] = []
    mails: dict[str, _Mail] = {}
    for line, raw in _split(data):
        try:
            mail = _mail(raw, line=line, ours=ours, zone=zone)
        except InvalidError as error:
            problems.append(Problem(file, line, error.sentence))
            continue
        mails.setdefault(mail.identifier, mail)
    conversations = []
    for thread in _threads(list(mails.values())):
        try:
            conversations.append(_conversation(thread))
        except InvalidError as error:
            problems.append(Problem(file, thread[0].line, error.sentence))
    return Reading(tuple(conversations), tuple(problems))


def split_quoted(text: str) -> tuple[str, str]:
    """Return what is new and what is quoted below it; the two put together are the text."""
    found = _QUOTE_BEGINS.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _refused(file: str, sentence: Text) -> Reading[IncomingConversation]:
    return Reading(problems=(Problem(file, None, sentence),))


def _split(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the messages of a mailbox, each after a line ``From … `` that follows an empty one; else the one message."""
    if not data.lstrip(b"\r\n").startswith(b"From "):
        yield 1, data
        return
    begun: int | None = None
    kept: list[bytes] = []
    above_empty = True
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        if above_empty and line.startswith(b"From "):
            if begun is not None:
                yield begun, b"".join(kept)
            begun, kept = number, []
        elif begun is not None:
            kept.append(re.sub(rb"^>(>*From )", rb"\1", line))
        above_empty = not line.strip(b"\r\n")
    if begun is not None:
        yield begun, b"".join(kept)


def _mail(raw: bytes, *, line: int, ours: frozenset[str], zone: ZoneInfo) -> _Mail:
    parsed = message_from_bytes(raw, policy=policy.default)
    sender = _addresses(parsed, "from")
    if not sender:
        raise InvalidError(
            _("This is not an e-mail message, or its sender is missing. Export it again as .eml or mbox.")
        )
    name, address = sender[0]
    domain = _domain(address)
    receivers = frozenset(
        _domain(receiver) for field in ("to", "cc", "bcc") for _name, receiver in _addresses(parsed, field)
    )
    identifiers = _IDENTIFIER.findall(_header(parsed, "message-id"))
    references = _IDENTIFIER.findall(f"{_header(parsed, 'references')} {_header(parsed, 'in-reply-to')}")
    inside = _is_ours(domain, ours=ours)
    identifier = identifiers[0] if identifiers else f"<{sha256(raw).hexdigest()}>"
    return _Mail(
        line=line,
        identifier=identifier,
        references=tuple(dict.fromkeys(references)),
        subject=_header(parsed, "subject"),
        domains=receivers,
        message=IncomingMessage(
            position=0,
            author_role=_role(parsed, inside=inside),
            author_name=(name or address) if not inside else (address or name),
            sent_at=_sent_at(parsed, zone=zone),
            text=_body(parsed),
            internal=inside and bool(receivers) and all(_is_ours(one, ours=ours) for one in receivers),
            external_id=identifier,
            attachments=_attachments(parsed),
        ),
    )


def _header(parsed: EmailMessage, name: str) -> str:
    """Return a header as text; one that breaks the rules as it stands."""
    try:
        return str(parsed.get(name, "")).strip()
    except _BROKEN:
        return " ".join(str(value) for key, value in parsed.raw_items() if key.casefold() == name)


def _addresses(parsed: EmailMessage, name: str) -> list[tuple[str, str]]:
    try:
        found = getaddresses([str(value) for value in parsed.get_all(name, [])])
    except _BROKEN:
        found = getaddresses([_header(parsed, name)])
    return [(shown.strip(), address.strip()) for shown, address in found if "@" in address]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold().strip(" >")


def _is_ours(domain: str, *, ours: frozenset[str]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in ours)


def _role(parsed: EmailMessage, *, inside: bool) -> AuthorRole:
    automatic = _header(parsed, "auto-submitted").casefold()
    if automatic and automatic != "no":
        return AuthorRole.BOT if inside else AuthorRole.SYSTEM
    return AuthorRole.AGENT if inside else AuthorRole.CUSTOMER


def _sent_at(parsed: EmailMessage, *, zone: ZoneInfo) -> datetime | None:
    written = _header(parsed, "date")
    if not written:
        return None
    return parse_moment(written, zone=zone)


def _body(parsed: EmailMessage) -> str:
    """Return the plain text, or the words of the HTML where there is no plain text; never an attachment."""
    try:
        part = parsed.get_body(preferencelist=("plain", "html"))
    except _BROKEN:
        part = None
    if part is None:
        return ""
    text = _content(part)
    return text_of_html(text) if part.get_content_type() == "text/html" else text


def _content(part: MIMEPart) -> str:
    try:
        content = part.get_content()
    except _BROKEN:
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""
    return content.replace("\r\n", "\n") if isinstance(content, str) else ""


def _attachments(parsed: EmailMessage) -> tuple[str, ...]:
    names = []
    for part in parsed.walk():
        try:
            name = part.get_filename()
        except _BROKEN:
            name = None
        if name:
            names.append(name)
    return tuple(names)


def _threads(mails: Sequence[_Mail]) -> list[list[_Mail]]:
    """Return the messages by thread: whatever refers to the same message belongs together."""
    parent: dict[str, str] = {}

    def root(identifier: str) -> str:
        parent.setdefault(identifier, identifier)
        while parent[identifier] != identifier:
            parent[identifier] = parent[parent[identifier]]
            identifier = parent[identifier]
        return identifier

    for mail in mails:
        for reference in mail.references:
            parent[root(mail.identifier)] = root(reference)
    threads: dict[str, list[_Mail]] = {}
    for mail in mails:
        threads.setdefault(root(mail.identifier), []).append(mail)
    return list(threads.values())


def _conversation(thread: Sequence[_Mail]) -> IncomingConversation:
    by_message = {id(mail.message): mail for mail in thread}
    messages = in_order_of_time([mail.message for mail in thread])
    first = by_message[id(messages[0])]
    if not any(message.author_role is AuthorRole.AGENT for message in messages):
        raise InvalidError(
            _("Nobody from your own domains wrote in this thread, so there is no work of an agent in it.")
        )
    return build_conversation(
        messages,
        reference=(first.references[0] if first.references else first.identifier).strip("<>"),
        channel=Channel.EMAIL,
        subject=first.subject,
    )
