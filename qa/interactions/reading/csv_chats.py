"""Written contacts from a CSV file with one message on a row, by a mapping that is given or guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.building import build_conversation, in_order_of_time
from qa.interactions.reading.cells import (
    parse_channel,
    parse_decimal,
    parse_language,
    parse_role,
    parse_truth,
)
from qa.interactions.reading.mapping import DEFAULT_ZONE, ColumnMapping, Guess, Wanted, check_mapping, guess_mapping
from qa.interactions.reading.moments import DateOrder, parse_moment, zone_named
from qa.interactions.reading.tables import Row, Table, read_table
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading


def _is_role(cell: str) -> bool:
    try:
        parse_role(cell)
    except InvalidError:
        return False
    return True


def _is_moment(cell: str) -> bool:
    try:
        parse_moment(cell, zone=zone_named("UTC"))
    except InvalidError:
        return False
    return True


def _is_clock(cell: str) -> bool:
    return re.fullmatch(r"\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?\s*", cell, re.IGNORECASE) is not None


#: What a chat file may tell, and by which headers it is known.
CHAT_COLUMNS = (
    Wanted(
        "conversation",
        (
            "conversation id", "chat id", "gesprek", "gesprek id", "gespreksnummer", "gespreks id", "ticket", "ticket id",
            "ticketnummer", "case", "case id", "zaak", "zaaknummer", "thread", "thread id", "session", "session id", "sessie",
            "dossier", "interaction id", "contact id", "reference", "referentie", "kenmerk",
        ),
        required=True,
    ),
    Wanted(
        "text",
        (
            "message", "bericht", "tekst", "message text", "berichttekst", "body", "content", "inhoud", "msg", "message body",
            "plain body", "transcript",
        ),
        required=True,
    ),
    Wanted(
        "role",
        (
            "author role", "sender type", "author type", "rol", "rol afzender", "soort afzender", "type afzender", "participant type",
            "sender role", "speaker role", "richting", "direction", "user type",
        ),
        looks_right=_is_role,
    ),
    Wanted(
        "author",
        ("author name", "sender", "sender name", "from", "afzender", "naam", "name", "auteur", "van", "speaker", "spreker", "user",
         "gebruiker", "participant", "deelnemer"),
    ),
    Wanted(
        "sent_at",
        (
            "sent at", "timestamp", "time", "date time", "datetime", "tijd", "tijdstip", "datum tijd", "datum en tijd", "datumtijd",
            "verzonden", "verzonden op", "created at", "created", "message time", "date", "datum", "when",
        ),
        looks_right=_is_moment,
    ),
    Wanted("clock", ("time of day", "tijd", "time", "uur", "kloktijd"), looks_right=_is_clock),
    Wanted("offset_seconds", ("offset", "seconds", "seconden", "offset seconds", "seconds since start", "seconden sinds begin")),
    Wanted(
        "started_at",
        ("started at", "start time", "begin", "start", "gestart op", "begintijd", "starttijd", "conversation start", "aanvang"),
        looks_right=_is_moment,
    ),
    Wanted(
        "agent",
        (
            "agent id", "agent name", "medewerker", "medewerker id", "medewerkernummer", "personeelsnummer", "assignee",
            "behandelaar", "behandeld door", "operator", "staff", "employee", "employee id", "agent email", "adviseur", "owner",
        ),
    ),
    Wanted("channel", ("kanaal", "medium", "source channel", "via")),
    Wanted("language", ("taal", "lang", "locale")),
    Wanted("queue", ("wachtrij", "department", "afdeling", "skill", "group", "groep", "team")),
    Wanted("subject", ("onderwerp", "title", "titel", "topic")),
    Wanted("internal", ("intern", "is internal", "private", "internal note", "interne notitie", "interne notities", "notitie")),
    Wanted("message_id", ("message id", "bericht id", "id", "berichtnummer", "msg id")),
    Wanted("attachment", ("bijlage", "attachments", "bijlagen", "file name", "bestand")),
)  # fmt: skip

_CONVERSATION_NAMES = ("agent", "channel", "language", "queue", "subject", "started_at")


@dataclass(slots=True)
class _Gathered:
    """What the rows of one conversation have given so far."""

    line: int
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    spoiled: bool = False


@dataclass(frozen=True, slots=True)
class _Manner:
    """How dates and numbers of this file are written."""

    zone: ZoneInfo
    order: DateOrder
    decimal_comma: bool | None


def guess_chat_mapping(data: bytes, *, file: str, time_zone: str = DEFAULT_ZONE) -> Guess:
    """Return the mapping the file's headers suggest, to be shown and corrected; raises ``InvalidError``."""
    return guess_mapping(read_table(data, file=file), wanted=CHAT_COLUMNS, time_zone=time_zone)


