"""A mail server of a test's own: it speaks SMTP on this machine and keeps what it was handed."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from qa.settings import Settings


@dataclass
class Post:
    """What came in; ``unknown`` are addresses the server does not know, ``busy`` makes it refuse for now."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    #: Of each message, whether it came over TLS.
    encrypted: list[bool] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    busy: bool = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: object, session: object, envelope: object, address: str, options: object
    ) -> str:
        """Take the recipient, or refuse them for now or for good."""
        del server, session, options
        if self.busy:
            return "451 try again later"
        if address in self.unknown:
            return "550 no such user here"
        cast("list[str]", envelope.rcpt_tos).append(address)  # type: ignore[attr-defined]  # aiosmtpd has no types
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - as above
        """Keep the message."""
        del session
        transport = server.transport  # type: ignore[attr-defined]  # as above
        self.encrypted.append(transport.get_extra_info("sslcontext") is not None)
        data = cast("bytes", envelope.content)  # type: ignore[attr-defined]  # as above
        self.messages.append(message_from_bytes(data, policy=policy.default))
        return "250 OK"

    def settings(self, settings: Settings, *, scheme: str = "smtp") -> Settings:
        """Return the settings with this server."""
        address = f"{scheme}://127.0.0.1:{self.port}"
        return replace(settings, smtp_url=address, mail_from="qa@example.org", company="Acme")


@contextmanager
def post_office(*, offers: ssl.SSLContext | None = None, demands: ssl.SSLContext | None = None) -> Iterator[Post]:
    """Run a server on a free port of this machine; it ``offers`` TLS by STARTTLS, or ``demands`` it from the start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        post = Post(port=free.getsockname()[1])
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        ready_timeout=20,
        authenticator=lambda *_asked: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        tls_context=offers,
        require_starttls=offers is not None,
        ssl_context=demands,
    )
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def text_of(message: EmailMessage) -> str:
    """Return what the message says, with one newline as the end of a line."""
    body = message.get_body(("plain",))
    assert body is not None
    return cast("str", body.get_content()).replace("\r\n", "\n")
