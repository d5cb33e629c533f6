"""Written contacts in every format: nothing is lost, and what is wrong is named with its line."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.i18n import Language, say
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.csv_chats import guess_chat_mapping, read_csv_chats
from qa.interactions.reading.email import read_email, split_quoted
from qa.interactions.reading.jsonl import read_jsonl, write_jsonl
from qa.interactions.reading.mapping import ColumnMapping, mapping_from_json, mapping_to_json
from qa.interactions.reading.moments import DateOrder
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem, Reading
from qa.interactions.reading.whatsapp import participants, read_whatsapp
from qa.interactions.reading.zendesk import read_zendesk

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
moments = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))


@st.composite
def conversations(draw: st.DrawFn, reference: str) -> IncomingConversation:
    """A conversation with anything in it that may be written."""
    messages = draw(
        st.lists(
            st.builds(
                IncomingMessage,
                position=st.just(0),
                author_role=st.sampled_from([role for role in AuthorRole if role is not AuthorRole.UNKNOWN]),
                author_name=texts,
                sent_at=st.none() | moments,
                text=texts,
                internal=st.booleans(),
                external_id=texts,
                attachments=st.lists(texts, max_size=2).map(tuple),
            ),
            max_size=5,
        )
    )
    written = [*messages, IncomingMessage(0, AuthorRole.AGENT, "Noor", None, "Goedemiddag 🙂\nhoe gaat het?")]
    return IncomingConversation(
        reference=reference,
        channel=draw(st.sampled_from(Channel)),
        agent_reference=draw(texts.map(lambda name: f"A{name}".strip())),
        started_at=draw(moments),
        messages=tuple(
            IncomingMessage(
                number,
                one.author_role,
                one.author_name,
                one.sent_at,
                one.text,
                one.internal,
                one.external_id,
                one.attachments,
            )
            for number, one in enumerate(written)
        ),
        language=draw(st.sampled_from(["", "nl", "en"])),
        queue=draw(texts.map(str.strip)),
        subject=draw(texts.map(str.strip)),
    )


@given(st.data(), st.booleans())
def test_our_own_format_loses_nothing(data: st.DataObject, by_message: bool) -> None:
    written = tuple(data.draw(conversations(f"C{number}")) for number in range(data.draw(st.integers(0, 3))))
    read = read_jsonl(write_jsonl(written, by_message=by_message) or b"\n", file="a.jsonl", zone=AMSTERDAM)
    assert read.items == written
    assert written == () or read.problems == ()


@given(st.binary(max_size=300) | texts.map(str.encode))
def test_no_bytes_make_a_reader_fall_over(data: bytes) -> None:
    for reading in (
        read_jsonl(data, file="a", zone=AMSTERDAM),
        read_csv_chats(data, file="a"),
        read_whatsapp(data, file="a", zone=AMSTERDAM),
        read_zendesk(data, file="a", zone=AMSTERDAM),
        read_email(data, file="a", zone=AMSTERDAM, own_domains=["voorbeeld.nl"]),
        read_email(b"From: a@voorbeeld.nl\n" + data, file="a", zone=AMSTERDAM, own_domains=["voorbeeld.nl"]),
        read_whatsapp(b"12-03-2026 14:30 - Noor: " + data, file="a", zone=AMSTERDAM, agents=["Noor"]),
    ):
        assert reading.items or reading.problems


def sentences(reading: Reading[IncomingConversation]) -> list[str]:
    """What a person would read of the problems."""
    return [str(problem.text) for problem in reading.problems]


# Our own lines


def line(**fields: object) -> str:
    """One line of JSON."""
    return json.dumps(fields, ensure_ascii=False)


def test_one_wrong_line_leaves_its_conversation_out_and_reads_the_rest() -> None:
    data = "\n".join(
        [
            line(conversation="1", role="agent", author="Noor", text="Dag!", sent_at="2026-03-12 14:30"),
            line(conversation="2", role="klant", author="K", text="Hallo", sent_at="2026-03-12 14:30"),
            line(conversation="2", role="baas", author="Noor", text="Hoi"),
            '{"conversation": "3", "mess',
            line(conversation="1", role="klant", text="Ik heb een vraag", sent_at="2026-03-12 14:31"),
            line(conversation="4", role="agent", txt="verkeerd veld"),
            line(conversation="5", role="agent", author="Noor", text="zonder tijd"),
            line(conversation="6", role="customer", text="niemand?", sent_at="2026-03-12 14:31"),
        ]
    ).encode()
    read = read_jsonl(data, file="chats.jsonl", zone=AMSTERDAM)
    assert [one.reference for one in read.items] == ["1"]
    assert [one.text for one in read.items[0].messages] == ["Dag!", "Ik heb een vraag"]
    assert read.items[0].agent_reference == "Noor"
    found = sentences(read)
    assert "line 3" in found[0]
    assert "baas" in found[0]
    assert "line 4" in found[1]
    assert "breaks off" in found[1]
    assert "did you mean “text”" in found[2]
    assert "has a time" in found[3]
    assert "No agent" in found[4]


def test_a_problem_is_said_in_dutch() -> None:
    read = read_jsonl(b"", file="leeg.jsonl", zone=AMSTERDAM)
    assert say(read.problems[0].text, Language.NL) == "leeg.jsonl: Het bestand is leeg. Exporteer het opnieuw."


# CSV


DUTCH_CSV = """Gespreksnummer;Datum;Tijd;Rol;Afzender;Medewerker;Bericht;Intern;Kanaal
G1;25-10-2026;02:50;Klant;Ama O'Neill;M7;"Hallo; ik heb een vraag
over mijn rekening";nee;chat
G1;25-10-2026;02:10;Medewerker;Noor;M7;Dat kost € 12,50.;nee;chat
G1;25-10-2026;02:11;Medewerker;Noor;M7;Klant is boos;ja;chat
G2;26-10-2026;09:00;Klant;Bo;M8;Werkt niet;nee;whatsapp
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_dutch_csv_needs_no_mapping(encoding: str, delimiter: str) -> None:
    data = DUTCH_CSV.replace("Hallo; ik", "Hallo ik").replace("12,50", "12.50").replace(";", delimiter).encode(encoding)
    read = read_csv_chats(data, file="chats.csv")
    assert sentences(read) == []
    first, second = read.items
    assert (first.reference, first.agent_reference, second.channel) == ("G1", "M7", Channel.WHATSAPP)
    assert [one.author_role for one in first.messages] == [AuthorRole.CUSTOMER, AuthorRole.AGENT, AuthorRole.AGENT]
    assert [one.internal for one in first.messages] == [False, False, True]
    assert first.messages[0].text == "Hallo ik heb een vraag\nover mijn rekening"
    assert first.messages[0].author_name == "Ama O'Neill"
    # The hour from two to three comes twice that night: the answer is twenty minutes later, not forty earlier.
    assert [one.sent_at for one in first.messages if one.sent_at] == [
        datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 11, tzinfo=UTC),
    ]


