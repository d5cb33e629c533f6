"""A file of chats is known by its name and its beginning."""

import pytest

from qa.interactions.kinds import Channel
from qa.interactions.reading.chats import ChatFormat, ChatOptions, guess_chat_format, read_chats
from qa.interactions.reading.mapping import ColumnMapping

OWN = '{"conversation": "1", "role": "agent", "author": "Noor", "sent_at": "2026-03-12 14:30", "text": "Dag"}\n'
ZENDESK = '{"id": "1", "history": [{"sender_type": "Agent", "name": "Noor", "msg": "Dag", "timestamp": "2026-03-12T13:30:00Z"}]}'
WHATSAPP = "12-03-2026 14:30 - Noor: Dag\n"
MAIL = "From: Noor <noor@voorbeeld.nl>\nDate: Thu, 12 Mar 2026 14:30:00 +0100\n\nDag"
CSV = "gesprek;bericht;rol;tijd;medewerker\n1;Dag;agent;12-03-2026 14:30;Noor\n"


@pytest.mark.parametrize(
    ("written", "file", "form"),
    [
        (OWN, "a.jsonl", ChatFormat.JSONL),
        (OWN, "zonder-naam", ChatFormat.JSONL),
        (ZENDESK, "a.json", ChatFormat.ZENDESK),
        (f"[{ZENDESK}]", "a.json", ChatFormat.ZENDESK),
        (WHATSAPP, "_chat.txt", ChatFormat.WHATSAPP),
        (MAIL, "a.EML", ChatFormat.EMAIL),
        (MAIL, "a.txt", ChatFormat.EMAIL),
        (CSV, "a.csv", ChatFormat.CSV),
    ],
)
def test_each_format_is_found_and_read(written: str, file: str, form: ChatFormat) -> None:
    data = written.encode()
    assert guess_chat_format(data, file=file) is form
    options = ChatOptions(agents=("Noor",), own_domains=("voorbeeld.nl",))
    (chat,) = read_chats(data, file=file, options=options).items
    assert [one.text for one in chat.messages] == ["Dag"]
    assert chat.started_at.hour == 13


def test_what_is_none_of_them_says_which_are() -> None:
    read = read_chats(b"zomaar", file="a.txt", options=ChatOptions())
    assert "Use JSONL, CSV" in str(read.problems[0].text)
    zone = read_chats(CSV.encode(), file="a.csv", options=ChatOptions(time_zone="Utrecht"))
    assert "no time zone" in str(zone.problems[0].text)


def test_a_stated_form_mapping_and_channel_go_before_the_guess() -> None:
    mapping = ColumnMapping(
        {"conversation": "a", "text": "b"},
        constants={"role": "agent", "agent": "Noor", "started_at": "2026-03-12 14:30"},
    )
    options = ChatOptions(mapping=mapping, channel=Channel.SMS)
    (chat,) = read_chats(b"a,b\n1,Dag\n", file="a.txt", form=ChatFormat.CSV, options=options).items
    assert (chat.channel, chat.agent_reference) == (Channel.SMS, "Noor")


def test_an_export_of_an_iphone_is_not_taken_for_json() -> None:
    written = "[09/09/2026, 08:24:11] Yusuf: My bill went up.\n[09/09/2026, 08:34:02] Bram Hoekstra: I will look.\n"
    assert guess_chat_format(written.encode(), file="chat.txt") is ChatFormat.WHATSAPP
