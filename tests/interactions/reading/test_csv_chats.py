"""Chats in tables: columns guessed, corrected, and every fault named with its remedy."""

import json
from datetime import UTC, datetime

import pytest

from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.csv_chats import guess_chat_mapping, read_csv_chats
from qa.interactions.reading.mapping import ColumnMapping, mapping_from_json, mapping_to_json
from qa.interactions.reading.moments import DateOrder
from tests.interactions.reading.told import sentences

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