def test_a_guess_says_how_sure_it_is_and_can_be_corrected() -> None:
    guess = guess_chat_mapping(b"Ticket,Wie,Wanneer gestuurd,Tekst\n1,Klant,2026-03-12 14:30,Hallo\n", file="a.csv")
    assert guess.mapping.columns == {"conversation": "Ticket", "text": "Tekst"}
    assert guess.confidence["text"] == 1.0
    assert guess.unused == ("Wie", "Wanneer gestuurd")
    corrected = ColumnMapping(
        {**guess.mapping.columns, "role": "Wie", "sent_at": "Wanneer gestuurd"},
        constants={"agent": "M7"},
        values={"role": {"Mdw": "agent"}},
        time_zone="UTC",
        date_order=DateOrder.DAY_FIRST,
        decimal_comma=True,
        delimiter=",",
    )
    assert mapping_from_json(json.loads(json.dumps(mapping_to_json(corrected)))) == corrected
    data = b"Ticket,Wie,Wanneer gestuurd,Tekst\n1,Klant,2026-03-12 14:30,Hallo\n1,mdw,2026-03-12 14:31,Dag\n"
    read = read_csv_chats(data, file="a.csv", mapping=corrected)
    assert read.problems == ()
    assert [one.author_role for one in read.items[0].messages] == [AuthorRole.CUSTOMER, AuthorRole.AGENT]
    assert read.items[0].started_at == datetime(2026, 3, 12, 14, 30, tzinfo=UTC)


