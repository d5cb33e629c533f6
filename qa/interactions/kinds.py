"""What interactions are: channels, directions, states."""

from enum import StrEnum

from qa.i18n import Text, _


class Channel(StrEnum):
    """The way a customer and the company spoke."""

    PHONE = "phone"
    CHAT = "chat"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    SMS = "sms"
    PORTAL = "portal"
    SOCIAL = "social"
    VIDEO = "video"
    IN_PERSON = "in_person"


#: Channels whose interactions are recordings.
SPOKEN = frozenset({Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON})


class Direction(StrEnum):
    """Who sought whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class InteractionState(StrEnum):
    """From arrival to readable."""

    RECEIVED = "received"
    TRANSCRIBING = "transcribing"
    READY = "ready"
    FAILED = "failed"


class AuthorRole(StrEnum):
    """Who says or writes a turn."""

    AGENT = "agent"
    CUSTOMER = "customer"
    BOT = "bot"
    SYSTEM = "system"
    UNKNOWN = "unknown"


CHANNEL_LABELS: dict[Channel, Text] = {
    Channel.PHONE: _("Call"),
    Channel.CHAT: _("Chat"),
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("SMS"),
    Channel.PORTAL: _("Portal"),
    Channel.SOCIAL: _("Social media"),
    Channel.VIDEO: _("Video call"),
    Channel.IN_PERSON: _("In person"),
}

DIRECTION_LABELS: dict[Direction, Text] = {
    Direction.INBOUND: _("Inbound"),
    Direction.OUTBOUND: _("Outbound"),
    Direction.INTERNAL: _("Internal"),
    Direction.UNKNOWN: _("Unknown direction"),
}

INTERACTION_STATE_LABELS: dict[InteractionState, Text] = {
    InteractionState.RECEIVED: _("Waiting for transcription"),
    InteractionState.TRANSCRIBING: _("Being transcribed"),
    InteractionState.READY: _("Ready"),
    InteractionState.FAILED: _("Failed"),
}

AUTHOR_LABELS: dict[AuthorRole, Text] = {
    AuthorRole.AGENT: _("Agent"),
    AuthorRole.CUSTOMER: _("Customer"),
    AuthorRole.BOT: _("Chatbot"),
    AuthorRole.SYSTEM: _("System"),
    AuthorRole.UNKNOWN: _("Unknown speaker"),
}
