"""The company's mail server: what its address says, and handing it one message."""

import ipaddress
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from qa.errors import InvalidError, RefusedError
from qa.i18n import _
from qa.settings import Settings

PATIENCE_SECONDS = 30
#: Ports where the address names none: mail submission, and the same with TLS from the first byte.
_PORTS = {"smtp": 587, "smtps": 465}
#: From here on a server's answer says that trying again gives the same.
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; ``encrypted`` from the first byte on, else as soon as the server offers it."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""

    @property
    def near(self) -> bool:
        """Whether it is this machine itself."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server_of(settings: Settings) -> MailServer | None:
    """Return the server of the settings, nothing where none is set.

    Raises:
        InvalidError: when the address is none, or when nobody is named whom mail comes from.

    """
    if not settings.smtp_url:
        return None
    try:
        parts = urlsplit(settings.smtp_url)
        port = parts.port
    except ValueError:
        raise InvalidError(_WRONG) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidError(_WRONG)
    if "@" not in settings.mail_from:
        raise InvalidError(_("Set STEEKPROEF_MAIL_FROM to the address that e-mail comes from."))
    return MailServer(
        parts.hostname,
        port or _PORTS[parts.scheme],
        parts.scheme == "smtps",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


_WRONG = _(
    "STEEKPROEF_SMTP_URL must be an address such as smtp://user:password@mail.company.com:587, or smtps://… for TLS from the start."
)


def hand_in(server: MailServer, message: EmailMessage) -> None:
    """Hand the message to the server, with TLS wherever it offers that.

    Raises:
        RefusedError: when the server will never take it; what may pass by itself is raised as it came.

    """
    context = ssl.create_default_context()
    try:
        with _connection(server, context) as open_server:
            open_server.ehlo()
            encrypted = server.encrypted
            if not encrypted and open_server.has_extn("starttls"):
                open_server.starttls(context=context)
                open_server.ehlo()
                encrypted = True
            if server.user:
                if not encrypted and not server.near:
                    raise RefusedError(_("The mail server offers no TLS, so the password is not sent to it."))
                open_server.login(server.user, server.password)
            open_server.send_message(message)
    except ssl.SSLCertVerificationError as error:
        raise RefusedError(
            _(
                "The certificate of the mail server {host} is not trusted here ({reason}). Add the authority that signed it to this "
                "machine's certificates, or name the authority's file in SSL_CERT_FILE, and start Steekproef again.",
                host=server.host,
                reason=error.verify_message,
            )
        ) from None
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
        raise RefusedError(_("The mail server does not accept the user and password of STEEKPROEF_SMTP_URL.")) from None
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= _PERMANENT for code, _said in error.recipients.values()):
            raise RefusedError(_("The mail server does not know the address of this user.")) from None
        raise
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= _PERMANENT:
            raise RefusedError(_("The mail server refused the message ({code}).", code=str(error.smtp_code))) from None
        raise


def _connection(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.encrypted:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=PATIENCE_SECONDS)
