"""WhatsApp's text export, from Android and iPhone, Dutch and English, with a 12- or 24-hour clock."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.building import build_conversation
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.moments import DateOrder, guess_order, parse_moment
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading

_MOMENT = (
    r"\d{1,4}[-/. ]{1,2}(?:\d{1,2}|[A-Za-z]{3,9}\.?)[-/. ]{1,2}\d{2,4}(?:,|\s|\bom\b|\bat\b)*"
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
)
#: Direction marks and the narrow spaces that phones put around times.
_MARKS = "\u200e\u200f\u202a\u202b\u202c\ufeff"
_IPHONE = re.compile(rf"[{_MARKS}]*\[(?P<moment>{_MOMENT})\] (?P<rest>.*)", re.DOTALL)
_ANDROID = re.compile(rf"[{_MARKS}]*(?P<moment>{_MOMENT}) [-–] (?P<rest>.*)", re.DOTALL)
_AUTHOR = re.compile(r"(?P<name>[^:\n]{1,200}?|[^\n]{1,200}?):(?: (?P<text>.*))?", re.DOTALL)

#: What the app itself says; on an iPhone it stands under the name of the chat, after a direction mark.
_NOTICES = re.compile(
    r"end-to-end (?:versleuteld|encrypted)|end-to-end-versleuteld|beveiligde service van meta|secure service from meta"
    r"|beveiligingscode .*(?:gewijzigd|veranderd)|security code .*changed"
    r"|(?:heeft|hebt) (?:het onderwerp|de groep|deze groep|de groepsafbeelding|.* (?:toegevoegd|verwijderd))|heeft de groep verlaten"
    r"|(?:changed|created|left|joined|added|removed) (?:the subject|the group|group|this group|.* to the group)|^\S.* (?:left|joined)$"
    r"|dit bedrijf gebruikt|this business (?:uses|is now)|zakelijk account|business account|verdwijnende berichten|disappearing messages"
    r"|telefoonnummer .*gewijzigd|changed (?:their|to a new) phone number|gemiste (?:spraak|video|groeps)oproep|missed (?:voice|video) call",
    re.IGNORECASE,
)
_ATTACHED = re.compile(
    r"<(?:attached|bijgevoegd|bijlage): (?P<iphone>[^<>\n]+)>|^(?P<android>[^\n]+?\.\w{2,5}) \((?:file attached|bestand bijgevoegd)\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the export: where it begins, its time as written and all after it."""

    line: int
    moment: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Said:
    """An entry with its author; no author means the app itself."""

    line: int
    moment: str
    author: str
    text: str


def read_whatsapp(
    data: bytes,
    *,
    file: str,
    zone: ZoneInfo,
    agents: Collection[str] = (),
    known_names: Collection[str] = (),
    order: DateOrder | None = None,
    new_after: timedelta | None = None,
) -> Reading[IncomingConversation]:
    """Return the chat as one conversation, or as several where it rested longer than ``new_after``.

    ``agents`` are the participants who work here, as named in the export. Without them, participants whose name is
    among ``known_names`` (all staff) are. The reference is the file's name, with the start where there are several.
    """
    try:
        decoded = decode(data)
        entries = _all_entries(decoded.text)
        said = [_said(entry) for entry in entries]
        order = order or guess_order(entry.moment for entry in entries)
        ours = _staff(said, agents=agents, known_names=known_names)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    problems = list(decoded.problems(file))
    messages, whole = _messages(said, file=file, zone=zone, order=order, ours=ours, problems=problems)
    if not whole:
        return Reading(problems=tuple(problems))
    conversations = []
    parts = _parts(messages, new_after=new_after)
    for part in parts:
        reference = _stem(file)
        first = part[0].sent_at
        if len(parts) > 1 and first is not None:
            reference = f"{reference} {first.isoformat().replace('+00:00', 'Z')}"
        try:
            conversations.append(build_conversation(part, reference=reference, channel=Channel.WHATSAPP))
        except InvalidError as error:
            line = said[messages.index(part[0])].line
            problems.append(Problem(file, line, error.sentence))
    return Reading(tuple(conversations), tuple(problems))


def participants(data: bytes) -> tuple[str, ...]:
    """Return who wrote in the export, in order of first appearance; raises ``InvalidError`` where it is no text."""
    found = (_said(entry).author for entry in _entries(decode(data).text))
    return tuple(dict.fromkeys(author for author in found if author))


