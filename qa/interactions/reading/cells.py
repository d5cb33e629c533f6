"""What stands in one cell or field, in Dutch or English: roles, channels, yes and no, numbers."""

import re
from decimal import Decimal, InvalidOperation

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole, Channel, Direction

_LONGEST = 60


def _words(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in (meaning, *words.split(", "))}


_ROLES = _words(
    {
        "agent": "medewerker, medewerkster, operator, staff, employee, support, adviseur, advisor, rep, representative, "
        "business, webcare, consultant, admin, assignee, outbound, uitgaand",
        "customer": "klant, visitor, bezoeker, user, end-user, end_user, enduser, client, cliënt, consumer, consument, contact, "
        "requester, aanvrager, guest, gast, inbound, inkomend, member, lid, lead",
        "bot": "chatbot, robot, virtual assistant, virtuele assistent, assistant, assistent, automation, trigger, answer bot",
        "system": "systeem, system message, systeembericht, event, gebeurtenis, notification, melding, status, info",
    }
)
_CHANNELS = _words(
    {
        "phone": "telefoon, call, voice, telephone, tel, gesprek, bellen, telefonie",
        "email": "e-mail, mail",
        "chat": "live chat, livechat, web chat, webchat, messaging, chatgesprek",
        "portal": "web, website, webform, portaal, formulier, form, helpcenter",
        "sms": "text message, sms-bericht, rcs",
        "whatsapp": "wa, whats app, whatsapp business",
        "social": "social media, sociale media, facebook, instagram, messenger, twitter, x, linkedin, webcare, threads, bluesky",
        "video": "video call, videogesprek, videobellen",
        "in_person": "in person, balie, desk, shop, winkel, counter, store, persoonlijk",
    }
)
_DIRECTIONS = _words(
    {
        "inbound": "in, incoming, inkomend, binnenkomend, received, ontvangen",
        "outbound": "out, outgoing, uitgaand, dialled, dialed, gebeld",
        "internal": "intern, local, lokaal",
        "unknown": "onbekend",
    }
)
_YES = frozenset(["1", "true", "yes", "y", "ja", "j", "waar", "x", "internal", "intern", "private", "privé", "prive"])
_NO = frozenset(["0", "false", "no", "n", "nee", "onwaar", "public", "openbaar", "publiek", "extern", "external"]) | {
    ""
}

_LANGUAGES = {
    "nederlands": "nl", "dutch": "nl", "nld": "nl", "dut": "nl", "vlaams": "nl", "flemish": "nl",
    "engels": "en", "english": "en", "eng": "en",
    "duits": "de", "german": "de", "deutsch": "de",
    "frans": "fr", "french": "fr", "français": "fr",
}  # fmt: skip
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


def _plain(written: str) -> str:
    return " ".join(written.casefold().split())


def parse_role(written: str) -> AuthorRole:
    """Return who wrote it; raises ``InvalidError`` for a word that is no known role."""
    known = _ROLES.get(_plain(written))
    if known is None:
        raise InvalidError(
            _(
                "The author role “{value}” is not known. Use agent, customer, bot or system, or add the word to the mapping.",
                value=written[:_LONGEST],
            )
        )
    return AuthorRole(known)


def parse_channel(written: str) -> Channel:
    """Return the channel; raises ``InvalidError`` for a word that is no known channel."""
    known = _CHANNELS.get(_plain(written))
    if known is None:
        raise InvalidError(
            _(
                "The channel “{value}” is not known. Use one of: {known}.",
                value=written[:_LONGEST],
                known=", ".join(dict.fromkeys(_CHANNELS.values())),
            )
        )
    return Channel(known)


def parse_direction(written: str) -> Direction:
    """Return the direction, unknown for an empty cell; raises ``InvalidError`` for an unknown word."""
    if not written.strip():
        return Direction.UNKNOWN
    known = _DIRECTIONS.get(_plain(written))
    if known is None:
        raise InvalidError(
            _("The direction “{value}” is not known. Use inbound, outbound or internal.", value=written[:_LONGEST])
        )
    return Direction(known)


def parse_truth(written: str) -> bool:
    """Return yes or no; an empty cell is no. Raises ``InvalidError`` for another word."""
    plain = _plain(written)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise InvalidError(
        _("“{value}” is neither yes nor no. Use yes or no, true or false, 1 or 0.", value=written[:_LONGEST])
    )


def parse_language(written: str) -> str:
    """Return a language as two letters, such as ``nl`` for ``Nederlands`` or ``nl-BE``; an unknown word gives nothing."""
    plain = _plain(written)
    if plain in _LANGUAGES:
        return _LANGUAGES[plain]
    tag = _TAG.fullmatch(plain)
    return _LANGUAGES.get(tag[1], tag[1]) if tag else ""


def parse_decimal(written: str, *, decimal_comma: bool | None = None) -> Decimal:
    """Return the number. Without ``decimal_comma`` the last sign is the decimal one, unless it repeats.

    Raises ``InvalidError`` for anything that is no finite number.
    """
    plain = re.sub(r"[\s'\u2019]", "", written)
    if decimal_comma is None:
        decimal_comma = plain.count(",") == 1 and plain.rfind(",") > plain.rfind(".")
    thousands, decimal = (".", ",") if decimal_comma else (",", ".")
    unified = plain.replace(thousands, "").replace(decimal, ".")
    try:
        number = Decimal(unified)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not re.fullmatch(r"[-+]?[\d.,]+", plain):
        raise InvalidError(_("“{value}” is not a number. Write it as 12.5 or 12,5.", value=written[:_LONGEST]))
    return number