def test_seconds_with_a_decimal_comma_count_from_the_start() -> None:
    data = b"gesprek;begintijd;seconden;rol;medewerker;bericht\n1;12-03-2026 14:30;2,5;agent;M7;Dag\n"
    read = read_csv_chats(data, file="a.csv")
    assert read.items[0].messages[0].sent_at == datetime(2026, 3, 12, 13, 30, 2, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "a.csv: The file is empty"),
        (b"a;b\n1;2\n", "No column was found for “conversation”"),
        (b"gesprek;bericht;rol;tijd;agent\n1;Hoi;baas;12-03-2026 14:30;M7\n", "line 2: The author role “baas”"),
        (b"gesprek;bericht;rol;tijd;agent\n1;Hoi;agent;morgen;M7\n", "line 2: The time “morgen”"),
        (b"gesprek;bericht;rol;tijd;agent\n1;Hoi;agent;12-03-2026 14:30;\n", "line 2: No agent is named"),
        (b"gesprek;bericht;rol;tijd;agent\n1;Hoi;agent;;M7\n", "line 2: No message of this conversation has a time"),
        (b"gesprek;bericht;rol;tijd;agent\n1;Hoi;hoi;agent;12-03-2026 14:30;M7\n", "line 2: This line has 6 cells"),
        (b'gesprek;bericht;rol;tijd;agent\n1;"Hoi;agent;12-03-2026 14:30;M7\n', "line 2: A quotation mark opened here"),
        (b"gesprek;bericht;rol;tijd;agent\n;Hoi;agent;12-03-2026 14:30;M7\n", "line 2: The reference"),
    ],
)
def test_a_csv_with_a_fault_names_file_line_and_remedy(data: bytes, says: str) -> None:
    read = read_csv_chats(data, file="a.csv")
    assert read.items == ()
    assert says in sentences(read)[0]


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    mapping = ColumnMapping({"conversation": "gesprek", "text": "berigt"})
    read = read_csv_chats(b"gesprek;bericht\n1;2\n", file="a.csv", mapping=mapping)
    assert "no column “berigt”; did you mean “bericht”" in sentences(read)[0]


# WhatsApp

ANDROID_DUTCH = """12-03-2026 14:29 - Berichten en gesprekken worden end-to-end versleuteld. Tik voor meer informatie.
12-03-2026 14:30 - Ama 🌻: Hallo, mijn pakket is er niet
ik heb het nummer: 12-34

en een foto
12-03-2026 14:31 - Ama 🌻: IMG-20260312-WA0001.jpg (bestand bijgevoegd)
12-03-2026 14:31 - Ama 🌻: <Media weggelaten>
12-03-2026 14:35 - Noor: Goedemiddag! Ik kijk even: een moment
"""
IPHONE_ENGLISH = (
    "\u200e[3/12/26, 2:29:00\u202fPM] Ama: \u200eMessages and calls are end-to-end encrypted.\r\n"
    "[3/12/26, 2:30:05\u202fPM] Ama: Hello\nsecond line\r\n"
    "\u200e[3/12/26, 2:30:09\u202fPM] Ama: \u200eimage omitted\r\n"
    "[3/13/26, 9:00:00\u202fAM] ~\u202fNoor: Good morning \u200e<attached: 0001-PHOTO.jpg>\r\n"
)