def read_csv_chats(
    data: bytes,
    *,
    file: str,
    mapping: ColumnMapping | None = None,
    time_zone: str = DEFAULT_ZONE,
    channel: Channel = Channel.CHAT,
) -> Reading[IncomingConversation]:
    """Return the conversations of the file, their messages by time; without a mapping the columns are guessed.

    ``time_zone`` counts for a guessed mapping only. A conversation with one wrong row is left out whole.
    """
    try:
        table = read_table(data, file=file, delimiter=mapping.delimiter if mapping else "")
        mapping = mapping or guess_mapping(table, wanted=CHAT_COLUMNS, time_zone=time_zone).mapping
        check_mapping(mapping, headers=table.headers, wanted=CHAT_COLUMNS)
        manner = _manner(table, mapping=mapping)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    problems = list(table.problems)
    gathered = _gather(table, file=file, mapping=mapping, problems=problems)
    conversations = []
    for reference, one in gathered.items():
        found = _messages(one, file=file, manner=manner, problems=problems)
        if found is None:
            continue
        try:
            built = _built(one, found, reference=reference, manner=manner, channel=channel)
            conversations.append(replace(built, line=one.line))
        except InvalidError as error:
            problems.append(Problem(file, one.line, error.sentence))
    problems.sort(key=lambda problem: problem.line or 0)
    return Reading(tuple(conversations), tuple(problems))


def _manner(table: Table, *, mapping: ColumnMapping) -> _Manner:
    order = mapping.order_in(table, names=("sent_at", "started_at"))
    return _Manner(zone_named(mapping.time_zone), order, mapping.decimal_comma)


def _gather(table: Table, *, file: str, mapping: ColumnMapping, problems: list[Problem]) -> dict[str, _Gathered]:
    gathered: dict[str, _Gathered] = {}
    for row in table.rows:
        cells = mapping.apply(row)
        reference = cells.get("conversation", "").strip()
        if row.fault is not None:
            problems.append(Problem(file, row.line, row.fault))
            _spoil(gathered, reference=reference, row=row)
        elif not reference:
            problems.append(
                Problem(
                    file,
                    row.line,
                    _(
                        "The reference of the conversation is empty. Fill it in, so that the message finds its conversation."
                    ),
                )
            )
        else:
            one = gathered.setdefault(reference, _Gathered(row.line))
            one.rows.append((row.line, cells))
            for name in _CONVERSATION_NAMES:
                if cells.get(name, "").strip():
                    one.facts.setdefault(name, cells[name].strip())
    return gathered


def _spoil(gathered: dict[str, _Gathered], *, reference: str, row: Row) -> None:
    if reference:
        gathered.setdefault(reference, _Gathered(row.line)).spoiled = True


def _messages(one: _Gathered, *, file: str, manner: _Manner, problems: list[Problem]) -> list[IncomingMessage] | None:
    messages: list[IncomingMessage] = []
    whole = not one.spoiled
    for line, cells in one.rows:
        try:
            above = messages[-1].sent_at if messages else None
            messages.append(_message(cells, agent=one.facts.get("agent", ""), manner=manner, above=above))
        except InvalidError as error:
            problems.append(Problem(file, line, error.sentence))
            whole = False
    return messages if whole else None


def _message(cells: Mapping[str, str], *, agent: str, manner: _Manner, above: datetime | None) -> IncomingMessage:
    author = cells.get("author", "").strip()
    attachment = cells.get("attachment", "").strip()
    return IncomingMessage(
        position=0,
        author_role=_role(cells, author=author, agent=agent),
        author_name=author,
        sent_at=_sent_at(cells, manner=manner, above=above),
        text=cells.get("text", ""),
        internal=parse_truth(cells.get("internal", "")),
        external_id=cells.get("message_id", "").strip(),
        attachments=(attachment,) if attachment else (),
    )


def _role(cells: Mapping[str, str], *, author: str, agent: str) -> AuthorRole:
    written = cells.get("role", "").strip()
    if written:
        return parse_role(written)
    if author and agent and author.casefold() == agent.casefold():
        return AuthorRole.AGENT
    if author and _is_role(author):
        return parse_role(author)
    if author and agent:
        return AuthorRole.CUSTOMER
    raise InvalidError(
        _(
            "It is not known who wrote this message. Map a column with the author's role: agent, customer, bot or system."
        )
    )


def _sent_at(cells: Mapping[str, str], *, manner: _Manner, above: datetime | None) -> datetime | None:
    written = f"{cells.get('sent_at', '').strip()} {cells.get('clock', '').strip()}".strip()
    if written:
        return parse_moment(written, zone=manner.zone, order=manner.order, not_before=above)
    offset = cells.get("offset_seconds", "").strip()
    start = cells.get("started_at", "").strip()
    if not offset or not start:
        return None
    seconds = float(parse_decimal(offset, decimal_comma=manner.decimal_comma))
    try:
        return parse_moment(start, zone=manner.zone, order=manner.order) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise InvalidError(_("“{value}” is too many seconds after the start.", value=offset[:60])) from error


def _built(
    one: _Gathered, messages: list[IncomingMessage], *, reference: str, manner: _Manner, channel: Channel
) -> IncomingConversation:
    stated = one.facts.get("channel", "")
    start = one.facts.get("started_at", "")
    ordered = in_order_of_time(messages)
    return build_conversation(
        [replace(message, position=position) for position, message in enumerate(ordered)],
        reference=reference,
        channel=parse_channel(stated) if stated else channel,
        agent_reference=one.facts.get("agent", ""),
        started_at=parse_moment(start, zone=manner.zone, order=manner.order) if start else None,
        language=parse_language(one.facts.get("language", "")),
        queue=one.facts.get("queue", ""),
        subject=one.facts.get("subject", ""),
    )