def _all_entries(text: str) -> list[_Entry]:
    entries = list(_entries(text))
    if not entries:
        raise InvalidError(
            _(
                "This is not a chat exported from WhatsApp: no line begins with a date and a time. "
                "Use “Export chat” on the phone, without media."
            )
        )
    return entries


def _entries(text: str) -> Iterator[_Entry]:
    """Return the entries; lines without a time belong to the entry above them."""
    head: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        whole = line.removesuffix("\r")
        found = _IPHONE.match(whole) or _ANDROID.match(whole)
        if found is None:
            lines.append(whole)
            continue
        if head is not None:
            yield _Entry(*head, "\n".join(lines))
        head, lines = (number, found["moment"]), [found["rest"]]
    if head is not None:
        if lines[-1:] == [""] and len(lines) > 1:
            lines.pop()
        yield _Entry(*head, "\n".join(lines))


def _said(entry: _Entry) -> _Said:
    found = _AUTHOR.fullmatch(entry.rest)
    if found is None:
        return _Said(entry.line, entry.moment, "", entry.rest)
    name, text = found["name"].strip(f"{_MARKS} "), found["text"] or ""
    if _NOTICES.search(name):
        return _Said(entry.line, entry.moment, "", entry.rest)
    if text.startswith("\u200e") and _NOTICES.search(text.strip(_MARKS)):
        return _Said(entry.line, entry.moment, "", text)
    return _Said(entry.line, entry.moment, name.removeprefix("~").strip("\u202f\xa0 "), text)


def _staff(said: Sequence[_Said], *, agents: Collection[str], known_names: Collection[str]) -> frozenset[str]:
    """Return the participants who work here; raises ``InvalidError`` where nobody is found."""
    present = {one.author for one in said if one.author}
    if agents:
        stated = {_plain(name) for name in agents}
        ours = {name for name in present if _plain(name) in stated}
    else:
        known = [frozenset(_plain(name).split()) for name in known_names]
        ours = {name for name in present if any(_is_name_of(name, whole) for whole in known)}
    if ours:
        return frozenset(ours)
    raise InvalidError(
        _(
            "None of the {number} participants in this chat is known as an agent. State the agent's name as it stands in the export.",
            number=len(present),
        )
    )


def _is_name_of(name: str, whole: frozenset[str]) -> bool:
    words = frozenset(_plain(name).split())
    return words == whole or (len(words) > 1 and (words < whole or whole < words))


def _messages(
    said: Sequence[_Said],
    *,
    file: str,
    zone: ZoneInfo,
    order: DateOrder,
    ours: frozenset[str],
    problems: list[Problem],
) -> tuple[list[IncomingMessage], bool]:
    messages: list[IncomingMessage] = []
    whole = True
    above: datetime | None = None
    for one in said:
        try:
            above = parse_moment(one.moment, zone=zone, order=order, not_before=above)
        except InvalidError as error:
            problems.append(Problem(file, one.line, error.sentence))
            whole = False
            continue
        messages.append(
            IncomingMessage(
                position=len(messages),
                author_role=_role(one.author, ours=ours),
                author_name=one.author,
                sent_at=above,
                text=one.text,
                attachments=_attachments(one.text),
            )
        )
    return messages, whole


def _role(author: str, *, ours: frozenset[str]) -> AuthorRole:
    if not author:
        return AuthorRole.SYSTEM
    return AuthorRole.AGENT if author in ours else AuthorRole.CUSTOMER


def _attachments(text: str) -> tuple[str, ...]:
    plain = text.strip(_MARKS)
    return tuple((found["iphone"] or found["android"]).strip(_MARKS) for found in _ATTACHED.finditer(plain))


def _parts(messages: Sequence[IncomingMessage], *, new_after: timedelta | None) -> list[list[IncomingMessage]]:
    parts: list[list[IncomingMessage]] = [[]]
    for message in messages:
        above = parts[-1][-1].sent_at if parts[-1] else None
        rested = above is not None and message.sent_at is not None and message.sent_at - above
        if new_after is not None and rested and rested > new_after:
            parts.append([])
        parts[-1].append(replace(message, position=len(parts[-1])))
    return parts


def _plain(name: str) -> str:
    return " ".join(name.casefold().strip(f"{_MARKS}~ ").split())


def _stem(file: str) -> str:
    name = re.split(r"[/\\]", file)[-1]
    return name.removesuffix(".txt") or file
