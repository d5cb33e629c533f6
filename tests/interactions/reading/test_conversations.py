"""Our own lines: nothing is lost, one wrong line leaves the rest; and no bytes make any reader fall over."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from qa.i18n import Language, say
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.csv_chats import read_csv_chats
from qa.interactions.reading.email import read_email
from qa.interactions.reading.jsonl import read_jsonl, write_jsonl
from qa.interactions.reading.values import IncomingConversation, IncomingMessage, Problem
from qa.interactions.reading.whatsapp import read_whatsapp
from qa.interactions.reading.zendesk import read_zendesk
from tests.interactions.reading.told import AMSTERDAM, sentences, texts

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


def test_a_problem_without_a_line_names_the_file_alone() -> None:
    read = read_jsonl(b"", file="a.jsonl", zone=AMSTERDAM)
    assert read.problems == (Problem("a.jsonl", None, read.problems[0].sentence),)
    assert str(read.problems[0].text).startswith("a.jsonl: ")
