"""Written contacts in the formats that companies export: the files a reader of the product must cope with."""

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from zoneinfo import ZoneInfo

from benchmarks.demo_material.plan import Agent, plan
from qa.interactions.kinds import AuthorRole
from qa.interactions.reading.values import IncomingConversation, IncomingMessage

OWN_DOMAIN = "noordwind.example"
_FIRST_ANDROID_LINE = (
    "Berichten en gesprekken zijn end-to-end versleuteld. Niemand buiten deze chat kan ze lezen of beluisteren. "
    "Tik voor meer informatie."
)
_FIRST_IPHONE_LINE = (
    "\u200eMessages and calls are end-to-end encrypted. No one outside of this chat can read or listen to them."
)
_DUTCH_ROLES = {AuthorRole.AGENT: "Mdw", AuthorRole.CUSTOMER: "Klant", AuthorRole.BOT: "Chatbot"}
_DUTCH_COLUMNS = {
    "conversation": "Gespreksnummer",
    "sent_at": "Datum en tijd",
    "role": "Soort afzender",
    "author": "Afzender",
    "text": "Bericht",
    "agent": "Medewerker",
    "queue": "Wachtrij",
    "subject": "Onderwerp",
    "internal": "Intern",
}
_ENGLISH_COLUMNS = {
    "conversation": "chat_ref",
    "sent_at": "posted",
    "role": "party",
    "author": "display_name",
    "text": "line",
    "agent": "handled_by",
    "queue": "team",
    "subject": "topic",
    "internal": "private",
}


def full_name(agent: Agent) -> str:
    """Return the name as exports show it."""
    return f"{agent.name} {agent.surname}"


def mail_address(agent: Agent) -> str:
    """Return the agent's address at the demo company."""
    name = f"{agent.name}.{agent.surname}".lower().replace(" ", "")
    return f"{name}@{OWN_DOMAIN}"


def csv_columns(language: str) -> dict[str, object]:
    """Return the mapping that belongs to ``csv_file``, as the product keeps it in JSON."""
    if language == "nl":
        roles = {word: role.value for role, word in _DUTCH_ROLES.items()}
        return {
            "columns": _DUTCH_COLUMNS,
            "constants": {"language": "nl", "channel": "chat"},
            "values": {"role": roles},
            "time_zone": plan().time_zone,
            "date_order": None,
            "decimal_comma": None,
            "delimiter": ";",
        }
    return {
        "columns": _ENGLISH_COLUMNS,
        "constants": {"language": "en", "channel": "chat"},
        "values": {"role": {"staff": "agent", "caller": "customer", "robot": "bot"}},
        "time_zone": "UTC",
        "date_order": None,
        "decimal_comma": None,
        "delimiter": ",",
    }


def csv_file(conversations: Sequence[IncomingConversation], *, language: str) -> bytes:
    """Return one message on a row: Dutch with semicolons and local times, English with commas and UTC."""
    dutch = language == "nl"
    columns = _DUTCH_COLUMNS if dutch else _ENGLISH_COLUMNS
    english_roles = {AuthorRole.AGENT: "staff", AuthorRole.CUSTOMER: "caller", AuthorRole.BOT: "robot"}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if dutch else ",")
    writer.writerow(columns.values())
    for conversation in conversations:
        for message in conversation.messages:
            moment = _sent(message)
            cells = {
                "conversation": conversation.reference,
                "sent_at": f"{_local(moment):%d-%m-%Y %H:%M:%S}" if dutch else f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "role": (_DUTCH_ROLES if dutch else english_roles)[message.author_role],
                "author": message.author_name,
                "text": message.text,
                "agent": conversation.agent_reference,
                "queue": conversation.queue,
                "subject": conversation.subject,
                "internal": ("ja" if message.internal else "nee") if dutch else ("yes" if message.internal else "no"),
            }
            writer.writerow([cells[name] for name in columns])
    # The mark by which a Dutch spreadsheet knows UTF-8.
    return out.getvalue().encode("utf-8-sig" if dutch else "utf-8")


def whatsapp_file(conversation: IncomingConversation) -> bytes:
    """Return the export of one chat: from a Dutch Android phone or an English iPhone."""
    dutch = conversation.language == "nl"
    lines = []
    for number, message in enumerate(conversation.messages):
        moment = _local(_sent(message))
        if dutch:
            stamp = f"{moment:%d-%m-%Y %H:%M} - "
            first = f"{stamp}{_FIRST_ANDROID_LINE}"
        else:
            stamp = f"[{moment:%d/%m/%Y, %H:%M:%S}] "
            first = f"{stamp}{conversation.messages[0].author_name}: {_FIRST_IPHONE_LINE}"
        lines += [first] if number == 0 else []
        lines.append(f"{stamp}{message.author_name}: {message.text}")
    return ("\n".join(lines) + "\n").encode()


