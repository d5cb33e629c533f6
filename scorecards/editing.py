"""A card being designed: adding, removing, moving and doubling its members; nothing else of the card changes.

Every function gives a new card. Numbers of places count from 0; a place that is not there leaves the card as it was.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from scorecards.checks import KEY_CHARACTERS
from scorecards.definition import HUNDRED, OPTION_COUNTS, ZERO, Band, Card, Criterion, Kind, Option, Section
from scorecards.words import Words

T = TypeVar("T")
Keyed = TypeVar("Keyed", Section, Criterion, Option, Band)

YES_NO = (
    Option("yes", Words("Yes", "Ja"), HUNDRED),
    Option("no", Words("No", "Nee"), ZERO),
)
_MARKS = {
    3: (Words("Good", "Goed"), Words("Partly", "Deels"), Words("Not", "Niet")),
    4: (Words("Excellent", "Uitstekend"), Words("Good", "Goed"), Words("Weak", "Matig"), Words("Poor", "Slecht")),
    5: (
        Words("Excellent", "Uitstekend"),
        Words("Good", "Goed"),
        Words("Fair", "Redelijk"),
        Words("Weak", "Matig"),
        Words("Poor", "Slecht"),
    ),
}
_MANY_SECTIONS, _MANY_CRITERIA = 60, 600


def empty_card(key: str, name: Words) -> Card:
    """A card with one section and one criterion, to be filled in."""
    return add_criterion(add_section(Card(key, name, ())), 0)


def new_options(kind: Kind) -> tuple[Option, ...]:
    """The options that a criterion of this kind begins with, the best one first."""
    if kind is Kind.YES_NO:
        return YES_NO
    count = OPTION_COUNTS.get(kind)
    if count == 0:
        return ()
    if count is None:
        start = ZERO if kind is Kind.NUMERIC else None
        return (Option("", Words(), HUNDRED, start=start), Option("", Words(), ZERO))
    step = HUNDRED / (count - 1)
    return tuple(
        Option(str(count - at), _MARKS[count][at], (HUNDRED - step * at).quantize(Decimal("0.01")).normalize() + ZERO)
        for at in range(count)
    )


def as_kind(criterion: Criterion, kind: Kind) -> Criterion:
    """The criterion answered in another way; options that somebody wrote stay as far as the kind has room."""
    untouched = criterion.options == new_options(criterion.kind) or not criterion.options
    if untouched or kind is Kind.TEXT:
        options = new_options(kind)
    else:
        begun = new_options(kind)
        options = (*criterion.options[: len(begun)], *begun[len(criterion.options) :])
    if kind is not Kind.NUMERIC:
        options = tuple(replace(option, start=None) for option in options)
    weight = ZERO if kind is Kind.TEXT else criterion.weight
    return replace(criterion, kind=kind, options=options, weight=weight)


def add_section(card: Card) -> Card:
    """The card with an empty section at its end."""
    if len(card.sections) >= _MANY_SECTIONS:
        return card
    return replace(card, sections=(*card.sections, Section("", Words(), (), weight=Decimal(10), threshold=Decimal(70))))


def add_criterion(card: Card, at: int) -> Card:
    """The card with a yes/no criterion at the end of section ``at``."""
    if sum(len(section.criteria) for section in card.sections) >= _MANY_CRITERIA:
        return card
    made = Criterion("", Words(), Kind.YES_NO, options=YES_NO, weight=Decimal(10))
    return _in_section(card, at, lambda section: replace(section, criteria=(*section.criteria, made)))


def add_option(card: Card, at: int, criterion: int) -> Card:
    """The card with an empty option at the end of a criterion."""
    made = Option("", Words(), ZERO)
    return in_criterion(card, at, criterion, lambda one: replace(one, options=(*one.options, made)))


def add_band(card: Card) -> Card:
    """The card with an empty band at its end."""
    return replace(card, bands=(*card.bands, Band("", Words(), ZERO)))


def remove_section(card: Card, at: int) -> Card:
    return replace(card, sections=_without(card.sections, at))


def remove_criterion(card: Card, at: int, criterion: int) -> Card:
    return _in_section(card, at, lambda section: replace(section, criteria=_without(section.criteria, criterion)))


def remove_option(card: Card, at: int, criterion: int, option: int) -> Card:
    return in_criterion(card, at, criterion, lambda one: replace(one, options=_without(one.options, option)))


def remove_band(card: Card, at: int) -> Card:
    return replace(card, bands=_without(card.bands, at))


def move_section(card: Card, at: int, to: int) -> Card:
    return replace(card, sections=moved(card.sections, at, to))


def move_criterion(card: Card, at: int, criterion: int, to: int) -> Card:
    return _in_section(card, at, lambda section: replace(section, criteria=moved(section.criteria, criterion, to)))


def move_option(card: Card, at: int, criterion: int, option: int, to: int) -> Card:
    return in_criterion(card, at, criterion, lambda one: replace(one, options=moved(one.options, option, to)))


def double_section(card: Card, at: int) -> Card:
    """The card with a copy of a section behind it; the copy's criteria get keys of their own."""
    if not 0 <= at < len(card.sections):
        return card
    section = card.sections[at]
    taken = {criterion.key for _, criterion in card.criteria()}
    criteria = []
    for criterion in section.criteria:
        key = _free(criterion.key, taken)
        taken.add(key)
        criteria.append(replace(criterion, key=key))
    copy = replace(section, key=_free(section.key, {one.key for one in card.sections}), criteria=tuple(criteria))
    return replace(card, sections=(*card.sections[: at + 1], copy, *card.sections[at + 1 :]))


