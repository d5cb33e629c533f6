"""Mail boxes and single messages, put together by their references."""

from hypothesis import given
from hypothesis import strategies as st

from qa.interactions.reading.email import read_email, split_quoted
from tests.interactions.reading.told import AMSTERDAM, sentences

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
