"""Zendesk's JSON: chats with a history, tickets with comments, and conversations with messages."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.building import build_conversation, in_order_of_time
from qa.interactions.reading.cells import parse_channel, parse_language, parse_role
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.json_values import load_json, moment_of, object_of, objects_of, text_of, truth_of
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading

Json = Mapping[str, object]

_LISTS = ("chats", "tickets", "conversations", "results")
_TIMES = ("timestamp", "created_timestamp", "created_at", "createdAt", "received", "sent_at")


def read_zendesk(
    data: bytes, *, file: str, zone: ZoneInfo, channel: Channel = Channel.CHAT
) -> Reading[IncomingConversation]:
    """Return the conversations of an export: one object, a list, a list under ``chats`` or ``tickets``, or JSON Lines.

    Public and internal notes are kept apart. Times are UTC by the format; ``zone`` holds where one has no offset.
    """
    try:
        decoded = decode(data)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    problems = list(decoded.problems(file))
    conversations = []
    for line, found in _documents(decoded.text):
        if isinstance(found, InvalidError):
            problems.append(Problem(file, line, found.sentence))
            continue
        for number, (one, users) in enumerate(_chats(found), start=1):
            try:
                conversations.append(_conversation(one, users=users, zone=zone, channel=channel))
            except InvalidError as error:
                reference = text_of(one, "id", "conversation_id", "chat_id") or str(number)
                sentence = _("Conversation {reference}: {sentence}", reference=reference[:60], sentence=error.sentence)
                problems.append(Problem(file, line, sentence))
    if not conversations and not problems:
        sentence = _("No Zendesk chats or tickets were found in this file. Export chats with their history as JSON.")
        problems.append(Problem(file, None, sentence))
    return Reading(tuple(conversations), tuple(problems))


def _documents(text: str) -> Iterator[tuple[int | None, object | InvalidError]]:
    """Return the one document of the file, or, where it has one on each line, each with its line."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        yield None, load_json(text)
    except InvalidError as whole:
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for _number, line in lines):
            yield None, whole
            return
        for number, line in lines:
            try:
                yield number, load_json(line)
            except InvalidError as error:
                yield number, error


def _chats(document: object) -> Iterator[tuple[Json, Mapping[str, Json]]]:
    """Return each chat or ticket with the users that the document names, by their id."""
    if isinstance(document, list):
        for item in objects_of(document):
            yield from _chats(item)
        return
    value = object_of(document)
    users = {text_of(user, "id"): user for user in objects_of(value.get("users"))}
    listed = [item for name in _LISTS for item in objects_of(value.get(name))]
    if listed:
        for item in listed:
            nested = {text_of(user, "id"): user for user in objects_of(item.get("users"))}
            yield item, {**users, **nested}
    elif isinstance(value.get("ticket"), dict):
        yield {**object_of(value["ticket"]), "comments": value.get("comments", [])}, users
    elif any(name in value for name in ("history", "messages", "comments", "message")):
        yield value, users


def _conversation(one: Json, *, users: Mapping[str, Json], zone: ZoneInfo, channel: Channel) -> IncomingConversation:
    written = objects_of(one.get("history")) or objects_of(one.get("messages")) or objects_of(one.get("comments"))
    visitor = object_of(one.get("visitor"))
    messages: list[IncomingMessage] = []
    if not written and text_of(one, "message"):
        written = [{**dict(one), "sender_type": "Visitor", "name": text_of(visitor, "name"), "type": "chat.msg"}]
    for item in written:
        found = _message(item, users=users, zone=zone, above=messages[-1].sent_at if messages else None)
        if found is not None:
            messages.append(found)
    stated = text_of(one, "channel") or text_of(object_of(one.get("via")), "channel")
    return build_conversation(
        [replace(message, position=number) for number, message in enumerate(in_order_of_time(messages))],
        reference=text_of(one, "id", "conversation_id", "chat_id"),
        channel=_channel(stated, otherwise=channel),
        agent_reference=_agent(one, users=users),
        started_at=moment_of(one, *_TIMES, zone=zone),
        language=parse_language(text_of(one, "language", "locale")),
        queue=text_of(one, "department_name", "group", "queue"),
        subject=text_of(one, "subject", "title"),
    )


def _channel(stated: str, *, otherwise: Channel) -> Channel:
    """Return the channel; ways in which Zendesk made a ticket that are no channel of ours leave the source's own."""
    try:
        return parse_channel(stated.removeprefix("#")) if stated else otherwise
    except InvalidError:
        return otherwise


def _agent(one: Json, *, users: Mapping[str, Json]) -> str:
    names = one.get("agent_names")
    if isinstance(names, list) and names and isinstance(names[0], str):
        return names[0]
    assignee = users.get(text_of(one, "assignee_id"))
    return text_of(assignee, "name", "email") if assignee else ""


def _message(
    item: Json, *, users: Mapping[str, Json], zone: ZoneInfo, above: datetime | None
) -> IncomingMessage | None:
    kind = text_of(item, "type")
    author = object_of(item.get("author")) or users.get(text_of(item, "author_id", "sender_id"), {})
    name = text_of(item, "name", "display_name", "author_name", "sender_name") or text_of(
        author, "displayName", "name", "email"
    )
    content = object_of(item.get("content"))
    text = text_of(item, "msg", "plain_body", "body", "message", "text") or text_of(content, "text", "altText", "body")
    attachments = _attachments(item, content=content)
    event = kind.startswith("chat.") and kind not in {"chat.msg", "chat.file", "chat.note"}
    if event:
        text = text or ": ".join(part for part in (kind, text_of(item, "new_rating", "new_comment", "reason")) if part)
    if not text and not attachments:
        return None
    internal = item.get("public") is False or kind == "chat.note" or truth_of(item, "internal")
    return IncomingMessage(
        position=0,
        author_role=AuthorRole.SYSTEM if event and not text_of(item, "msg") else _role(item, author=author),
        author_name=name,
        sent_at=moment_of(item, *_TIMES, zone=zone, not_before=above),
        text=text,
        internal=internal,
        external_id=text_of(item, "msg_id", "id", "message_id"),
        attachments=attachments,
    )


def _role(item: Json, *, author: Json) -> AuthorRole:
    subtype = text_of(author, "subtypes", "subtype").casefold()
    if "bot" in subtype or "ai" in subtype.split():
        return AuthorRole.BOT
    stated = text_of(item, "sender_type", "author_role", "role", "author_type") or text_of(author, "role", "type")
    if stated:
        return parse_role(stated)
    nick = text_of(item, "nick").partition(":")[0]
    if nick:
        return parse_role(nick)
    raise InvalidError(
        _("A message does not say who wrote it. Export the history with “sender_type”, or the users with their role.")
    )


def _attachments(item: Json, *, content: Json) -> tuple[str, ...]:
    files = [object_of(item.get("attachment")), *objects_of(item.get("attachments"))]
    if text_of(content, "type") in {"file", "image"}:
        files.append(dict(content))
    names = (text_of(file, "name", "file_name", "altText", "mediaUrl", "content_url", "url") for file in files)
    return tuple(name for name in names if name)
