"""The product's own format for written contacts: JSON Lines, one conversation or one message on a line, loss-free.

The format is described in ``docs/formats.md``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import Channel
from qa.interactions.reading.building import build_conversation
from qa.interactions.reading.cells import parse_channel, parse_language, parse_role
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.json_values import load_json, moment_of, text_of, truth_of
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading

_CONVERSATION_FIELDS = ("conversation", "channel", "agent", "started_at", "language", "queue", "subject")
_MESSAGE_FIELDS = ("role", "author", "sent_at", "text", "internal", "id", "attachments")


@dataclass(slots=True)
class _Gathered:
    """What the lines of one conversation have given so far."""

    line: int
    facts: dict[str, object] = field(default_factory=dict)
    messages: list[IncomingMessage] = field(default_factory=list)
    spoiled: bool = False


def read_jsonl(
    data: bytes, *, file: str, zone: ZoneInfo, channel: Channel = Channel.CHAT
) -> Reading[IncomingConversation]:
    """Return the conversations in order of their first line; ``zone`` and ``channel`` hold where a line does not say.

    A conversation of which one line is wrong is left out whole, so that none is stored in part.
    """
    try:
        decoded = decode(data)
    except InvalidError as error:
        return Reading(problems=(Problem(file, None, error.sentence),))
    problems = list(decoded.problems(file))
    gathered: dict[str, _Gathered] = {}
    for line, written in enumerate(decoded.text.split("\n"), start=1):
        if not written.strip():
            continue
        reference = ""
        try:
            value = _object(written)
            reference = text_of(value, "conversation").strip()
            _gather(value, line=line, reference=reference, gathered=gathered, zone=zone)
        except InvalidError as error:
            problems.append(Problem(file, line, error.sentence))
            if reference:
                gathered.setdefault(reference, _Gathered(line)).spoiled = True
    conversations = []
    for reference, one in gathered.items():
        if one.spoiled:
            continue
        try:
            conversations.append(_built(one, reference=reference, zone=zone, channel=channel))
        except InvalidError as error:
            problems.append(Problem(file, one.line, error.sentence))
    return Reading(tuple(conversations), tuple(problems))


def write_jsonl(conversations: Iterable[IncomingConversation], *, by_message: bool = False) -> bytes:
    """Return the conversations as UTF-8 JSON Lines that ``read_jsonl`` turns into the same values.

    With ``by_message`` every message has its own line, with the facts of its conversation on each.
    """
    lines: list[dict[str, object]] = []
    for conversation in conversations:
        facts = _written_facts(conversation)
        messages = [_written_message(message) for message in conversation.messages]
        lines.extend(
            [{**facts, **message} for message in messages] if by_message else [{**facts, "messages": messages}]
        )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _object(written: str) -> dict[str, object]:
    value = load_json(written)
    if not isinstance(value, dict):
        raise InvalidError(
            _("This line is not a JSON object. Each line holds one conversation or one message in braces.")
        )
    return value


def _gather(
    value: Mapping[str, object], *, line: int, reference: str, gathered: dict[str, _Gathered], zone: ZoneInfo
) -> None:
    whole = "messages" in value
    _refuse_unknown(
        value, known=(*_CONVERSATION_FIELDS, "messages") if whole else (*_CONVERSATION_FIELDS, *_MESSAGE_FIELDS)
    )
    if not reference:
        raise InvalidError(_("This line has no “conversation”. Give each conversation a reference of its own."))
    if whole and reference in gathered:
        raise InvalidError(
            _(
                "The conversation “{reference}” already stands on line {line}.",
                reference=reference,
                line=gathered[reference].line,
            )
        )
    one = gathered.setdefault(reference, _Gathered(line))
    for name in _CONVERSATION_FIELDS:
        if value.get(name) not in (None, "") and name not in one.facts:
            one.facts[name] = value[name]
    if not whole:
        one.messages.append(_message(value, before=one.messages, zone=zone))
        return
    written = value["messages"]
    if not isinstance(written, list) or not all(isinstance(item, dict) for item in written):
        raise InvalidError(_("“messages” must be a list of objects, one for each message."))
    for item in written:
        _refuse_unknown(item, known=_MESSAGE_FIELDS)
        one.messages.append(_message(item, before=one.messages, zone=zone))


def _refuse_unknown(value: Mapping[str, object], *, known: tuple[str, ...]) -> None:
    for name in value:
        if name in known or name.startswith("x_"):
            continue
        near = get_close_matches(name, known, n=1)
        if near:
            raise InvalidError(
                _("The field “{name}” is not known; did you mean “{near}”?", name=name[:60], near=near[0])
            )
        raise InvalidError(
            _(
                "The field “{name}” is not known. Leave it out, or begin its name with x_ to have it skipped.",
                name=name[:60],
            )
        )


def _message(value: Mapping[str, object], *, before: list[IncomingMessage], zone: ZoneInfo) -> IncomingMessage:
    text = value.get("text")
    if not isinstance(text, str):
        raise InvalidError(
            _("Message {number} has no “text”. Give each message its text in quotation marks.", number=len(before) + 1)
        )
    role = text_of(value, "role")
    if not role:
        raise InvalidError(_("Message {number} has no “role”: agent, customer, bot or system.", number=len(before) + 1))
    attachments = value.get("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(name, str) for name in attachments):
        raise InvalidError(_("“attachments” must be a list of file names."))
    return IncomingMessage(
        position=len(before),
        author_role=parse_role(role),
        author_name=text_of(value, "author"),
        sent_at=moment_of(value, "sent_at", zone=zone, not_before=before[-1].sent_at if before else None),
        text=text,
        internal=truth_of(value, "internal"),
        external_id=text_of(value, "id"),
        attachments=tuple(attachments),
    )


def _built(one: _Gathered, *, reference: str, zone: ZoneInfo, channel: Channel) -> IncomingConversation:
    stated = text_of(one.facts, "channel")
    language = text_of(one.facts, "language")
    return build_conversation(
        one.messages,
        reference=reference,
        channel=parse_channel(stated) if stated else channel,
        agent_reference=text_of(one.facts, "agent"),
        started_at=moment_of(one.facts, "started_at", zone=zone),
        language=parse_language(language),
        queue=text_of(one.facts, "queue"),
        subject=text_of(one.facts, "subject"),
    )


def _written_facts(conversation: IncomingConversation) -> dict[str, object]:
    facts = {
        "conversation": conversation.reference,
        "channel": conversation.channel.value,
        "agent": conversation.agent_reference,
        "started_at": _written_moment(conversation.started_at),
        "language": conversation.language,
        "queue": conversation.queue,
        "subject": conversation.subject,
    }
    return {name: value for name, value in facts.items() if value}


def _written_message(message: IncomingMessage) -> dict[str, object]:
    written: dict[str, object] = {"role": message.author_role.value, "text": message.text}
    if message.author_name:
        written["author"] = message.author_name
    if message.sent_at is not None:
        written["sent_at"] = _written_moment(message.sent_at)
    if message.internal:
        written["internal"] = True
    if message.external_id:
        written["id"] = message.external_id
    if message.attachments:
        written["attachments"] = list(message.attachments)
    return written


def _written_moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