def double_criterion(card: Card, at: int, criterion: int) -> Card:
    """The card with a copy of a criterion behind it, under a key of its own."""
    taken = {one.key for _, one in card.criteria()}

    def double(section: Section) -> Section:
        if not 0 <= criterion < len(section.criteria):
            return section
        made = section.criteria[criterion]
        copy = replace(made, key=_free(made.key, taken))
        return replace(section, criteria=(*section.criteria[: criterion + 1], copy, *section.criteria[criterion + 1 :]))

    return _in_section(card, at, double)


def in_criterion(card: Card, at: int, criterion: int, change: Callable[[Criterion], Criterion]) -> Card:
    """The card with one criterion changed."""
    return _in_section(
        card, at, lambda section: replace(section, criteria=_changed(section.criteria, criterion, change))
    )


def with_keys(card: Card) -> Card:
    """The card with a key, made from its name, for every member that has a name and no key yet."""
    taken = {criterion.key for _, criterion in card.criteria()}
    sections = []
    for section in _keyed(card.sections, {one.key for one in card.sections}):
        criteria = tuple(
            replace(one, options=_keyed(one.options, {option.key for option in one.options}, start="option"))
            for one in _keyed(section.criteria, taken)
        )
        sections.append(replace(section, criteria=criteria))
    bands = _keyed(card.bands, {band.key for band in card.bands})
    return replace(card, sections=tuple(sections), bands=bands)


def moved(items: Sequence[T], at: int, to: int) -> tuple[T, ...]:
    """The items with the one at ``at`` in the place ``to``."""
    if not (0 <= at < len(items) and 0 <= to < len(items)):
        return tuple(items)
    rest = _without(items, at)
    return (*rest[:to], items[at], *rest[to:])


def _in_section(card: Card, at: int, change: Callable[[Section], Section]) -> Card:
    return replace(card, sections=_changed(card.sections, at, change))


def _changed(items: Sequence[T], at: int, change: Callable[[T], T]) -> tuple[T, ...]:
    return tuple(change(item) if number == at else item for number, item in enumerate(items))


def _without(items: Sequence[T], at: int) -> tuple[T, ...]:
    return tuple(item for number, item in enumerate(items) if number != at)


def _keyed(items: Iterable[Keyed], taken: set[str], *, start: str = "") -> tuple[Keyed, ...]:
    """The items with keys; ``taken`` grows by those that were made."""
    found: list[Keyed] = []
    for item in items:
        name = item.label if isinstance(item, Option) else item.name
        key = item.key or _slug(name.en) or _slug(name.nl) or (start if name else "")
        if not item.key and key:
            key = _free(key, taken)
            taken.add(key)
        found.append(replace(item, key=key))
    return tuple(found)


def _free(key: str, taken: set[str]) -> str:
    """A key that is not taken, as near to ``key`` as can be."""
    found, number = key, 1
    while found and found in taken:
        number += 1
        found = f"{key[: KEY_CHARACTERS - 4]}-{number}"
    return found


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: KEY_CHARACTERS - 4]