def test_an_android_export_of_a_dutch_phone_is_read_whole() -> None:
    read = read_whatsapp(ANDROID_DUTCH.encode(), file="map/WhatsApp-chat met Ama.txt", zone=AMSTERDAM, agents=["noor"])
    assert read.problems == ()
    (chat,) = read.items
    assert (chat.reference, chat.channel, chat.agent_reference) == ("WhatsApp-chat met Ama", Channel.WHATSAPP, "Noor")
    assert [one.author_role for one in chat.messages] == [
        AuthorRole.SYSTEM,
        AuthorRole.CUSTOMER,
        AuthorRole.CUSTOMER,
        AuthorRole.CUSTOMER,
        AuthorRole.AGENT,
    ]
    assert chat.messages[1].text == "Hallo, mijn pakket is er niet\nik heb het nummer: 12-34\n\nen een foto"
    assert chat.messages[1].author_name == "Ama 🌻"
    assert chat.messages[2].attachments == ("IMG-20260312-WA0001.jpg",)
    assert chat.messages[3].text == "<Media weggelaten>"
    assert chat.messages[4].text == "Goedemiddag! Ik kijk even: een moment"
    assert chat.messages[1].sent_at == datetime(2026, 3, 12, 13, 30, tzinfo=UTC)


def test_an_iphone_export_with_a_twelve_hour_clock_is_read_whole() -> None:
    data = IPHONE_ENGLISH.encode()
    assert participants(data) == ("Ama", "Noor")
    read = read_whatsapp(data, file="_chat.txt", zone=AMSTERDAM, known_names=["Noor", "Sem Bakker"])
    (chat,) = read.items
    assert [one.author_role for one in chat.messages] == [
        AuthorRole.SYSTEM,
        AuthorRole.CUSTOMER,
        AuthorRole.CUSTOMER,
        AuthorRole.AGENT,
    ]
    assert chat.messages[1].text == "Hello\nsecond line"
    assert chat.messages[3].attachments == ("0001-PHOTO.jpg",)
    assert chat.messages[3].sent_at == datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
    two = read_whatsapp(data, file="_chat.txt", zone=AMSTERDAM, agents=["Noor", "Ama"], new_after=timedelta(hours=12))
    assert [one.reference for one in two.items] == ["_chat 2026-03-12T13:29:00Z", "_chat 2026-03-13T08:00:00Z"]


def test_a_whatsapp_export_without_a_known_agent_says_what_to_state() -> None:
    read = read_whatsapp(ANDROID_DUTCH.encode(), file="chat.txt", zone=AMSTERDAM)
    assert "None of the 2 participants" in sentences(read)[0]
    other = read_whatsapp(b"zomaar tekst", file="chat.txt", zone=AMSTERDAM, agents=["Noor"])
    assert "not a chat exported from WhatsApp" in sentences(other)[0]


# The text of a message never begins a line that looks like a message of its own, as the export has no quoting.
spoken = st.lists(
    st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20), min_size=1, max_size=3
)


@given(st.lists(st.tuples(st.booleans(), spoken), min_size=1, max_size=6), st.booleans())
def test_every_message_of_an_export_comes_back(said: list[tuple[bool, list[str]]], iphone: bool) -> None:
    start = datetime(2026, 3, 12, 14, 30)
    written = ""
    for number, (agent, lines) in enumerate([(True, ["x"]), *said]):
        at = start + timedelta(minutes=number)
        head = f"[{at:%d-%m-%Y %H:%M:%S}] " if iphone else f"{at:%d-%m-%Y %H:%M} - "
        body = "\n".join(f"x{one}" for one in lines)
        written += f"{head}{'Noor' if agent else 'Ama'}: {body}" + ("\r\n" if iphone else "\n")
    read = read_whatsapp(written.encode(), file="a.txt", zone=AMSTERDAM, agents=["Noor"])
    assert [one.text for one in read.items[0].messages][1:] == [
        "\n".join(f"x{one}" for one in lines) for _a, lines in said
    ]
    assert [one.author_role is AuthorRole.AGENT for one in read.items[0].messages][1:] == [agent for agent, _l in said]


# Zendesk

