"""WhatsApp exports of either phone, in either language."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.whatsapp import participants, read_whatsapp
from tests.interactions.reading.told import AMSTERDAM, sentences

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
