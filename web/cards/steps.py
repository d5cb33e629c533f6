"""What the buttons of the designer do to a card: add, remove, double, move, or open another part."""

from dataclasses import dataclass

from qa.i18n import Text
from scorecards import editing
from scorecards.definition import Card
from web.cards.places import CARD


@dataclass(frozen=True, slots=True)
class Step:
    """The card after a button, the part to show, the place on the page to go to, the page to go on to, what to tell."""

    card: Card
    part: str
    at: str = ""
    page: str = ""
    told: Text | None = None


#: Buttons that lead to another page once everything is saved.
PAGES = {"preview": "cards.preview", "changes": "cards.show_changes", "what_if": "cards.rescored.show"}


def take_step(card: Card, *, part: str, do: str) -> Step:
    """Return what the button ``do`` makes of the card; one that makes no sense changes nothing."""
    verb, *words = do.split(":")
    if verb in PAGES:
        return Step(card, part, page=verb)
    if verb == "open" and words:
        return Step(card, words[0], at=words[1] if len(words) > 1 else "")
    what, *places = words or [""]
    numbers = [int(place) for place in places if place.isdecimal() and len(place) < 5]
    if len(numbers) != len(places) or (part != CARD and not part.isdecimal()):
        return Step(card, part)
    section = int(part) if part != CARD else -1
    step = {"section": _section, "criterion": _criterion, "option": _option, "band": _band}.get(what)
    return step(card, section, verb, numbers) if step else Step(card, part)


def _section(card: Card, section: int, verb: str, numbers: list[int]) -> Step:
    part = CARD if section < 0 else str(section)
    if verb == "add":
        made = editing.add_section(card)
        return Step(made, str(len(made.sections) - 1), at="name_en")
    if not numbers:
        return Step(card, part)
    at = numbers[0]
    if verb == "remove":
        made = editing.remove_section(card, at)
        left = section - (1 if section > at or section >= len(made.sections) else 0)
        return Step(made, str(left) if 0 <= left < len(made.sections) else CARD)
    if verb == "double":
        return Step(editing.double_section(card, at), str(at + 1), at="name_en")
    to = _target(verb, at, numbers[1:])
    made = editing.move_section(card, at, to)
    if made == card:
        return Step(card, part)
    # The part that is open goes along with the move.
    order = editing.moved(range(len(card.sections)), at, to)
    now = part if section < 0 else str(order.index(section))
    return Step(made, now, at=_button(f"section-{to}", verb, to, len(order)))


def _criterion(card: Card, section: int, verb: str, numbers: list[int]) -> Step:
    part = str(section)
    if not 0 <= section < len(card.sections):
        return Step(card, CARD)
    count = len(card.sections[section].criteria)
    if verb == "add":
        return Step(editing.add_criterion(card, section), part, at=f"criteria-{count}-name_en")
    if not numbers:
        return Step(card, part)
    at = numbers[0]
    if verb == "remove":
        return Step(editing.remove_criterion(card, section, at), part, at=f"criteria-{max(0, at - 1)}")
    if verb == "double":
        return Step(editing.double_criterion(card, section, at), part, at=f"criteria-{at + 1}-name_en")
    to = _target(verb, at, numbers[1:])
    made = editing.move_criterion(card, section, at, to)
    return Step(made, part, at=_button(f"criteria-{to if made != card else at}", verb, to, count))


def _option(card: Card, section: int, verb: str, numbers: list[int]) -> Step:
    part = str(section)
    if not numbers or not 0 <= section < len(card.sections):
        return Step(card, part)
    criterion = numbers[0]
    if verb == "add":
        made = editing.add_option(card, section, criterion)
        return Step(made, part, at=f"criteria-{criterion}-add-option")
    if len(numbers) < 2:
        return Step(card, part)
    at = numbers[1]
    if verb == "remove":
        made = editing.remove_option(card, section, criterion, at)
        return Step(made, part, at=f"criteria-{criterion}-add-option")
    to = _target(verb, at, numbers[2:])
    made = editing.move_option(card, section, criterion, at, to)
    criteria = card.sections[section].criteria
    count = len(criteria[criterion].options) if criterion < len(criteria) else 0
    return Step(made, part, at=_button(f"criteria-{criterion}-options-{to if made != card else at}", verb, to, count))


def _band(card: Card, _section: int, verb: str, numbers: list[int]) -> Step:
    if verb == "add":
        return Step(editing.add_band(card), CARD, at=f"bands-{len(card.bands)}-name_en")
    if verb == "remove" and numbers:
        return Step(editing.remove_band(card, numbers[0]), CARD, at="add-band")
    return Step(card, CARD)


def _target(verb: str, at: int, rest: list[int]) -> int:
    """The place a move leads to; one that is not there for any other verb."""
    return {"up": at - 1, "down": at + 1}.get(verb, rest[0] if verb == "place" and rest else -1)


def _button(name: str, verb: str, to: int, count: int) -> str:
    """The button that goes on with the same move, or back from the end of the list."""
    if verb == "up":
        return f"{name}-{'down' if to <= 0 else 'up'}"
    return f"{name}-{'up' if verb == 'down' and to >= count - 1 else 'down'}"