ZENDESK_CHAT = {
    "id": "2603.1",
    "type": "chat",
    "timestamp": "2026-03-12T13:30:00Z",
    "department_name": "Bezorging",
    "visitor": {"name": "Ama", "id": "v1"},
    "history": [
        {"type": "chat.memberjoin", "timestamp": "2026-03-12T13:30:00Z", "name": "Ama", "nick": "visitor:1", "sender_type": "Visitor"},
        {"type": "chat.msg", "timestamp": "2026-03-12T13:30:05Z", "name": "Hulpje", "sender_type": "Trigger", "msg": "Welkom", "msg_id": "m1"},
        {"type": "chat.msg", "timestamp": "2026-03-12T13:30:09Z", "name": "Ama", "sender_type": "Visitor", "msg": "Waar blijft het?"},
        {"type": "chat.msg", "timestamp": "2026-03-12T13:31:00Z", "name": "Noor", "nick": "agent:7", "msg": "Ik kijk"},
        {"type": "chat.rating", "timestamp": "2026-03-12T13:35:00Z", "name": "Ama", "sender_type": "Visitor", "new_rating": "good"},
    ],
}  # fmt: skip
ZENDESK_TICKET = {
    "ticket": {"id": 42, "subject": "Rekening", "assignee_id": 7, "via": {"channel": "email"}},
    "users": [{"id": 7, "name": "Noor", "role": "agent"}, {"id": 8, "name": "Ama", "role": "end-user"}],
    "comments": [
        {"id": 1, "author_id": 8, "plain_body": "Klopt dit?", "public": True, "created_at": "2026-03-12T13:30:00Z"},
        {"id": 2, "author_id": 7, "plain_body": "Even navragen", "public": False, "created_at": "2026-03-12T13:31:00Z"},
    ],
}


@pytest.mark.parametrize("wrapped", ["object", "list", "chats", "lines"])
def test_zendesk_chats_keep_roles_and_events(wrapped: str) -> None:
    other = {**ZENDESK_CHAT, "id": "2603.2"}
    form: dict[str, str] = {
        "object": json.dumps(ZENDESK_CHAT, indent=1),
        "list": json.dumps([ZENDESK_CHAT, other]),
        "chats": json.dumps({"chats": [ZENDESK_CHAT, other], "count": 2}),
        "lines": json.dumps(ZENDESK_CHAT) + "\n" + json.dumps(other) + "\n" + '{"id": "2603.3", "hist',
    }
    read = read_zendesk(form[wrapped].encode(), file="z.json", zone=AMSTERDAM)
    assert len(read.items) == (1 if wrapped == "object" else 2)
    assert [problem.line for problem in read.problems] == ([3] if wrapped == "lines" else [])
    chat = read.items[0]
    assert [(one.author_role, one.text) for one in chat.messages] == [
        (AuthorRole.SYSTEM, "chat.memberjoin"),
        (AuthorRole.BOT, "Welkom"),
        (AuthorRole.CUSTOMER, "Waar blijft het?"),
        (AuthorRole.AGENT, "Ik kijk"),
        (AuthorRole.SYSTEM, "chat.rating: good"),
    ]
    assert (chat.agent_reference, chat.queue) == ("Noor", "Bezorging")


def test_internal_notes_of_a_zendesk_ticket_stay_apart() -> None:
    (ticket,) = read_zendesk(json.dumps(ZENDESK_TICKET).encode(), file="z.json", zone=AMSTERDAM).items
    assert (ticket.reference, ticket.channel, ticket.agent_reference) == ("42", Channel.EMAIL, "Noor")
    assert [(one.author_role, one.internal) for one in ticket.messages] == [
        (AuthorRole.CUSTOMER, False),
        (AuthorRole.AGENT, True),
    ]


def test_a_zendesk_export_that_is_cut_off_says_so() -> None:
    read = read_zendesk(json.dumps(ZENDESK_CHAT).encode()[:-40], file="z.json", zone=AMSTERDAM)
    assert "breaks off" in sentences(read)[0]
    odd = read_zendesk(b'{"id": "1", "history": [{"msg": "hoi"}]}', file="z.json", zone=AMSTERDAM)
    assert "Conversation 1: A message does not say who wrote it" in sentences(odd)[0]


# E-mail

