"""Zendesk chats and tickets."""

import json

import pytest

from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.zendesk import read_zendesk
from tests.interactions.reading.told import AMSTERDAM, sentences

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