def zendesk_file(conversations: Sequence[IncomingConversation]) -> bytes:
    """Return Zendesk's export of chats with their history."""
    return (json.dumps({"chats": [_chat(one) for one in conversations]}, ensure_ascii=False, indent=1) + "\n").encode()


def _chat(conversation: IncomingConversation) -> dict[str, object]:
    kinds = {AuthorRole.AGENT: "Agent", AuthorRole.CUSTOMER: "Visitor", AuthorRole.BOT: "Bot"}
    customer = next(one for one in conversation.messages if one.author_role is AuthorRole.CUSTOMER)
    agent = plan().agents[conversation.agent_reference]
    history = [
        {
            "type": "chat.note" if message.internal else "chat.msg",
            "msg_id": f"{conversation.reference}-{message.position}",
            "timestamp": _utc(message),
            "name": message.author_name,
            "sender_type": kinds[message.author_role],
            "msg": message.text,
        }
        for message in conversation.messages
    ]
    return {
        "id": conversation.reference,
        "type": "chat",
        "timestamp": _utc(conversation.messages[0]),
        "department_name": conversation.queue,
        "agent_names": [full_name(agent)],
        "visitor": {"name": customer.author_name},
        "subject": conversation.subject,
        "language": conversation.language,
        "history": history,
    }


def mailbox_file(conversations: Sequence[IncomingConversation]) -> bytes:
    """Return a mailbox (mbox) with the threads; a letter names the one before it."""
    return b"".join(
        _separated(mail, sent=sent)
        for conversation in conversations
        for mail, sent in zip(thread(conversation), (_sent(message) for message in conversation.messages), strict=True)
    )


def thread(conversation: IncomingConversation) -> list[EmailMessage]:
    """Return the letters of one conversation."""
    agent = plan().agents[conversation.agent_reference]
    company = formataddr((plan().company[conversation.language], f"service@{OWN_DOMAIN}"))
    customer = next(one for one in conversation.messages if one.author_role is AuthorRole.CUSTOMER).author_name
    address = "".join(char for char in customer.lower() if char.isascii() and char.isalnum()) + "@example.org"
    mails: list[EmailMessage] = []
    for message in conversation.messages:
        mail = EmailMessage(policy=SMTP.clone(linesep="\n"))
        ours = message.author_role is AuthorRole.AGENT
        # The first letter's identifier is the reference by which the thread is known.
        number = f"{message.position}." if mails else ""
        mail["Message-ID"] = f"<{number}{conversation.reference}>"
        mail["Date"] = format_datetime(_sent(message))
        mail["From"] = formataddr((full_name(agent), mail_address(agent))) if ours else formataddr((customer, address))
        mail["To"] = formataddr((customer, address)) if ours else company
        mail["Subject"] = conversation.subject if not mails else f"Re: {conversation.subject}"
        if mails:
            mail["In-Reply-To"] = str(mails[-1]["Message-ID"])
            mail["References"] = " ".join(str(earlier["Message-ID"]) for earlier in mails)
        mail.set_content(message.text, cte="quoted-printable")
        mails.append(mail)
    return mails


def webvtt_file(conversation: IncomingConversation) -> bytes:
    """Return a ready transcript of a call, as a telephone system with its own recogniser gives it."""
    voices = {AuthorRole.AGENT: "Agent", AuthorRole.CUSTOMER: "Customer"}
    cues, clock = ["WEBVTT", ""], 1.0
    for message in conversation.messages:
        end = clock + 0.4 + len(message.text) * 0.065
        cues += [f"{_cue(clock)} --> {_cue(end)}", f"<v {voices[message.author_role]}>{message.text}", ""]
        clock = end + 0.5
    return "\n".join(cues).encode()


def _cue(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02d}:{rest:06.3f}"


def _separated(mail: EmailMessage, *, sent: dt.datetime) -> bytes:
    body = mail.as_bytes().replace(b"\nFrom ", b"\n>From ")
    return f"From {OWN_DOMAIN} {sent:%a %b %d %H:%M:%S %Y}\n".encode() + body + b"\n"


def _sent(message: IncomingMessage) -> dt.datetime:
    assert message.sent_at is not None
    return message.sent_at


def _utc(message: IncomingMessage) -> str:
    return f"{_sent(message):%Y-%m-%dT%H:%M:%SZ}"


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(ZoneInfo(plan().time_zone))