MAILBOX = b"""From ama@elders.nl Thu Mar 12 14:30:00 2026
From: =?utf-8?q?Am=C3=A1?= <ama@elders.nl>
To: service@voorbeeld.nl
Subject: Waar blijft mijn pakket?
Date: Thu, 12 Mar 2026 14:30:00 +0100
Message-ID: <1@elders.nl>
Content-Type: text/plain; charset=utf-8

Beste mensen,

>From nu af aan graag sneller.

From noor@voorbeeld.nl Thu Mar 12 15:00:00 2026
From: Noor <noor@mail.voorbeeld.nl>
To: ama@elders.nl
Subject: Re: Waar blijft mijn pakket?
Date: Thu, 12 Mar 2026 15:00:00 +0100
Message-ID: <2@voorbeeld.nl>
In-Reply-To: <1@elders.nl>
References: <1@elders.nl>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<html><head><style>p{}</style></head><body><p>Beste Ama,</p><p>Het komt <b>morgen</b>.<br>Groet</p></body></html>
--b
Content-Type: application/pdf; name="bon.pdf"
Content-Disposition: attachment; filename="bon.pdf"

x
--b--

From noor@voorbeeld.nl Thu Mar 12 15:05:00 2026
From: noor@voorbeeld.nl
To: sem@voorbeeld.nl
Date: Thu, 12 Mar 2026 15:05:00 +0100
Message-ID: <3@voorbeeld.nl>
References: <1@elders.nl> <2@voorbeeld.nl>

Let op deze klant
> eerder bericht

From zomaar
Geen kop
"""


def test_mail_is_put_together_by_its_references() -> None:
    read = read_email(MAILBOX, file="in.mbox", zone=AMSTERDAM, own_domains=["@Voorbeeld.nl"])
    (thread,) = read.items
    assert (thread.reference, thread.subject) == ("1@elders.nl", "Waar blijft mijn pakket?")
    assert thread.agent_reference == "noor@mail.voorbeeld.nl"
    first, second, third = thread.messages
    assert first.author_name == "Amá"
    assert first.text.startswith("Beste mensen,\n\nFrom nu af aan")
    assert second.text == "Beste Ama,\n\nHet komt morgen.\nGroet"
    assert second.attachments == ("bon.pdf",)
    assert [one.internal for one in thread.messages] == [False, False, True]
    new, quoted = split_quoted(third.text)
    assert (new, quoted.strip()) == ("Let op deze klant\n", "> eerder bericht")
    assert sentences(read) == [
        "in.mbox, line 45: This is not an e-mail message, or its sender is missing. Export it again as .eml or mbox."
    ]


def test_a_single_message_of_an_own_domain_is_a_thread_of_its_own() -> None:
    data = b"From: noor@voorbeeld.nl\nDate: 12 Mar 2026 15:00:00 +0100\nContent-Type: text/plain; charset=onbekend\n\nDag \xe9\n"
    (thread,) = read_email(data, file="a.eml", zone=AMSTERDAM, own_domains=["voorbeeld.nl"]).items
    assert thread.messages[0].text.startswith("Dag")
    assert len(thread.reference) == 64


def test_mail_that_nobody_here_wrote_is_named() -> None:
    data = b"From: ama@elders.nl\nDate: 12 Mar 2026 15:00:00 +0100\n\nDag\n"
    read = read_email(data, file="a.eml", zone=AMSTERDAM, own_domains=["voorbeeld.nl"])
    assert "Nobody from your own domains" in sentences(read)[0]
    assert "own mail domains" in sentences(read_email(data, file="a.eml", zone=AMSTERDAM, own_domains=[]))[0]


@given(st.text(max_size=300))
def test_quoted_and_new_text_together_are_the_text(text: str) -> None:
    assert "".join(split_quoted(text)) == text


def test_a_problem_without_a_line_names_the_file_alone() -> None:
    read = read_jsonl(b"", file="a.jsonl", zone=AMSTERDAM)
    assert read.problems == (Problem("a.jsonl", None, read.problems[0].sentence),)
    assert str(read.problems[0].text).startswith("a.jsonl: ")
