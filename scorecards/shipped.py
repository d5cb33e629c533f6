"""The scorecards that come with the product."""

from functools import cache
from importlib import resources

from scorecards.definition import Card
from scorecards.reading import read_card

#: In the order in which they are offered; the first is the default.
SHIPPED_KEYS = ("phone-service", "chat-messaging", "email", "webcare", "mystery-visit", "mystery-partner-call")


def shipped_text(key: str) -> str:
    """The YAML of a shipped card."""
    return resources.files("scorecards").joinpath("cards", f"{key}.yaml").read_text(encoding="utf-8")


@cache
def shipped_card(key: str) -> Card:
    """One shipped card by its key."""
    return read_card(shipped_text(key))


def shipped_cards() -> list[Card]:
    """All shipped cards, the default one first."""
    return [shipped_card(key) for key in SHIPPED_KEYS]
